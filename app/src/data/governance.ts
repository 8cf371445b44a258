import {
  ArgumentInvalidError,
  type DecodedAction,
  type GetProposalRightsReturnType,
  getLock,
  getOptimisticProposal,
  getProposal,
  getProposalRights,
  getProposals,
  governanceOf,
  indexGovernorAbi,
  indexTimelockAbi,
  optimisticModuleAbi,
} from "@gimbal/sdk";
import { useQuery } from "@tanstack/react-query";
import type { Address, Hex } from "viem";
import { getBlock, getContractEvents, readContract } from "viem/actions";
import { useConnection } from "wagmi";
import { decodeCall } from "../govern/decodeCall.ts";
import { areOptimisticCalls, isGovernorProposal } from "../govern/truth.ts";
import type { NetworkSettings } from "../settings.ts";
import type { Proposal } from "./answers.d.ts";
import { type Api, ApiError } from "./api.ts";
import { type ChainClient, fetching, useApi, useChainClient, useNetwork } from "./network.tsx";
import { readProposalTimes } from "./proposalTimes.ts";
import { fromApiOrChain, type Sourced } from "./sourced.ts";

export type ProposalState = Proposal["state"];
export type ProposalPath = Proposal["path"];

/** A proposal as pages show it. Times in {s since 1970}, votes in {veGIM wei}; null: not known, or not there yet. */
export interface ProposalView {
  readonly id: bigint;
  readonly path: ProposalPath;
  readonly title: string;
  readonly description: string;
  readonly proposer: Address;
  readonly state: ProposalState;
  readonly actions: readonly DecodedAction[];
  readonly votes: { readonly for: bigint; readonly against: bigint; readonly abstain: bigint } | null;
  readonly vetoes: { readonly cast: bigint; readonly threshold: bigint } | null;
  readonly quorum: bigint | null;
  readonly isQuorumReached: boolean | null;
  readonly isMajority: boolean | null;
  readonly proposedAt: number | null;
  readonly votesFrom: number;
  readonly votesUntil: number;
  readonly executableAt: number | null;
  readonly endedAt: number | null;
}

/** Proposals that a page of the chain's own answer shows: each costs several calls. */
const MOST = 30;
const PAGE = 100;
/** What the chain's events do not say at a glance. */
const MISSING = ["times of proposing and ending", `proposals before the newest ${MOST}`];

/** All proposals, the newest first. */
export function useProposals() {
  const { api, client, network } = useSources();
  return useQuery({
    queryKey: ["proposals", network.chainId],
    enabled: client !== undefined,
    ...fetching(network),
    queryFn: async ({ signal }): Promise<Sourced<readonly ProposalView[]>> => {
      const found = await fromApiOrChain({
        api: api && (() => listFromApi(api, signal)),
        chain: () => listFromChain(client as ChainClient, network),
        missing: [],
      });
      const missing = found.source === "api" ? [] : found.data.length < MOST ? MISSING.slice(0, 1) : MISSING;
      return { ...found, missing };
    },
  });
}

/** One proposal; null when neither the API nor the chain has one with this number. */
export function useProposal(path: ProposalPath, id: bigint) {
  const { api, client, network } = useSources();
  return useQuery({
    queryKey: ["proposal", network.chainId, path, String(id)],
    enabled: client !== undefined,
    ...fetching(network),
    queryFn: ({ signal }): Promise<Sourced<ProposalView | null>> =>
      fromApiOrChain({
        api: api && (() => oneFromApi(api, client as ChainClient, network, { path, id, signal })),
        chain: async () => {
          const { timestamp } = await getBlock(client as ChainClient);
          const data = await wholeFromChain(client as ChainClient, network, path, id).catch(noneWhenUnknown);
          return { data, asOf: Number(timestamp) };
        },
        missing: path === "governor" ? [] : MISSING.slice(0, 1),
      }),
  });
}

function useSources() {
  const network = useNetwork();
  const client = useChainClient();
  return { api: useApi(), client, network };
}

const seconds = (iso: string | null): number | null => (iso === null ? null : Math.floor(Date.parse(iso) / 1_000));
const raw = (amount: { raw: string } | null): bigint | null => (amount === null ? null : BigInt(amount.raw));

function fromAnswer(proposal: Proposal): ProposalView {
  const { votes, vetoes, actions } = proposal;
  return {
    ...{ id: BigInt(proposal.id), path: proposal.path, description: proposal.description },
    // The text is checked; a title beside it could say anything.
    title: titleOf(proposal.description),
    ...{ proposer: proposal.proposer as Address, state: proposal.state },
    actions: actions.map(({ target, value, data }) =>
      decodeCall({ target: target as Address, value: raw(value) ?? 0n, data: data as Hex }),
    ),
    votes: votes && { for: raw(votes.for) ?? 0n, against: raw(votes.against) ?? 0n, abstain: raw(votes.abstain) ?? 0n },
    vetoes: vetoes && { cast: raw(vetoes.cast) ?? 0n, threshold: raw(vetoes.threshold) ?? 0n },
    ...{ quorum: raw(proposal.quorum), isQuorumReached: proposal.isQuorumReached, isMajority: proposal.isMajority },
    ...{ proposedAt: seconds(proposal.proposedAt), executableAt: seconds(proposal.executableAt) },
    ...{ votesFrom: seconds(proposal.votesFrom) ?? 0, votesUntil: seconds(proposal.votesUntil) ?? 0 },
    endedAt: seconds(proposal.endedAt),
  };
}

async function listFromApi(api: Api, signal: AbortSignal) {
  const found: ProposalView[] = [];
  let asOf = 0;
  for (const path of ["governor", "optimistic"] as const) {
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const page = await api.get("/v1/proposals", { path, limit: PAGE, cursor }, signal);
      asOf = Date.parse(page.asOf) / 1_000;
      cursor = page.next;
      found.push(...page.data.map(fromAnswer));
    }
  }
  if (found.some((told) => told.path === "governor" && !isGovernorProposal(told))) throw UNTRUE;
  return { data: found.toSorted((a, b) => b.votesFrom - a.votesFrom), asOf };
}

/** What the API answers may be behind the chain by some blocks: what it does not have, the chain is asked for. */
const BEHIND = new ApiError(503, "BEHIND", "The API does not have this proposal.");

/** What somebody votes on must not be the API's word alone: what does not fit to the proposal's number, the chain is asked for. */
const UNTRUE = new ApiError(503, "UNTRUE", "The API tells another proposal than the chain has.");

/** The API finds both kinds by number; small numbers are the module's. Times, votes and the text of a veto are its word. */
async function oneFromApi(
  api: Api,
  client: ChainClient,
  { deployment }: NetworkSettings,
  { path, id, signal }: { path: ProposalPath; id: bigint; signal: AbortSignal },
) {
  const { data, asOf } = await api
    .get("/v1/proposals/{id}", { id: String(id) }, signal)
    .catch((error: unknown) => Promise.reject(error instanceof ApiError && error.status === 404 ? BEHIND : error));
  if (data.path !== path) throw BEHIND;
  const told = fromAnswer(data);
  if (told.id !== id) throw UNTRUE;
  if (path === "governor" && !isGovernorProposal(told)) throw UNTRUE;
  if (path === "optimistic") {
    const { callsHash } = await readContract(client, {
      ...{ address: governanceOf(deployment).OptimisticModule, abi: optimisticModuleAbi, functionName: "proposalOf" },
      args: [id],
    });
    if (!areOptimisticCalls(told.actions, callsHash)) throw UNTRUE;
  }
  return { data: told, asOf: Date.parse(asOf) / 1_000 };
}

/** The SDK refuses a number that was never proposed; everything else is a fault of reading. */
function noneWhenUnknown(error: unknown): null {
  if (error instanceof ArgumentInvalidError) return null;
  throw error;
}

/** First line of a text, without the marks of a heading. */
export function titleOf(description: string): string {
  const line = description.split("\n").find((text) => text.trim() !== "") ?? "";
  return line.replace(/^#+\s*/, "").trim();
}

async function listFromChain(client: ChainClient, network: NetworkSettings) {
  const { IndexGovernor: governor, OptimisticModule: module } = governanceOf(network.deployment);
  const { number: toBlock, timestamp } = await getBlock(client);
  const fromBlock = BigInt(network.deployment.blockNumber);
  const at = { address: module, abi: optimisticModuleAbi, eventName: "OptimisticProposed", strict: true } as const;
  const [proposed, optimistic] = await Promise.all([
    getProposals(client, { governor, fromBlock, toBlock }),
    getContractEvents(client, { ...at, fromBlock, toBlock }),
  ]);
  const newest = [
    ...proposed.map(({ proposalId, blockNumber }) => ({ path: "governor" as const, id: proposalId, blockNumber })),
    ...optimistic.map(({ args, blockNumber }) => ({ path: "optimistic" as const, id: args.id, blockNumber })),
  ]
    .toSorted((a, b) => Number(b.blockNumber - a.blockNumber))
    .slice(0, MOST);
  const data = await Promise.all(
    newest.map(({ path, id, blockNumber }) => oneFromChain(client, network, path, id, blockNumber)),
  );
  return { data, asOf: Number(timestamp) };
}

/** One proposal with its times, which a list does without: they cost a reading of all events. */
async function wholeFromChain(client: ChainClient, network: NetworkSettings, path: ProposalPath, id: bigint) {
  const { deployment } = network;
  const [proposal, times] = await Promise.all([
    oneFromChain(client, network, path, id),
    path === "governor"
      ? readProposalTimes(client, governanceOf(deployment).IndexGovernor, id, BigInt(deployment.blockNumber))
      : {},
  ]);
  return { ...proposal, ...times };
}

async function oneFromChain(
  client: ChainClient,
  { deployment }: NetworkSettings,
  path: ProposalPath,
  id: bigint,
  fromBlock = BigInt(deployment.blockNumber),
): Promise<ProposalView> {
  const { IndexGovernor: governor, OptimisticModule: module } = governanceOf(deployment);
  const unknown = { proposedAt: null, endedAt: null };
  if (path === "optimistic") {
    const found = await getOptimisticProposal(client, { module, id, fromBlock });
    const { description, proposer, actions, state } = found;
    return {
      ...{ id, path, title: titleOf(description), description, proposer, ...unknown },
      state: state === "cancelled" ? "canceled" : state === "missing" ? "expired" : state,
      actions: actions.map(decodeCall),
      ...{ votes: null, vetoes: { cast: found.vetoes, threshold: found.vetoThreshold } },
      ...{ quorum: null, isQuorumReached: null, isMajority: null, executableAt: null },
      ...{ votesFrom: found.snapshot, votesUntil: found.vetoEnd - 1 },
    };
  }
  const found = await getProposal(client, { governor, proposalId: id, fromBlock });
  const { description, proposer, state, tally, quorum, isQuorumReached, isMajority, executableAt } = found;
  return {
    ...{ id, path, title: titleOf(description), description, proposer, state, ...unknown },
    actions: found.actions.map(decodeCall),
    votes: { for: tally.forVotes, against: tally.againstVotes, abstain: tally.abstainVotes },
    ...{ vetoes: null, quorum, isQuorumReached, isMajority },
    ...{ votesFrom: Number(found.snapshot), votesUntil: Number(found.deadline) },
    executableAt: executableAt === 0n ? null : Number(executableAt),
  };
}

/** One ballot, or one veto. */
export interface Ballot {
  readonly voter: Address;
  readonly side: "for" | "against" | "abstain" | "veto";
  /** {veGIM wei} */
  readonly weight: bigint;
  readonly reason: string;
  readonly transaction: Hex;
}

const SIDES = ["against", "for", "abstain"] as const;

/** Who voted and why, the heaviest first. From the chain's events: the API gives sums only. */
export function useBallots(path: ProposalPath, id: bigint) {
  const { client, network } = useSources();
  return useQuery({
    queryKey: ["ballots", network.chainId, path, String(id)],
    enabled: client !== undefined,
    ...fetching(network),
    queryFn: async (): Promise<readonly Ballot[]> => {
      const ballots = await readBallots(client as ChainClient, network, path, id);
      return ballots.toSorted((a, b) => (a.weight < b.weight ? 1 : a.weight > b.weight ? -1 : 0));
    },
  });
}

async function readBallots(client: ChainClient, { deployment }: NetworkSettings, path: ProposalPath, id: bigint) {
  const { IndexGovernor, OptimisticModule } = governanceOf(deployment);
  const span = { fromBlock: BigInt(deployment.blockNumber), toBlock: "latest", strict: true } as const;
  if (path === "optimistic") {
    const at = { address: OptimisticModule, abi: optimisticModuleAbi, eventName: "Vetoed", args: { id } } as const;
    const events = await getContractEvents(client, { ...at, ...span });
    return events.map(
      ({ args: { voter, votes }, transactionHash: transaction }): Ballot => ({
        ...{ voter, side: "veto", weight: votes, reason: "", transaction },
      }),
    );
  }
  const at = { address: IndexGovernor, abi: indexGovernorAbi } as const;
  const [plain, extended] = await Promise.all([
    getContractEvents(client, { ...at, eventName: "VoteCast", ...span }),
    getContractEvents(client, { ...at, eventName: "VoteCastWithParams", ...span }),
  ]);
  return [...plain, ...extended]
    .filter(({ args }) => args.proposalId === id)
    .map(({ args: { voter, support, weight, reason }, transactionHash: transaction }): Ballot => {
      return { voter, side: SIDES[support] ?? "abstain", weight, reason, transaction };
    });
}

/** What an account has to do with a proposal. */
export interface Standing {
  readonly hasVoted: boolean;
  /** {veGIM wei} at the snapshot; undefined before it */
  readonly votes: bigint | undefined;
}

/** Whether the connected account voted, and with how much it may. */
export function useStanding(id: bigint) {
  const { client, network } = useSources();
  const { address: account } = useConnection();
  return useQuery({
    queryKey: ["standing", network.chainId, String(id), account],
    enabled: client !== undefined && account !== undefined,
    ...fetching(network),
    queryFn: async (): Promise<Standing> => {
      const { IndexGovernor: governor } = governanceOf(network.deployment);
      const fromBlock = BigInt(network.deployment.blockNumber);
      const { hasVoted, votes } = await getProposal(client as ChainClient, {
        ...{ governor, proposalId: id, fromBlock, account },
      });
      return { hasVoted, votes };
    },
  });
}

/** Rights of the connected account to propose, with its lock: who votes with it. */
export function useRights() {
  const { client, network } = useSources();
  const { address: account } = useConnection();
  return useQuery({
    queryKey: ["rights", network.chainId, account],
    enabled: client !== undefined && account !== undefined,
    ...fetching(network),
    queryFn: async () => {
      const { IndexGovernor: governor, VotingEscrow: escrow, ScoreRegistry: scores } = governanceOf(network.deployment);
      const [rights, lock] = await Promise.all([
        getProposalRights(client as ChainClient, { governor, account: account as Address }),
        getLock(client as ChainClient, { escrow, scores, account: account as Address }),
      ]);
      return { rights: rights satisfies GetProposalRightsReturnType, lock };
    },
  });
}

/** How votes are held. Times in {s}, votes in {veGIM wei}. */
export interface Parameters {
  readonly votingDelay: number;
  readonly votingPeriod: number;
  readonly lateExtension: number;
  readonly timelockDelay: number;
  readonly threshold: bigint;
  /** {percent of the supply} */
  readonly quorumPercent: number;
  readonly quorumFloor: bigint;
  readonly quorumCap: bigint;
  /** {bps} for must be more than this part of against. */
  readonly passBps: number;
  readonly guardian: Address;
}

/** Rules of the governor and its timelock as they are now. */
export function useParameters() {
  const { client, network } = useSources();
  return useQuery({
    queryKey: ["governor", network.chainId],
    enabled: client !== undefined,
    queryFn: () => readParameters(client as ChainClient, network),
  });
}

async function readParameters(client: ChainClient, { deployment }: NetworkSettings): Promise<Parameters> {
  const { IndexGovernor: address, IndexTimelock } = governanceOf(deployment);
  const { number: blockNumber, timestamp } = await getBlock(client);
  const at = { address, abi: indexGovernorAbi, blockNumber } as const;
  const [delay, period, late, threshold, numerator, [floor, cap], pass, guardian, timelockDelay] = await Promise.all([
    readContract(client, { ...at, functionName: "votingDelay" }),
    readContract(client, { ...at, functionName: "votingPeriod" }),
    readContract(client, { ...at, functionName: "lateQuorumVoteExtension" }),
    readContract(client, { ...at, functionName: "proposalThreshold" }),
    readContract(client, { ...at, functionName: "quorumNumerator" }),
    readContract(client, { ...at, functionName: "quorumBounds", args: [timestamp - 1n] }),
    readContract(client, { ...at, functionName: "PASS_BPS" }),
    readContract(client, { ...at, functionName: "guardian" }),
    readContract(client, { address: IndexTimelock, abi: indexTimelockAbi, functionName: "getMinDelay", blockNumber }),
  ]);
  return {
    ...{ votingDelay: Number(delay), votingPeriod: Number(period), lateExtension: Number(late), threshold, guardian },
    ...{ timelockDelay: Number(timelockDelay), quorumPercent: Number(numerator), quorumFloor: floor, quorumCap: cap },
    passBps: Number(pass),
  };
}
