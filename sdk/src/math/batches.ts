import { mulDiv, mulDivUp } from "./fixed.ts";

const PERIOD = 86_400n; // {s} between two windows
const WINDOW = 14_400n; // {s} length of a window
const LOCK = 1_800n; // {s} before a window
const BPS = 10_000n;
const MAX_PREMIUM = 100n; // {bps}

/** Times of a batch. */
export type BatchWindow = {
  /** {s} last second in which requests are taken or cancelled */
  lockedAt: bigint;
  /** {s} first second in which it can be opened */
  opensAt: bigint;
  /** {s} first second after its window */
  closesAt: bigint;
};

/** Times of a batch, as the contract has them. */
export function batchWindow(batch: bigint): BatchWindow {
  const opensAt = batch * PERIOD;
  return { lockedAt: opensAt - LOCK, opensAt, closesAt: opensAt + WINDOW };
}

/** The batch that a request made at `timestamp` {s} joins. */
export function collectingAt(timestamp: bigint): bigint {
  return (timestamp + LOCK + PERIOD - 1n) / PERIOD;
}

/** The batch whose window `timestamp` {s} lies in; undefined between two windows. */
export function batchInWindow(timestamp: bigint): bigint | undefined {
  return timestamp % PERIOD < WINDOW ? timestamp / PERIOD : undefined;
}

/**
 * Prices of a batch `elapsed` {s} after its opening, to the last digit as the contract computes them.
 * All prices are D27{raw cash/share wei}.
 */
export function batchPrices(nav: bigint, elapsed: bigint): { depositPrice: bigint; redeemPrice: bigint } {
  const scale = BPS * WINDOW;
  const offset = MAX_PREMIUM * WINDOW - 2n * MAX_PREMIUM * elapsed;
  return { depositPrice: mulDiv(nav, scale - offset, scale), redeemPrice: mulDivUp(nav, scale + offset, scale) };
}
