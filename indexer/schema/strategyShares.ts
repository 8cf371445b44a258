import { index, onchainTable, primaryKey } from "ponder";
import { eventRow, stamp } from "./columns.ts";

/** Locked strategies: their shares, terms and buy-out, as of the newest block. The stamp is that of the lock. */
export const strategyLock = onchainTable(
  "strategy_lock",
  (t) => ({
    shares: t.hex().primaryKey(),
    ...stamp(t),
    strategy: t.bigint().notNull(),
    locker: t.hex().notNull(),
    name: t.text().notNull(),
    symbol: t.text().notNull(),
    supply: t.bigint().notNull(), // {share wei} at the lock
    reservePrice: t.bigint().notNull(), // {raw currency}
    currency: t.hex().notNull(), // of bids
    status: t.text().notNull(), // "LOCKED", "AUCTION", "SOLD", "REDEEMED"
    holders: t.integer().notNull(),
    bidder: t.hex(), // who bids most; null: nobody has bid
    bid: t.bigint().notNull(), // {raw currency}
    endsAt: t.int8({ mode: "number" }), // {s} of the auction; null: none
    endedBlock: t.int8({ mode: "number" }), // sold or redeemed
    endedTime: t.int8({ mode: "number" }), // {s}
  }),
  (table) => ({ strategy: index().on(table.strategy) }),
);

/** Shares of a locked strategy by account. */
export const strategyShareBalance = onchainTable(
  "strategy_share_balance",
  (t) => ({
    shares: t.hex().notNull(),
    account: t.hex().notNull(),
    balance: t.bigint().notNull(), // {share wei}
    block: t.int8({ mode: "number" }).notNull(),
    time: t.int8({ mode: "number" }).notNull(), // {s} of the last change
  }),
  (table) => ({ pk: primaryKey({ columns: [table.shares, table.account] }), account: index().on(table.account) }),
);

/** Every transfer of such shares, mints and burns included, with the balances afterwards. */
export const strategyShareTransfer = onchainTable(
  "strategy_share_transfer",
  (t) => ({
    ...eventRow(t),
    shares: t.hex().notNull(),
    from: t.hex().notNull(), // 0: issued
    to: t.hex().notNull(), // 0: burned
    amount: t.bigint().notNull(), // {share wei}
    fromBalance: t.bigint().notNull(),
    toBalance: t.bigint().notNull(),
  }),
  (table) => ({ shares: index().on(table.shares, table.id) }),
);

/** Distributions of royalties among shares, numbered from 0 by token. */
export const royaltyRound = onchainTable(
  "royalty_round",
  (t) => ({
    shares: t.hex().notNull(),
    token: t.hex().notNull(),
    number: t.integer().notNull(),
    ...stamp(t),
    amount: t.bigint().notNull(), // {raw tokens}
    timepoint: t.int8({ mode: "number" }).notNull(), // {s} balances at its end share it
  }),
  (table) => ({ pk: primaryKey({ columns: [table.shares, table.token, table.number] }) }),
);

/** Royalties that holders of shares were paid. */
export const royaltyClaim = onchainTable(
  "royalty_claim",
  (t) => ({
    ...eventRow(t),
    shares: t.hex().notNull(),
    account: t.hex().notNull(),
    token: t.hex().notNull(),
    amount: t.bigint().notNull(), // {raw tokens}
    fromRound: t.integer().notNull(), // first round that it covers
    toRound: t.integer().notNull(), // first round that it does not
  }),
  (table) => ({ shares: index().on(table.shares, table.id), account: index().on(table.account, table.id) }),
);

/**
 * Kinds: "bid", "withdrawn" (money of a beaten bid), "settled" (the token went to the winner), "cashedOut" (shares burned for
 * their part of the price), "redeemed" (all shares burned for the token), "released" (royalties that came later, to who redeemed).
 */
export const buyoutEvent = onchainTable(
  "buyout_event",
  (t) => ({
    ...eventRow(t),
    shares: t.hex().notNull(),
    kind: t.text().notNull(),
    account: t.hex().notNull(), // bidder, winner or holder
    amount: t.bigint(), // {raw currency}; of "released" {raw tokens}; null: "redeemed"
    burned: t.bigint(), // {share wei}
    outbid: t.hex(), // whose bid was beaten
    outbidAmount: t.bigint(), // {raw currency}
    endsAt: t.int8({ mode: "number" }), // {s} of the auction after this bid
    token: t.hex(), // "released" only
  }),
  (table) => ({ shares: index().on(table.shares, table.id), account: index().on(table.account, table.id) }),
);
