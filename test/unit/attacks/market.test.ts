import { expect } from "chai";
import { MaxUint256, parseEther } from "ethers";
import { network } from "hardhat";
import {
  HookToken__factory,
  ReceiverMock__factory,
  StrategyMarket__factory,
  StrategySharesFactory__factory,
} from "../../../typechain-types/index.js";
import {
  deployMarketplace,
  FEE_BPS,
  FIRST_HASH,
  GIM,
  type Marketplace,
  NO_HASH,
  SECOND_HASH,
  SIGNALS,
  USD,
} from "../../helpers/strategyMarket.ts";

const { ethers, networkHelpers } = await network.create();
const { loadFixture, time } = networkHelpers;

const DAY = 86_400n;
const PRICE = 1_000n * USD;
const NONE = "0x0000000000000000000000000000000000000000";

const deploy = async () => deployMarketplace(await ethers.getSigners(), networkHelpers);
const fresh = () => loadFixture(deploy);

/** A contract with money that buys, and can be told what to do when it receives something. */
async function contractBuyer({ owner, usdc, market }: Marketplace) {
  const contract = await new ReceiverMock__factory(owner).deploy();
  await usdc.mint(contract, 10_000n * USD);
  await contract.execute(usdc, usdc.interface.encodeFunctionData("approve", [await market.getAddress(), MaxUint256]));
  return contract;
}

describe("attacks on the market", () => {
  describe("tokens in StrategyShares", () => {
    const lock = async (w: Marketplace) => {
      const factory = await new StrategySharesFactory__factory(w.owner).deploy(w.registry, w.usdc, w.gim, NONE);
      await w.registry.connect(w.seller).approve(factory, 1n);
      await factory.connect(w.seller).lock(1n, "Shares", "SHR", parseEther("100"), PRICE, w.usdc);
      return factory.sharesOf(1n);
    };

    it("S93: a token locked in StrategyShares cannot be listed by its locker, nor by anybody else", async () => {
      const w = await fresh();
      const shares = await lock(w);
      const until = await w.inSeconds(DAY);
      for (const caller of [w.seller, w.author, w.buyer]) {
        await expect(w.market.connect(caller).list(w.registry, 1n, 1n, PRICE, w.usdc, until))
          .to.be.revertedWithCustomError(w.errors, "StrategyMarket_NotOwned")
          .withArgs(caller.address, 1, 0, 1);
      }
      expect(await w.registry.ownerOf(1n)).to.equal(shares);
    });

    it("S93: a listing from before the lock is dead, and stays dead after the token is redeemed", async () => {
      const w = await fresh();
      const listingId = await w.list();
      const shares = await ethers.getContractAt("StrategyShares", await lock(w));
      const buy = () => w.market.connect(w.buyer).buy(listingId, 1n, PRICE, FIRST_HASH);
      await expect(buy()).to.be.revertedWithCustomError(w.errors, "StrategyMarket_TokenMoved").withArgs(1, 2, 1);
      await shares.connect(w.seller).redeem();
      expect(await w.registry.ownerOf(1n)).to.equal(w.seller.address);
      await expect(buy()).to.be.revertedWithCustomError(w.errors, "StrategyMarket_TokenMoved").withArgs(1, 3, 1);
    });
  });

  it("a listing does not come alive again when the token returns to the seller", async () => {
    const w = await fresh();
    const cheap = await w.list({ unitPrice: 1n });
    const owner = w.registry.connect(w.seller);
    await owner.transferFrom(w.seller, w.other, 1n);
    await w.registry.connect(w.other).transferFrom(w.other, w.seller, 1n);
    await owner.approve(w.market, 1n);
    await expect(w.market.connect(w.buyer).buy(cheap, 1n, PRICE, FIRST_HASH))
      .to.be.revertedWithCustomError(w.errors, "StrategyMarket_TokenMoved")
      .withArgs(1, 3, 1);
    expect(await w.market.availableUnits(cheap)).to.equal(0n);
    // A new listing lives.
    const listingId = await w.list();
    await w.market.connect(w.buyer).buy(listingId, 1n, PRICE, FIRST_HASH);
  });

  it("a sale ends all other listings of the strategy, so that its price in the other currency is not left standing", async () => {
    const w = await fresh();
    const first = await w.list();
    const second = await w.list({ currency: w.gim, unitPrice: GIM });
    await w.market.connect(w.buyer).buy(first, 1n, PRICE, FIRST_HASH);
    await w.registry.connect(w.buyer).setApprovalForAll(w.market, true);
    await expect(w.market.connect(w.other).buy(second, 1n, GIM, FIRST_HASH))
      .to.be.revertedWithCustomError(w.errors, "StrategyMarket_TokenMoved")
      .withArgs(1, 2, 1);
  });

  it("a new version published just before the purchase makes it fail, and no money moves", async () => {
    const w = await fresh();
    const listingId = await w.list();
    const before = await w.dollars();
    await w.registry.connect(w.seller).publish(1n, "ipfs://worthless", SECOND_HASH);
    await expect(w.market.connect(w.buyer).buy(listingId, 1n, PRICE, FIRST_HASH))
      .to.be.revertedWithCustomError(w.errors, "StrategyMarket_VersionChanged")
      .withArgs(SECOND_HASH, FIRST_HASH);
    expect(await w.dollars()).to.deep.equal(before);
    await w.market.connect(w.buyer).buy(listingId, 1n, PRICE, SECOND_HASH);
  });

  it("a price raised in front of the buyer is another listing, and maxCost holds where numbers were swapped", async () => {
    const w = await fresh();
    const listingId = await w.list();
    await w.market.connect(w.seller).cancel(listingId);
    await w.list({ unitPrice: 2n * PRICE });
    await expect(w.market.connect(w.buyer).buy(listingId, 1n, PRICE, FIRST_HASH))
      .to.be.revertedWithCustomError(w.errors, "StrategyMarket_ListingUnknown")
      .withArgs(listingId);
    await expect(w.market.connect(w.buyer).buy(listingId + 1n, 1n, PRICE, FIRST_HASH))
      .to.be.revertedWithCustomError(w.errors, "StrategyMarket_CostTooHigh")
      .withArgs(2n * PRICE, PRICE, w.usdc.target);
  });

  it("a fee raised in front of the buyer changes neither his cost nor what the seller gets", async () => {
    const w = await fresh();
    const listingId = await w.list();
    const quoted = await w.market.quote(listingId, 1n);
    await w.market.setFeeBps(500n);
    expect([...(await w.market.quote(listingId, 1n))]).to.deep.equal([...quoted]);
    const before = await w.dollars();
    await w.market.connect(w.buyer).buy(listingId, 1n, PRICE, FIRST_HASH);
    const after = await w.dollars();
    expect(before.buyer - after.buyer).to.equal(PRICE);
    expect(after.seller - before.seller).to.equal(quoted.proceeds);
    expect(after.splitter - before.splitter).to.equal((PRICE * FEE_BPS) / 10_000n);
  });

  it("a royalty receiver that is the market itself loses nothing in it: the seller keeps that part", async () => {
    const w = await fresh();
    await w.registry.connect(w.author).setResaleReceiver(1n, w.market);
    const listingId = await w.list();
    const before = await w.dollars();
    await w.market.connect(w.buyer).buy(listingId, 1n, PRICE, FIRST_HASH);
    const after = await w.dollars();
    expect(after.market).to.equal(0n);
    expect(after.seller - before.seller).to.equal(PRICE - (PRICE * FEE_BPS) / 10_000n);
  });

  describe("receivers", () => {
    it("a buyer's contract cannot buy, list or cancel for the seller again from its ERC-721 and ERC-1155 callbacks", async () => {
      const w = await fresh();
      const contract = await contractBuyer(w);
      const strategy = await w.list();
      const credits = await w.listCredits();
      const i = w.market.interface;
      const again = i.encodeFunctionData("buy", [credits, 1n, 3n * USD, NO_HASH]);
      const guard = w.market.interface.encodeErrorResult("ReentrancyGuardReentrantCall");
      await contract.setHook(w.market, again);
      for (const call of [i.encodeFunctionData("buy", [strategy, 1n, PRICE, FIRST_HASH]), again]) {
        await contract.execute(w.market, call);
        expect([await contract.hookSucceeded(), await contract.hookReason()]).to.deep.equal([false, guard]);
      }
      expect(await contract.hooks()).to.equal(2n);
      expect(await w.pass.balanceOf(contract, SIGNALS)).to.equal(1n);
      expect((await w.market.listing(credits)).left).to.equal(99n);
      const cancel = i.encodeFunctionData("cancel", [credits]);
      await contract.setHook(w.market, cancel);
      await contract.execute(w.market, again);
      expect(await contract.hookReason()).to.equal(
        w.errors.interface.encodeErrorResult("StrategyMarket_Unauthorized", [contract.target]),
      );
    });

    it("sees the sale finished in its callback: the listing is gone, everybody is paid", async () => {
      const w = await fresh();
      const contract = await contractBuyer(w);
      const strategy = await w.list();
      await contract.setHook(w.market, w.market.interface.encodeFunctionData("quote", [strategy, 1n]));
      await contract.execute(w.market, w.market.interface.encodeFunctionData("buy", [strategy, 1n, PRICE, FIRST_HASH]));
      expect(await contract.hookReason()).to.equal(
        w.errors.interface.encodeErrorResult("StrategyMarket_ListingUnknown", [strategy]),
      );
    });

    it("a buyer's contract that refuses tokens leaves both sides as they were", async () => {
      const w = await fresh();
      const contract = await contractBuyer(w);
      const strategy = await w.list();
      const credits = await w.listCredits();
      await contract.setRefusing(true);
      const before = await w.dollars();
      const i = w.market.interface;
      for (const [data, listingId] of [
        [i.encodeFunctionData("buy", [strategy, 1n, PRICE, FIRST_HASH]), strategy],
        [i.encodeFunctionData("buy", [credits, 10n, PRICE, NO_HASH]), credits],
      ] as const) {
        const left = (await w.market.listing(listingId)).left;
        await expect(contract.execute(w.market, data)).to.be.revertedWithCustomError(contract, "ReceiverMock_Refused");
        expect((await w.market.listing(listingId)).left).to.equal(left);
      }
      expect(await w.dollars()).to.deep.equal(before);
      expect(await w.registry.ownerOf(1n)).to.equal(w.seller.address);
      expect(await w.pass.balanceOf(w.seller, SIGNALS)).to.equal(100n);
    });

    it("a currency with hooks cannot enter a purchase a second time", async () => {
      const w = await fresh();
      const hook = await new HookToken__factory(w.owner).deploy("Hook", "USDC", 6);
      const { registry, pass, gim, splitter, owner, seller, buyer } = w;
      const market = await new StrategyMarket__factory(owner).deploy(
        registry,
        pass,
        hook,
        gim,
        splitter,
        FEE_BPS,
        owner,
      );
      await pass.connect(seller).setApprovalForAll(market, true);
      await market.connect(seller).list(pass, SIGNALS, 100n, 10_000n, hook, await w.inSeconds(DAY));
      await hook.mint(buyer, 100_000n);
      await hook.connect(buyer).approve(market, MaxUint256);
      await hook.setHook(market, market.interface.encodeFunctionData("buy", [1n, 1n, 10_000n, NO_HASH]));
      await market.connect(buyer).buy(1n, 5n, 50_000n, NO_HASH);
      expect([await hook.hookSucceeded(), await hook.hookReason()]).to.deep.equal([
        false,
        market.interface.encodeErrorResult("ReentrancyGuardReentrantCall"),
      ]);
      expect(await pass.balanceOf(buyer, SIGNALS)).to.equal(5n);
    });
  });

  it("a seller who withdraws the approval cannot be bought from, and the buyer keeps his money", async () => {
    const w = await fresh();
    const strategy = await w.list();
    const credits = await w.listCredits();
    await w.registry.connect(w.seller).setApprovalForAll(w.market, false);
    await w.pass.connect(w.seller).setApprovalForAll(w.market, false);
    const before = await w.dollars();
    await expect(w.market.connect(w.buyer).buy(strategy, 1n, PRICE, FIRST_HASH))
      .to.be.revertedWithCustomError(w.errors, "StrategyMarket_NotApproved")
      .withArgs(w.seller.address, w.registry.target);
    await expect(w.market.connect(w.buyer).buy(credits, 1n, PRICE, NO_HASH))
      .to.be.revertedWithCustomError(w.errors, "StrategyMarket_NotApproved")
      .withArgs(w.seller.address, w.pass.target);
    expect(await w.dollars()).to.deep.equal(before);
  });

  it("credits that the seller used or sold elsewhere cannot be bought: nobody pays for what is not there", async () => {
    const w = await fresh();
    const listingId = await w.listCredits();
    await w.pass.connect(w.seller).safeTransferFrom(w.seller, w.other, SIGNALS, 95n, "0x");
    await expect(w.market.connect(w.buyer).buy(listingId, 6n, PRICE, NO_HASH))
      .to.be.revertedWithCustomError(w.errors, "StrategyMarket_NotOwned")
      .withArgs(w.seller.address, SIGNALS, 5, 6);
    await w.market.connect(w.buyer).buy(listingId, 5n, PRICE, NO_HASH);
  });

  it("partial purchases by many never sell more than was listed, however much the seller holds", async () => {
    const w = await fresh();
    const listingId = await w.listCredits({ units: 10n });
    await w.market.connect(w.buyer).buy(listingId, 6n, PRICE, NO_HASH);
    await expect(w.market.connect(w.other).buy(listingId, 5n, PRICE, NO_HASH))
      .to.be.revertedWithCustomError(w.errors, "StrategyMarket_UnitsInvalid")
      .withArgs(5, 4);
    await w.market.connect(w.other).buy(listingId, 4n, PRICE, NO_HASH);
    await expect(w.market.connect(w.other).buy(listingId, 1n, PRICE, NO_HASH))
      .to.be.revertedWithCustomError(w.errors, "StrategyMarket_ListingUnknown")
      .withArgs(listingId);
    expect(await w.pass.balanceOf(w.seller, SIGNALS)).to.equal(90n);
  });

  it("a buyer without money or approval gets nothing", async () => {
    const w = await fresh();
    const listingId = await w.list();
    await w.usdc.connect(w.buyer).approve(w.market, PRICE - 1n);
    await expect(w.market.connect(w.buyer).buy(listingId, 1n, PRICE, FIRST_HASH)).to.be.revertedWithCustomError(
      w.usdc,
      "ERC20InsufficientAllowance",
    );
    await w.usdc.connect(w.buyer).approve(w.market, MaxUint256);
    await w.usdc.connect(w.buyer).transfer(w.other, (await w.usdc.balanceOf(w.buyer)) - PRICE + 1n);
    await expect(w.market.connect(w.buyer).buy(listingId, 1n, PRICE, FIRST_HASH)).to.be.revertedWithCustomError(
      w.usdc,
      "ERC20InsufficientBalance",
    );
    expect(await w.registry.ownerOf(1n)).to.equal(w.seller.address);
    await time.increase(2n * DAY);
    expect(await w.market.availableUnits(listingId)).to.equal(0n);
  });
});
