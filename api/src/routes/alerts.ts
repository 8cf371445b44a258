import type { Address } from "viem";
import type { ApiContext } from "../context.ts";
import { RuleError } from "../events/errors.ts";
import { alertLimit } from "../events/limits.ts";
import { CHANNELS } from "../events/messenger.ts";
import type { AlertRule, Firing } from "../events/ruleBook.ts";
import { isFigureRule, type RuleSpec } from "../events/rules.ts";
import { type Names, ruleSentence } from "../events/words.ts";
import type { Caller } from "../http/caller.ts";
import { UnauthenticatedError } from "../http/problem.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { addressInput, isoTime, timeSchema, z } from "../http/schemas.ts";

const either = z.enum(["below", "above", "drops-by", "rises-by"]);
const above = z.literal("above").default("above");
const positive = z.number().positive().max(1e15);

/** What a rule waits for. */
const specInput = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("grade"),
      token: z.string().regex(/^[\w$.-]{1,64}$/, "must be the id of a token, as in /v1/tokens"),
      grade: z.enum(["trader", "investor"]),
      when: either,
      value: z.number().min(0).max(100),
    }),
    z.strictObject({ kind: z.literal("price"), index: addressInput, when: either, value: positive }),
    z.strictObject({
      kind: z.literal("drift"),
      index: addressInput,
      when: above,
      value: z.number().positive().max(100),
    }),
    z.strictObject({ kind: z.literal("claimable"), token: addressInput, when: above, value: positive }),
    z.strictObject({
      kind: z.literal("rebalance"),
      index: addressInput,
      token: addressInput.optional(),
      side: z.enum(["bought", "sold"]).optional(),
    }),
    z.strictObject({ kind: z.literal("proposal") }),
    z.strictObject({ kind: z.literal("vote-ends"), hours: z.number().positive().max(336) }),
    z.strictObject({
      kind: z.literal("regime"),
      index: addressInput.optional(),
      to: z.enum(["bull", "range", "bear", "unknown"]).optional(),
    }),
  ])
  .openapi("AlertCondition", {
    description: `What a rule waits for. grade: a token's grade falls below or rises above a value, or moves by so many points.
price: USD per share of an index; with drops-by and rises-by the value is in percent. drift: percent of an index. claimable: so
many tokens of revenue. rebalance: weights are proposed, or, with a token, that token is traded. vote-ends: hours before the end.`,
  });

const destinationsInput = z.strictObject({
  webhooks: z.array(z.string().max(64)).max(10).default([]).openapi({ description: "Ids of your webhooks." }),
  chats: z.array(z.enum(CHANNELS)).max(CHANNELS.length).default([]).openapi({ description: "Chats that you linked." }),
});

const name = z.string().trim().min(1).max(80);

const ruleSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    condition: z.looseObject({}),
    words: z.string().openapi({ description: "The condition in one line." }),
    destinations: z.strictObject({ webhooks: z.array(z.string()), chats: z.array(z.enum(CHANNELS)) }),
    isOn: z.boolean(),
    phase: z.enum(["new", "armed", "beyond"]).nullable().openapi({
      description: "new: not looked at yet; armed: the next crossing fires; beyond: it must come back first.",
    }),
    createdAt: timeSchema,
  })
  .openapi("AlertRule");

const firingSchema = z
  .strictObject({
    id: z.string(),
    rule: z.string(),
    at: timeSchema,
    text: z.string(),
    value: z.number().nullable().openapi({ description: "The figure; null: the rule is about an event." }),
    event: z.string().nullable().openapi({ description: "Id of the event; null: the rule is about a figure." }),
    isRetracted: z.boolean().openapi({ description: "The event's block was replaced: it did not happen." }),
  })
  .openapi("AlertFiring");

/** The account of a caller. Throws UnauthenticatedError. */
export function accountOf({ account }: Caller): Address {
  if (account !== null) return account;
  throw new UnauthenticatedError("This belongs to an account. Sign in first: POST /v1/session/nonce says how.");
}

/** Refuses a rule about something that is not there. */
async function requireSubject({ history, events }: ApiContext, spec: RuleSpec): Promise<void> {
  if ("index" in spec && spec.index !== undefined && (await history.vault(spec.index)) === null) {
    throw new RuleError("There is no index at this address. /v1/indices lists them.", { index: spec.index });
  }
  if (spec.kind === "grade" && (await events.grade(spec.token, spec.grade)) === null) {
    throw new RuleError("This token has no such grade now. /v1/tokens lists those that have.", { token: spec.token });
  }
  if (spec.kind === "grade" && spec.value === 0 && spec.when.endsWith("-by")) {
    throw new RuleError("A grade that moves by 0 points does not move. Use at least 1.");
  }
  if (spec.kind === "rebalance" && spec.side !== undefined && spec.token === undefined) {
    throw new RuleError("Name the token that is to be bought or sold.");
  }
  const token = spec.kind === "claimable" || spec.kind === "rebalance" ? spec.token : undefined;
  if (token !== undefined && (await events.names()).token(token) === undefined) {
    throw new RuleError("This is neither an index nor a token that one holds. Check the address.", { token });
  }
}

function showRule({ id, name, spec, destinations, isOn, state, createdAt }: AlertRule, names: Names) {
  return {
    ...{ id, name, isOn, condition: { ...spec }, words: ruleSentence(spec, names) },
    destinations: { webhooks: [...destinations.webhooks], chats: [...destinations.chats] },
    phase: isFigureRule(spec) ? state.phase : null,
    createdAt: isoTime(createdAt),
  };
}

function showFiring({ id, rule, at, text, value, event, isRetracted }: Firing) {
  return { id, rule, at: isoTime(at), text, value, event: event === null ? null : String(event), isRetracted };
}

const now = ({ clock }: ApiContext) => ({ asOf: clock(), asOfBlock: null });
const shared = { tag: "Alerts", freshness: "personal" } as const;
const params = { id: z.string().max(64) };

const listAlerts = defineRoute({
  ...{ ...shared, id: "listAlerts", method: "get", path: "/v1/alerts", summary: "Your alert rules" },
  data: z.strictObject({ rules: z.array(ruleSchema), most: z.number().int() }),
  handle: async (context, { caller }) => {
    const [rules, names] = [await context.events.rules.list(accountOf(caller)), await context.events.names()];
    return {
      data: { rules: rules.map((rule) => showRule(rule, names)), most: alertLimit(caller.tier) },
      ...now(context),
    };
  },
});

const createAlert = defineRoute({
  ...{ ...shared, id: "createAlert", method: "post", path: "/v1/alerts", status: 201, summary: "Make an alert rule" },
  description:
    "It fires once a crossing, and for events that happen after it was made. Firings are always in your stream.",
  body: z.strictObject({
    name,
    condition: specInput,
    destinations: destinationsInput.default({ webhooks: [], chats: [] }),
    isOn: z.boolean().default(true),
  }),
  data: ruleSchema,
  handle: async (context, { body: { name, condition: spec, destinations, isOn }, caller }) => {
    const owner = accountOf(caller);
    await requireSubject(context, spec);
    const { rules } = context.events;
    const rule = await rules.create(owner, caller.tier, { name, spec, destinations, isOn }, context.clock());
    return { data: showRule(rule, await context.events.names()), ...now(context) };
  },
});

const getAlert = defineRoute({
  ...{ ...shared, id: "getAlert", method: "get", path: "/v1/alerts/{id}", summary: "One of your alert rules" },
  params,
  data: ruleSchema,
  handle: async (context, { params: { id }, caller }) => {
    const rule = await context.events.rules.get(accountOf(caller), id);
    return { data: showRule(rule, await context.events.names()), ...now(context) };
  },
});

const changeAlert = defineRoute({
  ...{ ...shared, id: "changeAlert", method: "patch", path: "/v1/alerts/{id}", summary: "Change an alert rule" },
  description:
    "What is left out stays. With another condition, or switched on again, the rule starts as if it were new.",
  params,
  body: z.strictObject({
    name: name.optional(),
    condition: specInput.optional(),
    destinations: destinationsInput.optional(),
    isOn: z.boolean().optional(),
  }),
  data: ruleSchema,
  handle: async (context, { params: { id }, body: { name, condition: spec, destinations, isOn }, caller }) => {
    const owner = accountOf(caller);
    await context.events.rules.get(owner, id);
    if (spec !== undefined) await requireSubject(context, spec);
    const terms = {
      ...(name === undefined ? {} : { name }),
      ...(spec === undefined ? {} : { spec }),
      ...(destinations === undefined ? {} : { destinations }),
      ...(isOn === undefined ? {} : { isOn }),
    };
    const rule = await context.events.rules.change(owner, id, terms);
    return { data: showRule(rule, await context.events.names()), ...now(context) };
  },
});

const removeAlert = defineRoute({
  ...{ ...shared, id: "removeAlert", method: "delete", path: "/v1/alerts/{id}", summary: "Remove an alert rule" },
  description: "Its history goes with it.",
  params,
  data: z.strictObject({ id: z.string() }),
  handle: async (context, { params: { id }, caller }) => {
    await context.events.rules.remove(accountOf(caller), id);
    return { data: { id }, ...now(context) };
  },
});

const listFirings = defineRoute({
  ...{ ...shared, id: "listFirings", method: "get", path: "/v1/alerts/firings", summary: "What your rules told" },
  query: { rule: z.string().max(64).optional().openapi({ description: "Only of this rule." }) },
  position: z.strictObject({ at: z.number().int(), id: z.string() }),
  data: z.array(firingSchema),
  handle: async (context, { query: { rule }, page: { limit, after }, caller }) => {
    const found = await context.events.rules.firings(accountOf(caller), rule ?? null, limit + 1, after);
    const shown = found.slice(0, limit);
    const last = found.length > limit ? shown.at(-1) : undefined;
    const next = last === undefined ? null : { at: last.at, id: last.id };
    return { data: shown.map(showFiring), ...now(context), next };
  },
});

/** Alert rules of whoever is signed in. Firings come first: their path looks like that of a rule. */
export const alertRoutes: readonly Route[] = [listFirings, listAlerts, createAlert, getAlert, changeAlert, removeAlert];
