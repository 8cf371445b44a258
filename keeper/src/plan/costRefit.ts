import { DAY } from "../data/time.ts";
import type { PlanParams } from "./params.ts";

/** {s} between two looks at the fills. */
const REFIT_EVERY = 7 * DAY;

/** One fill as it turned out. */
export interface RealisedFill {
  readonly size: number; // {USD}
  readonly dailyVolume: number; // {USD} of the risk token
  readonly costBps: number; // {bps of the size} given away against the oracle's price, pool fee included
}

/** What a refit found. Integers: it goes into the record. */
export type CostReport = {
  readonly fills: number;
  readonly refitted: boolean;
  readonly expectedBps: number; // median, by the parameters as they were
  readonly realisedBps: number; // median
  readonly halfSpreadBps: { readonly before: number; readonly after: number };
  readonly dayVolumeImpactBps: { readonly before: number; readonly after: number };
};

/** {bps} that the parameters expect a fill to cost. */
export function expectedCostBps(fill: Pick<RealisedFill, "size" | "dailyVolume">, params: PlanParams): number {
  const { poolFeeBps, halfSpreadBps, dayVolumeImpactBps } = params;
  return poolFeeBps + 2 * halfSpreadBps + dayVolumeImpactBps * Math.sqrt(fill.size / fill.dailyVolume);
}

/** A weekly look at the fills as decisions record it until the next one. */
export type CostNote = CostReport & {
  readonly at: number; // {s}
  readonly since: number; // {s} fills up to then are in the parameters: each fill counts once
  readonly configured: string; // pool fee, half spread and impact that learning started from
  readonly words: string;
};

/** The parameters that a look left in force. */
export function withCosts(params: PlanParams, note: CostNote | null): PlanParams {
  if (note === null) return params;
  return {
    ...params,
    halfSpreadBps: note.halfSpreadBps.after,
    dayVolumeImpactBps: note.dayVolumeImpactBps.after,
  };
}

/** {s} Since when the trades are needed for costsInForce at `now`; null: the last look is young enough and speaks. */
export function fillsNeededSince(params: PlanParams, newest: CostNote | null, now: number): number | null {
  const last = newest?.configured === configuredOf(params) ? newest : null;
  if (last !== null && now - last.at < REFIT_EVERY) return null;
  return last?.since ?? 0;
}

function configuredOf({ poolFeeBps, halfSpreadBps, dayVolumeImpactBps }: PlanParams): string {
  return `${poolFeeBps}/${halfSpreadBps}/${dayVolumeImpactBps}`;
}

/**
 * What is in force at `now` {s}: the last look while it is younger than a week, else a new one at the fills since the last
 * that changed something. `params` are the configured ones, fills are oldest first.
 */
export function costsInForce(
  params: PlanParams,
  newest: CostNote | null,
  now: number,
  fillsSince: (since: number) => readonly RealisedFill[],
): CostNote {
  const configured = configuredOf(params);
  // With other parameters in the configuration, learning starts again.
  const last = newest?.configured === configured ? newest : null;
  const since = fillsNeededSince(params, newest, now);
  if (last !== null && since === null) return last;
  const { report } = refitCosts(fillsSince(since ?? 0), withCosts(params, last));
  return { ...report, at: now, since: report.refitted ? now : (since ?? 0), configured, words: wordsOf(report) };
}

function wordsOf({ fills, refitted, expectedBps, realisedBps, halfSpreadBps, dayVolumeImpactBps }: CostReport): string {
  if (fills < LEAST_FILLS) {
    return `Cost model unchanged: ${fills} fills since the last refit, ${LEAST_FILLS} are needed.`;
  }
  if (!refitted) return `Cost model unchanged: all ${fills} fills are of one relative size.`;
  const spread = `half spread ${halfSpreadBps.before} to ${halfSpreadBps.after} bps`;
  const impact = `impact of a day's volume ${dayVolumeImpactBps.before} to ${dayVolumeImpactBps.after} bps`;
  const cost = `a fill cost ${realisedBps} bps where ${expectedBps} bps were expected (medians)`;
  return `Cost model refit from ${fills} fills: ${cost}; ${spread}, ${impact}.`;
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
