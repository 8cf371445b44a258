import type { MacroColumn } from "../../data/columns.ts";
import { deviation } from "../../math/statistics.ts";
import { createFamily, forEach, single } from "../family.ts";
import type { FamilyKernel, FeatureFamily } from "../featureSpec.ts";
import { meanOf } from "../indicators.ts";
import { DECAYS, decayedScore, newsWithin } from "../news.ts";
import { PAGE_AGE, type PanelSeries } from "../panelSeries.ts";
import { newestKnown, windowOf } from "../window.ts";

/** {days} for which a figure stands until the next: markets outside crypto rest on weekends and holidays. */
const REACH = 6;
const MONTH = 30;

const levelAt = (series: PanelSeries, column: MacroColumn, day: number) =>
  newestKnown(series.panel.macro(column), day, REACH);

const levels = forEach(
  [
    { column: "fearGreed", words: "fear and greed index", unit: "number", source: "fear and greed index" },
    { column: "bitcoinDominance", words: "BTC's share of the market", unit: "percent", source: "market totals" },
    { column: "stableShare", words: "share of stable coins in the market", unit: "percent", source: "market totals" },
    {
      column: "equityVolatility",
      words: "expected volatility of shares (VIX)",
      unit: "number",
      source: "stock markets",
    },
    { column: "bitcoinFunding", words: "funding rate of BTC futures", unit: "percent", source: "perpetual futures" },
  ] as const,
  ({ column, ...rest }) => ({ id: column, lookback: REACH, inputs: [column], ...rest }),
  ({ column }) =>
    (series, _, day) =>
      levelAt(series, column, day),
);

const differences = forEach(
  [
    { column: "fearGreed", days: 7, words: "change of the fear and greed index in a week", unit: "number" },
    { column: "bitcoinDominance", days: MONTH, words: "change of BTC's share in a month", unit: "percent" },
    { column: "stableShare", days: MONTH, words: "change of the share of stable coins in a month", unit: "percent" },
  ] as const,
  ({ column, days, ...rest }) => ({
    id: `${column}Change${days}`,
    lookback: days + REACH,
    inputs: [column],
    source: column === "fearGreed" ? "fear and greed index" : "market totals",
    ...rest,
  }),
  ({ column, days }) =>
    (series, _, day) =>
      levelAt(series, column, day) - levelAt(series, column, day - days),
);

const changes = forEach(
  [
    { column: "totalCap", words: "30-day change of the whole market's value", source: "market totals" },
    { column: "dollarIndex", words: "30-day change of the dollar index", source: "currency markets" },
    { column: "equities", words: "30-day change of the S&P 500", source: "stock markets" },
    { column: "gold", words: "30-day change of gold", source: "commodity markets" },
  ] as const,
  ({ column, words, source }) => ({
    id: `${column}Change30`,
    lookback: MONTH + REACH,
    inputs: [column],
    words,
    unit: "percent",
    source,
  }),
  ({ column }) =>
    (series, _, day) =>
      levelAt(series, column, day) / levelAt(series, column, day - MONTH) - 1,
);

const totalTrend = single(
  {
    id: "totalCapGap50",
    lookback: 50,
    inputs: ["totalCap"],
    words: "the whole market's value against its 50-day average",
    unit: "percent",
    source: "market totals",
  },
  (series, _, day) => {
    const values = windowOf(series.panel.macro("totalCap"), day, 50);
    return values === null ? Number.NaN : (values.at(-1) ?? Number.NaN) / meanOf(values, 0, values.length) - 1;
  },
);

const pageViews = forEach(
  [
    { column: "bitcoinPageViews", words: "interest in BTC: page views of the week against the month" },
    { column: "cryptoPageViews", words: "interest in crypto: page views of the week against the month" },
  ] as const,
  ({ column, words }) => ({
    id: `${column}Trend7`,
    lookback: MONTH,
    inputs: [column],
    words,
    unit: "ratio",
    source: "page views of an encyclopedia",
  }),
  ({ column }) =>
    (series, _, day) => {
      const values = windowOf(series.panel.macro(column), day, MONTH);
      if (values === null) return Number.NaN;
      return meanOf(values, values.length - 7, values.length) / meanOf(values, 0, values.length);
    },
);

const breadth = single(
  {
    id: "breadth30",
    version: 2,
    lookback: PAGE_AGE + 1,
    inputs: ["close", "listedRank"],
    words: "share of coins that rose within 30 days",
    unit: "percent",
    source: "daily candles",
  },
  (series, _, day) => series.breadth()[day] ?? Number.NaN,
);

const marketVolatility = single(
  {
    id: "marketDeviation30",
    version: 2,
    lookback: MONTH + PAGE_AGE,
    inputs: ["close", "listedRank"],
    words: "30-day volatility of the average coin",
    unit: "percent",
    source: "daily candles",
  },
  (series, _, day) => {
    const values = windowOf(series.marketReturns(), day, MONTH);
    return values === null ? Number.NaN : deviation(values);
  },
);

const marketNews = forEach(
  DECAYS.filter(({ halfLife }) => halfLife === 7),
  ({ halfLife, window }) => ({
    id: `marketNewsScore${halfLife}`,
    lookback: window,
    inputs: ["newsScore", "newsCount"],
    words: "mood of all news, halved every week",
    unit: "ratio",
    source: "headlines",
  }),
  (decay) =>
    ({ panel }, _, day) =>
      decayedScore({ score: panel.macro("newsScore"), count: panel.macro("newsCount") }, day, decay),
);

const narrative = single(
  {
    id: "marketNewsNovelty7",
    lookback: 7,
    inputs: ["newsNovelty"],
    words: "novelty of all news of the week (narrative shift)",
    unit: "ratio",
    source: "headlines",
  },
  ({ panel }, _, day) => newsWithin(panel.macro("newsNovelty"), day, 7, "mean"),
);

/** The world that every asset lives in: the same for all assets of a day, hence computed once a day. */
const perDay = createFamily("macro", { source: "market totals", compared: "time" }, [
  ...levels,
  ...differences,
  ...changes,
  totalTrend,
  ...pageViews,
  breadth,
  marketVolatility,
  ...marketNews,
  narrative,
]);

/** Fear and greed, dominance, stable coins, other markets, breadth and the news as a whole. */
export const macroFamily: FeatureFamily = Object.freeze<FeatureFamily>({
  ...perDay,
  prepare: (panel) => {
    const kernel: FamilyKernel = perDay.prepare(panel);
    const width = perDay.features.length;
    const known = new Map<number, Float64Array>();
    return (_, day, out, offset) => {
      let values = known.get(day);
      if (values === undefined) {
        values = new Float64Array(width).fill(Number.NaN);
        kernel(0, day, values, 0);
        known.set(day, values);
      }
      out.set(values, offset);
    };
  },
});
