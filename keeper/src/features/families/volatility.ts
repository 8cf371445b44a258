import { log } from "../../math/functions.ts";
import { deviation } from "../../math/statistics.ts";
import { createFamily, forEach, type Group, single } from "../family.ts";
import type { FeatureFamily } from "../featureSpec.ts";
import { averageTrueRange, meanOf } from "../indicators.ts";
import { type PanelSeries, RETURN_REACH } from "../panelSeries.ts";
import { alignedWindows, windowOf } from "../window.ts";

const ATR = { period: 14, window: 85 };
const SHAPE_DAYS = 60;

const returns = (series: PanelSeries, asset: number, day: number, days: number) =>
  windowOf(series.returns(asset), day, days);

const deviations = forEach(
  [7, 30, 90],
  (days) => ({
    id: `deviation${days}`,
    lookback: days + RETURN_REACH,
    inputs: ["close"],
    words: `${days}-day volatility`,
    unit: "percent",
  }),
  (days) => (series, asset, day) => {
    const values = returns(series, asset, day, days);
    return values === null ? Number.NaN : deviation(values);
  },
);

const deviationRatio = single(
  {
    id: "deviationRatio",
    lookback: 90 + RETURN_REACH,
    inputs: ["close"],
    words: "7-day volatility against the 90-day one",
    unit: "ratio",
  },
  (series, asset, day) => {
    const short = returns(series, asset, day, 7);
    const long = returns(series, asset, day, 90);
    return short === null || long === null ? Number.NaN : deviation(short) / deviation(long);
  },
);

const trueRange = single(
  {
    id: "atr14",
    lookback: ATR.window,
    inputs: ["high", "low", "close"],
    words: "14-day average true range",
    unit: "percent",
  },
  ({ panel }, asset, day) => {
    const close = panel.column("close", asset);
    const columns = [panel.column("high", asset), panel.column("low", asset), close] as const;
    const candles = alignedWindows(columns, day, ATR.window);
    return candles === null ? Number.NaN : averageTrueRange(candles, ATR.period) / (close[day] ?? Number.NaN);
  },
);

/** 4 ln 2: what Parkinson divides the squared ranges by. */
const PARKINSON = 2.772588722239781;

const rangeVolatility = single(
  {
    id: "parkinson30",
    lookback: 30,
    inputs: ["high", "low"],
    words: "30-day volatility from daily ranges (Parkinson)",
    unit: "percent",
  },
  ({ panel }, asset, day) => {
    const windows = alignedWindows([panel.column("high", asset), panel.column("low", asset)] as const, day, 30);
    if (windows === null) return Number.NaN;
    const [high, low] = windows;
    let squares = 0;
    for (let i = 0; i < high.length; i++) {
      const range = log((high[i] ?? Number.NaN) / (low[i] ?? Number.NaN));
      squares += range * range;
    }
    return Math.sqrt(squares / high.length / PARKINSON);
  },
);

const volatilityOfVolatility = single(
  {
    id: "volatilityOfVolatility60",
    lookback: 60 + RETURN_REACH,
    inputs: ["close"],
    words: "unsteadiness of the 60-day volatility",
    unit: "ratio",
  },
  (series, asset, day) => {
    const values = returns(series, asset, day, 60);
    if (values === null) return Number.NaN;
    const sizes = values.map(Math.abs);
    return deviation(sizes) / meanOf(sizes, 0, sizes.length);
  },
);

const monthShape: Group = {
  points: [
    {
      id: "downside30",
      lookback: 30 + RETURN_REACH,
      inputs: ["close"],
      words: "30-day volatility of losing days",
      unit: "percent",
    },
    {
      id: "bestDay30",
      lookback: 30 + RETURN_REACH,
      inputs: ["close"],
      words: "best day of the last 30",
      unit: "percent",
    },
    {
      id: "worstDay30",
      lookback: 30 + RETURN_REACH,
      inputs: ["close"],
      words: "worst day of the last 30",
      unit: "percent",
    },
  ],
  prepare: (series) => (asset, day, out, at) => {
    const values = returns(series, asset, day, 30);
    if (values === null) return;
    let squares = 0;
    let best = Number.NEGATIVE_INFINITY;
    let worst = Number.POSITIVE_INFINITY;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] ?? Number.NaN;
      if (value < 0) squares += value * value;
      best = Math.max(best, value);
      worst = Math.min(worst, value);
    }
    out[at] = Math.sqrt(squares / values.length);
    out[at + 1] = best;
    out[at + 2] = worst;
  },
};

const distribution: Group = {
  points: [
    {
      id: "skewness60",
      lookback: SHAPE_DAYS + RETURN_REACH,
      inputs: ["close"],
      words: "60-day skewness of returns",
      unit: "number",
    },
    {
      id: "kurtosis60",
      lookback: SHAPE_DAYS + RETURN_REACH,
      inputs: ["close"],
      words: "60-day kurtosis of returns",
      unit: "number",
    },
    {
      id: "autocorrelation60",
      lookback: SHAPE_DAYS + RETURN_REACH,
      inputs: ["close"],
      words: "how far a day's return repeats the day before",
      unit: "ratio",
    },
  ],
  prepare: (series) => (asset, day, out, at) => {
    const values = returns(series, asset, day, SHAPE_DAYS);
    if (values === null) return;
    const centre = meanOf(values, 0, values.length);
    let [second, third, fourth, joint, before] = [0, 0, 0, 0, 0];
    for (let i = 0; i < values.length; i++) {
      const distance = (values[i] ?? Number.NaN) - centre;
      const square = distance * distance;
      second += square;
      third += square * distance;
      fourth += square * square;
      joint += distance * before;
      before = distance;
    }
    const variance = second / values.length;
    out[at] = third / values.length / (variance * Math.sqrt(variance));
    out[at + 1] = fourth / values.length / (variance * variance) - 3;
    out[at + 2] = joint / second;
  },
};

const drawdowns: Group = {
  points: [
    {
      id: "maxDrawdown90",
      lookback: 90,
      inputs: ["close"],
      words: "deepest fall from a high within 90 days",
      unit: "percent",
    },
    {
      id: "ulcer90",
      lookback: 90,
      inputs: ["close"],
      words: "depth and length of falls within 90 days (Ulcer index)",
      unit: "percent",
    },
  ],
  prepare:
    ({ panel }) =>
    (asset, day, out, at) => {
      const values = windowOf(panel.column("close", asset), day, 90);
      if (values === null) return;
      let high = 0;
      let deepest = 0;
      let squares = 0;
      for (let i = 0; i < values.length; i++) {
        const value = values[i] ?? Number.NaN;
        high = Math.max(high, value);
        const fall = value / high - 1;
        deepest = Math.min(deepest, fall);
        squares += fall * fall;
      }
      out[at] = deepest;
      out[at + 1] = Math.sqrt(squares / values.length);
    },
};

/** How far and how evenly prices move. */
export const volatilityFamily: FeatureFamily = createFamily(
  "volatility",
  { source: "daily candles", compared: "cross" },
  [
    ...deviations,
    deviationRatio,
    trueRange,
    rangeVolatility,
    volatilityOfVolatility,
    monthShape,
    distribution,
    drawdowns,
  ],
);
