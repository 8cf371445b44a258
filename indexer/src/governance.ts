import { type Context, ponder } from "ponder:registry";
import { optimisticProposal, proposal, proposalCount, veto, vote } from "ponder:schema";
import type { Address, Hex } from "viem";
import { lower } from "../lib/snapshots.ts";
import { momentOf, rowOf, stampOf } from "../lib/stamp.ts";

const SUPPORT = ["against", "for", "abstain"] as const;
ponder.on("IndexGovernor:ProposalCreated", async ({ event, context }) => {
  const { proposalId, proposer, targets, calldatas, voteStart, voteEnd, description } = event.args;
  const values = (event.args as unknown as { values: readonly bigint[] }).values;
  const counted = await context.db.find(proposalCount, { kind: "governor" });
  const number = (counted?.count ?? 0) + 1;
  await context.db
    .insert(proposalCount)
    .values({ kind: "governor", count: number })
    .onConflictDoUpdate({ count: number });
  await context.db.insert(proposal).values({
    id: proposalId,
    ...stampOf(event),
    number,
    proposer: lower(proposer),
    calls: targets.map((target, index) => ({
      target: lower(target),
      value: String(values[index] ?? 0n),
      data: calldatas[index] ?? "0x",
    })),
    description,
    voteStart: Number(voteStart),
    voteEnd: Number(voteEnd),
    forVotes: 0n,
    againstVotes: 0n,
    abstainVotes: 0n,
    voters: 0,
  });
});

type Cast = { proposalId: bigint; voter: Address; support: number; weight: bigint; reason: string };

async function keepVote(
  { db }: Pick<Context, "db">,
  event: Parameters<typeof rowOf>[0],
  { proposalId, voter, support, weight, reason }: Cast,
  params: Hex | null,
): Promise<void> {
  const kind = SUPPORT[support] ?? "abstain"; // the governor takes 0, 1 and 2 only
  const row = { ...rowOf(event), proposal: proposalId, voter: lower(voter), support: kind, weight, reason, params };
  await db.insert(vote).values(row);
  await db.update(proposal, { id: proposalId }).set(({ forVotes, againstVotes, abstainVotes, voters }) => ({
    forVotes: kind === "for" ? forVotes + weight : forVotes,
    againstVotes: kind === "against" ? againstVotes + weight : againstVotes,
    abstainVotes: kind === "abstain" ? abstainVotes + weight : abstainVotes,
    voters: voters + 1,
  }));
}

ponder.on("IndexGovernor:VoteCast", async ({ event, context }) => {
  await keepVote(context, event, event.args, null);
});

ponder.on("IndexGovernor:VoteCastWithParams", async ({ event, context }) => {
  await keepVote(context, event, event.args, event.args.params);
});

ponder.on("IndexGovernor:ProposalExtended", async ({ event, context }) => {
  const { proposalId, extendedDeadline } = event.args;
  await context.db.update(proposal, { id: proposalId }).set({ voteEnd: Number(extendedDeadline) });
});

ponder.on("IndexGovernor:ProposalQueued", async ({ event, context }) => {
  const { proposalId, etaSeconds } = event.args;
  const { block, time } = momentOf(event);
  await context.db
    .update(proposal, { id: proposalId })
    .set({ executableAt: Number(etaSeconds), queuedTime: time, queuedBlock: block });
});

ponder.on("IndexGovernor:ProposalExecuted", async ({ event, context }) => {
  const { block, time } = momentOf(event);
  await context.db.update(proposal, { id: event.args.proposalId }).set({ executedTime: time, executedBlock: block });
});

ponder.on("IndexGovernor:ProposalCanceled", async ({ event, context }) => {
  const { block, time } = momentOf(event);
  await context.db.update(proposal, { id: event.args.proposalId }).set({ cancelledTime: time, cancelledBlock: block });
});

ponder.on("OptimisticModule:OptimisticProposed", async ({ event, context }) => {
  const { id, proposer, calls, description, snapshot, vetoEnd, vetoThreshold } = event.args;
  await context.db.insert(optimisticProposal).values({
    id,
    ...stampOf(event),
    proposer: lower(proposer),
    calls: calls.map(({ target, data }) => ({ target: lower(target), value: "0", data })),
    description,
    snapshot: Number(snapshot),
    vetoEnd: Number(vetoEnd),
    vetoThreshold,
    vetoes: 0n,
  });
});

ponder.on("OptimisticModule:Vetoed", async ({ event, context }) => {
  const { id, voter, votes, vetoes } = event.args;
  await context.db.insert(veto).values({ ...rowOf(event), proposal: id, voter: lower(voter), votes });
  await context.db.update(optimisticProposal, { id }).set({ vetoes });
});

ponder.on("OptimisticModule:OptimisticQueued", async ({ event, context }) => {
  const { id, operation, readyAt } = event.args;
  await context.db.update(optimisticProposal, { id }).set({ timelockId: operation, readyAt: Number(readyAt) });
});

const outcomes = { OptimisticRejected: "rejected", OptimisticExecuted: "executed", OptimisticCancelled: "cancelled" };
for (const [name, outcome] of Object.entries(outcomes) as [keyof typeof outcomes, string][]) {
  ponder.on(`OptimisticModule:${name}`, async ({ event, context }) => {
    const { block, time } = momentOf(event);
    await context.db
      .update(optimisticProposal, { id: event.args.id })
      .set({ outcome, outcomeBlock: block, outcomeTime: time });
  });
}
