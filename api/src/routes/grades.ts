import type { Driver } from "../../../keeper/src/signals/opinion.ts";
import type { ApiContext } from "../context.ts";
import type { DecisionUsed, Pays } from "../credits/services.ts";
import type { At } from "../history/history.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { z } from "../http/schemas.ts";
import { dateOf } from "../market/figures.ts";
import type { DayHead } from "../market/gradeDay.ts";
import type { StoredToken } from "../market/marketStore.ts";
import { type ListPlace, tokenList, tokenPlaceSchema } from "../market/tokenLists.ts";
import {
  computedFrom,
  computedFromSchema,
  dateSchema,
  filterOf,
  gradeSchema,
  rangeOf,
  rangeQuery,
  sortQuery,
  tokenQuery,
  tokenRef,
  tokenRefSchema,
} from "../market/wire.ts";

const driverSchema = z
  .strictObject({
    feature: z
      .string()
      .openapi({ description: "Id of the data point, as docs/DATA-POINTS.md lists it, or of the part." }),
    words: z.string(),
    value: z.string().openapi({ description: "With its unit." }),
    effect: z.number().openapi({ description: "Points of the grade that it adds or takes." }),
  })
  .openapi("GradeDriver");

const points = (description: string) => z.number().int().nullable().openapi({ description });

const gradeRowSchema = tokenRefSchema.extend({
  date: dateSchema,
  grade: gradeSchema.openapi({ description: "Place among the tokens compared, 0 to 100; null: too little is known." }),
  change24h: points("Points since the grade of the day before; null: that day was not graded."),
  previous: z
    .strictObject({ date: dateSchema, grade: gradeSchema, change: points("Points since then.") })
    .nullable()
    .openapi({ description: "The last grade before this one, of whatever day." }),
  drivers: z.array(driverSchema).openapi({ description: "What moves the grade most, at most three." }),
  dataPoints: z.strictObject({ known: z.number().int(), possible: z.number().int() }),
  comparedWith: z.number().int().openapi({ description: "Tokens of the day that the grade compares." }),
  suspicious: z.boolean().openapi({ description: "Unusual, or looks like a pump and dump: an index does not buy it." }),
  reasons: z.array(z.string()),
  computedFrom: computedFromSchema,
});

const traderGradeSchema = gradeRowSchema.openapi("TraderGrade");
const investorGradeSchema = gradeRowSchema.openapi("InvestorGrade");

type Kind = "traderGrade" | "investorGrade";

function toGrade(kind: Kind) {
  return (token: StoredToken, head: DayHead): z.input<typeof gradeRowSchema> => {
    const { detail, previous } = token;
    const grade = token[kind];
    const before = previous?.[kind] ?? null;
    const moved = grade === null || before === null ? null : grade - before;
    return {
      ...tokenRef(token),
      date: dateOf(head.day) ?? "",
      grade,
      change24h: previous?.day === head.day - 1 ? moved : null,
      previous: previous === null ? null : { date: dateOf(previous.day) ?? "", grade: before, change: moved },
      drivers: (kind === "traderGrade" ? detail.traderDrivers : detail.investorDrivers).map(toDriver),
      dataPoints: { known: token.known, possible: head.possible },
      comparedWith: head.compared,
      suspicious: detail.suspicious,
      reasons: [...detail.reasons, ...(head.model.spoke === "fallback" ? head.model.notes : [])],
      computedFrom: computedFrom(head),
    };
  };
}

function toDriver({ feature, words, value, effectBps }: Driver): z.input<typeof driverSchema> {
  return { feature, words, value, effect: effectBps / 100 };
}

const gradeQuery = { ...tokenQuery, ...sortQuery, ...rangeQuery };
type GradeQuery = z.output<z.ZodObject<typeof gradeQuery>>;
interface GradeInput {
  readonly query: GradeQuery;
  readonly at: At;
  readonly page: { readonly limit: number; readonly after: ListPlace | null };
}

function gradeList<D>(
  context: ApiContext,
  { query, at, page }: GradeInput,
  kind: Kind,
  toWire: (token: StoredToken, head: DayHead) => D,
  stance?: string,
) {
  const { sort, order } = query;
  const filter = { ...filterOf(query), stance, isGraded: true };
  return tokenList(context, { filter, sort, order, range: rangeOf(query), at, page }, kind, toWire);
}

/** What the decision was made with that the newest grades by then come from earns by them. */
const paysForSignals: Pays<ApiContext, Pick<GradeInput, "at">> = {
  words: "1 credit",
  service: "SIGNALS",
  charge: async ({ market }, { at }) => {
    const head = await market.store.head(at);
    return { service: "SIGNALS", units: 1, about: head === undefined ? null : usedHead(head) };
  },
};

function usedHead({ decision, vault, block, source }: DayHead): DecisionUsed {
  return { hash: decision, vault, block: Number(block.number), datasets: source.datasets };
}

const WORDS =
  "Grades compare tokens with each other: 50 is the middle, and none says that a token rises. All listed tokens that carry " +
  "risk are compared; a decision compares those of its own index's universe, so that its record may differ by some points.";

const listTraderGrades = defineRoute({
  id: "listTraderGrades",
  method: "get",
  path: "/v1/trader-grades",
  tag: "Grades",
  summary: "Trader grades: places for days to weeks",
  description: WORDS,
  query: gradeQuery,
  position: tokenPlaceSchema,
  data: z.array(traderGradeSchema),
  hasPast: true,
  pays: paysForSignals,
  freshness: "revision",
  handle: (context, input) => gradeList(context, input, "traderGrade", toGrade("traderGrade")),
});

const listInvestorGrades = defineRoute({
  id: "listInvestorGrades",
  method: "get",
  path: "/v1/investor-grades",
  tag: "Grades",
  summary: "Investor grades: places for months",
  description: WORDS,
  query: gradeQuery,
  position: tokenPlaceSchema,
  data: z.array(investorGradeSchema),
  hasPast: true,
  pays: paysForSignals,
  freshness: "revision",
  handle: (context, input) => gradeList(context, input, "investorGrade", toGrade("investorGrade")),
});

const signalSchema = tokenRefSchema
  .extend({
    date: dateSchema,
    signal: z.enum(["bullish", "neutral", "bearish", "unknown"]),
    value: z
      .union([z.literal(1), z.literal(0), z.literal(-1)])
      .nullable()
      .openapi({
        description: "The signal as a number: 1 bullish, 0 neutral, -1 bearish, null unknown.",
      }),
    since: dateSchema.openapi({ description: "First graded day of the signal, without a break." }),
    sinceAtLeast: z.boolean().openapi({ description: "true: it was there on the first day that was ever graded." }),
    traderGrade: gradeSchema,
    investorGrade: gradeSchema,
    reason: z.string(),
    computedFrom: computedFromSchema,
  })
  .openapi("TradingSignal");

const VALUES = { bullish: 1, neutral: 0, bearish: -1, unknown: null } as const;

function toSignal(token: StoredToken, head: DayHead): z.input<typeof signalSchema> {
  const { stance, detail } = token;
  return {
    ...tokenRef(token),
    date: dateOf(head.day) ?? "",
    signal: stance,
    value: VALUES[stance],
    since: dateOf(token.stanceSince) ?? "",
    sinceAtLeast: token.stanceAtLeast,
    traderGrade: token.traderGrade,
    investorGrade: token.investorGrade,
    reason: detail.reasons[1] ?? detail.reasons[0] ?? "",
    computedFrom: computedFrom(head),
  };
}

const listSignals = defineRoute({
  id: "listTradingSignals",
  method: "get",
  path: "/v1/trading-signals",
  tag: "Grades",
  summary: "Stance on every graded token: bullish, neutral or bearish, and since when",
  description:
    "Bullish needs a good grade and a trend of the token's own that is not against it; bearish the reverse. A stance is " +
    "given up at another grade than it is taken at, so that it does not flicker.",
  query: {
    ...gradeQuery,
    signal: z.enum(["bullish", "neutral", "bearish", "unknown"]).optional().openapi({ description: "Only these." }),
  },
  position: tokenPlaceSchema,
  data: z.array(signalSchema),
  hasPast: true,
  pays: paysForSignals,
  freshness: "revision",
  handle: (context, input) => gradeList(context, input, "traderGrade", toSignal, input.query.signal),
});

/** Grades and signals. */
export const gradeRoutes: readonly Route[] = [listTraderGrades, listInvestorGrades, listSignals];
