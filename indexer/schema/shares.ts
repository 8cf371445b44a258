import { index, onchainTable, primaryKey } from "ponder";
import { eventRow } from "./columns.ts";

/** Shares into and out of an index. Kinds: "mint", "redeem", "zapIn", "zapOut". A zap has a row beside its mint's. */
export const flow = onchainTable(
  "flow",
  (t) => ({
    ...eventRow(t),
    vault: t.hex().notNull(),
    kind: t.text().notNull(),
    caller: t.hex().notNull(), // who paid, or whose shares were burned
    receiver: t.hex().notNull(),
    shares: t.bigint().notNull(), // {share wei}
    feeShares: t.bigint(), // {share wei} charged on top; "mint" only
    token: t.hex(), // paid or received; zaps only, else in kind
    amount: t.bigint(), // {raw tokens} of it
    deferredBitmap: t.bigint(), // bit i: leg i became a claim; "redeem" and "zapOut"
  }),
  (table) => ({
    vault: index().on(table.vault, table.id),
    caller: index().on(table.caller, table.id),
    receiver: index().on(table.receiver, table.id),
  }),
);

/** Shares of each account now. */
export const shareBalance = onchainTable(
  "share_balance",
  (t) => ({
    vault: t.hex().notNull(),
    account: t.hex().notNull(),
    balance: t.bigint().notNull(), // {share wei}
    block: t.int8({ mode: "number" }).notNull(),
    time: t.int8({ mode: "number" }).notNull(), // {s}
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.vault, table.account] }),
    account: index().on(table.account),
  }),
);

/** Every transfer of shares. From 0: minted (fee shares too); to 0: burned. */
export const shareTransfer = onchainTable(
  "share_transfer",
  (t) => ({
    ...eventRow(t),
    vault: t.hex().notNull(),
    from: t.hex().notNull(),
    to: t.hex().notNull(),
    amount: t.bigint().notNull(), // {share wei}
    fromBalance: t.bigint().notNull(), // {share wei} afterwards; 0 for the address 0
    toBalance: t.bigint().notNull(),
  }),
  (table) => ({
    vault: index().on(table.vault, table.id),
    from: index().on(table.from, table.id),
    to: index().on(table.to, table.id),
  }),
);

/** Redemption legs that could not be paid ("deferred") and their payment ("claimed"). */
export const deferredLeg = onchainTable(
  "deferred_leg",
  (t) => ({
    ...eventRow(t),
    vault: t.hex().notNull(),
    token: t.hex().notNull(),
    account: t.hex().notNull(),
    kind: t.text().notNull(),
    receiver: t.hex(), // "claimed" only
    amount: t.bigint().notNull(), // {raw tokens}
  }),
  (table) => ({ account: index().on(table.account, table.id), vault: index().on(table.vault, table.id) }),
);
