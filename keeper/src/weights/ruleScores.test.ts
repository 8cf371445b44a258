import type { MethodologyWeighting } from "@gimbal/sdk";
import { expect } from "chai";
import { createRandom } from "../data/random.ts";
import { plantedPanel, truncated } from "../features/planted.fixture.ts";
import { log } from "../math/functions.ts";
import { deviation } from "../math/statistics.ts";
import { type RuleWeighting, ruleTarget } from "./ruleScores.ts";

const DAYS = 120;
const series = (price: (t: number) => number) => Array.from({ length: DAYS }, (_, t) => price(t));
const growing = (daily: number) => series((t) => 100 * (1 + daily) ** t);
const zigzag = (part: number) => series((t) => (t % 2 === 0 ? 100 : 100 * (1 + part)));
const coin = (close: readonly number[], supply = 1) => ({
  columns: { close, marketCap: close.map((price) => price * supply) },
});
const ALL = ["A", "B", "C", "D"];
const target = (panel: ReturnType<typeof plantedPanel>, rule: RuleWeighting, names = ALL) =>
  ruleTarget(panel, new Set(names), rule);
const scores = (panel: ReturnType<typeof plantedPanel>, rule: RuleWeighting, names = ALL) =>
  Object.fromEntries(target(panel, rule, names).scores);

describe("ruleTarget", () => {
  it("market-cap, its root, equal and fixed: by what each says; who is unknown says nothing", () => {
    const flat = series(() => 1);
    const gone = series((t) => (t < DAYS - 4 ? 1 : Number.NaN));
    const panel = plantedPanel({ A: coin(flat, 400), B: coin(flat, 100), C: coin(gone, 900) });
    expect(scores(panel, "market-cap")).to.deep.equal({ A: 400, B: 100, C: null });
    expect(scores(panel, { kind: "market-cap" })).to.deep.equal({ A: 400, B: 100, C: null });
    expect(scores(panel, { kind: "root-market-cap" })).to.deep.equal({ A: 20, B: 10, C: null });
    expect(scores(panel, "equal")).to.deep.equal({ A: 1_000_000, B: 1_000_000, C: null });
    const fixed = { kind: "fixed", weightsBps: { A: 2_500, C: 7_500 } } as const;
    expect(scores(panel, fixed)).to.deep.equal({ A: 2_500, B: 0, C: 7_500 });
  });

  it("momentum: the best few in equal parts, equal ones by name, and a price of three days ago still counts", () => {
    const late = growing(0.05).map((price, t) => (t >= DAYS - 3 ? Number.NaN : price));
    const panel = plantedPanel({
      A: coin(growing(0.01)),
      B: coin(growing(0.02)),
      C: coin(growing(0.01)),
      D: coin(late),
    });
    const part = 1_000_000;
    expect(scores(panel, { kind: "momentum", days: 90, hold: 3 })).to.deep.equal({ A: part, B: part, C: 0, D: part });
    expect(scores(panel, { kind: "momentum", days: 90, hold: 1 })).to.deep.equal({ A: 0, B: 0, C: 0, D: part });
    // Without a price of 90 days before, nothing is said.
    expect(scores(truncated(panel, 60), { kind: "momentum", days: 90, hold: 2 })["A"]).to.equal(null);
  });

  it("inverse volatility: the calmest few, in proportion to one over their deviation", () => {
    const panel = plantedPanel({
      A: coin(zigzag(0.01)),
      B: coin(zigzag(0.02)),
      C: coin(zigzag(0.5)),
      D: coin(series(() => 7)),
    });
    const found = scores(panel, { kind: "inverse-volatility", days: 90, hold: 2 });
    const calm = (part: number) => {
      const steps = Array.from({ length: 90 }, (_, t) => (t % 2 === 0 ? -1 : 1) * log(1 + part));
      return Math.round(1_000_000 / deviation(steps));
    };
    // A price that never moves is not traded: it says nothing about risk.
    expect(found).to.deep.equal({ A: calm(0.01), B: calm(0.02), C: 0, D: null });
  });

  it("rsi: in from the upper value until below the lower one, and in stables otherwise", () => {
    const up = growing(0.01);
    const down = growing(-0.01);
    // Up for a while, then as many ups as downs: an RSI of 50 neither enters nor leaves.
    const resting = series((t) => (t < 60 ? 100 + t : 160 + (t % 2)));
    const panel = plantedPanel({ A: coin(up), B: coin(down), C: coin(resting), D: coin(zigzag(0.001)) });
    const rule = { kind: "rsi", days: 14, enterBps: 6_000, leaveBps: 4_000 } as const;
    expect(scores(panel, rule)).to.deep.equal({ A: 1_000_000, B: 0, C: 1_000_000, D: 0 });
    const { exposureBps, reasons } = target(panel, rule);
    expect(exposureBps).to.equal(5_000);
    expect(reasons.join()).to.equal("Out by the RSI: B, D.");
  });

  it("moving average: in above the band, out below it, unchanged within", () => {
    const average = 100;
    const ending = (last: number, before = 0) =>
      series((t) => (t === DAYS - 1 ? last : t === DAYS - 40 && before > 0 ? before : average));
    const panel = plantedPanel({
      A: coin(ending(103)),
      B: coin(ending(101)),
      C: coin(ending(99, 110)), // was in since the leap
      D: coin(ending(96, 110)),
    });
    const rule = { kind: "moving-average", days: 50, bandBps: 200 } as const;
    expect(scores(panel, rule)).to.deep.equal({ A: 1_000_000, B: 0, C: 1_000_000, D: 0 });
    expect(target(panel, rule).exposureBps).to.equal(5_000);
    // Who has no past long enough keeps its part.
    const young = truncated(panel, 50);
    expect([scores(young, rule)["A"], target(young, rule).exposureBps]).to.deep.equal([null, 10_000]);
  });

  it("behavior: no rule looks at later days", () => {
    const random = createRandom(3);
    const walk = () => {
      let price = 100;
      return series(() => (price *= 1 + 0.1 * (random.uniform() - 0.5)));
    };
    const panel = plantedPanel(Object.fromEntries(ALL.map((name) => [name, coin(walk())])));
    const rules: readonly Exclude<MethodologyWeighting, { kind: "grades" }>[] = [
      { kind: "market-cap" },
      { kind: "momentum", days: 30, hold: 2 },
      { kind: "inverse-volatility", days: 30, hold: 2 },
      { kind: "rsi", days: 14, enterBps: 5_500, leaveBps: 4_500 },
      { kind: "moving-average", days: 20, bandBps: 100 },
    ];
    for (const rule of rules) {
      for (const days of [60, 77, 99]) {
        const spoilt = plantedPanel(
          Object.fromEntries(
            ALL.map((name, i) => {
              return [name, coin(Array.from(panel.column("close", i), (close, t) => (t < days ? close : 1)))];
            }),
          ),
        );
        expect(scores(truncated(spoilt, days), rule), rule.kind).to.deep.equal(scores(truncated(panel, days), rule));
      }
    }
  });
});
