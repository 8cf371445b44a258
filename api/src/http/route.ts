import type { OpenAPIHono, RouteConfig } from "@hono/zod-openapi";
import type { Context, Hono } from "hono";
import type { ApiContext } from "../context.ts";
import type { Pays, ServiceName } from "../credits/services.ts";
import { withToll, withToolToll } from "../credits/toll.ts";
import type { AnswerCache } from "./cache.ts";
import { STRANGER } from "./caller.ts";
import { describeRoute } from "./describe.ts";
import { chooseBody } from "./encoding.ts";
import { isKnown } from "./etag.ts";
import {
  faultsOf,
  type InputOf,
  type InputSpec,
  inputReader,
  type RawRequest,
  readRequest,
  type Shape,
} from "./input.ts";
import { encodeCursor } from "./paging.ts";
import { InternalError } from "./problem.ts";
import { isoTime, type z } from "./schemas.ts";

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

/** What OpenAPI is generated from. */
export type Registry = OpenAPIHono["openAPIRegistry"];

/** What all declarations say. */
export interface CommonSpec {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** With parameters in braces: `/v1/indices/{address}`. */
  readonly path: `/${string}`;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly freshness: Freshness;
}

/** One route, declared once: the router, the validation, OpenAPI, MCP and the assistant are all made from it. */
export interface RouteSpec<
  P extends Shape,
  Q extends Shape,
  B extends z.ZodType,
  D extends z.ZodType,
  C extends z.ZodType,
> extends CommonSpec,
    InputSpec<P, Q, B, C> {
  /** Of `data` in the answer. */
  readonly data: D;
  /** What it costs beyond what is free; absent: nothing. */
  readonly pays?: Pays<ApiContext, InputOf<P, Q, B, C>>;
  /** Status of success; 200 unless told. */
  readonly status?: 200 | 201 | 202;
  readonly handle: (
    context: ApiContext,
    input: InputOf<P, Q, B, C>,
  ) => Promise<Answer<z.input<D>, z.output<C>>> | Answer<z.input<D>, z.output<C>>;
}

/** A declared route. */
export interface Route extends CommonSpec {
  readonly id: string;
  /** Whether it costs something beyond what is free. */
  readonly isSold: boolean;
  /** What it costs then; null: nothing. */
  readonly price: { readonly service: ServiceName; readonly words: string } | null;
  /** Path parameters and query, for whoever offers the route in another form. */
  readonly parameters: { readonly params: z.ZodObject; readonly query: z.ZodObject; readonly body: z.ZodType | null };
  /** Validates and runs. Throws ApiError. Null: the route does not answer with an envelope (a file, a stream). */
  readonly call: ((context: ApiContext, request: RawRequest) => Promise<Envelope>) | null;
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
>(spec: RouteSpec<P, Q, B, D, C>): Route & { readonly call: NonNullable<Route["call"]> } {
  const { params, query, read } = inputReader(spec);
  const work = async (context: ApiContext, request: RawRequest): Promise<Envelope> => {
    const { list, input } = read(request);
    const { data, asOf, asOfBlock, next } = await spec.handle(context, input);
    if (context.checksAnswers) checkAnswer(spec.id, spec.data, data);
    const cursor = next === undefined || next === null ? {} : { next: encodeCursor(list, next) };
    return { data, asOf: isoTime(asOf), asOfBlock, ...cursor };
  };

  const { method, path, freshness, status = 200 } = spec;
  const call = (context: ApiContext, raw: RawRequest) => {
    const whose = { caller: raw.caller ?? STRANGER, raw };
    return withToolToll(
      spec,
      context,
      whose,
      () => read(raw).input,
      () => work(context, raw),
    );
  };
  return {
    ...commonOf(spec),
    call,
    parameters: { params, query, body: spec.body ?? null },
    describe: (registry) => registry.registerPath(describeRoute({ ...spec, params, query }) as RouteConfig),
    mount: (app, context, cache) => {
      app.on(method.toUpperCase(), routerPath(path), async (c) => {
        const raw = await readRequest(c, spec.body !== undefined);
        const run = async () => JSON.stringify(await work(context, raw));
        return withToll(
          spec,
          context,
          { c, raw },
          () => read(raw).input,
          async () => {
            if (method !== "get" || freshness === "personal") return respond(await run(), status, NOT_KEPT);
            if (freshness === "live") return respond(await run(), status, MUST_ASK);
            const { etag, ...kept } = await cache.get(keyOf(c), freshness, run);
            const { body, headers } = chooseBody(kept, c.req.header("accept-encoding"));
            const lasting = { etag, vary: "accept-encoding", ...(freshness === "immutable" ? FOREVER : MUST_ASK) };
            if (isKnown(etag, c.req.header("if-none-match")))
              return new Response(null, { status: 304, headers: lasting });
            return new Response(body, { status, headers: { ...headers, ...lasting } });
          },
        );
      });
    },
  };
}

/** A route whose answer is no envelope: a file, a stream of events. */
export interface PlainRouteSpec<P extends Shape, Q extends Shape, B extends z.ZodType>
  extends CommonSpec,
    InputSpec<P, Q, B, z.ZodNull> {
  /** Media type of success, and what it is. */
  readonly produces: { readonly type: string; readonly description: string };
  /** What it costs beyond what is free; absent: nothing. */
  readonly pays?: Pays<ApiContext, InputOf<P, Q, B, z.ZodNull>>;
  /** Gives the whole answer; `c` for whoever needs the request itself. */
  readonly handle: (
    context: ApiContext,
    input: InputOf<P, Q, B, z.ZodNull>,
    c: Context,
  ) => Promise<Response> | Response;
}

/** Declares a route that answers with something else than an envelope. Its failures are problems all the same. */
export function definePlainRoute<
  P extends Shape = Record<never, never>,
  Q extends Shape = Record<never, never>,
  B extends z.ZodType = z.ZodUndefined,
>(spec: PlainRouteSpec<P, Q, B>): Route {
  const { params, query, read } = inputReader(spec);
  return {
    ...commonOf(spec),
    call: null,
    parameters: { params, query, body: spec.body ?? null },
    describe: (registry) => registry.registerPath(describeRoute({ ...spec, params, query }) as RouteConfig),
    mount: (app, context) => {
      app.on(spec.method.toUpperCase(), routerPath(spec.path), async (c) => {
        const raw = await readRequest(c, spec.body !== undefined);
        const { input } = read(raw);
        return withToll(
          spec,
          context,
          { c, raw },
          () => input,
          () => spec.handle(context, input, c),
        );
      });
    },
  };
}

const FOREVER = { "cache-control": "public, max-age=31536000, immutable" };
const MUST_ASK = { "cache-control": "public, no-cache" };
const NOT_KEPT = { "cache-control": "private, no-store" };

function commonOf(spec: CommonSpec & { readonly id: string; readonly pays?: NonNullable<Route["price"]> }) {
  const { id, method, path, tag, summary, description, freshness, pays } = spec;
  const words = description === undefined ? {} : { description };
  const price = pays === undefined ? null : { service: pays.service, words: pays.words };
  return { id, isSold: price !== null, price, method, path, tag, summary, ...words, freshness };
}

function routerPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

function respond(body: string, status: number, headers: Record<string, string>): Response {
  const size = String(Buffer.byteLength(body));
  return new Response(body, {
    status,
    headers: { "content-type": "application/json", "content-length": size, ...headers },
  });
}

/** Path and query as they were sent. */
function keyOf(c: Context): string {
  const { url } = c.req;
  return url.slice(url.indexOf("/", url.indexOf("//") + 2));
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
