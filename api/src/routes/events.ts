import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import { socketAddress } from "../access/middleware.ts";
import type { ApiContext } from "../context.ts";
import { EVENT_TYPES, type EventType, type LoggedEvent, PUBLIC_TYPES } from "../events/event.ts";
import { toWire } from "../events/words.ts";
import { RequestInvalidError } from "../http/problem.ts";
import { definePlainRoute, defineRoute, type Route } from "../http/route.ts";
import { addressInput, z } from "../http/schemas.ts";

const typesOf = (known: readonly EventType[]) =>
  z
    .string()
    .transform((text) => text.split(",").map((type) => type.trim()))
    .pipe(z.array(z.enum(known as [EventType, ...EventType[]])).min(1))
    .optional()
    .openapi({ type: "string", description: `Only these, with commas between: ${known.join(", ")}.` });

const filters = {
  index: addressInput.optional().openapi({ description: "Only events of this index." }),
  account: addressInput.optional().openapi({ description: "Only deeds of this account." }),
};

const idInput = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** An event in an answer. */
export const eventSchema = z
  .strictObject({
    id: z.string().openapi({ description: "Number of the event. It rises; gaps may be events for other accounts." }),
    type: z.enum(EVENT_TYPES),
    timestamp: z.iso.datetime(),
    index: z.string().nullable(),
    account: z.string().nullable(),
    block: z.string().nullable(),
    tx: z.string().nullable(),
    decision: z.string().nullable().openapi({ description: "Hash of the decision behind it." }),
    retracts: z.string().nullable().openapi({ description: "Id of the event that did not happen after all." }),
    text: z.string().openapi({ description: "What happened, in one sentence." }),
    links: z.record(z.string(), z.string()),
    data: z.looseObject({}),
  })
  .openapi("Event");

const listEvents = defineRoute({
  id: "listEvents",
  method: "get",
  path: "/v1/events/log",
  tag: "Events",
  summary: "Events that everybody may see, oldest first",
  description: "To fill a gap, or to read the past. What comes next is told by /v1/events.",
  query: {
    ...filters,
    types: typesOf(PUBLIC_TYPES),
    after: idInput.optional().openapi({ type: "integer", minimum: 0, description: "Only events behind this id." }),
  },
  position: z.number().int(),
  data: z.array(eventSchema),
  freshness: "live",
  handle: async (context, { query: { types, index, account, after }, page }) => {
    const { events, clock } = context;
    const names = await events.names();
    const found = await events.log.after(page.after ?? after ?? 0, { types, index, account }, page.limit + 1);
    const shown = found.slice(0, page.limit);
    return {
      data: shown.map((event) => ({ ...toWire(event, names, events.links) })),
      asOf: clock(),
      asOfBlock: null,
      next: found.length > page.limit ? (shown.at(-1)?.seq ?? null) : null,
    };
  },
});

const followEvents = definePlainRoute({
  id: "followEvents",
  method: "get",
  path: "/v1/events",
  tag: "Events",
  summary: "Events as they happen (server-sent events)",
  description: `A stream that stays open (text/event-stream). Each event has its id, its type and one line of JSON as in
/v1/events/log. After a break, send the id of the last event as Last-Event-ID, as browsers do by themselves, or as \`after\`: the
stream goes on there without a gap. Without either it begins with what happens next. Comments keep the connection alive. Whoever
is signed in gets its own alerts as well. A client that does not read for half a minute is dropped.`,
  query: {
    ...filters,
    types: typesOf(EVENT_TYPES),
    after: idInput.optional().openapi({ type: "integer", minimum: 0, description: "Begin behind this id." }),
  },
  produces: { type: "text/event-stream", description: "Events, until the client leaves." },
  freshness: "live",
  handle: async (context, { query: { types, index, account, after }, caller }, c) => {
    const { events } = context;
    const client = clientOf(context, c);
    const filter = { types, index, account, reader: caller.account ?? undefined };
    const from = lastEventId(c.req.header("last-event-id")) ?? after ?? null;
    const toText = async (event: LoggedEvent) => JSON.stringify(toWire(event, await events.names(), events.links));
    const stream = await events.hub.open(client, caller.tier, filter, from, toText, hangUpOf(c));
    return new Response(stream, {
      headers: {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
      },
    });
  },
});

/** Id of the last event that a client had; browsers send it by themselves. */
function lastEventId(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  const { data, error } = idInput.safeParse(text);
  if (error === undefined) return data;
  throw new RequestInvalidError([{ at: "header.last-event-id", message: "must be the id of an event" }]);
}

function clientOf({ access }: ApiContext, c: Context): string {
  const forwardedFor = c.req.header("x-forwarded-for");
  return access.clientOf(c.get("caller"), { socketAddress: socketAddress(c), forwardedFor });
}

/** Ends the connection of a request; undefined when there is none, as in a call from within. */
function hangUpOf(c: Context): (() => void) | undefined {
  const { outgoing } = (c.env ?? {}) as Partial<HttpBindings>;
  return outgoing === undefined ? undefined : () => void outgoing.destroy();
}

/** Events: what happened, and what happens. */
export const eventRoutes: readonly Route[] = [listEvents, followEvents];
