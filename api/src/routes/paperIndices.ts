import type { Address, Hex } from "viem";
import type { StoredMethodology } from "../../../keeper/src/data/methodologyFolder.ts";
import { DAY, dayFromIso, isoFromDay } from "../../../keeper/src/data/time.ts";
import { PERIODS } from "../../../keeper/src/schedule/calendar.ts";
import type { ApiContext } from "../context.ts";
import type { Caller } from "../http/caller.ts";
import { ConflictError, NotFoundError, UnauthenticatedError, UnprocessableError } from "../http/problem.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { addressInput, amountOf, amountSchema, hashSchema, isoTime, timeSchema, z } from "../http/schemas.ts";
import type { MarketBook } from "../market/marketBook.ts";
import {
  dueMoments,
  type MethodologyTargets,
  methodologyTargets,
  type SlotSource,
  type StepCache,
} from "../paper/methodologyTargets.ts";
import { PaperBook, type PaperDefinition, type StoredPaperIndex } from "../paper/paperBook.ts";
import { type PaperIndex, type Target, valuePaperIndex } from "../paper/valuation.ts";

const MOST = 50; // paper indices of one account
const MOST_TARGETS = 500; // decisions of an index that is followed
const MOST_SLOTS = 120; // of a methodology: each is a decision
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
    methodology: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,80}$/, "must be the id or the hash of a methodology document")
      .optional()
      .openapi({ description: "Follows the rules of a document, by its id (its file's name) or its hash. No vault." }),
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
  .refine(({ weights, index, methodology }) => [weights, index, methodology].filter(Boolean).length === 1, {
    message: "name one of weights, an index and a methodology",
    path: ["weights"],
  })
  .refine((body) => body.weights !== undefined || body.rebalance === undefined, {
    message: "belongs to weights: an index or a methodology that is followed says itself when it rebalances",
    path: ["rebalance"],
  });

const paperSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    weights: z.record(z.string(), z.number().int()).nullable(),
    rebalance: z.enum([...PERIODS, "never"]).nullable(),
    index: z.string().nullable(),
    methodology: hashSchema.nullable().openapi({ description: "Hash of the document whose rules it follows." }),
    invested: amountSchema,
    costBps: z.number().int(),
    from: z.string(),
    createdAt: timeSchema,
    isBackdated: z.boolean().openapi({ description: "It began before it was made: its maker knew what came." }),
  })
  .openapi("PaperIndex");

const rulesSchema = z
  .strictObject({
    slots: z.array(
      z.strictObject({
        due: timeSchema,
        decision: hashSchema.openapi({ description: "Whose market was used: the newest graded one known then." }),
        known: timeSchema,
        lastDay: z.string().openapi({ description: "Last day of that data." }),
        weights: z.record(z.string(), z.number().int()).openapi({ description: "bps by token." }),
      }),
    ),
    skipped: z
      .array(z.strictObject({ due: timeSchema, why: z.string() }))
      .openapi({ description: "Slots at which too little was known: what was held stayed." }),
  })
  .openapi("PaperIndexRules");

function describeRules({ targets, skipped }: MethodologyTargets) {
  return {
    slots: targets.map(({ from, known, parts }) => ({
      ...{ due: isoTime(from), decision: known.decision, known: isoTime(known.asOf), lastDay: isoFromDay(known.day) },
      weights: Object.fromEntries([...parts].map(([token, part]) => [token, Math.round(part * WHOLE)])),
    })),
    skipped: skipped.map(({ at, why }) => ({ due: isoTime(at), why })),
  };
}

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
    methodology: definition.kind === "methodology" ? definition.hash : null,
    isBackdated: startDay < Math.floor(createdAt / DAY) - 1,
  };
}

async function findOwn(context: ApiContext, caller: Caller, id: string): Promise<StoredPaperIndex> {
  const found = await bookOf(context).find(ownerOf(caller), id);
  if (found !== undefined) return found;
  throw new NotFoundError("You have no such paper index. GET /v1/paper-indices lists yours.", { id });
}

/** Everything that an index is worked out from. Throws UnprocessableError when too little is known. */
async function readParts(context: ApiContext, stored: Omit<StoredPaperIndex, "id">) {
  const head = await context.market.at({});
  const { targets, told } = await targetsOf(context, stored, (head.day + 1) * DAY);
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
  return { head, index, closes, told };
}

/** Targets until `end` {s}; `told`: how a methodology came to them. */
async function targetsOf(
  context: ApiContext,
  { definition, startDay }: Omit<StoredPaperIndex, "id">,
  end: number,
): Promise<{ readonly targets: readonly Target[]; readonly told: MethodologyTargets | null }> {
  if (definition.kind === "methodology") {
    const told = await targetsByRules(context, definition.hash, { begin: (startDay + 1) * DAY, end });
    return { targets: told.targets, told };
  }
  if (definition.kind === "follow") return { targets: await followed(context, definition.index), told: null };
  const parts = new Map(Object.entries(definition.weights).map(([token, bps]) => [token, bps / WHOLE]));
  return { targets: [{ from: Number.NEGATIVE_INFINITY, parts }], told: null };
}

/** A document by its id or hash. Throws UnprocessableError when there is none, or none that a paper index can follow. */
function findDocument({ methodologies }: ApiContext, wanted: string): StoredMethodology {
  const all = [...methodologies.values()];
  const found = all.find(({ id, hash }) => id === wanted || hash === wanted.toLowerCase());
  if (found === undefined) {
    const known = all.map(({ id, hash }) => ({ id, hash }));
    throw new UnprocessableError("There is no such methodology. Name one of those that are known.", { known });
  }
  if (found.document.weighting.kind !== "grades") return found;
  throw new UnprocessableError(
    "This methodology chooses by trained models and by what each decision hands to the next one, which a paper index has not. Follow an index that has it: { index }.",
    { methodology: found.id },
  );
}

/** One that exists grows by a slot at a time; only its maker can ask for many at once. */
function requireFewSlots({ document }: StoredMethodology, begin: number, end: number): void {
  const slots = dueMoments(document, begin, end).length;
  if (slots <= MOST_SLOTS) return;
  throw new UnprocessableError(`A methodology may begin at most ${MOST_SLOTS} slots ago. Begin later.`, { slots });
}

async function targetsByRules(context: ApiContext, hash: Hex, span: { begin: number; end: number }) {
  const { market } = context;
  const { document } = findDocument(context, hash);
  const source: SlotSource = {
    at: (time) => market.store.head({ asOf: time }),
    snapshot: (known) => market.snapshot(known),
  };
  const cache = steps.get(market) ?? new Map();
  steps.set(market, cache);
  const made = await methodologyTargets(document, span, source, STABLE, cache);
  const [first] = made.skipped;
  if (made.targets[0]?.from === span.begin || first === undefined) return made;
  throw new UnprocessableError(`Not enough data for this methodology on the first day. ${first.why} Begin later.`);
}

/** Slots of methodologies that were worked out, for each book. */
const steps = new WeakMap<MarketBook, StepCache>();

async function followed({ decisions }: ApiContext, vault: Address): Promise<readonly Target[]> {
  const made: Target[] = [];
  let after: { asOf: number; hash: `0x${string}` } | null = null;
  while (made.length < MOST_TARGETS) {
    const page = await decisions.list({ vault, action: "propose" }, 100, after);
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
  summary: "Make an index on paper: fixed weights, an index's decisions, or a methodology's rules. Nothing is bought",
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
      body.methodology !== undefined
        ? { kind: "methodology", hash: findDocument(context, body.methodology).hash }
        : body.index !== undefined
          ? { kind: "follow", index: body.index }
          : { kind: "weights", weights: body.weights ?? {}, rebalance: rebalance === "never" ? null : rebalance };
    if (definition.kind === "methodology") {
      requireFewSlots(findDocument(context, definition.hash), (startDay + 1) * DAY, (last + 1) * DAY);
    }
    const wanted = { name: body.name, definition, usd: body.usd, costBps: body.costBps, startDay, createdAt };
    await readParts(context, wanted); // what cannot be worked out is refused before it is kept
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
    methodology: rulesSchema.nullable().openapi({ description: "What the rules wanted at each slot; null: no rules." }),
  }),
  freshness: "personal",
  handle: async (context, { params, caller }) => {
    const stored = await findOwn(context, caller, params.id);
    const { head, index, closes, told } = await readParts(context, stored);
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
        methodology: told === null ? null : describeRules(told),
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
