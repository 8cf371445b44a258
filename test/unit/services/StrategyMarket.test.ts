import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { StrategyMarket__factory } from "../../../typechain-types/index.js";
import {
  deployMarketplace,
  FEE_BPS,
  FIRST_HASH,
  GIM,
  NO_HASH,
  RESALE_BPS,
  SECOND_HASH,
  SIGNALS,
  USD,
} from "../../helpers/strategyMarket.ts";

const { ethers, networkHelpers } = await network.create();
const { loadFixture, time } = networkHelpers;

const DAY = 86_400n;
const YEAR = 365n * DAY;
const BPS = 10_000n;
const PRICE = 1_000n * USD;
const PLAN = 1_000n;

const deploy = async () => deployMarketplace(await ethers.getSigners(), networkHelpers);
const fresh = () => loadFixture(deploy);

describe("StrategyMarket", () => {
  describe("constructor", () => {
    it("reverts when an address is missing, and when the fee is too high", async () => {
      const { owner, market, registry, pass, usdc, gim, splitter, errors } = await fresh();
      const args = await Promise.all([registry, pass, usdc, gim, splitter].map((x) => ethers.resolveAddress(x)));
      for (const place of args.keys()) {
        const bad = args.map((address, index) => (index === place ? ZeroAddress : address));
        const [a = "", b = "", c = "", d = "", e = ""] = bad;
        await expect(
          new StrategyMarket__factory(owner).deploy(a, b, c, d, e, FEE_BPS, owner),
        ).to.be.revertedWithCustomError(errors, "StrategyMarket_ZeroAddress");
      }
      const itself = ethers.getCreateAddress({ from: owner.address, nonce: await owner.getNonce() });
      await expect(
        new StrategyMarket__factory(owner).deploy(registry, pass, usdc, gim, itself, FEE_BPS, owner),
      ).to.be.revertedWithCustomError(errors, "StrategyMarket_ZeroAddress");
      await expect(new StrategyMarket__factory(owner).deploy(registry, pass, usdc, gim, splitter, 501n, owner))
        .to.be.revertedWithCustomError(errors, "StrategyMarket_FeeTooHigh")
        .withArgs(501, 500);
      expect(await market.feeBps()).to.equal(FEE_BPS);
    });

    it("tells its parts", async () => {
      const w = await fresh();
      expect(await w.market.registry()).to.equal(w.registry.target);
      expect(await w.market.pass()).to.equal(w.pass.target);
      expect(await w.market.usdc()).to.equal(w.usdc.target);
      expect(await w.market.gim()).to.equal(w.gim.target);
      expect(await w.market.feeReceiver()).to.equal(w.splitter.address);
      expect(await w.market.owner()).to.equal(w.owner.address);
      expect([await w.market.MAX_FEE_BPS(), await w.market.MAX_DURATION()]).to.deep.equal([500n, YEAR]);
    });
  });

  describe("list", () => {
    it("reverts when it would end now, in the past or after a year", async () => {
      const { market, registry, usdc, seller, errors, inSeconds } = await fresh();
      const now = await inSeconds(100n);
      for (const until of [now, now - 1n, 0n, now + YEAR + 1n]) {
        await time.setNextBlockTimestamp(now);
        const snapshot = await networkHelpers.takeSnapshot();
        await expect(market.connect(seller).list(registry, 1, 1, PRICE, usdc, until))
          .to.be.revertedWithCustomError(errors, "StrategyMarket_UntilInvalid")
          .withArgs(until, now + YEAR);
        await snapshot.restore();
      }
      await time.setNextBlockTimestamp(now);
      await market.connect(seller).list(registry, 1, 1, PRICE, usdc, now + YEAR);
    });

    it("reverts without a price, in another currency, and for a token of another collection", async () => {
      const { market, registry, usdc, seller, errors, inSeconds } = await fresh();
      const until = await inSeconds(DAY);
      const from = market.connect(seller);
      await expect(from.list(registry, 1, 1, 0, usdc, until)).to.be.revertedWithCustomError(
        errors,
        "StrategyMarket_PriceZero",
      );
      await expect(from.list(registry, 1, 1, PRICE, registry, until))
        .to.be.revertedWithCustomError(errors, "StrategyMarket_CurrencyUnknown")
        .withArgs(registry.target);
      await expect(from.list(usdc, 1, 1, PRICE, usdc, until))
        .to.be.revertedWithCustomError(errors, "StrategyMarket_CollectionUnknown")
        .withArgs(usdc.target);
    });

    it("reverts when units are none, or not one of a strategy", async () => {
      const { market, registry, pass, usdc, seller, errors, inSeconds } = await fresh();
      const until = await inSeconds(DAY);
      const from = market.connect(seller);
      for (const units of [0n, 2n]) {
        await expect(from.list(registry, 1, units, PRICE, usdc, until))
          .to.be.revertedWithCustomError(errors, "StrategyMarket_UnitsInvalid")
          .withArgs(units, 1);
      }
      await expect(from.list(pass, SIGNALS, 0, USD, usdc, until))
        .to.be.revertedWithCustomError(errors, "StrategyMarket_UnitsInvalid")
        .withArgs(0, 100);
    });

    it("reverts when the caller does not hold what he lists, or it is not there", async () => {
      const { market, registry, pass, usdc, author, seller, errors, inSeconds } = await fresh();
      const until = await inSeconds(DAY);
      await expect(market.connect(author).list(registry, 1, 1, PRICE, usdc, until))
        .to.be.revertedWithCustomError(errors, "StrategyMarket_NotOwned")
        .withArgs(author.address, 1, 0, 1);
      await expect(market.connect(seller).list(pass, SIGNALS, 101, USD, usdc, until))
        .to.be.revertedWithCustomError(errors, "StrategyMarket_NotOwned")
        .withArgs(seller.address, SIGNALS, 100, 101);
      await expect(market.connect(seller).list(registry, 2, 1, PRICE, usdc, until)).to.be.revertedWithCustomError(
        registry,
        "ERC721NonexistentToken",
      );
    });

    it("reverts for a plan, which cannot be transferred", async () => {
      const { market, pass, usdc, seller, errors, inSeconds } = await fresh();
      await expect(market.connect(seller).list(pass, PLAN, 1, USD, usdc, await inSeconds(DAY)))
        .to.be.revertedWithCustomError(errors, "StrategyMarket_NotTransferable")
        .withArgs(PLAN);
    });

    it("reverts without an approval for the market", async () => {
      const { market, registry, pass, usdc, seller, errors, inSeconds } = await fresh();
      const until = await inSeconds(DAY);
      await registry.connect(seller).setApprovalForAll(market, false);
      await pass.connect(seller).setApprovalForAll(market, false);
      await expect(market.connect(seller).list(registry, 1, 1, PRICE, usdc, until))
        .to.be.revertedWithCustomError(errors, "StrategyMarket_NotApproved")
        .withArgs(seller.address, registry.target);
      await expect(market.connect(seller).list(pass, SIGNALS, 1, USD, usdc, until))
        .to.be.revertedWithCustomError(errors, "StrategyMarket_NotApproved")
        .withArgs(seller.address, pass.target);
      // An approval for this one token is enough.
      await registry.connect(seller).approve(market, 1);
      await market.connect(seller).list(registry, 1, 1, PRICE, usdc, until);
    });

    it("reverts rather than cut off a figure that does not fit", async () => {
      const { market, registry, pass, gim, seller, inSeconds, giveCredits } = await fresh();
      const until = await inSeconds(DAY);
      await expect(market.connect(seller).list(registry, 1, 1, 2n ** 96n, gim, until))
        .to.be.revertedWithCustomError(market, "SafeCastOverflowedUintDowncast")
        .withArgs(96, 2n ** 96n);
      await giveCredits(seller, 2n ** 32n);
      await expect(market.connect(seller).list(pass, SIGNALS, 2n ** 32n, 1, gim, until))
        .to.be.revertedWithCustomError(market, "SafeCastOverflowedUintDowncast")
        .withArgs(32, 2n ** 32n);
    });

    it("writes the listing down, tells it, and moves nothing", async () => {
      const w = await fresh();
      const until = await w.inSeconds(DAY);
      const listed = [w.seller.address, PRICE, w.registry.target, until, FEE_BPS, 1n, w.usdc.target, 1n, 1n];
      await expect(w.market.connect(w.seller).list(w.registry, 1, 1, PRICE, w.usdc, until))
        .to.emit(w.market, "Listed")
        .withArgs(1, w.seller.address, w.registry.target, listed);
      expect([...(await w.market.listing(1))]).to.deep.equal(listed);
      expect(await w.registry.ownerOf(1)).to.equal(w.seller.address);
      const credits = await w.listCredits({ units: 40n, currency: w.gim, unitPrice: GIM, until });
      expect(credits).to.equal(2n);
      expect([...(await w.market.listing(2))]).to.deep.equal([
        ...[w.seller.address, GIM, w.pass.target, until, FEE_BPS, 40n, w.gim.target, SIGNALS, 0n],
      ]);
      expect(await w.market.availableUnits(1)).to.equal(1n);
      expect(await w.market.availableUnits(2)).to.equal(40n);
    });
  });

  describe("cancel", () => {
    it("reverts for anybody but the seller, and where nothing is listed", async () => {
      const w = await fresh();
      const listingId = await w.list();
      for (const caller of [w.buyer, w.owner, w.author]) {
        await expect(w.market.connect(caller).cancel(listingId))
          .to.be.revertedWithCustomError(w.errors, "StrategyMarket_Unauthorized")
          .withArgs(caller.address);
      }
      await expect(w.market.connect(w.seller).cancel(listingId + 1n))
        .to.be.revertedWithCustomError(w.errors, "StrategyMarket_ListingUnknown")
        .withArgs(listingId + 1n);
    });

    it("takes the listing back, at any time, once", async () => {
      const w = await fresh();
      const listingId = await w.listCredits();
      await w.market.connect(w.buyer).buy(listingId, 30n, 90n * USD, NO_HASH);
      await time.increase(2n * DAY);
      await expect(w.market.connect(w.seller).cancel(listingId))
        .to.emit(w.market, "Cancelled")
        .withArgs(listingId, w.seller.address, 70);
      expect(await w.market.availableUnits(listingId)).to.equal(0n);
      for (const call of [
        () => w.market.connect(w.seller).cancel(listingId),
        () => w.market.connect(w.buyer).buy(listingId, 1n, 3n * USD, NO_HASH),
        () => w.market.quote(listingId, 1n),
      ]) {
        await expect(call())
          .to.be.revertedWithCustomError(w.errors, "StrategyMarket_ListingUnknown")
          .withArgs(listingId);
      }
    });
  });

  describe("buy", () => {
    it("reverts at and after the end, and works in the last second before it", async () => {
      const w = await fresh();
      const until = await w.inSeconds(DAY);
      const listingId = await w.list({ until });
      const buy = () => w.market.connect(w.buyer).buy(listingId, 1n, PRICE, FIRST_HASH);
      const snapshot = await networkHelpers.takeSnapshot();
      await time.setNextBlockTimestamp(until);
      await expect(buy()).to.be.revertedWithCustomError(w.errors, "StrategyMarket_Expired").withArgs(until, until);
      await time.increaseTo(until);
      expect(await w.market.availableUnits(listingId)).to.equal(0n);
      await snapshot.restore();
      await time.setNextBlockTimestamp(until - 1n);
      await buy();
    });

    it("reverts for no units, for more than are left, and for the seller himself", async () => {
      const w = await fresh();
      const listingId = await w.listCredits();
      for (const units of [0n, 101n]) {
        await expect(w.market.connect(w.buyer).buy(listingId, units, 10_000n * USD, NO_HASH))
          .to.be.revertedWithCustomError(w.errors, "StrategyMarket_UnitsInvalid")
          .withArgs(units, 100);
      }
      await expect(w.market.connect(w.seller).buy(listingId, 1n, 10n * USD, NO_HASH))
        .to.be.revertedWithCustomError(w.errors, "StrategyMarket_SellerBuys")
        .withArgs(w.seller.address);
    });

    it("reverts when it costs more than the buyer accepts, by one raw unit", async () => {
      const w = await fresh();
      const listingId = await w.listCredits();
      await expect(w.market.connect(w.buyer).buy(listingId, 7n, 21n * USD - 1n, NO_HASH))
        .to.be.revertedWithCustomError(w.errors, "StrategyMarket_CostTooHigh")
        .withArgs(21n * USD, 21n * USD - 1n, w.usdc.target);
      expect(await w.market.connect(w.buyer).buy.staticCall(listingId, 7n, 21n * USD, NO_HASH)).to.equal(21n * USD);
    });

    it("reverts when the buyer knows another version, or names one for credits", async () => {
      const w = await fresh();
      const strategy = await w.list();
      const credits = await w.listCredits();
      await expect(w.market.connect(w.buyer).buy(strategy, 1n, PRICE, SECOND_HASH))
        .to.be.revertedWithCustomError(w.errors, "StrategyMarket_VersionChanged")
        .withArgs(FIRST_HASH, SECOND_HASH);
      await expect(w.market.connect(w.buyer).buy(credits, 1n, PRICE, FIRST_HASH))
        .to.be.revertedWithCustomError(w.errors, "StrategyMarket_VersionChanged")
        .withArgs(NO_HASH, FIRST_HASH);
    });

    it("sells a strategy: royalty to the author, fee to the splitter, the rest to the seller, nothing to the market", async () => {
      const w = await fresh();
      const listingId = await w.list({ unitPrice: 1_000_000_019n });
      const before = await w.dollars();
      const cost = 1_000_000_019n;
      const royalty = (cost * RESALE_BPS) / BPS;
      const fee = (cost * FEE_BPS) / BPS;
      expect([...(await w.market.quote(listingId, 1n))]).to.deep.equal([
        ...[cost, w.author.address, royalty, fee, cost - royalty - fee],
      ]);
      await expect(w.market.connect(w.buyer).buy(listingId, 1n, cost, FIRST_HASH))
        .to.emit(w.market, "Bought")
        .withArgs(listingId, w.buyer.address, w.seller.address, 1, cost, w.author.address, royalty, fee, 0);
      expect(await w.registry.ownerOf(1)).to.equal(w.buyer.address);
      expect(await w.dollars()).to.deep.equal({
        author: before.author + royalty,
        seller: before.seller + cost - royalty - fee,
        buyer: before.buyer - cost,
        splitter: before.splitter + fee,
        market: 0n,
      });
      expect((await w.market.listing(listingId)).seller).to.equal(ZeroAddress);
    });

    it("sells credits in parts, without a royalty, until none are left", async () => {
      const w = await fresh();
      const listingId = await w.listCredits({ currency: w.gim, unitPrice: GIM / 3n });
      for (const [units, left] of [
        [1n, 99n],
        [98n, 1n],
        [1n, 0n],
      ] as const) {
        const cost = units * (GIM / 3n);
        const fee = (cost * FEE_BPS) / BPS;
        await expect(w.market.connect(w.buyer).buy(listingId, units, cost, NO_HASH))
          .to.emit(w.market, "Bought")
          .withArgs(listingId, w.buyer.address, w.seller.address, units, cost, ZeroAddress, 0, fee, left);
        expect((await w.market.listing(listingId)).left).to.equal(left);
      }
      expect(await w.pass.balanceOf(w.buyer, SIGNALS)).to.equal(100n);
      expect(await w.gim.balanceOf(w.market)).to.equal(0n);
    });

    it("lets an author who sells keep the royalty", async () => {
      const w = await fresh();
      await w.registry.connect(w.seller).transferFrom(w.seller, w.author, 1n);
      await w.registry.connect(w.author).setApprovalForAll(w.market, true);
      const listingId = await w.list({}, w.author);
      await expect(w.market.connect(w.buyer).buy(listingId, 1n, PRICE, FIRST_HASH))
        .to.emit(w.market, "Bought")
        .withArgs(listingId, w.buyer.address, w.author.address, 1, PRICE, ZeroAddress, 0, PRICE / 40n, 0);
      expect(await w.usdc.balanceOf(w.author)).to.equal(PRICE - PRICE / 40n);
    });

    it("rounds for the seller: of one raw unit he gets all", async () => {
      const w = await fresh();
      const listingId = await w.list({ unitPrice: 1n });
      const before = await w.dollars();
      await w.market.connect(w.buyer).buy(listingId, 1n, 1n, FIRST_HASH);
      expect((await w.dollars()).seller - before.seller).to.equal(1n);
    });

    it("sells in GIM as in USDC, and touches the other currency not at all", async () => {
      const w = await fresh();
      const listingId = await w.list({ currency: w.gim, unitPrice: 5n * GIM });
      const before = await w.dollars();
      await w.market.connect(w.buyer).buy(listingId, 1n, 5n * GIM, FIRST_HASH);
      expect(await w.gim.balanceOf(w.splitter)).to.equal((5n * GIM * FEE_BPS) / BPS);
      expect(await w.dollars()).to.deep.equal(before);
    });
  });

  describe("setFeeBps", () => {
    it("reverts for anybody but the owner, and above 500 bps", async () => {
      const w = await fresh();
      await expect(w.market.connect(w.seller).setFeeBps(0))
        .to.be.revertedWithCustomError(w.market, "OwnableUnauthorizedAccount")
        .withArgs(w.seller.address);
      await expect(w.market.setFeeBps(501))
        .to.be.revertedWithCustomError(w.errors, "StrategyMarket_FeeTooHigh")
        .withArgs(501, 500);
    });

    it("sets the fee of later listings; those that stand keep the lower of both", async () => {
      const w = await fresh();
      const first = await w.listCredits({ units: 10n, unitPrice: BPS });
      await expect(w.market.setFeeBps(500)).to.emit(w.market, "FeeSet").withArgs(FEE_BPS, 500);
      const second = await w.listCredits({ units: 10n, unitPrice: BPS });
      expect((await w.market.quote(first, 1n)).fee).to.equal(FEE_BPS);
      expect((await w.market.quote(second, 1n)).fee).to.equal(500n);
      await w.market.setFeeBps(0);
      expect((await w.market.quote(first, 1n)).fee).to.equal(0n);
      expect((await w.market.quote(second, 1n)).fee).to.equal(0n);
      const before = await w.dollars();
      await w.market.connect(w.buyer).buy(first, 1n, BPS, NO_HASH);
      const after = await w.dollars();
      expect([after.splitter - before.splitter, after.seller - before.seller]).to.deep.equal([0n, BPS]);
    });
  });

  describe("availableUnits", () => {
    it("is what could be bought now: not more than is left, held, approved and of this owner", async () => {
      const w = await fresh();
      const strategy = await w.list();
      const credits = await w.listCredits();
      expect(await w.market.availableUnits(99n)).to.equal(0n);
      await w.pass.connect(w.seller).safeTransferFrom(w.seller, w.other, SIGNALS, 60n, "0x");
      expect(await w.market.availableUnits(credits)).to.equal(40n);
      await w.pass.connect(w.seller).setApprovalForAll(w.market, false);
      expect(await w.market.availableUnits(credits)).to.equal(0n);
      await w.registry.connect(w.seller).setApprovalForAll(w.market, false);
      expect(await w.market.availableUnits(strategy)).to.equal(0n);
      await w.registry.connect(w.seller).approve(w.market, 1n);
      expect(await w.market.availableUnits(strategy)).to.equal(1n);
      await w.registry.connect(w.seller).transferFrom(w.seller, w.other, 1n);
      expect(await w.market.availableUnits(strategy)).to.equal(0n);
    });
  });
});
