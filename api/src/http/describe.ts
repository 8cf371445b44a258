import { blockSchema, timeSchema, z } from "./schemas.ts";

/** What of a route the document tells. */
export interface Described {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body?: z.ZodType;
  /** Of an envelope; absent: the answer is what `produces` says. */
  readonly data?: z.ZodType;
  readonly produces?: { readonly type: string; readonly description: string };
  readonly position?: z.ZodType;
  readonly freshness: string;
  readonly status?: number;
  readonly pays?: { readonly words: string; readonly service: string };
}

const problem = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
});

/** The problems that routes answer with, by status. */
export const PROBLEMS = {
  400: problem("A parameter, the cursor or the body is wrong; `errors` names the places."),
  401: problem("Sign in first."),
  402: problem("What is free is used up: `id`, `units`, `asset` and `nonce` say which receipt pays."),
  403: problem("Not for this caller."),
  404: problem("There is no such thing."),
  429: problem("Too many requests; `retry-after` says when to come back."),
  500: problem("Something went wrong in the service."),
  503: problem("A part of the service is down; `missing` names it."),
};

const refer = (...statuses: readonly (keyof typeof PROBLEMS)[]) =>
  Object.fromEntries(statuses.map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]));

const etagHeader = {
  etag: { description: "Validator of these bytes, for If-None-Match.", schema: { type: "string" } },
};

/** A route in the words of OpenAPI. */
export function describeRoute(route: Described): object {
  const { id, method, path, tag, summary, params, query, body, freshness, pays } = route;
  const description = describeToll(route);
  const isKept = method === "get" && (freshness === "revision" || freshness === "immutable");
  return {
    operationId: id,
    ...{ method, path, tags: [tag], summary },
    ...(description === undefined ? {} : { description }),
    ...(freshness === "personal" ? { security: [{ session: [] }] } : {}),
    request: {
      ...(Object.keys(params.shape).length === 0 ? {} : { params }),
      ...(Object.keys(query.shape).length === 0 ? {} : { query }),
      ...(body === undefined ? {} : { body: { required: true, content: { "application/json": { schema: body } } } }),
    },
    responses: {
      [route.status ?? 200]: {
        description: route.produces?.description ?? "Success.",
        ...(isKept ? { headers: etagHeader } : {}),
        content: contentOf(route),
      },
      ...(isKept ? { 304: { description: "Nothing changed since the ETag of If-None-Match." } } : {}),
      ...refer(400, 404, 429, 500, 503),
      ...(freshness === "personal" ? refer(401, 403) : {}),
      ...(pays === undefined ? {} : refer(402)),
    },
  };
}

/** The description with the price beyond what is free. */
function describeToll({ description, pays }: Described): string | undefined {
  if (pays === undefined) return description;
  const toll = `Sold as ${pays.service}: ${pays.words} beyond what is free.`;
  return description === undefined ? toll : `${description} ${toll}`;
}

function contentOf({ data, produces, position }: Described): object {
  if (data === undefined) {
    const schema = { type: "string", ...(produces?.type.startsWith("text/") ? {} : { format: "binary" }) };
    return { [produces?.type ?? "application/octet-stream"]: { schema } };
  }
  const next = z.string().optional().openapi({ description: "`cursor` of the next page; absent on the last one." });
  const envelope = z.strictObject({
    data,
    asOf: timeSchema,
    asOfBlock: blockSchema.nullable(),
    ...(position === undefined ? {} : { next }),
  });
  return { "application/json": { schema: envelope } };
}
