import type { Account, Address } from "viem";
import { optimisticModuleAbi } from "../../../abis/optimisticModule.ts";
import { toOptimisticCalls } from "../../../governance/optimistic.ts";
import type { ProposalAction } from "../../../governance/proposals.ts";
import { prepareCall, toNothing } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type ExecuteOptimisticParameters = {
  module: Address;
  id: bigint;
  /** The calls that were proposed. */
  actions: readonly ProposalAction[];
  account?: Account | Address | undefined;
};

export type ExecuteOptimisticReturnType = PreparedAction<void>;
export type ExecuteOptimisticErrorType = WriteErrorType;

/**
 * Makes the calls of an optimistic proposal once the delay is over. Anyone may.
 *
 * @example
 * const { actions } = await getOptimisticProposal(client, { module, id, fromBlock });
 * await send(client, { tx: executeOptimistic(client, { module, id, actions }).buildTx() });
 */
export function executeOptimistic(
  client: AnyClient,
  parameters: ExecuteOptimisticParameters,
): ExecuteOptimisticReturnType {
  const { module, id, actions, account } = parameters;
  return prepareCall(client, {
    to: module,
    abi: optimisticModuleAbi,
    functionName: "execute",
    args: [id, toOptimisticCalls(actions)],
    account,
    toResult: toNothing,
  });
}
