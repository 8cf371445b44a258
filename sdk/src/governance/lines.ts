import { WEEK, zeroFloorSub } from "../math/fixed.ts";

/** {s} longest term of a lock. */
export const MAX_TERM = 52n * WEEK;
/** {s} between adding or extending and an early exit. */
export const MIN_HOLD = 7n * 86_400n;

/** {s} start of the week that `timestamp` lies in: a Thursday 00:00 UTC. */
export function weekStart(timestamp: bigint): bigint {
  return (timestamp / WEEK) * WEEK;
}

/** {s} first end that a new lock may have. */
export function earliestEnd(timestamp: bigint): bigint {
  return weekStart(timestamp) + WEEK;
}

/** {s} last end that a lock may have. */
export function latestEnd(timestamp: bigint): bigint {
  return weekStart(timestamp + MAX_TERM);
}

/** {s} start of the last week that has begun before this second: scores and tiers are read there. */
export function lastWeekStart(timestamp: bigint): bigint {
  return weekStart(timestamp - 1n);
}

/** What a lock gives from now on: max(0, bias - slope * t) at time t. */
export type Line = {
  /** {GIM wei} committed */
  amount: bigint;
  /** {veGIM wei/s}; 0 for a permanent lock */
  slope: bigint;
  /** {veGIM wei} at the time 0; the amount for a permanent lock */
  bias: bigint;
  /** {s} when it reaches 0; 0 when it never does */
  end: bigint;
};

/** One entry of a history: `VotingEscrow.pointAt`. */
export type Point = {
  /** {s} from when it counts */
  since: bigint;
  /** {veGIM wei/s} */
  slope: bigint;
  /** {veGIM wei} at the time 0 */
  bias: bigint;
};

export const NO_LINE: Line = Object.freeze({ amount: 0n, slope: 0n, bias: 0n, end: 0n });

export type LineOfParameters = {
  /** {GIM wei} */
  amount: bigint;
  /** {s} a week start; 0 when permanent */
  end: bigint;
  permanent: boolean;
  /** {s} now: a lock that has ended gives nothing more */
  timestamp: bigint;
};

/** The line of a lock. slope = floor(amount / MAX_TERM) is the only rounding; bias = slope * end. */
export function lineOf({ amount, end, permanent, timestamp }: LineOfParameters): Line {
  if (permanent) return { amount, slope: 0n, bias: amount, end: 0n };
  if (end <= timestamp) return { amount, slope: 0n, bias: 0n, end: 0n };
  const slope = amount / MAX_TERM;
  return { amount, slope, bias: slope * end, end };
}

/** {veGIM wei} power of one line or one account's point at a time. */
export function powerAt({ slope, bias }: Pick<Point, "slope" | "bias">, timestamp: bigint): bigint {
  return zeroFloorSub(bias, slope * timestamp);
}

/**
 * {GIM wei} Staking Score of one line or one account's point at a time: what is committed times 1 to 2, by the time
 * left; twice the amount of a permanent lock; 0 once expired.
 */
export function scoreAt(point: Pick<Point, "slope" | "bias">, timestamp: bigint): bigint {
  const power = powerAt(point, timestamp);
  if (power === 0n) return 0n;
  return point.slope === 0n ? 2n * power : point.slope * MAX_TERM + power;
}

/** Number of points that count at `timestamp`; the last of them rules it. Points ascend in time. */
export function countUntil(points: readonly Pick<Point, "since">[], timestamp: bigint): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.since ?? 0n) > timestamp) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The point that rules a time; undefined before the first one. */
export function pointAt<T extends Pick<Point, "since">>(points: readonly T[], timestamp: bigint): T | undefined {
  return points[countUntil(points, timestamp) - 1];
}

/** The history with one more point; one of the same second is replaced. */
export function pushPoint<T extends Pick<Point, "since">>(points: readonly T[], point: T): readonly T[] {
  const kept = points.at(-1)?.since === point.since ? points.slice(0, -1) : points;
  return [...kept, point];
}
