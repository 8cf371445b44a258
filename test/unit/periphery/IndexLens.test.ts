import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { Errors__factory } from "../../../typechain-types/index.js";
import {
  book,
  deployLensWorld,
  Freeze,
  fields,
  Manner,
  makeRude,
  openRisk,
  placeOf,
  publishAllBut,
  reset,
  TO_STABLE,
  weightsOf,
} from "../../helpers/lens.ts";
import { addTokens, setPrices, tokenOf } from "../../helpers/market.ts";
import { LIMITS, propose } from "../../helpers/protocol.ts";
import { proposeBasket } from "../../helpers/upkeep.ts";

const { ethers, networkHelpers } = await network.create({ override: { allowBlocksWithSameTimestamp: true } });
const { time, loadFixture } = networkHelpers;

const DAY = 86_400;
const D18 = 10n ** 18n;
const errors = Errors__factory.createInterface();
/** D18{USD} of the seed: six equal parts for 1,000 shares. */
const SEED = 100_000n * D18;

describe("IndexLens", () => {
  const deploy = async () => deployLensWorld(await ethers.getSigners());
  const fresh = async () => reset(await loadFixture(deploy));
  const deployOpen = async () => openRisk(networkHelpers, await fresh());

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

    it("does not name a token without a price that the index does not hold", async () => {
      const world = await fresh();
      const [added] = await addTokens(world.protocol, [{ symbol: "NEW", price: "5" }]);
      const add = [added?.address ?? ZeroAddress];
      await proposeBasket(world.protocol, world.vault, add, []);
      await time.increase(LIMITS.basketDelay);
      await world.vault.applyBasket(add, []);
      await publishAllBut(world, "NEW");
      const nav = await world.lens.nav(world.address);
      expect(nav.holdings.map(({ token }) => token)).to.include(add[0]);
      expect(nav.unpriced).to.deep.equal([]);
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

  describe("promises", () => {
    it("shows limits, destinations, fees, curator and guardian as they are in force", async () => {
      const [owner] = await ethers.getSigners();
      const streamingRate = 1_547_125_957n; // D18{1/s} 5% a year
      const world = await deployLensWorld(await ethers.getSigners(), {
        fees: { streamingRate, mintFeeBps: 30, recipient: owner?.address ?? ZeroAddress },
      });
      const promises = await world.lens.promises(world.address);
      expect(fields(promises.limits)).to.deep.equal(
        Object.fromEntries(Object.entries(LIMITS).map(([key, value]) => [key, BigInt(value)])),
      );
      expect(promises.destinations.map(({ token, splitBps }) => [token, splitBps])).to.deep.equal([
        [tokenOf(world.protocol, "USDC").address, 10_000n],
      ]);
      expect(fields(promises.fees)).to.deep.equal({ streamingRate, mintFeeBps: 30n, recipient: owner?.address });
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
});
