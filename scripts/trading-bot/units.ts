import { parseUnits } from "viem";

const DIGITS = 15; // that a double keeps of any decimal number

/** {raw} as whole units, never more than there is: cut after as many digits as a double keeps. */
export function toNumber(raw: bigint, decimals: number): number {
  const digits = String(raw < 0n ? -raw : raw);
  const cut = Math.max(0, digits.length - DIGITS);
  const kept = BigInt(digits.slice(0, digits.length - cut) + "0".repeat(cut));
  return Number(`${raw < 0n ? "-" : ""}${kept}e-${decimals}`);
}

/** Whole units as {raw}, rounded down at the currency's last decimal. */
export function toRaw(units: number, decimals: number): bigint {
  const [mantissa = "0", exponent = "0"] = units.toExponential(DIGITS - 1).split("e");
  const shift = Number(exponent) + decimals;
  const text = mantissa.replace(".", "");
  const places = shift - (DIGITS - 1);
  if (places >= 0) return BigInt(text) * 10n ** BigInt(places);
  return BigInt(text) / 10n ** BigInt(-places);
}

/** D18 of a number with at most as many digits as a double keeps. */
export const toD18 = (value: number): bigint => toRaw(value, 18);

/** A decimal text as D18. */
export const textToD18 = (text: string): bigint => parseUnits(text, 18);
