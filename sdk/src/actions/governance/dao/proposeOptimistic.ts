import type { Account, Address } from "viem";
import { optimisticModuleAbi } from "../../../abis/optimisticModule.ts";
import { ArgumentInvalidError } from "../../../errors/base.ts";
import { toOptimisticCalls } from "../../../governance/optimistic.ts";
import type { ProposalAction } from "../../../governance/proposals.ts";
import { prepareCall } from "../../call.ts";
import type { AnyClient, WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";

export type ProposeOptimisticParameters = {
  module: Address;
  /** Calls that the DAO has allowed; without Ether. */
  actions: readonly ProposalAction[];
  description: string;
  account?: Account | Address | undefined;
};

export type ProposeOptimisticResult = { id: bigint };
export type ProposeOptimisticReturnType = PreparedAction<ProposeOptimisticResult>;
export type ProposeOptimisticErrorType = WriteErrorType;

/**
 * Proposes routine calls that pass unless holders veto them.
 *
 * @example
 * const action = proposeOptimistic(client, { module, actions: [rotation], description: "Rotate a signer" });
 * const { id } = await action.simulate();
 * await send(client, { tx: action.buildTx() });
 */
export function proposeOptimistic(
  client: AnyClient,
  parameters: ProposeOptimisticParameters,
): ProposeOptimisticReturnType {
  const { module, actions, description, account } = parameters;
  if (actions.length === 0) throw new ArgumentInvalidError("actions", "must hold at least one call");
  return prepareCall(client, {
    to: module,
    abi: optimisticModuleAbi,
    functionName: "propose",
    args: [toOptimisticCalls(actions), description],
    account,
    toResult: (id): ProposeOptimisticResult => ({ id }),
  });
}
