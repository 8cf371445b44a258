import { index, onchainTable, primaryKey } from "ponder";
import { eventRow, stamp } from "./columns.ts";

/** Listings as of the newest block. The stamp is that of the offer. Whether one can be bought now depends on more: see the API. */
export const listing = onchainTable(
  "listing",
  (t) => ({
    id: t.bigint().primaryKey(),
    ...stamp(t),
    market: t.hex().notNull(),
    seller: t.hex().notNull(),
    collection: t.hex().notNull(),
    kind: t.text().notNull(), // "strategy", "credits"
    tokenId: t.bigint().notNull(),
    units: t.bigint().notNull(), // {units} offered
    left: t.bigint().notNull(), // {units} not sold; of a cancelled listing, those that were not
    unitPrice: t.bigint().notNull(), // {raw currency/unit}
    currency: t.hex().notNull(),
    until: t.int8({ mode: "number" }).notNull(), // {s} from here on it cannot be bought
    feeBps: t.integer().notNull(), // {bps of the price} the most that the market takes
    transferNonce: t.integer().notNull(), // of a strategy when it was listed
    status: t.text().notNull(), // "open", "sold", "cancelled"
    closedBlock: t.int8({ mode: "number" }),
    closedTime: t.int8({ mode: "number" }), // {s}
  }),
  (table) => ({ status: index().on(table.status, table.id), seller: index().on(table.seller) }),
);

/** Purchases: cost = royalty + fee + what the seller got. */
export const listingSale = onchainTable(
  "listing_sale",
  (t) => ({
    ...eventRow(t),
    listing: t.bigint().notNull(),
    collection: t.hex().notNull(),
    kind: t.text().notNull(),
    tokenId: t.bigint().notNull(),
    buyer: t.hex().notNull(),
    seller: t.hex().notNull(),
    units: t.bigint().notNull(),
    currency: t.hex().notNull(),
    cost: t.bigint().notNull(), // {raw currency}
    royaltyReceiver: t.hex(), // null: no royalty was due
    royalty: t.bigint().notNull(), // {raw currency}
    fee: t.bigint().notNull(), // {raw currency}
    hash: t.hex(), // newest version of a strategy when it was sold
  }),
  (table) => ({
    listing: index().on(table.listing),
    buyer: index().on(table.buyer, table.id),
    seller: index().on(table.seller, table.id),
  }),
);

/** Whether an account lets the market move all its tokens of a collection. */
export const marketApproval = onchainTable(
  "market_approval",
  (t) => ({
    collection: t.hex().notNull(),
    account: t.hex().notNull(),
    isApproved: t.boolean().notNull(),
    block: t.int8({ mode: "number" }).notNull(),
    time: t.int8({ mode: "number" }).notNull(), // {s}
  }),
  (table) => ({ pk: primaryKey({ columns: [table.collection, table.account] }) }),
);
