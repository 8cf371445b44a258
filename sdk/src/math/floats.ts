import { ArgumentInvalidError } from "../errors/base.ts";

/** The vault stores prices and units as floats, rounded down: a mantissa above 8 bits of binary exponent. */
const EXPONENT_BITS = 8n;
const EXPONENT_MASK = 0xffn;
/** 56 + 8 bits: 16 significant digits of any price. */
const PRICE_MANTISSA = 56;
/** 76 + 8 bits: 22 significant digits of any units. */
const UNITS_MANTISSA = 76;

/** 16 + 8 bits: 4 significant digits of a feed's minimum answer. */
const MIN_PRICE_MANTISSA = 16;
const MAX_MIN_PRICE_EXPONENT = 112n;

function exponentOf(value: bigint, mantissaBits: number): bigint {
  const bits = value === 0n ? 0 : value.toString(2).length;
  return BigInt(Math.max(0, bits - mantissaBits));
}

function pack(value: bigint, mantissaBits: number): bigint {
  const exponent = exponentOf(value, mantissaBits);
  return ((value >> exponent) << EXPONENT_BITS) | exponent;
}

/** The 64-bit float of a price D27{USD/tok}. */
export function packFloatPrice(price: bigint): bigint {
  return pack(price, PRICE_MANTISSA);
}

/** D27{USD/tok} of a float. */
export function unpackFloatPrice(float: bigint): bigint {
  return (float >> EXPONENT_BITS) << (float & EXPONENT_MASK);
}

/** The 84-bit float of units D27{tok/share at multiplier 1}. */
export function packUnits(units: bigint): bigint {
  return pack(units, UNITS_MANTISSA);
}

/** Units rounded down to what the vault can store. */
export function roundUnits(units: bigint): bigint {
  const exponent = exponentOf(units, UNITS_MANTISSA);
  return (units >> exponent) << exponent;
}

/** `AssetConfig.minPrice` of a feed's minimum answer D27{USD/tok}: the smallest float at or above it, as `encodeMinPrice` gives it. */
export function packMinPrice(price: bigint): number {
  const exponent = exponentOf(price, MIN_PRICE_MANTISSA);
  const mantissa = ((price - 1n) >> exponent) + 1n;
  // A mantissa that is rounded up may need one bit more, which is then the only one.
  if (mantissa >> BigInt(MIN_PRICE_MANTISSA) === 1n) return packMinPrice(mantissa << exponent);
  if (price < 0n || exponent > MAX_MIN_PRICE_EXPONENT) {
    throw new ArgumentInvalidError("price", `is ${price}, and a minimum price is below 2^128`);
  }
  return Number((mantissa << EXPONENT_BITS) | exponent);
}

/** D27{USD/tok} of `AssetConfig.minPrice`. */
export function unpackMinPrice(float: number): bigint {
  return unpackFloatPrice(BigInt(float));
}
