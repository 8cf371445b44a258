import { type Account, type Address, encodeFunctionData } from "viem";
import { recurringOrdersAbi } from "../../abis/recurringOrders.ts";
import { type AnyClient, requirePositive, type WriteErrorType } from "../client.ts";
import { type PreparedAction, prepare } from "../prepared.ts";

export type CancelPlanParameters = {
  recurringOrders: Address;
  id: bigint;
  account?: Account | Address | undefined;
};

export type CancelPlanReturnType = PreparedAction<void>;

export type CancelPlanErrorType = WriteErrorType;

/**
 * Ends a plan of the account, also while an order is due. What was filed before stays with its batch.
 *
 * @example
 * await send(client, { tx: cancelPlan(client, { recurringOrders: contracts.RecurringOrders, id: 7n }).buildTx() });
 */
export function cancelPlan(client: AnyClient, parameters: CancelPlanParameters): CancelPlanReturnType {
  const { recurringOrders, id, account } = parameters;
  requirePositive(id, "id");
  return prepare<void>({
    client,
    account,
    buildTx: () => ({
      to: recurringOrders,
      data: encodeFunctionData({ abi: recurringOrdersAbi, functionName: "cancel", args: [id] }),
      value: 0n,
    }),
    decode: () => undefined,
  });
}
