import { readFileSync } from "node:fs";
import { expect } from "chai";
import { createRandom } from "../data/random.ts";
import { dayFromIso } from "../data/time.ts";
import { normalCdf, normalQuantile } from "../math/normal.ts";
import { drawdownPath, measurePerformance, monthlyResults, percentile, returnsOf, rollingSharpe } from "./metrics.ts";
import {
  bootstrapSharpe,
  deflatedSharpe,
  minimumTrackRecord,
  overfittingProbability,
  probabilisticSharpe,
} from "./overfitting.ts";

interface Fixture {
  readonly cases: readonly {
    readonly returns: readonly number[];
    readonly expected: Readonly<Record<string, number>>;
    readonly deflated: readonly {
      readonly trials: number;
      readonly variance: number;
      readonly threshold: number;
      readonly probability: number;
      readonly record: number | null;
    }[];
  }[];
  readonly overfitting: {
    readonly blocks: number;
    readonly returns: readonly (readonly number[])[];
    readonly probability: number;
  };
  readonly normal: {
    readonly cdf: readonly (readonly [number, number])[];
    readonly quantile: readonly (readonly [number, number])[];
  };
}

const fixture = JSON.parse(
  readFileSync(new URL("../../fixtures/metrics.json", import.meta.url), "utf8"),
) as unknown as Fixture;

/** Values that these returns lead to, from 100. */
function valuesOf(returns: ArrayLike<number>): Float64Array {
  const values = new Float64Array(returns.length + 1).fill(100);
  for (let i = 0; i < returns.length; i++) values[i + 1] = values[i]! * (1 + returns[i]!);
  return values;
}

function near(actual: number, expected: number, what: string): void {
  expect(Math.abs(actual - expected), `${what}: ${actual}, not ${expected}`).to.be.at.most(
    1e-10 * Math.max(1, Math.abs(expected)),
  );
}

describe("math/normal", () => {
  it("default: agrees with scipy to 1e-13, in the tails too", () => {
    for (const [x, value] of fixture.normal.cdf) {
      expect(Math.abs(normalCdf(x) / value - 1), `cdf(${x})`).to.be.lessThan(1e-13);
    }
    for (const [probability, value] of fixture.normal.quantile) {
      expect(Math.abs(normalQuantile(probability) - value), `quantile(${probability})`).to.be.lessThan(1e-11);
    }
  });

  it("behavior: has the right ends", () => {
    expect([normalQuantile(0), normalQuantile(1), normalQuantile(1.1), normalCdf(Number.NaN)]).to.deep.equal([
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      Number.NaN,
      Number.NaN,
    ]);
  });
});

describe("backtest/metrics", () => {
  for (const [index, { returns, expected, deflated }] of fixture.cases.entries()) {
    it(`default: agrees with numpy and scipy to 1e-10 (${returns.length} days)`, () => {
      const measured: Readonly<Record<string, number>> = { ...measurePerformance(valuesOf(returns)) };
      for (const [name, value] of Object.entries(expected)) near(measured[name]!, value, `${index} ${name}`);
      for (const { trials, variance, threshold, probability, record } of deflated) {
        const result = deflatedSharpe(returns, trials, variance);
        near(result.threshold, threshold, "threshold");
        near(result.probability, probability, "probability");
        if (record !== null) near(minimumTrackRecord(returns, 0, 0.95), record, "record");
      }
    });
  }

  it("default: worked by hand: a fall of a half from the second day, two days long", () => {
    const values = [100, 120, 60, 90, 130, 117];
    const measured = measurePerformance(values);
    expect(measured.maxDrawdown).to.equal(0.5);
    expect(measured.longestDrawdown).to.equal(2);
    expect(measured.winRate).to.equal(3 / 5);
    expect([...drawdownPath(values)]).to.deep.equal([0, 0, 0.5, 0.25, 0, 1 - 117 / 130]);
    expect([...returnsOf([4, 2, 3])]).to.deep.equal([-0.5, 0.5]);
    expect(percentile([4, 1, 3, 2], 0.5)).to.equal(2.5);
  });

  it("behavior: months multiply to the whole, and an open month counts", () => {
    const values = valuesOf(fixture.cases[0]!.returns);
    const months = monthlyResults({ firstDay: dayFromIso("2022-01-15"), values });
    expect(months[0]!.month).to.equal("2022-01");
    expect(months).to.have.length(14);
    const product = months.reduce((all, { result }) => all * (1 + result), 1);
    near(product, values.at(-1)! / values[0]!, "product");
  });

  it("behavior: a rolling Sharpe ratio looks back only", () => {
    const values = valuesOf(fixture.cases[0]!.returns);
    const rolling = rollingSharpe(values, 90);
    expect(rolling[89]).to.be.NaN;
    near(rolling[200]!, measurePerformance(values.subarray(110, 201)).sharpe, "rolling");
    expect(rollingSharpe(values.slice(0, 201), 90)[200]).to.equal(rolling[200]);
  });
});

describe("backtest/overfitting", () => {
  it("default: agrees with numpy's cross-validation", () => {
    const { returns, blocks, probability } = fixture.overfitting;
    expect(overfittingProbability(returns, blocks)?.probability).to.equal(probability);
    expect(overfittingProbability(returns, blocks)?.splits).to.equal(70);
  });

  it("behavior: noise is near one half over many draws, a planted winner near zero", () => {
    const random = createRandom(5);
    const noise = () => Array.from({ length: 10 }, () => Array.from({ length: 320 }, () => 0.02 * random.normal()));
    const draws = Array.from({ length: 12 }, () => overfittingProbability(noise(), 10)!.probability);
    expect(draws.reduce((sum, value) => sum + value, 0) / draws.length).to.be.within(0.35, 0.65);
    const planted = noise().map((series, i) => (i === 4 ? series.map((value) => value + 0.01) : series));
    expect(overfittingProbability(planted, 16)!.probability).to.be.lessThan(0.02);
    expect(overfittingProbability(planted, 16)!.splits).to.equal(12_870);
    expect(overfittingProbability([[1, 2, 3]], 2)).to.equal(null);
  });

  it("behavior: the deflated ratio falls as trials grow, and one trial is not deflated", () => {
    const { returns } = fixture.cases[0]!;
    const chances = [1, 2, 5, 20, 100, 1_000].map((trials) => deflatedSharpe(returns, trials, 0.0009).probability);
    for (let i = 1; i < chances.length; i++) expect(chances[i]!).to.be.lessThan(chances[i - 1]!);
    expect(chances[0]).to.equal(probabilisticSharpe(returns, 0));
  });

  it("behavior: the bootstrap interval is the same for the same seed and holds the ratio", () => {
    const { returns } = fixture.cases[2]!;
    const interval = bootstrapSharpe(returns, { samples: 300 });
    expect(bootstrapSharpe(returns, { samples: 300 })).to.deep.equal(interval);
    expect(bootstrapSharpe(returns, { samples: 300, seed: 2 })).not.to.deep.equal(interval);
    const { sharpe } = measurePerformance(valuesOf(returns));
    expect(sharpe).to.be.within(interval.low, interval.high);
    // Its width is that of the textbook's standard error, roughly.
    expect((interval.high - interval.low) / (2 * 1.96 * Math.sqrt(365 / returns.length))).to.be.within(0.7, 1.4);
  });
});
