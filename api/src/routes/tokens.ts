import { defineRoute, type Route } from "../http/route.ts";
import { z } from "../http/schemas.ts";
import { barsOf } from "../market/bars.ts";
import { dateOf, decimalText, rounded } from "../market/figures.ts";
import type { DayHead } from "../market/gradeDay.ts";
import { SERIES_COLUMNS, type StoredToken } from "../market/marketStore.ts";
import { tokenList, tokenPlaceSchema } from "../market/tokenLists.ts";
import {
  computedFrom,
  computedFromSchema,
  dateSchema,
  figure,
  filterOf,
  gradeSchema,
  rangeOf,
  rangeQuery,
  sortQuery,
  tokenInput,
  tokenQuery,
  tokenRef,
  tokenRefSchema,
  tokensInput,
  usd,
  usdSchema,
} from "../market/wire.ts";

const change = (span: string) => figure(`Change of the close over ${span}, as a fraction: 0.05 means 5%.`);
const volumeSourceSchema = z.enum(["volumeGlobal", "volumeBinance", "volumeCoinbase", "listing"]).nullable().openapi({
  description: "Way of counting: all venues, one exchange, or what the newest listing said. Not to be compared.",
});

const tokenSchema = tokenRefSchema
  .extend({
    ecosystem: z.string().openapi({ description: "Chain that it lives on; own: it is a chain's own coin." }),
    rank: z.number().int().nullable().openapi({ description: "In the newest listing of the market." }),
    listing: z.enum(["listed", "left", "unlisted"]).openapi({
      description:
        "Whether the newest listing of the market has it, an earlier one of the last months had it, or none.",
    }),
    price: usdSchema.nullable().openapi({ description: "Newest close of the last week." }),
    priceDate: dateSchema.nullable().openapi({ description: "The day that the price is of." }),
    marketCap: usdSchema.nullable().openapi({ description: "Of the circulating supply." }),
    volume24h: usdSchema.nullable().openapi({ description: "Traded on the day." }),
    volumeSource: volumeSourceSchema,
    circulatingSupply: z.strictObject({ amount: z.string(), unit: z.string() }).nullable(),
    fullyDilutedMarketCap: usdSchema.nullable(),
    change24h: change("a day"),
    change7d: change("seven days"),
    change30d: change("30 days"),
    traderGrade: gradeSchema,
    investorGrade: gradeSchema,
    stance: z.enum(["bullish", "neutral", "bearish", "unknown"]),
    computedFrom: computedFromSchema,
  })
  .openapi("Token");

function toToken(token: StoredToken, head: DayHead): z.input<typeof tokenSchema> {
  return {
    ...tokenRef(token),
    ecosystem: token.ecosystem,
    rank: token.rank,
    listing: token.listing,
    price: usd(token.price),
    priceDate: dateOf(token.priceDay),
    marketCap: usd(token.marketCap),
    volume24h: usd(token.volume),
    volumeSource: token.volumeSource,
    circulatingSupply: token.supply === null ? null : { amount: decimalText(token.supply), unit: token.symbol },
    fullyDilutedMarketCap: usd(token.dilutedCap),
    change24h: rounded(token.change1),
    change7d: rounded(token.change7),
    change30d: rounded(token.change30),
    traderGrade: token.traderGrade,
    investorGrade: token.investorGrade,
    stance: token.stance,
    computedFrom: computedFrom(head),
  };
}

const listTokens = defineRoute({
  id: "listTokens",
  method: "get",
  path: "/v1/tokens",
  tag: "Market",
  summary: "Every token that the market data knows, with price, size, listing and grades",
  query: { ...tokenQuery, ...sortQuery },
  position: tokenPlaceSchema,
  data: z.array(tokenSchema),
  hasPast: true,
  freshness: "revision",
  handle: (context, { query, at, page }) => {
    const { sort, order } = query;
    return tokenList(context, { filter: filterOf(query), sort, order, range: null, at, page }, "rank", toToken);
  },
});

const priceSchema = tokenRefSchema
  .extend({
    price: usdSchema
      .nullable()
      .openapi({ description: "Close of the day; null: the sources have none of the last week." }),
    priceDate: dateSchema.nullable(),
    computedFrom: computedFromSchema,
  })
  .openapi("TokenPrice");

const listPrices = defineRoute({
  id: "listPrices",
  method: "get",
  path: "/v1/price",
  tag: "Market",
  summary: "Newest daily close of the given tokens",
  description: "Closes of whole days as decisions saw them. For a price that one can trade at, ask for a quote.",
  query: { token: tokensInput },
  position: tokenPlaceSchema,
  data: z.array(priceSchema),
  hasPast: true,
  freshness: "revision",
  handle: (context, { query, at, page }) => {
    const input = { filter: { tokens: query.token }, sort: undefined, order: undefined, range: null, at, page };
    return tokenList(context, input, "symbol", (token, head) => ({
      ...tokenRef(token),
      price: usd(token.price),
      priceDate: dateOf(token.priceDay),
      computedFrom: computedFrom(head),
    }));
  },
});

const barSchema = z
  .strictObject({
    date: dateSchema,
    open: usdSchema.nullable(),
    high: usdSchema.nullable(),
    low: usdSchema.nullable(),
    close: usdSchema,
    volume: usdSchema.nullable(),
    volumeSource: volumeSourceSchema,
    marketCap: usdSchema.nullable(),
    basis: z.enum(["ohlc", "close"]).openapi({
      description:
        "ohlc: a bar as a venue reported it. close: only the close is known; nothing stands in for the rest.",
    }),
  })
  .openapi("Bar");

const ohlcvSchema = z
  .strictObject({
    token: z.string(),
    interval: z.literal("1d"),
    bars: z.array(barSchema).openapi({ description: "Newest first. Days without a close are absent." }),
    computedFrom: computedFromSchema,
  })
  .openapi("Ohlcv");

const listBars = defineRoute({
  id: "listBars",
  method: "get",
  path: "/v1/ohlcv",
  tag: "Market",
  summary: "Daily bars of a token",
  description:
    "Days end at 00:00 UTC. What was refused as untrue (spikes, stale prices) is absent; prices before a change of the " +
    "token's unit are told in the new one. History goes back as far as the snapshot does, about one and a half years.",
  query: { token: tokenInput, ...rangeQuery },
  position: z.number().int(),
  data: ohlcvSchema,
  hasPast: true,
  freshness: "revision",
  handle: async ({ market }, { query, at, page }) => {
    const head = await market.at(at);
    const { token } = await market.token(head, query.token);
    const panel = await market.panel(head, [token], SERIES_COLUMNS);
    const { from = 0, to = head.day } = rangeOf(query) ?? {};
    const last = Math.min(to, head.day, page.after === null ? head.day : page.after - 1);
    const bars = barsOf(panel, panel.assets.indexOf(token), from, last).toReversed();
    const shown = bars.slice(0, page.limit);
    return {
      data: {
        token,
        interval: "1d" as const,
        bars: shown.map((bar) => ({
          date: dateOf(bar.day) ?? "",
          open: usd(bar.open),
          high: usd(bar.high),
          low: usd(bar.low),
          close: { amount: decimalText(bar.close), unit: "USD" as const },
          volume: usd(bar.volume),
          volumeSource: bar.volumeSource,
          marketCap: usd(bar.marketCap),
          basis: bar.basis,
        })),
        computedFrom: computedFrom(head),
      },
      asOf: head.asOf,
      asOfBlock: Number(head.block.number),
      next: bars.length > page.limit ? (shown.at(-1)?.day ?? null) : null,
    };
  },
});

/** Tokens, their prices and their bars. */
export const tokenRoutes: readonly Route[] = [listTokens, listPrices, listBars];
