import { index, onchainTable, primaryKey } from "ponder";
import { eventRow } from "./columns.ts";

/** Revenue that the splitter handed out. Amounts in raw tokens. */
export const revenueSplit = onchainTable(
  "revenue_split",
  (t) => ({
    ...eventRow(t),
    token: t.hex().notNull(),
    stakers: t.bigint().notNull(),
    buyback: t.bigint().notNull(),
    burned: t.bigint().notNull(), // {GIM wei}
    treasury: t.bigint().notNull(),
    keepers: t.bigint().notNull(),
  }),
  (table) => ({ token: index().on(table.token, table.id) }),
);

/** Payments to the stakers' pot of a week. */
export const revenuePayment = onchainTable(
  "revenue_payment",
  (t) => ({
    ...eventRow(t),
    token: t.hex().notNull(),
    payer: t.hex().notNull(),
    week: t.integer().notNull(), // {weeks since 1970}
    amount: t.bigint().notNull(), // {raw tokens}
    pot: t.bigint().notNull(), // {raw tokens} in the pot afterwards
  }),
  (table) => ({ token: index().on(table.token, table.week) }),
);

/** Weeks that were shared out among the stakers. */
export const revenueWeek = onchainTable(
  "revenue_week",
  (t) => ({
    token: t.hex().notNull(),
    week: t.integer().notNull(), // {weeks since 1970}
    pot: t.bigint().notNull(), // {raw tokens}
    supply: t.bigint().notNull(), // {veGIM wei}
    block: t.int8({ mode: "number" }).notNull(),
    time: t.int8({ mode: "number" }).notNull(), // {s}
  }),
  (table) => ({ pk: primaryKey({ columns: [table.token, table.week] }) }),
);

/** Revenue that stakers claimed. */
export const revenueClaim = onchainTable(
  "revenue_claim",
  (t) => ({
    ...eventRow(t),
    account: t.hex().notNull(),
    token: t.hex().notNull(),
    receiver: t.hex().notNull(),
    amount: t.bigint().notNull(), // {raw tokens}
    fromEpoch: t.integer().notNull(), // number of the first week shared out that it covers
    toEpoch: t.integer().notNull(),
  }),
  (table) => ({ account: index().on(table.account, table.id) }),
);

/** GIM that was bought back and burned. */
export const buyback = onchainTable("buyback", (t) => ({
  ...eventRow(t),
  token: t.hex().notNull(),
  caller: t.hex().notNull(),
  amountIn: t.bigint().notNull(), // {raw tokens}
  burned: t.bigint().notNull(), // {GIM wei}
}));
