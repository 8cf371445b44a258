import { expect } from "chai";
import { createSimulation } from "../data/simulation.ts";
import { captureMarket, type Series } from "../data/snapshot.ts";
import { DAY, dayFromIso } from "../data/time.ts";
import { assetFeatures } from "./asset.ts";
import { marketFeatures } from "./market.ts";
import { type Panel, toPanel } from "./panel.ts";
import { computeFeatures, featureLookback } from "./registry.ts";
import { change, drawdown, movingAverage, rollingDeviation, rollingPercentile } from "./series.ts";

const ASSETS = ["BTC", "ETH", "SIM003", "SIM004", "SIM005"];

describe("features", () => {
  let panel: Panel;

  before(async () => {
    const view = createSimulation({ seed: 3, assets: 5 }).at(dayFromIso("2022-06-01") * DAY);
    const whole = toPanel(await captureMarket(view, { assets: ASSETS, lookbackDays: 420 }));
    // Holes, so that missing values travel through every feature.
    const close = whole.close.map((series, i) => series.map((value, t) => ((t + 13 * i) % 97 === 0 ? null : value)));
    panel = { ...whole, close };
  });

  for (const cut of [60, 215, 300, 400]) {
    it(`do not change at day ${cut} when the days after it are deleted`, () => {
      const full = computeFeatures(panel);
      const short = computeFeatures(truncate(panel, cut + 1));
      for (const { id } of marketFeatures) {
        expect(full.market(id).slice(0, cut + 1), id).to.deep.equal(short.market(id));
      }
      for (const { id } of assetFeatures) {
        expect(
          full.asset(id).map((series) => series.slice(0, cut + 1)),
          id,
        ).to.deep.equal(short.asset(id));
      }
    });
  }

  it("a feature that peeks at tomorrow is caught by the same comparison", () => {
    const peek = (p: Panel): Series => p.close[0]!.map((_, t) => p.close[0]![t + 1] ?? null);
    expect(peek(panel).slice(0, 100)).not.to.deep.equal(peek(truncate(panel, 100)));
  });

  it("have a value once their lookback is over", () => {
    const view = createSimulation({ seed: 3, assets: 5 }).at(dayFromIso("2022-06-01") * DAY);
    return captureMarket(view, { assets: ASSETS, lookbackDays: featureLookback() + 31 }).then((snapshot) => {
      const frame = computeFeatures(toPanel(snapshot));
      for (const { id, lookback } of marketFeatures) expect(frame.market(id)[lookback], id).to.be.a("number");
      for (const { id, lookback } of assetFeatures) {
        for (const series of frame.asset(id)) expect(series[lookback], id).to.be.a("number");
      }
    });
  });

  it("are registered once each", () => {
    const ids = [...assetFeatures, ...marketFeatures].map(({ id }) => id);
    expect(new Set(ids).size).to.equal(ids.length);
    expect(() => computeFeatures(panel).market("nonsense")).to.throw(RangeError, "nonsense");
  });

  it("value a coin with its last known supply for 45 days and its last price for 3", () => {
    const days = 60;
    const close: Series = Array.from({ length: days }, (_, t) => (t < 55 ? 10 + t : null));
    const marketCap: Series = Array.from({ length: days }, (_, t) => (t === 5 ? 15 * 100 : null));
    const caps = computeFeatures({ firstDay: 0, days, assets: ["X"], close: [close], marketCap: [marketCap] }).asset(
      "marketCap",
    )[0]!;
    expect(caps[4]).to.equal(null);
    expect(caps[20]).to.equal(30 * 100);
    expect(caps[50]).to.equal(60 * 100);
    expect(caps[51]).to.equal(null);
  });
});

describe("series", () => {
  it("movingAverage is missing while any of its values is", () => {
    expect(movingAverage([1, 2, null, 4, 5, 6], 2)).to.deep.equal([null, 1.5, null, null, 4.5, 5.5]);
  });

  it("change is a fraction of the value before", () => {
    expect(change([2, 3, null, 6, 3], 1)).to.deep.equal([null, 0.5, null, null, -0.5]);
  });

  it("rollingDeviation is the sample deviation", () => {
    expect(rollingDeviation([2, 4, 4, 4, 5, 5, 7, 9], 8).at(-1)).to.be.closeTo(Math.sqrt(32 / 7), 1e-12);
    expect(rollingDeviation([1, null, 3], 3).at(-1)).to.equal(null);
    expect(rollingDeviation([1, null, 3], 3, 2).at(-1)).to.be.closeTo(Math.SQRT2, 1e-12);
  });

  it("rollingPercentile counts what lies below", () => {
    expect(rollingPercentile([1, 2, 3, 4, 2.5], 5).at(-1)).to.equal(0.4);
    expect(rollingPercentile([1, null, 3], 3).at(-1)).to.equal(null);
  });

  it("drawdown is the distance from the trailing high", () => {
    expect(drawdown([1, 4, 2, 3], 3)).to.deep.equal([null, null, -0.5, -0.25]);
  });
});

function truncate(panel: Panel, days: number): Panel {
  const cut = (series: readonly Series[]) => series.map((values) => values.slice(0, days));
  return { ...panel, days, close: cut(panel.close), marketCap: cut(panel.marketCap) };
}
