import { type Hash, zeroHash } from "viem";
import { namesOf, type TokenNames, tokenAmount } from "../accounts/names.ts";
import { allRows } from "../accounts/pages.ts";
import type { ApiContext } from "../context.ts";
import { SERVICES, type ServiceName } from "../credits/services.ts";
import type { OfMarket } from "../history/serviceHistory.ts";
import type { ListingRow, ListingSaleRow } from "../history/serviceRows.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { addressInput, addressSchema, amountSchema, hashSchema, isoTime, timeSchema, z } from "../http/schemas.ts";
import { liveResults, type RankedStrategy } from "../strategies/liveResults.ts";
import { atOneMoment } from "./moment.ts";

const COLLECTIONS = ["strategies", "credits"] as const;
const MOST = 10_000; // {listings} that are put in order by results

const marketQuery = {
  collection: z.enum(COLLECTIONS).optional().openapi({ description: "Data sets are among the strategies." }),
  currency: addressInput.optional().openapi({ description: "USDC or GIM." }),
  tokenId: z.coerce.number().int().positive().max(2_000).optional().openapi({
    type: "integer",
    minimum: 1,
    maximum: 2_000,
    description: "Token of the collection.",
  }),
};

const itemShape = {
  collection: z.enum(COLLECTIONS),
  contract: addressSchema,
  tokenId: z.string(),
  service: z.string().nullable().openapi({ description: "What these credits pay for; null: a strategy." }),
};

const listingSchema = z
  .strictObject({
    id: z.string(),
    ...itemShape,
    seller: addressSchema,
    units: z.string().openapi({ description: "Offered at first." }),
    left: z.string().openapi({ description: "Not sold yet." }),
    available: z.string().openapi({
      description: "That could be bought now: the seller may have fewer, or have taken his approval back.",
    }),
    unitPrice: amountSchema,
    currency: addressSchema,
    until: timeSchema,
    feeBps: z.number().int().openapi({ description: "The most that the market takes of the price." }),
    royaltyBps: z.number().int().openapi({ description: "Of the price, to the author." }),
    expectedHash: hashSchema.openapi({ description: "What `buy` is to be told: the newest version; 0 for credits." }),
    live: z
      .strictObject({
        rank: z.number().int().nullable(),
        days: z.number().int(),
        excessAYear: z.number().nullable(),
      })
      .nullable()
      .openapi({ description: "As /v1/strategies tells it, against BTC; null: no strategy." }),
    listedAt: timeSchema,
  })
  .openapi("Listing");

const saleSchema = z
  .strictObject({
    id: z.string(),
    listing: z.string(),
    ...itemShape,
    buyer: addressSchema,
    seller: addressSchema,
    units: z.string(),
    cost: amountSchema,
    royalty: amountSchema.openapi({ description: "Of the cost, to the author." }),
    fee: amountSchema.openapi({ description: "Of the cost, to the protocol." }),
    currency: addressSchema,
    hash: hashSchema.nullable().openapi({ description: "Newest version of a strategy at the time; null: credits." }),
    at: timeSchema,
    block: z.number().int(),
    transaction: hashSchema,
  })
  .openapi("MarketSale");

interface Asked {
  readonly collection?: (typeof COLLECTIONS)[number] | undefined;
  readonly currency?: OfMarket["currency"];
  readonly tokenId?: number | undefined;
}

function ofMarket({ collection, currency, tokenId }: Asked): OfMarket {
  const kind = collection === undefined ? undefined : collection === "credits" ? "credits" : "strategy";
  return { kind, currency, tokenId: tokenId === undefined ? undefined : BigInt(tokenId) };
}

function itemOf({ kind, collection, tokenId }: ListingRow | ListingSaleRow) {
  const isCredits = kind === "credits";
  const name = (Object.entries(SERVICES) as [ServiceName, bigint][]).find(([, id]) => id === tokenId)?.[0];
  return {
    collection: isCredits ? ("credits" as const) : ("strategies" as const),
    ...{ contract: collection, tokenId: String(tokenId), service: isCredits ? (name ?? null) : null },
  };
}

/** What a strategy adds to its listing. */
interface Details {
  readonly hash: Hash;
  readonly royaltyBps: number;
  readonly live: z.input<typeof listingSchema>["live"];
}

const CREDITS: Details = { hash: zeroHash, royaltyBps: 0, live: null };

async function detailsOf({ history }: ApiContext, row: ListingRow, ranked: ReadonlyMap<bigint, RankedStrategy>) {
  if (row.kind === "credits") return CREDITS;
  const strategy = await history.strategy(row.tokenId);
  const result = ranked.get(row.tokenId)?.result;
  const live = result === undefined ? null : { rank: result.rank, days: result.days, excessAYear: result.excessAYear };
  return { hash: strategy?.hash ?? zeroHash, royaltyBps: strategy?.resaleBps ?? 0, live };
}

function toListing(row: ListingRow, names: TokenNames, { hash, royaltyBps, live }: Details) {
  const { id, seller, units, left, available, unitPrice, currency, until, feeBps, time } = row;
  return {
    ...{ id: String(id), ...itemOf(row), seller },
    ...{ units: String(units), left: String(left), available: String(available) },
    ...{ unitPrice: tokenAmount(names, currency, unitPrice), currency, until: isoTime(until), feeBps, royaltyBps },
    ...{ expectedHash: hash, live, listedAt: isoTime(time) },
  };
}

/** Listings of strategies with the best live results first; what has no place comes last, newest first. */
function byResults(rows: readonly ListingRow[], ranked: ReadonlyMap<bigint, RankedStrategy>): readonly ListingRow[] {
  const place = ({ kind, tokenId }: ListingRow) =>
    (kind === "strategy" ? ranked.get(tokenId)?.result.rank : null) ?? Number.MAX_SAFE_INTEGER;
  return rows.toSorted((a, b) => place(a) - place(b) || Number(b.id - a.id));
}

const listListings = defineRoute({
  id: "listMarketListings",
  method: "get",
  path: "/v1/market/listings",
  tag: "Strategies",
  summary: "What is offered on the market: strategies, data sets and credits at fixed prices",
  description:
    "`order=results` puts strategies first that did best since indices adopted them, and never by a backtest. A listing that " +
    "stands may have nothing available: `availability=all` shows those, too.",
  query: {
    ...marketQuery,
    seller: addressInput.optional(),
    availability: z.enum(["available", "all"]).default("available"),
    order: z.enum(["newest", "results"]).default("newest"),
  },
  position: z.string().max(1_000),
  data: z.array(listingSchema),
  freshness: "revision",
  handle: async (context, { query, page }) => {
    const { history } = context;
    const asked = { ...ofMarket(query), seller: query.seller, isAvailable: query.availability === "available" };
    const { result, moment } = await atOneMoment(
      history,
      {},
      async () => {
        const rows =
          query.order === "newest"
            ? await history.listings({ ...asked, limit: page.limit, cursor: page.after ?? undefined })
            : null;
        const all = rows?.rows ?? (await allRows((part) => history.listings({ ...asked, ...part }), MOST, "listings"));
        const isRanked = all.some(({ kind }) => kind === "strategy");
        const results = isRanked ? await liveResults(context, "BTC", {}) : [];
        const ranked = new Map(results.map((each) => [each.row.id, each]));
        const found = rows ?? sliceOf(byResults(all, ranked), page);
        const names = await namesOf(
          context,
          found.rows.map(({ currency }) => currency),
        );
        const data = await Promise.all(
          found.rows.map(async (row) => toListing(row, names, await detailsOf(context, row, ranked))),
        );
        return { data, next: found.next };
      },
      () => null,
    );
    return { ...result, ...moment };
  },
});

function sliceOf(
  rows: readonly ListingRow[],
  { limit, after }: { readonly limit: number; readonly after: string | null },
) {
  const start = Number(after ?? 0);
  const end = start + limit;
  return { rows: rows.slice(start, end), next: end < rows.length ? String(end) : null };
}

const listSales = defineRoute({
  id: "listMarketSales",
  method: "get",
  path: "/v1/market/sales",
  tag: "Strategies",
  summary: "What was sold on the market, newest first",
  query: { ...marketQuery, account: addressInput.optional().openapi({ description: "Who bought or sold." }) },
  hasPast: true,
  position: z.string().max(1_000),
  data: z.array(saleSchema),
  freshness: "revision",
  handle: async (context, { query, at, page }) => {
    const { result, moment } = await atOneMoment(
      context.history,
      at,
      () =>
        context.history.listingSales({
          ...ofMarket(query),
          ...at,
          account: query.account,
          limit: page.limit,
          cursor: page.after ?? undefined,
        }),
      ({ rows }) => rows[0],
    );
    const names = await namesOf(
      context,
      result.rows.map(({ currency }) => currency),
    );
    const data = result.rows.map((row) => {
      const { id, listing, buyer, seller, units, currency, cost, royalty, fee, hash, time, block, transaction } = row;
      const paid = (raw: bigint) => tokenAmount(names, currency, raw);
      return {
        ...{ id: String(id), listing: String(listing), ...itemOf(row), buyer, seller, units: String(units) },
        ...{ cost: paid(cost), royalty: paid(royalty), fee: paid(fee), currency, hash },
        ...{ at: isoTime(time), block, transaction },
      };
    });
    return { data, ...moment, next: result.next };
  },
});

/** What is offered and what was sold. */
export const strategyMarketRoutes: readonly Route[] = [listListings, listSales];
