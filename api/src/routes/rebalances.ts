import type { Address } from "viem";
import type { ApiContext } from "../context.ts";
import type { StoredDecision } from "../decisions/decisions.ts";
import type { At, EventsOf, History, OfVault, Page } from "../history/history.ts";
import type { FillRow, RebalanceRow, TokenRow, WeightRow } from "../history/rows.ts";
import { NotFoundError, UnavailableError } from "../http/problem.ts";
import { defineRoute, type Route } from "../http/route.ts";
import {
  addressSchema,
  amountOf,
  amountSchema,
  blockSchema,
  hashSchema,
  isoTime,
  timeSchema,
  z,
} from "../http/schemas.ts";
import { indexParams, requireVault, USD } from "./indexForms.ts";
import { atOneMoment } from "./moment.ts";

const SHARE = 18;
const tokenSchema = z.strictObject({ token: addressSchema, symbol: z.string().nullable() });

const rebalanceSchema = z
  .strictObject({
    index: addressSchema,
    epoch: z.number().int(),
    lane: z.enum(["RISK", "DERISK"]),
    status: z.enum(["waiting", "open", "closed", "cancelled", "ended"]),
    proposedAt: timeSchema,
    opensAt: timeSchema,
    closesAt: timeSchema,
    endedAt: timeSchema.nullable().openapi({ description: "Closed early or cancelled then; null: neither." }),
    tx: hashSchema,
    block: blockSchema,
    decision: hashSchema.openapi({ description: "Hash of the keeper's record; /v1/decisions/{hash} has all of it." }),
    reasons: z
      .array(z.string())
      .nullable()
      .openapi({ description: "Why, in words; null: the journal of this service does not have the decision." }),
    weights: z.array(
      tokenSchema.extend({
        beforeBps: z.number().int().nullable(),
        targetBps: z.number().int().nullable(),
        afterBps: z
          .number()
          .int()
          .nullable()
          .openapi({ description: "After the last fill; null: nothing was traded." }),
        reasons: z.array(z.string()).nullable(),
      }),
    ),
    fills: z.number().int(),
    traded: amountSchema.openapi({ description: "Sold at oracle prices, of fills whose token had a price." }),
  })
  .openapi("Rebalance");

const costSchema = z.strictObject({
  expected: z
    .strictObject({ gasBps: z.number(), feeAndSpreadBps: z.number(), impactBps: z.number(), totalBps: z.number() })
    .nullable()
    .openapi({
      description: "What the keeper expected, in basis points of NAV; null: the decision is not known here.",
    }),
  given: amountSchema
    .nullable()
    .openapi({ description: "Value sold less value received, at oracle prices; null: a token had no price." }),
});

const rebalanceDetailSchema = rebalanceSchema
  .extend({ cost: costSchema, turnoverBps: z.number().int().nullable() })
  .openapi("RebalanceDetail");

const fillSchema = z
  .strictObject({
    id: z.number().int(),
    index: addressSchema,
    epoch: z.number().int(),
    at: timeSchema,
    block: blockSchema,
    tx: hashSchema,
    filler: addressSchema,
    sold: tokenSchema.extend({ amount: amountSchema, value: amountSchema.nullable() }),
    bought: tokenSchema.extend({ amount: amountSchema, value: amountSchema.nullable() }),
  })
  .openapi("Fill");

const feeSchema = z
  .strictObject({
    id: z.number().int(),
    index: addressSchema,
    kind: z
      .enum(["mint", "distributed"])
      .openapi({ description: "Charged with a purchase, or accrued and handed out." }),
    at: timeSchema,
    block: blockSchema,
    tx: hashSchema,
    shares: amountSchema,
    toDao: amountSchema.nullable(),
    toRoyalty: amountSchema.nullable(),
    toCreator: amountSchema.nullable(),
  })
  .openapi("Fee");

type Tokens = ReadonlyMap<Address, TokenRow>;

async function tokensOf(history: History): Promise<Tokens> {
  return new Map((await history.tokens()).map((token) => [token.address, token]));
}

/** Decisions behind rebalances; those that this service's journal does not have are left out, also while it is down. */
async function decisionsOf({ decisions }: ApiContext, rows: readonly RebalanceRow[]) {
  const found = await Promise.all(
    rows.map(({ decisionHash }) =>
      decisions.byHash(decisionHash).catch((error: unknown) => {
        if (error instanceof UnavailableError) return undefined;
        throw error;
      }),
    ),
  );
  return new Map(found.flatMap((decision) => (decision === undefined ? [] : [[decision.hash, decision] as const])));
}

function toRebalance(
  row: RebalanceRow,
  tokens: Tokens,
  decision: StoredDecision | undefined,
): z.input<typeof rebalanceSchema> {
  const weightOf = (rows: readonly WeightRow[] | null, token: Address) => {
    return rows?.find((found) => found.token === token)?.weightBps ?? null;
  };
  const all = [row.weightsBefore, row.weightsTarget, row.weightsAfter ?? []].flatMap((rows) =>
    rows.map(({ token }) => token),
  );
  return {
    index: row.vault,
    epoch: row.epoch,
    lane: row.lane,
    status: row.status,
    proposedAt: isoTime(row.time),
    opensAt: isoTime(row.opensAt),
    closesAt: isoTime(row.closesAt),
    endedAt: row.outcome === null ? null : isoTime(row.outcome.time),
    tx: row.transaction,
    block: row.block,
    decision: row.decisionHash,
    reasons: decision === undefined ? null : [...decision.record.reasons],
    weights: [...new Set(all)].map((token) => {
      const asset = decision?.record.assets.find((found) => found.token.toLowerCase() === token.toLowerCase());
      return {
        token,
        symbol: tokens.get(token)?.symbol ?? null,
        beforeBps: weightOf(row.weightsBefore, token),
        targetBps: weightOf(row.weightsTarget, token),
        afterBps: weightOf(row.weightsAfter, token),
        reasons: asset === undefined ? null : [...asset.reasons],
      };
    }),
    fills: row.fills,
    traded: amountOf(row.tradedValue, USD, "USD"),
  };
}

function costOf(decision: StoredDecision | undefined, fills: readonly FillRow[]): z.input<typeof costSchema> {
  const estimate = decision?.record.estimateCentiBps;
  const bps = (item: string) => (estimate?.[item] ?? 0) / 100;
  const isPriced = fills.every(({ soldValue, paidValue }) => soldValue !== null && paidValue !== null);
  const given = fills.reduce((sum, { soldValue, paidValue }) => sum + (soldValue ?? 0n) - (paidValue ?? 0n), 0n);
  return {
    expected: estimate
      ? { gasBps: bps("gas"), feeAndSpreadBps: bps("feeAndSpread"), impactBps: bps("impact"), totalBps: bps("cost") }
      : null,
    given: isPriced ? amountOf(given, USD, "USD") : null,
  };
}

async function allFills(history: History, vault: Address, epoch: number, at: At): Promise<readonly FillRow[]> {
  const fills: FillRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await history.fills({
      vault,
      epoch,
      ...at,
      limit: 1_000,
      ...(cursor === undefined ? {} : { cursor }),
    });
    fills.push(...page.rows);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return fills;
}

/** A place in a list of the history: the block that its first page showed, and the history's own cursor. */
const placeInHistory = z.tuple([z.number().int().nonnegative().nullable(), z.string()]);
type Place = z.output<typeof placeInHistory>;

/** What the handlers of lists are asked. */
interface ListRequest {
  readonly params: { readonly address: Address };
  readonly at: At;
  readonly page: { readonly limit: number; readonly after: Place | null };
}

/** A page of what happened to an index and what its rows need beside them, of one moment. All pages show the first's. */
async function readPage<R extends { readonly block: number; readonly time: number }, M>(
  history: History,
  { params, at, page }: ListRequest,
  read: (filter: EventsOf & OfVault) => Promise<Page<R>>,
  beside: (rows: readonly R[]) => Promise<M>,
) {
  const [block, cursor] = page.after ?? [null, undefined];
  const moment = block === null ? at : { ...at, asOfBlock: block };
  const paging = { limit: page.limit, ...(cursor === undefined ? {} : { cursor }) };
  const { result, moment: when } = await atOneMoment(
    history,
    moment,
    async () => {
      const vault = await requireVault(history, params.address, moment);
      const found = await read({ vault: vault.address, ...moment, ...paging });
      return { vault, found, more: await beside(found.rows) };
    },
    ({ found, vault }) => found.rows[0] ?? vault.nav,
  );
  const { found, more } = result;
  const next = found.next === null ? null : ([when.asOfBlock, found.next] as const);
  return { rows: found.rows, more, moment: { ...when, next } };
}

const listRebalances = defineRoute({
  id: "listRebalances",
  method: "get",
  path: "/v1/indices/{address}/rebalances",
  tag: "Rebalances",
  summary: "Rebalances of an index with reasons, before and after, newest first",
  params: indexParams,
  hasPast: true,
  position: placeInHistory,
  data: z.array(rebalanceSchema),
  freshness: "revision",
  handle: async (context, request) => {
    const { history } = context;
    const { rows, more, moment } = await readPage(
      history,
      request,
      (filter) => history.rebalances(filter),
      (found) => Promise.all([tokensOf(history), decisionsOf(context, found)]),
    );
    const [tokens, decided] = more;
    return { data: rows.map((row) => toRebalance(row, tokens, decided.get(row.decisionHash))), ...moment };
  },
});

const getRebalance = defineRoute({
  id: "getRebalance",
  method: "get",
  path: "/v1/indices/{address}/rebalances/{epoch}",
  tag: "Rebalances",
  summary: "One rebalance with its costs",
  params: { ...indexParams, epoch: z.coerce.number().int().min(1) },
  hasPast: true,
  data: rebalanceDetailSchema,
  freshness: "revision",
  handle: async (context, { params, at }) => {
    const { history } = context;
    const { address, epoch } = params;
    const { result, moment } = await atOneMoment(
      history,
      at,
      async () => {
        const vault = await requireVault(history, address, at);
        const [row, fills, tokens] = await Promise.all([
          history.rebalance(vault.address, epoch, at),
          allFills(history, vault.address, epoch, at),
          tokensOf(history),
        ]);
        if (row === null) {
          throw new NotFoundError("The index had no such rebalance by then. Its /rebalances lists all.", { epoch });
        }
        return { row, fills, tokens, decided: await decisionsOf(context, [row]) };
      },
      ({ row, fills }) => fills[0] ?? row,
    );
    const { row, fills, tokens, decided } = result;
    const decision = decided.get(row.decisionHash);
    const data = {
      ...toRebalance(row, tokens, decision),
      cost: costOf(decision, fills),
      turnoverBps: decision?.record.turnoverBps ?? null,
    };
    return { data, ...moment };
  },
});

function toFill(row: FillRow, tokens: Tokens): z.input<typeof fillSchema> {
  const side = (token: Address, raw: bigint, value: bigint | null) => {
    const { symbol, decimals } = tokens.get(token) ?? { symbol: null, decimals: 0 };
    return {
      token,
      symbol,
      amount: amountOf(raw, decimals, symbol ?? token),
      value: value === null ? null : amountOf(value, USD, "USD"),
    };
  };
  return {
    id: row.id,
    index: row.vault,
    epoch: row.epoch,
    at: isoTime(row.time),
    block: row.block,
    tx: row.transaction,
    filler: row.filler,
    sold: side(row.sellToken, row.sold, row.soldValue),
    bought: side(row.buyToken, row.paid, row.paidValue),
  };
}

const listFills = defineRoute({
  id: "listFills",
  method: "get",
  path: "/v1/indices/{address}/fills",
  tag: "Rebalances",
  summary: "Trades of an index, newest first",
  params: indexParams,
  query: { epoch: z.coerce.number().int().min(1).optional().openapi({ description: "Only those of this rebalance." }) },
  hasPast: true,
  position: placeInHistory,
  data: z.array(fillSchema),
  freshness: "revision",
  handle: async ({ history }, request) => {
    const { epoch } = request.query;
    const read = (filter: Parameters<History["fills"]>[0]) => history.fills({ ...filter, epoch });
    const { rows, more, moment } = await readPage(history, request, read, () => tokensOf(history));
    return { data: rows.map((row) => toFill(row, more)), ...moment };
  },
});

const listFees = defineRoute({
  id: "listFees",
  method: "get",
  path: "/v1/indices/{address}/fees",
  tag: "Indices",
  summary: "Fees of an index as they were charged and handed out, newest first",
  params: indexParams,
  hasPast: true,
  position: placeInHistory,
  data: z.array(feeSchema),
  freshness: "revision",
  handle: async ({ history }, request) => {
    const { rows, moment } = await readPage(
      history,
      request,
      (filter) => history.fees(filter),
      async () => null,
    );
    const shares = (raw: bigint | null) => (raw === null ? null : amountOf(raw, SHARE, "share"));
    const data = rows.map((row) => ({
      ...{ id: row.id, index: row.vault, kind: row.kind, at: isoTime(row.time), block: row.block, tx: row.transaction },
      shares: amountOf(row.shares, SHARE, "share"),
      toDao: shares(row.daoShares),
      toRoyalty: shares(row.royaltyShares),
      toCreator: shares(row.creatorShares),
    }));
    return { data, ...moment };
  },
});

/** What indices changed, traded and charged. */
export const rebalanceRoutes: readonly Route[] = [listRebalances, getRebalance, listFills, listFees];
