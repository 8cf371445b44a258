import { ArgumentInvalidError } from "../errors/base.ts";
import { BPS, divUp, max, WEEK, zeroFloorSub } from "../math/fixed.ts";
import { earliestEnd, latestEnd, lineOf, MAX_TERM, MIN_HOLD, powerAt, scoreAt } from "./lines.ts";

/** A lock as `VotingEscrow.locked` tells it. */
export type LockState = {
  /** {GIM wei} */
  amount: bigint;
  /** {s} a week start; 0 when permanent or none */
  end: bigint;
  /** {s} last time that something was added or the end moved away */
  heldSince: bigint;
  permanent: boolean;
};

export const NO_LOCK: LockState = Object.freeze({ amount: 0n, end: 0n, heldSince: 0n, permanent: false });

/** Whether a lock gives power, or did not end yet. */
export function isRunning({ permanent, end }: LockState, timestamp: bigint): boolean {
  return permanent || end > timestamp;
}

/** {veGIM wei} power of a lock now or at a time to come, if nobody touches it. */
export function lockPower(lock: LockState, timestamp: bigint): bigint {
  return powerAt(lineOf({ ...lock, timestamp }), timestamp);
}

/** {GIM wei} Staking Score of a lock now or at a time to come, if nobody touches it. */
export function lockScore(lock: LockState, timestamp: bigint): bigint {
  return scoreAt(lineOf({ ...lock, timestamp }), timestamp);
}

/** {GIM wei} kept by an early exit: ceil(amount * rate * time left / 52 weeks). */
export function exitPenalty(lock: LockState, maxPenaltyBps: number, timestamp: bigint): bigint {
  const left = lock.permanent ? MAX_TERM : zeroFloorSub(lock.end, timestamp);
  return divUp(lock.amount * BigInt(maxPenaltyBps) * left, MAX_TERM * BPS);
}

/** {s} first second of an early exit. */
export function exitOpensAt({ heldSince }: LockState): bigint {
  return heldSince + MIN_HOLD;
}

function requireAmount(amount: bigint): void {
  if (amount >= MAX_TERM) return;
  throw new ArgumentInvalidError("amount", `makes a lock of ${amount} wei, and a lock holds at least ${MAX_TERM} wei`);
}

function requireRunning(held: LockState, timestamp: bigint): void {
  if (held.amount === 0n) throw new ArgumentInvalidError("lock", "is empty: lock something first");
  if (!isRunning(held, timestamp)) {
    throw new ArgumentInvalidError("lock", `ended at ${held.end}: withdraw it, then lock again`);
  }
}

function nextEnd(held: LockState, newEnd: bigint, timestamp: bigint): bigint {
  if (held.permanent) return 0n;
  const end = newEnd === 0n ? held.end : (newEnd / WEEK) * WEEK;
  const earliest = max(held.end, earliestEnd(timestamp));
  const latest = latestEnd(timestamp);
  if (end < earliest || end > latest) {
    throw new ArgumentInvalidError("newEnd", `must lie between ${earliest} and ${latest}, not at ${end}`);
  }
  return end;
}

export type PreviewLockParameters = {
  /** {GIM wei} added */
  amount: bigint;
  /** {s} end asked for; 0 keeps the end. Rounded down to a week start. */
  newEnd?: bigint | undefined;
  /** {s} now */
  timestamp: bigint;
};

/**
 * The lock that `lock` would leave, by the rules of the escrow. Throws what the escrow would refuse.
 *
 * @example
 * const lock = previewLock(NO_LOCK, { amount: parseEther("1000"), newEnd: latestEnd(now), timestamp: now });
 * lockPower(lock, now); // votes
 * lockScore(lock, now); // Staking Score
 */
export function previewLock(held: LockState, { amount, newEnd = 0n, timestamp }: PreviewLockParameters): LockState {
  if (held.amount !== 0n) requireRunning(held, timestamp);
  const end = nextEnd(held, newEnd, timestamp);
  const isExtended = held.amount !== 0n && end !== held.end;
  if (amount < 0n || (amount === 0n && !isExtended)) {
    throw new ArgumentInvalidError("amount", "must be more than zero unless the end moves away");
  }
  requireAmount(held.amount + amount);
  return { amount: held.amount + amount, end, heldSince: timestamp, permanent: held.permanent };
}

/** The lock that `setPermanent` would leave. Throws what the escrow would refuse. */
export function previewPermanent(held: LockState, on: boolean, timestamp: bigint): LockState {
  requireRunning(held, timestamp);
  if (held.permanent === on) throw new ArgumentInvalidError("on", `is what the lock is already: ${on}`);
  const end = on ? 0n : latestEnd(timestamp);
  return { amount: held.amount, end, heldSince: on ? timestamp : held.heldSince, permanent: on };
}
