import { largestRemainderBps } from "./weights.ts";

export type PricedUnits = {
  /** D27{tok/share at multiplier 1} */
  units: bigint;
  /** D27{USD/tok}; 0 = no price, worth nothing here */
  price: bigint;
};

/** D27{tok} * D27{USD/tok} down to D18{USD}. */
const VALUE_SCALE = 10n ** 36n;

/** D18{USD/share at multiplier 1} of one token. */
export function tokenValue({ units, price }: PricedUnits): bigint {
  return (units * price) / VALUE_SCALE;
}

/** D18{USD/share at multiplier 1} of the basket. */
export function navUnit(tokens: readonly PricedUnits[]): bigint {
  return tokens.reduce((sum, token) => sum + tokenValue(token), 0n);
}

/** D18{USD/share} from the NAV at multiplier 1. */
export function navPerShare(nav: bigint, multiplier: bigint): bigint {
  return (nav * multiplier) / 10n ** 27n;
}

/** {bps} each token's part of the NAV for display: they sum to 10,000 exactly. */
export function weightsForDisplay(tokens: readonly PricedUnits[]): number[] {
  const values = tokens.map(tokenValue);
  return values.every((value) => value === 0n) ? values.map(() => 0) : largestRemainderBps(values);
}

/** {bps} one-way drift: what would have to be sold to reach the targets. */
export function oneWayDrift(current: readonly number[], target: readonly number[]): number {
  return current.reduce((sum, weight, index) => sum + Math.max(0, weight - (target[index] ?? 0)), 0);
}
