import type { Account, Address } from "viem";
import { saleRoundAbi } from "../../../abis/saleRound.ts";
import { prepareCall } from "../../call.ts";
import { type AnyClient, addressOf, resolveAccount, type WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type SettleSaleParameters = {
  sale: Address;
  /** For whom; the account when left out. Tokens go there whoever sends it. */
  owner?: Address | undefined;
  account?: Account | Address | undefined;
};

export type SettleSaleResult = {
  /** {raw payment tokens} */
  accepted: bigint;
  /** {raw payment tokens} paid back */
  refund: bigint;
};

export type SettleSaleReturnType = PreparedAction<SettleSaleResult>;
export type SettleSaleErrorType = WriteErrorType;

/**
 * Settles a commitment after the end: refunds what was not accepted.
 *
 * @example
 * const action = settleSale(client, { sale });
 * const { accepted, refund } = await action.simulate();
 * await send(client, { tx: action.buildTx() });
 */
export function settleSale(client: AnyClient, parameters: SettleSaleParameters): SettleSaleReturnType {
  const account = resolveAccount(client, parameters.account);
  return prepareCall(client, {
    to: parameters.sale,
    abi: saleRoundAbi,
    functionName: "settle",
    args: [parameters.owner ?? addressOf(account)],
    account,
    toResult: ([accepted, refund]): SettleSaleResult => ({ accepted, refund }),
  });
}
