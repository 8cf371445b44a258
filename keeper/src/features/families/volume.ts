import { type AssetColumn, VOLUME_COLUMNS } from "../../data/columns.ts";
import { log } from "../../math/functions.ts";
import { correlation } from "../../math/statistics.ts";
import { createFamily, forEach, type Group, single } from "../family.ts";
import type { FeatureFamily } from "../featureSpec.ts";
import { meanOf } from "../indicators.ts";
import { PAGE_AGE, type PanelSeries, RETURN_REACH } from "../panelSeries.ts";
import { alignedWindows, windowOf } from "../window.ts";

const MILLION = 1_000_000;
const LISTING = "listings of the whole market";
const CANDLES = ["high", "low", "close"] as const satisfies readonly AssetColumn[];

/** The last `days` days of the first volume column that covers them. */
function volumes(series: PanelSeries, asset: number, day: number, days: number): Float64Array | null {
  const column = series.volume(asset, day, days);
  return column === null ? null : windowOf(column, day, days);
}

const listedVolume = single(
  {
    id: "listedVolume",
    lookback: PAGE_AGE + 1,
    inputs: ["listedVolume", "listedRank"],
    words: "daily volume by the newest listing",
    unit: "usd",
    source: LISTING,
  },
  (series, asset, day) => series.listed("listedVolume", asset, day),
);

const turnover = single(
  {
    id: "turnover",
    lookback: PAGE_AGE + 1,
    inputs: ["listedVolume", "listedCap", "listedRank"],
    words: "daily volume against capitalisation",
    unit: "percent",
    source: LISTING,
  },
  (series, asset, day) => series.listed("listedVolume", asset, day) / series.listed("listedCap", asset, day),
);

const trends = forEach(
  [
    { short: 1, long: 30 },
    { short: 7, long: 30 },
    { short: 30, long: 90 },
  ],
  ({ short, long }) => ({
    id: `volumeTrend${short}`,
    lookback: long,
    inputs: VOLUME_COLUMNS,
    words: `volume of ${short === 1 ? "the day" : `${short} days`} against its ${long}-day average`,
    unit: "ratio",
  }),
  ({ short, long }) =>
    (series, asset, day) => {
      const values = volumes(series, asset, day, long);
      if (values === null) return Number.NaN;
      return meanOf(values, values.length - short, values.length) / meanOf(values, 0, values.length);
    },
);

const illiquidity = single(
  {
    id: "illiquidity30",
    lookback: PAGE_AGE + 1,
    inputs: ["close", "listedVolume", "listedRank"],
    words: "daily price move for each million dollars traded (Amihud)",
    unit: "percent",
    source: `${LISTING} and daily candles`,
  },
  (series, asset, day) => {
    const returns = windowOf(series.returns(asset), day, 30);
    if (returns === null) return Number.NaN;
    let way = 0;
    for (let i = 0; i < returns.length; i++) way += Math.abs(returns[i] ?? 0);
    return ((way / returns.length) * MILLION) / series.listed("listedVolume", asset, day);
  },
);

const MONTH = 30;
const WEEK = 7;

/** What prices did on days of much and of little volume. All compare a volume with the same volume on other days. */
const priceAndVolume: Group = {
  points: [
    {
      id: "illiquidityTrend",
      lookback: MONTH + RETURN_REACH,
      inputs: ["close", ...VOLUME_COLUMNS],
      words: "price move for each dollar traded, last week against the month",
      unit: "ratio",
    },
    {
      id: "balanceVolume30",
      lookback: MONTH + RETURN_REACH,
      inputs: ["close", ...VOLUME_COLUMNS],
      words: "share of 30-day volume on rising less falling days (OBV)",
      unit: "ratio",
    },
    {
      id: "priceVolumeCorrelation30",
      lookback: MONTH + RETURN_REACH,
      inputs: ["close", ...VOLUME_COLUMNS],
      words: "30-day correlation of returns with volume",
      unit: "ratio",
    },
  ],
  prepare: (series) => (asset, day, out, at) => {
    const column = series.volume(asset, day, MONTH);
    if (column === null) return;
    const windows = alignedWindows([series.returns(asset), column] as const, day, MONTH);
    if (windows === null) return;
    const [returns, volume] = windows;
    const impact = returns.map((value, i) => Math.abs(value) / (volume[i] ?? Number.NaN));
    let signed = 0;
    let total = 0;
    for (let i = 0; i < returns.length; i++) {
      signed += Math.sign(returns[i] ?? 0) * (volume[i] ?? 0);
      total += volume[i] ?? 0;
    }
    out[at] = meanOf(impact, impact.length - WEEK, impact.length) / meanOf(impact, 0, impact.length);
    out[at + 1] = signed / total;
    out[at + 2] = correlation(returns, volume.map(log));
  },
};

const averagePrice = single(
  {
    id: "volumePriceGap30",
    lookback: MONTH,
    inputs: ["close", ...VOLUME_COLUMNS],
    words: "distance from the 30-day price weighted by volume (VWAP)",
    unit: "percent",
  },
  (series, asset, day) => {
    const column = series.volume(asset, day, MONTH);
    if (column === null) return Number.NaN;
    const windows = alignedWindows([series.panel.column("close", asset), column] as const, day, MONTH);
    if (windows === null) return Number.NaN;
    const [close, volume] = windows;
    let paid = 0;
    let total = 0;
    for (let i = 0; i < close.length; i++) {
      paid += (close[i] ?? 0) * (volume[i] ?? 0);
      total += volume[i] ?? 0;
    }
    return ((close.at(-1) ?? Number.NaN) * total) / paid - 1;
  },
);

const moneyFlow = single(
  {
    id: "moneyFlow20",
    lookback: 20,
    inputs: [...CANDLES, ...VOLUME_COLUMNS],
    words: "20-day volume at closes near highs less near lows (Chaikin)",
    unit: "ratio",
  },
  (series, asset, day) => {
    const column = series.volume(asset, day, 20);
    if (column === null) return Number.NaN;
    const { panel } = series;
    const [high, low, close] = [panel.column("high", asset), panel.column("low", asset), panel.column("close", asset)];
    const windows = alignedWindows([high, low, close, column] as const, day, 20);
    if (windows === null) return Number.NaN;
    const [tops, bottoms, ends, volume] = windows;
    let flow = 0;
    let total = 0;
    for (let i = 0; i < ends.length; i++) {
      const range = (tops[i] ?? 0) - (bottoms[i] ?? 0);
      const place = range === 0 ? 0 : (2 * (ends[i] ?? 0) - (tops[i] ?? 0) - (bottoms[i] ?? 0)) / range;
      flow += place * (volume[i] ?? 0);
      total += volume[i] ?? 0;
    }
    return flow / total;
  },
);

/** Volume and liquidity. Levels are compared among assets by listed volume only, since daily volumes are counted differently. */
export const volumeFamily: FeatureFamily = createFamily(
  "volume",
  { source: "daily candles and the volume of one source", compared: "cross" },
  [listedVolume, turnover, ...trends, illiquidity, priceAndVolume, averagePrice, moneyFlow],
);
