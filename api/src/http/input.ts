import type { Context } from "hono";
import type { At } from "../history/history.ts";
import { type Caller, STRANGER } from "./caller.ts";
import { decodeCursor, listName } from "./paging.ts";
import { type RequestFault, RequestInvalidError } from "./problem.ts";
import { atQuery, pageQuery, z } from "./schemas.ts";

export type Shape = z.ZodRawShape;

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

/** What a caller sent, before it is validated. Values of a query may be texts or what they stand for. */
export interface RawRequest {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly caller?: Caller;
}

/** What of a declaration says how its requests look. */
export interface InputSpec<P extends Shape, Q extends Shape, B extends z.ZodType, C extends z.ZodType> {
  /** Stable name: `operationId` of OpenAPI, label of the metrics. */
  readonly id: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** For lists: the form of a place in the list. Adds `limit` and `cursor`, and `next` in the answer. */
  readonly position?: C;
  /** Adds `asOf` and `asOfBlock`. */
  readonly hasPast?: boolean;
}

/** The input that a declaration's handler gets. */
export type InputOf<P extends Shape, Q extends Shape, B extends z.ZodType, C extends z.ZodType> = Input<
  z.output<z.ZodObject<P>>,
  z.output<z.ZodObject<Q>>,
  z.output<B>,
  z.output<C>
>;

/** Reads requests of one declaration. */
export interface InputReader<P extends Shape, Q extends Shape, B extends z.ZodType, C extends z.ZodType> {
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** Throws RequestInvalidError with every fault, CursorInvalidError. `list` names the list for its cursors. */
  read(request: RawRequest): { readonly list: string; readonly input: InputOf<P, Q, B, C> };
}

/** Says how requests are read. */
export function inputReader<P extends Shape, Q extends Shape, B extends z.ZodType, C extends z.ZodType>(
  spec: InputSpec<P, Q, B, C>,
): InputReader<P, Q, B, C> {
  const params = z.strictObject(spec.params ?? {});
  const query = z.strictObject({
    ...spec.query,
    ...(spec.position === undefined ? {} : pageQuery),
    ...(spec.hasPast === true ? atQuery : {}),
  });
  const read = (request: RawRequest) => {
    const path = params.safeParse(request.params ?? {});
    const asked = query.safeParse(request.query ?? {});
    const body = (spec.body ?? z.undefined()).safeParse(request.body);
    if (!path.success || !asked.success || !body.success) {
      const parts = { params: path, query: asked, body };
      throw new RequestInvalidError(Object.entries(parts).flatMap(([part, { error }]) => faultsOf(part, error)));
    }
    const values = asked.data as Readonly<Record<string, unknown>>;
    const { limit, cursor } = values;
    const list = listName(spec.id, { ...path.data, ...values });
    const goesOn = spec.position !== undefined && cursor !== undefined;
    const input = {
      params: path.data,
      query: pick(values, Object.keys(spec.query ?? {})),
      body: body.data,
      at: spec.hasPast === true ? readAt(values.asOf, values.asOfBlock) : {},
      page: { limit: Number(limit ?? 0), after: goesOn ? decodeCursor(list, String(cursor), spec.position) : null },
      caller: request.caller ?? STRANGER,
    };
    return { list, input: input as InputOf<P, Q, B, C> };
  };
  return { params, query, read };
}

/** What came over HTTP. Throws RequestInvalidError for a body that is no JSON, and for a parameter that is there twice. */
export async function readRequest(c: Context, hasBody: boolean): Promise<RawRequest> {
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

/** Every fault with its place. `part`: where it is, such as "query". */
export function faultsOf(part: string, error: z.ZodError | undefined): readonly RequestFault[] {
  return (error?.issues ?? []).flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({ at: [part, ...issue.path, key].join("."), message: "is not known here" }));
    }
    return [{ at: [part, ...issue.path].join("."), message: issue.message }];
  });
}

function readQuery(queries: Record<string, string[]>): Record<string, string> {
  const twice = Object.entries(queries).filter(([, values]) => values.length > 1);
  if (twice.length > 0) {
    throw new RequestInvalidError(twice.map(([name]) => ({ at: `query.${name}`, message: "is there more than once" })));
  }
  return Object.fromEntries(Object.entries(queries).map(([name, [value = ""]]) => [name, value]));
}

function readAt(asOf: unknown, asOfBlock: unknown): At {
  if (asOf !== undefined && asOfBlock !== undefined) {
    throw new RequestInvalidError([{ at: "query.asOf", message: "cannot stand beside asOfBlock: name one moment" }]);
  }
  if (asOfBlock !== undefined) return { asOfBlock: Number(asOfBlock) };
  return asOf === undefined ? {} : { asOf: Math.floor(Date.parse(String(asOf)) / 1000) };
}

function pick(from: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => name in from).map((name) => [name, from[name]]));
}
