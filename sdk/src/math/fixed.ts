/** 1 in the scales that the contracts use. */
export const D18 = 10n ** 18n;
export const D27 = 10n ** 27n;
/** {bps} in one whole. */
export const BPS = 10_000n;
/** {s} the period of the budgets. */
export const WEEK = 604_800n;

/** floor(a * b / denominator) for values >= 0; bigints have no width, so nothing can overflow on the way. */
export function mulDiv(a: bigint, b: bigint, denominator: bigint): bigint {
  return (a * b) / denominator;
}

/** ceil(a * b / denominator) for values >= 0. */
export function mulDivUp(a: bigint, b: bigint, denominator: bigint): bigint {
  return divUp(a * b, denominator);
}

/** ceil(a / denominator) for values >= 0. */
export function divUp(a: bigint, denominator: bigint): bigint {
  return (a + denominator - 1n) / denominator;
}

export function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

export function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** a - b, or 0. */
export function zeroFloorSub(a: bigint, b: bigint): bigint {
  return a > b ? a - b : 0n;
}
