import type { PlanParams } from "./params.ts";

/** One fill as it turned out. */
export interface RealisedFill {
  readonly size: number; // {USD}
  readonly dailyVolume: number; // {USD} of the risk token
  readonly costBps: number; // {bps of the size} given away against the oracle's price, pool fee included
}

/** What a refit found. Integers: it goes into the record. */
export interface CostReport {
  readonly fills: number;
  readonly refitted: boolean;
  readonly expectedBps: number; // median, by the parameters as they were
  readonly realisedBps: number; // median
  readonly halfSpreadBps: { readonly before: number; readonly after: number };
  readonly dayVolumeImpactBps: { readonly before: number; readonly after: number };
}

const LEAST_FILLS = 20;
const LARGEST_FILLS = 300; // the newest ones; pairs grow with the square
const PRIOR_FILLS = 40; // as many fills as the parameters so far count for
const LARGEST_FACTOR = 2; // a week may not move a parameter further than this

/**
 * Fits half of the spread and the impact of a day's volume to fills, oldest first. Theil and Sen's line through cost and the
 * square root of the part of a day's volume: medians, so that a quarter of the fills may be nonsense. The result counts
 * with its number of fills against the parameters so far, and moves at most by a factor of two. Fewer than 20 usable fills
 * change nothing.
 */
export function refitCosts(
  fills: readonly RealisedFill[],
  params: PlanParams,
): { readonly params: PlanParams; readonly report: CostReport } {
  const points = fills
    .filter(({ size, dailyVolume, costBps }) => size > 0 && dailyVolume > 0 && Number.isFinite(costBps))
    .slice(-LARGEST_FILLS)
    .map(({ size, dailyVolume, costBps }) => ({ x: Math.sqrt(size / dailyVolume), y: costBps }));
  const fixed = params.poolFeeBps + 2 * params.halfSpreadBps;
  const expected = median(points.map(({ x }) => fixed + params.dayVolumeImpactBps * x));
  const line = points.length < LEAST_FILLS ? null : fitLine(points);
  const next =
    line === null
      ? params
      : {
          ...params,
          dayVolumeImpactBps: towards(params.dayVolumeImpactBps, line.slope, points.length),
          halfSpreadBps: towards(params.halfSpreadBps, (line.intercept - params.poolFeeBps) / 2, points.length),
        };
  const change = (key: "halfSpreadBps" | "dayVolumeImpactBps") => ({ before: params[key], after: next[key] });
  return {
    params: next,
    report: {
      fills: points.length,
      refitted: line !== null,
      expectedBps: Math.round(expected),
      realisedBps: Math.round(median(points.map(({ y }) => y))),
      halfSpreadBps: change("halfSpreadBps"),
      dayVolumeImpactBps: change("dayVolumeImpactBps"),
    },
  };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Median of the slopes of all pairs, and median of what is left; null when all fills are of one relative size. */
function fitLine(points: readonly Point[]): { readonly slope: number; readonly intercept: number } | null {
  const slopes: number[] = [];
  points.forEach((a, i) => {
    for (const b of points.slice(0, i)) if (a.x !== b.x) slopes.push((a.y - b.y) / (a.x - b.x));
  });
  if (slopes.length === 0) return null;
  const slope = median(slopes);
  return { slope, intercept: median(points.map(({ x, y }) => y - slope * x)) };
}

/** A whole number between the parameter so far and what was fitted, nearer to the latter the more fills there are. */
function towards(before: number, fitted: number, fills: number): number {
  const blended = (fills * fitted + PRIOR_FILLS * before) / (fills + PRIOR_FILLS);
  return Math.round(Math.max(before / LARGEST_FACTOR, Math.min(Math.max(1, before) * LARGEST_FACTOR, blended)));
}

/** 0 of nothing. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
