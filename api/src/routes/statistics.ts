import { RequestInvalidError, UnprocessableError } from "../http/problem.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { z } from "../http/schemas.ts";
import { correlationMatrix, correlationRanking } from "../market/correlations.ts";
import { dateOf, decimalText, rounded } from "../market/figures.ts";
import type { DayHead } from "../market/gradeDay.ts";
import { QUANT_WINDOWS } from "../market/gradeDay.ts";
import { type Level, priceLevels } from "../market/levels.ts";
import type { MarketBook } from "../market/marketBook.ts";
import { DEFAULT_TOTALS, SCENARIO_ASSUMPTIONS, type ScenarioResult, scenariosOf } from "../market/scenarios.ts";
import { tokenList, tokenPlaceSchema } from "../market/tokenLists.ts";
import {
  computedFrom,
  computedFromSchema,
  dateSchema,
  figure,
  filterOf,
  rangeOf,
  rangeQuery,
  roundedFigures,
  sortQuery,
  tokenInput,
  tokenQuery,
  tokenRef,
  tokenRefSchema,
  tokensInput,
  usd,
  usdSchema,
} from "../market/wire.ts";

const MATRIX_TOKENS = 20;

const quantSchema = tokenRefSchema
  .extend({
    date: dateSchema,
    windowDays: z.number().int(),
    days: z.number().int().openapi({ description: "Daily results that the figures are of." }),
    missingDays: z.number().int().openapi({ description: "Days of the window without a close." }),
    totalReturn: figure("Over the window, as a fraction."),
    annualReturn: figure("Compound, a year, as a fraction; null for windows below a year."),
    volatility: figure("Standard deviation of daily results, a year, as a fraction."),
    sharpe: figure("Sharpe ratio, a year, without a risk-free rate."),
    sortino: figure("Sortino ratio, a year: falls alone count as risk."),
    calmar: figure("Annual return over the largest drawdown."),
    maxDrawdown: figure("Largest fall from a high, as a fraction >= 0."),
    longestDrawdownDays: figure("Days from a high until it was reached again, or to the end."),
    valueAtRisk95: figure("Loss of a day that one day in twenty exceeds, as a fraction >= 0."),
    expectedShortfall95: figure("Mean loss of the worst twentieth of the days, as a fraction."),
    skewness: figure("Of the daily results."),
    kurtosis: figure("Of the daily results; 3 for a normal distribution."),
    winRate: figure("Days that rose, of those that were not flat."),
    profitFactor: figure("Sum of the rises over the sum of the falls."),
    tailRatio: figure("95th percentile over the size of the 5th."),
    beta: figure("Move for each 1% of the market, weighed by capitalisation."),
    marketCorrelation: figure("Correlation of the daily results with the market's, -1 to 1."),
    reason: z.string().nullable().openapi({ description: "Why the figures are missing." }),
    computedFrom: computedFromSchema,
  })
  .openapi("QuantMetrics");

const WINDOWS = QUANT_WINDOWS.map(String) as [string, ...string[]];

const listQuantMetrics = defineRoute({
  id: "listQuantMetrics",
  method: "get",
  path: "/v1/quantmetrics",
  tag: "Statistics",
  summary: "Risk and return of every token: Sharpe, Sortino, volatility, drawdown, beta, value at risk ...",
  description:
    "From daily closes. A day without a close joins the next one's result; above one in ten, nothing is said.",
  query: {
    ...tokenQuery,
    ...sortQuery,
    ...rangeQuery,
    window: z.enum(WINDOWS).default("365").openapi({ description: "Days that the figures look at." }),
  },
  position: tokenPlaceSchema,
  data: z.array(quantSchema),
  hasPast: true,
  freshness: "revision",
  handle: (context, { query, at, page }) => {
    const { sort, order, window } = query;
    const input = { filter: filterOf(query), sort, order, range: rangeOf(query), at, page };
    return tokenList(context, input, "marketCap", (token, head) => {
      const found = token.detail.quant.find(({ windowDays }) => String(windowDays) === window);
      if (found === undefined) throw new UnprocessableError(`No figures of ${window} days were stored for this day.`);
      const figures = { ...roundedFigures(found), date: dateOf(head.day) ?? "", computedFrom: computedFrom(head) };
      return { ...tokenRef(token), ...figures };
    });
  },
});

const pairSchema = z.strictObject({
  correlation: figure("-1 to 1; null: fewer than 20 common days, or one of the two did not move."),
  days: z.number().int().openapi({ description: "Days on which both have a result." }),
});
const rankedSchema = z.array(z.strictObject({ token: z.string(), correlation: z.number(), days: z.number().int() }));

const correlationSchema = z
  .strictObject({
    windowDays: z.number().int(),
    matrix: z
      .strictObject({ tokens: z.array(z.string()), rows: z.array(z.array(pairSchema)) })
      .nullable()
      .openapi({ description: "Of the tokens that were named, in their order." }),
    ranking: z
      .strictObject({ token: z.string(), most: rankedSchema, least: rankedSchema })
      .nullable()
      .openapi({ description: "The listed tokens that moved most and least like the one that was named." }),
    computedFrom: computedFromSchema,
  })
  .openapi("Correlation");

/** Names of the tokens that a ranking compares with: listed ones that carry risk. */
async function comparable(market: MarketBook, head: DayHead): Promise<ReadonlySet<string>> {
  const wanted = { day: head.day, filter: { isGraded: true }, sort: "symbol", order: "asc", after: null } as const;
  const tokens = await market.store.page({ ...wanted, limit: Number.MAX_SAFE_INTEGER });
  return new Set(tokens.map(({ token }) => token));
}

const getCorrelation = defineRoute({
  id: "getCorrelation",
  method: "get",
  path: "/v1/correlation",
  tag: "Statistics",
  summary: "How closely tokens moved together: a matrix of several, or most and least like one",
  query: {
    tokens: tokensInput
      .optional()
      .openapi({ type: "string", description: "2 to 20 tokens: their matrix.", example: "BTC,ETH" }),
    token: tokenInput
      .optional()
      .openapi({ type: "string", description: "One token: who moved most and least like it." }),
    top: z.coerce
      .number()
      .int()
      .min(1)
      .max(50)
      .default(10)
      .openapi({ type: "integer", minimum: 1, maximum: 50, default: 10 }),
    window: z.coerce
      .number()
      .int()
      .min(30)
      .max(365)
      .default(90)
      .openapi({ type: "integer", minimum: 30, maximum: 365, default: 90, description: "Daily results looked at." }),
  },
  data: correlationSchema,
  hasPast: true,
  freshness: "revision",
  handle: async ({ market }, { query, at }) => {
    const { tokens, token, top, window } = query;
    if ((tokens === undefined) === (token === undefined)) {
      throw new RequestInvalidError([{ at: "query.tokens", message: "name either `tokens` or `token`" }]);
    }
    if (tokens !== undefined && (tokens.length < 2 || tokens.length > MATRIX_TOKENS)) {
      throw new RequestInvalidError([{ at: "query.tokens", message: `names 2 to ${MATRIX_TOKENS} tokens` }]);
    }
    const head = await market.at(at);
    for (const name of tokens ?? [token ?? ""]) await market.token(head, name);
    const panel = await market.panel(head, tokens ?? "all", ["close"]);
    const placeOf = (name: string) => panel.assets.indexOf(name);
    const base = { windowDays: window, computedFrom: computedFrom(head) };
    const answer = { asOf: head.asOf, asOfBlock: Number(head.block.number) };
    if (tokens !== undefined) {
      const rows = correlationMatrix(panel, tokens.map(placeOf), window);
      const wire = rows.map((row) => row.map((pair) => ({ ...pair, correlation: rounded(pair.correlation) })));
      return { data: { ...base, matrix: { tokens, rows: wire }, ranking: null }, ...answer };
    }
    const others = [...(await comparable(market, head))].map(placeOf).filter((place) => place >= 0);
    const ranked = correlationRanking(panel, placeOf(token ?? ""), others, window).map((pair) => ({
      token: panel.assets[pair.asset] ?? "",
      correlation: rounded(pair.correlation) ?? 0,
      days: pair.days,
    }));
    const ranking = { token: token ?? "", most: ranked.slice(0, top), least: ranked.toReversed().slice(0, top) };
    return { data: { ...base, matrix: null, ranking }, ...answer };
  },
});

const levelSchema = z.strictObject({
  price: usdSchema,
  touches: z.number().int().openapi({ description: "Turning points that the level is made of." }),
  lastDate: dateSchema.openapi({ description: "Of the newest one." }),
  distance: z.number().openapi({ description: "From the last close, as a fraction, signed." }),
});

const levelsSchema = z
  .strictObject({
    token: z.string(),
    close: usdSchema.nullable().openapi({ description: "Of the last day; null: then there are no levels." }),
    support: z.array(levelSchema).openapi({ description: "Below the last close, nearest first." }),
    resistance: z.array(levelSchema).openapi({ description: "Above it, nearest first." }),
    method: z.string(),
    computedFrom: computedFromSchema,
  })
  .openapi("ResistanceSupport");

const LEVEL_METHOD =
  "Turning points of the last 180 daily closes: a close above, or below, all others of the five days before and after it. " +
  "Those within 2% of the lowest of them are one level, at their mean. It tells where the price turned, not that it will.";

const getLevels = defineRoute({
  id: "getResistanceSupport",
  method: "get",
  path: "/v1/resistance-support",
  tag: "Statistics",
  summary: "Prices at which a token turned before",
  query: { token: tokenInput },
  data: levelsSchema,
  hasPast: true,
  freshness: "revision",
  handle: async ({ market }, { query, at }) => {
    const head = await market.at(at);
    const { token } = await market.token(head, query.token);
    const panel = await market.panel(head, [token], ["close"]);
    const { close, support, resistance } = priceLevels(
      panel.column("close", panel.assets.indexOf(token)),
      panel.firstDay,
    );
    const toWire = ({ price, touches, lastDay, distance }: Level) => ({
      price: { amount: decimalText(rounded(price) ?? 0), unit: "USD" as const },
      touches,
      lastDate: dateOf(lastDay) ?? "",
      distance: rounded(distance) ?? 0,
    });
    return {
      data: {
        token,
        close: usd(close),
        support: support.map(toWire),
        resistance: resistance.map(toWire),
        method: LEVEL_METHOD,
        computedFrom: computedFrom(head),
      },
      asOf: head.asOf,
      asOfBlock: Number(head.block.number),
    };
  },
});

const outcomeSchema = z.strictObject({
  marketCap: usdSchema,
  price: usdSchema,
  multiple: z.number().openapi({ description: "Of the present price." }),
});

const scenarioSchema = z
  .strictObject({
    ...tokenRefSchema.shape,
    price: usdSchema,
    marketCap: usdSchema,
    totalMarketCap: usdSchema.openapi({ description: "Of the 200 largest tokens, as the source tells it." }),
    totalMarketCapDate: dateSchema,
    share: z.number().openapi({ description: "Of the token in the total, as a fraction." }),
    beta: figure("Of the last 365 daily results."),
    assumptions: z.array(z.string()),
    scenarios: z.array(
      z.strictObject({
        totalMarketCap: usdSchema.openapi({ description: "Assumed." }),
        sameShare: outcomeSchema,
        byBeta: outcomeSchema.nullable(),
      }),
    ),
    computedFrom: computedFromSchema,
  })
  .openapi("ScenarioAnalysis");

const totalsInput = z
  .string()
  .max(400)
  .transform((text) => text.split(",").map(Number))
  .refine(
    (totals) => totals.length <= 20 && totals.every((total) => total >= 1e9 && total <= 1e15),
    "names up to 20 sums from 1e9 to 1e15 {USD}, with commas between",
  )
  .openapi({ type: "string", description: "Total market capitalisations {USD}.", example: "1e12,2e12" });

const getScenarios = defineRoute({
  id: "getScenarioAnalysis",
  method: "get",
  path: "/v1/scenario-analysis",
  tag: "Statistics",
  summary: "What a token would be worth if the whole market were worth so much: arithmetic, no forecast",
  query: { token: tokenInput, totals: totalsInput.optional() },
  data: scenarioSchema,
  hasPast: true,
  freshness: "revision",
  handle: async ({ market }, { query, at }) => {
    const head = await market.at(at);
    const token = await market.token(head, query.token);
    const { price, marketCap } = token;
    const total = head.overview.totalMarketCap;
    if (price === null || marketCap === null || total === null) {
      const missing = price === null ? "price" : marketCap === null ? "market capitalisation" : "total of the market";
      throw new UnprocessableError(`The ${missing} is not known on that day, so that no scenario can be worked out.`);
    }
    const beta = token.detail.quant.find(({ windowDays }) => windowDays === 365)?.beta ?? null;
    const base = { price, marketCap, totalMarketCap: total.value, beta };
    return {
      data: {
        ...tokenRef(token),
        price: money(price),
        marketCap: money(marketCap),
        totalMarketCap: money(total.value),
        totalMarketCapDate: dateOf(total.day) ?? "",
        share: rounded(marketCap / total.value) ?? 0,
        beta: rounded(beta),
        assumptions: [...SCENARIO_ASSUMPTIONS],
        scenarios: scenariosOf(base, query.totals ?? DEFAULT_TOTALS).map(({ totalMarketCap, sameShare, byBeta }) => ({
          totalMarketCap: money(totalMarketCap),
          sameShare: outcome(sameShare),
          byBeta: byBeta === null ? null : outcome(byBeta),
        })),
        computedFrom: computedFrom(head),
      },
      asOf: head.asOf,
      asOfBlock: Number(head.block.number),
    };
  },
});

function outcome({ marketCap, price, multiple }: ScenarioResult): z.input<typeof outcomeSchema> {
  const [cap, each] = [rounded(marketCap) ?? 0, rounded(price) ?? 0];
  return { marketCap: money(cap), price: money(each), multiple: rounded(multiple) ?? 0 };
}

function money(value: number): { amount: string; unit: "USD" } {
  return { amount: decimalText(value), unit: "USD" };
}

/** Figures about tokens that need more than one day. */
export const statisticsRoutes: readonly Route[] = [listQuantMetrics, getCorrelation, getLevels, getScenarios];
