import type { Address } from "viem";
import { BPS, D18 } from "../math/fixed.ts";
import { usdToRaw } from "../math/trade.ts";

/** What the registry says of a token. */
export type ListedToken = {
  token: Address;
  decimals: number;
  /** D27{USD/tok}; 0: none known now. */
  price: bigint;
  /** {bps} */
  weightBps: number;
};

/** D18{USD} a share is worth at its creation. */
export const FIRST_SHARE_USD = 100n * D18;

/**
 * {raw tokens} of each token for a seed D18{USD}, one unit more than exact, so that the seed is never worth less than was
 * asked for; 0 without a price or a weight.
 */
export function seedAmounts(tokens: readonly ListedToken[], seedUsd: bigint): bigint[] {
  return tokens.map(({ decimals, price, weightBps }) => {
    if (price === 0n || weightBps === 0) return 0n;
    return usdToRaw((seedUsd * BigInt(weightBps)) / BPS, { decimals, price }) + 1n;
  });
}

/** {share wei} for a seed D18{USD}: a share is worth 100 USD at first. */
export function seedShares(seedUsd: bigint): bigint {
  return (seedUsd * D18) / FIRST_SHARE_USD;
}
