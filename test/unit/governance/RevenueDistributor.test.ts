import { expect } from "chai";
import { MaxUint256, parseEther, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { HostileToken__factory, RevenueDistributor__factory } from "../../../typechain-types/index.js";
import { deployRevenue, lock, MIN_SUPPLY, nextWeek, WEEK, weekOf } from "../../helpers/revenue.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;

const SCALE = 2n ** 128n;
const LARGEST = 2n ** 112n - 1n;
const FEE = 10; // HostileToken.Mode

/** At the start of a week, with 100,000 GIM of alice locked for a year. */
async function deployLocked() {
  const fixture = await deployRevenue(ethers);
  await nextWeek(time);
  await lock(fixture, time, fixture.alice, 100_000, 52n);
  await nextWeek(time);
  return fixture;
}

async function deployBare() {
  const fixture = await deployRevenue(ethers);
  await nextWeek(time);
  return fixture;
}

const loadLocked = () => networkHelpers.loadFixture(deployLocked);
const loadBare = () => networkHelpers.loadFixture(deployBare);
const currentWeek = async () => weekOf(await time.latest());

describe("RevenueDistributor", () => {
  describe("constructor", () => {
    it("reverts when escrow or factory is 0", async () => {
      const { owner, escrow, factory, errors } = await loadBare();
      const contract = new RevenueDistributor__factory(owner);
      for (const [first, second] of [
        [ZeroAddress, factory],
        [escrow, ZeroAddress],
      ] as const) {
        await expect(contract.deploy(first, second, owner, MIN_SUPPLY)).to.be.revertedWithCustomError(
          errors,
          "RevenueDistributor_ZeroAddress",
        );
      }
    });

    it("reverts when the smallest supply is below one veGIM", async () => {
      const { owner, escrow, factory, errors } = await loadBare();
      const least = parseEther("1");
      await expect(new RevenueDistributor__factory(owner).deploy(escrow, factory, owner, least - 1n))
        .to.be.revertedWithCustomError(errors, "RevenueDistributor_MinSupplyTooSmall")
        .withArgs(least - 1n, least);
      const deployed = await new RevenueDistributor__factory(owner).deploy(escrow, factory, owner, least);
      expect(await deployed.minSupply()).to.equal(least);
      expect(await deployed.escrow()).to.equal(await escrow.getAddress());
      expect(await deployed.factory()).to.equal(await factory.getAddress());
      expect(await deployed.owner()).to.equal(owner.address);
    });
  });

  describe("setRewardToken", () => {
    it("reverts when the caller is not the owner or the token is 0", async () => {
      const { distributor, stranger, usd, errors } = await loadBare();
      await expect(distributor.connect(stranger).setRewardToken(usd, false)).to.be.revertedWithCustomError(
        distributor,
        "OwnableUnauthorizedAccount",
      );
      await expect(distributor.setRewardToken(ZeroAddress, true)).to.be.revertedWithCustomError(
        errors,
        "RevenueDistributor_ZeroAddress",
      );
    });

    it("lists and removes, and tells both states", async () => {
      const { distributor, stranger } = await loadBare();
      expect(await distributor.isRewardToken(stranger)).to.equal(false);
      await expect(distributor.setRewardToken(stranger, true))
        .to.emit(distributor, "RewardTokenSet")
        .withArgs(stranger.address, 0, 1);
      expect(await distributor.isRewardToken(stranger)).to.equal(true);
      await expect(distributor.setRewardToken(stranger, false))
        .to.emit(distributor, "RewardTokenSet")
        .withArgs(stranger.address, 1, 2);
      expect(await distributor.isRewardToken(stranger)).to.equal(false);
      expect(await distributor.listing(stranger)).to.equal(2);
    });

    it("welcomes the factory's indices without a vote, until one is removed", async () => {
      const { distributor, factory } = await loadBare();
      expect(await distributor.isRewardToken(factory)).to.equal(true);
      await distributor.setRewardToken(factory, false);
      expect(await distributor.isRewardToken(factory)).to.equal(false);
    });
  });

  describe("notify", () => {
    it("reverts when the token is not listed, or was removed", async () => {
      const { distributor, stranger, usd, errors } = await loadLocked();
      for (const token of [stranger.address, await usd.getAddress()]) {
        await distributor.setRewardToken(usd, false);
        await expect(distributor.notify(token, 1n))
          .to.be.revertedWithCustomError(errors, "RevenueDistributor_TokenNotListed")
          .withArgs(token);
      }
    });

    it("reverts when nothing is paid, or nothing arrives", async () => {
      const { distributor, owner, usd, errors } = await loadLocked();
      await expect(distributor.notify(usd, 0n))
        .to.be.revertedWithCustomError(errors, "RevenueDistributor_AmountZero")
        .withArgs(await usd.getAddress());
      const dear = await new HostileToken__factory(owner).deploy(18);
      await dear.setMode(FEE);
      await dear.mint(owner, 1n);
      await dear.approve(distributor, 1n);
      await distributor.setRewardToken(dear, true);
      await expect(distributor.notify(dear, 1n)) // all of it is fee
        .to.be.revertedWithCustomError(errors, "RevenueDistributor_AmountZero")
        .withArgs(await dear.getAddress());
    });

    it("reverts when the pot would not fit, before any money moves", async () => {
      const { distributor, usd, owner, errors } = await loadLocked();
      const address = await usd.getAddress();
      const before = await usd.balanceOf(owner);
      for (const [amount, sum] of [
        [LARGEST + 1n, LARGEST + 1n],
        [MaxUint256, MaxUint256],
      ] as const) {
        await expect(distributor.notify(usd, amount))
          .to.be.revertedWithCustomError(errors, "RevenueDistributor_PotTooLarge")
          .withArgs(address, sum, LARGEST);
      }
      await distributor.notify(usd, 5n);
      await distributor.notify(usd, LARGEST - 5n);
      await expect(distributor.notify(usd, 1n))
        .to.be.revertedWithCustomError(errors, "RevenueDistributor_PotTooLarge")
        .withArgs(address, LARGEST + 1n, LARGEST);
      await expect(distributor.notify(usd, MaxUint256))
        .to.be.revertedWithCustomError(errors, "RevenueDistributor_PotTooLarge")
        .withArgs(address, MaxUint256, LARGEST);
      expect(await usd.balanceOf(owner)).to.equal(before - LARGEST);
      await nextWeek(time);
      await distributor.notify(usd, LARGEST); // the next week has a pot of its own
    });

    it("pays the largest pots out without an overflow", async () => {
      const { distributor, usd, alice } = await loadLocked();
      for (let k = 0; k < 3; ++k) {
        await distributor.notify(usd, LARGEST);
        await nextWeek(time);
      }
      await distributor.connect(alice).claim(alice, [usd], alice);
      expect(await usd.balanceOf(alice)).to.be.within(3n * LARGEST - 1n, 3n * LARGEST);
    });

    it("reverts when the payer has not approved", async () => {
      const { distributor, usd, stranger } = await loadLocked();
      await expect(distributor.connect(stranger).notify(usd, 1n)).to.be.revertedWithCustomError(
        usd,
        "ERC20InsufficientAllowance",
      );
    });

    it("adds what is paid in one week to one pot", async () => {
      const { distributor, usd, owner, stranger } = await loadLocked();
      const address = await usd.getAddress();
      const week = await currentWeek();
      await expect(distributor.notify(usd, 100n))
        .to.emit(distributor, "Notified")
        .withArgs(address, owner.address, week, 100n, 100n);
      await usd.mint(stranger, 7n);
      await usd.connect(stranger).approve(distributor, 7n);
      await time.increaseTo((week + 1n) * WEEK - 2n);
      await expect(distributor.connect(stranger).notify(usd, 7n))
        .to.emit(distributor, "Notified")
        .withArgs(address, stranger.address, week, 7n, 107n);
      expect(await distributor.potOf(usd)).to.deep.equal([107n, week, 0n]);
      expect(await distributor.accounted(usd)).to.equal(107n);
      expect(await usd.balanceOf(distributor)).to.equal(107n);
    });

    it("closes the pot of an older week first, at that week's supply", async () => {
      const { distributor, usd, escrow, bob } = await loadLocked();
      const address = await usd.getAddress();
      const week = await currentWeek();
      await distributor.notify(usd, 100n);
      await escrow.connect(bob).lock(parseEther("500000"), (week + 40n) * WEEK);
      await nextWeek(time);
      const supply = await escrow.totalSupplyAt(week * WEEK);
      const paid = distributor.notify(usd, 30n);
      await expect(paid).to.emit(distributor, "Finalized").withArgs(address, week, 100n, supply);
      await expect(paid)
        .to.emit(distributor, "Notified")
        .withArgs(address, await distributor.owner(), week + 1n, 30n, 30n);
      const rate = (100n * SCALE) / supply;
      expect(await distributor.epochAt(usd, 0)).to.deep.equal([week, rate, rate * week]);
      expect(await distributor.potOf(usd)).to.deep.equal([30n, week + 1n, 1n]);

      await nextWeek(time);
      await distributor.finalize(usd);
      const second = (30n * SCALE) / (await escrow.totalSupplyAt((week + 1n) * WEEK));
      expect(await distributor.epochAt(usd, 1)).to.deep.equal([
        week + 1n,
        rate + second,
        rate * week + second * (week + 1n),
      ]);
    });

    it("gives every week with payments a pot of its own, however long nobody calls", async () => {
      const { distributor, usd } = await loadLocked();
      const week = await currentWeek();
      await distributor.notify(usd, 100n);
      await nextWeek(time, 9n);
      await distributor.notify(usd, 50n);
      await nextWeek(time, 5n);
      await distributor.finalize(usd);
      expect((await distributor.epochAt(usd, 0)).week).to.equal(week);
      expect((await distributor.epochAt(usd, 1)).week).to.equal(week + 9n);
      expect(await distributor.potOf(usd)).to.deep.equal([0n, week + 9n, 2n]);
    });

    it("keeps the pots of tokens apart", async () => {
      const { distributor, usd, alt } = await loadLocked();
      const week = await currentWeek();
      await distributor.notify(usd, 100n);
      await nextWeek(time);
      await distributor.notify(alt, 70n);
      expect(await distributor.potOf(usd)).to.deep.equal([100n, week, 0n]);
      expect(await distributor.potOf(alt)).to.deep.equal([70n, week + 1n, 0n]);
    });

    it("counts what arrives when a token takes a fee", async () => {
      const { distributor, owner } = await loadLocked();
      const dear = await new HostileToken__factory(owner).deploy(18);
      await dear.setMode(FEE);
      await dear.mint(owner, 1_000n);
      await dear.approve(distributor, 1_000n);
      await distributor.setRewardToken(dear, true);
      await distributor.notify(dear, 1_000n);
      expect((await distributor.potOf(dear)).amount).to.equal(990n);
      expect(await distributor.accounted(dear)).to.equal(990n);
    });

    it("does not count what somebody sends from within the transfer", async () => {
      const { distributor, alt } = await loadLocked();
      await alt.mint(alt, 5n);
      await alt.setHook(alt, alt.interface.encodeFunctionData("transfer", [await distributor.getAddress(), 5n]));
      await distributor.notify(alt, 100n);
      expect(await alt.balanceOf(distributor)).to.equal(105n);
      expect((await distributor.potOf(alt)).amount).to.equal(100n);
      expect(await distributor.accounted(alt)).to.equal(100n);
    });

    it("cannot be entered again from within the transfer", async () => {
      const { distributor, alt, usd } = await loadLocked();
      const { interface: abi } = distributor;
      const self = await alt.getAddress();
      for (const payload of [
        abi.encodeFunctionData("notify", [await usd.getAddress(), 1n]),
        abi.encodeFunctionData("claim", [self, [self], self]),
        abi.encodeFunctionData("claimUpTo", [self, self, self, 1n]),
      ]) {
        await alt.setHook(distributor, payload);
        await distributor.notify(alt, 100n);
        expect(await alt.hookReason()).to.equal(abi.encodeErrorResult("ReentrancyGuardReentrantCall"));
      }
    });
  });

  describe("finalize", () => {
    it("does nothing without a pot, or while its week runs", async () => {
      const { distributor, usd } = await loadLocked();
      const week = await currentWeek();
      await expect(distributor.finalize(usd)).to.not.emit(distributor, "Finalized");
      await distributor.notify(usd, 100n);
      await time.increaseTo((week + 1n) * WEEK - 2n);
      await expect(distributor.finalize(usd)).to.not.emit(distributor, "Finalized");
      expect(await distributor.potOf(usd)).to.deep.equal([100n, week, 0n]);
    });

    it("shares a pot out in the first second after its week, by anyone", async () => {
      const { distributor, usd, stranger } = await loadLocked();
      const week = await currentWeek();
      await distributor.notify(usd, 100n);
      await time.setNextBlockTimestamp((week + 1n) * WEEK);
      await expect(distributor.connect(stranger).finalize(usd)).to.emit(distributor, "Finalized");
      await expect(distributor.finalize(usd)).to.not.emit(distributor, "Finalized");
    });

    it("rolls the pot of a week that began with too little locked on to the running one", async () => {
      const { distributor, usd, alice } = await loadBare();
      const address = await usd.getAddress();
      const week = await currentWeek();
      await distributor.notify(usd, 100n);
      await nextWeek(time, 3n);
      const rolled = distributor.finalize(usd);
      await expect(rolled)
        .to.emit(distributor, "RolledOn")
        .withArgs(address, week, week + 3n, 100n);
      await expect(rolled).to.not.emit(distributor, "Finalized");
      expect(await distributor.potOf(usd)).to.deep.equal([100n, week + 3n, 0n]);
      expect(await distributor.claimable(alice, usd)).to.equal(0n);
      await distributor.notify(usd, 11n);
      expect(await distributor.potOf(usd)).to.deep.equal([111n, week + 3n, 0n]);
    });

    it("shares with exactly the smallest supply, and not with a wei less", async () => {
      const fixture = await loadBare();
      const { distributor, usd, escrow, alice } = fixture;
      await escrow.connect(alice).lock(MIN_SUPPLY - 1n, ((await currentWeek()) + 52n) * WEEK);
      await escrow.connect(alice).setPermanent(true);
      const week = await nextWeek(time);
      await distributor.notify(usd, 100n);
      await escrow.connect(alice).lock(1n, 0n);
      await nextWeek(time);
      await expect(distributor.finalize(usd)).to.emit(distributor, "RolledOn");
      await nextWeek(time);
      await expect(distributor.finalize(usd))
        .to.emit(distributor, "Finalized")
        .withArgs(await usd.getAddress(), week + 1n, 100n, MIN_SUPPLY);
    });

    it("rolls on to the same week whoever calls when", async () => {
      const fixture = await loadBare();
      const { distributor, usd, alt, alice } = fixture;
      const week = await currentWeek();
      await distributor.notify(usd, 100n);
      await distributor.notify(alt, 100n);
      await nextWeek(time);
      await distributor.finalize(alt); // this one is called every week
      await nextWeek(time);
      await distributor.finalize(alt);
      await lock(fixture, time, alice, 100_000, 30n); // counts from the third week on
      for (let k = 0; k < 4; ++k) {
        await nextWeek(time);
        await distributor.finalize(alt);
      }
      await distributor.finalize(usd);
      for (const token of [usd, alt]) expect((await distributor.epochAt(token, 0)).week).to.equal(week + 3n);
      expect(await distributor.epochAt(usd, 0)).to.deep.equal(await distributor.epochAt(alt, 0));
    });

    it("looks 104 weeks ahead and no further", async () => {
      const fixture = await loadBare();
      const { distributor, usd, alt, alice } = fixture;
      const week = await currentWeek();
      await distributor.notify(usd, 100n);
      await nextWeek(time);
      await distributor.notify(alt, 100n);
      await time.increaseTo((week + 103n) * WEEK + 5n);
      await lock(fixture, time, alice, 100_000, 20n); // week 104 is the first that begins with enough
      await nextWeek(time, 3n);
      await expect(distributor.finalize(usd))
        .to.emit(distributor, "RolledOn")
        .withArgs(await usd.getAddress(), week, week + 106n, 100n);
      await expect(distributor.finalize(alt)).to.emit(distributor, "Finalized");
      expect((await distributor.epochAt(alt, 0)).week).to.equal(week + 104n);
    });

    it("goes on for tokens that were removed", async () => {
      const { distributor, usd, alice } = await loadLocked();
      await distributor.notify(usd, 100n);
      await distributor.setRewardToken(usd, false);
      await nextWeek(time);
      await distributor.finalize(usd);
      await distributor.connect(alice).claim(alice, [usd], alice);
      expect(await usd.balanceOf(alice)).to.be.within(99n, 100n);
    });
  });

  describe("sweep", () => {
    it("reverts when the caller is not the owner, the receiver is 0, or nothing is left over", async () => {
      const { distributor, usd, stranger, owner, errors } = await loadLocked();
      await distributor.notify(usd, 100n);
      await expect(distributor.connect(stranger).sweep(usd, stranger)).to.be.revertedWithCustomError(
        distributor,
        "OwnableUnauthorizedAccount",
      );
      await expect(distributor.sweep(usd, ZeroAddress)).to.be.revertedWithCustomError(
        errors,
        "RevenueDistributor_ZeroAddress",
      );
      await expect(distributor.sweep(usd, owner))
        .to.be.revertedWithCustomError(errors, "RevenueDistributor_NothingToSweep")
        .withArgs(await usd.getAddress());
    });

    it("reverts, and pays nobody, when a token lost balance by itself", async () => {
      const { distributor, owner, errors } = await loadLocked();
      const token = await new HostileToken__factory(owner).deploy(18);
      await token.mint(owner, 100n);
      await token.approve(distributor, 100n);
      await distributor.setRewardToken(token, true);
      await distributor.notify(token, 100n);
      await token.take(distributor, 40n);
      await expect(distributor.sweep(token, owner)).to.be.revertedWithCustomError(
        errors,
        "RevenueDistributor_NothingToSweep",
      );
    });

    it("sends what came without notice, and not a wei of the pots", async () => {
      const { distributor, usd, stranger, alice } = await loadLocked();
      await distributor.notify(usd, 100n);
      await usd.mint(distributor, 40n);
      await expect(distributor.sweep(usd, stranger))
        .to.emit(distributor, "Swept")
        .withArgs(await usd.getAddress(), stranger.address, 40n);
      expect(await usd.balanceOf(stranger)).to.equal(40n);
      expect(await distributor.accounted(usd)).to.equal(100n);
      await nextWeek(time);
      await distributor.connect(alice).claim(alice, [usd], alice);
      expect(await distributor.accounted(usd)).to.equal(100n - (await usd.balanceOf(alice)));
    });
  });

  describe("setClaimer", () => {
    it("names, replaces and removes the caller's claimer", async () => {
      const { distributor, alice, bob, stranger } = await loadBare();
      const connected = distributor.connect(alice);
      await expect(connected.setClaimer(bob))
        .to.emit(distributor, "ClaimerSet")
        .withArgs(alice.address, ZeroAddress, bob.address);
      await expect(connected.setClaimer(stranger))
        .to.emit(distributor, "ClaimerSet")
        .withArgs(alice.address, bob.address, stranger.address);
      expect(await distributor.claimerOf(alice)).to.equal(stranger.address);
      await connected.setClaimer(ZeroAddress);
      expect(await distributor.claimerOf(alice)).to.equal(ZeroAddress);
    });
  });
});
