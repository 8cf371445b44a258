import { type Account, type Address, decodeFunctionResult, encodeFunctionData } from "viem";
import { recurringOrdersAbi } from "../../abis/recurringOrders.ts";
import { ArgumentInvalidError } from "../../errors/base.ts";
import { type AnyClient, requirePositive, type WriteErrorType } from "../client.ts";
import { type PreparedAction, prepare } from "../prepared.ts";

export type ExecuteOrdersParameters = {
  recurringOrders: Address;
  /** Plans whose orders are due. */
  ids: readonly bigint[];
  account?: Account | Address | undefined;
};

export type ExecuteOrdersResult = {
  /** Number of orders that were filed; one that fails stops none of the others. */
  executed: bigint;
};

export type ExecuteOrdersReturnType = PreparedAction<ExecuteOrdersResult>;

export type ExecuteOrdersErrorType = WriteErrorType;

/**
 * Files the orders of plans that are due. Anyone may; the tips go to the account.
 *
 * @example
 * await send(client, { tx: executeOrders(client, { recurringOrders: contracts.RecurringOrders, ids: [7n] }).buildTx() });
 */
export function executeOrders(client: AnyClient, parameters: ExecuteOrdersParameters): ExecuteOrdersReturnType {
  const { recurringOrders, ids, account } = parameters;
  if (ids.length === 0) throw new ArgumentInvalidError("ids", "must name at least one plan");
  for (const id of ids) requirePositive(id, "ids");
  const call = { abi: recurringOrdersAbi, functionName: "executeMany" } as const;
  return prepare<ExecuteOrdersResult>({
    client,
    account,
    buildTx: () => ({ to: recurringOrders, data: encodeFunctionData({ ...call, args: [ids] }), value: 0n }),
    decode: (data) => ({ executed: decodeFunctionResult({ ...call, data }) }),
  });
}
