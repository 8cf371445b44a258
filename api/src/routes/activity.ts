import type { Address } from "viem";
import { momentOf } from "../accounts/moment.ts";
import { sharesAmount } from "../accounts/names.ts";
import type { ApiContext } from "../context.ts";
import type { EventsOf, OfAccount, Page } from "../history/history.ts";
import type { EventRow } from "../history/rows.ts";
import { defineRoute, type Route } from "../http/route.ts";
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

/** One thing that an account did, or that happened to it. */
type Deed = EventRow & {
  readonly kind: string;
  readonly index: Address | null;
  readonly shares: bigint | null;
  readonly details: Readonly<Record<string, string>>;
};

type Ask = EventsOf & OfAccount;
type Source = (context: ApiContext, ask: Ask) => Promise<Page<Deed>>;

/** What a row says beyond where and when it was: whole numbers raw, as texts. */
function detailsOf(row: object, leftOut: readonly string[]): Record<string, string> {
  const hidden = new Set(["id", "block", "time", "transaction", "vault", "shares", "kind", ...leftOut]);
  return Object.fromEntries(
    Object.entries(row)
      .filter(([name, value]) => !hidden.has(name) && value !== null && value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  );
}

type Shape<Row> = { readonly kind: (row: Row) => string; readonly shares?: (row: Row) => bigint | null };

/** A list of the index as deeds. */
function sourceOf<Row extends EventRow>(
  list: (context: ApiContext, ask: Ask) => Promise<Page<Row>>,
  { kind, shares }: Shape<Row>,
): Source {
  return async (context, ask) => {
    const { rows, next } = await list(context, ask);
    const deeds = rows.map((row): Deed => {
      const { id, block, time, transaction } = row;
      const index = "vault" in row ? (row.vault as Address | null) : null;
      return {
        id,
        block,
        time,
        transaction,
        index,
        kind: kind(row),
        shares: shares?.(row) ?? null,
        details: detailsOf(row, []),
      };
    });
    return { rows: deeds, next };
  };
}

const SOURCES: readonly Source[] = [
  sourceOf(({ history }, ask) => history.flows(ask), { kind: (row) => row.kind, shares: (row) => row.shares }),
  sourceOf(({ history }, ask) => history.shareTransfers(ask), { kind: () => "transfer", shares: (row) => row.amount }),
  sourceOf(({ history }, ask) => history.batchEvents(ask), { kind: (row) => row.kind, shares: (row) => row.shares }),
  sourceOf(({ history }, ask) => history.deferredLegs(ask), { kind: (row) => `leg-${row.kind}` }),
  sourceOf(({ history }, ask) => history.lockEvents(ask), { kind: (row) => `lock-${row.kind}` }),
  sourceOf(({ history }, ask) => history.delegationEvents(ask), { kind: () => "delegation" }),
  sourceOf(({ history }, ask) => history.votes(ask), { kind: () => "vote" }),
  sourceOf(({ history }, ask) => history.revenueClaims(ask), { kind: () => "revenue-claim" }),
  sourceOf(({ history }, ask) => history.saleEvents(ask), { kind: (row) => `sale-${row.kind}` }),
  sourceOf(({ history }, ask) => history.airdropClaims(ask), { kind: (row) => `airdrop-${row.kind}` }),
];

const LOGS = 100_000; // events of a block have ids from block * LOGS on

/** The first `count` deeds of a source before a place, newest first. */
async function before(
  source: Source,
  context: ApiContext,
  ask: Ask,
  place: number | null,
  count: number,
): Promise<Deed[]> {
  const found: Deed[] = [];
  let cursor: string | undefined;
  do {
    // What happened in the block of the place comes first and is skipped: it was on the page before.
    const page = await source(context, {
      ...ask,
      limit: count + 1,
      order: "newest",
      ...(cursor === undefined ? {} : { cursor }),
    });
    found.push(...page.rows.filter(({ id }) => place === null || id < place));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && found.length < count);
  return found;
}

const activitySchema = z
  .strictObject({
    id: z.number().int(),
    kind: z
      .string()
      .openapi({ description: "Such as mint, redeem, zapIn, transfer, lock-create, vote, revenue-claim." }),
    at: timeSchema,
    block: blockSchema,
    transaction: hashSchema,
    index: addressSchema.nullable(),
    shares: amountSchema.nullable(),
    details: z
      .record(z.string(), z.string())
      .openapi({ description: "Everything else that the event says; amounts raw." }),
  })
  .openapi("Activity");

const listActivity = defineRoute({
  id: "listActivity",
  method: "get",
  path: "/v1/accounts/{address}/activity",
  tag: "Accounts",
  summary: "What an account did with indices, locks, votes, revenue, sales and the airdrop, newest first",
  params: { address: addressInput },
  position: z.number().int().nonnegative(),
  hasPast: true,
  data: z.array(activitySchema),
  freshness: "revision",
  handle: async (context, { params, page, at }) => {
    const { limit, after } = page;
    const upTo =
      after === null ? {} : { asOfBlock: Math.min(Math.floor(after / LOGS), at.asOfBlock ?? Number.MAX_SAFE_INTEGER) };
    const ask: Ask = { ...at, ...upTo, account: params.address };
    const lists = await Promise.all(SOURCES.map((source) => before(source, context, ask, after, limit + 1)));
    const deeds = lists.flat().sort((a, b) => b.id - a.id);
    const shown = deeds.slice(0, limit);
    const data = shown.map(({ id, kind, time, block, transaction, index, shares, details }) => ({
      ...{ id, kind, at: isoTime(time), block, transaction, index, details },
      shares: shares === null ? null : sharesAmount(shares),
    }));
    return { data, ...(await momentOf(context, at)), next: deeds.length > limit ? (shown.at(-1)?.id ?? null) : null };
  },
});

/** What accounts did. */
export const activityRoutes: readonly Route[] = [listActivity];
