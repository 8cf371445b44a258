import { expect } from "chai";
import { keccak256, MaxUint256, toUtf8Bytes } from "ethers";
import { network } from "hardhat";
import { Lane } from "../../../sdk/src/index.ts";
import { Errors__factory } from "../../../typechain-types/index.js";
import {
  deployLensWorld,
  type LensWorld,
  Manner,
  makeRude,
  openDerisk,
  openRisk,
  placeOf,
  publishAllBut,
  relist,
  reset,
  TO_STABLE,
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

describe("IndexLens", () => {
  const deploy = async () => deployLensWorld(await ethers.getSigners());
  const fresh = async () => reset(await loadFixture(deploy));
  const deployOpen = async () => openRisk(networkHelpers, await fresh());
  const deployDerisk = async () => openDerisk(networkHelpers, await fresh());

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

    it("rounds the limit price up, against the filler", async () => {
      const world = await deployOpen();
      await time.increase(601);
      await setPrices(world.protocol, { USDC: "0.9993" });
      const quote = await agreedQuote(world, "TK1", "USDC");
      const cross = (2_000n * 10n ** 54n) / (9_993n * 10n ** 23n);
      expect((cross * quote.priceFactor) % D18).to.not.equal(0n);
      expect(quote.limitPrice).to.equal((cross * quote.priceFactor) / D18 + 1n);
    });

    it("counts turnover at the snapshot when the price fell since, and what the epoch has already sold", async () => {
      const world = await fresh();
      await propose(world.protocol, world.vault, { weights: weightsOf(world, TO_STABLE) });
      const { opensAt } = await world.vault.epoch();
      await time.setNextBlockTimestamp(opensAt + BigInt(LIMITS.curveLength / 12));
      await setPrices(world.protocol, { TK1: "1900" });
      const { sold } = await agreedQuote(world, "TK1", "USDC");
      // 25% * 300 s / 7,200 s of $100,000 at $2,000 each
      expect(sold).to.be.closeTo(520_800n, 400n);

      const [i, j, nonce] = [placeOf(world, "TK1"), placeOf(world, "USDC"), await world.vault.basketNonce()];
      await world.vault.connect(world.filler).fill(i, j, sold / 2n, 0, MaxUint256, nonce, "0x");
      expect((await agreedQuote(world, "TK1", "USDC")).sold).to.be.closeTo(sold / 2n, 3_000n);
    });

    it("finds a vault insolvent that is short by a single wei", async () => {
      const world = await deployOpen();
      const { token } = tokenOf(world.protocol, "TK1");
      await networkHelpers.impersonateAccount(world.address);
      await networkHelpers.setBalance(world.address, D18);
      await token.connect(await ethers.getSigner(world.address)).transfer(world.filler, 1n);
      const quote = await agreedQuote(world, "TK1", "USDC");
      expect(errors.getError(quote.reason)?.name).to.equal("IndexVault_Insolvent");
    });

    it("lets a token go to the last wei although its balance is rounded down", async () => {
      const world = await fresh();
      const weights = weightsOf(world, { USDC: 5_068, TK1: 1_600, TK2: 0, TK3: 1_600, TK4: 1_600, TK5: 132 });
      await propose(world.protocol, world.vault, { weights, lane: Lane.DERISK });
      const { token } = tokenOf(world.protocol, "TK2");
      const [, , holdings] = await world.vault.basket();
      const floor = holdings[placeOf(world, "TK2")] ?? 0n;
      await networkHelpers.impersonateAccount(world.address);
      await networkHelpers.setBalance(world.address, D18);
      const dust = (await token.balanceOf(world.address)) - floor;
      expect(dust).to.equal(1n);
      await token.connect(await ethers.getSigner(world.address)).transfer(world.filler, dust);
      await setPrices(world.protocol);
      const quote = await agreedQuote(world, "TK2", "USDC");
      expect([quote.fillable, quote.sold]).to.deep.equal([true, floor]);
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

    for (const [name, lane] of Object.entries(Lane)) {
      it(`a quote equals the vault's own answer to the wei in 150 random states (${name})`, async () => {
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
