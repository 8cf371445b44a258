import type { OpenAPIHono, RouteConfig } from "@hono/zod-openapi";
import type { Context, Hono } from "hono";
import type { ApiContext } from "../context.ts";
import type { At } from "../history/history.ts";
import type { AnswerCache } from "./cache.ts";
import { type Caller, STRANGER } from "./caller.ts";
import { describeRoute } from "./describe.ts";
import { isKnown } from "./etag.ts";
import { decodeCursor, encodeCursor, listName } from "./paging.ts";
import { InternalError, RequestInvalidError } from "./problem.ts";
import { atQuery, isoTime, pageQuery, z } from "./schemas.ts";

/** What a handler works with, validated. */
export interface Input<P, Q, B, C> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** The moment asked for; empty: the newest indexed block. Always empty on routes without `hasPast`. */
  readonly at: At;
  /** Of a list: how many entries at most, and the place to go on from; null: from the start. */
  readonly page: { readonly limit: number; readonly after: C | null };
  readonly caller: Caller;
}

/** What a handler answers. */
export interface Answer<D, C = unknown> {
  readonly data: D;
  readonly asOf: number; // {s} the moment that the data belongs to
  readonly asOfBlock: number | null; // newest block that the data comes from; null: it does not come from the chain
  /** Of a list: the place where the next page begins; absent or null on the last page. */
  readonly next?: Readonly<C> | null;
}

/** The answer as it leaves. */
export interface Envelope {
  readonly data: unknown;
  readonly asOf: string;
  readonly asOfBlock: number | null;
  readonly next?: string;
}

/** How long an answer is good for. */
export type Freshness =
  | "revision" // until the index or the journal grows: kept as bytes until then, checked with the ETag
  | "immutable" // for ever: it is named by its hash
  | "live" // worked out anew each time, for example a quote
  | "personal"; // for the caller alone: never kept

export type Shape = z.ZodRawShape;

/** What OpenAPI is generated from. */
export type Registry = OpenAPIHono["openAPIRegistry"];

/** One route, declared once: the router, the validation, OpenAPI, MCP and the assistant are all made from it. */
export interface RouteSpec<
  P extends Shape,
  Q extends Shape,
  B extends z.ZodType,
  D extends z.ZodType,
  C extends z.ZodType,
> {
  /** Stable name: `operationId` of OpenAPI, label of the metrics. */
  readonly id: string;
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** With parameters in braces: `/v1/indices/{address}`. */
  readonly path: `/${string}`;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** Of `data` in the answer. */
  readonly data: D;
  /** For lists: the form of a place in the list. Adds `limit` and `cursor`, and `next` in the answer. */
  readonly position?: C;
  /** Adds `asOf` and `asOfBlock`. */
  readonly hasPast?: boolean;
  readonly freshness: Freshness;
  /** Status of success; 200 unless told. */
  readonly status?: 200 | 201 | 202;
  readonly handle: (
    context: ApiContext,
    input: Input<z.output<z.ZodObject<P>>, z.output<z.ZodObject<Q>>, z.output<B>, z.output<C>>,
  ) => Promise<Answer<z.input<D>, z.output<C>>> | Answer<z.input<D>, z.output<C>>;
}

/** What a caller sent, before it is validated. Values of a query may be texts or what they stand for. */
export interface RawRequest {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly caller?: Caller;
}

/** A declared route. */
export interface Route {
  readonly id: string;
  readonly method: RouteSpec<Shape, Shape, z.ZodType, z.ZodType, z.ZodType>["method"];
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string | undefined;
  readonly freshness: Freshness;
  /** Path parameters and query, for whoever offers the route in another form. */
  readonly parameters: { readonly params: z.ZodObject; readonly query: z.ZodObject };
  /** Validates and runs. Throws ApiError. */
  call(context: ApiContext, request: RawRequest): Promise<Envelope>;
  /** Adds the route to a document. */
  describe(registry: Registry): void;
  /** Adds the route to the router. */
  mount(app: Hono, context: ApiContext, cache: AnswerCache): void;
}

/** Declares a route that answers `{ data, asOf, asOfBlock, next? }`. */
export function defineRoute<
  D extends z.ZodType,
  P extends Shape = Record<never, never>,
  Q extends Shape = Record<never, never>,
  B extends z.ZodType = z.ZodUndefined,
  C extends z.ZodType = z.ZodNull,
>(spec: RouteSpec<P, Q, B, D, C>): Route {
  const params = z.strictObject(spec.params ?? {});
  const query = z.strictObject({
    ...spec.query,
    ...(spec.position === undefined ? {} : pageQuery),
    ...(spec.hasPast === true ? atQuery : {}),
  });

  const readInput = (request: RawRequest) => {
    const parts = {
      params: params.safeParse(request.params ?? {}),
      query: query.safeParse(request.query ?? {}),
      body: (spec.body ?? z.undefined()).safeParse(request.body),
    };
    const faults = Object.entries(parts).flatMap(([part, { error }]) => faultsOf(part, error));
    const { params: path, query: asked, body } = parts;
    if (!path.success || !asked.success || !body.success) throw new RequestInvalidError(faults);
    const { limit, cursor, asOf, asOfBlock } = asked.data as Record<string, unknown>;
    const list = listName(spec.id, { ...path.data, ...asked.data });
    const after =
      spec.position === undefined || cursor === undefined ? null : decodeCursor(list, String(cursor), spec.position);
    return {
      list,
      input: {
        params: path.data,
        query: pick(asked.data as Record<string, unknown>, Object.keys(spec.query ?? {})),
        body: body.data,
        at: readAt(spec.hasPast === true, asOf, asOfBlock),
        page: { limit: Number(limit ?? 0), after },
        caller: request.caller ?? STRANGER,
      } as Input<z.output<z.ZodObject<P>>, z.output<z.ZodObject<Q>>, z.output<B>, z.output<C>>,
    };
  };

  const call = async (context: ApiContext, request: RawRequest): Promise<Envelope> => {
    const { list, input } = readInput(request);
    const { data, asOf, asOfBlock, next } = await spec.handle(context, input);
    if (context.checksAnswers) checkAnswer(spec.id, spec.data, data);
    return {
      data,
      asOf: isoTime(asOf),
      asOfBlock,
      ...(next === undefined || next === null ? {} : { next: encodeCursor(list, next) }),
    };
  };

  const { id, method, path, tag, summary, description, freshness } = spec;
  return {
    ...{ id, method, path, tag, summary, description, freshness, call },
    parameters: { params, query },
    describe: (registry) => registry.registerPath(describeRoute({ ...spec, params, query }) as RouteConfig),
    mount: (app, context, cache) => {
      app.on(method.toUpperCase(), path.replaceAll(/\{(\w+)\}/g, ":$1"), async (c) => {
        const run = async () => JSON.stringify(await call(context, await readRequest(c, spec.body !== undefined)));
        const status = spec.status ?? 200;
        if (method !== "get" || freshness === "personal") return respond(await run(), status, NOT_KEPT);
        if (freshness === "live") return respond(await run(), status, MUST_ASK);
        const { body, etag } = await cache.get(keyOf(c), freshness, run);
        const headers = { etag, "cache-control": freshness === "immutable" ? FOREVER : MUST_ASK["cache-control"] };
        if (isKnown(etag, c.req.header("if-none-match"))) return new Response(null, { status: 304, headers });
        return respond(body, status, headers);
      });
    },
  };
}

const FOREVER = "public, max-age=31536000, immutable";
const MUST_ASK = { "cache-control": "public, no-cache" };
const NOT_KEPT = { "cache-control": "private, no-store" };

function respond(body: string | Uint8Array<ArrayBuffer>, status: number, headers: Record<string, string>): Response {
  const size = typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;
  return new Response(body, {
    status,
    headers: { "content-type": "application/json", "content-length": String(size), ...headers },
  });
}

function keyOf(c: Context): string {
  const url = c.req.url;
  return url.slice(url.indexOf("/", url.indexOf("//") + 2));
}

async function readRequest(c: Context, hasBody: boolean): Promise<RawRequest> {
  const caller = c.get("caller") ?? STRANGER;
  const query = readQuery(c.req.queries());
  const params = c.req.param() as Record<string, string>;
  if (!hasBody) return { params, query, caller };
  try {
    return { params, query, caller, body: await c.req.json() };
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new RequestInvalidError([{ at: "body", message: "must be JSON" }]);
  }
}

function readQuery(queries: Record<string, string[]>): Record<string, string> {
  const twice = Object.entries(queries).filter(([, values]) => values.length > 1);
  if (twice.length > 0) {
    throw new RequestInvalidError(twice.map(([name]) => ({ at: `query.${name}`, message: "is there more than once" })));
  }
  return Object.fromEntries(Object.entries(queries).map(([name, [value = ""]]) => [name, value]));
}

function readAt(hasPast: boolean, asOf: unknown, asOfBlock: unknown): At {
  if (!hasPast) return {};
  if (asOf !== undefined && asOfBlock !== undefined) {
    throw new RequestInvalidError([{ at: "query.asOf", message: "cannot stand beside asOfBlock: name one moment" }]);
  }
  if (asOfBlock !== undefined) return { asOfBlock: Number(asOfBlock) };
  return asOf === undefined ? {} : { asOf: Math.floor(Date.parse(String(asOf)) / 1000) };
}

function faultsOf(part: string, error: z.ZodError | undefined) {
  return (error?.issues ?? []).flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({ at: `${part}.${key}`, message: "is not known here" }));
    }
    return [{ at: [part, ...issue.path].join("."), message: issue.message }];
  });
}

function pick(from: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => name in from).map((name) => [name, from[name]]));
}

/** In tests: what leaves is what OpenAPI says. */
function checkAnswer(id: string, schema: z.ZodType, data: unknown): void {
  const { error } = schema.safeParse(data);
  if (error === undefined) return;
  const faults = faultsOf("data", error).map(({ at, message }) => `${at} ${message}`);
  throw new InternalError({
    cause: new Error(`The answer of ${id} is not what it is declared to be: ${faults.join("; ")}`),
  });
}
