import { indexGovernorAbi } from "@gimbal/sdk";
import type { Address } from "viem";
import { getBlock, getContractEvents } from "viem/actions";
import type { ChainClient } from "./network.tsx";

/** When a proposal of the governor was made, and when it was executed or cancelled: the blocks of its events. {s since 1970} */
export async function readProposalTimes(
  client: ChainClient,
  governor: Address,
  id: bigint,
  fromBlock: bigint,
): Promise<{ proposedAt: number | null; endedAt: number | null }> {
  const span = { address: governor, abi: indexGovernorAbi, fromBlock, toBlock: "latest", strict: true } as const;
  // The number is in no topic, so that the events of all proposals are read.
  const [created, executed, canceled] = await Promise.all([
    getContractEvents(client, { ...span, eventName: "ProposalCreated" }),
    getContractEvents(client, { ...span, eventName: "ProposalExecuted" }),
    getContractEvents(client, { ...span, eventName: "ProposalCanceled" }),
  ]);
  const timeOf = async (events: readonly { args: { proposalId: bigint }; blockNumber: bigint }[]) => {
    const own = events.find(({ args }) => args.proposalId === id);
    return own === undefined ? null : Number((await getBlock(client, { blockNumber: own.blockNumber })).timestamp);
  };
  const [proposedAt, endedAt] = await Promise.all([timeOf(created), timeOf([...executed, ...canceled])]);
  return { proposedAt, endedAt };
}
