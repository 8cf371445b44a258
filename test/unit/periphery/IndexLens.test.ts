import { expect } from "chai";
import { keccak256, MaxUint256, toUtf8Bytes, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { Lane } from "../../../sdk/src/index.ts";
import { Errors__factory } from "../../../typechain-types/index.js";
import {
  deployLensWorld,
  Freeze,
  type LensWorld,
  Manner,
  makeRude,
  placeOf,
  publishAllBut,
  relist,
  reset,
  tryFill,
  weightsOf,
} from "../../helpers/lens.ts";
import { setPrices, tokenOf } from "../../helpers/market.ts";
import { LIMITS, propose } from "../../helpers/protocol.ts";

const { ethers, networkHelpers } = await network.create({ override: { allowBlocksWithSameTimestamp: true } });
const { time, loadFixture } = networkHelpers;

const DAY = 86_400;
const HOUR = 3_600;
const D18 = 10n ** 18n;
const NO_REASON = "0x00000000";
const errors = Errors__factory.createInterface();

/** A seed of $100,000 for 1,000 shares, in six equal parts. */
const SEED = 100_000n * D18;
/** Moves 10% of the NAV from the two large tokens to the stable one. */
const TO_STABLE = { USDC: 2_667, TK1: 1_167, TK2: 1_667, TK3: 1_167, TK4: 1_666, TK5: 1_666 };

describe("IndexLens", () => {
  async function deploy() {
    return deployLensWorld(await ethers.getSigners());
  }

  const fresh = async () => reset(await loadFixture(deploy));

  /** A RISK epoch that has been open for half of its first curve. */
  async function deployOpen() {
    const world = await fresh();
    await propose(world.protocol, world.vault, { weights: weightsOf(world, TO_STABLE) });
    await time.increase(LIMITS.riskDelay + LIMITS.curveLength / 2);
    await setPrices(world.protocol);
    return world;
  }

  /** A DERISK epoch, open at once: everything but TK4 halves and goes to the stable token. */
  async function deployDerisk() {
    const world = await fresh();
    const weights = weightsOf(world, { USDC: 5_068, TK1: 833, TK2: 833, TK3: 833, TK4: 1_600, TK5: 833 });
    await propose(world.protocol, world.vault, { weights, lane: Lane.DERISK });
    await time.increase(LIMITS.curveLength / 2);
    await setPrices(world.protocol);
    return world;
  }

  /** {raw tokens} and D27{USD/tok} of every token, from the vault and the registry. */
  async function book({ vault, protocol }: LensWorld) {
    const [, units, holdings] = await vault.basket();
    const prices = await protocol.assetRegistry.prices(protocol.tokens.map(({ address }) => address));
    return protocol.tokens.map((token, i) => {
      const [held = 0n, price = 0n] = [holdings[i], prices[i]];
      return {
        ...token,
        units: units[i] ?? 0n,
        held,
        price,
        value: (held * price) / 10n ** BigInt(token.decimals + 9),
      };
    });
  }

  describe("reverts", () => {
    it("reverts when the address is no index of the factory", async () => {
      const { lens, stranger } = await fresh();
      const address = stranger.address;
      const views = [
        lens.nav(address),
        lens.weights(address),
        lens.lots(address),
        lens.quoteFill(address, 0, 1, 1),
        lens.health(address),
        lens.promises(address),
        lens.previewMint(address, 1),
        lens.previewRedeem(address, 1),
      ];
      for (const view of views) {
        await expect(view)
          .to.be.revertedWithCustomError({ interface: errors }, "IndexLens_VaultUnknown")
          .withArgs(address);
      }
    });

    it("reverts when a creation names more or fewer amounts than tokens, or no shares", async () => {
      const { lens, protocol } = await fresh();
      const token = tokenOf(protocol, "USDC").address;
      await expect(lens.previewCreate([token], [], 1))
        .to.be.revertedWithCustomError({ interface: errors }, "IndexLens_LengthMismatch")
        .withArgs(1, 0);
      await expect(lens.previewCreate([token], [1], 0)).to.be.revertedWithCustomError(
        { interface: errors },
        "IndexLens_SharesZero",
      );
    });
  });

  describe("nav", () => {
    it("adds up holdings at registry prices, in total and per share", async () => {
      const world = await fresh();
      const nav = await world.lens.nav(world.address);
      const rows = await book(world);
      const total = rows.reduce((sum, { value }) => sum + value, 0n);
      expect(nav.total).to.equal(total);
      expect(nav.perShare).to.equal((total * D18) / (await world.vault.totalSupply()));
      expect(nav.supply).to.equal(1_000n * D18);
      expect(nav.unpriced).to.deep.equal([]);
      expect(nav.holdings.map(({ token, holdings, price, value }) => [token, holdings, price, value])).to.deep.equal(
        rows.map(({ address, held, price, value }) => [address, held, price, value]),
      );
      expect(total).to.be.closeTo(SEED, SEED / 1_000n);
    });

    it("leaves a token without a price out and names it", async () => {
      const world = await fresh();
      const stale = tokenOf(world.protocol, "TK3");
      await time.increase(DAY + 1);
      await publishAllBut(world, "TK3");
      const nav = await world.lens.nav(world.address);
      const rows = await book(world);
      expect(nav.unpriced).to.deep.equal([stale.address]);
      expect(nav.total).to.equal(rows.reduce((sum, { value }) => sum + value, 0n));
      expect(nav.total).to.be.closeTo((SEED * 5n) / 6n, SEED / 1_000n);
    });

    it("counts a shortfall at once, in proportion", async () => {
      const world = await fresh();
      const before = await world.lens.nav(world.address);
      const i = placeOf(world, "TK4");
      await makeRude(networkHelpers, world, tokenOf(world.protocol, "TK4"), Manner.LOSES_HALF);
      const after = await world.lens.nav(world.address);
      expect(after.holdings[i]?.holdings).to.be.closeTo((before.holdings[i]?.holdings ?? 0n) / 2n, 1n);
      expect(before.total - after.total).to.be.closeTo((before.holdings[i]?.value ?? 0n) / 2n, D18);
    });
  });

  describe("weights", () => {
    it("gives oracle weights, targets of 0 before any proposal, and half the absolute drift", async () => {
      const world = await fresh();
      const [list, drift] = await world.lens.weights(world.address);
      expect(list.map(({ token }) => token)).to.deep.equal(world.protocol.tokens.map(({ address }) => address));
      for (const { current, target, drift: single } of list) {
        expect(current).to.be.closeTo(1_667n, 1n);
        expect(target).to.equal(0n);
        expect(single).to.equal(current);
      }
      expect(drift).to.equal(5_000n);
    });

    it("measures the drift against the proposal", async () => {
      const world = await deployOpen();
      const [list, drift] = await world.lens.weights(world.address);
      const rows = await book(world);
      const total = rows.reduce((sum, { value }) => sum + value, 0n);
      for (const [i, { current, target, drift: single }] of list.entries()) {
        const { symbol, value } = rows[i] ?? { symbol: "", value: 0n };
        expect(current).to.equal((value * 10_000n + total / 2n) / total);
        expect(target).to.equal(TO_STABLE[symbol as keyof typeof TO_STABLE]);
        expect(single).to.be.closeTo(current - target, 1n);
      }
      expect(drift).to.equal(1_000n);
    });

    it("follows prices: a token that doubles weighs two sevenths", async () => {
      const world = await deployOpen();
      await setPrices(world.protocol, { TK4: "71" });
      const [list] = await world.lens.weights(world.address);
      expect(list[placeOf(world, "TK4")]?.current).to.be.closeTo(2_857n, 1n);
      expect(list[placeOf(world, "TK5")]?.current).to.be.closeTo(1_429n, 1n);
    });
  });

  describe("lots", () => {
    it("offers nothing while no epoch is open", async () => {
      const world = await fresh();
      for (const { surplus, deficit, price } of await world.lens.lots(world.address)) {
        expect([surplus, deficit]).to.deep.equal([0n, 0n]);
        expect(price).to.not.equal(0n);
      }
      await propose(world.protocol, world.vault, { weights: weightsOf(world, TO_STABLE) });
      for (const { surplus, deficit } of await world.lens.lots(world.address)) {
        expect([surplus, deficit]).to.deep.equal([0n, 0n]);
      }
    });

    it("gives surplus and deficit against the target units, in tokens and dollars", async () => {
      const world = await deployOpen();
      const lots = await world.lens.lots(world.address);
      const wanted = await world.vault.targetUnits();
      const aggregate = await world.vault.aggregate();
      for (const [i, row] of (await book(world)).entries()) {
        const lot = lots[i];
        const raw = ((row.units - (wanted[i] ?? 0n)) * aggregate) / 10n ** BigInt(72 - row.decimals);
        const value = ((raw < 0n ? -raw : raw) * row.price) / 10n ** BigInt(row.decimals + 9);
        expect(lot?.surplus).to.equal(raw > 0n ? raw : 0n);
        expect(lot?.deficit).to.equal(raw < 0n ? -raw : 0n);
        expect(lot?.surplusValue).to.equal(raw > 0n ? value : 0n);
        expect(lot?.deficitValue).to.equal(raw < 0n ? value : 0n);
      }
      expect(lots[placeOf(world, "USDC")]?.deficitValue).to.be.closeTo(SEED / 10n, SEED / 1_000n);
      expect(lots[placeOf(world, "TK1")]?.surplusValue).to.be.closeTo(SEED / 20n, SEED / 1_000n);
    });

    it("shows the side on which a token is frozen", async () => {
      const world = await deployOpen();
      await setPrices(world.protocol, { TK4: "3.5" });
      await world.vault.checkPrice(placeOf(world, "TK4"));
      const lots = await world.lens.lots(world.address);
      expect(lots[placeOf(world, "TK4")]?.freeze).to.equal(Freeze.NOT_SOLD);
    });
  });

  describe("quoteFill", () => {
    /** The lens must say what the vault says: amounts to the wei, or the same error. */
    async function agreedQuote(world: LensWorld, sell: string, buy: string, maxSell = MaxUint256) {
      const [i, j] = [placeOf(world, sell), placeOf(world, buy)];
      const quote = await world.lens.quoteFill(world.address, i, j, maxSell);
      const given = await tryFill(world, i, j, maxSell);
      expect(quote.reason).to.equal(given.reason);
      expect(quote.fillable).to.equal(given.reason === NO_REASON);
      if (quote.fillable) expect([quote.sold, quote.paid]).to.deep.equal([given.sold, given.paid]);
      return quote;
    }

    async function expectReason(world: LensWorld, sell: string, buy: string, error: string, maxSell = MaxUint256) {
      const { reason } = await agreedQuote(world, sell, buy, maxSell);
      expect(errors.getError(reason)?.name).to.equal(`IndexVault_${error}`);
    }

    it("names the reason when no epoch is open: none yet, in the veto delay, after the window, cancelled", async () => {
      const world = await fresh();
      await expectReason(world, "TK1", "USDC", "EpochNotOpen");
      await propose(world.protocol, world.vault, { weights: weightsOf(world, TO_STABLE) });
      await expectReason(world, "TK1", "USDC", "EpochNotOpen");
      const { closesAt } = await world.vault.epoch();
      await time.setNextBlockTimestamp(closesAt - 1n);
      await setPrices(world.protocol);
      expect((await agreedQuote(world, "TK1", "USDC")).fillable).to.equal(true);
      await time.setNextBlockTimestamp(closesAt);
      await setPrices(world.protocol);
      await expectReason(world, "TK1", "USDC", "EpochNotOpen");

      const open = await deployOpen();
      await open.vault.connect(open.guardian).cancelEpoch();
      await expectReason(open, "TK1", "USDC", "EpochNotOpen");
    });

    it("names the reason when fills are paused, but not when only minting is", async () => {
      const world = await deployOpen();
      await world.vault.connect(world.guardian).pause(1);
      expect((await agreedQuote(world, "TK1", "USDC")).fillable).to.equal(true);
      await time.increase(7 * DAY);
      await world.vault.connect(world.guardian).pause(2);
      await expectReason(world, "TK1", "USDC", "Paused");
    });

    it("names the reason when the signers were revoked", async () => {
      const world = await deployOpen();
      await world.protocol.keeperRegistry.connect(world.guardian).revokeSigners(world.address);
      await expectReason(world, "TK1", "USDC", "SignersRevoked");
    });

    it("names the reason when either token has no price", async () => {
      for (const silent of ["TK1", "USDC"]) {
        const world = await fresh();
        await propose(world.protocol, world.vault, { weights: weightsOf(world, TO_STABLE) });
        await time.increase(LIMITS.riskDelay + LIMITS.curveLength / 2);
        await publishAllBut(world, silent);
        await expectReason(world, "TK1", "USDC", "PriceMissing");
      }
    });

    it("names the reason when the registry froze either token", async () => {
      const world = await deployOpen();
      for (const symbol of ["TK1", "USDC"]) {
        const { address } = tokenOf(world.protocol, symbol);
        await world.protocol.assetRegistry.setFrozen(address, true);
        await expectReason(world, "TK1", "USDC", "AssetFrozen");
        await world.protocol.assetRegistry.setFrozen(address, false);
      }
    });

    it("names the reason when the vault froze the side that is asked for", async () => {
      const world = await deployOpen();
      await setPrices(world.protocol, { TK1: "500" });
      await world.vault.checkPrice(placeOf(world, "TK1"));
      await expectReason(world, "TK1", "USDC", "AssetFrozen");
    });

    it("names the reason when a feed was replaced", async () => {
      const world = await deployOpen();
      const { address } = tokenOf(world.protocol, "TK1");
      await relist(world, address, { heartbeat: 90_000n });
      await expectReason(world, "TK1", "USDC", "AssetFrozen");
    });

    it("names the reason when a price left its band, and not at the edges of the band", async () => {
      const world = await deployOpen();
      for (const [price, out] of [
        ["2199.99", false],
        ["2200", true],
        ["1800", false],
        ["1799.99", true],
      ] as const) {
        await setPrices(world.protocol, { TK1: price });
        const quote = await agreedQuote(world, "TK1", "USDC");
        expect(quote.reason, price).to.equal(out ? errors.getError("IndexVault_PriceOutOfBand")?.selector : NO_REASON);
      }
    });

    it("names the reason when there is no surplus or no deficit", async () => {
      const world = await deployOpen();
      await expectReason(world, "USDC", "TK1", "NothingToFill");
      await expectReason(world, "TK1", "TK3", "NothingToFill");
      await expectReason(world, "TK1", "TK1", "NothingToFill");
    });

    it("names the reason when the bought token is off its peg or near its feed's minimum", async () => {
      const world = await deployOpen();
      await setPrices(world.protocol, { USDC: "0.97" });
      await expectReason(world, "TK1", "USDC", "AssetOffPeg");
      await setPrices(world.protocol, { USDC: "1" });
      const { address } = tokenOf(world.protocol, "USDC");
      const minPrice = await world.protocol.assetRegistry.encodeMinPrice(95n * 10n ** 25n);
      await relist(world, address, { minPrice });
      await expectReason(world, "TK1", "USDC", "AssetFrozen");
    });

    it("names the reason when DERISK would buy something else than a destination", async () => {
      const world = await deployDerisk();
      await time.increase(HOUR / 2 + 60);
      await setPrices(world.protocol, { TK4: "33" });
      await world.vault.refreshTargets();
      const lots = await world.lens.lots(world.address);
      expect(lots[placeOf(world, "TK4")]?.deficit).to.not.equal(0n);
      await expectReason(world, "TK1", "TK4", "NothingToFill");
      expect((await agreedQuote(world, "TK1", "USDC")).fillable).to.equal(true);
    });

    it("names the reason when nothing is asked for, or nothing has been released yet", async () => {
      const world = await deployOpen();
      await expectReason(world, "TK1", "USDC", "FillLimit", 0n);
      const other = await fresh();
      await propose(other.protocol, other.vault, { weights: weightsOf(other, TO_STABLE) });
      const { opensAt } = await other.vault.epoch();
      await time.setNextBlockTimestamp(opensAt);
      await setPrices(other.protocol);
      await expectReason(other, "TK1", "USDC", "FillLimit");
    });

    it("names the reason when a balance cannot be read or does not cover the trade", async () => {
      for (const [manner, error] of [
        [Manner.REVERTS, "TransferFailed"],
        [Manner.RETURNS_NOTHING, "TransferFailed"],
        [Manner.LOSES_HALF, "Insolvent"],
      ] as const) {
        for (const symbol of ["TK4", "USDC"]) {
          const world = await fresh();
          const weights = weightsOf(world, { USDC: 2_333, TK1: 1_667, TK2: 1_667, TK3: 1_667, TK4: 1_000, TK5: 1_666 });
          await propose(world.protocol, world.vault, { weights });
          await time.increase(LIMITS.riskDelay + LIMITS.curveLength / 2);
          await setPrices(world.protocol);
          await makeRude(networkHelpers, world, tokenOf(world.protocol, symbol), manner);
          const quote = await agreedQuote(world, "TK4", "USDC");
          expect(errors.getError(quote.reason)?.name).to.equal(`IndexVault_${error}`);
        }
      }
    });

    it("prices a pair at the live cross price times the curve's factor", async () => {
      const world = await deployOpen();
      await setPrices(world.protocol, { TK1: "2100" });
      const [i, j] = [placeOf(world, "TK1"), placeOf(world, "USDC")];
      const quote = await agreedQuote(world, "TK1", "USDC", 10n ** 5n);
      expect(quote.priceFactor).to.equal(await world.vault.priceFactor(i, j));
      expect(quote.limitPrice).to.equal((2_100n * 10n ** 27n * quote.priceFactor) / D18);
      expect(quote.sold).to.equal(10n ** 5n);
      // 0.1 TK1 at $2,100 and 6 decimals each, rounded up
      expect(quote.paid).to.equal((210_000_000n * quote.priceFactor + D18 - 1n) / D18);
    });

    it("is what a real fill in the same second then gives", async () => {
      const world = await deployOpen();
      const [i, j] = [placeOf(world, "TK1"), placeOf(world, "USDC")];
      const nonce = await world.vault.basketNonce();
      const quote = await world.lens.quoteFill(world.address, i, j, MaxUint256);
      await time.setNextBlockTimestamp(await time.latest());
      const { id } = await world.vault.epoch();
      await expect(world.vault.connect(world.filler).fill(i, j, MaxUint256, quote.sold, quote.paid, nonce, "0x"))
        .to.emit(world.vault, "Filled")
        .withArgs(
          id,
          world.filler.address,
          tokenOf(world.protocol, "TK1").address,
          tokenOf(world.protocol, "USDC").address,
          quote.sold,
          quote.paid,
        );
    });
  });

  describe("health", () => {
    it("finds nothing wrong with a healthy vault", async () => {
      const world = await deployOpen();
      const health = await world.lens.health(world.address);
      expect(health.toObject()).to.include({
        open: true,
        pausedBits: 0n,
        sequencerUp: true,
        signersMatch: true,
        signers: 1n,
        threshold: 1n,
        pendingBasket: false,
        troubled: 0n,
      });
      expect(health.turnover.toObject()).to.deep.equal({
        capacity: 125n * 10n ** 15n,
        left: 125n * 10n ** 15n,
        weekly: 250n * 10n ** 15n,
        daysToFull: 0n,
      });
      expect(health.loss.toObject()).to.deep.equal({
        capacity: 25n * 10n ** 14n,
        left: 25n * 10n ** 14n,
        weekly: 5n * 10n ** 15n,
        daysToFull: 0n,
      });
      expect(health.epoch.id).to.equal(1n);
    });

    it("shows budgets as they are used and how many days they need to fill up", async () => {
      const world = await deployOpen();
      const [i, j] = [placeOf(world, "TK1"), placeOf(world, "USDC")];
      await world.vault
        .connect(world.filler)
        .fill(i, j, MaxUint256, 0, MaxUint256, await world.vault.basketNonce(), "0x");
      const { turnover: used } = await world.vault.buckets();
      const { turnover } = await world.lens.health(world.address);
      expect(used).to.be.closeTo(5n * 10n ** 16n, 10n ** 15n);
      expect(turnover.left).to.equal(turnover.capacity - used);
      // The bucket leaks its capacity in 7 days.
      expect(turnover.daysToFull).to.be.closeTo((used * 7n * D18) / turnover.capacity, 1n);

      await time.increase(Number((turnover.daysToFull * BigInt(DAY)) / D18) + 1);
      const later = await world.lens.health(world.address);
      expect(later.turnover.daysToFull).to.equal(0n);
      expect(later.turnover.left).to.equal(turnover.capacity);
    });

    it("tells stale, frozen, off-peg and near-minimum tokens apart", async () => {
      const world = await fresh();
      const { assetRegistry } = world.protocol;
      await time.increase(DAY + 10);
      tokenOf(world.protocol, "USDC").price = 97_000_000n;
      await publishAllBut(world, "TK3");
      await assetRegistry.setFrozen(tokenOf(world.protocol, "TK4").address, true);
      const five = tokenOf(world.protocol, "TK5").address;
      await relist(world, five, { minPrice: await assetRegistry.encodeMinPrice(24n * 10n ** 25n) });

      const health = await world.lens.health(world.address);
      const of = (symbol: string) => health.tokens[placeOf(world, symbol)]?.toObject();
      expect(of("USDC")).to.include({ priced: true, offPeg: true, frozen: false, nearMinimum: false });
      expect(of("TK3")).to.include({ priced: false, listed: true, offPeg: false, heartbeat: 86_400n });
      expect(of("TK3")?.feedAge).to.be.greaterThan(86_400n);
      expect(of("TK4")).to.include({ priced: true, frozen: true, nearMinimum: false });
      expect(of("TK5")).to.include({ priced: true, frozen: false, nearMinimum: true });
      expect(of("TK1")).to.include({ priced: true, frozen: false, offPeg: false, nearMinimum: false, readable: true });
      expect(health.troubled).to.equal(4n);
    });

    it("says when a token was delisted", async () => {
      const world = await fresh();
      await world.protocol.assetRegistry.removeAsset(tokenOf(world.protocol, "TK2").address);
      const health = await world.lens.health(world.address);
      const row = health.tokens[placeOf(world, "TK2")];
      expect(row?.toObject()).to.include({ listed: false, priced: false, feedAge: 2n ** 40n - 1n, heartbeat: 0n });
      expect(health.troubled).to.equal(1n);
    });

    it("shows debts, and shortfalls against what units and debts need", async () => {
      const world = await fresh();
      const i = placeOf(world, "TK4");
      const [curator] = [await world.vault.curator()];
      const creator = await ethers.getSigner(curator);
      const nonce = await world.vault.basketNonce();
      await world.vault.connect(creator).redeem(10n * D18, creator, creator, [], 1n << BigInt(i), nonce);
      const owed = await world.vault.owed(tokenOf(world.protocol, "TK4").address, creator);
      const before = await world.lens.health(world.address);
      expect(owed).to.not.equal(0n);
      expect(before.tokens[i]?.toObject()).to.include({ owed, shortfall: 0n });

      const held = await tokenOf(world.protocol, "TK4").token.balanceOf(world.address);
      await makeRude(networkHelpers, world, tokenOf(world.protocol, "TK4"), Manner.LOSES_HALF);
      const after = await world.lens.health(world.address);
      expect(after.tokens[i]?.shortfall).to.be.closeTo(held / 2n, 1n);
      expect(after.troubled).to.equal(1n);
    });

    it("shows pause, revoked signers and an announced basket change", async () => {
      const world = await deployOpen();
      await world.vault.connect(world.guardian).pause(3);
      await world.protocol.keeperRegistry.connect(world.guardian).revokeSigners(world.address);
      const health = await world.lens.health(world.address);
      const [bits, until] = await world.vault.paused();
      expect(health.toObject()).to.include({
        open: false,
        pausedBits: bits,
        pausedUntil: until,
        signersMatch: false,
        signers: 0n,
      });
      expect(bits).to.equal(3n);
    });
  });

  describe("promises", () => {
    it("shows limits, destinations, fees, curator and guardian as they are in force", async () => {
      const [owner] = await ethers.getSigners();
      const streamingRate = 1_547_125_957n; // D18{1/s} 5% a year
      const world = await deployLensWorld(await ethers.getSigners(), {
        fees: { streamingRate, mintFeeBps: 30, recipient: owner?.address ?? ZeroAddress },
      });
      const promises = await world.lens.promises(world.address);
      expect(promises.limits.toObject()).to.deep.equal(
        Object.fromEntries(Object.entries(LIMITS).map(([key, value]) => [key, BigInt(value)])),
      );
      expect(promises.destinations.map((entry) => entry.toArray())).to.deep.equal([
        [tokenOf(world.protocol, "USDC").address, 10_000n],
      ]);
      expect(promises.fees.toArray()).to.deep.equal([streamingRate, 30n, owner?.address]);
      // 1 - exp(-rate * 365 days) = 4.7619%: what a share loses in a year
      expect(promises.streamingPerYear).to.be.closeTo(47_619_047_619_047_619n, 10n ** 9n);
      expect(promises.curator).to.equal(await world.vault.curator());
      expect(promises.guardian).to.equal(world.guardian.address);
    });
  });

  describe("previews", () => {
    it("gives what a mint pulls and what it is worth", async () => {
      const world = await fresh();
      const [amounts, feeShares, value] = await world.lens.previewMint(world.address, 10n * D18);
      const [expected, expectedFee] = await world.vault.previewMint(10n * D18);
      expect(amounts).to.deep.equal(expected);
      expect(feeShares).to.equal(expectedFee);
      const { perShare } = await world.lens.nav(world.address);
      expect(value).to.be.closeTo(perShare * 10n, perShare / 100n);
    });

    it("gives what a redemption pays, shortfalls considered, and names legs to skip", async () => {
      const world = await fresh();
      const expected = await world.vault.previewRedeem(10n * D18);
      const [healthy, value, none] = await world.lens.previewRedeem(world.address, 10n * D18);
      const { perShare } = await world.lens.nav(world.address);
      expect(healthy).to.deep.equal(expected);
      expect(value).to.be.closeTo(perShare * 10n, perShare / 100n);
      expect(none).to.equal(0n);

      const [short, silent] = [placeOf(world, "TK4"), placeOf(world, "TK5")];
      await makeRude(networkHelpers, world, tokenOf(world.protocol, "TK4"), Manner.LOSES_HALF);
      await makeRude(networkHelpers, world, tokenOf(world.protocol, "TK5"), Manner.REVERTS);
      const [amounts, , skip] = await world.lens.previewRedeem(world.address, 10n * D18);
      expect(amounts[short]).to.be.closeTo((expected[short] ?? 0n) / 2n, 1n);
      expect(amounts[silent]).to.equal(expected[silent]);
      expect(skip).to.equal(1n << BigInt(silent));
    });

    it("values a seed before it is paid, and names what has no price or exceeds its cap", async () => {
      const { lens, protocol } = await fresh();
      await time.increase(DAY + 1);
      const [usdc, btc, stale] = [tokenOf(protocol, "USDC"), tokenOf(protocol, "TK3"), tokenOf(protocol, "TK4")];
      await protocol.hub.publish([usdc.feed, btc.feed], [usdc.price, btc.price], 0);
      const tokens = [usdc.address, btc.address, stale.address];
      const amounts = [2_000n * 10n ** 6n, 8n * 10n ** 25n, 10n ** 18n];
      const preview = await lens.previewCreate(tokens, amounts, 50n * D18);
      expect(preview.value).to.equal(10_000n * D18);
      expect(preview.perShare).to.equal(200n * D18);
      expect(preview.weights).to.deep.equal([2_000n, 8_000n, 0n]);
      expect(preview.unpriced).to.deep.equal([stale.address]);
      expect(preview.aboveCap).to.deep.equal([btc.address]);

      const empty = await lens.previewCreate([usdc.address], [0], 1);
      expect([empty.value, empty.perShare, empty.weights]).to.deep.equal([0n, 0n, [0n]]);
    });
  });

  describe("one bad token", () => {
    for (const [name, manner] of Object.entries(Manner)) {
      if (manner === Manner.POLITE || manner === Manner.LOSES_HALF) continue;

      it(`answers every view although one token ${name.toLowerCase().replaceAll("_", " ")}`, async () => {
        const world = await deployOpen();
        const before = await world.lens.nav(world.address);
        await makeRude(networkHelpers, world, tokenOf(world.protocol, "TK4"), manner);
        const { lens, address } = world;
        const nav = await lens.nav(address);
        expect(nav.total).to.equal(before.total);
        expect((await lens.weights(address)).drift).to.equal(1_000n);
        expect(await lens.lots(address)).to.have.length(6);
        expect(
          (await lens.quoteFill(address, placeOf(world, "TK1"), placeOf(world, "USDC"), MaxUint256)).fillable,
        ).to.equal(true);
        expect((await lens.previewMint(address, D18)).value).to.not.equal(0n);
        expect((await lens.previewRedeem(address, D18)).skipBitmap).to.equal(1n << BigInt(placeOf(world, "TK4")));
        const health = await lens.health(address);
        expect(health.tokens[placeOf(world, "TK4")]?.readable).to.equal(false);
        expect(health.troubled).to.equal(1n);
      });
    }

    it("answers every view although one token has no code any more, and one feed burns its gas", async () => {
      const world = await deployOpen();
      await networkHelpers.setCode(tokenOf(world.protocol, "TK4").address, "0x");
      await networkHelpers.setCode(await tokenOf(world.protocol, "TK5").feed.getAddress(), "0xfe");
      const health = await world.lens.health(world.address);
      expect(health.tokens[placeOf(world, "TK4")]?.readable).to.equal(false);
      expect(health.tokens[placeOf(world, "TK5")]?.toObject()).to.include({ priced: false, feedAge: 2n ** 40n - 1n });
      expect(health.troubled).to.equal(2n);
      expect((await world.lens.nav(world.address)).unpriced).to.deep.equal([tokenOf(world.protocol, "TK5").address]);
    });
  });

  describe("fuzz", () => {
    /** Deterministic stream of 32-bit numbers. */
    function stream(seed: string): (below: number) => number {
      let state = keccak256(toUtf8Bytes(seed));
      return (below) => {
        state = keccak256(state);
        return Number(BigInt(state) % BigInt(below));
      };
    }

    /** One random thing that happens to the vault or its market. */
    async function disturb(world: LensWorld, draw: (below: number) => number): Promise<void> {
      const { protocol, vault } = world;
      const token = protocol.tokens[draw(protocol.tokens.length)];
      if (token === undefined) throw new Error("drew a token that does not exist");
      switch (draw(5)) {
        case 0: // a price moves by up to 12%, a stable one by up to 3%
          token.price +=
            (token.price * BigInt(draw(token.stable ? 601 : 2_401) - (token.stable ? 300 : 1_200))) / 10_000n;
          break;
        case 1:
          await time.increase(1 + draw(HOUR / 3));
          break;
        case 2:
          await protocol.assetRegistry.setFrozen(token.address, draw(4) === 0);
          break;
        case 3:
          await world.vault.checkPrice(draw(protocol.tokens.length));
          break;
        default: {
          const [i, j] = [draw(protocol.tokens.length), draw(protocol.tokens.length)];
          const { fillable, sold } = await world.lens.quoteFill(world.address, i, j, MaxUint256);
          if (fillable && sold > 1n) {
            const part = 1n + (sold * BigInt(draw(1_000))) / 1_000n;
            await vault.connect(world.filler).fill(i, j, part, 0, MaxUint256, await vault.basketNonce(), "0x");
          }
        }
      }
      await setPrices(protocol);
    }

    for (const lane of [Lane.RISK, Lane.DERISK]) {
      it(`S42: a quote equals the vault's own answer to the wei in 150 random states (${Lane[lane] ?? lane})`, async () => {
        let fillable = 0;
        const reasons = new Set<string>();
        for (let epoch = 0; epoch < 10; epoch++) {
          const world = lane === Lane.RISK ? await deployOpen() : await deployDerisk();
          const draw = stream(`lens ${lane} ${epoch}`);
          for (let step = 0; step < 15; step++) {
            await disturb(world, draw);
            for (const i of world.protocol.tokens.keys()) {
              const j = draw(world.protocol.tokens.length);
              const maxSell = draw(3) === 0 ? BigInt(draw(2 ** 31)) ** BigInt(1 + draw(3)) : MaxUint256;
              const quote = await world.lens.quoteFill(world.address, i, j, maxSell);
              const given = await tryFill(world, i, j, maxSell);
              const state = `epoch ${epoch}, step ${step}, ${i} for ${j}, at most ${maxSell}`;
              expect(quote.reason, state).to.equal(given.reason);
              expect(quote.fillable, state).to.equal(given.reason === NO_REASON);
              reasons.add(quote.reason);
              if (!quote.fillable) continue;
              fillable++;
              expect([quote.sold, quote.paid], state).to.deep.equal([given.sold, given.paid]);
            }
          }
        }
        // The states must have been worth comparing.
        expect(fillable).to.be.greaterThan(50);
        expect(reasons.size).to.be.greaterThan(3);
      }).timeout(300_000);
    }
  });
});
