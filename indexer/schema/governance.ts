import { index, onchainTable, primaryKey } from "ponder";
import { eventRow, stamp } from "./columns.ts";

/** A call that a proposal makes. `value` in wei. */
export type ProposalCall = { target: `0x${string}`; value: string; data: `0x${string}` };

/** Proposals of the governor. The stamp is that of the proposal. */
export const proposal = onchainTable(
  "proposal",
  (t) => ({
    id: t.bigint().primaryKey(),
    ...stamp(t),
    number: t.integer().notNull(), // first 1, in the order of the chain
    proposer: t.hex().notNull(),
    calls: t.json().$type<ProposalCall[]>().notNull(),
    description: t.text().notNull(),
    voteStart: t.int8({ mode: "number" }).notNull(), // {s} the snapshot
    voteEnd: t.int8({ mode: "number" }).notNull(), // {s}, extensions included
    forVotes: t.bigint().notNull(), // {veGIM wei}
    againstVotes: t.bigint().notNull(),
    abstainVotes: t.bigint().notNull(),
    voters: t.integer().notNull(),
    executableAt: t.int8({ mode: "number" }), // {s} in the timelock; null: not queued
    queuedTime: t.int8({ mode: "number" }), // {s}
    executedTime: t.int8({ mode: "number" }), // {s}
    cancelledTime: t.int8({ mode: "number" }), // {s}
    queuedBlock: t.int8({ mode: "number" }),
    executedBlock: t.int8({ mode: "number" }),
    cancelledBlock: t.int8({ mode: "number" }),
  }),
  (table) => ({ number: index().on(table.number), proposer: index().on(table.proposer) }),
);

/** Votes that were cast. */
export const vote = onchainTable(
  "vote",
  (t) => ({
    ...eventRow(t),
    proposal: t.bigint().notNull(),
    voter: t.hex().notNull(),
    support: t.text().notNull(), // "against", "for", "abstain"
    weight: t.bigint().notNull(), // {veGIM wei}
    reason: t.text().notNull(),
    params: t.hex(), // null: none were given
  }),
  (table) => ({ proposal: index().on(table.proposal, table.id), voter: index().on(table.voter, table.id) }),
);

/** Optimistic proposals: they pass unless enough votes veto them. The stamp is that of the proposal. */
export const optimisticProposal = onchainTable("optimistic_proposal", (t) => ({
  id: t.bigint().primaryKey(),
  ...stamp(t),
  proposer: t.hex().notNull(),
  calls: t.json().$type<ProposalCall[]>().notNull(),
  description: t.text().notNull(),
  snapshot: t.int8({ mode: "number" }).notNull(), // {s}
  vetoEnd: t.int8({ mode: "number" }).notNull(), // {s}
  vetoThreshold: t.bigint().notNull(), // {veGIM wei}
  vetoes: t.bigint().notNull(), // {veGIM wei}
  timelockId: t.hex(), // of the operation in the timelock; null: not queued
  readyAt: t.int8({ mode: "number" }), // {s}
  outcome: t.text(), // "rejected", "executed", "cancelled"; null: none yet
  outcomeBlock: t.int8({ mode: "number" }),
  outcomeTime: t.int8({ mode: "number" }), // {s}
}));

/** Vetoes against optimistic proposals. */
export const veto = onchainTable(
  "veto",
  (t) => ({
    ...eventRow(t),
    proposal: t.bigint().notNull(),
    voter: t.hex().notNull(),
    votes: t.bigint().notNull(), // {veGIM wei}
  }),
  (table) => ({ proposal: index().on(table.proposal, table.id) }),
);

/** How many proposals there were: one row. */
export const proposalCount = onchainTable(
  "proposal_count",
  (t) => ({ kind: t.text().notNull(), count: t.integer().notNull() }),
  (table) => ({ pk: primaryKey({ columns: [table.kind] }) }),
);
