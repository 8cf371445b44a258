import type { Account, Address } from "viem";
import { strategySharesAbi } from "../../../abis/strategyShares.ts";
import { prepareCall, toNothing } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type RedeemStrategyParameters = {
  /** Shares of a locked token. */
  shares: Address;
  account?: Account | Address | undefined;
};

export type RedeemStrategyReturnType = PreparedAction<void>;
export type RedeemStrategyErrorType = WriteErrorType;

/**
 * Burns all shares and gets the token back. Whoever holds all of them only, and before anybody has bid.
 *
 * @example
 * await send(client, { tx: redeemStrategy(client, { shares }).buildTx() });
 */
export function redeemStrategy(client: AnyClient, parameters: RedeemStrategyParameters): RedeemStrategyReturnType {
  const { shares, account } = parameters;
  return prepareCall(client, {
    to: shares,
    abi: strategySharesAbi,
    functionName: "redeem",
    args: [],
    account,
    toResult: toNothing,
  });
}
