import type { MarketPanel } from "../features/marketPanel.ts";
import { seriesOf } from "../features/panelSeries.ts";

const VOLATILITY_DAYS = 30;
const BETA_DAYS = 60;
const SIZE_AGE = 45; // {days} that a capitalisation may be old
const LEAST_KNOWN = 0.7; // part of a window

/** What explains most of an asset's results without any skill. NaN = unknown. */
export interface Exposures {
  readonly volatility: Float64Array; // {1/day}
  readonly beta: Float64Array; // to the mean return of all assets
  readonly size: Float64Array; // {USD} capitalisation
}

/** The exposures of given assets on a day, from that day and the days before it. */
export function exposuresOf(panel: MarketPanel, day: number, assets: ArrayLike<number>): Exposures {
  const market = meanReturns(panel);
  const volatility = new Float64Array(assets.length).fill(Number.NaN);
  const beta = new Float64Array(assets.length).fill(Number.NaN);
  const size = new Float64Array(assets.length).fill(Number.NaN);
  for (let i = 0; i < assets.length; i++) {
    const asset = assets[i] ?? 0;
    const close = panel.column("close", asset);
    volatility[i] = Math.sqrt(moments(close, market, day, VOLATILITY_DAYS).own);
    const { own, joint, common } = moments(close, market, day, BETA_DAYS);
    beta[i] = Number.isNaN(own) || common === 0 ? Number.NaN : joint / common;
    size[i] = newest(panel.column("marketCap", asset), day);
  }
  return { volatility, beta, size };
}

const knownMeans = new WeakMap<MarketPanel, Float64Array>();

/**
 * Mean return of the assets that were listed on each day, each cut at +-50%; of all of them on days without any listing.
 * Computed once for a panel.
 */
export function meanReturns(panel: MarketPanel): Float64Array {
  const means = knownMeans.get(panel) ?? computeMeans(panel);
  knownMeans.set(panel, means);
  return means;
}

function computeMeans(panel: MarketPanel): Float64Array {
  const { page } = seriesOf(panel);
  const pages = Int32Array.from({ length: panel.days }, (_, day) => page(day));
  const sums = new Float64Array(panel.days);
  const counts = new Float64Array(panel.days);
  for (let asset = 0; asset < panel.assets.length; asset++) {
    const close = panel.column("close", asset);
    const ranks = panel.column("listedRank", asset);
    for (let day = 1; day < panel.days; day++) {
      const listing = pages[day] ?? -1;
      if (listing >= 0 && !((ranks[listing] ?? Number.NaN) > 0)) continue;
      const change = (close[day] ?? Number.NaN) / (close[day - 1] ?? Number.NaN) - 1;
      if (Number.isNaN(change)) continue;
      sums[day] = (sums[day] ?? 0) + Math.max(-0.5, Math.min(0.5, change));
      counts[day] = (counts[day] ?? 0) + 1;
    }
  }
  return sums.map((sum, day) => (counts[day] === 0 ? 0 : sum / (counts[day] ?? 1)));
}

/** Variances and covariance of an asset's and the market's returns over the window that ends at `day`. */
function moments(close: Float64Array, market: Float64Array, day: number, window: number) {
  let [n, sumOwn, sumMarket, own, joint, common] = [0, 0, 0, 0, 0, 0];
  for (let d = Math.max(1, day - window + 1); d <= day; d++) {
    const change = (close[d] ?? Number.NaN) / (close[d - 1] ?? Number.NaN) - 1;
    if (Number.isNaN(change)) continue;
    const mean = market[d] ?? 0;
    n++;
    sumOwn += change;
    sumMarket += mean;
    own += change * change;
    joint += change * mean;
    common += mean * mean;
  }
  if (n < LEAST_KNOWN * window) return { own: Number.NaN, joint: Number.NaN, common: 0 };
  return {
    own: Math.max(0, own / n - (sumOwn / n) * (sumOwn / n)),
    joint: joint / n - (sumOwn / n) * (sumMarket / n),
    common: common / n - (sumMarket / n) * (sumMarket / n),
  };
}

function newest(series: Float64Array, day: number): number {
  for (let d = day; d > Math.max(-1, day - SIZE_AGE); d--) {
    const value = series[d] ?? Number.NaN;
    if (!Number.isNaN(value)) return value;
  }
  return Number.NaN;
}
