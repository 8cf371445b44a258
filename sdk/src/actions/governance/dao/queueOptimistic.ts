import type { Account, Address } from "viem";
import { optimisticModuleAbi } from "../../../abis/optimisticModule.ts";
import { toOptimisticCalls } from "../../../governance/optimistic.ts";
import type { ProposalAction } from "../../../governance/proposals.ts";
import { prepareCall, toNothing } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type QueueOptimisticParameters = {
  module: Address;
  id: bigint;
  /** The calls that were proposed. */
  actions: readonly ProposalAction[];
  account?: Account | Address | undefined;
};

export type QueueOptimisticReturnType = PreparedAction<void>;
export type QueueOptimisticErrorType = WriteErrorType;

/**
 * Hands the calls of an optimistic proposal that nobody stopped to the timelock. Anyone may.
 *
 * @example
 * const { actions } = await getOptimisticProposal(client, { module, id, fromBlock });
 * await send(client, { tx: queueOptimistic(client, { module, id, actions }).buildTx() });
 */
export function queueOptimistic(client: AnyClient, parameters: QueueOptimisticParameters): QueueOptimisticReturnType {
  const { module, id, actions, account } = parameters;
  return prepareCall(client, {
    to: module,
    abi: optimisticModuleAbi,
    functionName: "queue",
    args: [id, toOptimisticCalls(actions)],
    account,
    toResult: toNothing,
  });
}
