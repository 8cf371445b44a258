import { BPS, max, mulDiv, zeroFloorSub } from "../math/fixed.ts";
import type { ScoreTier } from "./tiers.ts";

export type SaleResultParameters = {
  /** {raw payment tokens} of one account */
  committed: bigint;
  /** {raw payment tokens} of all */
  totalCommitted: bigint;
  /** {raw payment tokens} */
  hardCap: bigint;
  /** {raw payment tokens} less than that committed: everybody is refunded */
  softCap: bigint;
  /** {raw sale tokens} sold when the hard cap is met */
  saleAmount: bigint;
  /** Cancelled sales refund everything. */
  cancelled?: boolean | undefined;
};

export type SaleResult = {
  /** {raw payment tokens} */
  accepted: bigint;
  /** {raw payment tokens} */
  refund: bigint;
  /** {raw sale tokens} */
  bought: bigint;
};

/**
 * What a commitment gets, as things stand. What is above the hard cap goes back to everybody in proportion: refunds are
 * rounded down, so that all of them are paid in any order and the issuer gets no more than the cap.
 */
export function saleResult(parameters: SaleResultParameters): SaleResult {
  const { committed, totalCommitted, hardCap, softCap, saleAmount, cancelled = false } = parameters;
  if (cancelled || totalCommitted < softCap) return { accepted: 0n, refund: committed, bought: 0n };
  const above = zeroFloorSub(totalCommitted, hardCap);
  const refund = above === 0n ? 0n : mulDiv(committed, above, totalCommitted);
  const accepted = committed - refund;
  return { accepted, refund, bought: mulDiv(committed, saleAmount, max(totalCommitted, hardCap)) };
}

export type VestedAtParameters = {
  /** {raw sale tokens} */
  bought: bigint;
  /** {s} end of the sale */
  end: bigint;
  /** {s} after the end without any token */
  cliff: bigint;
  /** {s} after the end until all of them are out */
  vesting: bigint;
};

/** {raw sale tokens} that have vested: nothing before the cliff, then linear from the end of the sale. */
export function vestedAt({ bought, end, cliff, vesting }: VestedAtParameters, timestamp: bigint): bigint {
  if (timestamp < end + cliff) return 0n;
  const elapsed = timestamp - end;
  return elapsed >= vesting ? bought : mulDiv(bought, elapsed, vesting);
}

/** {raw payment tokens} that a tier may commit to one sale. */
export function saleCapOf(
  tier: Pick<ScoreTier, "saleCapUsd" | "launchMultiplierBps">,
  paymentDecimals: number,
): bigint {
  return (BigInt(tier.saleCapUsd) * BigInt(tier.launchMultiplierBps) * 10n ** BigInt(paymentDecimals)) / BPS;
}
