import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { routePath } from "hono/route";
import { accessMiddleware } from "./access/middleware.ts";
import type { ChatService } from "./chat/service.ts";
import type { ApiContext } from "./context.ts";
import { ACCOUNT_HEADER, CHARGE_HEADER, RECEIPT_HEADER } from "./credits/receipt.ts";
import { soldPaths } from "./credits/toll.ts";
import { CHANNELS } from "./events/messenger.ts";
import { AnswerCache } from "./http/cache.ts";
import { STRANGER } from "./http/caller.ts";
import { mountDiscovery } from "./http/discovery.ts";
import { createApiMetrics } from "./http/metrics.ts";
import { openApiDocument } from "./http/openapi.ts";
import {
  type ApiError,
  BodyTooLargeError,
  MethodNotAllowedError,
  NotFoundError,
  problemResponse,
} from "./http/problem.ts";
import type { Route } from "./http/route.ts";
import { toApiError } from "./http/translate.ts";
import { answerMcp } from "./mcp/server.ts";
import { alertRoutes } from "./routes/alerts.ts";
import { assistantRoutes } from "./routes/assistant.ts";
import { chatRoutes } from "./routes/chat.ts";
import { decisionRoutes } from "./routes/decisions.ts";
import { eventRoutes } from "./routes/events.ts";
import { gradeRoutes } from "./routes/grades.ts";
import { holderRoutes } from "./routes/holders.ts";
import { holdingsRoutes } from "./routes/holdings.ts";
import { indexRoutes } from "./routes/indices.ts";
import { keeperRoutes } from "./routes/keeper.ts";
import { marketRoutes } from "./routes/market.ts";
import { paperIndexRoutes } from "./routes/paperIndices.ts";
import { performanceRoutes } from "./routes/performance.ts";
import { rebalanceRoutes } from "./routes/rebalances.ts";
import { serviceRoutes } from "./routes/services.ts";
import { simulationRoutes } from "./routes/simulations.ts";
import { statisticsRoutes } from "./routes/statistics.ts";
import { strategyRoutes } from "./routes/strategies.ts";
import { strategyMarketRoutes } from "./routes/strategyMarket.ts";
import { systemRoutes } from "./routes/system.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { webhookRoutes } from "./routes/webhooks.ts";

/** Every resource of the API. A new one adds its line here. */
export const ROUTES: readonly Route[] = [
  ...indexRoutes,
  ...holdingsRoutes,
  ...performanceRoutes,
  ...rebalanceRoutes,
  ...decisionRoutes,
  ...keeperRoutes,
  ...tokenRoutes,
  ...gradeRoutes,
  ...marketRoutes,
  ...statisticsRoutes,
  ...strategyRoutes,
  ...strategyMarketRoutes,
  ...serviceRoutes(() => ROUTES),
  ...paperIndexRoutes,
  ...holderRoutes,
  ...eventRoutes,
  ...alertRoutes,
  ...webhookRoutes,
  ...chatRoutes,
  ...simulationRoutes,
  ...assistantRoutes(() => ROUTES),
];

/** What differs between the service and tests. */
export interface AppOptions {
  /** Whether /metrics tells of the process (memory, event loop) too. */
  readonly hasProcessMetrics: boolean;
  /** Channels that call us; absent: none. */
  readonly chat?: ChatService;
}

const MAX_BODY = 64 * 1024; // {bytes}
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const EXPOSED = [
  ...["etag", "retry-after", "x-request-id", "link", "ratelimit", "ratelimit-policy", "content-disposition"],
  CHARGE_HEADER.toLowerCase(),
];
/** Headers that a page of another origin may send. */
const ALLOWED = [
  ...["authorization", "content-type", "if-none-match", "last-event-id"],
  ...[RECEIPT_HEADER.toLowerCase(), ACCOUNT_HEADER.toLowerCase()],
];

/** The whole API over a context. `fetch` of the result answers requests; nothing listens yet. */
export function createApp(context: ApiContext, options: AppOptions = { hasProcessMetrics: false }): Hono {
  const app = new Hono();
  const cache = new AnswerCache(context.revision);
  const metrics = createApiMetrics(options.hasProcessMetrics);
  const routes = [...ROUTES, ...systemRoutes(metrics.registry)];

  app.use(async (c, next) => {
    const started = performance.now();
    const sent = c.req.header("x-request-id");
    const requestId = sent !== undefined && UUID.test(sent) ? sent.toLowerCase() : randomUUID();
    c.set("requestId", requestId);
    c.set("caller", STRANGER);
    await next();
    c.res.headers.set("x-request-id", requestId);
    c.res.headers.set("x-content-type-options", "nosniff");
    c.res.headers.set("access-control-allow-origin", "*");
    c.res.headers.set("access-control-expose-headers", EXPOSED.join(","));
    const { method, path } = c.req;
    const { status } = c.res;
    const ms = performance.now() - started;
    metrics.answered(routePath(c, -1), method, status, ms / 1000);
    const fields = { requestId, method, path, status, ms: Math.round(ms) };
    if (status >= 400) context.logger.info(fields, "request refused");
    else context.logger.debug(fields, "request answered");
  });
  // Preflights alone: on other requests it would touch the answer before it is there, and its bytes would be copied once more.
  app.options("*", cors({ origin: "*", allowHeaders: ALLOWED }));
  app.on(
    ["POST", "PUT", "PATCH", "DELETE"],
    "*",
    bodyLimit({
      maxSize: MAX_BODY,
      onError: () => {
        throw new BodyTooLargeError(`A body has at most ${MAX_BODY} bytes.`);
      },
    }),
  );

  // Before anybody's quota: a channel calls for all of its users, and proves itself by a secret or a signature.
  for (const channel of CHANNELS) {
    const receive = options.chat?.receiver(channel);
    if (receive !== undefined) app.post(`/v1/chat/${channel}`, (c) => receive(c.req.raw));
  }
  const isSold = context.credits === null ? () => false : soldPaths(routes);
  app.use(accessMiddleware(context.access, isSold));

  for (const route of routes) route.mount(app, context, cache);

  app.all("/mcp", (c) => answerMcp(context, ROUTES, c.get("caller"), c.req.raw));

  mountDiscovery(app, routes, JSON.stringify(openApiDocument(routes)));

  app.notFound((c) => {
    throw lost(routes, c.req.method, c.req.path);
  });
  app.onError((cause, c) => {
    const requestId = c.get("requestId");
    const error = toApiError(cause);
    if (error.status >= 500) context.logger.error({ requestId, err: error.cause ?? error }, error.title);
    return problemResponse(error, requestId);
  });
  return app;
}

/** The OpenAPI 3.1 document as it is committed. */
export function openApiText(): string {
  const { registry } = createApiMetrics(false);
  return `${JSON.stringify(openApiDocument([...ROUTES, ...systemRoutes(registry)]), null, 2)}\n`;
}

/** What is wrong with a path that no route took. */
function lost(routes: readonly Route[], method: string, path: string): ApiError {
  const methods = routes.filter((route) => patternOf(route.path).test(path)).map((route) => route.method.toUpperCase());
  if (methods.length > 0)
    return new MethodNotAllowedError(method, methods.includes("GET") ? [...methods, "HEAD"] : methods);
  return new NotFoundError("No resource has this path. /openapi.json lists all that there are.", { path });
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
}
