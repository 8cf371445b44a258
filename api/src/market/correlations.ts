import type { MarketPanel } from "../../../keeper/src/features/marketPanel.ts";
import { dailyReturns } from "../../../keeper/src/features/marketState.ts";
import { correlation, deviation } from "../../../keeper/src/math/statistics.ts";
import { LEAST_PAIRS } from "./quant.ts";

/** How closely the daily results of two tokens moved together. */
export interface Pair {
  readonly correlation: number | null; // -1 to 1; null: fewer than twenty common days, or one of them did not move
  readonly days: number; // on which both have a result
}

/** Every pair of the given assets (indices into the panel), row by row: the result of [i][j] is that of [j][i]. */
export function correlationMatrix(
  panel: MarketPanel,
  assets: readonly number[],
  window: number,
): readonly (readonly Pair[])[] {
  const returns = assets.map((asset) => recentReturns(panel, asset, window));
  return returns.map((own, i) => returns.map((other, j) => (i === j ? selfPair(own) : pairOf(own, other))));
}

/** One token beside all the given others, most alike first; pairs of which nothing can be said are left out. */
export function correlationRanking(
  panel: MarketPanel,
  asset: number,
  others: readonly number[],
  window: number,
): readonly (Pair & { readonly asset: number; readonly correlation: number })[] {
  const own = recentReturns(panel, asset, window);
  return others
    .filter((other) => other !== asset)
    .flatMap((other) => {
      const pair = pairOf(own, recentReturns(panel, other, window));
      return pair.correlation === null ? [] : [{ asset: other, correlation: pair.correlation, days: pair.days }];
    })
    .sort((a, b) => b.correlation - a.correlation || a.asset - b.asset);
}

function recentReturns(panel: MarketPanel, asset: number, window: number): Float64Array {
  const close = panel.column("close", asset);
  // One close more than results.
  return dailyReturns(close.subarray(Math.max(0, panel.days - window - 1))).subarray(-window);
}

function pairOf(left: Float64Array, right: Float64Array): Pair {
  const a: number[] = [];
  const b: number[] = [];
  for (let t = 0; t < left.length; t++) {
    const [x, y] = [left[t] ?? Number.NaN, right[t] ?? Number.NaN];
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    a.push(x);
    b.push(y);
  }
  const isKnown = a.length >= LEAST_PAIRS && deviation(a) > 0 && deviation(b) > 0;
  return { correlation: isKnown ? correlation(a, b) : null, days: a.length };
}

function selfPair(own: Float64Array): Pair {
  const days = own.filter((value) => !Number.isNaN(value)).length;
  return { correlation: days === 0 ? null : 1, days };
}
