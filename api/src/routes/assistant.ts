import { GLOSSARY } from "../assistant/glossaryFile.ts";
import { INTENTS } from "../assistant/intents.ts";
import { assistantOf } from "../assistant/ofContext.ts";
import { LONGEST_QUESTION } from "../assistant/text.ts";
import { NotFoundError } from "../http/problem.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { addressInput, hashSchema, z } from "../http/schemas.ts";

const citationSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("decision"), hash: hashSchema, href: z.string() }),
    z.strictObject({ kind: z.literal("transaction"), hash: hashSchema }),
    z.strictObject({ kind: z.literal("record"), href: z.string() }),
  ])
  .openapi("Citation", { description: "Where something that the answer says stands." });

const replySchema = z
  .strictObject({
    intent: z.enum(INTENTS).openapi({ description: "What the question was taken for." }),
    answer: z.string().openapi({ description: "Plain text, lines apart." }),
    source: z.enum(["template", "model"]).openapi({
      description: "Who worded it: a template over the records, or the configured model, checked against them.",
    }),
    note: z
      .string()
      .nullable()
      .openapi({ description: "Why the model's answer is not given, although one is configured." }),
    citations: z.array(citationSchema),
    ask: z
      .strictObject({
        about: z.enum(["index", "token", "day", "account", "word", "question"]),
        options: z.array(z.string()),
      })
      .nullable()
      .openapi({ description: "What the assistant needs to know before it can answer; null: it answered." }),
  })
  .openapi("AssistantReply");

/** `routes`: every route, of which a configured model may use some to read. */
function askAssistant(routes: () => readonly Route[]): Route {
  return defineRoute({
    id: "askAssistant",
    method: "post",
    path: "/v1/assistant",
    tag: "Assistant",
    summary: "An answer from the records, with its sources",
    description:
      "Answers why an index bought or sold a token, what changed, what it holds, its fees and performance, when the next decision is due, the regime, an account's claims and tier, and words of the glossary. What the records do not hold it says. It can do nothing but read.",
    body: z.strictObject({
      question: z
        .string()
        .trim()
        .min(1)
        .max(LONGEST_QUESTION)
        .openapi({ example: "Why did the index sell AAVE yesterday?" }),
      account: addressInput.optional().openapi({ description: "Whose `my` is meant; else who is signed in." }),
      index: addressInput.optional().openapi({ description: "The index that is meant when the question names none." }),
    }),
    data: replySchema,
    freshness: "personal",
    handle: async (context, { body, caller }) => {
      const account = body.account ?? caller.account ?? undefined;
      const assistant = assistantOf(context, routes());
      const reply = await assistant.answer({ question: body.question, account, index: body.index, caller });
      const { time, block } = await context.history.head();
      const citations = reply.citations.map((citation) => ({ ...citation }));
      const ask = reply.ask === null ? null : { about: reply.ask.about, options: [...reply.ask.options] };
      return { data: { ...reply, citations, ask }, asOf: time, asOfBlock: block };
    },
  });
}

const entrySchema = z.strictObject({ term: z.string(), meaning: z.string() }).openapi("GlossaryEntry");

const glossary = defineRoute({
  id: "getGlossary",
  method: "get",
  path: "/v1/glossary",
  tag: "Assistant",
  summary: "What words mean",
  query: {
    term: z.string().trim().min(1).max(80).optional().openapi({ description: "Only this word.", example: "drift" }),
  },
  data: z.array(entrySchema),
  freshness: "revision",
  handle: ({ clock }, { query }) => {
    const toEntry = ({ term, meaning }: { term: string; meaning: string }) => ({ term, meaning });
    if (query.term === undefined) return { data: GLOSSARY.entries.map(toEntry), asOf: clock(), asOfBlock: null };
    const entry = GLOSSARY.find(query.term);
    if (entry === undefined) {
      const near = GLOSSARY.near(query.term);
      const hint = near.length === 0 ? "Ask without a term for all." : `Do you mean ${near.join(", ")}?`;
      throw new NotFoundError(`The glossary has no such word. ${hint}`, { near });
    }
    return { data: [toEntry(entry)], asOf: clock(), asOfBlock: null };
  },
});

/** The assistant, and the words that it explains. */
export function assistantRoutes(routes: () => readonly Route[]): readonly Route[] {
  return [askAssistant(routes), glossary];
}
