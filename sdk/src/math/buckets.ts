import { WEEK, zeroFloorSub } from "./fixed.ts";

/** D18{1} of NAV a bucket holds at once: half of its weekly figure. The other half is what leaks out in a week. */
export function bucketCapacity(weekly: bigint): bigint {
  return weekly / 2n;
}

/**
 * Level of a leaky bucket after `elapsed` {s}: any seven days stay within `weekly`, because what fits at once and what
 * leaks out meanwhile are half of it each.
 */
export function bucketLevel(level: bigint, weekly: bigint, elapsed: bigint): bigint {
  return zeroFloorSub(level, ((weekly / 2n) * elapsed) / WEEK);
}

/** What may still be spent now. */
export function bucketLeft(level: bigint, weekly: bigint, elapsed: bigint): bigint {
  return zeroFloorSub(bucketCapacity(weekly), bucketLevel(level, weekly, elapsed));
}
