import { index, onchainTable } from "ponder";
import { eventRow, stamp } from "./columns.ts";

/** Locks of GIM now. The stamp is that of the last change. */
export const lock = onchainTable("lock", (t) => ({
  account: t.hex().primaryKey(),
  ...stamp(t),
  amount: t.bigint().notNull(), // {GIM wei}; 0 after a withdrawal
  end: t.int8({ mode: "number" }).notNull(), // {s}; 0: permanent or none
  isPermanent: t.boolean().notNull(),
}));

/**
 * Kinds: "create", "increase", "extend", "increaseAndExtend", "permanent", "decay" (no longer permanent), "withdraw",
 * "earlyExit".
 */
export const lockEvent = onchainTable(
  "lock_event",
  (t) => ({
    ...eventRow(t),
    account: t.hex().notNull(),
    payer: t.hex(), // null for withdrawals
    kind: t.text().notNull(),
    added: t.bigint().notNull(), // {GIM wei}
    amount: t.bigint().notNull(), // {GIM wei} in the lock afterwards
    withdrawn: t.bigint().notNull(), // {GIM wei} paid out, without the penalty
    penalty: t.bigint().notNull(), // {GIM wei}
    end: t.int8({ mode: "number" }).notNull(), // {s}
    isPermanent: t.boolean().notNull(),
  }),
  (table) => ({ account: index().on(table.account, table.id) }),
);

/** Who votes with whose lock now. The stamp is that of the last change. */
export const delegation = onchainTable(
  "delegation",
  (t) => ({
    delegator: t.hex().primaryKey(),
    ...stamp(t),
    delegate: t.hex().notNull(), // 0: nobody
  }),
  (table) => ({ delegate: index().on(table.delegate) }),
);

/** Changes of delegation. */
export const delegationEvent = onchainTable(
  "delegation_event",
  (t) => ({
    ...eventRow(t),
    delegator: t.hex().notNull(),
    from: t.hex().notNull(),
    to: t.hex().notNull(),
  }),
  (table) => ({ delegator: index().on(table.delegator, table.id) }),
);

/** Votes of a delegate at the second of each change. They fall between the rows: ask the contract for those of now. */
export const delegateVotes = onchainTable(
  "delegate_votes",
  (t) => ({
    ...eventRow(t),
    delegate: t.hex().notNull(),
    previousVotes: t.bigint().notNull(), // {veGIM wei}
    votes: t.bigint().notNull(), // {veGIM wei}
  }),
  (table) => ({ delegate: index().on(table.delegate, table.id) }),
);
