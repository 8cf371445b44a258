import { expect } from "chai";
import {
  capWeightedIndex,
  dailyReturns,
  marketState,
  movingAverage,
  riskAssets,
  sectorMembers,
} from "./marketState.ts";
import { type PlantedAsset, plantedPanel, truncated } from "./planted.fixture.ts";

const NONE = Number.NaN;

function priced(close: readonly number[], marketCap: readonly number[], sector = "other", category = "coin") {
  return { category, sector, columns: { close, marketCap } } satisfies PlantedAsset;
}

/** Three assets that grow by a constant factor a day. */
function steady(days: number, factors: readonly number[]) {
  const assets = factors.map((factor, i) => {
    const close = Array.from({ length: days }, (_, t) => 10 * factor ** t);
    return [`T${i}`, priced(close, close)] as const;
  });
  return plantedPanel(Object.fromEntries(assets));
}

describe("marketState", () => {
  it("weighs each day's returns by the capitalisations of the day before", () => {
    const panel = plantedPanel({
      A: priced([10, 20, 20], [300, 600, 600]),
      B: priced([10, 10, 5], [100, 100, 50]),
    });
    const index = capWeightedIndex(panel, [0, 1]);
    // Day 1: A doubles at 3/4 of the weight. Day 2: B halves at 1/7.
    expect(index[1]).to.be.closeTo(1.75, 1e-12);
    expect(index[2]).to.be.closeTo(1.75 * (1 - 0.5 / 7), 1e-12);
    expect(capWeightedIndex(panel, [1])[2]).to.be.closeTo(0.5, 1e-12);
  });

  it("counts the return over a gap on the day an asset is back, and none after more than a week", () => {
    const short = plantedPanel({
      A: priced([10, 10, 10, 10], [100, 100, 100, 100]),
      B: priced([10, NONE, 20, 20], [100, NONE, 200, 200]),
    });
    expect([...capWeightedIndex(short, [0, 1])]).to.deep.equal([1, 1, 1.5, 1.5]);
    const long = Array.from({ length: 10 }, (_, t) => (t === 0 || t === 9 ? 10 + t : NONE));
    expect(capWeightedIndex(plantedPanel({ A: priced(long, long) }), [0])[9]).to.be.NaN;
  });

  it("has no level on a day without any price, and goes on from the last one", () => {
    const panel = plantedPanel({ A: priced([10, NONE, 15, 30], [100, NONE, 150, 300]) });
    expect([...capWeightedIndex(panel, [0])]).to.deep.equal([1, NONE, 1.5, 3]);
    expect([...dailyReturns(Float64Array.of(1, NONE, 1.5, 3))]).to.deep.equal([NONE, NONE, 0.5, 1]);
  });

  it("leaves out stable tokens and wrapped copies", () => {
    const panel = plantedPanel({
      BTC: priced([1], [1], "layer-1"),
      USDC: priced([1], [1], "other", "stable"),
      UNI: priced([1], [1], "defi"),
      WBTC: priced([1], [1], "layer-1", "wrapped"),
    });
    expect(riskAssets(panel)).to.deep.equal([0, 1]);
    expect([...sectorMembers(panel)]).to.deep.equal([
      ["defi", [1]],
      ["layer-1", [0]],
    ]);
  });

  it("measures averages, drawdown, breadth and the strength of a trend", () => {
    const state = marketState(steady(260, [1.01, 1.01, 0.99]));
    expect(state.breadth[40]).to.be.NaN;
    expect(state.breadth[259]).to.be.closeTo(2 / 3, 1e-12);
    expect(marketState(steady(60, [1.01, 1.01])).breadth[59]).to.be.NaN;
    expect(state.drawdown[259]).to.equal(0);
    expect(state.trendStrength[259]).to.be.closeTo(1, 1e-12);
    const falling = marketState(steady(260, [0.99, 0.99, 0.99]));
    expect(falling.drawdown[259]).to.be.closeTo(0.99 ** 179 - 1, 1e-12);
    expect(falling.trendStrength[259]).to.be.closeTo(-1, 1e-12);
    let sum = 0;
    for (let k = 0; k < 50; k++) sum += 0.99 ** -k;
    expect(falling.above50[259]).to.be.closeTo(1 / (sum / 50) - 1, 1e-9);
  });

  it("ranks today's volatility within half a year", () => {
    const close = Array.from({ length: 300 }, (_, t) => 100 + (t % 2) * (t < 260 ? 1 : 5));
    const state = marketState(plantedPanel({ A: priced(close, close) }));
    expect(state.volatilityRank[100]).to.be.NaN;
    expect(state.volatilityRank[290]).to.be.greaterThan(0.8);
    expect(state.volatility[299]).to.be.closeTo(0.05, 0.005);
  });

  it("tolerates a tenth of the values missing in an average, no more", () => {
    const holes = (count: number) => Float64Array.from({ length: 50 }, (_, t) => (t < count ? NONE : 2));
    expect(movingAverage(holes(5), 50)[49]).to.equal(2);
    expect(movingAverage(holes(6), 50)[49]).to.be.NaN;
  });

  it("never changes a day when later days are cut off", () => {
    const noisy = Array.from({ length: 400 }, (_, t) => 50 + 20 * Math.sin(t / 9) + (t % 7));
    const panel = plantedPanel({
      A: priced(noisy, noisy),
      B: priced(noisy.toReversed(), noisy),
      C: priced(noisy, noisy),
    });
    const whole = marketState(panel);
    const cut = marketState(truncated(panel, 300));
    for (const key of [
      "index",
      "above50",
      "above200",
      "volatilityRank",
      "drawdown",
      "breadth",
      "trendStrength",
    ] as const) {
      expect(cut[key], key).to.deep.equal(whole[key].slice(0, 300));
    }
  });
});
