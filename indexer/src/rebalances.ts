import { ponder } from "ponder:registry";
import { fill, rebalance, vault } from "ponder:schema";
import type { Address } from "viem";
import { lower, readVaults, takeSnapshot, weightsIn } from "../lib/snapshots.ts";
import { momentOf, rowOf, stampOf } from "../lib/stamp.ts";
import { keepEvent } from "../lib/vaults.ts";

const LANES = ["RISK", "DERISK"] as const;
const A_WORD = 16;
const BITS = 16n;

/** Weights {bps} of the packed words: 16 of 16 bits in each, the first in the lowest bits. */
function unpack(words: readonly bigint[], count: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const word = words[Math.floor(index / A_WORD)] ?? 0n;
    return Number((word >> (BITS * BigInt(index % A_WORD))) & 0xffffn);
  });
}

ponder.on("Vault:WeightsProposed", async ({ event, context }) => {
  const { epoch, lane, decisionHash, weights, navUnit, opensAt, closesAt } = event.args;
  const address = lower(event.log.address);
  // Trades may follow in the same block, so what was before is asked of the block before.
  const [before] = await readVaults(context.client, [address], event.block.number - 1n);
  const weightsBefore = weightsIn(before ?? null);
  const [after] = await readVaults(context.client, [address]);
  const order = weightsIn(after ?? null);
  const bps = unpack(weights, order.length);
  await context.db.insert(rebalance).values({
    vault: address,
    epoch: Number(epoch),
    ...stampOf(event),
    lane: LANES[lane] ?? "RISK",
    decisionHash,
    opensAt: Number(opensAt),
    closesAt: Number(closesAt),
    navUnit,
    weightsBefore,
    weightsTarget: order.map(({ token }, index) => ({ token, weightBps: bps[index] ?? 0 })),
    fills: 0,
    tradedValue: 0n,
  });
  await context.db.update(vault, { address }).set({ epoch: Number(epoch) });
  await takeSnapshot(context, address, momentOf(event));
});

ponder.on("Vault:Filled", async ({ event, context }) => {
  const { epoch, filler, sellToken, buyToken, sold, paid } = event.args;
  const address = lower(event.log.address);
  const { block } = momentOf(event);
  await takeSnapshot(context, address, momentOf(event));
  const [reading] = await readVaults(context.client, [address]);
  const valueIn = (token: Address, raw: bigint): bigint | null => {
    const held = reading?.nav.holdings.find((entry) => lower(entry.token) === lower(token));
    if (held === undefined || held.price === 0n) return null;
    return (raw * held.price) / 10n ** BigInt(held.decimals + 9);
  };
  const soldValue = valueIn(sellToken, sold);
  await context.db.insert(fill).values({
    ...rowOf(event),
    vault: address,
    epoch: Number(epoch),
    filler: lower(filler),
    sellToken: lower(sellToken),
    buyToken: lower(buyToken),
    sold,
    paid,
    soldValue,
    paidValue: valueIn(buyToken, paid),
  });
  const weightsAfter = weightsIn(reading ?? null);
  await context.db.update(rebalance, { vault: address, epoch: Number(epoch) }).set((row) => ({
    weightsAfter,
    fills: row.fills + 1,
    tradedValue: row.tradedValue + (soldValue ?? 0n),
    lastFillBlock: block,
  }));
});

ponder.on("Vault:EpochClosed", async ({ event, context }) => {
  const { block, time, transaction } = stampOf(event);
  await context.db.update(rebalance, { vault: lower(event.log.address), epoch: Number(event.args.epoch) }).set({
    outcome: "closed",
    outcomeBlock: block,
    outcomeTime: time,
    outcomeTransaction: transaction,
  });
});

ponder.on("Vault:EpochCancelled", async ({ event, context }) => {
  const { block, time, transaction } = stampOf(event);
  const key = { vault: lower(event.log.address), epoch: Number(event.args.epoch) };
  await keepEvent(context.db, event, "EpochCancelled");
  // It may also cancel a basket change alone, before the first epoch or after the last is over.
  const row = await context.db.find(rebalance, key);
  if (row === null || row.outcome !== null || time >= row.closesAt) return;
  await context.db.update(rebalance, key).set({
    outcome: "cancelled",
    outcomeBlock: block,
    outcomeTime: time,
    outcomeTransaction: transaction,
    outcomeBy: lower(event.args.caller),
  });
});
