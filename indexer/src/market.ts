import { ponder } from "ponder:registry";
import { listing, listingSale, strategy } from "ponder:schema";
import { zeroAddress } from "viem";
import { keepSetting } from "../lib/credits.ts";
import { registry } from "../lib/settings.ts";
import { lower } from "../lib/snapshots.ts";
import { momentOf, rowOf, stampOf } from "../lib/stamp.ts";

ponder.on("StrategyMarket:Listed", async ({ event, context }) => {
  const { listingId, listing: offer } = event.args;
  const collection = lower(offer.collection);
  await context.db.insert(listing).values({
    id: listingId,
    ...stampOf(event),
    market: lower(event.log.address),
    seller: lower(offer.seller),
    collection,
    kind: collection === registry ? "strategy" : "credits",
    tokenId: BigInt(offer.id),
    units: BigInt(offer.left),
    left: BigInt(offer.left),
    unitPrice: offer.unitPrice,
    currency: lower(offer.currency),
    until: offer.until,
    feeBps: offer.feeBps,
    transferNonce: offer.transferNonce,
    status: "open",
    closedBlock: null,
    closedTime: null,
  });
});

ponder.on("StrategyMarket:Bought", async ({ event, context }) => {
  const { listingId, buyer, seller, units, cost, royaltyReceiver, royalty, fee, left } = event.args;
  const row = await context.db.find(listing, { id: listingId });
  if (row === null) return;
  const { collection, kind, tokenId, currency } = row;
  const sold = kind === "strategy" ? await context.db.find(strategy, { id: tokenId }) : null;
  await context.db.insert(listingSale).values({
    ...rowOf(event),
    ...{ listing: listingId, collection, kind, tokenId, currency },
    buyer: lower(buyer),
    seller: lower(seller),
    units,
    cost,
    royaltyReceiver: royaltyReceiver === zeroAddress ? null : lower(royaltyReceiver),
    royalty,
    fee,
    hash: sold?.hash ?? null,
  });
  const { block, time } = momentOf(event);
  const closed = left === 0n ? { status: "sold", closedBlock: block, closedTime: time } : {};
  await context.db.update(listing, { id: listingId }).set({ left, ...closed });
});

ponder.on("StrategyMarket:Cancelled", async ({ event, context }) => {
  const { block, time } = momentOf(event);
  await context.db
    .update(listing, { id: event.args.listingId })
    .set({ status: "cancelled", closedBlock: block, closedTime: time });
});

ponder.on("StrategyMarket:FeeSet", async ({ event, context }) => {
  await keepSetting(context.db, event, "FeeSet", "marketFeeBps", event.args.feeBps);
});
