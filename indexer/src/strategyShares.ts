import { type Context, ponder } from "ponder:registry";
import {
  buyoutEvent,
  royaltyClaim,
  royaltyRound,
  strategy,
  strategyLock,
  strategyShareBalance,
  strategyShareTransfer,
} from "ponder:schema";
import { type Address, zeroAddress } from "viem";
import { lower } from "../lib/snapshots.ts";
import { momentOf, rowOf, stampOf } from "../lib/stamp.ts";

type LogEvent = Parameters<typeof rowOf>[0] & { readonly log: { readonly address: Address } };
type Db = Context["db"];

ponder.on("StrategySharesFactory:SharesCreated", async ({ event, context }) => {
  const { shares, id, locker, supply, reservePrice, currency } = event.args;
  // The lock itself tells its name and symbol, later in the same transaction.
  await context.db.insert(strategyLock).values({
    shares: lower(shares),
    ...stampOf(event),
    strategy: id,
    locker: lower(locker),
    name: "",
    symbol: "",
    supply,
    reservePrice,
    currency: lower(currency),
    status: "LOCKED",
    holders: 0,
    bidder: null,
    bid: 0n,
    endsAt: null,
    endedBlock: null,
    endedTime: null,
  });
  await context.db.update(strategy, { id }).set({ lock: lower(shares) });
});

ponder.on("StrategyShares:Locked", async ({ event, context }) => {
  const { name, symbol } = event.args.terms;
  await context.db.update(strategyLock, { shares: lower(event.log.address) }).set({ name, symbol });
});

async function move(db: Db, shares: Address, account: Address, change: bigint, event: LogEvent): Promise<bigint> {
  if (account === zeroAddress) return 0n;
  const key = { shares, account: lower(account) };
  const before = (await db.find(strategyShareBalance, key))?.balance ?? 0n;
  const row = { balance: before + change, ...momentOf(event) };
  await db
    .insert(strategyShareBalance)
    .values({ ...key, ...row })
    .onConflictDoUpdate(row);
  const joined = Number(row.balance > 0n) - Number(before > 0n);
  if (joined !== 0) await db.update(strategyLock, { shares }).set(({ holders }) => ({ holders: holders + joined }));
  return row.balance;
}

ponder.on("StrategyShares:Transfer", async ({ event, context }) => {
  const { from, to, value: amount } = event.args;
  const shares = lower(event.log.address);
  const fromBalance = await move(context.db, shares, from, -amount, event);
  const toBalance = await move(context.db, shares, to, amount, event);
  await context.db.insert(strategyShareTransfer).values({
    ...rowOf(event),
    shares,
    from: lower(from),
    to: lower(to),
    amount,
    fromBalance: from === to ? toBalance : fromBalance,
    toBalance,
  });
});

ponder.on("StrategyShares:Harvested", async ({ event, context }) => {
  const { token, round, amount, timepoint } = event.args;
  await context.db.insert(royaltyRound).values({
    shares: lower(event.log.address),
    token: lower(token),
    number: Number(round),
    ...stampOf(event),
    amount,
    timepoint: Number(timepoint),
  });
});

ponder.on("StrategyShares:Claimed", async ({ event, context }) => {
  const { account, token, amount, from, to } = event.args;
  await context.db.insert(royaltyClaim).values({
    ...rowOf(event),
    shares: lower(event.log.address),
    account: lower(account),
    token: lower(token),
    amount,
    fromRound: Number(from),
    toRound: Number(to),
  });
});

type Change = Omit<typeof buyoutEvent.$inferInsert, "id" | "block" | "time" | "transaction" | "shares">;

async function keep({ db }: Pick<Context, "db">, event: LogEvent, change: Change): Promise<void> {
  await db.insert(buyoutEvent).values({ ...rowOf(event), shares: lower(event.log.address), ...change });
}

/** The token is out: its shares end, and nothing holds it any more. */
async function end({ db }: Pick<Context, "db">, event: LogEvent, status: "SOLD" | "REDEEMED"): Promise<void> {
  const shares = lower(event.log.address);
  const { block, time } = momentOf(event);
  await db.update(strategyLock, { shares }).set({ status, endedBlock: block, endedTime: time });
  const row = await db.find(strategyLock, { shares });
  if (row !== null) await db.update(strategy, { id: row.strategy }).set({ lock: null });
}

ponder.on("StrategyShares:BidPlaced", async ({ event, context }) => {
  const { bidder, amount, outbid, outbidAmount } = event.args;
  const endsAt = Number(event.args.endsAt);
  const isFirst = outbid === zeroAddress;
  const beaten = isFirst ? {} : { outbid: lower(outbid), outbidAmount };
  await keep(context, event, { kind: "bid", account: lower(bidder), amount, ...beaten, endsAt });
  await context.db
    .update(strategyLock, { shares: lower(event.log.address) })
    .set({ status: "AUCTION", bidder: lower(bidder), bid: amount, endsAt });
});

ponder.on("StrategyShares:BidWithdrawn", async ({ event, context }) => {
  const { bidder, amount } = event.args;
  await keep(context, event, { kind: "withdrawn", account: lower(bidder), amount });
});

ponder.on("StrategyShares:Settled", async ({ event, context }) => {
  const { winner, price } = event.args;
  await keep(context, event, { kind: "settled", account: lower(winner), amount: price });
  await end(context, event, "SOLD");
});

ponder.on("StrategyShares:CashedOut", async ({ event, context }) => {
  const { holder, shares, amount } = event.args;
  await keep(context, event, { kind: "cashedOut", account: lower(holder), amount, burned: shares });
});

ponder.on("StrategyShares:Redeemed", async ({ event, context }) => {
  const { holder, shares } = event.args;
  await keep(context, event, { kind: "redeemed", account: lower(holder), burned: shares });
  await end(context, event, "REDEEMED");
});

ponder.on("StrategyShares:Released", async ({ event, context }) => {
  const { token, holder, amount } = event.args;
  await keep(context, event, { kind: "released", account: lower(holder), token: lower(token), amount });
});
