import { expect } from "chai";
import { network } from "hardhat";
import { DAY, deployLocked, RESERVE, STATUS, SUPPLY, sell } from "../../helpers/strategies.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;
const MINUTES = 60n;

describe("StrategyShares: redemption and buy-out", () => {
  const base = async () => deployLocked(await ethers.getSigners());
  const load = () => networkHelpers.loadFixture(base);
  type World = Awaited<ReturnType<typeof load>>;

  /** All shares to the author. */
  async function gather({ shares, author, alice, bob }: World): Promise<void> {
    for (const account of [alice, bob]) await shares.connect(account).transfer(author, await shares.balanceOf(account));
  }

  describe("redeem", () => {
    it("reverts when the caller has not all shares", async () => {
      const world = await load();
      const { shares, author, carol, errors } = world;
      await gather(world);
      await shares.transfer(carol, 1n);
      await expect(shares.redeem())
        .to.be.revertedWithCustomError(errors, "StrategyShares_SharesMissing")
        .withArgs(SUPPLY - 1n, SUPPLY);
      await shares.connect(carol).transfer(author, 1n);
      await shares.redeem();
    });

    it("reverts once somebody has bid", async () => {
      const world = await load();
      const { shares, carol, errors } = world;
      await gather(world);
      await shares.connect(carol).bid(RESERVE);
      await expect(shares.redeem())
        .to.be.revertedWithCustomError(errors, "StrategyShares_StateInvalid")
        .withArgs(STATUS.auction);
    });

    it("burns all shares for the token, once", async () => {
      const world = await load();
      const { shares, registry, author, errors } = world;
      await gather(world);
      await expect(shares.redeem()).to.emit(shares, "Redeemed").withArgs(author.address, SUPPLY);
      expect(await registry.ownerOf(1)).to.equal(author.address);
      expect([await shares.totalSupply(), await shares.status()]).to.deep.equal([0n, STATUS.redeemed]);
      for (const call of [shares.redeem(), shares.bid(RESERVE), shares.settle([]), shares.cashOut(1)]) {
        await expect(call)
          .to.be.revertedWithCustomError(errors, "StrategyShares_StateInvalid")
          .withArgs(STATUS.redeemed);
      }
    });
  });

  describe("bid", () => {
    it("reverts below the reserve price", async () => {
      const { shares, carol, usdc, errors } = await load();
      await expect(shares.connect(carol).bid(RESERVE - 1n))
        .to.be.revertedWithCustomError(errors, "StrategyShares_BidTooLow")
        .withArgs(RESERVE - 1n, RESERVE, await usdc.getAddress());
    });

    it("reverts less than 5% above the highest bid, rounded up", async () => {
      const { shares, alice, carol, errors } = await load();
      await shares.connect(carol).bid(RESERVE + 1n);
      expect(await shares.minBid()).to.equal(1_050_000_002n); // 1,050,000,001.05
      await expect(shares.connect(alice).bid(1_050_000_001n)).to.be.revertedWithCustomError(
        errors,
        "StrategyShares_BidTooLow",
      );
      await shares.connect(alice).bid(1_050_000_002n);
    });

    it("begins an auction of 7 days, with the money in", async () => {
      const { shares, usdc, carol, address } = await load();
      const at = BigInt(await time.latest()) + 50n;
      await time.setNextBlockTimestamp(at);
      await expect(shares.connect(carol).bid(RESERVE))
        .to.emit(shares, "BidPlaced")
        .withArgs(carol.address, RESERVE, "0x0000000000000000000000000000000000000000", 0, at + 7n * DAY);
      expect(await shares.buyout()).to.deep.equal([carol.address, at + 7n * DAY, 0n, RESERVE]);
      expect([await usdc.balanceOf(address), await shares.accounted(usdc)]).to.deep.equal([RESERVE, RESERVE]);
      expect(await shares.status()).to.equal(STATUS.auction);
    });

    it("is possible until the second of the end, and then moves the end to 15 minutes later", async () => {
      const { shares, alice, bob, carol, errors } = await load();
      await shares.connect(carol).bid(RESERVE);
      const { endsAt } = await shares.buyout();
      await time.setNextBlockTimestamp(endsAt - 15n * MINUTES);
      await shares.connect(alice).bid(2n * RESERVE);
      expect((await shares.buyout()).endsAt).to.equal(endsAt);
      await time.setNextBlockTimestamp(endsAt - 1n);
      await shares.connect(bob).bid(3n * RESERVE);
      expect((await shares.buyout()).endsAt).to.equal(endsAt - 1n + 15n * MINUTES);
      await time.setNextBlockTimestamp(endsAt - 1n + 15n * MINUTES);
      await expect(shares.connect(alice).bid(9n * RESERVE))
        .to.be.revertedWithCustomError(errors, "StrategyShares_AuctionOver")
        .withArgs(endsAt - 1n + 15n * MINUTES, endsAt - 1n + 15n * MINUTES);
    });

    it("does not count as a royalty", async () => {
      const { shares, usdc, carol, errors } = await load();
      await shares.connect(carol).bid(RESERVE);
      await expect(shares.harvest(usdc)).to.be.revertedWithCustomError(errors, "StrategyShares_NothingCame");
    });
  });

  describe("withdrawBid", () => {
    it("reverts for who bids most, and for who never did", async () => {
      const { shares, alice, carol, errors } = await load();
      await shares.connect(carol).bid(RESERVE);
      for (const account of [alice, carol]) {
        await expect(shares.withdrawBid(account))
          .to.be.revertedWithCustomError(errors, "StrategyShares_NothingToWithdraw")
          .withArgs(account.address);
      }
    });

    it("sends all beaten bids of an account back to it, whoever calls, once", async () => {
      const { shares, usdc, alice, bob, carol, errors } = await load();
      const before = await usdc.balanceOf(carol);
      await shares.connect(carol).bid(RESERVE);
      await shares.connect(alice).bid(2n * RESERVE);
      await shares.connect(carol).bid(3n * RESERVE);
      await shares.connect(alice).bid(4n * RESERVE);
      expect(await shares.refundOf(carol)).to.equal(4n * RESERVE);
      await expect(shares.connect(bob).withdrawBid(carol))
        .to.emit(shares, "BidWithdrawn")
        .withArgs(carol.address, 4n * RESERVE);
      expect(await usdc.balanceOf(carol)).to.equal(before);
      await expect(shares.withdrawBid(carol)).to.be.revertedWithCustomError(errors, "StrategyShares_NothingToWithdraw");
      expect(await shares.accounted(usdc)).to.equal(6n * RESERVE);
    });
  });

  describe("settle", () => {
    it("reverts without a bid, before the end, and a second time", async () => {
      const { shares, carol, errors } = await load();
      await expect(shares.settle([]))
        .to.be.revertedWithCustomError(errors, "StrategyShares_StateInvalid")
        .withArgs(STATUS.locked);
      await shares.connect(carol).bid(RESERVE);
      const { endsAt } = await shares.buyout();
      await time.setNextBlockTimestamp(endsAt - 1n);
      await expect(shares.settle([]))
        .to.be.revertedWithCustomError(errors, "StrategyShares_AuctionRunning")
        .withArgs(endsAt, endsAt - 1n);
      await time.setNextBlockTimestamp(endsAt);
      await shares.settle([]);
      await expect(shares.settle([])).to.be.revertedWithCustomError(errors, "StrategyShares_StateInvalid");
    });

    it("reverts when the shares themselves are named", async () => {
      const { shares, carol, errors } = await load();
      await shares.connect(carol).bid(RESERVE);
      await time.increase(7n * DAY);
      await expect(shares.settle([await shares.getAddress()])).to.be.revertedWithCustomError(
        errors,
        "StrategyShares_TokenInvalid",
      );
    });

    it("shares royalties a last time, within a day of the last round, and hands the token over", async () => {
      const { shares, registry, receiver, fees, usdc, alice, carol } = await load();
      await shares.connect(carol).bid(RESERVE);
      await time.increase(7n * DAY);
      await fees.mint(receiver, 1_000n);
      await shares.harvest(fees);
      await fees.mint(receiver, 500n);
      await usdc.mint(receiver, 100n);
      const names = [await fees.getAddress(), await usdc.getAddress(), await usdc.getAddress()];
      await expect(shares.settle(names)).to.emit(shares, "Settled").withArgs(carol.address, RESERVE);
      expect(await registry.ownerOf(1)).to.equal(carol.address);
      expect(await shares.claimable(alice, fees)).to.equal(450);
      expect(await shares.claimable(alice, usdc)).to.equal(30);
      expect(await shares.roundCount(usdc)).to.equal(1);
      expect(await shares.status()).to.equal(STATUS.sold);
    });
  });

  describe("cashOut", () => {
    it("reverts before the sale, for no shares, and for more than the caller has", async () => {
      const world = await load();
      const { shares, alice, carol, errors } = world;
      await expect(shares.cashOut(1)).to.be.revertedWithCustomError(errors, "StrategyShares_StateInvalid");
      await sell(world, time, carol, RESERVE);
      await expect(shares.cashOut(0)).to.be.revertedWithCustomError(errors, "StrategyShares_SharesZero");
      await expect(shares.connect(alice).cashOut((SUPPLY * 3n) / 10n + 1n)).to.be.revertedWithCustomError(
        shares,
        "ERC20InsufficientBalance",
      );
    });

    it("pays each share its part of the price; the sum is the price", async () => {
      const world = await load();
      const { shares, usdc, author, alice, bob, carol } = world;
      const before = await usdc.balanceOf(shares);
      await sell(world, time, carol, 2n * RESERVE);
      const all = await shares.balanceOf(alice);
      await expect(shares.connect(alice).cashOut(all))
        .to.emit(shares, "CashedOut")
        .withArgs(alice.address, all, (6n * RESERVE) / 10n);
      await shares.connect(bob).cashOut(await shares.balanceOf(bob));
      await shares.cashOut(await shares.balanceOf(author));
      expect(await shares.totalSupply()).to.equal(0);
      expect([await usdc.balanceOf(shares), await shares.accounted(usdc)]).to.deep.equal([before, 0n]);
    });

    it("rounds down, and the price goes with the shares", async () => {
      const world = await load();
      const { shares, usdc, alice, carol } = world;
      await sell(world, time, carol, RESERVE);
      await shares.connect(alice).transfer(carol, 1_999_999_999_999n);
      const before = await usdc.balanceOf(carol);
      await shares.connect(carol).cashOut(1_999_999_999_999n); // 1.999999999999 raw USDC
      expect((await usdc.balanceOf(carol)) - before).to.equal(1);
    });
  });
});
