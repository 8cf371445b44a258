import { type Context, ponder } from "ponder:registry";
import {
  gradeEntry,
  marketApproval,
  royalty,
  strategy,
  strategyEvent,
  strategyOffer,
  strategyReceiver,
  strategyVersion,
} from "ponder:schema";
import { zeroAddress, zeroHash } from "viem";
import { addRoyalty, changeHashOf } from "../lib/adoptions.ts";
import { market } from "../lib/settings.ts";
import { lower } from "../lib/snapshots.ts";
import { momentOf, rowOf, stampOf } from "../lib/stamp.ts";

const KINDS = ["STRATEGY", "DATASET"] as const;

/** Keeps what the registry offers curators now. Nobody adopts a data set. */
async function keepOffer({ db }: Pick<Context, "db">, id: bigint): Promise<void> {
  const row = await db.find(strategy, { id });
  if (row === null || row.kind !== "STRATEGY") return;
  const { receiver, royaltyBps, hash } = row;
  const changeHash = changeHashOf({ recipient: receiver, royaltyBps, methodologyHash: hash });
  await db.insert(strategyOffer).values({ changeHash, strategy: id, royaltyBps, hash }).onConflictDoNothing();
}

ponder.on("StrategyRegistry:StrategyRegistered", async ({ event, context }) => {
  const { id, author, kind, receiver, royaltyBps, resaleBps } = event.args;
  // The first version and the mint follow in the same transaction.
  await context.db.insert(strategy).values({
    id,
    ...stampOf(event),
    kind: KINDS[kind] ?? "STRATEGY",
    author: lower(author),
    owner: lower(author),
    approved: null,
    receiver: lower(receiver),
    royaltyBps,
    resaleBps,
    resaleReceiver: lower(author),
    transferNonce: 0,
    hash: zeroHash,
    uri: "",
    versions: 0,
    lock: null,
  });
  await context.db.insert(strategyReceiver).values({ receiver: lower(receiver), strategy: id });
});

ponder.on("StrategyRegistry:VersionPublished", async ({ event, context }) => {
  const { id, index, hash, uri } = event.args;
  await context.db
    .insert(strategyVersion)
    .values({ strategy: id, number: Number(index), ...stampOf(event), hash, uri });
  await context.db.update(strategy, { id }).set({ hash, uri, versions: Number(index) + 1 });
  await keepOffer(context, id);
});

ponder.on("StrategyRegistry:RoyaltySet", async ({ event, context }) => {
  const { id, previous, royaltyBps } = event.args;
  await context.db.update(strategy, { id }).set({ royaltyBps });
  await context.db
    .insert(strategyEvent)
    .values({ ...rowOf(event), strategy: id, kind: "royalty", previousBps: previous, bps: royaltyBps });
  await keepOffer(context, id);
});

ponder.on("StrategyRegistry:ResaleReceiverSet", async ({ event, context }) => {
  const { id, previous, receiver } = event.args;
  await context.db.update(strategy, { id }).set({ resaleReceiver: lower(receiver) });
  await context.db
    .insert(strategyEvent)
    .values({ ...rowOf(event), strategy: id, kind: "resaleReceiver", from: lower(previous), to: lower(receiver) });
});

ponder.on("StrategyRegistry:Transfer", async ({ event, context }) => {
  const { from, to, tokenId: id } = event.args;
  const isMoved = from !== zeroAddress && from !== to;
  // A transfer takes the approval of one account back, without an event.
  await context.db.update(strategy, { id }).set((row) => ({
    owner: lower(to),
    approved: null,
    transferNonce: row.transferNonce + Number(isMoved),
  }));
  await context.db
    .insert(strategyEvent)
    .values({ ...rowOf(event), strategy: id, kind: "transfer", from: lower(from), to: lower(to) });
});

ponder.on("StrategyRegistry:Approval", async ({ event, context }) => {
  const { approved, tokenId: id } = event.args;
  await context.db.update(strategy, { id }).set({ approved: approved === zeroAddress ? null : lower(approved) });
});

for (const name of ["StrategyRegistry", "AccessPass"] as const) {
  ponder.on(`${name}:ApprovalForAll`, async ({ event, context }) => {
    const args: { operator: `0x${string}`; approved: boolean; owner?: `0x${string}`; account?: `0x${string}` } =
      event.args;
    const account = args.owner ?? args.account;
    if (account === undefined || lower(args.operator) !== market) return;
    const row = { isApproved: args.approved, ...momentOf(event) };
    await context.db
      .insert(marketApproval)
      .values({ collection: lower(event.log.address), account: lower(account), ...row })
      .onConflictDoUpdate(row);
  });
}

ponder.on("RoyaltyReceiver:PaidOut", async ({ event, context }) => {
  const { token, owner, amount } = event.args;
  const known = await context.db.find(strategyReceiver, { receiver: lower(event.log.address) });
  if (known === null) return;
  const parts = { strategy: known.strategy, token: lower(token) };
  await context.db
    .insert(royalty)
    .values({ ...rowOf(event), kind: "paidOut", ...parts, account: lower(owner), amount });
  await addRoyalty(context.db, event, parts, { paid: 0n, paidOut: amount });
});

ponder.on("GradeBook:DecisionRemembered", async ({ event, context }) => {
  const { vault, epoch, decisionHash } = event.args;
  await context.db.insert(gradeEntry).values({ vault: lower(vault), epoch, ...stampOf(event), decisionHash });
});
