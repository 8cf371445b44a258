import type { Account, Address } from "viem";
import { optimisticModuleAbi } from "../../../abis/optimisticModule.ts";
import { prepareCall, toNothing } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type CancelOptimisticParameters = { module: Address; id: bigint; account?: Account | Address | undefined };
export type CancelOptimisticReturnType = PreparedAction<void>;
export type CancelOptimisticErrorType = WriteErrorType;

/**
 * Cancels an optimistic proposal: its proposer until it is queued, the guardian until it is executed.
 *
 * @example
 * await send(guardian, { tx: cancelOptimistic(guardian, { module, id }).buildTx() });
 */
export function cancelOptimistic(
  client: AnyClient,
  { module, id, account }: CancelOptimisticParameters,
): CancelOptimisticReturnType {
  return prepareCall(client, {
    to: module,
    abi: optimisticModuleAbi,
    functionName: "cancel",
    args: [id],
    account,
    toResult: toNothing,
  });
}
