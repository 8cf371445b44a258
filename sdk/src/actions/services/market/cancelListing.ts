import type { Account, Address } from "viem";
import { strategyMarketAbi } from "../../../abis/strategyMarket.ts";
import { prepareCall, toNothing } from "../../call.ts";
import { type AnyClient, requirePositive, type WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type CancelListingParameters = {
  /** StrategyMarket. */
  market: Address;
  listingId: bigint;
  account?: Account | Address | undefined;
};

export type CancelListingReturnType = PreparedAction<void>;
export type CancelListingErrorType = WriteErrorType;

/**
 * Takes an offer back. Its seller only.
 *
 * @example
 * await send(seller, { tx: cancelListing(seller, { market, listingId }).buildTx() });
 */
export function cancelListing(client: AnyClient, parameters: CancelListingParameters): CancelListingReturnType {
  const { market, listingId, account } = parameters;
  requirePositive(listingId, "listingId");
  return prepareCall(client, {
    to: market,
    abi: strategyMarketAbi,
    functionName: "cancel",
    args: [listingId],
    account,
    toResult: toNothing,
  });
}
