import type { ApiContext } from "../context.ts";
import type { Route } from "../http/route.ts";
import { modelTools } from "../mcp/tools.ts";
import { Assistant } from "./assistant.ts";
import { contextRecords, marketCloses } from "./contextRecords.ts";
import { GLOSSARY } from "./glossaryFile.ts";

const made = new WeakMap<ApiContext, Assistant>();

/** The assistant over a context, made once. `routes`: what its model may read. */
export function assistantOf(context: ApiContext, routes: readonly Route[]): Assistant {
  const known = made.get(context);
  if (known !== undefined) return known;
  const assistant = new Assistant({
    records: contextRecords(context, marketCloses(context)),
    glossary: GLOSSARY,
    model: context.languageModel,
    tools: (caller) => modelTools(context, routes, caller),
    clock: context.clock,
  });
  made.set(context, assistant);
  return assistant;
}
