import { wordsOf } from "./text.ts";

/** Kinds of questions that are answered. */
export const INTENTS = [
  "trade", // why an index sold or bought a token
  "rebalance", // why an index rebalanced
  "next-rebalance",
  "claim",
  "holdings",
  "changes",
  "regime",
  "performance",
  "tier",
  "fees",
  "explain", // a word of the glossary
  "list", // which indices there are
  "unknown",
] as const;
export type Intent = (typeof INTENTS)[number];

/** What a question asks for, apart from names and days. */
export interface Wish {
  readonly intent: Intent;
  /** Of a trade: what the question says was done; null: it does not say. */
  readonly side: "sell" | "buy" | null;
  /** Of an explanation: the words to be explained, in lower case. */
  readonly term: string | null;
}

const SELL = new Set(
  "sell sold selling sells exit exited drop dropped dump dumped remove removed reduce reduced cut trim trimmed leave left".split(
    " ",
  ),
);
const BUY = new Set("buy bought buying buys add added increase increased enter entered raise raised".split(" "));

/** Words in front of what is to be explained. */
const EXPLAIN =
  /^(?:please )?(?:(?:can|could) you )?(?:explain|define|describe|what is meant by|what does|what is|what's|what are|what do you mean by|meaning of|tell me what) (.{1,80}?)(?: (?:mean|means|stand for|is|are))?$/;
const ARTICLE = /^(?:the word |the term |an? |the )/;

/** Reads what a question asks for. `isTerm` says whether the glossary knows a word. */
export function readIntent(question: string, isTerm: (words: string) => boolean): Wish {
  const words = new Set(wordsOf(question).map(({ lower }) => lower));
  const term = termOf(question);
  const isAsked = /^(please )?((can|could) you )?(explain|define|describe|meaning)\b/i.test(question);
  if (term !== null && (isAsked ? isTerm(term) : isDefinition(question, term, isTerm))) {
    return { intent: "explain", side: null, term };
  }
  const side = sideOf(words);
  const intent = intentOf(words, side);
  // A word to be explained that the glossary lacks: it may have one that is written nearly so.
  if (intent === "unknown" && isAsked && term !== null) return { intent: "explain", side: null, term };
  return { intent, side, term: null };
}

function intentOf(words: ReadonlySet<string>, side: Wish["side"]): Intent {
  const has = (...any: readonly string[]) => any.some((word) => words.has(word));
  if (has("claim", "claims", "claimable", "rewards", "reward", "airdrop", "payout")) return "claim";
  if (has("tier") || (has("staking") && has("score"))) return "tier";
  const isAhead = has("next", "when", "upcoming", "until", "due", "soon");
  const isDecision = has("rebalance", "rebalances", "rebalancing", "decision");
  if (isAhead && isDecision && !has("last", "why")) return "next-rebalance";
  if (
    side !== null &&
    (has("why", "reason", "reasons", "how") || (has("did", "has", "was", "when") && !has("changes")))
  ) {
    return "trade";
  }
  if (has("fee", "fees", "costs", "charge", "charges", "expensive")) return "fees";
  if (has("regime", "bull", "bear", "bullish", "bearish", "market") && !has("hold", "holds")) return "regime";
  return restOf(has);
}

function restOf(has: (...any: readonly string[]) => boolean): Intent {
  if (
    has(
      "performance",
      "performing",
      "perform",
      "performed",
      "doing",
      "done",
      "return",
      "returns",
      "versus",
      "vs",
      "against",
      "outperform",
      "beat",
      "beating",
      "profit",
      "drawdown",
      "up",
      "compared",
    )
  ) {
    return "performance";
  }
  if (has("changed", "change", "changes", "happened", "traded", "trades", "news", "new", "happen")) return "changes";
  if (
    has(
      "hold",
      "holds",
      "holding",
      "holdings",
      "composition",
      "constituents",
      "members",
      "weights",
      "inside",
      "basket",
      "contain",
      "contains",
      "allocation",
      "consist",
      "made",
    )
  ) {
    return "holdings";
  }
  if (has("rebalance", "rebalanced", "rebalances", "rebalancing", "decision", "decide", "decided", "why"))
    return "rebalance";
  return has("indices", "indexes", "list", "available") ? "list" : "unknown";
}

function sideOf(words: ReadonlySet<string>): Wish["side"] {
  for (const word of words) {
    if (SELL.has(word)) return "sell";
    if (BUY.has(word)) return "buy";
  }
  return null;
}

function termOf(question: string): string | null {
  const plain = question
    .toLowerCase()
    .replace(/[?!."']+/g, " ")
    .replace(/ +/g, " ")
    .trim()
    .slice(0, 140);
  const found = EXPLAIN.exec(plain)?.[1];
  return found === undefined ? null : found.replace(ARTICLE, "").trim();
}

/** "What is drift?" asks for a word; "What is the regime?" asks for today's. An article of its own makes the difference. */
function isDefinition(question: string, term: string, isTerm: (words: string) => boolean): boolean {
  if (!isTerm(term)) return false;
  if (/\b(mean|means|meant|meaning|stand for)\b/i.test(question)) return true;
  return !/\b(the|my|its?|next|now|today|current)\b/i.test(question);
}
