import { BPS, divUp, mulDivUp } from "./fixed.ts";

/** 1e27 of the units, 1e27 of the multiplier, 1e18 of the share. */
const UNIT_SCALE = 10n ** 72n;

/** A of `shares` at `multiplier` D27{1}. */
export function toAggregate(shares: bigint, multiplier: bigint): bigint {
  return shares * multiplier;
}

/** {share wei} in an aggregate, rounded down. totalSupply is this of the vault's own A. */
export function toShares(aggregate: bigint, multiplier: bigint): bigint {
  return aggregate / multiplier;
}

/** {raw tokens} that an aggregate stands for, rounded down: what a redemption pays. */
export function toAmountDown(units: bigint, aggregate: bigint, decimals: number): bigint {
  return (units * aggregate * 10n ** BigInt(decimals)) / UNIT_SCALE;
}

/** {raw tokens} that an aggregate stands for, rounded up: what a mint pulls, and what the vault must hold. */
export function toAmountUp(units: bigint, aggregate: bigint, decimals: number): bigint {
  return divUp(units * aggregate * 10n ** BigInt(decimals), UNIT_SCALE);
}

/** D27{tok/share at multiplier 1} that {raw tokens} make in an aggregate, rounded down. */
export function toUnitsDown(raw: bigint, aggregate: bigint, decimals: number): bigint {
  return (raw * 10n ** BigInt(72 - decimals)) / aggregate;
}

/** D27{tok/share at multiplier 1} that {raw tokens} make in an aggregate, rounded up. */
export function toUnitsUp(raw: bigint, aggregate: bigint, decimals: number): bigint {
  return divUp(raw * 10n ** BigInt(72 - decimals), aggregate);
}

/** {share wei} of the mint fee, paid on top of `shares`. */
export function mintFeeShares(shares: bigint, mintFeeBps: number): bigint {
  return mulDivUp(shares, BigInt(mintFeeBps), BPS);
}

export type UnitsOfToken = {
  /** D27{tok/share at multiplier 1} */
  units: bigint;
  decimals: number;
};

export type MintAmountsParameters = {
  tokens: readonly UnitsOfToken[];
  /** {share wei} received by the minter. */
  shares: bigint;
  mintFeeBps: number;
  /** D27{1} */
  multiplier: bigint;
};

/**
 * What `mint` pulls, to the wei.
 *
 * @example
 * const { amounts, feeShares } = mintAmounts({ tokens, shares: parseEther("1"), mintFeeBps: 10, multiplier });
 */
export function mintAmounts(parameters: MintAmountsParameters): { amounts: bigint[]; feeShares: bigint } {
  const { tokens, shares, mintFeeBps, multiplier } = parameters;
  const feeShares = mintFeeShares(shares, mintFeeBps);
  const aggregate = toAggregate(shares + feeShares, multiplier);
  return { amounts: tokens.map(({ units, decimals }) => toAmountUp(units, aggregate, decimals)), feeShares };
}

export type RedeemAmountsParameters = Omit<MintAmountsParameters, "mintFeeBps">;

/**
 * What `redeem` pays, to the wei, before shortfalls of tokens that may shrink.
 *
 * @example
 * const amounts = redeemAmounts({ tokens, shares: parseEther("1"), multiplier });
 */
export function redeemAmounts({ tokens, shares, multiplier }: RedeemAmountsParameters): bigint[] {
  const aggregate = toAggregate(shares, multiplier);
  return tokens.map(({ units, decimals }) => toAmountDown(units, aggregate, decimals));
}
