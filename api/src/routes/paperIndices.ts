import type { Address } from "viem";
import { DAY, dayFromIso, isoFromDay } from "../../../keeper/src/data/time.ts";
import { PERIODS } from "../../../keeper/src/schedule/calendar.ts";
import type { ApiContext } from "../context.ts";
import type { Caller } from "../http/caller.ts";
import { ConflictError, NotFoundError, UnauthenticatedError, UnprocessableError } from "../http/problem.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { addressInput, amountOf, amountSchema, isoTime, timeSchema, z } from "../http/schemas.ts";
import { PaperBook, type PaperDefinition, type StoredPaperIndex } from "../paper/paperBook.ts";
import { type PaperIndex, type Target, valuePaperIndex } from "../paper/valuation.ts";

const MOST = 50; // paper indices of one account
const MOST_TARGETS = 500; // decisions of an index that is followed
const STABLE = "USDC";
const WHOLE = 10_000;

const tokenName = z.string().regex(/^[A-Za-z0-9._-]{1,40}$/, "must be the id of a token: /v1/tokens lists them");
const weights = z
  .record(tokenName, z.number().int().min(1).max(WHOLE))
  .refine((parts) => Object.keys(parts).length <= 100, "must name at most 100 tokens")
  .refine((parts) => Object.values(parts).reduce((sum, bps) => sum + bps, 0) === WHOLE, "must sum to 10000 bps");

const bodySchema = z
  .strictObject({
    name: z.string().trim().min(1).max(80),
    weights: weights.optional().openapi({ description: "bps by token; sums to 10000. Not together with `index`." }),
    rebalance: z
      .enum([...PERIODS, "never"])
      .optional()
      .openapi({ description: "Of `weights`: back to them once a period. monthly unless told." }),
    index: addressInput.optional().openapi({ description: "Follows what the keeper decides for this index." }),
    usd: z.number().int().min(1).max(1e9).default(10_000).openapi({ description: "Dollars put in." }),
    costBps: z
      .number()
      .int()
      .min(0)
      .max(500)
      .default(30)
      .openapi({ description: "Cost of what each rebalance trades. The first basket is free." }),
    from: z.iso.date().optional().openapi({ description: "First day (UTC); the last finished one unless told." }),
  })
  .refine((body) => (body.weights === undefined) !== (body.index === undefined), {
    message: "name either weights or an index",
    path: ["weights"],
  })
  .refine((body) => body.index === undefined || body.rebalance === undefined, {
    message: "belongs to weights: an index that is followed rebalances when its keeper decides",
    path: ["rebalance"],
  });

const paperSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    weights: z.record(z.string(), z.number().int()).nullable(),
    rebalance: z.enum([...PERIODS, "never"]).nullable(),
    index: z.string().nullable(),
    invested: amountSchema,
    costBps: z.number().int(),
    from: z.string(),
    createdAt: timeSchema,
    isBackdated: z.boolean().openapi({ description: "It began before it was made: its maker knew what came." }),
  })
  .openapi("PaperIndex");

const idParams = { id: z.uuid() };
const usd = (value: number) => amountOf(BigInt(Math.round(value * 1e6)), 6, "USD");
const bookOf = ({ store }: ApiContext) => new PaperBook(store.database);

function ownerOf({ account }: Caller): Address {
  if (account !== null) return account;
  throw new UnauthenticatedError("Paper indices belong to an account. Sign in: POST /v1/session.");
}

const frame = ({ clock }: ApiContext) => ({ asOf: Math.floor(clock()), asOfBlock: null });

function describe({ id, name, definition, usd: put, costBps, startDay, createdAt }: StoredPaperIndex) {
  const fixed = definition.kind === "weights" ? definition : null;
  return {
    ...{ id, name, costBps, from: isoFromDay(startDay), createdAt: isoTime(createdAt), invested: usd(put) },
    weights: fixed === null ? null : { ...fixed.weights },
    rebalance: fixed === null ? null : (fixed.rebalance ?? ("never" as const)),
    index: definition.kind === "follow" ? definition.index : null,
    isBackdated: startDay < Math.floor(createdAt / DAY) - 1,
  };
}

async function findOwn(context: ApiContext, caller: Caller, id: string): Promise<StoredPaperIndex> {
  const found = await bookOf(context).find(ownerOf(caller), id);
  if (found !== undefined) return found;
  throw new NotFoundError("You have no such paper index. GET /v1/paper-indices lists yours.", { id });
}

/** Everything that an index is worked out from. Throws UnprocessableError when too little is known. */
async function readParts(context: ApiContext, stored: StoredPaperIndex) {
  const head = await context.market.at({});
  const targets = await targetsOf(context, stored.definition);
  const tokens = [...new Set(targets.flatMap(({ parts }) => [...parts.keys()]))];
  const panel = await context.market.panel(head, tokens, ["close"]);
  const closes = new Map(
    panel.assets.map((asset, i) => [asset, { firstDay: panel.firstDay, closes: panel.column("close", i) }]),
  );
  const missing = tokens.filter((token) => token !== STABLE && !closes.get(token)?.closes.some((close) => close > 0));
  if (missing.length > 0) {
    throw new UnprocessableError("The market data has no prices of some tokens. Make one without them.", { missing });
  }
  if (stored.startDay < panel.firstDay) {
    const known = isoFromDay(panel.firstDay);
    throw new UnprocessableError(`Prices are known from ${known} on. Begin on that day or later.`, { from: known });
  }
  const { startDay: start, costBps } = stored;
  const period = stored.definition.kind === "weights" ? stored.definition.rebalance : null;
  const index: PaperIndex = { start, usd: stored.usd, costBps, targets, period };
  return { head, index, closes };
}

async function targetsOf({ decisions }: ApiContext, definition: PaperDefinition): Promise<readonly Target[]> {
  if (definition.kind === "weights") {
    const parts = new Map(Object.entries(definition.weights).map(([token, bps]) => [token, bps / WHOLE]));
    return [{ from: Number.NEGATIVE_INFINITY, parts }];
  }
  const made: Target[] = [];
  let after: { asOf: number; hash: `0x${string}` } | null = null;
  while (made.length < MOST_TARGETS) {
    const page = await decisions.list({ vault: definition.index, action: "propose" }, 100, after);
    for (const { record } of page) {
      const parts = new Map(record.assets.map(({ asset, targetBps }) => [asset, targetBps / WHOLE] as const));
      made.push({ from: record.asOf, parts: new Map([...parts].filter(([, part]) => part > 0)) });
    }
    const last = page.at(-1);
    if (last === undefined || page.length < 100) break;
    after = { asOf: last.record.asOf, hash: last.hash };
  }
  if (made.length > 0) return made.reverse();
  throw new UnprocessableError("The keeper has decided nothing for this index. Follow another one.");
}

const createPaperIndex = defineRoute({
  id: "createPaperIndex",
  method: "post",
  path: "/v1/paper-indices",
  tag: "Paper indices",
  summary: "Make an index on paper: fixed weights, or what the keeper decides for an index. Nothing is bought",
  body: bodySchema,
  data: paperSchema,
  freshness: "personal",
  status: 201,
  handle: async (context, { body, caller }) => {
    const owner = ownerOf(caller);
    const createdAt = Math.floor(context.clock());
    const { day: last } = await context.market.at({});
    const startDay = body.from === undefined ? last : dayFromIso(body.from);
    if (startDay > last) throw new UnprocessableError(`The newest prices are of ${isoFromDay(last)}. Begin by then.`);
    const { rebalance = "monthly" } = body;
    const definition: PaperDefinition =
      body.index === undefined
        ? { kind: "weights", weights: body.weights ?? {}, rebalance: rebalance === "never" ? null : rebalance }
        : { kind: "follow", index: body.index };
    const wanted = { name: body.name, definition, usd: body.usd, costBps: body.costBps, startDay, createdAt };
    await readParts(context, { id: "", ...wanted }); // what cannot be worked out is refused before it is kept
    const made = await bookOf(context).add(owner, wanted, MOST);
    if (made === undefined) throw new ConflictError(`An account has at most ${MOST} paper indices. Delete one first.`);
    return { data: describe(made), ...frame(context) };
  },
});

const listPaperIndices = defineRoute({
  id: "listPaperIndices",
  method: "get",
  path: "/v1/paper-indices",
  tag: "Paper indices",
  summary: "Your paper indices, oldest first",
  data: z.array(paperSchema),
  freshness: "personal",
  handle: async (context, { caller }) => {
    const own = await bookOf(context).list(ownerOf(caller));
    return { data: own.map(describe), ...frame(context) };
  },
});

const deletePaperIndex = defineRoute({
  id: "deletePaperIndex",
  method: "delete",
  path: "/v1/paper-indices/{id}",
  tag: "Paper indices",
  summary: "Forget a paper index",
  params: idParams,
  data: z.strictObject({ id: z.string(), isDeleted: z.literal(true) }),
  freshness: "personal",
  handle: async (context, { params, caller }) => {
    const { id } = await findOwn(context, caller, params.id);
    await bookOf(context).remove(ownerOf(caller), id);
    return { data: { id, isDeleted: true as const }, ...frame(context) };
  },
});

const getPaperPerformance = defineRoute({
  id: "getPaperIndexPerformance",
  method: "get",
  path: "/v1/paper-indices/{id}/performance",
  tag: "Paper indices",
  summary: "What a paper index was worth day by day, its rebalances and what they cost",
  description: "Worked out by the arithmetic of the keeper's backtests, at daily closes. `costs` says what is counted.",
  params: idParams,
  data: z.strictObject({
    index: paperSchema,
    value: amountSchema,
    return: z.number().openapi({ description: "1 is 100%, after costs." }),
    costs: z.strictObject({ bps: z.number(), paid: amountSchema, traded: amountSchema, says: z.string() }),
    rebalances: z.array(timeSchema),
    stale: z.array(z.string()).openapi({ description: "Tokens that count at an older close than the last day's." }),
    days: z.array(z.strictObject({ date: z.string(), value: amountSchema })),
  }),
  freshness: "personal",
  handle: async (context, { params, caller }) => {
    const stored = await findOwn(context, caller, params.id);
    const { head, index, closes } = await readParts(context, stored);
    const { days, rebalances, costUsd, tradedUsd, stale } = valuePaperIndex(index, closes, head.day, STABLE);
    const value = days.at(-1)?.usd ?? index.usd;
    const says = `${index.costBps} bps of what each rebalance trades; the first basket, gas, price impact and fees of an index cost nothing here.`;
    return {
      data: {
        index: describe(stored),
        value: usd(value),
        return: value / index.usd - 1,
        costs: { bps: index.costBps, paid: usd(costUsd), traded: usd(tradedUsd), says },
        rebalances: rebalances.map(isoTime),
        stale: [...stale],
        days: days.map((day) => ({ date: isoFromDay(day.day), value: usd(day.usd) })),
      },
      ...{ asOf: head.asOf, asOfBlock: null },
    };
  },
});

const getPaperHoldings = defineRoute({
  id: "getPaperIndexHoldings",
  method: "get",
  path: "/v1/paper-indices/{id}/holdings",
  tag: "Paper indices",
  summary: "What a paper index holds, at the last close",
  params: idParams,
  data: z.array(z.strictObject({ token: z.string(), value: amountSchema, weight: z.number() })),
  freshness: "personal",
  handle: async (context, { params, caller }) => {
    const { head, index, closes } = await readParts(context, await findOwn(context, caller, params.id));
    const { holdings, days } = valuePaperIndex(index, closes, head.day, STABLE);
    const total = days.at(-1)?.usd ?? 0;
    const data = holdings.map((item) => ({ token: item.token, value: usd(item.usd), weight: item.usd / total }));
    return { data, asOf: head.asOf, asOfBlock: null };
  },
});

/** Indices on paper, each for its owner alone. */
export const paperIndexRoutes: readonly Route[] = [
  createPaperIndex,
  listPaperIndices,
  deletePaperIndex,
  getPaperPerformance,
  getPaperHoldings,
];
