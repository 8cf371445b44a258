import { expect } from "chai";
import { network } from "hardhat";
import { HookToken__factory, type IndexVault } from "../../../typechain-types/index.js";
import {
  type BatchWorld,
  deployBatchWorld,
  HUNDRED,
  PERIOD,
  requestDeposit,
  requestRedeem,
  SHARE,
  toEnd,
  toWindow,
  USD,
  WINDOW,
} from "../../helpers/batch.ts";
import { Manner, makeRude } from "../../helpers/lens.ts";
import { setPrices } from "../../helpers/market.ts";
import { propose } from "../../helpers/protocol.ts";
import { ANY_NONCE, load, publishAllBut, relist, SPECS, token } from "../../helpers/vault.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;

describe("BatchDepositor: open", () => {
  const deploy = async () => deployBatchWorld(networkHelpers, await ethers.getSigners());
  const fresh = async (): Promise<BatchWorld> => load(networkHelpers, deploy);

  /** $100,000 in seventy billion shares. */
  const deployTiny = async () =>
    deployBatchWorld(networkHelpers, await ethers.getSigners(), { shares: 7n * 10n ** 28n });

  /** The basket has a fifth token that calls whatever it is told to in every transfer. */
  const deployHooked = async () => {
    const signers = await ethers.getSigners();
    const [owner] = signers;
    const hook = await new HookToken__factory(owner).deploy("HOOK", "HOOK", 18);
    const specs = [...SPECS, { symbol: "HOOK", decimals: 18, price: "1", existing: await hook.getAddress() }];
    const world = await deployBatchWorld(networkHelpers, signers, { specs });
    return { ...world, hook };
  };

  /** Requests of both sides for the world's batch, $1,000 against one share, and the clock in its window. */
  const ready = async (world: BatchWorld, prices: Record<string, string> = {}): Promise<BatchWorld> => {
    const [ann, bob] = world.people;
    await requestDeposit(world, ann, 1_000n);
    await requestRedeem(world, bob, 1n);
    await toWindow(networkHelpers, world, world.batch, { prices });
    return world;
  };

  describe("time", () => {
    it("is the window alone: not a second before, not a second after, no other batch", async () => {
      const world = await fresh();
      const { depositor, batch, people, errors, protocol } = world;
      await requestDeposit(world, people[0], 100n);
      for (const [moment, id] of [
        [batch * PERIOD - 1, batch],
        [batch * PERIOD, batch - 1],
        [batch * PERIOD + 1, batch + 1],
        [batch * PERIOD + WINDOW, batch],
        [(batch + 1) * PERIOD + 60, batch],
      ] as const) {
        await setPrices(protocol);
        await time.setNextBlockTimestamp(moment);
        await expect(depositor.open(id))
          .to.be.revertedWithCustomError(errors, "BatchDepositor_NotInWindow")
          .withArgs(id, moment);
      }
      await expect(depositor.open(2n ** 256n - 1n)).to.be.revertedWithCustomError(errors, "BatchDepositor_NotInWindow");
    });

    it("includes the first and the last second", async () => {
      for (const elapsed of [0, WINDOW - 1]) {
        const world = await fresh();
        await requestDeposit(world, world.people[0], 100n);
        await toWindow(networkHelpers, world, world.batch, { elapsed });
        await world.depositor.open(world.batch);
        expect((await world.depositor.batchOf(world.batch)).openedAt).to.equal(world.batch * PERIOD + elapsed);
      }
    });

    it("is once a batch, and not for a batch that nobody is in", async () => {
      const world = await ready(await fresh());
      const { depositor, batch, errors, people } = world;
      await depositor.open(batch);
      await expect(depositor.open(batch))
        .to.be.revertedWithCustomError(errors, "BatchDepositor_AlreadyOpened")
        .withArgs(batch);

      await requestDeposit(world, people[2], 10n);
      await depositor.connect(people[2]).cancelDepositRequest(batch + 1, people[2], people[2]);
      await toWindow(networkHelpers, world, batch + 1);
      await expect(depositor.open(batch + 1))
        .to.be.revertedWithCustomError(errors, "BatchDepositor_BatchEmpty")
        .withArgs(batch + 1);
    });
  });

  describe("crossing", () => {
    it("gives the redeemers cash and the depositors shares at NAV; the larger side keeps the rest", async () => {
      const world = await ready(await fresh());
      const { depositor, batch, stranger } = world;
      await expect(depositor.connect(stranger).open(batch))
        .to.emit(depositor, "BatchOpened")
        .withArgs(batch, stranger.address, HUNDRED, 100n * USD, SHARE);
      const state = await depositor.batchOf(batch);
      expect([state.assetsSpent, state.sharesBought]).to.deep.equal([100n * USD, SHARE]);
      expect([state.sharesSpent, state.assetsBought]).to.deep.equal([SHARE, 100n * USD]);
      const [ann, bob] = world.people;
      expect(await depositor.maxRedeem(bob)).to.equal(SHARE); // that side is complete
      expect(await depositor.maxWithdraw(bob)).to.equal(100n * USD);
      expect(await depositor.maxMint(ann)).to.equal(0n); // this one is not: pending until the window is over
      expect(await depositor.pendingDepositRequest(batch, ann)).to.equal(1_000n * USD);
    });

    it("takes all cash when redemptions are worth more", async () => {
      const world = await fresh();
      const { depositor, batch, people } = world;
      await requestDeposit(world, people[0], 150n);
      await requestRedeem(world, people[1], 4n);
      await toWindow(networkHelpers, world, batch);
      await depositor.open(batch);
      const state = await depositor.batchOf(batch);
      expect([state.assetsSpent, state.sharesBought]).to.deep.equal([150n * USD, (3n * SHARE) / 2n]);
      expect([state.sharesSpent, state.assetsBought]).to.deep.equal([(3n * SHARE) / 2n, 150n * USD]);
    });

    it("ends both sides when they are worth the same, and either alone waits for deliveries", async () => {
      const world = await fresh();
      const { depositor, batch, people } = world;
      const [ann, bob] = people;
      await requestDeposit(world, ann, 200n);
      await requestRedeem(world, bob, 2n);
      await toWindow(networkHelpers, world, batch);
      await depositor.open(batch);
      expect(await depositor.maxMint(ann)).to.equal(2n * SHARE);
      expect(await depositor.maxWithdraw(bob)).to.equal(200n * USD);
      expect(await depositor.claimableDepositRequest(batch, ann)).to.equal(200n * USD);
      expect(await depositor.claimableRedeemRequest(batch, bob)).to.equal(2n * SHARE);
      expect(await depositor.pendingDepositRequest(batch, ann)).to.equal(0n);

      await requestDeposit(world, ann, 200n);
      await toWindow(networkHelpers, world, batch + 1);
      await depositor.open(batch + 1);
      const state = await depositor.batchOf(batch + 1);
      expect([state.assetsSpent, state.sharesBought, state.price]).to.deep.equal([0n, 0n, HUNDRED]);
    });

    it("rounds for neither side: what one pays the other gets, at the price or less than a unit beside it", async () => {
      for (const [dollars, shares] of [
        [333_333_337n, 10n ** 18n + 1n],
        [1_000_001n, 7n * 10n ** 18n + 3n],
        [99_999_999n, 10n ** 18n],
        [100_000_001n, 10n ** 18n],
      ] as const) {
        const world = await fresh();
        const { depositor, batch, people } = world;
        await depositor.connect(people[0]).requestDeposit(dollars, people[0], people[0]);
        await depositor.connect(people[1]).requestRedeem(shares, people[1], people[1]);
        await toWindow(networkHelpers, world, batch, { prices: { WETH: "2123.456789", BTC: "48765.4321" } });
        await depositor.open(batch);
        const state = await depositor.batchOf(batch);
        expect([state.assetsSpent, state.sharesBought]).to.deep.equal([state.assetsBought, state.sharesSpent]);
        const worth = (state.sharesSpent * state.price) / 10n ** 27n;
        expect(state.assetsSpent - worth).to.be.oneOf([0n, 1n]);
        expect(state.assetsSpent === dollars || state.sharesSpent === shares).to.equal(true);
      }
    });
  });

  describe("NAV", () => {
    it("is the lens's, at the cash's own price", async () => {
      const world = await ready(await fresh(), { WETH: "2468.13", CASH: "0.997", RAY: "0.1234" });
      const { depositor, batch, lens, address } = world;
      await depositor.open(batch);
      const { perShare } = await lens.nav(address); // D18{USD/share}
      const { price } = await depositor.batchOf(batch);
      const expected = (perShare * 1_000n) / 997_000n; // D27{raw cash/share wei} = D18{USD/share} * 1e-3 / {USD/tok}
      const distance = price > expected ? price - expected : expected - price;
      expect(distance * 10n ** 12n < price).to.equal(true);
      expect(await depositor.sharePrice()).to.equal(price);
      expect(await depositor.convertToAssets(SHARE)).to.equal(price / 10n ** 9n);
      expect(await depositor.convertToShares(price / 10n ** 9n)).to.be.closeTo(SHARE, 10n ** 11n);
      expect(await depositor.totalAssets()).to.be.closeTo((1_000n * price) / 10n ** 9n, 1n);
    });

    it("must have a fresh price of every token: else nothing happens and everything is refunded", async () => {
      const world = await ready(await fresh());
      const { depositor, batch, errors, people, cash } = world;
      const btc = token(world, "BTC");
      await networkHelpers.setCode(String(btc.feed.target), "0x");
      for (const call of [() => depositor.open(batch), () => depositor.sharePrice()]) {
        await expect(call())
          .to.be.revertedWithCustomError(errors, "BatchDepositor_TokenUnpriced")
          .withArgs(btc.address);
      }
      await toEnd(networkHelpers, batch);
      const before = await cash.books(people[0]);
      await depositor.connect(people[0]).claimDepositRefund(people[0], people[0]);
      expect(await cash.books(people[0])).to.equal(before + 1_000n * USD);
    });

    it("is refused when a price is stale", async () => {
      const world = await fresh();
      const { depositor, batch, errors, people } = world;
      await requestDeposit(world, people[0], 100n);
      await toWindow(networkHelpers, world, batch - 0);
      await time.increaseTo((batch + 1) * PERIOD - 7_200);
      await requestDeposit(world, people[0], 100n);
      await publishAllBut(world, "WETH");
      await time.increaseTo((batch + 1) * PERIOD + 3_600); // WETH was last published 25 hours ago
      await expect(depositor.open(batch + 1))
        .to.be.revertedWithCustomError(errors, "BatchDepositor_TokenUnpriced")
        .withArgs(token(world, "WETH").address);
      await setPrices(world.protocol);
      await depositor.open(batch + 1);
    });

    it("needs cash with a price, on its peg, not frozen", async () => {
      const unusable = [
        async (world: BatchWorld) => networkHelpers.setCode(String(token(world, "CASH").feed.target), "0x"),
        async (world: BatchWorld) => setPrices(world.protocol, { CASH: "0.979" }),
        async (world: BatchWorld) => world.protocol.assetRegistry.connect(world.guardian).setFrozen(world.cash, true),
      ];
      for (const spoil of unusable) {
        const world = await ready(await fresh());
        await spoil(world);
        await expect(world.depositor.open(world.batch))
          .to.be.revertedWithCustomError(world.errors, "BatchDepositor_CashUnusable")
          .withArgs(String(world.cash.target));
      }
    });

    it("is refused while minting is paused, and only then", async () => {
      const world = await ready(await fresh());
      const { depositor, batch, errors, vault, guardian, address } = world;
      await vault.connect(guardian).pause(1);
      await expect(depositor.open(batch))
        .to.be.revertedWithCustomError(errors, "BatchDepositor_MintPaused")
        .withArgs(address);
      await vault.connect(guardian).unpause();
      await depositor.open(batch);

      const other = await ready(await fresh());
      await other.vault.connect(guardian).pause(6);
      await other.depositor.open(batch);
    });

    it("is refused when a token is short or cannot be read", async () => {
      for (const manner of [Manner.REVERTS, Manner.BURNS_GAS, Manner.RETURNS_A_MEGABYTE, Manner.RETURNS_NOTHING]) {
        const world = await ready(await fresh());
        await makeRude(networkHelpers, world, token(world, "WETH"), manner);
        await expect(world.depositor.open(world.batch))
          .to.be.revertedWithCustomError(world.errors, "BatchDepositor_TokenShort")
          .withArgs(token(world, "WETH").address);
      }
    });

    it("is refused when a token of more than 1% of NAV is frozen or near its feed's minimum", async () => {
      const spoils = [
        async (world: BatchWorld) =>
          world.protocol.assetRegistry.connect(world.guardian).setFrozen(token(world, "BTC").address, true),
        async (world: BatchWorld) =>
          relist(world, "BTC", { minPrice: await world.protocol.assetRegistry.encodeMinPrice(49_000n * 10n ** 27n) }),
      ];
      for (const spoil of spoils) {
        const world = await ready(await fresh());
        await spoil(world);
        await expect(world.depositor.open(world.batch))
          .to.be.revertedWithCustomError(world.errors, "BatchDepositor_TokenFrozen")
          .withArgs(token(world, "BTC").address);
      }
    });

    it("bears a frozen token of up to 1% of NAV", async () => {
      const world = await ready(await fresh());
      const { depositor, protocol, guardian, batch, errors } = world;
      const btc = token(world, "BTC");
      await protocol.assetRegistry.connect(guardian).setFrozen(btc.address, true);
      // $75,000 of others: 757.575757 dollars of BTC are 1% of all
      await setPrices(protocol, { BTC: "1515.15151600" });
      await expect(depositor.open(batch)).to.be.revertedWithCustomError(errors, "BatchDepositor_TokenFrozen");
      await setPrices(protocol, { BTC: "1515.15151500" });
      await depositor.open(batch);
    });

    it("is refused beyond the vault's breaker, until the vault accepts the price", async () => {
      const world = await fresh();
      const { protocol, vault, depositor, batch, errors } = world;
      const basket = protocol.tokens.filter(({ symbol }) => symbol !== "CASH");
      await propose(protocol, vault, { weights: basket.map(() => 2_500) });
      await ready(world, { WETH: "1201" });
      await depositor.open(batch); // 60.05% of the last accepted price

      await requestDeposit(world, world.people[0], 100n);
      await toWindow(networkHelpers, world, batch + 1, { prices: { WETH: "1199" } });
      await expect(depositor.open(batch + 1))
        .to.be.revertedWithCustomError(errors, "BatchDepositor_TokenFrozen")
        .withArgs(token(world, "WETH").address);
    });

    it("cannot be read from within a call of the vault", async () => {
      const world = await networkHelpers.loadFixture(deployHooked);
      const { hook, depositor, batch, vault, filler, errors } = world;
      const [ann] = world.people;
      await requestDeposit(world, ann, 100n);
      await toWindow(networkHelpers, world, batch);
      for (const call of [
        depositor.interface.encodeFunctionData("open", [batch]),
        depositor.interface.encodeFunctionData("sharePrice"),
      ]) {
        await hook.setHook(depositor, call);
        await redeem(vault, filler.address, 10n ** 15n, filler);
        expect(await hook.hookSucceeded()).to.equal(false);
        expect(await hook.hookReason()).to.equal(errors.interface.encodeErrorResult("IndexVault_Reentered"));
      }
      expect((await depositor.batchOf(batch)).openedAt).to.equal(0n);
      await hook.setHook("0x0000000000000000000000000000000000000000", "0x");
      await depositor.open(batch);
    });

    it("is refused when a share is worth so little that rounding would count", async () => {
      const world = await load(networkHelpers, deployTiny);
      const { depositor, errors, people, batch } = world;
      await requestDeposit(world, people[0], 100n);
      const tenth = { USDC: "0.1", WETH: "200", BTC: "5000", RAY: "0.025" };
      await toWindow(networkHelpers, world, batch, { prices: tenth });
      expect(await depositor.sharePrice()).to.equal(142_857_142n); // a seven-millionth of a dollar
      await setPrices(world.protocol, { USDC: "0.0000007", WETH: "0.0014", BTC: "0.035", RAY: "0.00000017" });
      await expect(depositor.open(batch))
        .to.be.revertedWithCustomError(errors, "BatchDepositor_PriceOutOfRange")
        .withArgs(992n);
    });
  });

  async function redeem(
    vault: IndexVault,
    receiver: string,
    shares: bigint,
    from: Parameters<IndexVault["connect"]>[0],
  ): Promise<void> {
    await vault.connect(from).redeem(shares, receiver, receiver, [], 0n, ANY_NONCE);
  }
});
