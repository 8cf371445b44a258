import type { Account, Address } from "viem";
import { strategySharesAbi } from "../../../abis/strategyShares.ts";
import { prepareCall, toNothing } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type SettleBuyoutParameters = {
  /** Shares of a locked token. */
  shares: Address;
  /**
   * What royalties come in: they are shared out a last time. What is not brought here now belongs to the winner. A token
   * that fails makes the call fail: leave it out then.
   */
  tokens: readonly Address[];
  account?: Account | Address | undefined;
};

export type SettleBuyoutReturnType = PreparedAction<void>;
export type SettleBuyoutErrorType = WriteErrorType;

/**
 * Ends a buy-out after its auction: the winner gets the token, holders their part of the price with `cashOut`. Anyone may.
 *
 * @example
 * await send(client, { tx: settleBuyout(client, { shares, tokens: [usdc, gim, vault] }).buildTx() });
 */
export function settleBuyout(client: AnyClient, parameters: SettleBuyoutParameters): SettleBuyoutReturnType {
  const { shares, tokens, account } = parameters;
  return prepareCall(client, {
    to: shares,
    abi: strategySharesAbi,
    functionName: "settle",
    args: [tokens],
    account,
    toResult: toNothing,
  });
}
