import { formatUnits } from "viem";

/** A sum as the API writes it. */
type Sum = { readonly raw: string; readonly decimals: number } | null | undefined;

/** {raw} of a sum; null: not known. */
export function rawOf(sum: Sum): bigint | null {
  return sum ? BigInt(sum.raw) : null;
}

/** {raw / 10^decimals} of a sum as a number, for a screen; null: not known. */
export function numberOf(sum: Sum): number | null {
  return sum ? Number(formatUnits(BigInt(sum.raw), sum.decimals)) : null;
}

/** {s since 1970} of a moment; null: there is none. */
export function secondsOf(time: string | null | undefined): number | null {
  return time ? Date.parse(time) / 1_000 : null;
}

/** {s since 1970} of a moment that is always there. */
export function momentOf(time: string): number {
  return Date.parse(time) / 1_000;
}
