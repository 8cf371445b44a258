import { index, onchainTable, primaryKey } from "ponder";
import { eventRow, stamp } from "./columns.ts";

/** Prices of one credit before discounts. The stamp is that of the last change. 0: not sold for it. */
export const creditPrice = onchainTable("credit_price", (t) => ({
  credit: t.integer().primaryKey(), // 1 SIGNALS, 2 DECISIONS, 3 COMPUTE, 4 DATASETS
  ...stamp(t),
  usdc: t.bigint().notNull(), // {raw USDC}
  gim: t.bigint().notNull(), // {GIM wei}
  basisUsdc: t.bigint().notNull(), // {raw USDC} what owners of assets get a share of, when the price was set
  basisGim: t.bigint().notNull(), // {GIM wei}
}));

/** Subscriptions. The stamp is that of the addition. Prices are for 30 days; 0: not sold for it. */
export const accessPlan = onchainTable("access_plan", (t) => ({
  number: t.integer().primaryKey(),
  ...stamp(t),
  services: t.int8({ mode: "number" }).notNull(), // bit n: the service of credits n
  creditsPerDay: t.int8({ mode: "number" }).notNull(),
  usdc: t.bigint().notNull(), // {raw USDC}
  gim: t.bigint().notNull(), // {GIM wei}
}));

/** Figures that the owner sets: "assetShareBps", "trialCredits", "marketFeeBps". The stamp is that of the last change. */
export const serviceSetting = onchainTable("service_setting", (t) => ({
  name: t.text().primaryKey(),
  ...stamp(t),
  value: t.integer().notNull(),
}));

/** Changes of prices, plans and settings: the contract's own event, as JSON. */
export const serviceEvent = onchainTable("service_event", (t) => ({
  ...eventRow(t),
  name: t.text().notNull(),
  args: t.json().$type<Record<string, unknown>>().notNull(),
}));

/** Credits of an id over all accounts: issued = used + expired + held. 2,000 is the trial. */
export const creditSupply = onchainTable("credit_supply", (t) => ({
  credit: t.integer().primaryKey(),
  issued: t.bigint().notNull(), // {credits}
  used: t.bigint().notNull(),
  expired: t.bigint().notNull(), // of trials that were written off
  poolUsdc: t.bigint().notNull(), // {raw USDC} kept for the use of what is held
  poolGim: t.bigint().notNull(), // {GIM wei}
  block: t.int8({ mode: "number" }).notNull(),
  time: t.int8({ mode: "number" }).notNull(), // {s} of the last change
}));

/** Credits of an account by id, as of the newest block. Of the trial, the meter is what is left, ended or not. */
export const creditAccount = onchainTable(
  "credit_account",
  (t) => ({
    account: t.hex().notNull(),
    credit: t.integer().notNull(),
    wallet: t.bigint().notNull(), // {credits} that can be transferred
    meter: t.bigint().notNull(), // {credits} that receipts are settled from
    notice: t.bigint().notNull(), // {credits} announced to leave the meter
    noticeEndsAt: t.int8({ mode: "number" }).notNull(), // {s}; 0: no notice
    bought: t.bigint().notNull(), // {credits} in all, for this account
    loaded: t.bigint().notNull(),
    unloaded: t.bigint().notNull(),
    used: t.bigint().notNull(), // settled
    receipts: t.integer().notNull(), // settled
    block: t.int8({ mode: "number" }).notNull(),
    time: t.int8({ mode: "number" }).notNull(), // {s} of the last change
  }),
  (table) => ({ pk: primaryKey({ columns: [table.account, table.credit] }) }),
);

/** Kinds: "credits" (units of credits), "plan" (periods of 30 days). */
export const creditPurchase = onchainTable(
  "credit_purchase",
  (t) => ({
    ...eventRow(t),
    kind: t.text().notNull(),
    payer: t.hex().notNull(),
    receiver: t.hex().notNull(),
    number: t.integer().notNull(), // of the credits, or of the plan
    units: t.bigint().notNull(), // {credits} or {periods of 30 days}
    currency: t.hex().notNull(),
    cost: t.bigint().notNull(), // {raw currency}
    kept: t.bigint(), // {raw currency} for owners of assets; null: a plan
    endsAt: t.int8({ mode: "number" }), // {s} of the plan
  }),
  (table) => ({ payer: index().on(table.payer, table.id), receiver: index().on(table.receiver, table.id) }),
);

/**
 * Kinds: "loaded", "unloadRequested" (of 0 units: taken back), "unloaded", "trialStarted", "trialExpired", "nonceCancelRequested",
 * "nonceCancelled".
 */
export const meterEvent = onchainTable(
  "meter_event",
  (t) => ({
    ...eventRow(t),
    account: t.hex().notNull(),
    credit: t.integer().notNull(),
    kind: t.text().notNull(),
    units: t.bigint(), // {credits}
    meter: t.bigint(), // {credits} in it afterwards
    at: t.int8({ mode: "number" }), // {s} end of the notice or of the trial
    nonce: t.bigint(),
  }),
  (table) => ({ account: index().on(table.account, table.id) }),
);

/** Plans of accounts. They end by themselves. */
export const accountPlan = onchainTable(
  "account_plan",
  (t) => ({
    account: t.hex().notNull(),
    plan: t.integer().notNull(),
    endsAt: t.int8({ mode: "number" }).notNull(), // {s}
    block: t.int8({ mode: "number" }).notNull(),
    time: t.int8({ mode: "number" }).notNull(), // {s} of the last purchase
  }),
  (table) => ({ pk: primaryKey({ columns: [table.account, table.plan] }) }),
);

/** Trials. The stamp is that of the beginning. */
export const trial = onchainTable("trial", (t) => ({
  account: t.hex().primaryKey(),
  ...stamp(t),
  units: t.bigint().notNull(), // {credits} at the beginning
  endsAt: t.int8({ mode: "number" }).notNull(), // {s}
  expired: t.bigint(), // {credits} written off; null: not written off
}));

/** Settled receipts: one row for each group of an account, id and asset of which a receipt counted. */
export const settlement = onchainTable(
  "settlement",
  (t) => ({
    ...eventRow(t),
    account: t.hex().notNull(),
    credit: t.integer().notNull(),
    asset: t.bigint().notNull(), // 0: none
    receipts: t.integer().notNull(),
    units: t.bigint().notNull(), // {credits}
    meter: t.bigint().notNull(), // {credits} left
    settler: t.hex().notNull(), // who sent the transaction
  }),
  (table) => ({
    account: index().on(table.account, table.id),
    asset: index().on(table.asset, table.id),
  }),
);

/** Receipts that a settlement left out. Reasons: "nonce", "expired", "signature", "units". */
export const skippedReceipt = onchainTable(
  "skipped_receipt",
  (t) => ({
    ...eventRow(t),
    account: t.hex().notNull(),
    credit: t.integer().notNull(),
    nonce: t.bigint().notNull(),
    reason: t.text().notNull(),
  }),
  (table) => ({ account: index().on(table.account, table.id) }),
);

/** What use earned an asset; asset 0: the protocol. 0 units: a pool was cut, when a price fell. */
export const assetEarning = onchainTable(
  "asset_earning",
  (t) => ({
    ...eventRow(t),
    asset: t.bigint().notNull(),
    credit: t.integer().notNull(),
    units: t.bigint().notNull(), // {credits}
    usdc: t.bigint().notNull(), // {raw USDC}
    gim: t.bigint().notNull(), // {GIM wei}
  }),
  (table) => ({ asset: index().on(table.asset, table.id) }),
);

/** What assets were paid of it; asset 0: what went to the fee splitter. */
export const assetPayment = onchainTable(
  "asset_payment",
  (t) => ({
    ...eventRow(t),
    asset: t.bigint().notNull(),
    currency: t.hex().notNull(),
    owner: t.hex(), // who got it; null: the fee splitter
    amount: t.bigint().notNull(), // {raw currency}
  }),
  (table) => ({ asset: index().on(table.asset, table.id) }),
);

/** Earned and paid by asset and currency. */
export const assetTotal = onchainTable(
  "asset_total",
  (t) => ({
    asset: t.bigint().notNull(),
    currency: t.hex().notNull(),
    earned: t.bigint().notNull(), // {raw currency}
    paid: t.bigint().notNull(), // {raw currency}
    block: t.int8({ mode: "number" }).notNull(),
    time: t.int8({ mode: "number" }).notNull(), // {s} of the last change
  }),
  (table) => ({ pk: primaryKey({ columns: [table.asset, table.currency] }) }),
);

/** The one key that signs receipts for an account. The stamp is that of the last change. */
export const sessionKey = onchainTable("session_key", (t) => ({
  account: t.hex().primaryKey(),
  ...stamp(t),
  key: t.hex().notNull(), // 0: none
  until: t.int8({ mode: "number" }).notNull(), // {s}
  previous: t.hex().notNull(), // the one before; 0: none
  previousUntil: t.int8({ mode: "number" }).notNull(), // {s} receipts of it are settled before
}));
