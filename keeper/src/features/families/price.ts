import { createFamily, forEach, type Group, single } from "../family.ts";
import type { FeatureFamily } from "../featureSpec.ts";
import { aroon, directionalMovement, macd, meanOf } from "../indicators.ts";
import type { PanelSeries } from "../panelSeries.ts";
import { alignedWindows, newestKnown, windowOf } from "../window.ts";

/** {days} around a past day in which a close still counts as that day's: its own and the two before. */
const REACH = 3;
const MACD = { short: 12, long: 26, signal: 9, window: 105 };
const ADX = { period: 14, window: 85 };

const close = (series: PanelSeries, asset: number) => series.panel.column("close", asset);

/** Change from `from` days ago to `to` days ago, as a fraction. */
function changeBetween(values: Float64Array, day: number, from: number, to: number): number {
  if (Number.isNaN(values[day] ?? Number.NaN)) return Number.NaN;
  const newest = newestKnown(values, day - to, REACH);
  return newest / newestKnown(values, day - from, REACH) - 1;
}

const changes = forEach(
  [1, 3, 7, 14, 30, 60, 90],
  (days) => ({
    id: `change${days}`,
    lookback: days + REACH,
    inputs: ["close"],
    words: `${days}-day price change`,
    unit: "percent",
  }),
  (days) => (series, asset, day) => changeBetween(close(series, asset), day, days, 0),
);

const momentumSkipping = single(
  {
    id: "change90Before7",
    lookback: 90 + REACH,
    inputs: ["close"],
    words: "price change from 90 days ago to a week ago",
    unit: "percent",
  },
  (series, asset, day) => changeBetween(close(series, asset), day, 90, 7),
);

const acceleration = single(
  {
    id: "acceleration",
    lookback: 30 + REACH,
    inputs: ["close"],
    words: "last week's price change beyond the month's pace",
    unit: "percent",
  },
  (series, asset, day) => {
    const values = close(series, asset);
    return changeBetween(values, day, 7, 0) - (changeBetween(values, day, 30, 0) * 7) / 30;
  },
);

const averageGaps = forEach(
  [10, 20, 50, 100, 200],
  (days) => ({
    id: `averageGap${days}`,
    lookback: days,
    inputs: ["close"],
    words: `distance from the ${days}-day average price`,
    unit: "percent",
  }),
  (days) => (series, asset, day) => {
    const values = windowOf(close(series, asset), day, days);
    return values === null ? Number.NaN : (values.at(-1) ?? Number.NaN) / meanOf(values, 0, values.length) - 1;
  },
);

const averageCross = single(
  {
    id: "averageCross",
    lookback: 200,
    inputs: ["close"],
    words: "50-day average price against the 200-day one",
    unit: "percent",
  },
  (series, asset, day) => {
    const slow = windowOf(close(series, asset), day, 200);
    const fast = windowOf(close(series, asset), day, 50);
    if (slow === null || fast === null) return Number.NaN;
    return meanOf(fast, 0, fast.length) / meanOf(slow, 0, slow.length) - 1;
  },
);

/** Least-squares line through the known logarithms of closes, on their days. */
function trendLine(levels: Float64Array, day: number, length: number): { slope: number; fit: number } {
  if (windowOf(levels, day, length) === null) return { slope: Number.NaN, fit: Number.NaN };
  let [n, x, y, xx, xy, yy] = [0, 0, 0, 0, 0, 0];
  const last = levels[day] as number;
  for (let back = 0; back < length && back <= day; back++) {
    const level = (levels[day - back] as number) - last;
    if (Number.isNaN(level)) continue;
    n++;
    x -= back;
    y += level;
    xx += back * back;
    xy -= back * level;
    yy += level * level;
  }
  const spreadX = n * xx - x * x;
  const spreadY = n * yy - y * y;
  const joint = n * xy - x * y;
  return { slope: joint / spreadX, fit: spreadY > 0 ? (joint * joint) / (spreadX * spreadY) : 0 };
}

const trends: readonly Group[] = [30, 90].map((days) => ({
  points: [
    { id: `trendSlope${days}`, lookback: days, inputs: ["close"], words: `${days}-day trend a day`, unit: "percent" },
    {
      id: `trendFit${days}`,
      lookback: days,
      inputs: ["close"],
      words: `steadiness of the ${days}-day trend`,
      unit: "ratio",
    },
  ],
  prepare: (series) => (asset, day, out, at) => {
    const { slope, fit } = trendLine(series.levels(asset), day, days);
    out[at] = slope;
    out[at + 1] = fit;
  },
}));

const convergence: Group = {
  points: [
    { id: "macdLine", lookback: MACD.window, inputs: ["close"], words: "MACD line", unit: "percent" },
    {
      id: "macdHistogram",
      lookback: MACD.window,
      inputs: ["close"],
      words: "MACD against its signal",
      unit: "percent",
    },
  ],
  prepare: (series) => (asset, day, out, at) => {
    const values = windowOf(close(series, asset), day, MACD.window);
    if (values === null) return;
    const { line, histogram } = macd(values, MACD.short, MACD.long, MACD.signal);
    const price = values.at(-1) ?? Number.NaN;
    out[at] = line / price;
    out[at + 1] = histogram / price;
  },
};

const direction: Group = {
  points: [
    {
      id: "adx14",
      lookback: ADX.window,
      inputs: ["high", "low", "close"],
      words: "strength of the trend (ADX)",
      unit: "number",
    },
    {
      id: "directionBalance14",
      lookback: ADX.window,
      inputs: ["high", "low", "close"],
      words: "upward against downward movement (DI)",
      unit: "number",
    },
  ],
  prepare: (series) => (asset, day, out, at) => {
    const { panel } = series;
    const columns = [panel.column("high", asset), panel.column("low", asset), close(series, asset)] as const;
    const candles = alignedWindows(columns, day, ADX.window);
    if (candles === null) return;
    const { index, balance } = directionalMovement(candles, ADX.period);
    out[at] = index;
    out[at + 1] = balance;
  },
};

const newerHigh = single(
  {
    id: "aroon25",
    lookback: 26,
    inputs: ["high", "low"],
    words: "how much newer the 25-day high is than the low (Aroon)",
    unit: "number",
  },
  ({ panel }, asset, day) => {
    const windows = alignedWindows([panel.column("high", asset), panel.column("low", asset)] as const, day, 26);
    return windows === null ? Number.NaN : aroon(...windows);
  },
);

const channels = forEach(
  [20, 55],
  (days) => ({
    id: `channel${days}`,
    lookback: days,
    inputs: ["close"],
    words: `place between the ${days}-day low and high (Donchian)`,
    unit: "ratio",
  }),
  (days) => (series, asset, day) => {
    const values = windowOf(close(series, asset), day, days);
    if (values === null) return Number.NaN;
    const { low, high } = extremes(values);
    return high === low ? 0.5 : ((values.at(-1) ?? Number.NaN) - low) / (high - low);
  },
);

const highGaps = forEach(
  [90, 365],
  (days) => ({
    id: `highGap${days}`,
    lookback: days,
    inputs: ["close"],
    words: `distance from the ${days}-day high`,
    unit: "percent",
  }),
  (days) => (series, asset, day) => {
    const values = windowOf(close(series, asset), day, days);
    return values === null ? Number.NaN : (values.at(-1) ?? Number.NaN) / extremes(values).high - 1;
  },
);

const efficiency = single(
  {
    id: "efficiency30",
    lookback: 30,
    inputs: ["close"],
    words: "30-day change against the way travelled",
    unit: "ratio",
  },
  (series, asset, day) => {
    const values = windowOf(close(series, asset), day, 30);
    if (values === null) return Number.NaN;
    let way = 0;
    for (let i = 1; i < values.length; i++) way += Math.abs((values[i] ?? 0) - (values[i - 1] ?? 0));
    return way === 0 ? 0 : ((values.at(-1) ?? 0) - (values[0] ?? 0)) / way;
  },
);

function extremes(values: Float64Array): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i] ?? Number.NaN);
    high = Math.max(high, values[i] ?? Number.NaN);
  }
  return { low, high };
}

/** Price and trend. */
export const priceFamily: FeatureFamily = createFamily("price", { source: "daily candles", compared: "cross" }, [
  ...changes,
  momentumSkipping,
  acceleration,
  ...averageGaps,
  averageCross,
  ...trends,
  convergence,
  direction,
  newerHigh,
  ...channels,
  ...highGaps,
  efficiency,
]);
