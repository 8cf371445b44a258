import type { Address } from "viem";
import { getContractEvents } from "viem/actions";
import { indexGovernorAbi } from "../../../abis/indexGovernor.ts";
import type { ProposalContent } from "../../../governance/proposals.ts";
import { type AnyClient, type ReadErrorType, withTypedErrors } from "../../client.ts";

export type GetProposalsParameters = {
  governor: Address;
  /** First block to look at: `deployment.blockNumber`, or that of the last one known. */
  fromBlock: bigint;
  /** Last block to look at; the latest when left out. */
  toBlock?: bigint | undefined;
};

export type ProposalSummary = ProposalContent & {
  proposalId: bigint;
  proposer: Address;
  /** {s} when votes are read */
  snapshot: bigint;
  /** {s} last second of the vote as it was proposed; a late quorum makes it later */
  firstDeadline: bigint;
  /** Block of the proposal. */
  blockNumber: bigint;
};

export type GetProposalsReturnType = readonly ProposalSummary[];
export type GetProposalsErrorType = ReadErrorType;

/**
 * Everything that was proposed in a range of blocks, the oldest first.
 *
 * @example
 * const proposals = await getProposals(client, { governor, fromBlock: BigInt(deployment.blockNumber) });
 */
export async function getProposals(
  client: AnyClient,
  parameters: GetProposalsParameters,
): Promise<GetProposalsReturnType> {
  const { governor, fromBlock, toBlock = "latest" } = parameters;
  const at = { address: governor, abi: indexGovernorAbi, eventName: "ProposalCreated", strict: true } as const;
  const events = await withTypedErrors(() => getContractEvents(client, { ...at, fromBlock, toBlock }));
  return events.map(({ args, blockNumber }) => ({
    proposalId: args.proposalId,
    proposer: args.proposer,
    actions: args.targets.map((target, index) => ({
      target,
      value: args.values[index] ?? 0n,
      data: args.calldatas[index] ?? "0x",
    })),
    description: args.description,
    snapshot: args.voteStart,
    firstDeadline: args.voteEnd,
    blockNumber,
  }));
}
