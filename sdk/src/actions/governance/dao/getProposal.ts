import { type Address, zeroAddress } from "viem";
import { getBlock, readContract } from "viem/actions";
import { indexGovernorAbi } from "../../../abis/indexGovernor.ts";
import { ArgumentInvalidError } from "../../../errors/base.ts";
import { type DecodedAction, decodeAction } from "../../../governance/decodeAction.ts";
import { isMajority, isQuorumReached, type Tally, votesMissing } from "../../../governance/votes.ts";
import { type AnyClient, type ReadErrorType, resolveBlock, withTypedErrors } from "../../client.ts";
import { getProposals, type ProposalSummary } from "./getProposals.ts";

const STATES = ["pending", "active", "canceled", "defeated", "succeeded", "queued", "expired", "executed"] as const;

/** pending: before the vote. succeeded: can be queued. queued: in the timelock. */
export type ProposalStateName = (typeof STATES)[number];

export type GetProposalParameters = {
  governor: Address;
  proposalId: bigint;
  /** First block to look for it: `deployment.blockNumber`, or that of the proposal. */
  fromBlock: bigint;
  /** Whose vote; nobody's when left out. */
  account?: Address | undefined;
};

export type GetProposalReturnType = Omit<ProposalSummary, "actions" | "blockNumber" | "firstDeadline"> & {
  /** Block of the answer. */
  blockNumber: bigint;
  state: ProposalStateName;
  /** The calls, in words where the protocol has them. */
  actions: readonly DecodedAction[];
  tally: Tally;
  /** {veGIM wei} that for and abstain need together; before the snapshot, by the supply of now */
  quorum: bigint;
  isQuorumReached: boolean;
  /** More than 1.10 times as many for as against. */
  isMajority: boolean;
  /** {veGIM wei} of further votes for it with which it would pass as it stands */
  votesMissing: bigint;
  /** {s} last second of the vote */
  deadline: bigint;
  /** {s} from when it can be executed; 0 before it is queued */
  executableAt: bigint;
  hasVoted: boolean;
  /** {veGIM wei} of the account at the snapshot; undefined before it, or when nobody was asked about */
  votes: bigint | undefined;
};

export type GetProposalErrorType = ReadErrorType | ArgumentInvalidError;

/** Votes and deadlines of now. Before the snapshot nothing is fixed, so that quorum is an estimate. */
async function readVote(
  client: AnyClient,
  { governor, proposalId, account = zeroAddress }: GetProposalParameters,
  snapshot: bigint,
  blockNumber: bigint,
) {
  const at = { address: governor, abi: indexGovernorAbi, blockNumber } as const;
  const { timestamp } = await getBlock(client, { blockNumber });
  const isFixed = timestamp > snapshot;
  const [state, votes, quorum, deadline, executableAt, hasVoted, weight] = await Promise.all([
    readContract(client, { ...at, functionName: "state", args: [proposalId] }),
    readContract(client, { ...at, functionName: "proposalVotes", args: [proposalId] }),
    readContract(client, { ...at, functionName: "quorum", args: [isFixed ? snapshot : timestamp - 1n] }),
    readContract(client, { ...at, functionName: "proposalDeadline", args: [proposalId] }),
    readContract(client, { ...at, functionName: "proposalEta", args: [proposalId] }),
    readContract(client, { ...at, functionName: "hasVoted", args: [proposalId, account] }),
    isFixed && account !== zeroAddress
      ? readContract(client, { ...at, functionName: "getVotes", args: [account, snapshot] })
      : undefined,
  ]);
  const [againstVotes, forVotes, abstainVotes] = votes;
  const tally: Tally = { forVotes, againstVotes, abstainVotes };
  return { state: STATES[state] ?? "pending", tally, quorum, deadline, executableAt, hasVoted, votes: weight };
}

/**
 * A proposal: what it would do, where it stands, and what it still needs.
 *
 * @example
 * const { state, actions, tally, quorum, deadline } = await getProposal(client, { governor, proposalId, fromBlock });
 * actions.map(({ signature, args }) => `${signature} ${args.map(({ value }) => value)}`);
 */
export async function getProposal(
  client: AnyClient,
  parameters: GetProposalParameters,
): Promise<GetProposalReturnType> {
  const { governor, proposalId, fromBlock } = parameters;
  const blockNumber = await resolveBlock(client, {});
  const proposals = await getProposals(client, { governor, fromBlock, toBlock: blockNumber });
  const found = proposals.find((proposal) => proposal.proposalId === proposalId);
  if (found === undefined) {
    throw new ArgumentInvalidError("proposalId", `${proposalId} was not proposed from block ${fromBlock} on`);
  }
  const { proposer, description, snapshot, actions } = found;
  const vote = await withTypedErrors(() => readVote(client, parameters, snapshot, blockNumber));
  const { tally, quorum } = vote;
  return {
    proposalId,
    blockNumber,
    proposer,
    description,
    snapshot,
    actions: actions.map((action) => decodeAction(action)),
    ...vote,
    isQuorumReached: isQuorumReached(tally, quorum),
    isMajority: isMajority(tally),
    votesMissing: votesMissing(tally, quorum),
  };
}
