import { correlation } from "../../math/statistics.ts";
import { createFamily, forEach, type Group, single } from "../family.ts";
import type { FeatureFamily } from "../featureSpec.ts";
import { PAGE_AGE, type PanelSeries, RETURN_REACH } from "../panelSeries.ts";
import { alignedWindows } from "../window.ts";

const QUARTER = 90;
const MONTH = 30;
const WEEK = 7;
/** An average of the market counts what a listing has, and a listing may be old. */
const QUARTER_BACK = QUARTER + PAGE_AGE;

/** Least squares of returns on the market's: own = alpha + beta x market + residual. */
function regression(own: Float64Array, market: Float64Array) {
  const n = own.length;
  let [x, y, xx, xy] = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [a, b] = [market[i] ?? 0, own[i] ?? 0];
    x += a;
    y += b;
    xx += a * a;
    xy += a * b;
  }
  const beta = (xy - (x * y) / n) / (xx - (x * x) / n);
  const alpha = (y - beta * x) / n;
  const residuals = own.map((value, i) => value - alpha - beta * (market[i] ?? 0));
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (residuals[i] ?? 0) * (residuals[i] ?? 0);
  return { alpha, beta, residuals, spread: Math.sqrt(squares / (n - 2)) };
}

/** Beta on the days on which the market fell, through 0. */
function fallingBeta(own: Float64Array, market: Float64Array): number {
  let [xx, xy] = [0, 0];
  for (let i = 0; i < own.length; i++) {
    const move = market[i] ?? 0;
    if (move >= 0) continue;
    xx += move * move;
    xy += move * (own[i] ?? 0);
  }
  return xy / xx;
}

function sumOfLast(values: Float64Array, count: number): number {
  let sum = 0;
  for (let i = Math.max(0, values.length - count); i < values.length; i++) sum += values[i] ?? 0;
  return sum;
}

const againstMarket: Group = {
  points: [
    {
      id: "marketBeta90",
      lookback: QUARTER_BACK,
      version: 2,
      inputs: ["close", "listedRank"],
      words: "90-day beta to the market",
      unit: "ratio",
    },
    {
      id: "fallingBeta90",
      lookback: QUARTER_BACK,
      version: 2,
      inputs: ["close", "listedRank"],
      words: "90-day beta on days when the market fell",
      unit: "ratio",
    },
    {
      id: "marketAlpha90",
      lookback: QUARTER_BACK,
      version: 2,
      inputs: ["close", "listedRank"],
      words: "90-day return a day beyond the market's",
      unit: "percent",
    },
    {
      id: "residualDeviation90",
      lookback: QUARTER_BACK,
      version: 2,
      inputs: ["close", "listedRank"],
      words: "90-day volatility that the market does not explain",
      unit: "percent",
    },
    {
      id: "residualMomentum30",
      lookback: QUARTER_BACK,
      version: 2,
      inputs: ["close", "listedRank"],
      words: "30-day momentum that the market does not explain",
      unit: "ratio",
    },
    {
      id: "residualMomentum7",
      lookback: QUARTER_BACK,
      version: 2,
      inputs: ["close", "listedRank"],
      words: "7-day momentum that the market does not explain",
      unit: "ratio",
    },
  ],
  prepare: (series) => {
    const market = series.marketReturns();
    return (asset, day, out, at) => {
      const windows = alignedWindows([series.returns(asset), market] as const, day, QUARTER);
      if (windows === null) return;
      const { alpha, beta, residuals, spread } = regression(...windows);
      out[at] = beta;
      out[at + 1] = fallingBeta(...windows);
      out[at + 2] = alpha;
      out[at + 3] = spread;
      // Residuals of a regression sum to 0 over their window; the alpha belongs to the asset's own momentum.
      out[at + 4] = (sumOfLast(residuals, MONTH) + MONTH * alpha) / spread;
      out[at + 5] = (sumOfLast(residuals, WEEK) + WEEK * alpha) / spread;
    };
  },
};

const correlations = forEach(
  ["bitcoin", "ether"] as const,
  (other) => ({
    id: `${other}Correlation60`,
    lookback: 60 + RETURN_REACH,
    inputs: ["close"],
    words: `60-day correlation with ${other === "bitcoin" ? "BTC" : "ETH"}`,
    unit: "ratio",
  }),
  (other) => (series, asset, day) => {
    if (series[other] < 0) return Number.NaN;
    const windows = alignedWindows([series.returns(asset), series.returns(series[other])] as const, day, 60);
    return windows === null ? Number.NaN : correlation(...windows);
  },
);

/** Sum of one series of log returns less that of another over the last days. */
function lead(own: Float64Array, other: Float64Array, day: number, days: number): number {
  const windows = alignedWindows([own, other] as const, day, days);
  return windows === null ? Number.NaN : sumOfLast(windows[0], days) - sumOfLast(windows[1], days);
}

const sectorMomentum = forEach(
  [WEEK, MONTH],
  (days) => ({
    id: `sectorMomentum${days}`,
    version: 2,
    lookback: days + PAGE_AGE,
    inputs: ["close", "listedRank"],
    words: `${days}-day return beyond that of its sector`,
    unit: "percent",
  }),
  (days) => (series, asset, day) => lead(series.returns(asset), series.sectorReturns(asset), day, days),
);

const sectorStrength = single(
  {
    id: "sectorStrength30",
    version: 2,
    lookback: MONTH + PAGE_AGE,
    inputs: ["close", "listedRank"],
    words: "30-day return of its sector beyond the market's",
    unit: "percent",
  },
  (series, asset, day) => lead(series.sectorReturns(asset), series.marketReturns(), day, MONTH),
);

const bitcoinLead = single(
  {
    id: "bitcoinLead30",
    lookback: MONTH + RETURN_REACH,
    inputs: ["close"],
    words: "30-day return beyond that of BTC",
    unit: "percent",
  },
  (series: PanelSeries, asset, day) =>
    series.bitcoin < 0 ? Number.NaN : lead(series.returns(asset), series.returns(series.bitcoin), day, MONTH),
);

/** What an asset does beside the market, its sector, BTC and ETH. */
export const relativeFamily: FeatureFamily = createFamily("relative", { source: "daily candles", compared: "cross" }, [
  againstMarket,
  ...correlations,
  ...sectorMomentum,
  sectorStrength,
  bitcoinLead,
]);
