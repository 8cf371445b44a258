import type { Address, Hex } from "viem";
import type { DaySpan } from "./dates.ts";
import type { Glossary } from "./glossary.ts";
import type { Intent, Wish } from "./intents.ts";
import type { Named } from "./names.ts";
import type { IndexEntry, Records } from "./records.ts";

/** Where something that is said stands. */
export type Citation =
  | { readonly kind: "decision"; readonly hash: Hex; readonly href: string }
  | { readonly kind: "transaction"; readonly hash: Hex }
  | { readonly kind: "record"; readonly href: string };

/** What the assistant needs to be told before it can answer. */
export interface Ask {
  readonly about: "index" | "token" | "day" | "account" | "word" | "question";
  readonly options: readonly string[];
}

/** An answer with its sources. */
export interface Answer {
  readonly intent: Intent;
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly ask: Ask | null;
  /** What was read for it: all that a model may speak of. */
  readonly facts: unknown;
}

/** A question that was understood, with the index that it is about. */
export interface Understood {
  readonly wish: Wish;
  readonly question: string;
  readonly index: IndexEntry | null;
  readonly token: Named | null;
  readonly span: DaySpan | null;
  readonly account: Address | null;
  readonly now: number; // {s}
}

/** What a template is given. */
export interface Desk {
  readonly records: Records;
  readonly glossary: Glossary;
}

export const decisionCitation = (hash: Hex): Citation => ({ kind: "decision", hash, href: `/v1/decisions/${hash}` });
export const transactionCitation = (hash: Hex): Citation => ({ kind: "transaction", hash });
export const recordCitation = (href: string): Citation => ({ kind: "record", href });

/** The same source once. */
export function distinct(citations: readonly Citation[]): readonly Citation[] {
  const seen = new Map(
    citations.map((item) => [item.kind === "record" ? item.href : `${item.kind}${item.hash}`, item]),
  );
  return [...seen.values()];
}

/** A question back. */
export function askBack(intent: Intent, text: string, ask: Ask): Answer {
  return { intent, text, citations: [], ask, facts: null };
}

/** {bps} as percent: 1250 is "12.5%". */
export const percent = (bps: number): string => `${bps / 100}%`;

/** {1} in decimal text as percent with a sign and two digits: "0.0123" is "+1.23%". */
export function signedPercent(ratio: string): string {
  const text = (Number(ratio) * 100).toFixed(2);
  if (/^-?0\.00$/.test(text)) return "0.00%";
  return text.startsWith("-") ? `${text}%` : `+${text}%`;
}

/** {s} as "2026-11-14 00:15 UTC". */
export const timeInWords = (seconds: number): string =>
  `${new Date(seconds * 1_000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
