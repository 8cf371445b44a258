import type { Address } from "viem";
import type { At, History } from "../history/history.ts";
import type { HoldingRow, HoldingsRow, RebalanceRow } from "../history/rows.ts";
import { RequestInvalidError } from "../http/problem.ts";
import { defineRoute, type Route } from "../http/route.ts";
import {
  addressInput,
  addressSchema,
  amountOf,
  amountSchema,
  hashSchema,
  isoTime,
  timeSchema,
  z,
} from "../http/schemas.ts";
import { changeSchema, indexParams, requireVault, USD } from "./indexForms.ts";
import { atOneMoment } from "./moment.ts";

const DAY = 86_400;
const PRICE_DECIMALS = 27;

const weight = (words: string) =>
  z
    .number()
    .int()
    .nullable()
    .openapi({ description: `${words}, in basis points of NAV.` });

const holdingSchema = z
  .strictObject({
    token: addressSchema,
    symbol: z.string().nullable(),
    decimals: z.number().int(),
    amount: amountSchema,
    amountPerShare: amountSchema,
    price: amountSchema.nullable().openapi({ description: "null: the oracle has no price that can be trusted." }),
    priceChange24hBps: changeSchema,
    value: amountSchema.nullable(),
    weightBps: weight("Weight now; null: no price"),
    targetBps: weight("Weight wanted by the last rebalance; null: there was none"),
    driftBps: weight("Weight now less weight wanted"),
  })
  .openapi("Holding");

const holdingsSchema = z
  .strictObject({
    index: addressSchema,
    symbol: z.string(),
    value: amountSchema.nullable().openapi({ description: "null: the index was not looked at yet." }),
    snapshotAt: timeSchema.nullable().openapi({ description: "When these weights were looked at." }),
    driftBps: weight("What would have to be sold to reach the target; null: no target"),
    target: z
      .strictObject({
        epoch: z.number().int(),
        decision: hashSchema,
        status: z.enum(["waiting", "open", "closed", "cancelled", "ended"]),
        proposedAt: timeSchema,
      })
      .nullable()
      .openapi({ description: "The rebalance that the targets are from; null: there was none." }),
    holdings: z.array(holdingSchema),
  })
  .openapi("Holdings");

function nameOf({ symbol, address }: { symbol: string | null; address: Address }): string {
  return symbol ?? address;
}

function toHolding(
  row: HoldingRow,
  target: number | null,
  earlier: HoldingRow | undefined,
): z.input<typeof holdingSchema> {
  const { weightBps } = row;
  return {
    token: row.address,
    symbol: row.symbol,
    decimals: row.decimals,
    amount: amountOf(row.amount, row.decimals, nameOf(row)),
    amountPerShare: amountOf(row.unitsPerShare, PRICE_DECIMALS, `${nameOf(row)}/share`),
    price: row.price === null ? null : amountOf(row.price, PRICE_DECIMALS, `USD/${nameOf(row)}`),
    priceChange24hBps: changeBetween(earlier?.price, row.price),
    value: row.value === null ? null : amountOf(row.value, USD, "USD"),
    weightBps,
    targetBps: target,
    driftBps: weightBps === null || target === null ? null : weightBps - target,
  };
}

function changeBetween(from: bigint | null | undefined, to: bigint | null): number | null {
  if (from === null || from === undefined || from === 0n || to === null) return null;
  return Math.round((Number(to) / Number(from) - 1) * 10_000);
}

async function readHoldings(history: History, address: Address, at: At) {
  const [vault, basket, rebalances, head] = await Promise.all([
    requireVault(history, address, at),
    history.holdings(address, at),
    history.rebalances({ vault: address, limit: 1, ...at }),
    history.head(),
  ]);
  const now = at.asOf ?? (at.asOfBlock === undefined ? head.time : (basket?.nav.time ?? vault.time));
  const before = await history.holdings(address, { asOf: Math.max(0, now - DAY) });
  const [rebalance] = rebalances.rows;
  return { vault, basket, rebalance, before };
}

function toHoldings({ vault, basket, rebalance, before }: Awaited<ReturnType<typeof readHoldings>>) {
  const targets = rebalance && new Map(rebalance.weightsTarget.map(({ token, weightBps }) => [token, weightBps ?? 0]));
  const earlier = new Map(before?.holdings.map((row) => [row.address, row]));
  const holdings = (basket?.holdings ?? []).map((row) => {
    return toHolding(row, targets === undefined ? null : (targets.get(row.address) ?? 0), earlier.get(row.address));
  });
  const isWhole = targets !== undefined && holdings.every(({ driftBps }) => driftBps !== null);
  return {
    index: vault.address,
    symbol: vault.symbol,
    value: basket === null ? null : amountOf(basket.nav.total, USD, "USD"),
    snapshotAt: basket === null ? null : isoTime(basket.nav.time),
    driftBps: isWhole ? holdings.reduce((sum, { driftBps }) => sum + Math.max(0, driftBps ?? 0), 0) : null,
    target: rebalance === undefined ? null : targetOf(rebalance),
    holdings,
  };
}

function targetOf({ epoch, decisionHash, status, time }: RebalanceRow) {
  return { epoch, decision: decisionHash, status, proposedAt: isoTime(time) };
}

async function answerHoldings(history: History, address: Address, at: At) {
  const { result, moment } = await atOneMoment(
    history,
    at,
    () => readHoldings(history, address, at),
    ({ basket, vault }) => basket?.nav ?? vault,
  );
  return { data: toHoldings(result), ...moment };
}

const common = {
  method: "get",
  tag: "Indices",
  hasPast: true,
  data: holdingsSchema,
  freshness: "revision",
} as const;

const getHoldings = defineRoute({
  ...common,
  id: "getHoldings",
  path: "/v1/indices/{address}/holdings",
  summary: "What an index holds now, what it wants to hold, and the drift between both",
  params: indexParams,
  handle: ({ history }, { params, at }) => answerHoldings(history, params.address, at),
});

const indicesHoldings = defineRoute({
  ...common,
  id: "indicesHoldings",
  path: "/v1/indices-holdings",
  summary: "The same as /v1/indices/{address}/holdings, under the name that users of Token Metrics know",
  query: { index: addressInput.openapi({ description: "Address of the index." }) },
  handle: ({ history }, { query, at }) => answerHoldings(history, query.index, at),
});

/** Days {day} of a span in a query, both included. */
export const spanQuery = {
  from: z.iso.date().optional().openapi({ description: "First day; a year before `to` unless told." }),
  to: z.iso.date().optional().openapi({ description: "Last day; the newest unless told." }),
};

const LONGEST = 1_100; // {days}

/** The days of a span. Throws RequestInvalidError for one that is empty or too long. `now` {s}. */
export function spanOf(query: { from?: string | undefined; to?: string | undefined }, now: number) {
  const dayOf = (date: string) => Math.floor(Date.parse(date) / 1000 / DAY);
  const to = query.to === undefined ? Math.floor(now / DAY) : dayOf(query.to);
  const from = query.from === undefined ? to - 365 : dayOf(query.from);
  if (from > to) throw new RequestInvalidError([{ at: "query.from", message: "must not be after `to`" }]);
  if (to - from > LONGEST) {
    throw new RequestInvalidError([{ at: "query.from", message: `the span has at most ${LONGEST} days` }]);
  }
  return { from, to };
}

/** Every row of a list, page by page, oldest first. */
export async function everyRow<T>(
  ask: (page: {
    limit: number;
    order: "oldest";
    cursor?: string;
  }) => Promise<{ rows: readonly T[]; next: string | null }>,
): Promise<readonly T[]> {
  const rows: T[] = [];
  let cursor: string | null = null;
  do {
    const page: { rows: readonly T[]; next: string | null } = await ask({
      limit: 1_000,
      order: "oldest",
      ...(cursor === null ? {} : { cursor }),
    });
    rows.push(...page.rows);
    cursor = page.next;
  } while (cursor !== null);
  return rows;
}

const weightsSchema = z
  .strictObject({
    index: addressSchema,
    days: z.array(
      z.strictObject({
        date: z.iso.date(),
        weights: z.array(
          z.strictObject({ token: addressSchema, symbol: z.string().nullable(), weightBps: weight("Weight") }),
        ),
      }),
    ),
  })
  .openapi("WeightHistory");

function toWeights({ nav, holdings }: HoldingsRow) {
  return {
    date: isoTime(nav.time).slice(0, 10),
    weights: holdings.map(({ address: token, symbol, weightBps }) => ({ token, symbol, weightBps })),
  };
}

const getWeights = defineRoute({
  id: "getWeights",
  method: "get",
  path: "/v1/indices/{address}/weights",
  tag: "Indices",
  summary: "Weights at the end of each day, oldest first; days without a look at the index are left out",
  params: indexParams,
  query: spanQuery,
  hasPast: true,
  data: weightsSchema,
  freshness: "revision",
  handle: async ({ history }, { params, query, at }) => {
    const { address } = params;
    const { result, moment } = await atOneMoment(
      history,
      at,
      async () => {
        const [vault, head] = await Promise.all([requireVault(history, address, at), history.head()]);
        const span = spanOf(query, at.asOf ?? head.time);
        return { vault, rows: await everyRow((page) => history.holdingDays(address, { ...span, ...at, ...page })) };
      },
      ({ rows, vault }) => rows.at(-1)?.nav ?? vault,
    );
    return { data: { index: result.vault.address, days: result.rows.map(toWeights) }, ...moment };
  },
});

/** What indices hold and held. */
export const holdingsRoutes: readonly Route[] = [getHoldings, indicesHoldings, getWeights];
