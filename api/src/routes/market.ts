import { defineRoute, type Route } from "../http/route.ts";
import { isoTime, timeSchema, z } from "../http/schemas.ts";
import { type Dated, dateOf, rounded } from "../market/figures.ts";
import type { DayHead } from "../market/gradeDay.ts";
import type { Sentiment } from "../market/news.ts";
import { tokenList, tokenPlaceSchema } from "../market/tokenLists.ts";
import {
  computedFrom,
  computedFromSchema,
  dateSchema,
  figure,
  filterOf,
  rangeOf,
  rangeQuery,
  sortQuery,
  tokenQuery,
  tokenRef,
  tokenRefSchema,
  usd,
  usdSchema,
} from "../market/wire.ts";

const regimeSchema = z.enum(["bull", "range", "bear", "unknown"]);
const bps = (description: string) =>
  z
    .number()
    .int()
    .openapi({ description: `${description}, in basis points.` });
const datedSchema = (description: string) =>
  z.strictObject({ value: z.number(), date: dateSchema }).nullable().openapi({ description });

const metricsSchema = z
  .strictObject({
    date: dateSchema,
    regime: regimeSchema,
    exposureBps: bps("Part of a portfolio that the regime lets be at risk"),
    totalMarketCap: z
      .strictObject({ value: usdSchema, date: dateSchema })
      .nullable()
      .openapi({ description: "Of the 200 largest tokens, as the source tells it." }),
    bitcoinDominance: datedSchema("Bitcoin's part of the total, as a fraction."),
    stableShare: datedSchema("Part of the total that is in stable tokens, as a fraction."),
    fearGreed: datedSchema("Fear & greed index, 0 to 100."),
    equityVolatility: datedSchema("VIX: volatility that options on US shares expect, in percent a year."),
    dollarIndex: datedSchema("Index of the dollar against other currencies."),
    change24h: figure("Of the market weighed by capitalisation, over a day, as a fraction."),
    change7d: figure("Over seven days."),
    change30d: figure("Over 30 days."),
    volatility: figure("Of the market, from 30 days, a year, as a fraction."),
    drawdown: figure("From the 180-day high, as a fraction <= 0."),
    breadth: figure("Tokens above their own 50-day average price, as a fraction."),
    trendStrength: figure("Net move of 30 days over the sum of its daily moves, -1 to 1."),
    signals: z
      .strictObject({
        bullish: z.number().int(),
        neutral: z.number().int(),
        bearish: z.number().int(),
        unknown: z.number().int(),
      })
      .openapi({ description: "Tokens by stance." }),
    computedFrom: computedFromSchema,
  })
  .openapi("MarketMetrics");

function dated(figure: Dated | null): { value: number; date: string } | null {
  return figure === null ? null : { value: rounded(figure.value) ?? 0, date: dateOf(figure.day) ?? "" };
}

function toMetrics(head: DayHead): z.input<typeof metricsSchema> {
  const { overview, regime } = head;
  const total = overview.totalMarketCap;
  const sum = usd(total?.value ?? null);
  return {
    date: dateOf(head.day) ?? "",
    regime: regime.regime,
    exposureBps: regime.exposureBps,
    totalMarketCap: total === null || sum === null ? null : { value: sum, date: dateOf(total.day) ?? "" },
    bitcoinDominance: dated(overview.bitcoinDominance),
    stableShare: dated(overview.stableShare),
    fearGreed: dated(overview.fearGreed),
    equityVolatility: dated(overview.equityVolatility),
    dollarIndex: dated(overview.dollarIndex),
    change24h: rounded(overview.change1),
    change7d: rounded(overview.change7),
    change30d: rounded(overview.change30),
    volatility: rounded(overview.volatility),
    drawdown: rounded(overview.drawdown),
    breadth: rounded(overview.breadth),
    trendStrength: rounded(overview.trendStrength),
    signals: { ...head.stances },
    computedFrom: computedFrom(head),
  };
}

const listMarketMetrics = defineRoute({
  id: "listMarketMetrics",
  method: "get",
  path: "/v1/market-metrics",
  tag: "Market",
  summary: "The market as a whole, newest graded day first",
  query: rangeQuery,
  position: z.number().int(),
  data: z.array(metricsSchema),
  hasPast: true,
  freshness: "revision",
  handle: async ({ market }, { query, at, page }) => {
    const newest = await market.at(at);
    const { from, to } = rangeOf(query) ?? { from: 0, to: newest.day };
    const until = Math.min(to, newest.day);
    const heads = await market.store.days(from, until, newest.asOf, page.limit + 1, page.after);
    const shown = heads.slice(0, page.limit);
    return {
      data: shown.map(toMetrics),
      asOf: newest.asOf,
      asOfBlock: Number(newest.block.number),
      next: heads.length > page.limit ? (shown.at(-1)?.day ?? null) : null,
    };
  },
});

const regimeAnswerSchema = z
  .strictObject({
    date: dateSchema,
    regime: regimeSchema,
    exposureBps: bps("Part of a portfolio that the regime lets be at risk"),
    since: dateSchema.openapi({ description: "Last change of exposure." }),
    votes: z.record(z.string(), z.number().int()).openapi({
      description: "1 for risk, -1 against it, 0 undecided; who abstains is absent.",
    }),
    reasons: z.array(z.string()).openapi({ description: "The state first, then a sentence of each voter." }),
    sectors: z.array(
      z.strictObject({
        sector: z.string(),
        regime: regimeSchema,
        exposureBps: bps("Of its weight"),
        reason: z.string(),
      }),
    ),
    history: z
      .array(
        z.strictObject({
          date: dateSchema,
          regime: regimeSchema,
          exposureBps: bps("From that day on"),
          scoreBps: bps("Mean vote of the day, -10000 to 10000").nullable(),
        }),
      )
      .openapi({
        description: "Days on which regime or exposure changed, newest first, as this day's data tells them.",
      }),
    computedFrom: computedFromSchema,
  })
  .openapi("Regime");

const getRegime = defineRoute({
  id: "getRegime",
  method: "get",
  path: "/v1/regime",
  tag: "Market",
  summary: "The market's regime with its votes and reasons, since when, and its history",
  description: "An index may carry less than this exposure: its methodology and its own state may ask for that.",
  data: regimeAnswerSchema,
  hasPast: true,
  freshness: "revision",
  handle: async ({ market }, { at }) => {
    const head = await market.at(at);
    const { regime, exposureBps, since, votes, reasons, sectors } = head.regime;
    return {
      data: {
        ...{ date: dateOf(head.day) ?? "", regime, exposureBps, since, votes: { ...votes }, reasons: [...reasons] },
        sectors: Object.entries(sectors).map(([sector, state]) => ({ sector, ...state })),
        history: head.regimeChanges.toReversed().map(({ day, ...change }) => ({ date: dateOf(day) ?? "", ...change })),
        computedFrom: computedFrom(head),
      },
      asOf: head.asOf,
      asOfBlock: Number(head.block.number),
    };
  },
});

const sentimentSchema = z
  .strictObject({
    headlines7d: z.number().int().openapi({ description: "Headlines of the last seven days, repeats counted once." }),
    score: figure("Mean of the day's headlines, -1 (bad) to 1 (good); null: the day had none."),
    scoreHalved1d: figure("Mean over days, halved every day."),
    scoreHalved3d: figure("Halved every three days."),
    scoreHalved7d: figure("Halved every seven days."),
    disagreement7d: figure("Mean deviation of the scores of a day; null: no day had two headlines."),
    novelty7d: figure("0 to 1: how little of it was said in the 30 days before."),
    newest: z.array(z.strictObject({ at: timeSchema, source: z.string(), text: z.string(), score: z.number() })),
  })
  .openapi("Sentiment");

function toSentiment(sentiment: Sentiment): z.input<typeof sentimentSchema> {
  return {
    headlines7d: sentiment.headlines7,
    score: rounded(sentiment.score),
    scoreHalved1d: rounded(sentiment.scoreHalved1),
    scoreHalved3d: rounded(sentiment.scoreHalved3),
    scoreHalved7d: rounded(sentiment.scoreHalved7),
    disagreement7d: rounded(sentiment.disagreement7),
    novelty7d: rounded(sentiment.novelty7),
    newest: sentiment.newest.map(({ at, source, text, score }) => ({
      at: isoTime(at),
      source,
      text,
      score: rounded(score) ?? 0,
    })),
  };
}

const NOT_COVERED = "No headline of the last 35 days was about it.";

const tokenSentimentSchema = tokenRefSchema
  .extend({
    date: dateSchema,
    sentiment: sentimentSchema.nullable(),
    reason: z.string().nullable().openapi({ description: "Why there is no sentiment." }),
    computedFrom: computedFromSchema,
  })
  .openapi("TokenSentiment");

const listSentiments = defineRoute({
  id: "listSentiments",
  method: "get",
  path: "/v1/sentiments",
  tag: "Market",
  summary: "What the headlines say about each token, and nothing else",
  query: { ...tokenQuery, ...sortQuery, ...rangeQuery },
  position: tokenPlaceSchema,
  data: z.array(tokenSentimentSchema),
  hasPast: true,
  freshness: "revision",
  handle: (context, { query, at, page }) => {
    const { sort, order } = query;
    const input = { filter: filterOf(query), sort, order, range: rangeOf(query), at, page };
    return tokenList(context, input, "rank", (token, head) => {
      const { sentiment } = token.detail;
      return {
        ...tokenRef(token),
        date: dateOf(head.day) ?? "",
        sentiment: sentiment === null ? null : toSentiment(sentiment),
        reason: sentiment === null ? NOT_COVERED : null,
        computedFrom: computedFrom(head),
      };
    });
  },
});

const getMarketSentiment = defineRoute({
  id: "getMarketSentiment",
  method: "get",
  path: "/v1/sentiments/market",
  tag: "Market",
  summary: "What the headlines say about the market as a whole",
  data: z
    .strictObject({
      date: dateSchema,
      sentiment: sentimentSchema.nullable(),
      reason: z.string().nullable(),
      computedFrom: computedFromSchema,
    })
    .openapi("MarketSentiment"),
  hasPast: true,
  freshness: "revision",
  handle: async ({ market }, { at }) => {
    const head = await market.at(at);
    const { sentiment } = head;
    return {
      data: {
        date: dateOf(head.day) ?? "",
        sentiment: sentiment === null ? null : toSentiment(sentiment),
        reason: sentiment === null ? "No headline of the last 35 days is known." : null,
        computedFrom: computedFrom(head),
      },
      asOf: head.asOf,
      asOfBlock: Number(head.block.number),
    };
  },
});

/** The market as a whole, and what the news say. */
export const marketRoutes: readonly Route[] = [listMarketMetrics, getRegime, listSentiments, getMarketSentiment];
