import { expect } from "chai";
import { parseEther, ZeroAddress } from "ethers";
import { network } from "hardhat";
import {
  FeeSplitter__factory,
  GovernanceErrors__factory,
  HostileToken__factory,
  RevenueDistributor__factory,
} from "../../../typechain-types/index.js";
import { deployBuyback, growHistory } from "../../helpers/buyback.ts";
import { plainTokens } from "../../helpers/market.ts";
import { createIndex, deployProtocol } from "../../helpers/protocol.ts";
import { MIN_SUPPLY, nextWeek } from "../../helpers/revenue.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;

const DAY = 86_400;
const RATE = 1_585_489_599n; // D18{1/s} 5% a year
const HASH = `0x${"11".repeat(32)}`;
const FEE = 10; // HostileToken.Mode

async function deploy() {
  const world = await deployBuyback(ethers);
  const [treasury, keepers] = (await ethers.getSigners()).slice(10);
  if (!treasury || !keepers) throw new Error("twelve signers are needed");
  const { owner, gim, distributor, buyback, paths } = world;
  const splitter = await new FeeSplitter__factory(owner).deploy(gim, distributor, owner, treasury, keepers);
  await growHistory(world, time.increase);
  await buyback.setRoute(paths.usd, 1_000n, 3_600, 100);
  await splitter.setBuyback(buyback);
  return { ...world, splitter, treasury, keepers };
}

/** A splitter that receives the protocol's part of the fees of two real vaults. */
async function deployWithVaults() {
  const world = await deploy();
  const { owner, gim, escrow, treasury, keepers } = world;
  const signers = (await ethers.getSigners()).slice(12);
  const [first, second, creator] = signers;
  if (!first || !second || !creator) throw new Error("fifteen signers are needed");
  const protocol = await deployProtocol({ owner, guardian: owner, tokens: plainTokens(2) });
  const { factory } = protocol;
  const distributor = await new RevenueDistributor__factory(owner).deploy(escrow, factory, owner, MIN_SUPPLY);
  const splitter = await new FeeSplitter__factory(owner).deploy(gim, distributor, owner, treasury, keepers);
  await factory.setProtocolFee(1_000, splitter);
  const vaults = [];
  for (const symbol of ["ONE", "TWO"]) {
    vaults.push(
      await createIndex(protocol, {
        creator,
        symbol,
        salt: ethers.id(symbol),
        curator: owner.address,
        fees: { streamingRate: RATE, mintFeeBps: 0, recipient: creator.address },
        strategy: { recipient: first.address, royaltyBps: 2_000, methodologyHash: HASH },
      }),
    );
  }
  const [one, two] = vaults;
  if (!one || !two) throw new Error("two vaults are needed");
  const byCreator = await one.balanceOf(creator);
  return { ...world, distributor, splitter, factory, one, two, creator, byCreator, first, second };
}

const load = () => networkHelpers.loadFixture(deploy);
const loadVaults = () => networkHelpers.loadFixture(deployWithVaults);

const shares = (stakers: number, buyback: number, treasury: number, keepers: number) => ({
  stakers,
  buyback,
  treasury,
  keepers,
});

describe("FeeSplitter", () => {
  describe("constructor", () => {
    it("reverts when GIM, distributor, treasury or keepers' budget is 0", async () => {
      const { owner, gim, distributor, treasury, keepers, errors } = await load();
      const contract = new FeeSplitter__factory(owner);
      for (const [a, b, c, d] of [
        [ZeroAddress, distributor, treasury, keepers],
        [gim, ZeroAddress, treasury, keepers],
        [gim, distributor, ZeroAddress, keepers],
        [gim, distributor, treasury, ZeroAddress],
      ] as const) {
        await expect(contract.deploy(a, b, owner, c, d)).to.be.revertedWithCustomError(
          errors,
          "FeeSplitter_ZeroAddress",
        );
      }
    });

    it("starts with half for stakers and half for the buyback", async () => {
      const { splitter, factory } = await load();
      expect(await splitter.shares()).to.deep.equal([5_000n, 5_000n, 0n, 0n]);
      expect(await splitter.factory()).to.equal(await factory.getAddress());
    });
  });

  describe("setShares", () => {
    it("reverts when the caller is not the owner or the shares do not sum to 10,000", async () => {
      const { splitter, stranger, errors } = await load();
      await expect(splitter.connect(stranger).setShares(shares(10_000, 0, 0, 0))).to.be.revertedWithCustomError(
        splitter,
        "OwnableUnauthorizedAccount",
      );
      for (const [wrong, sum] of [
        [shares(5_000, 4_999, 0, 0), 9_999],
        [shares(5_000, 5_000, 1, 0), 10_001],
        [shares(65_535, 10_001, 0, 0), 75_536], // 10,000 in 16 bits
      ] as const) {
        await expect(splitter.setShares(wrong))
          .to.be.revertedWithCustomError(errors, "FeeSplitter_SharesInvalid")
          .withArgs(sum, 10_000);
      }
    });

    it("sets the split", async () => {
      const { splitter } = await load();
      await expect(splitter.setShares(shares(4_000, 3_000, 2_000, 1_000)))
        .to.emit(splitter, "SharesSet")
        .withArgs([5_000, 5_000, 0, 0], [4_000, 3_000, 2_000, 1_000]);
      expect(await splitter.shares()).to.deep.equal([4_000n, 3_000n, 2_000n, 1_000n]);
    });
  });

  describe("setBuyback, setTreasury, setKeeperBudget", () => {
    it("revert when the caller is not the owner, or for 0 where somebody must receive", async () => {
      const { splitter, stranger, errors } = await load();
      for (const name of ["setBuyback", "setTreasury", "setKeeperBudget"] as const) {
        await expect(splitter.connect(stranger)[name](stranger)).to.be.revertedWithCustomError(
          splitter,
          "OwnableUnauthorizedAccount",
        );
      }
      for (const name of ["setTreasury", "setKeeperBudget"] as const) {
        await expect(splitter[name](ZeroAddress)).to.be.revertedWithCustomError(errors, "FeeSplitter_ZeroAddress");
      }
    });

    it("name the receivers", async () => {
      const { splitter, stranger, buyback, treasury, keepers } = await load();
      await expect(splitter.setBuyback(ZeroAddress))
        .to.emit(splitter, "BuybackSet")
        .withArgs(await buyback.getAddress(), ZeroAddress);
      await expect(splitter.setTreasury(stranger))
        .to.emit(splitter, "TreasurySet")
        .withArgs(treasury.address, stranger.address);
      await expect(splitter.setKeeperBudget(stranger))
        .to.emit(splitter, "KeeperBudgetSet")
        .withArgs(keepers.address, stranger.address);
      expect(await splitter.treasury()).to.equal(stranger.address);
      expect(await splitter.keeperBudget()).to.equal(stranger.address);
      expect(await splitter.buyback()).to.equal(ZeroAddress);
    });
  });

  describe("distribute", () => {
    it("reverts when there is nothing, or stakers do not receive the token: it waits", async () => {
      const { splitter, distributor, usd, at, treasury, errors } = await load();
      await expect(splitter.distribute(usd))
        .to.be.revertedWithCustomError(errors, "FeeSplitter_NothingThere")
        .withArgs(at.usd);
      await usd.mint(splitter, 1_000n);
      await distributor.setRewardToken(usd, false);
      await expect(splitter.distribute(usd))
        .to.be.revertedWithCustomError(errors, "FeeSplitter_TokenNotListed")
        .withArgs(at.usd);
      expect(await usd.balanceOf(splitter)).to.equal(1_000n);
      await distributor.setRewardToken(usd, true); // a vote lists it: nothing was lost
      await splitter.distribute(usd);
      expect(await usd.balanceOf(treasury)).to.equal(0n);
      expect(await distributor.accounted(usd)).to.equal(500n);
    });

    it("splits everything, by anyone, with what rounding leaves for stakers", async () => {
      const { splitter, distributor, buyback, usd, at, treasury, keepers, stranger } = await load();
      await splitter.setShares(shares(4_001, 2_999, 1_999, 1_001));
      await usd.mint(splitter, 10_009n);
      const parts = [10_009n - 3_001n - 2_000n - 1_001n, 3_001n, 0n, 2_000n, 1_001n];
      expect(await splitter.preview(usd, 10_009n)).to.deep.equal(parts);
      expect(await splitter.connect(stranger).distribute.staticCall(usd)).to.deep.equal(parts);
      await expect(splitter.connect(stranger).distribute(usd)).to.emit(splitter, "Distributed").withArgs(at.usd, parts);
      const receivers = [distributor, buyback, treasury, keepers];
      const got = await Promise.all(receivers.map((receiver) => usd.balanceOf(receiver)));
      expect(got).to.deep.equal([parts[0], parts[1], parts[3], parts[4]]);
      expect(await distributor.accounted(usd)).to.equal(parts[0]);
      expect(await usd.balanceOf(splitter)).to.equal(0n);
      expect(await usd.allowance(splitter, distributor)).to.equal(0n);
    });

    it("burns the buyback part of GIM", async () => {
      const { splitter, distributor, buyback, gim, at } = await load();
      await gim.transfer(splitter, parseEther("101"));
      const supply = await gim.totalSupply();
      await expect(splitter.distribute(gim))
        .to.emit(splitter, "Distributed")
        .withArgs(at.gim, [parseEther("50.5"), 0n, parseEther("50.5"), 0n, 0n]);
      expect(supply - (await gim.totalSupply())).to.equal(parseEther("50.5"));
      expect(await gim.balanceOf(distributor)).to.equal(parseEther("50.5"));
      expect(await gim.balanceOf(buyback)).to.equal(0n);
    });

    it("gives stakers the buyback part of a token without a route, or without a buyback", async () => {
      const { splitter, distributor, alt, usd } = await load();
      await alt.mint(splitter, 1_001n);
      await splitter.distribute(alt);
      expect(await distributor.accounted(alt)).to.equal(1_001n);
      await splitter.setBuyback(ZeroAddress);
      await usd.mint(splitter, 1_001n);
      await splitter.distribute(usd);
      expect(await distributor.accounted(usd)).to.equal(1_001n);
    });

    it("pays no stakers when their share is 0 and nothing is left over", async () => {
      const { splitter, distributor, usd, treasury } = await load();
      await splitter.setShares(shares(0, 0, 10_000, 0));
      await usd.mint(splitter, 1_001n);
      await splitter.distribute(usd);
      expect(await usd.balanceOf(treasury)).to.equal(1_001n);
      expect(await distributor.accounted(usd)).to.equal(0n);
    });

    it("splits a token that takes a fee, each receiver bearing his own", async () => {
      const { splitter, distributor, owner, treasury } = await load();
      const dear = await new HostileToken__factory(owner).deploy(18);
      await dear.mint(splitter, 1_000n);
      await dear.setMode(FEE);
      await distributor.setRewardToken(dear, true);
      await splitter.setShares(shares(8_000, 0, 2_000, 0));
      await splitter.distribute(dear);
      expect(await dear.balanceOf(treasury)).to.equal(198n);
      expect(await distributor.accounted(dear)).to.equal(792n);
      expect(await dear.balanceOf(splitter)).to.equal(0n);
    });

    it("cannot be entered again from within a transfer", async () => {
      const { splitter, alt, at, distributor } = await load();
      await alt.mint(splitter, 1_000n);
      await splitter.setShares(shares(5_000, 0, 5_000, 0));
      await alt.setHook(splitter, splitter.interface.encodeFunctionData("distribute", [at.alt]));
      await splitter.distribute(alt);
      expect(await alt.hookReason()).to.equal(splitter.interface.encodeErrorResult("ReentrancyGuardReentrantCall"));
      expect(await distributor.accounted(alt)).to.equal(500n);
    });
  });

  describe("release", () => {
    it("reverts when the caller is not the owner, stakers receive the token, or nothing is there", async () => {
      const { splitter, distributor, usd, at, stranger, errors } = await load();
      await usd.mint(splitter, 5n);
      await expect(splitter.connect(stranger).release(usd)).to.be.revertedWithCustomError(
        splitter,
        "OwnableUnauthorizedAccount",
      );
      await expect(splitter.release(usd))
        .to.be.revertedWithCustomError(errors, "FeeSplitter_TokenListed")
        .withArgs(at.usd);
      await distributor.setRewardToken(at.alt, false);
      await expect(splitter.release(at.alt))
        .to.be.revertedWithCustomError(errors, "FeeSplitter_NothingThere")
        .withArgs(at.alt);
    });

    it("sends all of a token that stakers do not receive to the treasury", async () => {
      const { splitter, distributor, usd, at, treasury } = await load();
      await usd.mint(splitter, 5n);
      await distributor.setRewardToken(usd, false);
      await expect(splitter.release(usd)).to.emit(splitter, "Released").withArgs(at.usd, treasury.address, 5n);
      expect(await usd.balanceOf(treasury)).to.equal(5n);
    });
  });

  describe("collectFrom and collect", () => {
    it("revert, or name the vault in an event, when it is not of the factory", async () => {
      const { splitter, stranger, errors } = await loadVaults();
      await expect(splitter.collectFrom(stranger))
        .to.be.revertedWithCustomError(errors, "FeeSplitter_VaultUnknown")
        .withArgs(stranger.address);
      await expect(splitter.collect([stranger]))
        .to.emit(splitter, "CollectionFailed")
        .withArgs(stranger.address);
    });

    it("hand fees out to strategy and creator, and the protocol's part to stakers in kind, without a vote", async () => {
      const { splitter, distributor, one, creator, byCreator, first } = await loadVaults();
      await time.increase(30 * DAY);
      await splitter.collectFrom(one);
      const royalty = await one.balanceOf(first);
      const forCreator = (await one.balanceOf(creator)) - byCreator;
      const forStakers = await one.balanceOf(distributor);
      const sum = royalty + forCreator + forStakers;
      expect(forStakers).to.be.within(sum / 10n, sum / 10n + 2n); // 10% of the fees
      expect(royalty).to.be.within((sum * 18n) / 100n - 1n, (sum * 18n) / 100n); // 20% of the other 90%
      expect(await distributor.accounted(one)).to.equal(forStakers);
      expect(await one.balanceOf(splitter)).to.equal(0n);
    });

    it("do nothing for a vault without fees", async () => {
      const { splitter, factory, one, stranger } = await loadVaults();
      await factory.setProtocolFee(1_000, stranger); // the fees go elsewhere
      await expect(splitter.collectFrom(one)).to.not.emit(splitter, "Distributed");
    });

    it("pay the royalty of the record that was in force, and never move it afterwards", async () => {
      const { splitter, one, owner, first, second } = await loadVaults();
      await time.increase(30 * DAY);
      await splitter.collect([one]);
      const collected = await one.balanceOf(first);
      expect(collected).to.be.greaterThan(0n);

      const next = { recipient: second.address, royaltyBps: 5_000, methodologyHash: HASH };
      await one.connect(owner).setStrategy(next);
      await time.increase(7 * DAY);
      await one.applyStrategy(next); // nobody collected the last week before
      const paid = await one.balanceOf(first);
      expect(paid).to.be.greaterThan(collected);
      expect(await one.balanceOf(second)).to.equal(0n);

      await time.increase(30 * DAY);
      await splitter.collect([one]);
      expect(await one.balanceOf(first)).to.equal(paid);
      expect(await one.balanceOf(second)).to.be.greaterThan(paid);
    });

    it("go on with the others when one vault fails, whose fees stay in it", async () => {
      const { splitter, distributor, one, two, stranger, first } = await loadVaults();
      await distributor.setRewardToken(one, false);
      await time.increase(30 * DAY);
      const sent = splitter.collect([one, stranger, two]);
      await expect(sent)
        .to.emit(splitter, "CollectionFailed")
        .withArgs(await one.getAddress());
      await expect(sent).to.emit(splitter, "CollectionFailed").withArgs(stranger.address);
      expect(await distributor.accounted(two)).to.be.greaterThan(0n);
      expect(await one.balanceOf(first)).to.equal(0n);
      expect(await one.pendingFeeShares()).to.be.greaterThan(0n);
      const errors = GovernanceErrors__factory.connect(ZeroAddress, ethers.provider);
      await expect(splitter.collectFrom(one)).to.be.revertedWithCustomError(errors, "FeeSplitter_TokenNotListed");
      await distributor.setRewardToken(one, true);
      await splitter.collect([one]);
      expect(await distributor.accounted(one)).to.be.greaterThan(0n);
    });

    it("let stakers claim index shares", async () => {
      const { splitter, distributor, escrow, one, alice } = await loadVaults();
      await nextWeek(time);
      await escrow.connect(alice).lock(parseEther("100000"), BigInt(await time.latest()) + BigInt(300 * DAY));
      await nextWeek(time);
      await splitter.collect([one]);
      await nextWeek(time);
      const due = await distributor.claimable(alice, one);
      expect(due).to.be.greaterThan(0n);
      await distributor.connect(alice).claim(alice, [one], alice);
      expect(await one.balanceOf(alice)).to.equal(due);
    });
  });
});
