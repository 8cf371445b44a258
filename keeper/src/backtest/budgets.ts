import { bucketLeft, bucketLevel, Lane, priceFactor, turnoverLeft } from "@gimbal/sdk";
import type { VaultLimits } from "../data/vault.ts";

const D18 = 10n ** 18n;
const BPS_TO_D18 = 10n ** 14n;

/** A vault's leaky buckets, D18{1} of NAV/share, as in contracts/libraries/BucketLib.sol. */
export interface BudgetState {
  readonly turnover: bigint;
  readonly loss: bigint;
  readonly deriskLoss: bigint;
  readonly updatedAt: number; // {s}
}

/** Nothing sold, nothing lost. */
export const EMPTY_BUDGETS: BudgetState = { turnover: 0n, loss: 0n, deriskLoss: 0n, updatedAt: 0 };

/** An open window, as the budgets see it. */
export interface WindowState {
  readonly lane: "RISK" | "DERISK";
  readonly opensAt: number; // {s}
  readonly turnoverUsed: bigint; // D18{1} sold in this epoch
}

/** Both shared buckets brought up to `now` {s}. */
export function leak(state: BudgetState, limits: VaultLimits, now: number): BudgetState {
  const elapsed = BigInt(now - state.updatedAt);
  return {
    ...state,
    turnover: bucketLevel(state.turnover, limits.turnoverBps, elapsed),
    loss: bucketLevel(state.loss, limits.lossBps, elapsed),
    updatedAt: now,
  };
}

/** {1} of NAV that may still be sold at `now`; DERISK may overdraw. */
export function sellable(state: BudgetState, limits: VaultLimits, window: WindowState, now: number): number {
  if (window.lane === "DERISK") return Number.POSITIVE_INFINITY;
  const { turnover } = leak(state, limits, now);
  const left = turnoverLeft({
    limits,
    elapsed: BigInt(now - window.opensAt),
    turnoverUsed: window.turnoverUsed,
    bucketLeft: bucketLeft(turnover, limits.turnoverBps),
  });
  return toFraction(left);
}

/** {1} of NAV that may still be lost at `now`. */
export function losable(state: BudgetState, limits: VaultLimits, window: WindowState, now: number): number {
  if (window.lane === "DERISK") {
    const cap = BigInt(limits.deriskLossBps) * BPS_TO_D18;
    return toFraction(cap > state.deriskLoss ? cap - state.deriskLoss : 0n);
  }
  return toFraction(bucketLeft(leak(state, limits, now).loss, limits.lossBps));
}

/** The buckets after a fill that sold and lost these parts of NAV. RISK fills must stay within what is left. */
export function debit(
  state: BudgetState,
  limits: VaultLimits,
  window: WindowState,
  fill: { readonly turnover: number; readonly loss: number; readonly at: number },
): { readonly budgets: BudgetState; readonly turnoverUsed: bigint } {
  const now = leak(state, limits, fill.at);
  const turnover = fromFraction(fill.turnover);
  const loss = fromFraction(fill.loss);
  const full = (BigInt(limits.turnoverBps) * BPS_TO_D18) / 2n;
  const level = now.turnover + turnover;
  const budgets =
    window.lane === "DERISK"
      ? { ...now, deriskLoss: now.deriskLoss + loss, turnover: level < full ? level : full }
      : { ...now, turnover: level, loss: now.loss + loss };
  return { budgets, turnoverUsed: window.turnoverUsed + turnover };
}

/** {1} the limit price is the cross price times this at `now`. */
export function factorAt(limits: VaultLimits, window: WindowState, deviationBps: number, now: number): number {
  const lane = window.lane === "RISK" ? Lane.RISK : Lane.DERISK;
  const factor = priceFactor({ limits, lane, deviationBps, elapsed: BigInt(now - window.opensAt) });
  return toFraction(factor);
}

function toFraction(value: bigint): number {
  return Number(value) / 1e18;
}

// Rounded up, as in the contract: a fill is never counted as less than it was.
function fromFraction(value: number): bigint {
  return value <= 0 ? 0n : BigInt(Math.ceil(value * 1e15)) * (D18 / 10n ** 15n);
}
