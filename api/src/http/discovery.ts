import type { Hono } from "hono";
import { SOLD_PROBLEMS } from "../credits/errors.ts";
import {
  type ApiError,
  BodyTooLargeError,
  ConflictError,
  CursorInvalidError,
  ForbiddenError,
  InternalError,
  MethodNotAllowedError,
  NotFoundError,
  problemPath,
  RateLimitedError,
  RequestInvalidError,
  UnauthenticatedError,
  UnavailableError,
  UnprocessableError,
} from "./problem.ts";
import type { Route } from "./route.ts";

/** RFC 9727: where machines learn what there is. */
const CATALOG_PATH = "/.well-known/api-catalog";
const CATALOG_TYPE = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"';

/** One of each kind of problem that every route may answer with. */
const KINDS: readonly ApiError[] = [
  new RequestInvalidError([]),
  new CursorInvalidError(""),
  new UnauthenticatedError(""),
  new ForbiddenError(""),
  new NotFoundError(""),
  new MethodNotAllowedError("", []),
  new ConflictError(""),
  new BodyTooLargeError(""),
  new UnprocessableError(""),
  new RateLimitedError("", 0),
  new InternalError(),
  new UnavailableError([], ""),
];

/** Adds what tells machines and their makers about the API: the OpenAPI document, llms.txt, the catalogue, the problems. */
export function mountDiscovery(app: Hono, routes: readonly Route[], document: string): void {
  const text = llmsText(routes);
  app.get("/openapi.json", (c) => c.body(document, 200, { "content-type": "application/json" }));
  app.get("/llms.txt", (c) => c.text(text));
  app.get(CATALOG_PATH, (c) => {
    const at = (path: string) => new URL(path, c.req.url).href;
    const linkset = [
      {
        anchor: at("/v1"),
        "service-desc": [{ href: at("/openapi.json"), type: "application/json" }],
        "service-doc": [{ href: at("/llms.txt"), type: "text/plain" }],
        status: [{ href: at("/ready"), type: "application/json" }],
      },
    ];
    return c.body(JSON.stringify({ linkset }), 200, {
      "content-type": CATALOG_TYPE,
      link: `<${at(CATALOG_PATH)}>; rel="api-catalog"`,
    });
  });
  for (const { code, status, title } of [...KINDS, ...SOLD_PROBLEMS]) {
    const words = `${title}.\n\nCode ${code}, status ${status}. The \`detail\` of a problem says what happened and what to do.\n`;
    app.get(problemPath(code), (c) => c.text(words));
  }
}

/** What there is, in words that language models read. */
export function llmsText(routes: readonly Route[]): string {
  const groups = Map.groupBy(routes, ({ tag }) => tag);
  const sections = [...groups].map(([tag, members]) => {
    const lines = members.map(({ method, path, summary }) => `- ${method.toUpperCase()} ${path}: ${summary}`);
    return `## ${tag}\n\n${lines.join("\n")}`;
  });
  return [
    "# Gimbal API",
    "> Index vaults on Ethereum: what they hold, why they changed it, and what the keeper thinks of the market.",
    "Answers are JSON: { data, asOf, asOfBlock, next? }. Sums carry amount (decimal text), raw, decimals and unit. Failures are " +
      "application/problem+json with a stable code. Lists take limit and cursor; the past is asked for with asOf or asOfBlock. " +
      "The whole description is /openapi.json (OpenAPI 3.1). Nothing here signs or sends a transaction.",
    ...sections,
    "",
  ].join("\n\n");
}
