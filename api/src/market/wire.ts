import { type Day, dayFromIso, isoFromDay } from "../../../keeper/src/data/time.ts";
import { RequestInvalidError } from "../http/problem.ts";
import { hashSchema, z } from "../http/schemas.ts";
import { decimalText, rounded } from "./figures.ts";
import type { DayHead } from "./gradeDay.ts";
import { type Bounds, type StoredToken, TOKEN_SORTS, type TokenFilter } from "./marketStore.ts";

/** Most tokens that one request names. */
const MAX_NAMED = 100;

/** A date in an answer or a query. */
export const dateSchema = z.iso.date().openapi("Date", {
  description: "Day in UTC. A figure of a day is known from 00:00 UTC of the next one.",
  example: "2026-11-21",
});

/** A sum in US dollars that was measured by market data. */
export const usdSchema = z
  .strictObject({ amount: z.string().regex(/^-?\d+(\.\d+)?$/), unit: z.literal("USD") })
  .openapi("UsdFigure", {
    description:
      "US dollars as market data tells them: a decimal, without a raw integer, because no contract holds it.",
    example: { amount: "67012.5", unit: "USD" },
  });

/** A number without unit, or one whose unit the description names. */
export const figure = (description: string) => z.number().nullable().openapi({ description });

/** A grade. */
export const gradeSchema = z.number().int().min(0).max(100).nullable();

/** What an answer was made from: whoever has these inputs makes the same answer. */
export const computedFromSchema = z
  .strictObject({
    date: dateSchema.openapi({ description: "Last day of the data." }),
    decision: hashSchema.openapi({ description: "The decision whose inputs were used: /v1/decisions/{hash}." }),
    market: hashSchema.openapi({ description: "Market snapshot." }),
    model: hashSchema.nullable().openapi({ description: "State of the models; null: there was none." }),
    spoke: z.enum(["ensemble", "fallback"]).openapi({ description: "Who graded." }),
    source: z.string().openapi({ description: "Where the market data comes from." }),
  })
  .openapi("ComputedFrom");

/** Provenance of everything about a day. */
export function computedFrom({ day, decision, market, model, source }: DayHead): z.input<typeof computedFromSchema> {
  return { date: isoFromDay(day), decision, market, model: model.hash, spoke: model.spoke, source: source.label };
}

/** A token by its names. */
export const tokenRefSchema = z
  .strictObject({
    id: z.string().openapi({ description: "Name of the token in the market data: unique." }),
    symbol: z.string().openapi({ description: "What it is traded as." }),
    name: z.string().nullable().openapi({ description: "null: the stored inputs know it by its symbol alone." }),
    category: z.string().openapi({ description: "coin, stable, wrapped, or unlisted." }),
    sector: z.string(),
  })
  .openapi("TokenRef");

/** Names of a token. */
export function tokenRef({ token, symbol, name, category, sector }: StoredToken): z.input<typeof tokenRefSchema> {
  return { id: token, symbol, name, category, sector };
}

/** A dollar figure on the wire; null stays null. */
export function usd(value: number | null): { amount: string; unit: "USD" } | null {
  return value === null ? null : { amount: decimalText(value), unit: "USD" };
}

/** Every statistic of an object on the wire, rounded to eight digits; other members stay. */
export function roundedFigures<T extends object>(figures: T): T {
  const entries = Object.entries(figures).map(([name, value]) => {
    return [name, typeof value === "number" ? rounded(value) : value];
  });
  return Object.fromEntries(entries) as T;
}

const namesInput = (what: string) =>
  z
    .string()
    .max(4_000)
    .transform((text) =>
      [...new Set(text.split(",").map((name) => name.trim().toUpperCase()))].filter((name) => name !== ""),
    )
    .refine(
      (names) => names.length >= 1 && names.length <= MAX_NAMED,
      `names 1 to ${MAX_NAMED} ${what}, with commas between`,
    )
    .openapi({ type: "string", example: "BTC,ETH" });

/** Tokens by their ids. */
export const tokensInput = namesInput("tokens");

/** One token by its id. */
export const tokenInput = z
  .string()
  .trim()
  .min(1)
  .max(40)
  .transform((text) => text.toUpperCase())
  .openapi({ type: "string", description: "Id of the token, as /v1/tokens tells it.", example: "BTC" });

const bound = (description: string) => z.coerce.number().finite().optional().openapi({ type: "number", description });
const gradeBound = (description: string) =>
  z.coerce
    .number()
    .int()
    .min(0)
    .max(100)
    .optional()
    .openapi({ type: "integer", minimum: 0, maximum: 100, description });

/** Filters that every list of tokens takes. */
export const tokenQuery = {
  token: tokensInput.optional().openapi({ type: "string", description: "Only these, by id, with commas between." }),
  symbol: namesInput("symbols").optional().openapi({ type: "string", description: "Only these, by symbol." }),
  category: z.enum(["coin", "stable", "wrapped", "unlisted"]).optional(),
  sector: z.string().max(40).optional(),
  listing: z.enum(["listed", "left", "unlisted"]).optional(),
  minMarketCap: bound("{USD} included."),
  maxMarketCap: bound("{USD} included."),
  minVolume: bound("{USD/day} included."),
  maxVolume: bound("{USD/day} included."),
  minTraderGrade: gradeBound("Included."),
  maxTraderGrade: gradeBound("Included."),
  minInvestorGrade: gradeBound("Included."),
  maxInvestorGrade: gradeBound("Included."),
};

/** The order of a list of tokens on one day. */
export const sortQuery = {
  sort: z
    .enum(TOKEN_SORTS)
    .optional()
    .openapi({ description: "What the list is ordered by; tokens that lack it come last." }),
  order: z.enum(["asc", "desc"]).optional().openapi({ description: "desc unless told; asc for rank and symbol." }),
};

/** A range of days instead of one. */
export const rangeQuery = {
  from: z.iso
    .date()
    .optional()
    .openapi({ description: "First day, included: asks for the history, newest day first." }),
  to: z.iso.date().optional().openapi({ description: "Last day, included." }),
};

type Parsed<Q extends z.ZodRawShape> = z.output<z.ZodObject<Q>>;

/** The store's filter for a query. */
export function filterOf(query: Parsed<typeof tokenQuery>): TokenFilter {
  return {
    tokens: query.token,
    symbols: query.symbol,
    category: query.category,
    sector: query.sector,
    listing: query.listing,
    marketCap: boundsOf("MarketCap", query.minMarketCap, query.maxMarketCap),
    volume: boundsOf("Volume", query.minVolume, query.maxVolume),
    traderGrade: boundsOf("TraderGrade", query.minTraderGrade, query.maxTraderGrade),
    investorGrade: boundsOf("InvestorGrade", query.minInvestorGrade, query.maxInvestorGrade),
  };
}

/** First and last day of a range; null: none was asked for. Throws RequestInvalidError when it ends before it begins. */
export function rangeOf({ from, to }: Parsed<typeof rangeQuery>): { readonly from: Day; readonly to: Day } | null {
  if (from === undefined && to === undefined) return null;
  const range = {
    from: from === undefined ? 0 : dayFromIso(from),
    to: to === undefined ? Number.MAX_SAFE_INTEGER : dayFromIso(to),
  };
  if (range.from > range.to) throw new RequestInvalidError([{ at: "query.to", message: "lies before `from`" }]);
  return range;
}

function boundsOf(name: string, min: number | undefined, max: number | undefined): Bounds {
  if (min === undefined || max === undefined || min <= max) return { min, max };
  throw new RequestInvalidError([{ at: `query.max${name}`, message: `lies below min${name}` }]);
}
