import { mulDiv } from "./fixed.ts";
import { roundUnits } from "./floats.ts";

export type TargetUnitsParameters = {
  /** D18{USD/share at multiplier 1} of the tradable part */
  navUnit: bigint;
  /** {bps} sum of the weights of the tradable part */
  tradableBps: number;
  weightBps: number;
  /** D27{USD/tok} snapshot as unpacked from its float */
  price: bigint;
  /** D27{tok/share at multiplier 1} held now */
  units: bigint;
  /** bit 0: not sold, bit 1: not bought */
  freeze: number;
};

/** D27{tok/share at multiplier 1} that a token should have; `units` where nothing may trade. */
export function targetUnits(parameters: TargetUnitsParameters): bigint {
  const { navUnit, tradableBps, weightBps, price, units, freeze } = parameters;
  if (freeze === 3 || price === 0n || tradableBps === 0) return units;
  const target = roundUnits(mulDiv(navUnit * BigInt(weightBps), 10n ** 36n, price * BigInt(tradableBps)));
  if ((freeze & 1) !== 0 && target < units) return units;
  if ((freeze & 2) !== 0 && target > units) return units;
  return target;
}

/** {bps} a token's weight now, in the scale of the weights of the tradable part: what proposals are checked against. */
export function oracleWeight(value: bigint, nav: bigint, tradableBps: number): number {
  return Number(mulDiv(value, BigInt(tradableBps), nav));
}

/** {bps} the largest weight that a position of `usdCap` {USD} allows in a vault of `navTotal` D18{USD}. */
export function weightCapByValue(usdCap: bigint, navTotal: bigint, tradableBps: number): bigint {
  return (usdCap * 10n ** 18n * BigInt(tradableBps)) / navTotal;
}
