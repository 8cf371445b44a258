import type { Series } from "../data/snapshot.ts";
import type { MarketFeature } from "./feature.ts";
import type { Panel } from "./panel.ts";
import { change, drawdown, gap, movingAverage, rollingDeviation, rollingPercentile } from "./series.ts";

/** {days} of trailing highs and of the volatilities that today's is compared with. */
const MEMORY = 180;

/** Features of the market as a whole, that is of the cap-weighted index of the panel's assets. */
export const marketFeatures: readonly MarketFeature[] = [
  indexFeature("index", 1, (index) => index),
  indexFeature("indexAboveSma50", 50, (index) => gap(index, movingAverage(index, 50))),
  indexFeature("indexAboveSma200", 200, (index) => gap(index, movingAverage(index, 200))),
  indexFeature("indexVolatility30", 31, volatility),
  indexFeature("indexVolatilityRank", 31 + MEMORY, (index) => rollingPercentile(volatility(index), MEMORY)),
  indexFeature("indexDrawdown", MEMORY, (index) => drawdown(index, MEMORY)),
  { id: "breadth50", version: 1, lookback: 50, inputs: ["close"], compute: breadth },
];

function indexFeature(id: string, lookback: number, compute: (index: Series) => Series): MarketFeature {
  const inputs = ["close", "marketCap"] as const;
  return { id, version: 1, lookback, inputs, compute: (panel) => compute(capWeightedIndex(panel)) };
}

function volatility(index: Series): Series {
  return rollingDeviation(change(index, 1), 30);
}

/** Level 1 on the first day; each day's return weighs an asset by its capitalisation of the day before. */
function capWeightedIndex(panel: Panel): Series {
  let level = 1;
  return Array.from({ length: panel.days }, (_, t) => {
    if (t === 0) return level;
    let before = 0;
    let after = 0;
    for (let i = 0; i < panel.assets.length; i++) {
      const cap = panel.marketCap[i]?.[t - 1] ?? null;
      const from = panel.close[i]?.[t - 1] ?? null;
      const to = panel.close[i]?.[t] ?? null;
      if (cap === null || from === null || to === null) continue;
      before += cap;
      after += cap * (to / from);
    }
    if (before === 0) return null;
    level *= after / before;
    return level;
  });
}

/** Share of the assets that stand above their own 50-day average; missing with fewer than three of them. */
function breadth(panel: Panel): Series {
  const gaps = panel.close.map((close) => gap(close, movingAverage(close, 50)));
  return Array.from({ length: panel.days }, (_, t) => {
    const known = gaps.map((series) => series[t] ?? null).filter((value) => value !== null);
    return known.length < 3 ? null : known.filter((value) => value > 0).length / known.length;
  });
}
