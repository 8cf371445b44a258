import { expect } from "chai";
import { createRandom } from "../../../keeper/src/data/random.ts";
import { plantedPanel } from "../../../keeper/src/features/planted.fixture.ts";
import { correlationMatrix, correlationRanking } from "./correlations.ts";
import { priceLevels } from "./levels.ts";
import { pairedReturns, quantMetrics } from "./quant.ts";
import { scenariosOf } from "./scenarios.ts";

const NONE = Number.NaN;
const YEAR = Math.sqrt(365);
const flat = (days: number) => new Float64Array(days).fill(1);

/** A level whose daily results are the given ones. */
function walk(results: readonly number[], start = 100): Float64Array {
  const values = [start];
  for (const result of results) values.push((values.at(-1) ?? 0) * (1 + result));
  return Float64Array.from(values);
}

describe("quantMetrics", () => {
  it("gives the figures that a hand computes", () => {
    const close = Float64Array.of(50, 100, 110, 99, 99, 118.8);
    const found = quantMetrics(close, flat(6), 5, 4);
    const expected = {
      totalReturn: 0.188,
      volatility: Math.sqrt(0.05 / 3) * YEAR,
      sharpe: (0.05 / Math.sqrt(0.05 / 3)) * YEAR,
      sortino: YEAR,
      maxDrawdown: 0.1,
      valueAtRisk95: 0.085,
      expectedShortfall95: 0.1,
      skewness: 0,
      winRate: 2 / 3,
      profitFactor: 3,
    };
    for (const [name, value] of Object.entries(expected)) {
      expect(found[name as keyof typeof expected], name).to.be.closeTo(value, 1e-9);
    }
    expect(found).to.include({ windowDays: 4, days: 4, missingDays: 0, longestDrawdownDays: 2, reason: null });
  });

  it("blows nothing up to a year, and counts a year by the calendar", () => {
    const year = walk(new Array(365).fill(0.001));
    const whole = quantMetrics(year, flat(366), 365, 365);
    expect(whole.annualReturn).to.be.closeTo(1.001 ** 365 - 1, 1e-9);
    expect(whole.calmar).to.equal(null); // it never fell
    year[100] = NONE;
    const gap = quantMetrics(year, flat(366), 365, 365);
    expect(gap).to.include({ days: 364, missingDays: 1 });
    expect(gap.annualReturn).to.be.closeTo(1.001 ** 365 - 1, 1e-9);
    expect(quantMetrics(year, flat(366), 365, 364).annualReturn).to.equal(null);
    const fallen = walk([...new Array(364).fill(0.001), -0.2]);
    const { calmar, annualReturn, maxDrawdown } = quantMetrics(fallen, flat(366), 365, 365);
    expect(calmar).to.be.closeTo((annualReturn ?? NONE) / 0.2, 1e-9);
    expect(maxDrawdown).to.be.closeTo(0.2, 1e-9);
  });

  it("says nothing above one missing close in ten, or without the last one, and why", () => {
    const close = walk(new Array(19).fill(0.01));
    const without = (...days: number[]) => close.map((value, t) => (days.includes(t) ? NONE : value));
    expect(quantMetrics(without(3, 4), flat(20), 19, 19).reason).to.equal(null);
    expect(quantMetrics(without(3, 4, 5), flat(20), 19, 19)).to.include({
      sharpe: null,
      reason: "Closes of 17 of 20 days are known; nine in ten are needed.",
    });
    expect(quantMetrics(without(19), flat(20), 19, 19).reason).to.equal("The last day has no close.");
    expect(quantMetrics(new Float64Array(20).fill(NONE), flat(20), 19, 19).reason).to.contain("No close");
    expect(quantMetrics(close, flat(20), 19, 40).reason).to.contain("20 of 41");
  });

  it("measures beta and correlation on the days that both know", () => {
    const random = createRandom(3);
    const moves = Array.from({ length: 40 }, () => 0.02 * random.normal());
    const market = walk(moves);
    const double = walk(moves.map((move) => 2 * move));
    const found = quantMetrics(double, market, 40, 40);
    expect(found.beta).to.be.closeTo(2, 1e-9);
    expect(found.marketCorrelation).to.be.closeTo(1, 1e-9);
    const against = quantMetrics(walk(moves.map((move) => -move / 2)), market, 40, 40);
    expect(against.beta).to.be.closeTo(-0.5, 1e-9);
    expect(quantMetrics(double.slice(21), market.slice(21), 19, 19).beta).to.equal(null);
    expect(quantMetrics(double.slice(20), market.slice(20), 20, 20).beta).to.be.closeTo(2, 1e-9);
    expect(quantMetrics(double, flat(41), 40, 40).beta).to.equal(null);
    const { a, b } = pairedReturns(Float64Array.of(1, 2, NONE, 4), Float64Array.of(1, 3, 3, 6));
    expect([[...a], [...b]]).to.deep.equal([
      [1, 1],
      [2, 1],
    ]);
  });

  it("never looks at a later day, nor before its window", () => {
    const random = createRandom(9);
    const close = walk(Array.from({ length: 199 }, () => 0.03 * random.normal()));
    const market = walk(Array.from({ length: 199 }, () => 0.02 * random.normal()));
    const whole = quantMetrics(close, market, 150, 90);
    const changed = (series: Float64Array) => series.map((value, t) => (t < 60 || t > 150 ? value * 7 : value));
    expect(quantMetrics(changed(close), changed(market), 150, 90)).to.deep.equal(whole);
    expect(quantMetrics(close.slice(0, 151), market.slice(0, 151), 150, 90)).to.deep.equal(whole);
  });
});

describe("correlations", () => {
  const random = createRandom(4);
  const moves = Array.from({ length: 60 }, () => 0.02 * random.normal());
  const close = {
    AAA: walk(moves),
    BBB: walk(moves.map((move) => 3 * move)),
    CCC: walk(moves.map((move) => -move)),
    DDD: flat(61),
    EEE: walk(moves).map((value, t) => (t > 18 ? NONE : value)),
    FFF: walk(moves).map((value, t) => (t > 20 ? NONE : value)),
  };
  const panel = plantedPanel(
    Object.fromEntries(Object.entries(close).map(([asset, values]) => [asset, { columns: { close: values } }])),
  );

  it("are those of the named tokens, in their order, the same from either side", () => {
    const rows = correlationMatrix(panel, [2, 0, 1], 60);
    const expected = [
      [1, -1, -1],
      [-1, 1, 1],
      [-1, 1, 1],
    ];
    for (const [i, row] of rows.entries()) {
      for (const [j, pair] of row.entries()) {
        expect(pair.correlation).to.be.closeTo(expected[i]![j]!, 1e-9);
        expect(pair.days).to.equal(60);
      }
    }
  });

  it("are unknown for what does not move, and below twenty common days", () => {
    const [, still, short, enough] = correlationMatrix(panel, [0, 3, 4, 5], 60)[0]!;
    expect(still).to.deep.equal({ correlation: null, days: 60 });
    expect(short).to.deep.equal({ correlation: null, days: 18 });
    expect(enough!.days).to.equal(20);
    expect(enough!.correlation).to.be.closeTo(1, 1e-9);
  });

  it("look at the wanted days alone", () => {
    const torn = {
      ...panel,
      column: (_: unknown, asset: number) =>
        panel.column("close", asset).map((value, t) => (t < 30 ? (asset === 0 ? 500 + (t % 3) : 5) : value)),
    };
    const pair = correlationMatrix(torn, [0, 1], 30)[0]![1]!;
    expect(pair.days).to.equal(30);
    expect(pair.correlation).to.be.closeTo(1, 1e-9);
    expect(correlationMatrix(torn, [0, 1], 31)[0]![1]!.correlation).to.be.lessThan(0);
  });

  it("rank the others from the most alike to the least, without the token itself", () => {
    const ranked = correlationRanking(panel, 0, [0, 1, 2, 3, 4], 60);
    expect(ranked.map(({ asset }) => asset)).to.deep.equal([1, 2]);
  });
});

describe("priceLevels", () => {
  const quiet = (days: number, from: number, step: number) => Array.from({ length: days }, (_, i) => from + step * i);

  it("are where closes turned, joined within 2%, nearest first", () => {
    // Up to 110, down to 90, up to 111, down to 100.
    const close = Float64Array.from([
      ...quiet(10, 100, 1),
      ...quiet(20, 110, -1),
      ...quiet(21, 90, 1),
      ...quiet(12, 111, -1),
    ]);
    const { support, resistance, close: last } = priceLevels(close, 1_000);
    expect(last).to.equal(100);
    expect(resistance).to.have.length(1);
    expect(resistance[0]).to.deep.include({ price: 110.5, touches: 2, lastDay: 1_051 });
    expect(resistance[0]!.distance).to.be.closeTo(0.105, 1e-12);
    expect(support.map(({ price, touches }) => [price, touches])).to.deep.equal([[90, 1]]);
  });

  it("stay apart beyond 2%", () => {
    const twoTops = (top: number) =>
      Float64Array.from([...quiet(10, 100, 1), ...quiet(15, 110, -1), ...quiet(6, top - 6, 1), ...quiet(8, top, -1)]);
    const touches = (top: number) => priceLevels(twoTops(top), 0).resistance.map((level) => level.touches);
    expect(touches(112)).to.deep.equal([2]);
    expect(touches(113)).to.deep.equal([1, 1]);
  });

  it("need five days on both sides: a turn of the last days is not known yet", () => {
    const rise = Float64Array.from([...quiet(20, 100, 1), ...quiet(5, 118, -1)]);
    expect(priceLevels(rise.slice(0, 24), 0).resistance).to.deep.equal([]);
    expect(priceLevels(rise, 0).resistance.map(({ price }) => price)).to.deep.equal([119]);
  });

  it("forget what is older than 180 days, and what a plateau hides", () => {
    const early = [...quiet(10, 100, 1), ...quiet(10, 109, -1).slice(1)];
    const near = Float64Array.from([...early, ...new Array(170).fill(99)]);
    expect(priceLevels(near, 0).resistance.map(({ price }) => price)).to.deep.equal([109]);
    const far = Float64Array.from([...early, ...new Array(171).fill(99)]);
    expect(priceLevels(far, 0).resistance).to.deep.equal([]);
    const plateau = Float64Array.from([...quiet(10, 100, 1), 109, ...quiet(10, 108, -1)]);
    expect(priceLevels(plateau, 0).resistance).to.deep.equal([]);
  });

  it("are none without a last close, and take no turn among missing days", () => {
    const close = Float64Array.from([...quiet(10, 100, 1), ...quiet(10, 108, -1)]);
    expect(priceLevels(Float64Array.from([...close, NONE]), 0)).to.deep.equal({
      close: null,
      support: [],
      resistance: [],
    });
    const holes = close.map((value, t) => (t === 7 || t === 11 ? NONE : value));
    expect(priceLevels(holes, 0).resistance).to.deep.equal([]);
    expect(
      priceLevels(
        close.map((value, t) => (t === 7 ? NONE : value)),
        0,
      ).resistance,
    ).to.have.length(1);
  });
});

describe("scenariosOf", () => {
  it("keeps the share, or moves beta times as far in logarithms", () => {
    const base = { price: 20, marketCap: 1e10, totalMarketCap: 1e12, beta: 2 };
    const [four, half] = scenariosOf(base, [4e12, 5e11]);
    expect(four!.sameShare).to.deep.equal({ marketCap: 4e10, price: 80, multiple: 4 });
    expect(four!.byBeta!.multiple).to.be.closeTo(16, 1e-9);
    expect(four!.byBeta!.price).to.be.closeTo(320, 1e-6);
    expect(half!.byBeta!.marketCap).to.be.closeTo(2.5e9, 1);
    expect(half!.totalMarketCap).to.equal(5e11);
  });

  it("leaves out what an unknown beta would say", () => {
    const [only] = scenariosOf({ price: 1, marketCap: 1, totalMarketCap: 2, beta: null }, [2]);
    expect(only).to.deep.equal({
      totalMarketCap: 2,
      sameShare: { marketCap: 1, price: 1, multiple: 1 },
      byBeta: null,
    });
  });
});
