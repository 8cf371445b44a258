import { OpenAPIHono } from "@hono/zod-openapi";
import { PROBLEMS } from "./describe.ts";
import type { Route } from "./route.ts";
import { problemSchema } from "./schemas.ts";

const DESCRIPTION = `Index vaults on Ethereum: what they hold, why they changed it, and what the keeper thinks of the market.

Every answer is \`{ data, asOf, asOfBlock, next? }\`: the data, the moment and the block that it belongs to, and the cursor of the
next page. Sums carry their decimal text, their raw integer, their decimals and their unit. Failures are problems (RFC 9457).`;

/** The OpenAPI 3.1 document of the routes. */
export function openApiDocument(routes: readonly Route[]): object {
  const app = new OpenAPIHono();
  const registry = app.openAPIRegistry;
  registry.registerComponent("securitySchemes", "session", {
    type: "http",
    scheme: "bearer",
    description: "Token of a session, from signing in with Ethereum.",
  });
  registry.register("Problem", problemSchema);
  for (const [status, response] of Object.entries(PROBLEMS)) {
    registry.registerComponent("responses", `Problem${status}`, response);
  }
  for (const route of routes) route.describe(registry);
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "Gimbal API", version: "1.0.0", description: DESCRIPTION, license: { name: "MIT" } },
    servers: [{ url: "/" }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
  });
}
