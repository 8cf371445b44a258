/** What a piece of a text is. Figures lose their digits: "$1.2 billion" and "$40,000" are both `money`. */
export type TokenKind = "word" | "number" | "money" | "percent" | "ticker" | "link" | "emoji" | "mark";

/** A piece of a text. */
export interface Token {
  readonly kind: TokenKind;
  readonly raw: string; // as written, accents removed
  readonly stem: string; // what lexicon and classifier compare; a name such as "#money" for what is not a word
}

/** A text longer than this is cut {UTF-16 units}: no headline needs more, and a hostile source gets no more. */
export const MAX_TEXT_LENGTH = 600;

// Accented letters of Latin-1 and Latin Extended-A and their plain letters. The engine's own normalisation follows the
// Unicode version that it was built with, and so may differ between machines.
const FOLDED: ReadonlyMap<string, string> = new Map(
  [
    ["A", "ÀÁÂÃÄÅĀĂĄ"],
    ["AE", "Æ"],
    ["C", "ÇĆĈĊČ"],
    ["D", "ÐĎĐ"],
    ["E", "ÈÉÊËĒĔĖĘĚ"],
    ["G", "ĜĞĠĢ"],
    ["I", "ÌÍÎÏĨĪĬĮİ"],
    ["L", "ĹĻĽĿŁ"],
    ["N", "ÑŃŅŇ"],
    ["O", "ÒÓÔÕÖØŌŎŐ"],
    ["OE", "Œ"],
    ["R", "ŔŖŘ"],
    ["S", "ŚŜŞŠ"],
    ["T", "ŢŤŦ"],
    ["U", "ÙÚÛÜŨŪŬŮŰŲ"],
    ["Y", "ÝŶŸ"],
    ["Z", "ŹŻŽ"],
    ["a", "àáâãäåāăą"],
    ["ae", "æ"],
    ["c", "çćĉċč"],
    ["d", "ðďđ"],
    ["e", "èéêëēĕėęě"],
    ["g", "ĝğġģ"],
    ["i", "ìíîïĩīĭįı"],
    ["l", "ĺļľŀł"],
    ["n", "ñńņň"],
    ["o", "òóôõöøōŏő"],
    ["oe", "œ"],
    ["r", "ŕŗř"],
    ["s", "śŝşš"],
    ["ss", "ß"],
    ["t", "ţťŧ"],
    ["u", "ùúûüũūŭůűų"],
    ["y", "ýŷÿ"],
    ["z", "źżž"],
    ["'", "‘’ʼ`´"],
    ['"', "“”«»"],
    ["-", "‐‑‒–—−"],
    [" ", "\u00a0\u2009\u202f\u3000"],
    ["", "\u00ad\u200b\u200c\u200d\ufe0f\ufeff"],
  ].flatMap(([plain = "", accented = ""]) => [...accented].map((letter) => [letter, plain] as const)),
);

/** Names of the few symbols that carry a tone; every other symbol is left out. */
const EMOJI: ReadonlyMap<string, string> = new Map([
  ["🚀", "#rocket"],
  ["🌕", "#moon"],
  ["🌙", "#moon"],
  ["📈", "#chartup"],
  ["🟢", "#chartup"],
  ["📉", "#chartdown"],
  ["🔴", "#chartdown"],
  ["🔥", "#fire"],
  ["💎", "#diamond"],
  ["🙌", "#joy"],
  ["🎉", "#joy"],
  ["🥳", "#joy"],
  ["👍", "#joy"],
  ["😀", "#joy"],
  ["😂", "#laugh"],
  ["👎", "#sad"],
  ["😭", "#sad"],
  ["😢", "#sad"],
  ["😡", "#anger"],
  ["🤬", "#anger"],
  ["😱", "#alarm"],
  ["🚨", "#alarm"],
  ["⚠", "#alarm"],
  ["💀", "#death"],
  ["🩸", "#death"],
  ["🐂", "#bull"],
  ["🐻", "#bear"],
]);

const SCALE = "(?:k|m|mn|b|bn|t|tn|thousand|million|billion|trillion)?";
const PIECES = new RegExp(
  [
    "(?<link>(?:https?:\\/\\/|www\\.)\\S+)",
    "(?<ticker>\\$[A-Za-z][A-Za-z0-9]{0,9}(?![A-Za-z0-9]))",
    "(?<percent>[+-]?\\d[\\d,.]*\\s?(?:%|percent(?![a-z])|pct(?![a-z])))",
    `(?<money>(?:us)?[$€£¥]\\s?\\d[\\d,.]*\\s?${SCALE}(?![a-z]))`,
    `(?<number>\\d[\\d,.]*(?:st|nd|rd|th|${SCALE.slice(3, -2)})?(?![A-Za-z0-9]))`,
    "(?<word>[A-Za-z0-9\\u0080-\\u1fff\\u3040-\\ud7ff]+)",
    "(?<emoji>[\\u2600-\\u27bf]|[\\ud83c-\\ud83e][\\udc00-\\udfff])",
    "(?<mark>[?!,.;:])",
  ].join("|"),
  "gi",
);

const KINDS = ["link", "ticker", "percent", "money", "number", "word", "emoji", "mark"] as const;

/**
 * The pieces of a text in their order.
 *
 * @example
 * tokenize("Bitcoin surges past $40,000").map(({ stem }) => stem) // ["bitcoin", "surg", "past", "#money"]
 */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const match of fold(text.slice(0, MAX_TEXT_LENGTH)).matchAll(PIECES)) {
    const kind = KINDS.find((name) => match.groups?.[name] !== undefined) ?? "mark";
    const token = toToken(kind, match[0]);
    if (token !== undefined) tokens.push(token);
  }
  return tokens;
}

/** Text without accents, with plain quotes and dashes, apostrophes gone ("isn't" and "isnt" are one word). */
export function fold(text: string): string {
  let plain = "";
  for (const letter of text) plain += letter < "\u0080" ? letter : (FOLDED.get(letter) ?? letter);
  const joined = plain.replaceAll(/(?<![A-Za-z])(?:[A-Za-z]\.){2,}/g, (letters) => letters.replaceAll(".", ""));
  return joined.replaceAll("'", "");
}

function toToken(kind: TokenKind, raw: string): Token | undefined {
  if (kind === "word") return { kind, raw, stem: stemOf(raw.toLowerCase()) };
  if (kind === "mark") return { kind, raw, stem: raw };
  if (kind === "ticker") return { kind, raw, stem: raw.toLowerCase() };
  if (kind === "percent") return { kind, raw, stem: raw.startsWith("-") ? "#percentdown" : "#percent" };
  if (kind !== "emoji") return { kind, raw, stem: `#${kind}` };
  const stem = EMOJI.get(raw);
  return stem === undefined ? undefined : { kind, raw, stem };
}

/** Words that only look like a plural or a past tense. */
const WHOLE: ReadonlySet<string> = new Set([
  "across",
  "always",
  "analysis",
  "basis",
  "bring",
  "business",
  "crisis",
  "during",
  "hundred",
  "less",
  "loss",
  "news",
  "spring",
  "status",
  "string",
  "thing",
  "this",
  "virus",
]);

/**
 * A short form that the usual endings of a word share: "launches", "launched" and "launching" are all "launch". It is
 * coarser than a dictionary, but lexicon and texts go through the same one.
 */
export function stemOf(word: string): string {
  if (word.length < 4 || WHOLE.has(word)) return word;
  return withoutFinalE(withoutTense(withoutPlural(word)));
}

function withoutPlural(word: string): string {
  if (word.endsWith("ies") && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(?:ss|x|z|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return /[^suia]s$|[^s]as$/.test(word) ? word.slice(0, -1) : word;
}

function withoutTense(word: string): string {
  if (word.endsWith("ied") && word.length > 4) return `${word.slice(0, -3)}y`;
  const root = /(?<!e)ed$/.test(word) ? word.slice(0, -2) : word.endsWith("ing") ? word.slice(0, -3) : word;
  if (root === word || root.length < 3 || !/[aeiouy]/.test(root)) return word;
  return /([^aeioulsz])\1$/.test(root) ? root.slice(0, -1) : root;
}

function withoutFinalE(word: string): string {
  return word.length > 4 && word.endsWith("e") ? word.slice(0, -1) : word;
}
