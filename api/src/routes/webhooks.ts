import type { ApiContext } from "../context.ts";
import { EVENT_TYPES, type EventType } from "../events/event.ts";
import { webhookLimit } from "../events/limits.ts";
import type { OutboxMessage } from "../events/outbox.ts";
import type { Webhook } from "../events/webhooks/book.ts";
import { ConflictError, NotFoundError } from "../http/problem.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { addressInput, isoTime, timeSchema, z } from "../http/schemas.ts";
import { accountOf } from "./alerts.ts";

const types = z
  .array(z.enum(EVENT_TYPES as unknown as [EventType, ...EventType[]]))
  .max(EVENT_TYPES.length)
  .openapi({ description: "What it is told; empty: only what alert rules send to it." });
const url = z
  .string()
  .max(2_048)
  .openapi({ description: "HTTPS, on a public address.", example: "https://example.com/hook" });

const webhookSchema = z
  .strictObject({
    id: z.string(),
    url: z.string(),
    types: z.array(z.enum(EVENT_TYPES)),
    index: z.string().nullable(),
    account: z.string().nullable(),
    createdAt: timeSchema,
    failures: z.number().int().openapi({ description: "Failed attempts in a row." }),
    waiting: z.number().int().openapi({ description: "Messages that wait for it." }),
    stoppedAt: timeSchema.nullable().openapi({ description: "Nothing is sent since then; null: it works." }),
    stopReason: z.string().nullable(),
    missed: z.number().int().openapi({ description: "Messages that were not queued because too many waited." }),
    missedFrom: z
      .string()
      .nullable()
      .openapi({ description: "Id of the first missed event: read on there in the log." }),
  })
  .openapi("Webhook");

const withSecret = webhookSchema
  .extend({ secret: z.string().openapi({ description: "Signs every message. It is shown only here." }) })
  .openapi("WebhookWithSecret");

const deliverySchema = z
  .strictObject({
    id: z.string().openapi({ description: "webhook-id of the message: the same in every attempt." }),
    state: z.enum(["waiting", "delivered", "failed"]),
    attempts: z.number().int(),
    status: z.number().int().nullable().openapi({ description: "HTTP status of the last attempt; null: no answer." }),
    reason: z.string().nullable().openapi({ description: "Why the last attempt failed." }),
    createdAt: timeSchema,
    nextAt: timeSchema.nullable().openapi({ description: "When it is tried next; null: it is over." }),
    endedAt: timeSchema.nullable(),
    body: z.string().openapi({ description: "What is sent, to the letter." }),
  })
  .openapi("Delivery");

const now = ({ clock }: ApiContext) => ({ asOf: clock(), asOfBlock: null });
const shared = { tag: "Webhooks", freshness: "personal" } as const;
const params = { id: z.string().max(64) };

async function show({ events }: ApiContext, webhook: Webhook) {
  const { id, url, types, index, account, createdAt, failures, stoppedAt, stopReason, missed, missedFrom } = webhook;
  return {
    ...{ id, url, index, account, failures, stopReason, missed, types: [...types] },
    waiting: await events.outbox.waiting(`webhook:${id}`),
    createdAt: isoTime(createdAt),
    stoppedAt: stoppedAt === null ? null : isoTime(stoppedAt),
    missedFrom: missedFrom === null ? null : String(missedFrom),
  };
}

function showDelivery({ id, state, attempts, status, reason, createdAt, nextAt, endedAt, body }: OutboxMessage) {
  return {
    ...{ id, state, attempts, status, reason, body, createdAt: isoTime(createdAt) },
    nextAt: state === "waiting" ? isoTime(nextAt) : null,
    endedAt: endedAt === null ? null : isoTime(endedAt),
  };
}

const listWebhooks = defineRoute({
  ...{ ...shared, id: "listWebhooks", method: "get", path: "/v1/webhooks", summary: "Your webhooks" },
  data: z.strictObject({ webhooks: z.array(webhookSchema), most: z.number().int() }),
  handle: async (context, { caller }) => {
    const found = await context.events.webhooks.list(accountOf(caller));
    const webhooks = await Promise.all(found.map((webhook) => show(context, webhook)));
    return { data: { webhooks, most: webhookLimit(caller.tier) }, ...now(context) };
  },
});

const createWebhook = defineRoute({
  ...{
    ...shared,
    id: "createWebhook",
    method: "post",
    path: "/v1/webhooks",
    status: 201,
    summary: "Register a webhook",
  },
  description:
    "Messages are signed as Standard Webhooks says. Without a secret, one is made. It is told what happens from now on.",
  body: z.strictObject({
    url,
    types,
    index: addressInput.nullable().default(null),
    account: addressInput.nullable().default(null),
    secret: z.string().max(128).optional().openapi({ description: "whsec_ and 24 to 64 bytes in base64." }),
  }),
  data: withSecret,
  handle: async (context, { body, caller }) => {
    const { webhooks } = context.events;
    const made = await webhooks.register(accountOf(caller), caller.tier, body, context.clock());
    return { data: { ...(await show(context, made)), secret: made.secret }, ...now(context) };
  },
});

const getWebhook = defineRoute({
  ...{ ...shared, id: "getWebhook", method: "get", path: "/v1/webhooks/{id}", summary: "One of your webhooks" },
  params,
  data: webhookSchema,
  handle: async (context, { params: { id }, caller }) => {
    const webhook = await context.events.webhooks.get(accountOf(caller), id);
    return { data: await show(context, webhook), ...now(context) };
  },
});

const changeWebhook = defineRoute({
  ...{ ...shared, id: "changeWebhook", method: "patch", path: "/v1/webhooks/{id}", summary: "Change a webhook" },
  description: "What is left out stays.",
  params,
  body: z.strictObject({
    url: url.optional(),
    types: types.optional(),
    index: addressInput.nullable().optional(),
    account: addressInput.nullable().optional(),
  }),
  data: webhookSchema,
  handle: async (context, { params: { id }, body: { url, types, index, account }, caller }) => {
    const terms = {
      ...(url === undefined ? {} : { url }),
      ...(types === undefined ? {} : { types }),
      ...(index === undefined ? {} : { index }),
      ...(account === undefined ? {} : { account }),
    };
    const webhook = await context.events.webhooks.change(accountOf(caller), id, terms);
    return { data: await show(context, webhook), ...now(context) };
  },
});

const removeWebhook = defineRoute({
  ...{ ...shared, id: "removeWebhook", method: "delete", path: "/v1/webhooks/{id}", summary: "Remove a webhook" },
  description: "What waits for it goes with it.",
  params,
  data: z.strictObject({ id: z.string() }),
  handle: async (context, { params: { id }, caller }) => {
    await context.events.webhooks.remove(accountOf(caller), id);
    return { data: { id }, ...now(context) };
  },
});

const rotateSecret = defineRoute({
  ...{ ...shared, id: "rotateSecret", method: "post", path: "/v1/webhooks/{id}/rotate", summary: "Make a new secret" },
  description: "For a day, messages carry a signature by the old secret beside that by the new one.",
  params,
  data: withSecret,
  handle: async (context, { params: { id }, caller }) => {
    const made = await context.events.webhooks.rotate(accountOf(caller), id, context.clock());
    return { data: { ...(await show(context, made)), secret: made.secret }, ...now(context) };
  },
});

const resumeWebhook = defineRoute({
  ...{ ...shared, id: "resumeWebhook", method: "post", path: "/v1/webhooks/{id}/resume", summary: "Send again" },
  description:
    "For a webhook that was stopped: what waits is sent, in order. Message by message that failed: redeliver.",
  params,
  data: webhookSchema,
  handle: async (context, { params: { id }, caller }) => {
    const webhook = await context.events.webhooks.resume(accountOf(caller), id, context.clock());
    return { data: await show(context, webhook), ...now(context) };
  },
});

const pingWebhook = defineRoute({
  ...{ ...shared, id: "pingWebhook", method: "post", path: "/v1/webhooks/{id}/ping", summary: "Send a test message" },
  description: "At once, beside everything that waits, and once only. Its type is webhook.ping.",
  params,
  data: z.strictObject({ isTaken: z.boolean(), status: z.number().int().nullable(), reason: z.string().nullable() }),
  handle: async (context, { params: { id }, caller }) => {
    const webhook = await context.events.webhooks.get(accountOf(caller), id);
    const { isTaken, status, reason } = await context.events.sender.ping(webhook);
    return { data: { isTaken, status, reason }, ...now(context) };
  },
});

const listDeliveries = defineRoute({
  ...{ ...shared, id: "listDeliveries", method: "get", path: "/v1/webhooks/{id}/deliveries" },
  summary: "Messages to a webhook, newest first",
  description: "Those that ended are kept for 30 days.",
  params,
  position: z.number().int(),
  data: z.array(deliverySchema),
  handle: async (context, { params: { id }, page: { limit, after }, caller }) => {
    const webhook = await context.events.webhooks.get(accountOf(caller), id);
    const found = await context.events.outbox.list(`webhook:${webhook.id}`, limit + 1, after);
    const shown = found.slice(0, limit);
    const next = found.length > limit ? (shown.at(-1)?.place ?? null) : null;
    return { data: shown.map(showDelivery), ...now(context), next };
  },
});

const redeliver = defineRoute({
  ...{ ...shared, id: "redeliver", method: "post", path: "/v1/webhooks/{id}/deliveries/{message}/redeliver" },
  status: 202,
  summary: "Send a message again",
  description: "Under its old id, behind everything that waits.",
  params: { ...params, message: z.string().max(64) },
  data: deliverySchema,
  handle: async (context, { params: { id, message }, caller }) => {
    const webhook = await context.events.webhooks.get(accountOf(caller), id);
    if (webhook.stoppedAt !== null) throw new ConflictError("The webhook is stopped. Resume it first.");
    const again = await context.events.outbox.again(`webhook:${webhook.id}`, message, context.clock());
    if (again === undefined) throw new NotFoundError("There is no such message, or it ended more than 30 days ago.");
    return { data: showDelivery(again), ...now(context) };
  },
});

/** Webhooks of whoever is signed in. */
export const webhookRoutes: readonly Route[] = [
  ...[listWebhooks, createWebhook, getWebhook, changeWebhook, removeWebhook],
  ...[rotateSecret, resumeWebhook, pingWebhook, listDeliveries, redeliver],
];
