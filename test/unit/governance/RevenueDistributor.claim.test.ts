import { expect } from "chai";
import { parseEther, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { BreakableToken__factory } from "../../../typechain-types/index.js";
import { deployRevenue, lock, naive, nextWeek, type Revenue, WEEK, weekOf } from "../../helpers/revenue.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;

const POT = 1_000_000_000n; // {raw USD}
/** {GIM} and {weeks}: together they never divide a pot evenly. */
const ALICE = [100_000, 52n] as const;
const BOB = [33_333, 20n] as const;

/** At the start of a week, with the locks of alice and bob. */
async function deployLocked() {
  const fixture = await deployRevenue(ethers);
  await nextWeek(time);
  await lock(fixture, time, fixture.alice, ...ALICE);
  await lock(fixture, time, fixture.bob, ...BOB);
  await nextWeek(time);
  return fixture;
}

const load = () => networkHelpers.loadFixture(deployLocked);
const currentWeek = async () => weekOf(await time.latest());

/** Pays a pot in each of the coming weeks for which `plan` has an amount, and ends after the last one. */
async function payWeeks({ distributor, usd }: Revenue, plan: readonly bigint[]) {
  const pots: { week: bigint; amount: bigint }[] = [];
  for (const amount of plan) {
    if (amount !== 0n) {
      await distributor.notify(usd, amount);
      pots.push({ week: await currentWeek(), amount });
    }
    await nextWeek(time);
  }
  return pots;
}

/** Claims for a holder and says what it paid. */
async function claim({ distributor, usd }: Revenue, holder: Revenue["alice"]): Promise<bigint> {
  const before = await usd.balanceOf(holder);
  const expected = await distributor.connect(holder).claim.staticCall(holder, [usd], holder);
  await distributor.connect(holder).claim(holder, [usd], holder);
  const paid = (await usd.balanceOf(holder)) - before;
  expect(expected).to.deep.equal([paid]);
  return paid;
}

function expectNear(actual: bigint, expected: bigint, weeks: number | bigint) {
  expect(actual).to.be.within(expected > 0n ? expected - 1n : 0n, expected + BigInt(weeks));
}

describe("RevenueDistributor: claims", () => {
  describe("claim", () => {
    it("reverts when the caller is neither the account nor its claimer", async () => {
      const { distributor, usd, alice, bob, stranger, errors } = await load();
      const byStranger = distributor.connect(stranger);
      for (const account of [alice, ZeroAddress]) {
        await expect(byStranger.claim(account, [usd], stranger))
          .to.be.revertedWithCustomError(errors, "RevenueDistributor_Unauthorized")
          .withArgs(stranger.address, account);
        await expect(byStranger.claimUpTo(account, usd, stranger, 1n))
          .to.be.revertedWithCustomError(errors, "RevenueDistributor_Unauthorized")
          .withArgs(stranger.address, account);
      }
      await distributor.connect(bob).setClaimer(stranger); // for bob only
      await expect(byStranger.claim(alice, [usd], stranger)).to.be.revertedWithCustomError(
        errors,
        "RevenueDistributor_Unauthorized",
      );
    });

    it("reverts when the receiver is 0 or a claim may look at nothing", async () => {
      const { distributor, usd, alice, errors } = await load();
      await expect(distributor.connect(alice).claim(alice, [usd], ZeroAddress)).to.be.revertedWithCustomError(
        errors,
        "RevenueDistributor_ZeroAddress",
      );
      await expect(distributor.connect(alice).claimUpTo(alice, usd, ZeroAddress, 1n)).to.be.revertedWithCustomError(
        errors,
        "RevenueDistributor_ZeroAddress",
      );
      await expect(distributor.connect(alice).claimUpTo(alice, usd, alice, 0n)).to.be.revertedWithCustomError(
        errors,
        "RevenueDistributor_SegmentsZero",
      );
    });

    it("pays the claimer's receiver until the account names another", async () => {
      const fixture = await load();
      const { distributor, usd, alice, bob, stranger, errors } = fixture;
      await payWeeks(fixture, [POT]);
      await distributor.connect(alice).setClaimer(bob);
      const due = await distributor.claimable(alice, usd);
      await expect(distributor.connect(bob).claim(alice, [usd], stranger))
        .to.emit(distributor, "Claimed")
        .withArgs(alice.address, await usd.getAddress(), stranger.address, due, 0n, 1n);
      expect(await usd.balanceOf(stranger)).to.equal(due);
      await distributor.connect(alice).setClaimer(ZeroAddress);
      await expect(distributor.connect(bob).claim(alice, [usd], stranger)).to.be.revertedWithCustomError(
        errors,
        "RevenueDistributor_Unauthorized",
      );
    });

    it("splits a pot by the balances at the first second of its week", async () => {
      const fixture = await load();
      const { alice, bob, carol, distributor, usd } = fixture;
      const pots = await payWeeks(fixture, [POT]);
      const parts = [await claim(fixture, alice), await claim(fixture, bob), await claim(fixture, carol)];
      expectNear(parts[0] ?? 0n, await naive(fixture, alice, pots), 1);
      expectNear(parts[1] ?? 0n, await naive(fixture, bob, pots), 1);
      expect(parts[2]).to.equal(0n);
      expect((parts[0] ?? 0n) + (parts[1] ?? 0n)).to.be.within(POT - 2n, POT);
      expect(await distributor.accounted(usd)).to.equal(await usd.balanceOf(distributor));
    });

    it("pays nothing while the week runs, and all of it from the next week's first second on", async () => {
      const fixture = await load();
      const { distributor, usd, alice } = fixture;
      const week = await currentWeek();
      await distributor.notify(usd, POT);
      await time.increaseTo((week + 1n) * WEEK - 2n);
      expect(await distributor.claimable(alice, usd)).to.equal(0n);
      await time.setNextBlockTimestamp((week + 1n) * WEEK - 1n);
      expect(await claim(fixture, alice)).to.equal(0n);
      expect(await distributor.nextEpoch(alice, usd)).to.equal(0n);
      await time.increaseTo((week + 1n) * WEEK);
      expect(await distributor.claimable(alice, usd)).to.be.greaterThan(0n);
      expect(await claim(fixture, alice)).to.be.greaterThan(0n);
    });

    it("says what it will pay to the wei, also before anybody shared the pot out", async () => {
      const fixture = await load();
      const { distributor, usd, alice } = fixture;
      await payWeeks(fixture, [POT, 0n, 7n * POT]); // the last pot is still open
      expect((await distributor.potOf(usd)).epochs).to.equal(1n);
      const due = await distributor.claimable(alice, usd);
      expect(await claim(fixture, alice)).to.equal(due);
      expect(await distributor.claimable(alice, usd)).to.equal(0n);
    });

    it("counts a lock of a week's first second for that week, and a later one for the next", async () => {
      const fixture = await load();
      const { distributor, usd, escrow, carol, stranger, gim } = fixture;
      const week = (await currentWeek()) + 1n;
      await time.setNextBlockTimestamp(week * WEEK);
      await escrow.connect(carol).lock(parseEther("50000"), (week + 30n) * WEEK);
      await gim.transfer(stranger, parseEther("50000"));
      await gim.connect(stranger).approve(escrow, parseEther("50000"));
      await escrow.connect(stranger).lock(parseEther("50000"), (week + 30n) * WEEK);
      const pots = await payWeeks(fixture, [POT, POT]);
      const first = await claim(fixture, carol);
      expectNear(first, await naive(fixture, carol, pots), 2);
      const later = await claim(fixture, stranger);
      expectNear(later, await naive(fixture, stranger, pots.slice(1)), 1);
      expect(first).to.be.greaterThan(later);
      expect(await distributor.claimable(carol, usd)).to.equal(0n);
    });

    it("pays a lock up to its last week and nothing from the week of its end on", async () => {
      const fixture = await load();
      const { bob, alice } = fixture; // bob's lock ends within
      const pots = await payWeeks(fixture, Array(25).fill(POT));
      const paid = await claim(fixture, bob);
      expectNear(paid, await naive(fixture, bob, pots.slice(0, 19)), 19);
      expect(paid).to.be.greaterThan(await naive(fixture, bob, pots.slice(0, 18)));
      expectNear(await claim(fixture, alice), await naive(fixture, alice, pots), 25);
      await payWeeks(fixture, [POT]);
      expect(await claim(fixture, bob)).to.equal(0n);
    });

    it("pays nothing to a lock that ended in the very second in which the first week with a pot began", async () => {
      const fixture = await load();
      const { distributor, usd, alice, bob } = fixture;
      await nextWeek(time, 19n); // bob's end
      await payWeeks(fixture, [POT]);
      expect(await claim(fixture, bob)).to.equal(0n);
      expect(await distributor.nextEpoch(bob, usd)).to.equal(1n);
      expect(await claim(fixture, alice)).to.be.greaterThan(POT - 2n);
    });

    it("pays a permanent lock the same balance week after week, and a decaying one after that less", async () => {
      const fixture = await load();
      const { escrow, alice, bob } = fixture;
      const pots = await payWeeks(fixture, [POT]);
      await escrow.connect(alice).setPermanent(true);
      pots.push(...(await payWeeks(fixture, Array(10).fill(POT))));
      await escrow.connect(alice).setPermanent(false);
      pots.push(...(await payWeeks(fixture, Array(10).fill(POT))));
      expectNear(await claim(fixture, alice), await naive(fixture, alice, pots), 21);
      expectNear(await claim(fixture, bob), await naive(fixture, bob, pots), 21);
    });

    it("follows a lock that was topped up, extended, left, made again and let run out", async () => {
      const fixture = await load();
      const { escrow, alice, bob } = fixture;
      const pots = await payWeeks(fixture, [POT, 3n]);
      await lock(fixture, time, bob, 1_000, 30n);
      await lock(fixture, time, bob, 500, 40n); // twice in one week
      pots.push(...(await payWeeks(fixture, [5n * POT, 0n, POT])));
      await escrow.connect(bob).earlyExit(2n ** 255n);
      pots.push(...(await payWeeks(fixture, [POT, POT])));
      await lock(fixture, time, bob, 77, 3n);
      pots.push(...(await payWeeks(fixture, [POT, POT, POT, POT, POT])));
      await escrow.connect(bob).withdraw();
      await lock(fixture, time, bob, 7_777, 50n);
      pots.push(...(await payWeeks(fixture, [POT, 2n * POT])));
      expectNear(await claim(fixture, bob), await naive(fixture, bob, pots), pots.length);
      expectNear(await claim(fixture, alice), await naive(fixture, alice, pots), pots.length);
    });

    it("finds its weeks among pots with gaps between them", async () => {
      const fixture = await load();
      const { escrow, alice, bob } = fixture;
      const gaps = [POT, 0n, 0n, POT, POT, 0n, 0n, 0n, 0n, POT, 0n, POT, 0n, 0n, POT, POT, POT];
      const pots = await payWeeks(fixture, gaps);
      await escrow.connect(alice).delegate(bob); // a change that leaves the line as it was
      pots.push(...(await payWeeks(fixture, [0n, 0n, POT, 0n, POT])));
      await lock(fixture, time, alice, 10, 52n);
      pots.push(...(await payWeeks(fixture, [0n, POT, 0n, 0n, 2n * POT])));
      expectNear(await claim(fixture, alice), await naive(fixture, alice, pots), pots.length);
      expectNear(await claim(fixture, bob), await naive(fixture, bob, pots), pots.length);
    });

    it("pays a late payment to those of its own week, never to those of the past", async () => {
      const fixture = await load();
      const { escrow, alice, bob } = fixture;
      await payWeeks(fixture, [POT]);
      await claim(fixture, alice);
      await escrow.connect(alice).earlyExit(2n ** 255n);
      await nextWeek(time);
      await payWeeks(fixture, [50n * POT]);
      expect(await claim(fixture, alice)).to.equal(0n);
      expect(await claim(fixture, bob)).to.be.greaterThan(50n * POT - 2n);
    });

    it("is not changed by locks of the same second", async () => {
      const fixture = await load();
      const { distributor, usd, escrow, alice } = fixture;
      await payWeeks(fixture, [POT]);
      const due = await distributor.claimable(alice, usd);
      await ethers.provider.send("evm_setAutomine", [false]);
      await escrow.connect(alice).lock(parseEther("900000"), 0n);
      await distributor.connect(alice).claim(alice, [usd], alice);
      await escrow.connect(alice).setPermanent(true);
      await ethers.provider.send("evm_mine", []);
      await ethers.provider.send("evm_setAutomine", [true]);
      expect(await usd.balanceOf(alice)).to.equal(due);
      expect(await distributor.claimable(alice, usd)).to.equal(0n);
    });

    it("pays an account without a lock nothing, also for the past when it locks later", async () => {
      const fixture = await load();
      const { distributor, usd, carol } = fixture;
      await payWeeks(fixture, [POT, POT]);
      expect(await claim(fixture, carol)).to.equal(0n);
      expect(await distributor.nextEpoch(carol, usd)).to.equal(2n); // settled: the next claim need not look back
      await lock(fixture, time, carol, 500_000, 52n);
      expect(await distributor.claimable(carol, usd)).to.equal(0n);
      await nextWeek(time);
      const pots = await payWeeks(fixture, [POT]);
      expectNear(await claim(fixture, carol), await naive(fixture, carol, pots), 1);
    });

    it("pays several tokens at once, the same token twice only once", async () => {
      const fixture = await load();
      const { distributor, usd, alt, alice } = fixture;
      await distributor.notify(alt, 5n * POT);
      await payWeeks(fixture, [POT]);
      const [forUsd, forAlt] = [await distributor.claimable(alice, usd), await distributor.claimable(alice, alt)];
      const tokens = [usd, alt, usd];
      const amounts = await distributor.connect(alice).claim.staticCall(alice, tokens, alice);
      expect(amounts).to.deep.equal([forUsd, forAlt, 0n]);
      await distributor.connect(alice).claim(alice, tokens, alice);
      expect(await usd.balanceOf(alice)).to.equal(forUsd);
      expect(await alt.balanceOf(alice)).to.equal(forAlt);
      expect(await distributor.accounted(alt)).to.equal(5n * POT - forAlt);
    });

    it("pays the others when a token's transfers fail, and that one when they work again", async () => {
      const fixture = await load();
      const { distributor, usd, owner, alice } = fixture;
      const token = await new BreakableToken__factory(owner).deploy("BRK", "BRK", 18);
      await token.mint(owner, POT);
      await token.approve(distributor, POT);
      await distributor.setRewardToken(token, true);
      await distributor.notify(token, POT);
      await payWeeks(fixture, [POT]);
      await token.setBroken(true);
      await expect(distributor.connect(alice).claim(alice, [usd, token], alice)).to.be.revertedWithCustomError(
        token,
        "BreakableToken_Broken",
      );
      expect(await claim(fixture, alice)).to.be.greaterThan(0n);
      await token.setBroken(false);
      await distributor.connect(alice).claim(alice, [token], alice);
      expect(await token.balanceOf(alice)).to.be.greaterThan(0n);
    });

    it("does not pay twice when the token calls back", async () => {
      const fixture = await load();
      const { distributor, alt, alice } = fixture;
      await distributor.notify(alt, POT);
      await nextWeek(time);
      await distributor.connect(alice).setClaimer(alt);
      const tokens = [await alt.getAddress()];
      const again = distributor.interface.encodeFunctionData("claim", [alice.address, tokens, alice.address]);
      await alt.setHook(distributor, again);
      const due = await distributor.claimable(alice, alt);
      await distributor.connect(alice).claim(alice, [alt], alice);
      expect(await alt.hookReason()).to.equal(distributor.interface.encodeErrorResult("ReentrancyGuardReentrantCall"));
      expect(await alt.balanceOf(alice)).to.equal(due);
    });
  });

  describe("claimUpTo", () => {
    it("goes on where the last piece ended, and sums to one claim", async () => {
      const fixture = await load();
      const { distributor, usd, alice } = fixture;
      for (let k = 0; k < 5; ++k) {
        await lock(fixture, time, alice, 1_000, 52n);
        await payWeeks(fixture, [POT, 3n * POT]);
      }
      await payWeeks(fixture, [POT]);
      const connected = distributor.connect(alice);
      const whole = await distributor.claimable(alice, usd);
      let pieces = 0n;
      let sum = 0n;
      for (let isComplete = false; !isComplete; ++pieces) {
        const [amount, done] = await connected.claimUpTo.staticCall(alice, usd, alice, 1n);
        const from = await distributor.nextEpoch(alice, usd);
        await expect(connected.claimUpTo(alice, usd, alice, 1n)).to.emit(distributor, "Claimed");
        expect(await distributor.nextEpoch(alice, usd)).to.be.greaterThan(from);
        sum += amount;
        isComplete = done;
      }
      expect(pieces).to.equal(6n); // the lock of the fixture, and five changes
      expect(sum).to.be.within(whole - pieces, whole);
      expect(await usd.balanceOf(alice)).to.equal(sum);
      const [amount, isComplete] = await connected.claimUpTo.staticCall(alice, usd, alice, 1n);
      expect([amount, isComplete]).to.deep.equal([0n, true]);
      await expect(connected.claimUpTo(alice, usd, alice, 1n)).to.not.emit(distributor, "Claimed");
    });

    it("skips changes that no pot depends on", async () => {
      const fixture = await load();
      const { distributor, usd, carol } = fixture;
      for (let k = 0; k < 12; ++k) await lock(fixture, time, carol, 100, 50n);
      await nextWeek(time, 3n);
      const pots = await payWeeks(fixture, [POT]);
      const [amount, isComplete] = await distributor.connect(carol).claimUpTo.staticCall(carol, usd, carol, 1n);
      expectNear(amount, await naive(fixture, carol, pots), 1);
      expect(isComplete).to.equal(true);
    });

    it("starts at the first lock when pots are older, in one piece", async () => {
      const fixture = await load();
      const { distributor, usd, carol } = fixture;
      await payWeeks(fixture, [POT, POT, POT]);
      await lock(fixture, time, carol, 100_000, 50n);
      await nextWeek(time);
      const pots = await payWeeks(fixture, [POT, 0n, POT]);
      const [amount, isComplete] = await distributor.connect(carol).claimUpTo.staticCall(carol, usd, carol, 1n);
      expectNear(amount, await naive(fixture, carol, pots), 2);
      expect(isComplete).to.equal(true);
    });

    it("is what claim does with at most 64 changes: a longer history takes more claims", async () => {
      const fixture = await load();
      const { distributor, usd, alice } = fixture;
      const plan: { week: bigint; amount: bigint }[] = [];
      for (let k = 0; k < 70; ++k) {
        plan.push(...(await payWeeks(fixture, [POT])));
        await lock(fixture, time, alice, 1_000, 52n);
      }
      await nextWeek(time);
      const first = await claim(fixture, alice);
      expect(await distributor.nextEpoch(alice, usd)).to.equal(65n); // the first lock counts for two pots
      expectNear(first, await naive(fixture, alice, plan.slice(0, 65)), 65);
      const second = await claim(fixture, alice);
      expectNear(second, await naive(fixture, alice, plan.slice(65)), 5);
      expect(await distributor.nextEpoch(alice, usd)).to.equal(70n);
    });
  });
});
