import { index, onchainTable, primaryKey } from "ponder";
import { eventRow, stamp } from "./columns.ts";

/** Batches of deposits and redemptions that were opened. The stamp is that of the opening. */
export const batch = onchainTable(
  "batch",
  (t) => ({
    depositor: t.hex().notNull(),
    number: t.integer().notNull(), // {day} since 1970
    vault: t.hex().notNull(),
    ...stamp(t),
    price: t.bigint().notNull(), // D27{raw cash/share wei} NAV
    assetsCrossed: t.bigint().notNull(), // {raw cash}
    sharesCrossed: t.bigint().notNull(), // {share wei}
    sharesDelivered: t.bigint().notNull(), // {share wei} sold to the depositors
    assetsForShares: t.bigint().notNull(), // {raw cash} paid for them
    cashDelivered: t.bigint().notNull(), // {raw cash} paid to the redeemers
    sharesForCash: t.bigint().notNull(), // {share wei} bought with it
  }),
  (table) => ({ pk: primaryKey({ columns: [table.depositor, table.number] }), vault: index().on(table.vault) }),
);

/**
 * Requests and what became of them. Kinds: "depositRequest", "redeemRequest", "depositCancelled", "redeemCancelled",
 * "depositClaimed", "redeemClaimed", "depositRefunded", "redeemRefunded".
 */
export const batchEvent = onchainTable(
  "batch_event",
  (t) => ({
    ...eventRow(t),
    depositor: t.hex().notNull(),
    vault: t.hex().notNull(),
    kind: t.text().notNull(),
    batch: t.integer(), // {day}; null for claims and refunds, which cover all settled batches
    controller: t.hex().notNull(),
    owner: t.hex(), // who paid; requests only
    receiver: t.hex(), // cancellations, claims, refunds
    assets: t.bigint(), // {raw cash}
    shares: t.bigint(), // {share wei}
  }),
  (table) => ({
    controller: index().on(table.controller, table.id),
    vault: index().on(table.vault, table.id),
  }),
);

/** Recurring orders. The stamp is that of the plan's creation. */
export const plan = onchainTable(
  "plan",
  (t) => ({
    id: t.bigint().primaryKey(),
    ...stamp(t),
    owner: t.hex().notNull(),
    depositor: t.hex().notNull(),
    vault: t.hex(), // null: the depositor is not of the batch factory
    kind: t.text().notNull(), // "DEPOSIT", "WITHDRAW_SUM", "WITHDRAW_PART"
    period: t.text().notNull(), // "ONE_WEEK", "TWO_WEEKS", "FOUR_WEEKS", "MONTH"
    amount: t.bigint().notNull(), // {raw cash} an order; WITHDRAW_PART: {bps}
    tipCap: t.bigint().notNull(), // {raw cash}
    orders: t.integer().notNull(), // after which it ends; 0: no limit
    lastDay: t.integer().notNull(), // {day}; 0: no end
    next: t.int8({ mode: "number" }).notNull(), // {s}; 0: none
    filed: t.integer().notNull(), // orders so far
    status: t.text().notNull(), // "active", "cancelled", "completed"
  }),
  (table) => ({ owner: index().on(table.owner) }),
);

/** Orders that were filed, and those that failed among several. */
export const planOrder = onchainTable(
  "plan_order",
  (t) => ({
    ...eventRow(t),
    plan: t.bigint().notNull(),
    kind: t.text().notNull(), // "filed" or "failed"
    executor: t.hex(),
    requestId: t.bigint(), // batch, {day}
    amount: t.bigint(), // {raw cash} of a deposit, {share wei} of a redemption
    tip: t.bigint(), // {raw cash}
    reason: t.hex(), // data of the error; "failed" only
  }),
  (table) => ({ plan: index().on(table.plan, table.id) }),
);
