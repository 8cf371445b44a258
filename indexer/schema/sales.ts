import { index, onchainTable, primaryKey } from "ponder";
import { eventRow, stamp } from "./columns.ts";

/** Sale rounds. The stamp is that of the announcement. Payment in raw payment tokens, sales in raw sale tokens. */
export const sale = onchainTable("sale", (t) => ({
  round: t.hex().primaryKey(),
  ...stamp(t),
  issuer: t.hex().notNull(),
  paymentToken: t.hex().notNull(),
  saleToken: t.hex().notNull(),
  hardCap: t.bigint().notNull(), // {raw payment tokens}
  softCap: t.bigint().notNull(),
  saleAmount: t.bigint().notNull(), // {raw sale tokens} sold when the hard cap is met
  snapshot: t.int8({ mode: "number" }).notNull(), // {s} when scores are read
  start: t.int8({ mode: "number" }).notNull(), // {s}
  end: t.int8({ mode: "number" }).notNull(), // {s}
  cliff: t.int8({ mode: "number" }).notNull(), // {s} after the end
  vesting: t.int8({ mode: "number" }).notNull(), // {s} after the end
  feeBps: t.integer().notNull(), // {bps of the payment}
  committed: t.bigint().notNull(), // {raw payment tokens}
  buyers: t.integer().notNull(),
  fundedBlock: t.int8({ mode: "number" }),
  cancelledBlock: t.int8({ mode: "number" }),
  closedBlock: t.int8({ mode: "number" }),
  payment: t.bigint(), // {raw payment tokens} to the issuer; null until closed
  fee: t.bigint(),
  unsold: t.bigint(), // {raw sale tokens} back to the issuer
}));

/** What each account committed and got. */
export const commitment = onchainTable(
  "commitment",
  (t) => ({
    round: t.hex().notNull(),
    account: t.hex().notNull(),
    tier: t.integer().notNull(),
    committed: t.bigint().notNull(), // {raw payment tokens}
    isSettled: t.boolean().notNull(),
    accepted: t.bigint(), // {raw payment tokens}; null until settled
    refund: t.bigint(),
    bought: t.bigint(), // {raw sale tokens}
    released: t.bigint().notNull(), // {raw sale tokens}
    block: t.int8({ mode: "number" }).notNull(),
    time: t.int8({ mode: "number" }).notNull(), // {s} of the last change
  }),
  (table) => ({ pk: primaryKey({ columns: [table.round, table.account] }), account: index().on(table.account) }),
);

/** Kinds: "funded", "committed", "cancelled", "settled", "closed", "released". */
export const saleEvent = onchainTable(
  "sale_event",
  (t) => ({
    ...eventRow(t),
    round: t.hex().notNull(),
    kind: t.text().notNull(),
    account: t.hex(), // issuer, buyer or guardian; null for "closed"
    payment: t.bigint(), // {raw payment tokens} committed, accepted, or paid to the issuer
    refund: t.bigint(), // {raw payment tokens}
    tokens: t.bigint(), // {raw sale tokens} funded, bought, released, or sent back
  }),
  (table) => ({ round: index().on(table.round, table.id), account: index().on(table.account, table.id) }),
);

/** Lists of the airdrop. */
export const airdropWave = onchainTable("airdrop_wave", (t) => ({
  wave: t.integer().primaryKey(),
  ...stamp(t),
  root: t.hex().notNull(),
  total: t.bigint().notNull(), // {GIM wei}
  start: t.int8({ mode: "number" }).notNull(), // {s}
  deadline: t.int8({ mode: "number" }).notNull(), // {s}
  vestEnd: t.int8({ mode: "number" }).notNull(), // {s}
  claims: t.integer().notNull(),
  claimed: t.bigint().notNull(), // {GIM wei} granted, vested or not
  swept: t.bigint().notNull(), // {GIM wei}
}));

/** Kinds: "claimed" (vests), "claimedLocked" (into a lock, with a bonus), "released" (vested part paid out). */
export const airdropClaim = onchainTable(
  "airdrop_claim",
  (t) => ({
    ...eventRow(t),
    wave: t.integer().notNull(),
    account: t.hex().notNull(),
    kind: t.text().notNull(),
    amount: t.bigint().notNull(), // {GIM wei}
    bonus: t.bigint().notNull(), // {GIM wei}
    lockEnd: t.int8({ mode: "number" }), // {s}; "claimedLocked" only
  }),
  (table) => ({ account: index().on(table.account, table.id), wave: index().on(table.wave, table.id) }),
);
