import type { Context, MiddlewareHandler } from "hono";
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

/** Says who asks (`caller`), and lets nobody ask more often than the limits say. */
export function accessMiddleware(access: Access): MiddlewareHandler {
  return async (c, next) => {
    const { method, path } = c.req;
    if (UNLIMITED.has(path)) return next();
    const { allowance, identify } = await access.admit({
      ...{ method, path, socketAddress: socketAddress(c) },
      authorization: c.req.header("authorization"),
      forwardedFor: c.req.header("x-forwarded-for"),
    });
    if (!allowance.isAllowed) return problemResponse(new QuotaExceededError(allowance), c.get("requestId"));
    c.set("caller", identify());
    await next();
    for (const [name, value] of Object.entries(rateLimitHeaders(allowance))) c.res.headers.set(name, value);
  };
}
