import { type Context, Hono } from "hono";
import { accepts } from "hono/accepts";
import type { Address } from "viem";
import { gainsCsv } from "../accounts/csv.ts";
import { accountGains, type IndexGains } from "../accounts/gains.ts";
import { costLeft, gainOf, proceedsOf, sharesLeft, valueAt } from "../accounts/lots.ts";
import { momentOf } from "../accounts/moment.ts";
import type { AccountMovement } from "../accounts/movements.ts";
import { dollars, sharesAmount } from "../accounts/names.ts";
import { definePlainRoute, defineRoute, type Route } from "../http/route.ts";
import {
  addressInput,
  addressSchema,
  amountSchema,
  blockSchema,
  hashSchema,
  isoTime,
  timeSchema,
  z,
} from "../http/schemas.ts";

const TREATMENT = `First in, first out, in US dollars at the index's NAV of the block.

- Bought (minted in kind, by the zap, by a batch of deposits, or as the seed of one's own index): costs the shares and the mint fee
  at NAV. Gas is not part of it.
- Received (a transfer from somebody else, fee shares): costs what it was worth when it came.
- Sold (redeemed in kind, by the zap, or exchanged in a batch of redemptions): brings NAV. Redeeming in kind is a sale: what the
  tokens do afterwards is theirs. Shares in a batch stay the account's until they are exchanged.
- Sent (a transfer to somebody else): uses up lots and realises nothing.
- A figure that is not known, because a token had no price then or a lot is missing, is null.`;

const moveSchema = z
  .strictObject({
    kind: z.enum(["bought", "received", "sold", "sent"]),
    at: timeSchema,
    block: blockSchema,
    transaction: hashSchema,
    navPerShare: amountSchema.nullable(),
  })
  .openapi("ShareMovement");

const indexSchema = z.strictObject({
  index: addressSchema,
  symbol: z.string(),
  shares: amountSchema.openapi({ description: "Held, shares in a batch of redemptions included." }),
  cost: amountSchema.nullable().openapi({ description: "Cost basis of the shares held." }),
  value: amountSchema.nullable(),
  unrealised: amountSchema.nullable(),
  realisedCost: amountSchema.nullable().openapi({ description: "Cost basis of the shares sold." }),
  proceeds: amountSchema.nullable(),
  realised: amountSchema.nullable(),
  unmatched: amountSchema.openapi({ description: "Sold or sent without a known lot." }),
  disposals: z.array(
    moveSchema.extend({
      shares: amountSchema,
      proceeds: amountSchema.nullable(),
      lots: z.array(
        z.strictObject({
          acquired: moveSchema,
          shares: amountSchema,
          cost: amountSchema.nullable(),
          proceeds: amountSchema.nullable(),
          gain: amountSchema.nullable(),
        }),
      ),
      unmatched: amountSchema,
    }),
  ),
  lots: z.array(
    z.strictObject({
      acquired: moveSchema,
      shares: amountSchema,
      cost: amountSchema.nullable(),
      value: amountSchema.nullable(),
      unrealised: amountSchema.nullable(),
    }),
  ),
});

const gainsSchema = z
  .strictObject({ account: addressSchema, method: z.literal("FIFO"), indices: z.array(indexSchema) })
  .openapi("Gains");

function moveOf({ kind, time, block, transaction, nav }: AccountMovement) {
  return { kind, at: isoTime(time), block, transaction, navPerShare: dollars(nav) };
}

function describeIndex({ vault, symbol, gains, totals, nav }: IndexGains): z.input<typeof indexSchema> {
  return {
    index: vault,
    symbol,
    shares: sharesAmount(totals.shares),
    cost: dollars(totals.cost),
    value: dollars(totals.value),
    unrealised: dollars(totals.unrealised),
    realisedCost: dollars(totals.realisedCost),
    proceeds: dollars(totals.proceeds),
    realised: dollars(totals.realised),
    unmatched: sharesAmount(totals.unmatched),
    disposals: gains.disposals.map(({ movement, matches, unmatched }) => ({
      ...moveOf(movement),
      shares: sharesAmount(movement.shares),
      proceeds: dollars(proceedsOf(movement)),
      lots: matches.map((match) => ({
        acquired: moveOf(match.origin),
        shares: sharesAmount(match.shares),
        cost: dollars(match.cost),
        proceeds: dollars(match.proceeds),
        gain: dollars(gainOf(match)),
      })),
      unmatched: sharesAmount(unmatched),
    })),
    lots: gains.lots.map((lot) => {
      const [shares, cost] = [sharesLeft(lot), costLeft(lot)];
      const value = valueAt(shares, nav);
      return {
        acquired: moveOf(lot.origin),
        shares: sharesAmount(shares),
        cost: dollars(cost),
        value: dollars(value),
        unrealised: dollars(value === null || cost === null ? null : value - cost),
      };
    }),
  };
}

const params = { address: addressInput.openapi({ description: "The account." }) };
const query = { index: addressInput.optional().openapi({ description: "Only this index." }) };

const gainsJson = defineRoute({
  id: "getGains",
  method: "get",
  path: "/v1/accounts/{address}/gains",
  tag: "Accounts",
  summary: "Cost basis, and realised and unrealised gains (also as CSV)",
  description: TREATMENT,
  params,
  query,
  data: gainsSchema,
  hasPast: true,
  freshness: "revision",
  handle: async (context, { params: { address }, query: { index }, at }) => {
    const [found, moment] = await Promise.all([accountGains(context, address, index, at), momentOf(context, at)]);
    return { data: { account: address, method: "FIFO" as const, indices: found.map(describeIndex) }, ...moment };
  },
});

function csvResponse(account: Address, found: readonly IndexGains[]): Response {
  return new Response(gainsCsv(found), {
    headers: {
      "content-type": "text/csv; charset=utf-8; header=present",
      "content-disposition": `attachment; filename="gimbal-gains-${account.toLowerCase()}.csv"`,
      "cache-control": "public, no-cache",
      vary: "accept",
    },
  });
}

/** The table; at its own path, and at the other one for whoever accepts nothing but it. */
const gainsTable = (path: `/${string}`, id: string): Route =>
  definePlainRoute({
    id,
    method: "get",
    path,
    tag: "Accounts",
    summary: "Cost basis and gains as CSV",
    description:
      "A line for each part of a lot that was sold or sent, and for each lot that is held. Amounts in US dollars.",
    params,
    query,
    hasPast: true,
    freshness: "live",
    produces: { type: "text/csv", description: "A table with a head, RFC 4180." },
    handle: async (context, { params: { address }, query: { index }, at }) =>
      csvResponse(address, await accountGains(context, address, index, at)),
  });

const gainsCsvRoute = gainsTable("/v1/accounts/{address}/gains.csv", "getGainsCsv");

function wantsTable(c: Context): boolean {
  const supports = ["application/json", "text/csv"];
  return accepts(c, { header: "Accept", supports, default: "application/json" }) === "text/csv";
}

/** The JSON route, which hands whoever asks for `text/csv` on to the table at the same path. */
const gainsRoute: Route = {
  ...gainsJson,
  mount: (app, context, cache) => {
    const tables = new Hono();
    gainsTable(gainsJson.path, "getGainsTable").mount(tables, context, cache);
    tables.onError((error) => {
      throw error;
    });
    app.use(gainsJson.path.replace("{address}", ":address"), async (c, next) => {
      if (c.req.method === "GET" && wantsTable(c)) return tables.fetch(c.req.raw);
      await next();
      c.res.headers.append("vary", "accept");
    });
    gainsJson.mount(app, context, cache);
  },
};

/** What an account gained, as JSON and as a table. */
export const gainsRoutes: readonly Route[] = [gainsRoute, gainsCsvRoute];
