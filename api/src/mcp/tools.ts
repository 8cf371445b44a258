// The ten read tools that programs and models may use. Each is a route of the API: same input, same handler, same answer.
import type { ModelTool } from "../assistant/model.ts";
import type { ApiContext } from "../context.ts";
import type { Caller } from "../http/caller.ts";
import { RequestInvalidError } from "../http/problem.ts";
import type { Envelope, Route } from "../http/route.ts";
import { z } from "../http/schemas.ts";
import { toApiError } from "../http/translate.ts";

/** One tool: a name for the route that answers it. */
export interface ReadTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly route: Route;
  readonly call: NonNullable<Route["call"]>;
  readonly input: z.ZodObject;
}

interface Entry {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** `operationId` of the route. */
  readonly route: string;
}

/** Names are fixed: clients configure them. */
const TOOLS: readonly Entry[] = [
  {
    name: "list_indices",
    title: "List indices",
    route: "listIndices",
    description: "Every index with its net asset value, fees and holders. Start here to find an index's address.",
  },
  {
    name: "get_index",
    title: "Get an index",
    route: "getIndex",
    description: "One index: terms, fees, net asset value, what it holds.",
  },
  {
    name: "explain_rebalance",
    title: "Explain a rebalance",
    route: "getRebalance",
    description:
      "One rebalance of an index: weights before and after, trades, transaction, and the keeper's reasons for each token.",
  },
  {
    name: "quote",
    title: "Quote",
    route: "getQuote",
    description:
      "What buying or selling shares of an index would bring now, with fees and price impact. Nothing is sent.",
  },
  {
    name: "portfolio",
    title: "Portfolio",
    route: "getAccount",
    description: "What an account holds of the indices, what it is worth, and its lock.",
  },
  {
    name: "keeper_status",
    title: "Keeper status",
    route: "keeperStatus",
    description: "Whether the keeper is at work: newest decision and next one due, by index.",
  },
  {
    name: "list_proposals",
    title: "List proposals",
    route: "listProposals",
    description: "Proposals of the DAO, newest first, with votes and state.",
  },
  {
    name: "simulate_rebalance",
    title: "Simulate a rebalance",
    route: "simulateRebalance",
    description:
      "What the keeper would propose for an index if prices moved: its own pipeline on the inputs of a past decision, with changed prices. Nothing is sent.",
  },
  {
    name: "backtest",
    title: "Backtest",
    route: "runBacktest",
    description:
      "How a simple strategy, or a methodology's document of one's own, would have done over a past period, through the simulated vault with its costs and limits.",
  },
  {
    name: "glossary",
    title: "Glossary",
    route: "getGlossary",
    description: "What a word of Gimbal's means; without a term, all words.",
  },
];

/** The tools whose routes the API has. */
export function readTools(routes: readonly Route[]): readonly ReadTool[] {
  return TOOLS.flatMap(({ route: id, ...entry }) => {
    const route = routes.find((item) => item.id === id);
    if (route === undefined || route.call === null) return [];
    return [{ ...entry, route, call: route.call, input: inputOf(route) }];
  });
}

/** Path parameters, query and body side by side: the very schemas of the route. */
function inputOf({ parameters: { params, query, body } }: Route): z.ZodObject {
  return z.strictObject({ ...params.shape, ...query.shape, ...(body instanceof z.ZodObject ? body.shape : {}) });
}

/** Runs a tool as its route would. Throws ApiError, in the words of the route. */
export async function runTool(
  context: ApiContext,
  { route, call, input: schema }: ReadTool,
  input: unknown,
  caller: Caller,
): Promise<Envelope> {
  const { params, query, body } = route.parameters;
  const given = asObject(input);
  const unknown = Object.keys(given).filter((key) => !Object.hasOwn(schema.shape, key));
  if (unknown.length > 0) throw new RequestInvalidError(unknown.map((at) => ({ at, message: "is not known here" })));
  const part = (shape: object) =>
    Object.fromEntries(Object.entries(given).filter(([key]) => Object.hasOwn(shape, key)));
  try {
    return await call(context, {
      params: part(params.shape),
      query: part(query.shape),
      ...(body instanceof z.ZodObject ? { body: part(body.shape) } : {}),
      caller,
    });
  } catch (cause) {
    throw toApiError(cause);
  }
}

function asObject(input: unknown): Record<string, unknown> {
  if (input === undefined) return {};
  if (typeof input === "object" && input !== null && !Array.isArray(input)) return { ...input };
  throw new RequestInvalidError([{ at: "input", message: "must be an object" }]);
}

/** The path of the HTTP answer that a tool gives. */
export function pathOf({ route }: ReadTool, input: unknown): string {
  const given = new Map(Object.entries(typeof input === "object" && input !== null ? input : {}));
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(given.get(name) ?? "")),
  );
  const query = Object.keys(route.parameters.query.shape).filter((name) => given.has(name));
  const text = new URLSearchParams(query.map((name): [string, string] => [name, String(given.get(name))])).toString();
  return text === "" ? path : `${path}?${text}`;
}

/** The same tools for the assistant's model, which asks and pays as whoever asks the assistant. */
export function modelTools(context: ApiContext, routes: readonly Route[], caller: Caller): readonly ModelTool[] {
  return readTools(routes).map((tool) => ({
    name: tool.name,
    description: tool.description,
    parameters: schemaOf(tool),
    path: (input) => pathOf(tool, input),
    run: (input) => runTool(context, tool, input, caller),
  }));
}

/** JSON Schema of a tool's input. */
export function schemaOf({ input }: ReadTool): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(input, { io: "input", unrepresentable: "any" });
  return schema;
}
