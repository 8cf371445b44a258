import type { Context, MiddlewareHandler } from "hono";
import { STRANGER } from "../http/caller.ts";
import { problemResponse } from "../http/problem.ts";
import type { Access } from "./access.ts";
import { QuotaExceededError } from "./errors.ts";
import { rateLimitHeaders } from "./rateLimiter.ts";

/** Paths that say how the service is, for whoever watches over it. */
const UNLIMITED = new Set(["/health"]);

/** Address of the other end of the connection; undefined where there is none, as in a call from within. */
export function socketAddress(c: Context): string | undefined {
  const env: unknown = c.env;
  if (env === null || typeof env !== "object" || !("incoming" in env)) return undefined;
  const { socket } = env.incoming as { socket?: { remoteAddress?: string } };
  return socket?.remoteAddress;
}

/**
 * Says who asks (`caller`), and lets nobody ask more often than the limits say. What is sold (`isSold`) goes on beyond that,
 * with `isOverQuota` set: its route takes payment.
 */
export function accessMiddleware(
  access: Access,
  isSold: (method: string, path: string) => boolean = () => false,
): MiddlewareHandler {
  return async (c, next) => {
    const { method, path } = c.req;
    if (UNLIMITED.has(path)) return next();
    const connection = { socketAddress: socketAddress(c), forwardedFor: c.req.header("x-forwarded-for") };
    const authorization = c.req.header("authorization");
    const admitted = await access.admit({ ...{ method, path, authorization }, ...connection });
    const { identify } = admitted;
    let { allowance } = admitted;
    const isOverQuota = !allowance.isAllowed;
    if (isOverQuota && isSold(method, path)) {
      allowance = access.admitPayment(connection);
    }
    if (!allowance.isAllowed) return problemResponse(new QuotaExceededError(allowance), c.get("requestId"));
    const caller = identify();
    // As with the quota: signing in with many accounts brings nothing.
    const client = access.clientOf(caller.tier > 0 ? caller : STRANGER, connection);
    c.set("caller", { ...caller, client });
    c.set("isOverQuota", isOverQuota);
    await next();
    for (const [name, value] of Object.entries(rateLimitHeaders(allowance))) c.res.headers.set(name, value);
  };
}
