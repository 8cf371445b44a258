import { BPS, D18, mulDiv, mulDivUp } from "@gimbal/sdk";
import { formatUnits } from "viem";
import { exactAmount, type Shown } from "./format.ts";

/** What was typed as an amount: the amount, or why it is none. Empty text is neither. */
export interface TypedAmount {
  /** {raw} */
  readonly raw: bigint | undefined;
  readonly fault: string | undefined;
}

/** Longest text that is read as an amount: 2^256 has 78 digits. */
const LONGEST = 96;

/** Reads an amount as a person types it. Refuses what could be misread: signs, exponents, commas, more digits than there are. */
export function parseAmount(text: string, decimals: number, what = "It"): TypedAmount {
  const typed = text.trim();
  if (typed === "") return { raw: undefined, fault: undefined };
  const [, whole = "", fraction = ""] = /^(\d*)(?:\.(\d*))?$/.exec(typed) ?? [];
  if (whole === "" && fraction === "") {
    return { raw: undefined, fault: "Write digits, with a point before the decimals." };
  }
  if (typed.length > LONGEST) return { raw: undefined, fault: `${what} has too many digits.` };
  if (fraction.length > decimals) {
    const most = decimals === 0 ? "no decimals" : `at most ${decimals} decimals`;
    return { raw: undefined, fault: `${what} has ${most}.` };
  }
  return { raw: BigInt(whole + fraction.padEnd(decimals, "0")), fault: undefined };
}

/** An amount as `parseAmount` reads it: every digit, no groups. */
export function formatAmount(raw: bigint, decimals: number): string {
  return formatUnits(raw, decimals);
}

/** {raw} rounded up to `digits` decimals: a label that promises "at most" never shows less than may be taken. */
export function roundedUp(raw: bigint, decimals: number, digits: number): bigint {
  const step = 10n ** BigInt(Math.max(0, decimals - digits));
  return ((raw + step - 1n) / step) * step;
}

/** Decimals of a label: six significant ones for what is small, four for the rest. */
function digitsFor(raw: bigint, decimals: number): number {
  const size = raw.toString().length - decimals;
  return size > 0 ? 4 : Math.min(decimals, 6 - size);
}

/** "At most": what a person pays, rounded up. */
export function atMost(raw: bigint, decimals: number, unit: string): Shown {
  const digits = digitsFor(raw, decimals);
  const short = exactAmount(roundedUp(raw, decimals, digits), decimals, digits);
  return { short: `${short} ${unit}`, exact: `${exactAmount(raw, decimals)} ${unit}` };
}

/** "At least": what a person receives, rounded down. */
export function atLeast(raw: bigint, decimals: number, unit: string): Shown {
  const short = exactAmount(raw, decimals, digitsFor(raw, decimals));
  return { short: `${short} ${unit}`, exact: `${exactAmount(raw, decimals)} ${unit}` };
}

/** {raw} that may be taken when {bps} are allowed on top, as the SDK writes it into the transaction. */
export function withMargin(raw: bigint, bps: number): bigint {
  return mulDivUp(raw, BPS + BigInt(bps), BPS);
}

/** {raw} that must arrive when {bps} less are allowed, as the SDK writes it into the transaction. */
export function lessMargin(raw: bigint, bps: number): bigint {
  return mulDiv(raw, BPS - BigInt(bps), BPS);
}

/** {share wei} * D18{USD/share} as D18{USD}, rounded down. */
export function shareValue(shares: bigint, perShare: bigint): bigint {
  return mulDiv(shares, perShare, D18);
}

/** D27{USD/tok} * {raw} as D18{USD}. */
export function usdValue(raw: bigint, price: bigint, decimals: number): bigint {
  return mulDiv(raw, price, 10n ** BigInt(decimals)) / 10n ** 9n;
}

/**
 * {bps} by which the market is worse than the net asset value: of a purchase what is paid above it, of a sale what is missing.
 * Negative when it is better; null when a side is not known. Rounded against whoever reads.
 */
export function priceImpact(side: "buy" | "sell", fair: bigint | null, traded: bigint | null): number | null {
  if (fair === null || traded === null || fair <= 0n) return null;
  const worse = side === "buy" ? traded - fair : fair - traded;
  return Number(worse > 0n ? mulDivUp(worse, BPS, fair) : (worse * BPS) / fair);
}

/** Tries of a search; each asks the pools once. */
const TRIES = 5;

/**
 * The number of shares that a budget buys: the pools are asked what shares cost, and the next try follows from the answer. What
 * comes back costs no more than the budget; a five-hundredth of it may be left. undefined: not even little can be bought.
 *
 * @param first {share wei} a guess.
 * @param costOf {raw tokens} that shares cost at most.
 */
export async function sharesFor<T extends { readonly cost: bigint }>(
  budget: bigint,
  first: bigint,
  costOf: (shares: bigint) => Promise<T>,
): Promise<(T & { readonly shares: bigint }) | undefined> {
  let best: (T & { readonly shares: bigint }) | undefined;
  for (let shares = first, tries = 0; tries < TRIES && shares > 0n; tries++) {
    const found = await costOf(shares);
    if (found.cost <= budget && (best === undefined || shares > best.shares)) best = { ...found, shares };
    if (found.cost <= budget && budget - found.cost <= budget / 500n) break;
    if (found.cost === 0n) break;
    // A thousandth less than the rule of three says: pools get dearer, so that it would just miss.
    shares = (shares * budget * 999n) / (found.cost * 1_000n);
  }
  return best;
}
