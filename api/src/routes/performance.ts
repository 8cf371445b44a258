import { type Address, formatUnits } from "viem";
import type { ApiContext } from "../context.ts";
import type { At } from "../history/history.ts";
import type { NavDayRow, NavRow, VaultRow } from "../history/rows.ts";
import { RequestInvalidError } from "../http/problem.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { addressInput, addressSchema, amountOf, amountSchema, isoTime, timeSchema, z } from "../http/schemas.ts";
import { everyRow, spanOf, spanQuery } from "./holdings.ts";
import { indexParams, requireVault, USD } from "./indexForms.ts";
import { atOneMoment } from "./moment.ts";
import {
  compare,
  comparisonSchema,
  type DailySeries,
  dailySeries,
  dateOf,
  metricsOf,
  metricsSchema,
  overlap,
} from "./performanceMaths.ts";

const DAY = 86_400;
const HOUR = 3_600;
const MOST_HOURS = 31; // {days} that hourly bars are told of

/** What an index can be measured against. */
type Benchmark = "BTC" | "ETH" | "cash" | Address;

const benchmarkInput = z
  .union([z.enum(["BTC", "ETH", "cash"]), addressInput], "must be BTC, ETH, cash, or the address of another index")
  .optional()
  .openapi({
    type: "string",
    description: "BTC, ETH, cash (a dollar), or the address of another index.",
    example: "BTC",
  });

const performanceSchema = z
  .strictObject({
    index: addressSchema,
    benchmark: z.string().nullable(),
    series: z
      .array(z.strictObject({ date: z.iso.date(), value: z.number(), benchmark: z.number().nullable() }))
      .openapi({ description: "Value at the end of each day; both begin at 1." }),
    metrics: metricsSchema,
    benchmarkMetrics: metricsSchema.nullable(),
    comparison: comparisonSchema.nullable(),
    reason: z.string().nullable().openapi({
      description: "Why there are too few days to measure, or nothing to compare with; null: there is enough.",
    }),
  })
  .openapi("Performance");

/** NAV per share at the end of each day. A day on which a token had no price keeps the value before. */
export async function navSeries({ history }: ApiContext, vault: Address, span: { from: number; to: number }, at: At) {
  const rows = await everyRow<NavDayRow>((page) => history.navDays(vault, { ...span, ...at, ...page }));
  const complete = rows.filter(({ isComplete, close }) => isComplete && close > 0n);
  const values = complete.map(({ day, close }) => ({ day, value: Number(formatUnits(close, USD)) }));
  return { series: dailySeries(values, rows.at(-1)?.day ?? span.to), newest: rows.at(-1) };
}

/** Graded days that are read for the closes of a coin: earlier ones than the newest come from the journal, and are large. */
const LOOKS = 3;

/**
 * Closes of a coin from a day on, each as the newest decision by then knew it. A decision sees some years only, and one that was
 * made without market data sees none: then an earlier one speaks of the days before. Null: none knew any.
 */
export async function coinSeries(
  { market }: ApiContext,
  coin: "BTC" | "ETH",
  from: number,
  at: At,
): Promise<DailySeries | null> {
  const closes = new Map<number, number>();
  let [firstDay, lastDay] = [Number.POSITIVE_INFINITY, 0];
  let head = await market.store.head(at);
  for (let looks = 0; head !== undefined && firstDay > from && looks < LOOKS; looks++) {
    const panel = await market.panel(head, [coin], ["close"]);
    const asset = panel.assets.indexOf(coin);
    const column = asset < 0 ? [] : [...panel.column("close", asset)];
    for (const [i, value] of column.entries()) {
      const day = panel.firstDay + i;
      if (!Number.isFinite(value) || day >= firstDay) continue;
      closes.set(day, value);
      lastDay = Math.max(lastDay, panel.firstDay + panel.days - 1);
    }
    firstDay = Math.min(firstDay, ...closes.keys());
    head = await market.store.head({ ...at, asOf: Math.min(head.asOf, firstDay * DAY) - 1 });
  }
  const rows = [...closes].map(([day, value]) => ({ day, value })).sort((a, b) => a.day - b.day);
  return dailySeries(rows, lastDay);
}

/** Null: nothing is known of the benchmark in the days of the index. */
async function benchmarkSeries(context: ApiContext, benchmark: Benchmark, own: DailySeries, at: At) {
  if (benchmark === "cash") return { firstDay: own.firstDay, values: own.values.map(() => 1) };
  if (benchmark === "BTC" || benchmark === "ETH") return coinSeries(context, benchmark, own.firstDay, at);
  const { address } = await requireVault(context.history, benchmark, at);
  const span = { from: own.firstDay, to: own.firstDay + own.values.length - 1 };
  return (await navSeries(context, address, span, at)).series;
}

interface Asked {
  readonly address: Address;
  readonly benchmark: Benchmark | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

async function readPerformance(context: ApiContext, asked: Asked, at: At) {
  const { history } = context;
  const [vault, head] = await Promise.all([requireVault(history, asked.address, at), history.head()]);
  const span = spanOf(asked, at.asOf ?? head.time);
  const { series, newest } = await navSeries(context, vault.address, span, at);
  return { vault, newest, data: await measure(context, vault, asked.benchmark, series, at) };
}

/** A young index is no mistake of whoever asks: what is known is told, and why there is no more. */
async function measure(
  context: ApiContext,
  { address: index }: VaultRow,
  benchmark: Benchmark | undefined,
  series: DailySeries | null,
  at: At,
): Promise<z.input<typeof performanceSchema>> {
  const alone = { index, benchmark: benchmark ?? null, benchmarkMetrics: null, comparison: null };
  if (series === null) {
    // A benchmark that does not exist is refused, however little is known of the index.
    if (benchmark?.startsWith("0x")) await requireVault(context.history, benchmark as Address, at);
    return { ...alone, series: [], metrics: metricsOf([]), reason: NO_DAY };
  }
  const other = benchmark === undefined ? null : await benchmarkSeries(context, benchmark, series, at);
  const both = other === null ? null : overlap(series, other);
  if (both === null) {
    const told = based(series.values).map((value, i) => ({
      date: dateOf(series.firstDay + i),
      value,
      benchmark: null,
    }));
    const reason =
      benchmark === undefined ? tooFew(series.values) : `The index and ${benchmark} have no day in common.`;
    return { ...alone, series: told, metrics: metricsOf(series.values), reason };
  }
  const [own, theirs] = [based(both.a), based(both.b)];
  return {
    index,
    benchmark: benchmark ?? null,
    series: own.map((value, i) => ({ date: dateOf(both.firstDay + i), value, benchmark: theirs[i] ?? null })),
    metrics: metricsOf(own),
    benchmarkMetrics: metricsOf(theirs),
    comparison: compare(own, theirs),
    reason: tooFew(own),
  };
}

const NO_DAY = "In that span there is no day at whose end all tokens of the index had a price.";

function tooFew(values: readonly number[]): string | null {
  return values.length > 1 ? null : "There is one day only, and a return takes two.";
}

/** The series as multiples of its first value. */
function based(values: readonly number[]): readonly number[] {
  const [first = 1] = values;
  return values.map((value) => value / first);
}

async function answerPerformance(context: ApiContext, asked: Asked, at: At) {
  const { result, moment } = await atOneMoment(
    context.history,
    at,
    () => readPerformance(context, asked, at),
    ({ newest, vault }) => (newest === undefined ? vault : { block: newest.closeBlock, time: newest.closeTime }),
  );
  return { data: result.data, ...moment };
}

const common = {
  method: "get",
  tag: "Indices",
  hasPast: true,
  data: performanceSchema,
  freshness: "revision",
} as const;

const getPerformance = defineRoute({
  ...common,
  id: "getPerformance",
  path: "/v1/indices/{address}/performance",
  summary: "How an index did day by day, beside a benchmark, with return, risk and what both say together",
  params: indexParams,
  query: { ...spanQuery, benchmark: benchmarkInput },
  handle: (context, { params, query, at }) => {
    const { benchmark, from, to } = query;
    return answerPerformance(context, { address: params.address, benchmark, from, to }, at);
  },
});

const indicesPerformance = defineRoute({
  ...common,
  id: "indicesPerformance",
  path: "/v1/indices-performance",
  summary: "The same as /v1/indices/{address}/performance, under the name that users of Token Metrics know",
  query: {
    index: addressInput.openapi({ description: "Address of the index." }),
    ...spanQuery,
    benchmark: benchmarkInput,
  },
  handle: (context, { query, at }) => {
    const { index: address, benchmark, from, to } = query;
    return answerPerformance(context, { address, benchmark, from, to }, at);
  },
});

const INTERVALS = ["1h", "1d", "1w", "1M"] as const;

const barSchema = z.strictObject({
  from: timeSchema.openapi({ description: "Start of the bar, UTC." }),
  open: amountSchema,
  high: amountSchema,
  low: amountSchema,
  close: amountSchema,
  tvl: amountSchema,
  isComplete: z.boolean().openapi({ description: "False: at some moment of the bar a token had no price." }),
});

const navSchema = z
  .strictObject({ index: addressSchema, interval: z.enum(INTERVALS), bars: z.array(barSchema) })
  .openapi("NavSeries");

/** One look at an index, or a day of them. D18. */
interface Piece {
  readonly time: number; // {s}
  readonly open: bigint;
  readonly high: bigint;
  readonly low: bigint;
  readonly close: bigint;
  readonly total: bigint;
  readonly isComplete: boolean;
}

/** {s} start of the bar that a moment belongs to. Weeks begin on Monday. */
function barStart(time: number, interval: (typeof INTERVALS)[number]): number {
  if (interval === "1h") return time - (time % HOUR);
  const day = Math.floor(time / DAY);
  if (interval === "1d") return day * DAY;
  if (interval === "1w") return (day - ((day + 3) % 7)) * DAY;
  const date = new Date(time * 1000);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / 1000;
}

function barsOf(pieces: readonly Piece[], interval: (typeof INTERVALS)[number]): z.input<typeof barSchema>[] {
  const usd = (raw: bigint) => amountOf(raw, USD, "USD/share");
  const groups = Map.groupBy(pieces, ({ time }) => barStart(time, interval));
  return [...groups].map(([start, group]) => {
    const most = (a: bigint, b: bigint) => (a > b ? a : b);
    const least = (a: bigint, b: bigint) => (a < b ? a : b);
    const [first, last] = [group[0] as Piece, group.at(-1) as Piece];
    return {
      from: isoTime(start),
      open: usd(first.open),
      high: usd(group.map(({ high }) => high).reduce(most)),
      low: usd(group.map(({ low }) => low).reduce(least)),
      close: usd(last.close),
      tvl: amountOf(last.total, USD, "USD"),
      isComplete: group.every(({ isComplete }) => isComplete),
    };
  });
}

async function piecesOf(
  { history }: ApiContext,
  vault: Address,
  span: { from: number; to: number },
  at: At,
  hourly: boolean,
) {
  if (!hourly) {
    const rows = await everyRow<NavDayRow>((page) => history.navDays(vault, { ...span, ...at, ...page }));
    return rows.map((row): Piece & { block: number } => ({ ...row, time: row.day * DAY, block: row.closeBlock }));
  }
  const first = span.from * DAY;
  const end = (span.to + 1) * DAY;
  const rows: NavRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await history.navs(vault, { ...at, limit: 1_000, ...(cursor === undefined ? {} : { cursor }) });
    rows.push(...page.rows.filter(({ time }) => time >= first && time < end));
    const isThrough = (page.rows.at(-1)?.time ?? 0) < first;
    cursor = isThrough ? undefined : (page.next ?? undefined);
  } while (cursor !== undefined);
  return rows.reverse().map(({ time, block, perShare, total, unpriced }): Piece & { block: number } => {
    const flat = { open: perShare, high: perShare, low: perShare, close: perShare };
    return { time, block, ...flat, total, isComplete: unpriced.length === 0 };
  });
}

const getNav = defineRoute({
  id: "getNav",
  method: "get",
  path: "/v1/indices/{address}/nav",
  tag: "Indices",
  summary: "Net asset value per share as bars of an hour, a day, a week or a month, oldest first",
  description: "Bars in which nobody looked at the index are left out.",
  params: indexParams,
  query: { ...spanQuery, interval: z.enum(INTERVALS).default("1d") },
  hasPast: true,
  data: navSchema,
  freshness: "revision",
  handle: async (context, { params, query, at }) => {
    const { history } = context;
    const { interval } = query;
    const { result, moment } = await atOneMoment(
      history,
      at,
      async () => {
        const [vault, head] = await Promise.all([requireVault(history, params.address, at), history.head()]);
        const now = at.asOf ?? head.time;
        const isHourly = interval === "1h";
        const whole = spanOf(query, now);
        const span = isHourly && query.from === undefined ? { ...whole, from: whole.to - 7 } : whole;
        if (isHourly && span.to - span.from > MOST_HOURS) {
          const message = `hourly bars are told for at most ${MOST_HOURS} days`;
          throw new RequestInvalidError([{ at: "query.from", message }]);
        }
        return { vault, pieces: await piecesOf(context, vault.address, span, at, isHourly) };
      },
      ({ pieces, vault }) => pieces.at(-1) ?? vault,
    );
    return { data: { index: result.vault.address, interval, bars: barsOf(result.pieces, interval) }, ...moment };
  },
});

/** How indices did. */
export const performanceRoutes: readonly Route[] = [getPerformance, indicesPerformance, getNav];
