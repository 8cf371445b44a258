import { index, onchainTable, primaryKey } from "ponder";
import { eventRow, stamp } from "./columns.ts";

/** Strategies and data sets: tokens of the registry, as of the newest block. The stamp is that of the registration. */
export const strategy = onchainTable(
  "strategy",
  (t) => ({
    id: t.bigint().primaryKey(),
    ...stamp(t),
    kind: t.text().notNull(), // "STRATEGY", "DATASET"
    author: t.hex().notNull(),
    owner: t.hex().notNull(), // a contract of shares while it is locked
    approved: t.hex(), // who may transfer it beside operators; null: nobody
    receiver: t.hex().notNull(), // what indices pay
    royaltyBps: t.integer().notNull(), // {bps of the creator's part} for later adoptions
    resaleBps: t.integer().notNull(), // {bps of a sale's price}
    resaleReceiver: t.hex().notNull(),
    transferNonce: t.integer().notNull(), // changes of owner
    hash: t.hex().notNull(), // newest version
    uri: t.text().notNull(),
    versions: t.integer().notNull(),
    lock: t.hex(), // the shares that hold it; null: none do
  }),
  (table) => ({ owner: index().on(table.owner), receiver: index().on(table.receiver) }),
);

/** Whose royalties an account receives. */
export const strategyReceiver = onchainTable("strategy_receiver", (t) => ({
  receiver: t.hex().primaryKey(),
  strategy: t.bigint().notNull(),
}));

/** Versions, numbered from 0. */
export const strategyVersion = onchainTable(
  "strategy_version",
  (t) => ({
    strategy: t.bigint().notNull(),
    number: t.integer().notNull(),
    ...stamp(t),
    hash: t.hex().notNull(),
    uri: t.text().notNull(),
  }),
  (table) => ({ pk: primaryKey({ columns: [table.strategy, table.number] }), hash: index().on(table.hash) }),
);

/** Kinds: "transfer" (from, to), "royalty" (bps before, bps), "resaleReceiver" (from, to). */
export const strategyEvent = onchainTable(
  "strategy_event",
  (t) => ({
    ...eventRow(t),
    strategy: t.bigint().notNull(),
    kind: t.text().notNull(),
    from: t.hex(), // 0: registered
    to: t.hex(),
    previousBps: t.integer(), // {bps of the creator's part}
    bps: t.integer(),
  }),
  (table) => ({ strategy: index().on(table.strategy, table.id) }),
);

/**
 * Every offer that the registry ever made a curator: receiver, rate and newest hash at a time. The key is what an index
 * announces when it is to adopt exactly this, so that an announcement can be read.
 */
export const strategyOffer = onchainTable("strategy_offer", (t) => ({
  changeHash: t.hex().primaryKey(),
  strategy: t.bigint().notNull(),
  royaltyBps: t.integer().notNull(),
  hash: t.hex().notNull(),
}));

/**
 * What indices announced to adopt and did not yet. Whoever announces anything but an offer of the registry has no row. It may be
 * adopted from `appliesAt` on, and not any more when `lapsesAt` has come.
 */
export const adoptionNotice = onchainTable(
  "adoption_notice",
  (t) => ({
    vault: t.hex().notNull(),
    changeHash: t.hex().notNull(),
    ...stamp(t),
    strategy: t.bigint().notNull(),
    royaltyBps: t.integer().notNull(), // {bps of the creator's part}
    hash: t.hex().notNull(),
    appliesAt: t.int8({ mode: "number" }).notNull(), // {s}
    lapsesAt: t.int8({ mode: "number" }).notNull(), // {s}
  }),
  (table) => ({ pk: primaryKey({ columns: [table.vault, table.changeHash] }), strategy: index().on(table.strategy) }),
);

/** Strategies that indices adopted. A new version, or another rate, of the same one is a row of its own. */
export const adoption = onchainTable(
  "adoption",
  (t) => ({
    ...eventRow(t),
    vault: t.hex().notNull(),
    strategy: t.bigint().notNull(),
    royaltyBps: t.integer().notNull(), // {bps of the creator's part}
    hash: t.hex().notNull(), // need not be a version that was published
    announcedTime: t.int8({ mode: "number" }), // {s}; null: the index was created with it, or it was no offer
    endedBlock: t.int8({ mode: "number" }), // null: in force
    endedTime: t.int8({ mode: "number" }), // {s}
  }),
  (table) => ({ strategy: index().on(table.strategy, table.id), vault: index().on(table.vault, table.id) }),
);

/** Kinds: "paid" (an index paid shares of its own to the receiver), "paidOut" (the receiver paid the owner). */
export const royalty = onchainTable(
  "royalty",
  (t) => ({
    ...eventRow(t),
    strategy: t.bigint().notNull(),
    kind: t.text().notNull(),
    token: t.hex().notNull(), // of "paid": the index
    account: t.hex().notNull(), // who got it: the receiver, or the owner
    amount: t.bigint().notNull(), // {raw tokens}
  }),
  (table) => ({ strategy: index().on(table.strategy, table.id), token: index().on(table.token, table.id) }),
);

/** Royalties by strategy and token. Gifts to a receiver are paid out, too: more may have left it than indices paid. */
export const royaltyTotal = onchainTable(
  "royalty_total",
  (t) => ({
    strategy: t.bigint().notNull(),
    token: t.hex().notNull(),
    paid: t.bigint().notNull(), // {raw tokens}
    paidOut: t.bigint().notNull(),
    block: t.int8({ mode: "number" }).notNull(),
    time: t.int8({ mode: "number" }).notNull(), // {s} of the last change
  }),
  (table) => ({ pk: primaryKey({ columns: [table.strategy, table.token] }) }),
);

/** Decisions that GradeBook remembers, so that their grades can be proven for ever. */
export const gradeEntry = onchainTable(
  "grade_entry",
  (t) => ({
    vault: t.hex().notNull(),
    epoch: t.integer().notNull(),
    ...stamp(t),
    decisionHash: t.hex().notNull(),
  }),
  (table) => ({ pk: primaryKey({ columns: [table.vault, table.epoch] }) }),
);
