import type { Address } from "viem";
import { getContractEvents, readContract } from "viem/actions";
import { optimisticModuleAbi } from "../../../abis/optimisticModule.ts";
import { ArgumentInvalidError } from "../../../errors/base.ts";
import { type DecodedAction, decodeAction } from "../../../governance/decodeAction.ts";
import { type AnyClient, type ReadErrorType, resolveBlock, withTypedErrors } from "../../client.ts";

const STATES = ["missing", "open", "rejected", "passed", "expired", "queued", "executed", "cancelled"] as const;

/** open: can be vetoed. passed: can be queued. */
export type OptimisticStateName = (typeof STATES)[number];

export type GetOptimisticProposalParameters = {
  module: Address;
  id: bigint;
  /** First block to look for it. */
  fromBlock: bigint;
};

export type GetOptimisticProposalReturnType = {
  id: bigint;
  blockNumber: bigint;
  state: OptimisticStateName;
  proposer: Address;
  description: string;
  actions: readonly DecodedAction[];
  /** {s} when votes are read */
  snapshot: number;
  /** {s} first second without vetoes */
  vetoEnd: number;
  /** {veGIM wei} so far */
  vetoes: bigint;
  /** {veGIM wei} that reject it */
  vetoThreshold: bigint;
};

export type GetOptimisticProposalErrorType = ReadErrorType | ArgumentInvalidError;

/**
 * An optimistic proposal: what it would do, and how far its vetoes are.
 *
 * @example
 * const { state, actions, vetoes, vetoThreshold } = await getOptimisticProposal(client, { module, id, fromBlock });
 */
export async function getOptimisticProposal(
  client: AnyClient,
  parameters: GetOptimisticProposalParameters,
): Promise<GetOptimisticProposalReturnType> {
  const { module, id, fromBlock } = parameters;
  const blockNumber = await resolveBlock(client, {});
  const at = { address: module, abi: optimisticModuleAbi } as const;
  return withTypedErrors(async () => {
    const [events, state, proposal] = await Promise.all([
      getContractEvents(client, {
        ...at,
        eventName: "OptimisticProposed",
        args: { id },
        fromBlock,
        toBlock: blockNumber,
        strict: true,
      }),
      readContract(client, { ...at, functionName: "state", args: [id], blockNumber }),
      readContract(client, { ...at, functionName: "proposalOf", args: [id], blockNumber }),
    ]);
    const event = events[0]?.args;
    if (event === undefined) throw new ArgumentInvalidError("id", `${id} was not proposed from block ${fromBlock} on`);
    const actions = event.calls.map(({ target, data }) => decodeAction({ target, value: 0n, data }));
    const { proposer, snapshot, vetoEnd, vetoes, vetoThreshold } = proposal;
    const times = { snapshot, vetoEnd, vetoes, vetoThreshold };
    return {
      id,
      blockNumber,
      state: STATES[state] ?? "missing",
      proposer,
      description: event.description,
      actions,
      ...times,
    };
  });
}
