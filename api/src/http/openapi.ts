import { OpenAPIHono } from "@hono/zod-openapi";
import { PROBLEMS } from "./describe.ts";
import type { Route } from "./route.ts";
import { addressSchema, amountSchema, blockSchema, hashSchema, problemSchema, timeSchema } from "./schemas.ts";

const DESCRIPTION = `Index vaults on Ethereum: what they hold, why they changed it, and what the keeper thinks of the market.

Every answer is \`{ data, asOf, asOfBlock, next? }\`: the data, the moment and the block that it belongs to, and the cursor of the
next page. Sums carry their decimal text, their raw integer, their decimals and their unit. Failures are problems (RFC 9457).`;

/** Schemas that many routes use. */
const COMMON = { Address: addressSchema, Amount: amountSchema, Block: blockSchema, Hash: hashSchema, Time: timeSchema };

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
  // Before any route: the first use of a schema names it, and some first use may be one that allows null.
  for (const [name, schema] of Object.entries(COMMON)) registry.register(name, schema);
  for (const [status, response] of Object.entries(PROBLEMS)) {
    registry.registerComponent("responses", `Problem${status}`, response);
  }
  for (const route of routes) route.describe(registry);
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "Gimbal API", version: "1.0.0", description: DESCRIPTION, license: { name: "MIT" } },
    servers: [{ url: "/" }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
  });
  return JSON.parse(JSON.stringify(document), (_, value: unknown) =>
    isNullableReference(value) ? eitherOf(value) : value,
  );
}

interface NullableReference {
  readonly allOf: readonly [
    { readonly $ref: string },
    { readonly type: readonly string[]; readonly description?: string },
  ];
}

/** How the generator says "this schema or null": all of both, which null never is. */
function isNullableReference(value: unknown): value is NullableReference {
  const parts = (value as Partial<NullableReference> | null)?.allOf;
  if (!Array.isArray(parts) || parts.length !== 2) return false;
  const [reference, rest] = parts;
  return reference.$ref !== undefined && Array.isArray(rest.type) && rest.type.includes("null");
}

function eitherOf({ allOf: [reference, { type: _, ...words }] }: NullableReference): object {
  return { anyOf: [reference, { type: "null" }], ...words };
}
