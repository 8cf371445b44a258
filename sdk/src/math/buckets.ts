import { WEEK, zeroFloorSub } from "./fixed.ts";

const BPS_TO_D18 = 10n ** 14n;

/** D18{1} of NAV a bucket holds at once: half of its weekly figure {bps}. The other half is what leaks out in a week. */
export function bucketCapacity(weeklyBps: number): bigint {
  return (BigInt(weeklyBps) * BPS_TO_D18) / 2n;
}

/**
 * D18{1} level of a leaky bucket after `elapsed` {s}. Any seven days stay within the weekly figure, because what fits at
 * once and what leaks out meanwhile are half of it each.
 */
export function bucketLevel(level: bigint, weeklyBps: number, elapsed: bigint): bigint {
  return zeroFloorSub(level, (bucketCapacity(weeklyBps) * elapsed) / WEEK);
}

/** D18{1} what may still be spent at a level. */
export function bucketLeft(level: bigint, weeklyBps: number): bigint {
  return zeroFloorSub(bucketCapacity(weeklyBps), level);
}
