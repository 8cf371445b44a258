import { type Context, ponder } from "ponder:registry";
import { batch, batchEvent, plan, planOrder, vault } from "ponder:schema";
import type { Address } from "viem";
import { batchDepositorAbi } from "../../sdk/src/abis/batchDepositor.ts";
import { lower } from "../lib/snapshots.ts";
import { rowOf, stampOf } from "../lib/stamp.ts";

const KINDS = ["DEPOSIT", "WITHDRAW_SUM", "WITHDRAW_PART"] as const;
const PERIODS = ["ONE_WEEK", "TWO_WEEKS", "FOUR_WEEKS", "MONTH"] as const;

/** The index of a depositor: `share()` of ERC-7575, which never changes. */
async function vaultOf({ client }: Pick<Context, "client">, depositor: Address): Promise<Address> {
  const of = { abi: batchDepositorAbi, address: depositor, functionName: "share", cache: "immutable" } as const;
  return lower(await client.readContract(of));
}

ponder.on("BatchFactory:DepositorCreated", async ({ event, context }) => {
  const { vault: address, depositor } = event.args;
  await context.db.update(vault, { address: lower(address) }).set({ batchDepositor: lower(depositor) });
});

ponder.on("BatchDepositor:BatchOpened", async ({ event, context }) => {
  const { batch: number, price, assetsCrossed, sharesCrossed } = event.args;
  const depositor = lower(event.log.address);
  await context.db.insert(batch).values({
    depositor,
    number: Number(number),
    vault: await vaultOf(context, depositor),
    ...stampOf(event),
    price,
    assetsCrossed,
    sharesCrossed,
    sharesDelivered: 0n,
    assetsForShares: 0n,
    cashDelivered: 0n,
    sharesForCash: 0n,
  });
});

ponder.on("BatchDepositor:SharesDelivered", async ({ event, context }) => {
  const { batch: number, shares, assets } = event.args;
  await context.db.update(batch, { depositor: lower(event.log.address), number: Number(number) }).set((row) => ({
    sharesDelivered: row.sharesDelivered + shares,
    assetsForShares: row.assetsForShares + assets,
  }));
});

ponder.on("BatchDepositor:CashDelivered", async ({ event, context }) => {
  const { batch: number, shares, assets } = event.args;
  await context.db.update(batch, { depositor: lower(event.log.address), number: Number(number) }).set((row) => ({
    cashDelivered: row.cashDelivered + assets,
    sharesForCash: row.sharesForCash + shares,
  }));
});

type Change = Omit<typeof batchEvent.$inferInsert, "id" | "block" | "time" | "transaction" | "depositor" | "vault">;

async function keep(
  context: Pick<Context, "db" | "client">,
  event: Parameters<typeof rowOf>[0] & { readonly log: { readonly address: Address } },
  change: Change,
): Promise<void> {
  const depositor = lower(event.log.address);
  await context.db
    .insert(batchEvent)
    .values({ ...rowOf(event), depositor, vault: await vaultOf(context, depositor), ...change });
}

ponder.on("BatchDepositor:DepositRequest", async ({ event, context }) => {
  const { controller, owner, requestId, assets } = event.args;
  const who = { controller: lower(controller), owner: lower(owner) };
  await keep(context, event, { kind: "depositRequest", batch: Number(requestId), ...who, assets });
});

ponder.on("BatchDepositor:RedeemRequest", async ({ event, context }) => {
  const { controller, owner, requestId, shares } = event.args;
  const who = { controller: lower(controller), owner: lower(owner) };
  await keep(context, event, { kind: "redeemRequest", batch: Number(requestId), ...who, shares });
});

ponder.on("BatchDepositor:DepositCancelled", async ({ event, context }) => {
  const { controller, batch: number, receiver, assets } = event.args;
  const who = { controller: lower(controller), receiver: lower(receiver) };
  await keep(context, event, { kind: "depositCancelled", batch: Number(number), ...who, assets });
});

ponder.on("BatchDepositor:RedeemCancelled", async ({ event, context }) => {
  const { controller, batch: number, receiver, shares } = event.args;
  const who = { controller: lower(controller), receiver: lower(receiver) };
  await keep(context, event, { kind: "redeemCancelled", batch: Number(number), ...who, shares });
});

// ERC-7575's names: `owner` received shares that `sender` claimed; of Withdraw, `owner` is the controller.
ponder.on("BatchDepositor:Deposit", async ({ event, context }) => {
  const { sender, owner, assets, shares } = event.args;
  const who = { controller: lower(sender), receiver: lower(owner) };
  await keep(context, event, { kind: "depositClaimed", ...who, assets, shares });
});

ponder.on("BatchDepositor:Withdraw", async ({ event, context }) => {
  const { receiver, owner, assets, shares } = event.args;
  const who = { controller: lower(owner), receiver: lower(receiver) };
  await keep(context, event, { kind: "redeemClaimed", ...who, assets, shares });
});

ponder.on("BatchDepositor:DepositRefunded", async ({ event, context }) => {
  const { controller, receiver, assets } = event.args;
  const who = { controller: lower(controller), receiver: lower(receiver) };
  await keep(context, event, { kind: "depositRefunded", ...who, assets });
});

ponder.on("BatchDepositor:RedeemRefunded", async ({ event, context }) => {
  const { controller, receiver, shares } = event.args;
  const who = { controller: lower(controller), receiver: lower(receiver) };
  await keep(context, event, { kind: "redeemRefunded", ...who, shares });
});

ponder.on("RecurringOrders:PlanCreated", async ({ event, context }) => {
  const { id, owner, batchDepositor, plan: terms, next } = event.args;
  await context.db.insert(plan).values({
    id,
    ...stampOf(event),
    owner: lower(owner),
    depositor: lower(batchDepositor),
    vault: await vaultOf(context, batchDepositor),
    kind: KINDS[terms.kind] ?? "DEPOSIT",
    period: PERIODS[terms.period] ?? "MONTH",
    amount: terms.amount,
    tipCap: BigInt(terms.tipCap),
    orders: Number(terms.orders),
    lastDay: Number(terms.lastDay),
    next: Number(next),
    filed: 0,
    status: "active",
  });
});

ponder.on("RecurringOrders:OrderExecuted", async ({ event, context }) => {
  const { id, executor, requestId, amount, tip, next } = event.args;
  await context.db
    .insert(planOrder)
    .values({ ...rowOf(event), plan: id, kind: "filed", executor: lower(executor), requestId, amount, tip });
  await context.db.update(plan, { id }).set((row) => ({ filed: row.filed + 1, next: Number(next) }));
});

ponder.on("RecurringOrders:OrderFailed", async ({ event, context }) => {
  const { id, reason } = event.args;
  await context.db.insert(planOrder).values({ ...rowOf(event), plan: id, kind: "failed", reason });
});

ponder.on("RecurringOrders:PlanCancelled", async ({ event, context }) => {
  await context.db.update(plan, { id: event.args.id }).set({ status: "cancelled", next: 0 });
});

ponder.on("RecurringOrders:PlanCompleted", async ({ event, context }) => {
  await context.db.update(plan, { id: event.args.id }).set({ status: "completed", next: 0 });
});
