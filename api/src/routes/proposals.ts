import {
  decodeAction,
  governanceOf,
  indexGovernorAbi,
  isMajority,
  isPassed,
  isQuorumReached,
  type Tally,
} from "@gimbal/sdk";
import { readContract } from "viem/actions";
import { momentOf } from "../accounts/moment.ts";
import type { ApiContext } from "../context.ts";
import type { OptimisticProposalRow, ProposalCallRow, ProposalRow } from "../history/governanceRows.ts";
import { NotFoundError, UnavailableError } from "../http/problem.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { addressSchema, amountOf, amountSchema, hashSchema, isoTime, timeSchema, z } from "../http/schemas.ts";

const callSchema = z.strictObject({
  target: addressSchema,
  value: amountSchema,
  data: z.string(),
  functionName: z
    .string()
    .nullable()
    .openapi({ description: "null: not a function of the protocol. Do not vote for what you cannot read." }),
  signature: z.string().nullable(),
  args: z.array(z.strictObject({ name: z.string(), value: z.string() })),
});

const STATES = [
  ...["pending", "active", "canceled", "defeated", "succeeded", "queued", "executed"],
  ...["open", "rejected", "passed", "expired"],
] as const;

const proposalSchema = z
  .strictObject({
    id: z.string(),
    path: z
      .enum(["governor", "optimistic"])
      .openapi({ description: "optimistic: passes unless enough votes veto it." }),
    title: z.string(),
    description: z.string(),
    proposer: addressSchema,
    transaction: hashSchema,
    state: z.enum(STATES as unknown as [string, ...string[]]),
    actions: z.array(callSchema),
    votes: z
      .strictObject({ for: amountSchema, against: amountSchema, abstain: amountSchema, voters: z.number().int() })
      .nullable()
      .openapi({ description: "null: an optimistic proposal." }),
    vetoes: z.strictObject({ cast: amountSchema, threshold: amountSchema }).nullable(),
    quorum: amountSchema
      .nullable()
      .openapi({ description: "For and abstain together; null before the snapshot fixes it." }),
    isQuorumReached: z.boolean().nullable(),
    isMajority: z.boolean().nullable().openapi({ description: "More than 1.10 times as many for as against." }),
    proposedAt: timeSchema,
    votesFrom: timeSchema.openapi({ description: "The snapshot, at which votes are read." }),
    votesUntil: timeSchema,
    executableAt: timeSchema.nullable().openapi({ description: "null: not queued." }),
    endedAt: timeSchema
      .nullable()
      .openapi({ description: "When it was executed, cancelled or rejected; null: it was not." }),
  })
  .openapi("Proposal");

/** {s} after the vetoes in which a passed optimistic proposal can be queued: OptimisticModule.QUEUE_WINDOW. */
const QUEUE_WINDOW = 14 * 86_400;
const LONGEST_TITLE = 200;

const votes = (raw: bigint) => amountOf(raw, 18, "veGIM");

function textOf(value: unknown): string {
  return typeof value === "object" && value !== null
    ? JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? String(part) : part))
    : String(value);
}

function actionsOf(calls: readonly ProposalCallRow[]) {
  return calls.map(({ target, value, data }) => {
    const decoded = decodeAction({ target, value: BigInt(value), data });
    return {
      ...{ target, data, value: amountOf(BigInt(value), 18, "ETH") },
      functionName: decoded.functionName ?? null,
      signature: decoded.signature ?? null,
      args: decoded.args.map((arg) => ({ name: arg.name, value: textOf(arg.value) })),
    };
  });
}

function titleOf(description: string): string {
  return (description.split("\n").find((line) => line.trim() !== "") ?? "")
    .replace(/^#+\s*/, "")
    .slice(0, LONGEST_TITLE);
}

/** Where a proposal of the governor stands at a moment, by the rules of the contract. `quorum` {veGIM wei} counts after the vote. */
export function proposalState(row: ProposalRow, quorum: bigint | null, now: number): (typeof STATES)[number] {
  if (row.executed !== null) return "executed";
  if (row.cancelled !== null) return "canceled";
  if (now <= row.voteStart) return "pending";
  if (now <= row.voteEnd) return "active";
  if (row.queued !== null) return "queued";
  return quorum !== null && isPassed(row, quorum) ? "succeeded" : "defeated";
}

/** Where an optimistic proposal stands at a moment, by the rules of the module. */
export function optimisticState(row: OptimisticProposalRow, now: number): (typeof STATES)[number] {
  if (row.outcome !== null) return row.outcome.kind === "cancelled" ? "canceled" : row.outcome.kind;
  if (row.operation !== null) return "queued";
  if (row.vetoes >= row.vetoThreshold) return "rejected";
  if (now < row.vetoEnd) return "open";
  return now < row.vetoEnd + QUEUE_WINDOW ? "passed" : "expired";
}

/** {veGIM wei} that the snapshot fixed, which no later block changes; null before it. */
async function quorumOf({ client, deployment }: ApiContext, { voteStart }: ProposalRow, now: number) {
  if (now <= voteStart) return null;
  const at = { address: governanceOf(deployment).IndexGovernor, abi: indexGovernorAbi } as const;
  return readContract(client, { ...at, functionName: "quorum", args: [BigInt(voteStart)] }).catch((cause: unknown) => {
    throw new UnavailableError(["node"], "The node could not be asked for the quorum. Try again later.", { cause });
  });
}

const timeOrNull = (seconds: number | null | undefined) => (seconds == null ? null : isoTime(seconds));

async function describeProposal(
  context: ApiContext,
  row: ProposalRow,
  now: number,
): Promise<z.input<typeof proposalSchema>> {
  const quorum = await quorumOf(context, row, now);
  const tally: Tally = row;
  return {
    ...{ id: String(row.id), path: "governor", title: titleOf(row.description), description: row.description },
    ...{ proposer: row.proposer, transaction: row.transaction, state: proposalState(row, quorum, now) },
    actions: actionsOf(row.calls),
    votes: {
      ...{ for: votes(row.forVotes), against: votes(row.againstVotes), abstain: votes(row.abstainVotes) },
      voters: row.voters,
    },
    vetoes: null,
    quorum: quorum === null ? null : votes(quorum),
    isQuorumReached: quorum === null ? null : isQuorumReached(tally, quorum),
    isMajority: isMajority(tally),
    ...{ proposedAt: isoTime(row.time), votesFrom: isoTime(row.voteStart), votesUntil: isoTime(row.voteEnd) },
    executableAt: timeOrNull(row.executableAt),
    endedAt: timeOrNull((row.executed ?? row.cancelled)?.time),
  };
}

function describeOptimistic(row: OptimisticProposalRow, now: number): z.input<typeof proposalSchema> {
  return {
    ...{ id: String(row.id), path: "optimistic", title: titleOf(row.description), description: row.description },
    ...{ proposer: row.proposer, transaction: row.transaction, state: optimisticState(row, now) },
    actions: actionsOf(row.calls),
    votes: null,
    vetoes: { cast: votes(row.vetoes), threshold: votes(row.vetoThreshold) },
    ...{ quorum: null, isQuorumReached: null, isMajority: null },
    ...{ proposedAt: isoTime(row.time), votesFrom: isoTime(row.snapshot), votesUntil: isoTime(row.vetoEnd) },
    executableAt: timeOrNull(row.readyAt),
    endedAt: timeOrNull(row.outcome?.time),
  };
}

const listProposals = defineRoute({
  id: "listProposals",
  method: "get",
  path: "/v1/proposals",
  tag: "Governance",
  summary: "Proposals of the DAO, newest first, with decoded actions, votes and quorum",
  query: {
    path: z
      .enum(["governor", "optimistic"])
      .default("governor")
      .openapi({ description: "Those that are voted on, or those that pass unless they are vetoed." }),
  },
  position: z.string().max(1_000),
  hasPast: true,
  data: z.array(proposalSchema),
  freshness: "revision",
  handle: async (context, { query, page, at }) => {
    const moment = await momentOf(context, at);
    const asked = { ...at, limit: page.limit, ...(page.after === null ? {} : { cursor: page.after }) };
    if (query.path === "optimistic") {
      const { rows, next } = await context.history.optimisticProposals(asked);
      return { data: rows.map((row) => describeOptimistic(row, moment.asOf)), ...moment, next };
    }
    const { rows, next } = await context.history.proposals(asked);
    const data = await Promise.all(rows.map((row) => describeProposal(context, row, moment.asOf)));
    return { data, ...moment, next };
  },
});

const getProposal = defineRoute({
  id: "getProposal",
  method: "get",
  path: "/v1/proposals/{id}",
  tag: "Governance",
  summary: "One proposal of the DAO",
  params: {
    id: z
      .string()
      .regex(/^\d{1,78}$/, "must be the decimal number of a proposal")
      .openapi({ description: "The governor's number, or the optimistic module's." }),
  },
  hasPast: true,
  data: proposalSchema,
  freshness: "revision",
  handle: async (context, { params, at }) => {
    const moment = await momentOf(context, at);
    const id = BigInt(params.id);
    const row = await context.history.proposal(id, at);
    if (row !== null) return { data: await describeProposal(context, row, moment.asOf), ...moment };
    const { rows } = await context.history.optimisticProposals({ ...at, limit: 1_000 });
    const optimistic = rows.find((found) => found.id === id);
    if (optimistic !== undefined) return { data: describeOptimistic(optimistic, moment.asOf), ...moment };
    throw new NotFoundError("Nothing was proposed under this number. /v1/proposals lists what was.", { id: params.id });
  },
});

/** What the DAO decides on. */
export const proposalRoutes: readonly Route[] = [listProposals, getProposal];
