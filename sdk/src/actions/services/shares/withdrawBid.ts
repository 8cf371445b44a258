import type { Account, Address } from "viem";
import { strategySharesAbi } from "../../../abis/strategyShares.ts";
import { prepareCall } from "../../call.ts";
import { type AnyClient, addressOf, resolveAccount, type WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type WithdrawBidParameters = {
  /** Shares of a locked token. */
  shares: Address;
  /** Whose bids were beaten; the account when left out. */
  bidder?: Address | undefined;
  account?: Account | Address | undefined;
};

/** {raw currency} */
export type WithdrawBidReturnType = PreparedAction<{ amount: bigint }>;
export type WithdrawBidErrorType = WriteErrorType;

/**
 * Sends a bidder the money of his beaten bids. Anyone may.
 *
 * @example
 * await send(client, { tx: withdrawBid(client, { shares }).buildTx() });
 */
export function withdrawBid(client: AnyClient, parameters: WithdrawBidParameters): WithdrawBidReturnType {
  const account = resolveAccount(client, parameters.account);
  return prepareCall(client, {
    to: parameters.shares,
    abi: strategySharesAbi,
    functionName: "withdrawBid",
    args: [parameters.bidder ?? addressOf(account)],
    account,
    toResult: (amount) => ({ amount }),
  });
}
