import { ponder } from "ponder:registry";
import { basketChange, clock, deferredLeg, fee, flow, holding, shareTransfer, vault } from "ponder:schema";
import { followStrategy, keepNotice, keepRoyalty } from "../lib/adoptions.ts";
import { lower, takeDay, takeSnapshot } from "../lib/snapshots.ts";
import { momentOf, rowOf, stampOf } from "../lib/stamp.ts";
import { ensureVault, keepEvent, moveShares, readTerms } from "../lib/vaults.ts";

const DAY = 86_400n;

ponder.on("IndexFactory:IndexCreated", async ({ event, context }) => {
  const { vault: address, creator, version, name, symbol } = event.args;
  await ensureVault(context.db, address, event);
  const terms = await readTerms(context, address);
  await context.db
    .update(vault, { address: lower(address) })
    .set({ creator: lower(creator), version: Number(version), name, symbol, ...terms });
  await takeSnapshot(context, lower(address), momentOf(event));
});

ponder.on("Day:block", async ({ event, context }) => {
  const { db } = context;
  const day = Number(event.block.timestamp / DAY);
  const last = await db.find(clock, { id: 1 });
  if (last !== null && last.day >= day) return;
  await db.insert(clock).values({ id: 1, day }).onConflictDoUpdate({ day });
  const list = await db.sql.select({ address: vault.address }).from(vault).orderBy(vault.block, vault.address);
  await takeDay(
    context,
    list.map(({ address }) => address),
    momentOf(event),
  );
});

ponder.on("Vault:Transfer", async ({ event, context }) => {
  const { from, to, amount } = event.args;
  const { address } = event.log;
  await ensureVault(context.db, address, event);
  const fromBalance = await moveShares(context.db, address, from, -amount, event);
  const toBalance = await moveShares(context.db, address, to, amount, event);
  await context.db.insert(shareTransfer).values({
    ...rowOf(event),
    vault: lower(address),
    from: lower(from),
    to: lower(to),
    amount,
    fromBalance: from === to ? toBalance : fromBalance,
    toBalance,
  });
});

ponder.on("Vault:Minted", async ({ event, context }) => {
  const { caller, receiver, shares, feeShares } = event.args;
  const address = lower(event.log.address);
  await context.db.insert(flow).values({
    ...rowOf(event),
    vault: address,
    kind: "mint",
    caller: lower(caller),
    receiver: lower(receiver),
    shares,
    feeShares,
  });
  if (feeShares !== 0n) {
    await context.db.insert(fee).values({ ...rowOf(event), vault: address, kind: "mint", shares: feeShares });
  }
  await takeSnapshot(context, address, momentOf(event));
});

ponder.on("Vault:Redeemed", async ({ event, context }) => {
  const { caller, receiver, shares, deferredBitmap } = event.args;
  const address = lower(event.log.address);
  await context.db.insert(flow).values({
    ...rowOf(event),
    vault: address,
    kind: "redeem",
    caller: lower(caller),
    receiver: lower(receiver),
    shares,
    deferredBitmap,
  });
  await takeSnapshot(context, address, momentOf(event));
});

ponder.on("Zap:ZappedIn", async ({ event, context }) => {
  const { caller, vault: address, receiver, tokenIn, amountIn, shares } = event.args;
  await context.db.insert(flow).values({
    ...rowOf(event),
    vault: lower(address),
    kind: "zapIn",
    caller: lower(caller),
    receiver: lower(receiver),
    shares,
    token: lower(tokenIn),
    amount: amountIn,
  });
});

ponder.on("Zap:ZappedOut", async ({ event, context }) => {
  const { caller, vault: address, receiver, shares, tokenOut, amountOut, deferredBitmap } = event.args;
  await context.db.insert(flow).values({
    ...rowOf(event),
    vault: lower(address),
    kind: "zapOut",
    caller: lower(caller),
    receiver: lower(receiver),
    shares,
    token: lower(tokenOut),
    amount: amountOut,
    deferredBitmap,
  });
});

ponder.on("Vault:LegDeferred", async ({ event, context }) => {
  const { token, owedTo, amount } = event.args;
  await context.db.insert(deferredLeg).values({
    ...rowOf(event),
    vault: lower(event.log.address),
    token: lower(token),
    account: lower(owedTo),
    kind: "deferred",
    amount,
  });
});

ponder.on("Vault:Claimed", async ({ event, context }) => {
  const { token, account, receiver, amount } = event.args;
  await context.db.insert(deferredLeg).values({
    ...rowOf(event),
    vault: lower(event.log.address),
    token: lower(token),
    account: lower(account),
    kind: "claimed",
    receiver: lower(receiver),
    amount,
  });
  await takeSnapshot(context, lower(event.log.address), momentOf(event)); // a claim may absorb a shortfall first
});

ponder.on("Vault:FeesDistributed", async ({ event, context }) => {
  const { daoShares, royaltyShares, creatorShares } = event.args;
  const address = lower(event.log.address);
  await context.db.insert(fee).values({
    ...rowOf(event),
    vault: address,
    kind: "distributed",
    shares: daoShares + royaltyShares + creatorShares,
    daoShares,
    royaltyShares,
    creatorShares,
  });
  await keepRoyalty(context.db, event, address, royaltyShares);
  await takeSnapshot(context, address, momentOf(event));
});

ponder.on("Vault:FeesSet", async ({ event, context }) => {
  const { streamingRate, mintFeeBps, recipient } = event.args.current;
  const address = lower(event.log.address);
  await ensureVault(context.db, address, event);
  await context.db
    .update(vault, { address })
    .set({ streamingRate, mintFeeBps: Number(mintFeeBps), feeRecipient: lower(recipient) });
  await keepEvent(context.db, event, "FeesSet");
  await takeSnapshot(context, address, momentOf(event));
});

ponder.on("Vault:StrategyAdopted", async ({ event, context }) => {
  const { recipient, royaltyBps, methodologyHash } = event.args.current;
  const address = lower(event.log.address);
  await ensureVault(context.db, address, event);
  await context.db
    .update(vault, { address })
    .set({ royaltyRecipient: lower(recipient), royaltyBps: Number(royaltyBps), methodologyHash });
  await keepEvent(context.db, event, "StrategyAdopted");
  await followStrategy(context.db, event, address, { recipient, royaltyBps, methodologyHash });
});

ponder.on("Vault:CuratorSet", async ({ event, context }) => {
  const address = lower(event.log.address);
  await ensureVault(context.db, address, event);
  await context.db.update(vault, { address }).set({ curator: lower(event.args.current) });
  await keepEvent(context.db, event, "CuratorSet");
});

ponder.on("Vault:Paused", async ({ event, context }) => {
  const { bits, until } = event.args;
  await context.db
    .update(vault, { address: lower(event.log.address) })
    .set({ pausedBits: bits, pausedUntil: Number(until) });
  await keepEvent(context.db, event, "Paused");
});

ponder.on("Vault:Unpaused", async ({ event, context }) => {
  await context.db.update(vault, { address: lower(event.log.address) }).set({ pausedBits: 0 });
  await keepEvent(context.db, event, "Unpaused");
});

ponder.on("Vault:Synced", async ({ event, context }) => {
  await ensureVault(context.db, event.log.address, event);
  await keepEvent(context.db, event, "Synced");
  await takeSnapshot(context, lower(event.log.address), momentOf(event));
});

ponder.on("Vault:BasketProposed", async ({ event, context }) => {
  const { id, decisionHash, add, drop, appliesAt } = event.args;
  await context.db.insert(basketChange).values({
    vault: lower(event.log.address),
    number: Number(id),
    ...stampOf(event),
    decisionHash,
    added: add.map(lower),
    dropped: drop.map(lower),
    appliesAt: Number(appliesAt),
  });
});

ponder.on("Vault:BasketApplied", async ({ event, context }) => {
  const { id, drop, basketNonce } = event.args;
  const address = lower(event.log.address);
  const { block, time, transaction } = stampOf(event);
  await context.db
    .update(basketChange, { vault: address, number: Number(id) })
    .set({ appliedBlock: block, appliedTime: time, appliedTransaction: transaction });
  await context.db.update(vault, { address }).set({ basketNonce: Number(basketNonce) });
  for (const token of drop) await context.db.delete(holding, { vault: address, token: lower(token) });
  await takeSnapshot(context, address, momentOf(event));
});

ponder.on("Vault:ChangeAnnounced", async ({ event, context }) => {
  const { changeHash, eta } = event.args;
  await keepEvent(context.db, event, "ChangeAnnounced");
  await keepNotice(context.db, event, lower(event.log.address), changeHash, Number(eta));
});

for (const name of ["CuratorOffered", "FreezeSet", "TargetsRefreshed"] as const) {
  ponder.on(`Vault:${name}`, async ({ event, context }) => {
    await keepEvent(context.db, event, name);
  });
}
