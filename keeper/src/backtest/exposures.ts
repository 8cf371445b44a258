import type { Day } from "../data/time.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import { log } from "../math/functions.ts";
import { correlation, deviation, mean } from "../math/statistics.ts";

const VOLATILITY_DAYS = 30;
const BETA_DAYS = 60;
const LEAST_KNOWN = 20;

/** What a neutral coefficient takes out of scores and returns. In the order of the assets; NaN = unknown. */
export interface KnownExposures {
  readonly volatility: Float64Array; // {1/day} of 30 days
  readonly size: Float64Array; // log of the capitalisation
  readonly beta: Float64Array; // of 60 days, against the mean of these assets
}

/** Exposures as they were known at the end of `day`. `assets`: indices of the panel. */
export function exposuresAt(panel: MarketPanel, day: Day, assets: ArrayLike<number>): KnownExposures {
  const last = day - panel.firstDay;
  const returns = Array.from({ length: assets.length }, (_, i) => {
    return dailyReturns(panel.column("close", assets[i] ?? 0), last);
  });
  const market = Float64Array.from({ length: BETA_DAYS }, (_, i) => {
    const known = returns.map((series) => series[i] ?? Number.NaN).filter((value) => !Number.isNaN(value));
    return known.length === 0 ? Number.NaN : mean(known);
  });
  const pick = (of: (series: Float64Array, i: number) => number) => Float64Array.from(returns, of);
  return {
    volatility: pick((series) => {
      const known = series.subarray(-VOLATILITY_DAYS).filter((value) => !Number.isNaN(value));
      return known.length < LEAST_KNOWN ? Number.NaN : deviation(known);
    }),
    size: pick((_, i) => log(panel.column("marketCap", assets[i] ?? 0)[last] ?? Number.NaN)),
    beta: pick((series) => betaOf(series, market)),
  };
}

function dailyReturns(close: Float64Array, last: number): Float64Array {
  return Float64Array.from({ length: BETA_DAYS }, (_, i) => {
    const at = last - BETA_DAYS + 1 + i;
    return (close[at] ?? Number.NaN) / (close[at - 1] ?? Number.NaN) - 1;
  });
}

function betaOf(series: Float64Array, market: Float64Array): number {
  const rows = [...series.keys()].filter((i) => !Number.isNaN(series[i]) && !Number.isNaN(market[i]));
  if (rows.length < LEAST_KNOWN) return Number.NaN;
  const own = rows.map((i) => series[i] ?? 0);
  const all = rows.map((i) => market[i] ?? 0);
  const spread = deviation(all);
  return spread === 0 ? Number.NaN : (correlation(own, all) * deviation(own)) / spread;
}
