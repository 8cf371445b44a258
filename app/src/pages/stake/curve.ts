import { type LockState, lockPower, MAX_TERM, WEEK, weekStart } from "@gimbal/sdk";

/** Power of a lock at one time, if nobody touches it. */
export interface PowerPoint {
  /** {s} */
  readonly at: bigint;
  /** {veGIM wei} */
  readonly power: bigint;
}

/** {s} last time that a curve of these locks shows: a week after the last end, a year when one of them never ends. */
export function curveEnd(locks: readonly LockState[], now: bigint): bigint {
  const ends = locks.map(({ permanent, end }) => (permanent ? weekStart(now + MAX_TERM) : end));
  const last = ends.reduce((latest, end) => (end > latest ? end : latest), now);
  return last + WEEK;
}

/** Power now and at each week start until `to`. Power falls in a straight line and is 0 from the end on, itself a week start. */
export function powerCurve(lock: LockState, now: bigint, to: bigint): readonly PowerPoint[] {
  const points: PowerPoint[] = [{ at: now, power: lockPower(lock, now) }];
  for (let at = weekStart(now) + WEEK; at <= to; at += WEEK) points.push({ at, power: lockPower(lock, at) });
  return points;
}
