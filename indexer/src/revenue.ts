import { ponder } from "ponder:registry";
import { buyback, revenueClaim, revenuePayment, revenueSplit, revenueWeek } from "ponder:schema";
import { lower } from "../lib/snapshots.ts";
import { momentOf, rowOf } from "../lib/stamp.ts";

ponder.on("FeeSplitter:Distributed", async ({ event, context }) => {
  const { token, parts } = event.args;
  await context.db.insert(revenueSplit).values({ ...rowOf(event), token: lower(token), ...parts });
});

ponder.on("RevenueDistributor:Notified", async ({ event, context }) => {
  const { token, payer, week, amount, pot } = event.args;
  await context.db
    .insert(revenuePayment)
    .values({ ...rowOf(event), token: lower(token), payer: lower(payer), week: Number(week), amount, pot });
});

ponder.on("RevenueDistributor:Finalized", async ({ event, context }) => {
  const { token, week, pot, supply } = event.args;
  await context.db
    .insert(revenueWeek)
    .values({ token: lower(token), week: Number(week), pot, supply, ...momentOf(event) });
});

ponder.on("RevenueDistributor:Claimed", async ({ event, context }) => {
  const { account, token, receiver, amount, fromEpoch, toEpoch } = event.args;
  await context.db.insert(revenueClaim).values({
    ...rowOf(event),
    account: lower(account),
    token: lower(token),
    receiver: lower(receiver),
    amount,
    fromEpoch: Number(fromEpoch),
    toEpoch: Number(toEpoch),
  });
});

ponder.on("Buyback:BoughtBack", async ({ event, context }) => {
  const { token, caller, amountIn, burned } = event.args;
  await context.db
    .insert(buyback)
    .values({ ...rowOf(event), token: lower(token), caller: lower(caller), amountIn, burned });
});
