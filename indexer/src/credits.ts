import { type Context, ponder } from "ponder:registry";
import {
  accessPlan,
  accountPlan,
  assetEarning,
  assetPayment,
  creditPrice,
  creditPurchase,
  meterEvent,
  sessionKey,
  settlement,
  skippedReceipt,
  trial,
} from "ponder:schema";
import {
  addEarnings,
  addSupply,
  changeCredits,
  currenciesOf,
  isUsable,
  keepServiceEvent,
  keepSetting,
  moveCredits,
  TRIAL,
} from "../lib/credits.ts";
import { lower } from "../lib/snapshots.ts";
import { momentOf, rowOf, stampOf } from "../lib/stamp.ts";

const REASONS = ["nonce", "expired", "signature", "units"] as const;

/* PRICES */

ponder.on("AccessPass:CreditPriceSet", async ({ event, context }) => {
  const { id, current, basis } = event.args;
  const { usdc, gim } = current;
  const row = { ...stampOf(event), usdc, gim, basisUsdc: basis.usdc, basisGim: basis.gim };
  await context.db
    .insert(creditPrice)
    .values({ credit: Number(id), ...row })
    .onConflictDoUpdate(row);
  await keepServiceEvent(context.db, event, "CreditPriceSet");
});

ponder.on("AccessPass:PlanAdded", async ({ event, context }) => {
  const { plan, services, creditsPerDay } = event.args;
  // Its prices follow in the same transaction.
  await context.db
    .insert(accessPlan)
    .values({ number: Number(plan), ...stampOf(event), services, creditsPerDay, usdc: 0n, gim: 0n });
  await keepServiceEvent(context.db, event, "PlanAdded");
});

ponder.on("AccessPass:PlanPriceSet", async ({ event, context }) => {
  const { plan, usdcPrice, gimPrice } = event.args;
  await context.db.update(accessPlan, { number: Number(plan) }).set({ usdc: usdcPrice, gim: gimPrice });
  await keepServiceEvent(context.db, event, "PlanPriceSet");
});

ponder.on("AccessPass:AssetShareSet", async ({ event, context }) => {
  await keepSetting(context.db, event, "AssetShareSet", "assetShareBps", event.args.current);
});

ponder.on("AccessPass:TrialCreditsSet", async ({ event, context }) => {
  await keepSetting(context.db, event, "TrialCreditsSet", "trialCredits", event.args.current);
});

/* BUYING */

ponder.on("AccessPass:CreditsBought", async ({ event, context }) => {
  const { payer, receiver, id, units, currency, cost, kept } = event.args;
  await context.db.insert(creditPurchase).values({
    ...rowOf(event),
    kind: "credits",
    payer: lower(payer),
    receiver: lower(receiver),
    number: Number(id),
    units,
    currency: lower(currency),
    cost,
    kept,
  });
  const { usdc } = await currenciesOf(context, event.log.address);
  const pool = lower(currency) === usdc ? { poolUsdc: kept } : { poolGim: kept };
  await addSupply(context.db, event, id, { issued: units, ...pool });
  await changeCredits(context.db, event, { account: receiver, id }, ({ bought }) => ({ bought: bought + units }));
});

ponder.on("AccessPass:PlanBought", async ({ event, context }) => {
  const { payer, receiver, plan, periods, currency, cost } = event.args;
  const endsAt = Number(event.args.endsAt);
  await context.db.insert(creditPurchase).values({
    ...rowOf(event),
    kind: "plan",
    payer: lower(payer),
    receiver: lower(receiver),
    number: Number(plan),
    units: periods,
    currency: lower(currency),
    cost,
    endsAt,
  });
  const row = { endsAt, ...momentOf(event) };
  await context.db
    .insert(accountPlan)
    .values({ account: lower(receiver), plan: Number(plan), ...row })
    .onConflictDoUpdate(row);
});

ponder.on("AccessPass:TransferSingle", async ({ event, context }) => {
  const { id, value } = event.args;
  await moveCredits(context.db, event, event.args, id, value);
});

ponder.on("AccessPass:TransferBatch", async ({ event, context }) => {
  const { ids } = event.args;
  const values = (event.args as unknown as { values: readonly bigint[] }).values;
  for (const [place, id] of ids.entries()) await moveCredits(context.db, event, event.args, id, values[place] ?? 0n);
});

/* METERS */

type Change = Omit<typeof meterEvent.$inferInsert, "id" | "block" | "time" | "transaction">;

async function keep({ db }: Pick<Context, "db">, event: Parameters<typeof rowOf>[0], change: Change): Promise<void> {
  await db.insert(meterEvent).values({ ...rowOf(event), ...change });
}

ponder.on("AccessPass:TrialStarted", async ({ event, context }) => {
  const { units } = event.args;
  const [account, endsAt] = [lower(event.args.account), Number(event.args.endsAt)];
  await context.db.insert(trial).values({ account, ...stampOf(event), units, endsAt, expired: null });
  await keep(context, event, {
    ...{ account, credit: Number(TRIAL), kind: "trialStarted" },
    ...{ units, meter: units, at: endsAt },
  });
  await addSupply(context.db, event, TRIAL, { issued: units });
  await changeCredits(context.db, event, { account, id: TRIAL }, () => ({ meter: units }));
});

ponder.on("AccessPass:TrialExpired", async ({ event, context }) => {
  const { units } = event.args;
  const account = lower(event.args.account);
  await context.db.update(trial, { account }).set({ expired: units });
  await keep(context, event, { account, credit: Number(TRIAL), kind: "trialExpired", units, meter: 0n });
  await addSupply(context.db, event, TRIAL, { expired: units });
  await changeCredits(context.db, event, { account, id: TRIAL }, () => ({ meter: 0n }));
});

ponder.on("AccessPass:Loaded", async ({ event, context }) => {
  const { account, id, units, meter } = event.args;
  await keep(context, event, { account: lower(account), credit: Number(id), kind: "loaded", units, meter });
  await changeCredits(context.db, event, { account, id }, ({ loaded }) => ({ meter, loaded: loaded + units }));
});

ponder.on("AccessPass:UnloadRequested", async ({ event, context }) => {
  const { account, id, units } = event.args;
  const at = Number(event.args.readyAt);
  await keep(context, event, { account: lower(account), credit: Number(id), kind: "unloadRequested", units, at });
  await changeCredits(context.db, event, { account, id }, () => ({ notice: units, noticeEndsAt: at }));
});

ponder.on("AccessPass:Unloaded", async ({ event, context }) => {
  const { account, id, units, meter } = event.args;
  await keep(context, event, { account: lower(account), credit: Number(id), kind: "unloaded", units, meter });
  await changeCredits(context.db, event, { account, id }, ({ unloaded }) => {
    return { meter, unloaded: unloaded + units, notice: 0n, noticeEndsAt: 0 };
  });
});

ponder.on("AccessPass:KeySet", async ({ event, context }) => {
  const { account, key, until, previous, previousUntil } = event.args;
  const row = {
    ...stampOf(event),
    key: lower(key),
    until: Number(until),
    previous: lower(previous),
    previousUntil: Number(previousUntil),
  };
  await context.db
    .insert(sessionKey)
    .values({ account: lower(account), ...row })
    .onConflictDoUpdate(row);
});

ponder.on("AccessPass:NonceCancelRequested", async ({ event, context }) => {
  const { account, id, nonce, readyAt } = event.args;
  if (!isUsable(id)) return;
  const key = { account: lower(account), credit: Number(id) };
  await keep(context, event, { ...key, kind: "nonceCancelRequested", nonce, at: Number(readyAt) });
});

ponder.on("AccessPass:NonceCancelled", async ({ event, context }) => {
  const { account, id, nonce } = event.args;
  if (!isUsable(id)) return;
  await keep(context, event, { account: lower(account), credit: Number(id), kind: "nonceCancelled", nonce });
});

/* SETTLING */

ponder.on("AccessPass:Settled", async ({ event, context }) => {
  const { account, id, asset, units, meter } = event.args;
  const receipts = Number(event.args.receipts);
  await context.db.insert(settlement).values({
    ...rowOf(event),
    ...{ account: lower(account), credit: Number(id), asset, receipts, units, meter },
    settler: lower(event.transaction.from),
  });
  await addSupply(context.db, event, id, { used: units });
  await changeCredits(context.db, event, { account, id }, (row) => ({
    meter,
    used: row.used + units,
    receipts: row.receipts + receipts,
  }));
});

ponder.on("AccessPass:ReceiptSkipped", async ({ event, context }) => {
  const { account, id, nonce, reason } = event.args;
  if (!isUsable(id)) return;
  await context.db.insert(skippedReceipt).values({
    ...rowOf(event),
    ...{ account: lower(account), credit: Number(id), nonce },
    reason: REASONS[reason] ?? "nonce",
  });
});

ponder.on("AccessPass:Earned", async ({ event, context }) => {
  const { asset, id, units, usdcAmount: usdc, gimAmount: gim } = event.args;
  await context.db.insert(assetEarning).values({ ...rowOf(event), asset, credit: Number(id), units, usdc, gim });
  await addSupply(context.db, event, id, { poolUsdc: -usdc, poolGim: -gim });
  const currencies = await currenciesOf(context, event.log.address);
  const parts = [
    [currencies.usdc, usdc],
    [currencies.gim, gim],
  ] as const;
  for (const [currency, earned] of parts) {
    if (earned !== 0n) await addEarnings(context.db, event, { asset, currency }, { earned, paid: 0n });
  }
});

ponder.on("AccessPass:EarnedPaid", async ({ event, context }) => {
  const { asset, owner, amount } = event.args;
  const currency = lower(event.args.currency);
  await context.db.insert(assetPayment).values({ ...rowOf(event), asset, currency, owner: lower(owner), amount });
  await addEarnings(context.db, event, { asset, currency }, { earned: 0n, paid: amount });
});

ponder.on("AccessPass:Flushed", async ({ event, context }) => {
  const { amount } = event.args;
  const currency = lower(event.args.currency);
  await context.db.insert(assetPayment).values({ ...rowOf(event), asset: 0n, currency, owner: null, amount });
  await addEarnings(context.db, event, { asset: 0n, currency }, { earned: 0n, paid: amount });
});
