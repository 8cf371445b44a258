import { expect } from "chai";
import { parseEther } from "ethers";
import { network } from "hardhat";
import { HostileToken__factory } from "../../../typechain-types/index.js";
import { deployRevenue, lock, nextWeek, WEEK, weekOf } from "../../helpers/revenue.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;

const POT = 1_000_000_000n; // {raw USD}
const PAUSED = 1; // HostileToken.Mode

/** At the start of a week; alice has 100,000 GIM locked for a year, bob 50,000 for 30 weeks. */
async function deploy() {
  const fixture = await deployRevenue(ethers);
  await nextWeek(time);
  await lock(fixture, time, fixture.alice, 100_000, 52n);
  await lock(fixture, time, fixture.bob, 50_000, 30n);
  await nextWeek(time);
  return fixture;
}

const load = () => networkHelpers.loadFixture(deploy);

describe("attacks on revenue", () => {
  it("S79: a raw unit a week for ten million locked GIM is not rounded away, and the largest pots do not overflow", async () => {
    const fixture = await load();
    const { distributor, usd, alt, escrow, alice, carol } = fixture;
    await lock(fixture, time, carol, 9_000_000, 52n);
    await escrow.connect(carol).setPermanent(true);
    await nextWeek(time);
    const largest = 2n ** 112n - 1n;
    for (let k = 0; k < 40; ++k) {
      await distributor.notify(usd, 1n);
      if (k < 5) await distributor.notify(alt, largest);
      await nextWeek(time);
    }
    await distributor.connect(carol).claim(carol, [usd, alt], carol);
    expect(await usd.balanceOf(carol)).to.equal(39n); // each week 0.99 units, and none of them is lost
    await distributor.connect(alice).claim(alice, [usd, alt], alice);
    expect((await alt.balanceOf(carol)) + (await alt.balanceOf(alice))).to.be.within(
      (5n * largest * 99n) / 100n,
      5n * largest,
    );
  });

  it("S80: removing a token takes nobody's claim away, and a token that breaks stops only itself", async () => {
    const { distributor, usd, owner, alice, bob } = await load();
    const hostile = await new HostileToken__factory(owner).deploy(18);
    await hostile.mint(owner, POT);
    await hostile.approve(distributor, POT);
    await distributor.setRewardToken(hostile, true);
    await distributor.notify(hostile, POT);
    await distributor.notify(usd, POT);
    await distributor.setRewardToken(usd, false);
    await distributor.setRewardToken(hostile, false);
    await nextWeek(time);
    await hostile.setMode(PAUSED);

    for (const holder of [alice, bob]) {
      const due = await distributor.claimable(holder, usd);
      expect(due).to.be.greaterThan(0n);
      await distributor.connect(holder).claim(holder, [usd], holder);
      expect(await usd.balanceOf(holder)).to.equal(due);
    }
    expect(await distributor.accounted(usd)).to.be.lessThanOrEqual(2n); // rounding
    await hostile.setMode(0);
    await distributor.connect(alice).claim(alice, [hostile], alice);
    expect(await hostile.balanceOf(alice)).to.be.greaterThan(0n);
  });

  it("S81: a lock made after the week began earns nothing of that week, whatever the balance is at the claim", async () => {
    const fixture = await load();
    const { distributor, usd, escrow, alice, bob, carol } = fixture;
    await distributor.notify(usd, POT);
    await time.increase(1);
    await escrow.connect(carol).lock(parseEther("9000000"), (weekOf(await time.latest()) + 52n) * WEEK);
    await escrow.connect(bob).lock(parseEther("5000000"), 0n);
    await distributor.notify(usd, POT); // the same week
    const week = await nextWeek(time);
    await escrow.connect(bob).delegate(carol);

    expect(await distributor.claimable(carol, usd)).to.equal(0n);
    const supply = await escrow.totalSupplyAt((week - 1n) * WEEK);
    for (const holder of [alice, bob]) {
      const balance = await escrow.balanceOfAt(holder, (week - 1n) * WEEK);
      expect(await distributor.claimable(holder, usd)).to.be.within(
        (balance * 2n * POT) / supply - 1n,
        (balance * 2n * POT) / supply,
      );
    }
  });

  it("S82: a reward token that calls back during a claim is not paid twice", async () => {
    const { distributor, alt, alice } = await load();
    await distributor.notify(alt, POT);
    await nextWeek(time);
    await distributor.connect(alice).setClaimer(alt); // the token may claim for alice
    const { interface: abi } = distributor;
    const due = await distributor.claimable(alice, alt);
    const address = await alt.getAddress();
    await alt.setHook(distributor, abi.encodeFunctionData("claimUpTo", [alice.address, address, address, 64n]));
    await distributor.connect(alice).claim(alice, [alt], alice);
    expect(await alt.hookSucceeded()).to.equal(false);
    expect(await alt.balanceOf(alice)).to.equal(due);
    expect(await alt.balanceOf(alt)).to.equal(0n);
    expect(await distributor.accounted(alt)).to.equal(await alt.balanceOf(distributor));
  });

  it("S88: hundreds of changes of a lock do not lock a claim out: it goes on in pieces of bounded cost", async () => {
    const fixture = await load();
    const { distributor, usd, alice } = fixture;
    for (let week = 0; week < 40; ++week) {
      for (let k = 0; k < 10; ++k) await lock(fixture, time, alice, 100, 52n);
      await distributor.notify(usd, POT);
      await nextWeek(time);
    }
    const whole = await distributor.claimable(alice, usd);
    let calls = 0n;
    for (let next = 0n; next < 40n; ++calls) {
      const sent = await distributor.connect(alice).claim(alice, [usd], alice);
      expect((await sent.wait())?.gasUsed).to.be.lessThan(1_500_000n);
      expect(await distributor.nextEpoch(alice, usd)).to.be.greaterThan(next);
      next = await distributor.nextEpoch(alice, usd);
    }
    expect(calls).to.equal(6n); // 401 changes, 64 at a time, less those that the start of a claim skips
    expect(await usd.balanceOf(alice)).to.be.within(whole - calls, whole);
  });
});
