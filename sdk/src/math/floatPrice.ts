/**
 * 64-bit float of a price: 56 bits of mantissa above 8 bits of exponent, rounded down. It keeps 16 significant digits of
 * any price that fits 256 bits.
 */
const MANTISSA_BITS = 56;
const EXPONENT_BITS = 8n;
const EXPONENT_MASK = 0xffn;

export function packFloatPrice(price: bigint): bigint {
  const bits = price === 0n ? 0 : price.toString(2).length;
  const exponent = BigInt(Math.max(0, bits - MANTISSA_BITS));
  return ((price >> exponent) << EXPONENT_BITS) | exponent;
}

export function unpackFloatPrice(float: bigint): bigint {
  return (float >> EXPONENT_BITS) << (float & EXPONENT_MASK);
}
