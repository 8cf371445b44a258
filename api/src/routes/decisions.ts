import { gradeProof, NO_GRADE } from "@gimbal/sdk/grades";
import { type Hex, isAddressEqual } from "viem";
import { decisionParts } from "../../../keeper/src/plan/record.ts";
import type { ApiContext } from "../context.ts";
import { type DecisionUsed, usedDecision } from "../credits/services.ts";
import { makeBundle } from "../decisions/bundle.ts";
import type { DecisionSource, StoredDecision } from "../decisions/decisions.ts";
import { chooseBody, encodeBody, takesGzip } from "../http/encoding.ts";
import { isKnown } from "../http/etag.ts";
import { NotFoundError } from "../http/problem.ts";
import { definePlainRoute, defineRoute, type Route } from "../http/route.ts";
import {
  addressInput,
  addressSchema,
  blockSchema,
  hashInput,
  hashSchema,
  isoTime,
  timeSchema,
  z,
} from "../http/schemas.ts";

const bps = (description: string) =>
  z
    .number()
    .int()
    .openapi({ description: `${description}, in basis points.` });

const driverSchema = z.strictObject({
  feature: z.string(),
  words: z.string(),
  value: z.string(),
  effectBps: bps("By how much it moved the grade"),
});

const assetSchema = z
  .strictObject({
    symbol: z.string(),
    token: addressSchema,
    currentBps: bps("Weight at the time of the decision"),
    targetBps: bps("Weight wanted"),
    proposedBps: bps("Weight proposed to the vault"),
    stance: z.string().openapi({ description: "bullish, neutral, bearish, unknown, or stable." }),
    traderGrade: z.number().int().min(0).max(100).nullable(),
    investorGrade: z.number().int().min(0).max(100).nullable(),
    drivers: z.array(driverSchema).openapi({ description: "Data points that moved the grade most." }),
    reasons: z.array(z.string()),
  })
  .openapi("DecisionAsset");

/** A decision without its whole record. */
export const decisionSummarySchema = z
  .strictObject({
    hash: hashSchema,
    vault: addressSchema,
    epoch: z.number().int().openapi({ description: "The epoch that the decision was for." }),
    action: z.enum(["propose", "none"]),
    lane: z.enum(["RISK", "DERISK"]).nullable(),
    decidedAt: timeSchema,
    block: blockSchema,
    dueBecause: z.string().nullable().openapi({ description: "Why a decision was due; null: somebody asked for it." }),
    regime: z.string(),
    exposureBps: bps("Part of NAV that may be in risk assets"),
    oneWayDriftBps: bps("Distance between the weights held and wanted"),
    turnoverBps: bps("Value to be sold, as a part of NAV"),
    reasons: z.array(z.string()),
  })
  .openapi("DecisionSummary");

/** `hash` of a decision is the keccak256 of both. */
const partsShape = {
  contentHash: hashSchema.openapi({ description: "keccak256 of the record's canonical JSON." }),
  gradesRoot: hashSchema.openapi({ description: "Root of the tree of its assets' grades." }),
};

const decisionSchema = decisionSummarySchema
  .extend({
    validUntil: timeSchema,
    regimeReasons: z.array(z.string()),
    events: z.array(z.string()),
    assets: z.array(assetSchema),
    model: z.strictObject({
      hash: hashSchema.nullable().openapi({ description: "State of the models; null: there was none." }),
      spoke: z.enum(["ensemble", "fallback"]),
      notes: z.array(z.string()),
    }),
    ...partsShape,
    datasets: z.array(z.number().int()).openapi({
      description:
        "Ids of the strategy registry: data sets that the decision was made from, whose owners earn by its use.",
    }),
    record: z.looseObject({}).openapi({
      description: "The record itself. The keccak256 of its canonical JSON (sorted keys, no spaces) is `contentHash`.",
    }),
  })
  .openapi("Decision");

/** The short form of a decision. */
export function summarise({ hash, record }: StoredDecision): z.input<typeof decisionSummarySchema> {
  return {
    hash,
    vault: record.vault,
    epoch: record.epoch,
    action: record.action,
    lane: record.lane,
    decidedAt: isoTime(record.asOf),
    block: Number(record.block.number),
    dueBecause: "due" in record ? record.due.reason : null,
    regime: record.regime.regime,
    exposureBps: record.regime.exposureBps,
    oneWayDriftBps: record.oneWayDriftBps,
    turnoverBps: record.turnoverBps,
    reasons: [...record.reasons],
  };
}

function detail(decision: StoredDecision): z.input<typeof decisionSchema> {
  const { record } = decision;
  return {
    ...summarise(decision),
    validUntil: isoTime(record.validUntil),
    regimeReasons: [...record.regime.reasons],
    events: [...record.events],
    assets: record.assets.map((asset) => ({
      symbol: asset.asset,
      token: asset.token,
      currentBps: asset.currentBps,
      targetBps: asset.targetBps,
      proposedBps: asset.proposedBps,
      stance: asset.stance,
      traderGrade: asset.traderGrade,
      investorGrade: asset.investorGrade,
      drivers: asset.drivers.map((driver) => ({ ...driver })),
      reasons: [...asset.reasons],
    })),
    model: { hash: record.model.hash, spoke: record.model.spoke, notes: [...record.model.notes] },
    ...decisionParts(record),
    datasets: [...record.source.datasets],
    record,
  };
}

/** {credits} of a decision, of all that it was made from, and of that with what its models were trained on. */
const PRICES = { decision: 1, replay: 2, training: 10 } as const;

const listDecisions = defineRoute({
  id: "listDecisions",
  method: "get",
  path: "/v1/decisions",
  tag: "Decisions",
  summary: "Decisions of the keeper, newest first",
  query: {
    index: addressInput.optional().openapi({ description: "Only about this index." }),
    action: z
      .enum(["propose", "none"])
      .optional()
      .openapi({ description: "Only those that proposed, or that did nothing." }),
  },
  position: z.tuple([z.number().int(), hashInput]),
  data: z.array(decisionSummarySchema),
  pays: {
    words: "1 credit",
    service: "DECISIONS",
    charge: async ({ decisions }, { query: { index } }) => {
      const about = index === undefined ? null : usedDecision(await decisions.newest(index));
      return { service: "DECISIONS", units: PRICES.decision, about };
    },
  },
  freshness: "revision",
  handle: async ({ decisions, clock }, { query, page }) => {
    const { index, action } = query;
    const filter = { ...(index === undefined ? {} : { vault: index }), ...(action === undefined ? {} : { action }) };
    const after = page.after === null ? null : { asOf: page.after[0], hash: page.after[1] };
    const found = await decisions.list(filter, page.limit + 1, after);
    const shown = found.slice(0, page.limit);
    const last = found.length > page.limit ? shown.at(-1) : undefined;
    const newest = shown[0]?.record;
    return {
      data: shown.map(summarise),
      asOf: newest?.asOf ?? clock(),
      asOfBlock: newest === undefined ? null : Number(newest.block.number),
      next: last === undefined ? null : ([last.record.asOf, last.hash] as const),
    };
  },
});

async function requireDecision(decisions: DecisionSource, hash: Hex): Promise<StoredDecision> {
  const decision = await decisions.byHash(hash);
  if (decision !== undefined) return decision;
  throw new NotFoundError("No keeper of this service made such a decision. Look for its hash in /v1/decisions.", {
    hash,
  });
}

/** What a decision was made with earns by it. One that is not there costs nothing: its price is never kept. */
async function aboutDecision({ decisions }: ApiContext, hash: Hex): Promise<DecisionUsed | null> {
  return usedDecision(await decisions.byHash(hash));
}

const getDecision = defineRoute({
  id: "getDecision",
  method: "get",
  path: "/v1/decisions/{hash}",
  tag: "Decisions",
  summary: "One decision with its reasons and its record",
  params: { hash: hashInput.openapi({ description: "`decisionHash`, as the vault's event carries it." }) },
  data: decisionSchema,
  pays: {
    words: "1 credit",
    service: "DECISIONS",
    charge: async (context, { params: { hash } }) => {
      return { service: "DECISIONS", units: PRICES.decision, about: await aboutDecision(context, hash) };
    },
  },
  freshness: "immutable",
  handle: async ({ decisions }, { params }) => {
    const decision = await requireDecision(decisions, params.hash);
    return { data: detail(decision), asOf: decision.record.asOf, asOfBlock: Number(decision.record.block.number) };
  },
});

const getBundle = definePlainRoute({
  id: "getDecisionBundle",
  method: "get",
  path: "/v1/decisions/{hash}/bundle",
  tag: "Decisions",
  summary: "A decision with everything it was made from, to recompute it",
  description:
    "One JSON file: the record's text and every text that it names by its hash (market, vault, models). docs/API.md says how " +
    "to recompute the decision from it.",
  params: { hash: hashInput },
  query: {
    training: z
      .enum(["true", "false"])
      .default("false")
      .openapi({ description: "Whether to add what the models were trained on." }),
  },
  pays: {
    words: `${PRICES.replay} credits; with training ${PRICES.training} credits of DATASETS`,
    service: "DECISIONS",
    charge: async (context, { params: { hash }, query }) => {
      const about = await aboutDecision(context, hash);
      if (query.training === "true") return { service: "DATASETS", units: PRICES.training, about };
      return { service: "DECISIONS", units: PRICES.replay, about };
    },
  },
  freshness: "immutable",
  produces: {
    type: "application/json",
    description: "The bundle, as a file; packed with gzip for whoever takes that.",
  },
  handle: async ({ decisions }, { params, query }, c) => {
    const etag = `W/"${params.hash.slice(2, 24)}-${query.training}"`;
    const lasting = { etag, "cache-control": "public, max-age=31536000, immutable", vary: "accept-encoding" };
    const decision = await requireDecision(decisions, params.hash);
    if (isKnown(etag, c.req.header("if-none-match"))) return new Response(null, { status: 304, headers: lasting });
    const text = JSON.stringify(await makeBundle(decisions, decision, query.training === "true"));
    const accepted = c.req.header("accept-encoding");
    const { body, headers } = chooseBody(await encodeBody(text, takesGzip(accepted)), accepted);
    const file = `attachment; filename="decision-${params.hash.slice(0, 10)}.json"`;
    return new Response(body, { headers: { ...headers, ...lasting, "content-disposition": file } });
  },
});

const provenBps = (what: string) =>
  z
    .number()
    .int()
    .min(0)
    .max(NO_GRADE)
    .openapi({ description: `${what} grade in basis points, 10000 is the best; ${NO_GRADE}: none.` });

const gradeProofSchema = z
  .strictObject({
    hash: hashSchema.openapi({ description: "`decisionHash`: keccak256 of `contentHash` and `gradesRoot`." }),
    ...partsShape,
    chainId: z.number().int(),
    contract: addressSchema.nullable().openapi({ description: "`GradeBook` of this deployment; null: it has none." }),
    vault: addressSchema,
    epoch: z.number().int(),
    grade: z.strictObject({
      token: addressSchema,
      traderBps: provenBps("Trader"),
      investorBps: provenBps("Investor"),
    }),
    proof: z.array(hashSchema).openapi({ description: "From the leaf to the root." }),
  })
  .openapi("GradeProof");

const getGradeProof = defineRoute({
  id: "getGradeProof",
  method: "get",
  path: "/v1/decisions/{hash}/grades/{token}/proof",
  tag: "Decisions",
  summary: "A token's grade in a decision, with the proof that a contract asks for",
  description:
    "What `GradeBook.verifyGrade(vault, epoch, contentHash, grade, proof)` takes. It believes the vault's present epoch, and " +
    "earlier ones that somebody had it remember in their time.",
  params: { hash: hashInput, token: addressInput.openapi({ description: "A token of the decision." }) },
  data: gradeProofSchema,
  freshness: "immutable",
  handle: async ({ decisions, deployment }, { params }) => {
    const { hash, record } = await requireDecision(decisions, params.hash);
    const { token } = params;
    if (!record.assets.some((asset) => isAddressEqual(asset.token, token))) {
      throw new NotFoundError("The decision does not name this token. Look for its assets in the decision.", { token });
    }
    const contract = deployment.contracts.GradeBook ?? null;
    const data = { hash, ...decisionParts(record), contract, ...gradeProof(record, token) };
    return { data, asOf: record.asOf, asOfBlock: Number(record.block.number) };
  },
});

/** Decisions of the keeper. */
export const decisionRoutes: readonly Route[] = [listDecisions, getDecision, getBundle, getGradeProof];
