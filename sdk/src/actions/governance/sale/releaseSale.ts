import type { Account, Address } from "viem";
import { saleRoundAbi } from "../../../abis/saleRound.ts";
import { prepareCall } from "../../call.ts";
import { type AnyClient, addressOf, resolveAccount, type WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type ReleaseSaleParameters = {
  sale: Address;
  /** For whom; the account when left out. Tokens go there whoever sends it. */
  owner?: Address | undefined;
  account?: Account | Address | undefined;
};

export type ReleaseSaleResult = { /** {raw sale tokens} sent */ amount: bigint };

export type ReleaseSaleReturnType = PreparedAction<ReleaseSaleResult>;
export type ReleaseSaleErrorType = WriteErrorType;

/**
 * Sends the bought tokens that have vested since the last time.
 *
 * @example
 * const action = releaseSale(client, { sale });
 * const { amount } = await action.simulate();
 * await send(client, { tx: action.buildTx() });
 */
export function releaseSale(client: AnyClient, parameters: ReleaseSaleParameters): ReleaseSaleReturnType {
  const account = resolveAccount(client, parameters.account);
  return prepareCall(client, {
    to: parameters.sale,
    abi: saleRoundAbi,
    functionName: "release",
    args: [parameters.owner ?? addressOf(account)],
    account,
    toResult: (amount): ReleaseSaleResult => ({ amount }),
  });
}
