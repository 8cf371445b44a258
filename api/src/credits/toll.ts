import type { Context } from "hono";
import type { ApiContext } from "../context.ts";
import type { Caller } from "../http/caller.ts";
import type { RawRequest } from "../http/input.ts";
import { type Admission, requestName } from "./credits.ts";
import { ACCOUNT_HEADER, CHARGE_HEADER, RECEIPT_HEADER } from "./receipt.ts";
import type { Pays } from "./services.ts";

/** Part of a declaration that says what a request costs. */
export interface TollSpec<I> {
  readonly id: string;
  /** Absent: the route is free. */
  readonly pays?: Pays<ApiContext, I>;
}

/** Methods and paths that are sold. */
export interface SoldRoute {
  readonly method: string;
  readonly path: string;
}

/**
 * Lets a request over HTTP pass once it is free or paid, and keeps the payment only if an answer leaves. `read` gives the
 * input, or throws what is wrong with the request before anything is taken.
 */
export async function withToll<I>(
  { id, pays }: TollSpec<I>,
  context: ApiContext,
  { c, raw }: { readonly c: Context; readonly raw: RawRequest },
  read: () => I,
  answer: () => Promise<Response> | Response,
): Promise<Response> {
  const { credits } = context;
  if (pays === undefined || credits === null) return answer();
  const admission = await credits.admit(await pays.charge(context, read()), {
    caller: c.get("caller"),
    isOverQuota: c.get("isOverQuota") ?? false,
    receipt: c.req.header(RECEIPT_HEADER),
    account: c.req.header(ACCOUNT_HEADER),
    request: requestName(id, raw),
  });
  const response = await given(admission, answer);
  if (!response.ok) {
    // Also 304: whoever gets nothing new has nothing to pay.
    await admission.giveBack();
    return response;
  }
  await owed(admission);
  if (admission.charge !== null) {
    response.headers.set(CHARGE_HEADER, admission.charge);
    // A shared cache would hand out what one caller paid for.
    response.headers.set("cache-control", "private, no-cache");
  }
  return response;
}

/** The same for a tool of a language model, which has no receipts: what is free, then the plan of the account. */
export async function withToolToll<I, T>(
  { id, pays }: TollSpec<I>,
  context: ApiContext,
  { caller, raw }: { readonly caller: Caller; readonly raw: RawRequest },
  read: () => I,
  answer: () => Promise<T>,
): Promise<T> {
  const { credits } = context;
  if (pays === undefined || credits === null) return answer();
  const charge = await pays.charge(context, read());
  const visitor = { caller, isOverQuota: false, receipt: undefined, account: undefined, request: requestName(id, raw) };
  const admission = await credits.admit(charge, visitor);
  const result = await given(admission, answer);
  await owed(admission);
  return result;
}

async function given<T>(admission: Admission, answer: () => Promise<T> | T): Promise<T> {
  try {
    return await answer();
  } catch (error) {
    await admission.giveBack();
    throw error;
  }
}

async function owed(admission: Admission): Promise<void> {
  try {
    await admission.answered();
  } catch (error) {
    await admission.giveBack();
    throw error;
  }
}

/** Says which requests are sold: those may go on without a quota, to be paid for. HEAD is worked out like GET. */
export function soldPaths(routes: readonly (SoldRoute & { readonly isSold: boolean })[]) {
  const sold = routes
    .filter(({ isSold }) => isSold)
    .map(({ method, path }) => ({ method: method.toUpperCase(), pattern: patternOf(path) }));
  return (method: string, path: string): boolean => {
    const asked = method === "HEAD" ? "GET" : method;
    return sold.some((route) => route.method === asked && route.pattern.test(path));
  };
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
}

declare module "hono" {
  interface ContextVariableMap {
    /** The caller asked more often than is free; only what is sold goes on. */
    isOverQuota: boolean | undefined;
  }
}
