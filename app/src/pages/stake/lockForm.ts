import {
  ArgumentInvalidError,
  earliestEnd,
  type GetLockReturnType,
  type LockState,
  latestEnd,
  lockScore,
  previewLock,
  type ScoreTier,
  tierOfScore,
  WEEK,
  weekStart,
} from "@gimbal/sdk";
import { parseAmount } from "../../amounts.ts";
import { exactAmount, time } from "../../format.ts";

/** How long to lock: as the lock ends already, months from now, as long as can be, or until a day. */
export type Term =
  | { readonly kind: "keep" }
  | { readonly kind: "months"; readonly months: number }
  | { readonly kind: "longest" }
  | { readonly kind: "day" /** 2027-03-04 */; readonly day: string };

/** {months} that one press chooses. */
export const QUICK_MONTHS = [1, 3, 6, 12] as const;

/** What the form would do to a lock, or why it cannot. */
export interface LockPlan {
  /** {GIM wei} added */
  readonly amount: bigint;
  /** {s} end to ask the escrow for; undefined keeps the end. */
  readonly newEnd: bigint | undefined;
  /** The lock afterwards; undefined while it cannot be known. */
  readonly next: LockState | undefined;
  readonly amountFault: string | undefined;
  /** Words for the button that cannot be pressed; undefined: it can. */
  readonly fault: string | undefined;
}

/** {s} that many calendar months later, on the last day of a month that is too short. */
function monthsLater(timestamp: bigint, months: number): bigint {
  const from = new Date(Number(timestamp) * 1_000);
  const to = new Date(from);
  to.setUTCDate(1);
  to.setUTCMonth(from.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate();
  to.setUTCDate(Math.min(from.getUTCDate(), lastDay));
  return BigInt(Math.floor(to.getTime() / 1_000));
}

/**
 * {s} end of a term: a Thursday 00:00 UTC, rounded down as the escrow does, and for months never outside of what it takes.
 * undefined while a day is not typed.
 */
export function endOf(term: Term, held: LockState, now: bigint): bigint | undefined {
  if (term.kind === "keep") return held.end;
  if (term.kind === "longest") return latestEnd(now);
  if (term.kind === "months") {
    const end = weekStart(monthsLater(now, term.months));
    const [first, last] = [earliestEnd(now), latestEnd(now)];
    return end < first ? first : end > last ? last : end;
  }
  const day = Date.parse(`${term.day}T00:00:00Z`);
  return Number.isNaN(day) ? undefined : weekStart(BigInt(day / 1_000));
}

export interface LockFormInputs {
  readonly amountText: string;
  readonly term: Term;
  readonly lock: GetLockReturnType;
  /** {GIM wei} not locked; undefined: nobody is connected. */
  readonly balance: bigint | undefined;
}

/** What was typed, by the rules of the escrow. */
export function planLock({ amountText, term, lock, balance }: LockFormInputs): LockPlan {
  const { raw, fault: unreadable } = parseAmount(amountText, 18);
  const amount = raw ?? 0n;
  const tooMuch = balance !== undefined && amount > balance;
  const amountFault = unreadable ?? (tooMuch ? `You have ${exactAmount(balance, 18, 4)} GIM to lock.` : undefined);
  const now = lock.timestamp + 1n;
  const asked = lock.permanent ? 0n : endOf(term, lock, now);
  const isKept = lock.permanent || asked === lock.end;
  const newEnd = isKept ? undefined : asked;
  const plan = { amount, newEnd, amountFault };
  const stop = (fault: string): LockPlan => ({ ...plan, next: undefined, fault });

  if (lock.status === "expired") return stop("Withdraw the lock that has ended first");
  if (unreadable !== undefined) return stop("Correct the amount");
  if (asked === undefined) return stop("Choose a day");
  const endFault = isKept && lock.status !== "none" ? undefined : faultOfEnd(asked, lock, now);
  if (endFault !== undefined) return stop(endFault);
  if (amount === 0n && (lock.status === "none" || isKept)) {
    return stop(lock.status === "running" ? "Type an amount or choose a later end" : "Type an amount");
  }
  try {
    const next = previewLock(lock, { amount, newEnd: newEnd ?? 0n, timestamp: now });
    return { ...plan, next, fault: tooMuch ? "Not enough GIM" : undefined };
  } catch (error) {
    if (error instanceof ArgumentInvalidError) return stop("This amount is too small to lock");
    throw error;
  }
}

function faultOfEnd(end: bigint, held: LockState, now: bigint): string | undefined {
  const last = latestEnd(now);
  const first = held.end > earliestEnd(now) ? held.end : earliestEnd(now);
  if (end < first) return `Choose a day from ${time(first).short} on`;
  return end > last ? `Choose a day until ${time(last).short}` : undefined;
}

/** {s} when a change of today begins to count: for tiers, and for the revenue of the week that starts then. */
export function nextWeek(timestamp: bigint): bigint {
  return weekStart(timestamp) + WEEK;
}

/** Tier that a lock has at a week start, if nobody touches it; 0 = none. */
export function tierAt(lock: LockState, timestamp: bigint, tiers: readonly ScoreTier[]): number {
  return tierOfScore(lockScore(lock, timestamp), tiers);
}
