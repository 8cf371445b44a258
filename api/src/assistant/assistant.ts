import type { Address } from "viem";
import { type Caller, STRANGER } from "../http/caller.ts";
import { type Answer, askBack, type Citation, type Desk, type Understood } from "./answer.ts";
import { checkAnswer } from "./check.ts";
import { type DateReading, readDates, spanInWords } from "./dates.ts";
import { answerChanges, answerRebalance, answerRegime, answerTrade } from "./decisionTemplates.ts";
import type { Glossary } from "./glossary.ts";
import { type Intent, readIntent, type Wish } from "./intents.ts";
import { askModel, ModelError, type ModelSettings, type ModelTool, type Spoken } from "./model.ts";
import { label, type NameReading, readIndex, readToken } from "./names.ts";
import type { IndexEntry, Records } from "./records.ts";
import {
  answerClaim,
  answerExplain,
  answerFees,
  answerHoldings,
  answerList,
  answerNext,
  answerPerformance,
  answerTier,
} from "./templates.ts";
import { cleanText, LONGEST_QUESTION } from "./text.ts";

/** A question, and what is known about who asks. */
export interface Question {
  readonly question: string;
  readonly account?: Address | undefined; // whose "my" it is: named by whoever asks, and proven by nobody
  readonly caller?: Caller; // who asks, and pays for what a model reads meanwhile; absent: a stranger
  readonly index?: Address | undefined; // the index that is meant when none is named
}

/** What the assistant says. */
export interface Reply {
  readonly intent: Intent;
  readonly answer: string;
  /** Who worded it: a template over the records, or the configured model, whose words were checked against them. */
  readonly source: "template" | "model";
  /** Why the model's answer is not given although one is configured; null: nothing to say. */
  readonly note: string | null;
  readonly citations: readonly Citation[];
  readonly ask: Answer["ask"];
}

/** What an assistant is made of. */
export interface AssistantParts {
  readonly records: Records;
  readonly glossary: Glossary;
  /** null: templates only. */
  readonly model: ModelSettings | null;
  /** Reads that the model may ask for, with whoever asks already filled in. */
  readonly tools: (caller: Caller) => readonly ModelTool[];
  readonly clock: () => number; // {s}
}

/** What can be asked, said when a question is not understood. */
const HELP = [
  "I can answer from the records:",
  "- Why did the index sell AAVE on 2026-11-14?",
  "- What changed last week? What does the index hold? What fees does it take?",
  "- When is the next rebalance? What is the regime? How is the index doing against BTC?",
  "- What is my next claim? What is my tier?",
  "- Explain drift.",
].join("\n");

const NEEDS_INDEX: readonly Intent[] = [
  "trade",
  "rebalance",
  "next-rebalance",
  "holdings",
  "changes",
  "regime",
  "performance",
  "fees",
];
const NEEDS_ACCOUNT: readonly Intent[] = ["claim", "tier"];

/** Answers questions from the records. What they do not hold it says; it never makes anything up. */
export class Assistant {
  readonly #parts: AssistantParts;

  constructor(parts: AssistantParts) {
    this.#parts = parts;
  }

  /** Answers one question. Errors of the records pass through. */
  async answer(asked: Question): Promise<Reply> {
    const question = cleanText(asked.question.slice(0, LONGEST_QUESTION));
    const plain = await this.#fromRecords({ ...asked, question });
    const isUnclear = plain.ask !== null && plain.ask.about !== "question";
    if (this.#parts.model === null || isUnclear) return worded(plain, null);
    try {
      return await this.#fromModel(this.#parts.model, { ...asked, question }, plain);
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      return worded(plain, `The model's answer is not given: ${error.message}. This is the answer from the records.`);
    }
  }

  async #fromModel(model: ModelSettings, asked: Question, plain: Answer): Promise<Reply> {
    const sources = plain.citations.map((item) => (item.kind === "record" ? item.href : `${item.kind} ${item.hash}`));
    const facts = plain.ask === null ? { answer: plain.text, read: plain.facts } : null;
    const given = { question: asked.question, facts, sources };
    const spoken = await askModel(model, given, this.#parts.tools(asked.caller ?? STRANGER));
    const texts = [
      plain.ask === null ? plain.text : "",
      JSON.stringify(plain.facts),
      ...spoken.results.map(({ text }) => text),
    ];
    const all = sources.length + spoken.results.length;
    const evidence = { texts, question: asked.question, sources: all, now: this.#parts.clock() };
    const verdict = checkAnswer(spoken.text, evidence);
    if (!verdict.ok) throw new ModelError(verdict.reason);
    const citations = verdict.cited.flatMap((id) => sourceOf(id, plain, spoken));
    return { intent: plain.intent, answer: spoken.text, source: "model", note: null, citations, ask: null };
  }

  async #fromRecords(asked: Question): Promise<Answer> {
    const { glossary, records } = this.#parts;
    const desk: Desk = { records, glossary };
    const { question } = asked;
    const wish = readIntent(question, (words) => glossary.find(words) !== undefined);
    if (wish.intent === "unknown") return askBack("unknown", HELP, { about: "question", options: [] });
    const understood = await this.#understand(asked, wish);
    if ("ask" in understood) return understood;
    if (wish.intent === "explain") return answerExplain(desk, understood);
    if (wish.intent === "list") return answerList(desk);
    if (NEEDS_ACCOUNT.includes(wish.intent)) return ofAccount(desk, understood);
    return ofIndex(desk, understood);
  }

  async #understand({ question, account, index: usual }: Question, wish: Wish): Promise<Understood | Answer> {
    const now = this.#parts.clock();
    const asked: Understood = { wish, question, index: null, token: null, span: null, account: account ?? null, now };
    if (!NEEDS_INDEX.includes(wish.intent)) return asked;
    const dates = readDates(question, now);
    if (dates.kind === "ambiguous" || dates.kind === "impossible") return whichDay(wish.intent, dates);
    const span = dates.kind === "span" ? dates.span : null;
    const indices = await this.#parts.records.indices();
    const reading = readIndex(question, indices);
    const index = reading.kind === "one" ? reading.item : theOne(reading, indices, usual);
    if (index === null) return whichIndex(wish.intent, reading, indices);
    if (wish.intent !== "trade") return { ...asked, index, span };
    const tokens = await this.#parts.records.tokens();
    const token = readToken(question, tokens, reading.kind === "one" ? reading.span : null);
    if (token.kind === "one") return { ...asked, index, span, token: token.item };
    return token.kind === "none"
      ? { ...asked, index, span, wish: { ...wish, intent: "rebalance" } }
      : whichToken(token);
  }
}

/** Without a name in the question: the index that the caller gave, or the only one there is. */
function theOne(
  reading: NameReading<IndexEntry>,
  indices: readonly IndexEntry[],
  usual: Address | undefined,
): IndexEntry | null {
  if (reading.kind !== "none") return null;
  if (usual !== undefined) return indices.find(({ address }) => address.toLowerCase() === usual.toLowerCase()) ?? null;
  return indices.length === 1 ? (indices[0] ?? null) : null;
}

function whichDay(intent: Intent, reading: DateReading & { kind: "ambiguous" | "impossible" }): Answer {
  if (reading.kind === "impossible") {
    const text = `I cannot read ${reading.words} as a day that records could be of. Write it like 2026-11-14.`;
    return askBack(intent, text, { about: "day", options: [] });
  }
  const options = reading.options.map(spanInWords);
  return askBack(intent, `Which day is ${reading.words}: ${options.join(" or ")}?`, { about: "day", options });
}

function whichIndex(intent: Intent, reading: NameReading<IndexEntry>, indices: readonly IndexEntry[]): Answer {
  const all = indices.slice(0, 10).map(label);
  if (all.length === 0) return askBack(intent, "The records hold no index yet.", { about: "index", options: [] });
  if (reading.kind === "several") {
    const options = reading.items.map(label);
    return askBack(intent, `Several indices fit ${reading.words}: ${options.join(", ")}. Which one?`, {
      about: "index",
      options,
    });
  }
  if (reading.kind === "unknown") {
    const near = reading.suggestions.map(label);
    const options = near.length > 0 ? near : all;
    const text = `I know no index ${reading.words}. Do you mean ${options.join(", ")}?`;
    return askBack(intent, text, { about: "index", options });
  }
  return askBack(intent, `Which index do you mean: ${all.join(", ")}?`, { about: "index", options: all });
}

function whichToken(reading: NameReading<Awaited<ReturnType<Records["tokens"]>>[number]>): Answer {
  if (reading.kind === "several") {
    const options = reading.items.map((item) => `${label(item)} ${item.address ?? ""}`.trim());
    const text = `Several tokens fit ${reading.words}: ${options.join(", ")}. Ask again with the address of the one you mean.`;
    return askBack("trade", text, { about: "token", options });
  }
  const options = reading.kind === "unknown" ? reading.suggestions.map(label) : [];
  const words = reading.kind === "unknown" ? reading.words : "that";
  const hint = options.length === 0 ? "" : ` Do you mean ${options.join(", ")}?`;
  return askBack("trade", `The records know no token ${words}.${hint}`, { about: "token", options });
}

function ofAccount(desk: Desk, asked: Understood): Promise<Answer> | Answer {
  const { account, wish } = asked;
  if (account === null) {
    const text = "Whose? Sign in, link this chat to your account, or name the account in the request.";
    return askBack(wish.intent, text, { about: "account", options: [] });
  }
  return wish.intent === "claim" ? answerClaim(desk, { ...asked, account }) : answerTier(desk, { ...asked, account });
}

async function ofIndex(desk: Desk, asked: Understood): Promise<Answer> {
  const { index, wish } = asked;
  if (index === null) return whichIndex(wish.intent, { kind: "none" }, await desk.records.indices());
  const about = { ...asked, index };
  switch (wish.intent) {
    case "trade":
      return answerTrade(desk, about);
    case "holdings":
      return answerHoldings(desk, about);
    case "changes":
      return answerChanges(desk, about);
    case "regime":
      return answerRegime(desk, about);
    case "performance":
      return answerPerformance(desk, about);
    case "fees":
      return answerFees(desk, about);
    case "next-rebalance":
      return answerNext(desk, about);
    default:
      return answerRebalance(desk, about);
  }
}

function worded({ intent, text, citations, ask }: Answer, note: string | null): Reply {
  return { intent, answer: text, source: "template", note, citations, ask };
}

function sourceOf(id: number, { citations }: Answer, { results }: Spoken): readonly Citation[] {
  const own = citations[id - 1];
  if (own !== undefined) return [own];
  const result = results[id - 1 - citations.length];
  return result === undefined ? [] : [{ kind: "record", href: result.path }];
}
