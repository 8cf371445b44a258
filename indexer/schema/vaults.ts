import { index, onchainTable, primaryKey } from "ponder";
import { eventRow, stamp } from "./columns.ts";

/** Tokens that an index holds or held. */
export const token = onchainTable("token", (t) => ({
  address: t.hex().primaryKey(),
  symbol: t.text(), // null: the token does not say
  decimals: t.integer().notNull(),
}));

/** One row an index, as it is now. Its stamp is that of its creation. */
export const vault = onchainTable(
  "vault",
  (t) => ({
    address: t.hex().primaryKey(),
    ...stamp(t),
    creator: t.hex().notNull(),
    version: t.integer().notNull(),
    name: t.text().notNull(),
    symbol: t.text().notNull(),
    curator: t.hex().notNull(), // 0: nobody
    methodologyHash: t.hex().notNull(), // of the strategy that is adopted now
    royaltyRecipient: t.hex().notNull(),
    royaltyBps: t.integer().notNull(), // {bps of the creator's part}
    adoption: t.int8({ mode: "number" }), // row of the strategy of the registry that is in force; null: of none
    streamingRate: t.bigint().notNull(), // D18{1/s}
    mintFeeBps: t.integer().notNull(), // {bps}
    feeRecipient: t.hex().notNull(),
    basketNonce: t.integer().notNull(),
    batchDepositor: t.hex(), // null: it has none
    holders: t.integer().notNull(), // accounts with shares, the dead shares' included
    pausedBits: t.integer().notNull(), // bit 0 mint, bit 1 fill, bit 2 propose; over at pausedUntil
    pausedUntil: t.int8({ mode: "number" }).notNull(), // {s}
    epoch: t.integer().notNull(), // last proposal of weights; 0: none yet
    snapshotBlock: t.int8({ mode: "number" }), // newest row of nav_snapshot; null: none yet
  }),
  (table) => ({ created: index().on(table.block) }),
);

/** Net asset value at the end of a block: once a UTC day and in each block whose events change it. */
export const navSnapshot = onchainTable(
  "nav_snapshot",
  (t) => ({
    vault: t.hex().notNull(),
    block: t.int8({ mode: "number" }).notNull(),
    time: t.int8({ mode: "number" }).notNull(), // {s}
    day: t.integer().notNull(), // {day} since 1970
    cause: t.text().notNull(), // "event" or "day"
    total: t.bigint().notNull(), // D18{USD} of the tokens with a price
    perShare: t.bigint().notNull(), // D18{USD/share}
    supply: t.bigint().notNull(), // {share wei} with accrued fee shares
    aggregate: t.bigint().notNull(), // D27{share wei}
    multiplier: t.bigint().notNull(), // D27{1}
    unpriced: t.json().$type<`0x${string}`[]>().notNull(), // tokens held without a price: the true NAV is higher
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.vault, table.block] }),
    time: index().on(table.vault, table.time),
  }),
);

/**
 * NAV per share of one UTC day: first, highest, lowest and last of its snapshots in which every token had a price; of all
 * of them when there is none, and then isComplete is false.
 */
export const navDay = onchainTable(
  "nav_day",
  (t) => ({
    vault: t.hex().notNull(),
    day: t.integer().notNull(), // {day} since 1970
    open: t.bigint().notNull(), // D18{USD/share}
    high: t.bigint().notNull(),
    low: t.bigint().notNull(),
    close: t.bigint().notNull(),
    total: t.bigint().notNull(), // D18{USD} at the last of these
    supply: t.bigint().notNull(), // {share wei} at the last of these
    snapshots: t.integer().notNull(), // all of the day
    isComplete: t.boolean().notNull(),
    closeBlock: t.int8({ mode: "number" }).notNull(),
    closeTime: t.int8({ mode: "number" }).notNull(), // {s}
  }),
  (table) => ({ pk: primaryKey({ columns: [table.vault, table.day] }) }),
);

/** Constituents now, as of the vault's newest snapshot. */
export const holding = onchainTable(
  "holding",
  (t) => ({
    vault: t.hex().notNull(),
    token: t.hex().notNull(),
    position: t.integer().notNull(), // in the basket
    units: t.bigint().notNull(), // D27{tok/share at multiplier 1}
    unitsPerShare: t.bigint().notNull(), // D27{tok/share}
    amount: t.bigint().notNull(), // {raw tokens} that the shares stand for
    price: t.bigint(), // D27{USD/tok}; null: no trustworthy price
    value: t.bigint(), // D18{USD}; null without a price
    weightBps: t.integer(), // {bps of the priced NAV}; null without a price
    block: t.int8({ mode: "number" }).notNull(),
    time: t.int8({ mode: "number" }).notNull(), // {s}
  }),
  (table) => ({ pk: primaryKey({ columns: [table.vault, table.token] }), token: index().on(table.token) }),
);

/** Constituents in each row of nav_snapshot. */
export const holdingSnapshot = onchainTable(
  "holding_snapshot",
  (t) => ({
    vault: t.hex().notNull(),
    block: t.int8({ mode: "number" }).notNull(),
    token: t.hex().notNull(),
    position: t.integer().notNull(),
    units: t.bigint().notNull(), // D27{tok/share at multiplier 1}
    unitsPerShare: t.bigint().notNull(), // D27{tok/share}
    amount: t.bigint().notNull(), // {raw tokens}
    price: t.bigint(), // D27{USD/tok}
    value: t.bigint(), // D18{USD}
    weightBps: t.integer(), // {bps of the priced NAV}
  }),
  (table) => ({ pk: primaryKey({ columns: [table.vault, table.block, table.token] }) }),
);

/** A token and its part, {bps}; null: it had no price. */
export type TokenWeight = { token: `0x${string}`; weightBps: number | null };

/** Proposals of weights. The stamp is that of the proposal. */
export const rebalance = onchainTable(
  "rebalance",
  (t) => ({
    vault: t.hex().notNull(),
    epoch: t.integer().notNull(),
    ...stamp(t),
    lane: t.text().notNull(), // "RISK" or "DERISK"
    decisionHash: t.hex().notNull(), // of the keeper's record
    opensAt: t.int8({ mode: "number" }).notNull(), // {s}
    closesAt: t.int8({ mode: "number" }).notNull(), // {s}
    navUnit: t.bigint().notNull(), // D18{USD/share at multiplier 1} of the tradable part
    weightsBefore: t.json().$type<TokenWeight[]>().notNull(),
    weightsTarget: t.json().$type<TokenWeight[]>().notNull(),
    weightsAfter: t.json().$type<TokenWeight[]>(), // after the last fill so far; null: nothing was traded
    fills: t.integer().notNull(),
    tradedValue: t.bigint().notNull(), // D18{USD} sold, at oracle prices, of fills whose token had a price
    lastFillBlock: t.int8({ mode: "number" }),
    outcome: t.text(), // "closed" or "cancelled"; null: the window ends by itself at closesAt
    outcomeBlock: t.int8({ mode: "number" }),
    outcomeTime: t.int8({ mode: "number" }), // {s}
    outcomeTransaction: t.hex(),
    outcomeBy: t.hex(), // who cancelled
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.vault, table.epoch] }),
    decision: index().on(table.decisionHash),
    block: index().on(table.block),
  }),
);

/** Announced changes of the basket. The stamp is that of the announcement. */
export const basketChange = onchainTable(
  "basket_change",
  (t) => ({
    vault: t.hex().notNull(),
    number: t.integer().notNull(),
    ...stamp(t),
    decisionHash: t.hex().notNull(),
    added: t.json().$type<`0x${string}`[]>().notNull(),
    dropped: t.json().$type<`0x${string}`[]>().notNull(),
    appliesAt: t.int8({ mode: "number" }).notNull(), // {s}
    appliedBlock: t.int8({ mode: "number" }),
    appliedTime: t.int8({ mode: "number" }), // {s}
    appliedTransaction: t.hex(),
  }),
  (table) => ({ pk: primaryKey({ columns: [table.vault, table.number] }) }),
);

/** Trades of an epoch. Amounts in raw tokens. */
export const fill = onchainTable(
  "fill",
  (t) => ({
    ...eventRow(t),
    vault: t.hex().notNull(),
    epoch: t.integer().notNull(),
    filler: t.hex().notNull(),
    sellToken: t.hex().notNull(),
    buyToken: t.hex().notNull(),
    sold: t.bigint().notNull(), // {raw tokens}
    paid: t.bigint().notNull(), // {raw tokens}
    soldValue: t.bigint(), // D18{USD} at oracle prices; null without a price
    paidValue: t.bigint(), // D18{USD}
  }),
  (table) => ({ vault: index().on(table.vault, table.id), epoch: index().on(table.vault, table.epoch) }),
);

/** Fee shares: "mint" when they are charged on top of a mint, "distributed" when accrued ones are handed out. */
export const fee = onchainTable(
  "fee",
  (t) => ({
    ...eventRow(t),
    vault: t.hex().notNull(),
    kind: t.text().notNull(),
    shares: t.bigint().notNull(), // {share wei}
    daoShares: t.bigint(), // {share wei}; null for "mint"
    royaltyShares: t.bigint(),
    creatorShares: t.bigint(),
  }),
  (table) => ({ vault: index().on(table.vault, table.id) }),
);

/** Other things that happened to an index: pauses, curator, fees, strategy, freezes, targets, announcements. */
export const vaultEvent = onchainTable(
  "vault_event",
  (t) => ({
    ...eventRow(t),
    vault: t.hex().notNull(),
    name: t.text().notNull(), // of the contract's event
    args: t.json().$type<Record<string, unknown>>().notNull(), // its arguments, whole numbers as strings
  }),
  (table) => ({ vault: index().on(table.vault, table.id) }),
);

/** The last UTC day whose snapshots were taken: one row. */
export const clock = onchainTable("clock", (t) => ({
  id: t.integer().primaryKey(),
  day: t.integer().notNull(),
}));
