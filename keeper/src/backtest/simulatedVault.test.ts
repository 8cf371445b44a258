import { readFileSync } from "node:fs";
import { expect } from "chai";
import { createRandom } from "../data/random.ts";
import { DAY, dayFromIso } from "../data/time.ts";
import type { VaultLimits } from "../data/vault.ts";
import { ProposalRefusedError } from "../errors.ts";
import { clipDerisk, clipRisk } from "../plan/limits.ts";
import { defaultPlanParams } from "../plan/params.ts";
import { apportion } from "../weights/apportion.ts";
import { currentWeights, type Weights } from "../weights/targets.ts";
import { debit, EMPTY_BUDGETS, leak, losable, sellable } from "./budgets.ts";
import { createPriceBook, type PriceBook } from "./priceBook.ts";
import { SimulatedVault, type VaultSettings } from "./simulatedVault.ts";
import { flatCosts, modelledCosts } from "./tradeCosts.ts";

const HOUR = 3_600;
const START = dayFromIso("2022-01-03");
const LIMITS: VaultLimits = {
  turnoverBps: 5_000,
  lossBps: 100,
  deriskLossBps: 100,
  maxWeightChangeBps: 5_000,
  riskDelay: DAY,
  basketDelay: 3 * DAY,
  curveLength: 6 * HOUR,
  cooldown: 6 * DAY,
  deriskPeriod: 28 * DAY,
};

function settings(weights: Readonly<Record<string, number>>, limits: Partial<VaultLimits> = {}): VaultSettings {
  return {
    limits: { ...LIMITS, ...limits },
    stable: "USDC",
    weights: new Map(Object.entries(weights)),
    usd: 1_000_000,
    at: START * DAY,
    maxWeightBps: 10_000,
    deviationBps: { coin: 50, stable: 25 },
    gasPrice: 10n ** 9n,
  };
}

/** Prices that stay, unless listed: a close for each day from the day before START. */
function flatPrices(assets: readonly string[], changes: Readonly<Record<string, readonly number[]>> = {}): PriceBook {
  const series = assets.map((asset) => {
    const closes = Array.from({ length: 60 }, (_, i) => changes[asset]?.[i] ?? changes[asset]?.at(-1) ?? 100);
    return [asset, { firstDay: START - 1, closes }] as const;
  });
  return createPriceBook(new Map(series), new Map());
}

const bps = (weights: Readonly<Record<string, number>>): Weights => new Map(Object.entries(weights));
const weightOf = (vault: SimulatedVault, asset: string) => vault.values().get(asset)! / vault.value();

describe("backtest/budgets", () => {
  it("default: the buckets leak as the contract's, to the wei", () => {
    const path = new URL("../../../test/vectors/buckets.json", import.meta.url);
    const vectors = JSON.parse(readFileSync(path, "utf8")) as readonly Record<string, string | number>[];
    expect(vectors.length).to.be.greaterThan(20);
    for (const { weeklyBps, level, elapsed, used } of vectors) {
      const limits = { ...LIMITS, turnoverBps: Number(weeklyBps), lossBps: Number(weeklyBps) };
      const state = { ...EMPTY_BUDGETS, turnover: BigInt(level!), loss: BigInt(level!), updatedAt: 1_000 };
      const after = leak(state, limits, 1_000 + Number(elapsed));
      expect([after.turnover, after.loss]).to.deep.equal([BigInt(used!), BigInt(used!)]);
    }
  });

  it("behavior: a window releases its turnover on a line, and never more than half of the figure at once", () => {
    const window = { lane: "RISK" as const, opensAt: 0, turnoverUsed: 0n };
    const at = (now: number) => sellable({ ...EMPTY_BUDGETS }, LIMITS, window, now);
    expect([at(0), at(3 * HOUR), at(6 * HOUR), at(11 * HOUR)]).to.deep.equal([0, 0.125, 0.25, 0.25]);
    expect(sellable(EMPTY_BUDGETS, LIMITS, { ...window, lane: "DERISK" }, 0)).to.equal(Number.POSITIVE_INFINITY);
  });

  it("behavior: a fill is counted in the lane's own way", () => {
    const fill = { turnover: 0.1, loss: 0.002, at: 5 * HOUR };
    const window = { lane: "RISK" as const, opensAt: 0, turnoverUsed: 0n };
    const risk = debit({ ...EMPTY_BUDGETS, updatedAt: 5 * HOUR }, LIMITS, window, fill);
    expect(Number(risk.budgets.turnover)).to.be.closeTo(1e17, 2e3);
    expect(losable(risk.budgets, LIMITS, window, 5 * HOUR)).to.be.closeTo(0.003, 1e-12);
    const derisk = { ...window, lane: "DERISK" as const };
    const after = debit({ ...EMPTY_BUDGETS, updatedAt: 5 * HOUR }, LIMITS, derisk, { ...fill, turnover: 0.9 });
    expect(after.budgets.turnover).to.equal(250_000_000_000_000_000n); // overdrawn, yet no more than full
    expect(after.budgets.loss).to.equal(0n);
    expect(losable(after.budgets, LIMITS, derisk, 5 * HOUR)).to.be.closeTo(0.008, 1e-12);
  });
});

describe("backtest/SimulatedVault", () => {
  it("default: waits for the veto delay, then sells within the window and charges the cost exactly once", () => {
    const vault = new SimulatedVault(settings({ BTC: 5_000, ETH: 5_000 }), flatPrices(["BTC", "ETH"]), flatCosts(30));
    vault.propose("RISK", bps({ BTC: 4_000, ETH: 4_000, USDC: 2_000 }));
    vault.advance(START * DAY + DAY - 1);
    expect(vault.value()).to.equal(1_000_000);
    vault.advance(START * DAY + 2 * DAY);
    const [result] = vault.epochs;
    expect(result!.soldUsd).to.be.closeTo(200_000, 1);
    expect(result!.costUsd).to.be.closeTo(600, 0.01);
    expect(vault.value()).to.be.closeTo(1_000_000 - 600, 0.01);
    expect(weightOf(vault, "BTC")).to.be.closeTo(0.4 / 0.9994, 1e-6);
    // Premium and discount are 75 bps: the line is at -30 bps after 0.7 of the curve, so the look at 9/12 is the first.
    expect(result!.firstFillAt! - START * DAY).to.equal(DAY + (9 / 12) * 6 * HOUR);
  });

  it("default: tells what each token's part of a fill cost, size, volume and impact included", () => {
    const params = { ...defaultPlanParams, poolFeeBps: 20, halfSpreadBps: 5, dayVolumeImpactBps: 100 };
    const prices = flatPrices(["BTC", "ETH"]);
    const volume = (asset: string) => (asset === "BTC" ? 1e9 : null);
    const vault = new SimulatedVault(settings({ BTC: 5_000, ETH: 5_000 }), prices, modelledCosts(params), volume);
    vault.propose("RISK", bps({ BTC: 4_000, ETH: 6_000 }));
    expect(vault.fills).to.deep.equal([]);
    vault.advance(START * DAY + 2 * DAY);
    const [fill] = vault.fills;
    expect(fill?.dailyVolume).to.equal(1e9);
    expect(fill?.size).to.be.closeTo(100_000, 1);
    expect(fill?.costBps).to.be.closeTo(30 + 100 * Math.sqrt(1e5 / 1e9), 1e-3);
    expect(vault.fills.every(({ dailyVolume }) => dailyVolume === 1e9)).to.equal(true);
  });

  it("behavior: sells no more than the bucket holds, and the rest after it has leaked", () => {
    const vault = new SimulatedVault(settings({ BTC: 10_000 }), flatPrices(["BTC"]), flatCosts(0));
    vault.propose("RISK", bps({ BTC: 5_000, USDC: 5_000 }));
    vault.advance(START * DAY + 2 * DAY);
    // Half of 5,000 bps, and what leaks out between the first and the last look.
    expect(vault.epochs[0]!.turnover).to.be.within(0.25, 0.25 + (0.25 * 12) / 168);
    vault.advance(START * DAY + 7 * DAY);
    vault.propose("RISK", bps({ BTC: 5_000, USDC: 5_000 }));
    expect(vault.epochs[0]!.unfilled).to.be.closeTo(0.5 - vault.epochs[0]!.turnover, 1e-3);
    vault.advance(START * DAY + 9 * DAY);
    expect(weightOf(vault, "BTC")).to.be.closeTo(0.5, 0.01);
  });

  it("behavior: DERISK goes at once, all the way, and only once a period", () => {
    const prices = flatPrices(["BTC"], { BTC: [100, 50] });
    const vault = new SimulatedVault(settings({ BTC: 10_000 }), prices, flatCosts(30));
    vault.propose("DERISK", bps({ BTC: 0, USDC: 10_000 }));
    vault.advance(START * DAY + DAY);
    expect(weightOf(vault, "USDC")).to.be.greaterThan(0.999);
    // On the line from 100 to 50 at 4.5 of 24 hours; out before the day was over.
    expect(vault.value()).to.be.closeTo(906_250 * 0.997, 1_000);
    expect(() => vault.propose("DERISK", bps({ BTC: 0, USDC: 10_000 }))).to.throw("CooldownActive");
  });

  it("behavior: costs beyond the curve's discount are paid by nobody: nothing is sold", () => {
    const vault = new SimulatedVault(settings({ BTC: 10_000 }), flatPrices(["BTC"]), flatCosts(80));
    vault.propose("RISK", bps({ BTC: 9_000, USDC: 1_000 }));
    vault.advance(START * DAY + 3 * DAY);
    expect(vault.epochs[0]!.soldUsd).to.equal(0);
  });

  it("behavior: the loss bucket stops a trade that is too dear", () => {
    // 20 bps a week: 10 at once; 50 bps of cost allow 20% of NAV.
    const limits = { lossBps: 20, turnoverBps: 1_000, maxWeightChangeBps: 10_000 };
    const vault = new SimulatedVault(settings({ BTC: 10_000 }, limits), flatPrices(["BTC"]), flatCosts(15));
    vault.propose("RISK", bps({ BTC: 0, USDC: 10_000 }));
    vault.advance(START * DAY + 3 * DAY);
    const { costUsd, turnover } = vault.epochs[0]!;
    expect(costUsd / 1_000_000).to.be.at.most(0.001 * (1 + 12 / 168));
    expect(turnover).to.be.at.most(0.05 * (1 + 12 / 168) + 1e-9);
  });

  it("behavior: a token whose data stop is frozen: it keeps its price and is not traded, the rest is", () => {
    const gone = [100, 100, 100, ...new Array<number>(57).fill(Number.NaN)];
    const prices = flatPrices(["BTC", "GONE", "ETH"], { GONE: gone });
    const vault = new SimulatedVault(settings({ BTC: 5_000, GONE: 2_000, ETH: 3_000 }), prices, flatCosts(0));
    vault.advance(START * DAY + 6 * DAY);
    const [, frozen] = vault.snapshot().assets;
    expect([frozen!.asset, frozen!.price, frozen!.freeze]).to.deep.equal(["GONE", 0n, 3]);
    expect(vault.value()).to.equal(1_000_000);
    vault.propose("RISK", bps({ BTC: 6_000, GONE: 0, ETH: 4_000, USDC: 0 }));
    vault.advance(START * DAY + 9 * DAY);
    expect(vault.values().get("GONE")).to.equal(200_000);
    expect(vault.values().get("BTC")).to.be.closeTo(480_000, 1);
  });

  it("behavior: a listing's price speaks for a token after its closes stopped; a new name carries the units on", () => {
    const closes = new Map([["OLD", { firstDay: START - 1, closes: [10, 10] }]]);
    const prices = createPriceBook(closes, new Map([["OLD", [{ day: START + 10, price: 4 }]]]));
    const vault = new SimulatedVault(settings({ OLD: 10_000 }), prices, flatCosts(0));
    vault.advance((START + 5) * DAY);
    expect(vault.value()).to.equal(1_000_000);
    vault.advance((START + 20) * DAY);
    expect(vault.value()).to.equal(400_000);
    vault.rename("OLD", "NEW", 1);
    expect([...vault.units()]).to.deep.equal([
      ["NEW", 100_000],
      ["USDC", 0],
    ]);
  });

  it("behavior: members enter after the basket delay with a small first step, leavers go when they are sold", () => {
    const vault = new SimulatedVault(
      settings({ BTC: 5_000, ETH: 5_000 }),
      flatPrices(["BTC", "ETH", "SOL"]),
      flatCosts(0),
    );
    vault.proposeBasket(["SOL"], ["ETH"]);
    vault.advance((START + 2) * DAY);
    vault.proposeBasket(["SOL"], ["ETH"]); // once more: it waits no longer for that
    expect(vault.basket).to.deep.equal(["BTC", "ETH", "USDC"]);
    vault.advance((START + 4) * DAY);
    expect(vault.basket).to.deep.equal(["BTC", "ETH", "USDC", "SOL"]); // ETH is still held
    expect(() => vault.propose("RISK", bps({ BTC: 5_000, ETH: 4_000, SOL: 1_000 }))).to.throw("WeightChangeTooLarge");
    vault.propose("RISK", bps({ BTC: 7_000, ETH: 2_500, SOL: 500 }));
    vault.advance((START + 7) * DAY);
    expect(weightOf(vault, "SOL")).to.be.closeTo(0.05, 1e-3);
    expect(vault.snapshot().assets[3]!.isNew).to.equal(false);
  });

  it("error: refuses what the contract refuses", () => {
    const make = () =>
      new SimulatedVault(settings({ BTC: 6_000, ETH: 4_000 }), flatPrices(["BTC", "ETH"]), flatCosts(0));
    expect(() => make().propose("RISK", bps({ BTC: 9_999 }))).to.throw(ProposalRefusedError, "WeightSumInvalid");
    expect(() => make().propose("RISK", bps({ BTC: 500, ETH: 9_500 }))).to.throw("WeightChangeTooLarge");
    expect(() => make().propose("DERISK", bps({ BTC: 6_001, ETH: 0, USDC: 3_999 }))).to.throw("DeriskRaises");
    const twice = make();
    twice.propose("RISK", bps({ BTC: 5_000, ETH: 5_000 }));
    twice.advance((START + 3) * DAY);
    expect(() => twice.propose("RISK", bps({ BTC: 5_000, ETH: 5_000 }))).to.throw("CooldownActive");
    expect(() => twice.advance(START * DAY)).to.throw("back in time");
  });

  it("behavior: what clipRisk or clipDerisk lets through, the simulator accepts: 200 random steps", () => {
    const random = createRandom(3);
    const names = ["A", "B", "C", "D", "E", "F"];
    for (let round = 0; round < 40; round++) {
      const changes = Object.fromEntries(
        names.map((name) => {
          let price = 100;
          return [name, Array.from({ length: 60 }, () => (price *= 1 + 0.08 * random.normal()))];
        }),
      );
      const parts = apportion(
        10_000,
        [...names, "USDC"].map((asset) => ({ asset, size: BigInt(1 + Math.floor(100 * random.uniform())) })),
      );
      const limits = { maxWeightChangeBps: 500 + Math.floor(4_000 * random.uniform()) };
      const start = { ...settings(Object.fromEntries(parts), limits), maxWeightBps: 4_000 };
      const vault = new SimulatedVault(start, flatPrices(names, changes), flatCosts(30));
      for (let step = 0; step < 5; step++) {
        vault.advance((START + 7 * (step + 1)) * DAY);
        const seen = vault.snapshot();
        const current = currentWeights(seen);
        const wanted = apportion(
          10_000,
          [...names, "USDC"].map((asset) => ({
            asset,
            size: BigInt(Math.floor(100 * random.uniform() * random.uniform())) + (asset === "USDC" ? 1n : 0n),
          })),
        );
        const derisk = step === 3;
        const { weights, obstacle } = (derisk ? clipDerisk : clipRisk)(seen, current, wanted, defaultPlanParams);
        if (obstacle === null) vault.propose(derisk ? "DERISK" : "RISK", weights);
      }
      expect(vault.epochs.length).to.be.at.least(4);
      expect(vault.value()).to.be.greaterThan(0);
    }
  });

  it("behavior: buy and hold is the product of the returns", () => {
    const random = createRandom(9);
    let price = 100;
    const closes = Array.from({ length: 60 }, () => (price *= 1 + 0.04 * random.normal()));
    const vault = new SimulatedVault(settings({ BTC: 10_000 }), flatPrices(["BTC"], { BTC: closes }), flatCosts(30));
    for (let day = 1; day <= 40; day++) vault.advance((START + day) * DAY);
    const product = closes.slice(1, 41).reduce((all, close, i) => all * (close / closes[i]!), 1);
    expect(vault.value() / 1_000_000).to.be.closeTo(product, 1e-12);
  });

  it("behavior: price impact makes a thin token dearer than a deep one", () => {
    const run = (volume: number) => {
      const vault = new SimulatedVault(
        { ...settings({ BTC: 10_000 }), deviationBps: { coin: 200, stable: 25 } },
        flatPrices(["BTC"]),
        modelledCosts(defaultPlanParams),
        () => volume,
      );
      vault.propose("RISK", bps({ BTC: 9_000, USDC: 1_000 }));
      vault.advance((START + 3) * DAY);
      return vault.epochs[0]!.costUsd;
    };
    expect(run(1e12)).to.be.closeTo(400, 5);
    expect(run(1e8)).to.be.greaterThan(450);
  });
});
