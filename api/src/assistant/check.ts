// Whether a model's answer says only what stands in the records that it was given.
import { isoFromDay } from "../../../keeper/src/data/time.ts";
import { readDates } from "./dates.ts";
import { cleanText } from "./text.ts";

/** What a model was given. */
export interface Evidence {
  /** Everything it may take figures from: records as JSON, and the answer made of them. */
  readonly texts: readonly string[];
  readonly question: string;
  /** How many numbered sources there are: [1] to [sources]. */
  readonly sources: number;
  readonly now: number; // {s}
}

/** A checked answer, or why it is not believed. */
export type Verdict =
  | { readonly ok: true; readonly cited: readonly number[]; readonly hashes: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/** Words for numbers. "one" is left out: it is also a pronoun. */
const NUMBER_WORDS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    "zero:0 two:2 three:3 four:4 five:5 six:6 seven:7 eight:8 nine:9 ten:10 eleven:11 twelve:12 thirteen:13 fourteen:14 " +
    "fifteen:15 sixteen:16 seventeen:17 eighteen:18 nineteen:19 twenty:20 thirty:30 forty:40 fifty:50 sixty:60 seventy:70 " +
    "eighty:80 ninety:90 hundred:100 thousand:1000 million:1000000 billion:1000000000 twice:2 double:2 doubled:2 triple:3 " +
    "tripled:3 half:0.5 halved:0.5 third:3 quarter:4 dozen:12"
  )
    .split(" ")
    .map((pair) => pair.split(":"))
    .map(([word = "", value]) => [word, Number(value)]),
);

/** Capitals that are no token's symbol. */
const PLAIN_CAPITALS = new Set(["UTC", "NAV", "USD", "ISO", "API", "AI", "OK"]);

const NUMBER = /\d+(?:,\d{3})*(?:\.\d+)?/g;
const HEX = /0x[0-9a-zA-Z]+/g;
const MONTH_DATE =
  /\b(?:\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?(?: \d{4})?|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?)\b/gi;
const ISO_DATE = /\b\d{4}-\d{2}-\d{2}\b/g;

/** Every figure, date, hash, symbol and source of the answer must occur in the evidence, and at least one source must be named. */
export function checkAnswer(answer: string, evidence: Evidence): Verdict {
  const corpus = evidence.texts.join("\n");
  let text = answer.split("\n").map(cleanText).join("\n");
  const refuse = (reason: string): Verdict => ({ ok: false, reason });
  if (text.trim() === "") return refuse("it was empty");
  if (/[^\P{N}0-9]/u.test(text)) return refuse("it writes figures with other signs than 0 to 9");
  if (/:\/\/|\bwww\.|\]\(|\b[\w-]+\.(?:com|io|net|org|xyz|app|fi|co|me|link|finance)\b/i.test(text)) {
    return refuse("it holds a link that is none of the sources");
  }
  const hashes = text.match(HEX) ?? [];
  const known = new Set((corpus.match(HEX) ?? []).map((hash) => hash.toLowerCase()));
  const foreign = hashes.find((hash) => !known.has(hash.toLowerCase()));
  if (foreign !== undefined) return refuse("it names a hash or an address that the records do not hold");
  text = text.replace(HEX, " ");

  const cited = [...text.matchAll(/\[(\d{1,3})\]/g)].map(([, id]) => Number(id));
  if (cited.some((id) => id < 1 || id > evidence.sources)) return refuse("it names a source that does not exist");
  if (cited.length === 0) return refuse("it names no source");
  text = text.replace(/\[\d{1,3}\]/g, " ");

  const dates = datesOf(text, evidence.now);
  const inRecords = new Set([...(corpus.match(ISO_DATE) ?? []), ...datesOf(evidence.question, evidence.now)]);
  if (dates.some((date) => !inRecords.has(date))) return refuse("it names a day that the records do not hold");
  text = text.replace(ISO_DATE, " ").replace(MONTH_DATE, " ");

  const wrong = wrongNumber(text, corpus) ?? wrongSymbol(text, `${corpus}\n${evidence.question}`);
  return wrong === null ? { ok: true, cited: [...new Set(cited)], hashes } : refuse(wrong);
}

function datesOf(text: string, now: number): readonly string[] {
  const written = [...(text.match(MONTH_DATE) ?? []), ...(text.match(/\b\d{1,2}[./]\d{1,2}[./]\d{4}\b/g) ?? [])];
  const read = written.map((words) => {
    const reading = readDates(words, now);
    return reading.kind === "span" ? isoFromDay(reading.span.from) : `unclear ${words}`;
  });
  return [...(text.match(ISO_DATE) ?? []), ...read];
}

const normal = (number: string): string => {
  const [whole = "0", part = ""] = number.replaceAll(",", "").split(".");
  const fraction = part.replace(/0+$/, "");
  return `${whole.replace(/^0+(?=\d)/, "")}${fraction === "" ? "" : `.${fraction}`}`;
};

/** Figures with a percent sign must be percents of the records, the others any figure of them. */
function wrongNumber(text: string, corpus: string): string | null {
  const withoutHashes = corpus.replace(HEX, " ");
  const percents = new Set(
    [...withoutHashes.matchAll(/(\d+(?:,\d{3})*(?:\.\d+)?) ?(?:%|percent\b)/g)].map(([, n = ""]) => normal(n)),
  );
  for (const [, raw] of withoutHashes.matchAll(/bps"?:\s*"?-?(\d+)\b/gi))
    percents.add(normal(String(Number(raw) / 100)));
  const all = new Set((withoutHashes.match(NUMBER) ?? []).map(normal));
  for (const match of text.matchAll(NUMBER)) {
    const behind = text.slice(match.index + match[0].length);
    const isPercent = /^ ?(?:%|percent\b|per cent\b)/i.test(behind);
    if (/^ ?(?:k|m|bn|x|million|billion|thousand)\b/i.test(behind)) return "it abbreviates a figure";
    const value = normal(match[0]);
    if (isPercent ? !percents.has(value) : !all.has(value)) return "it names a figure that the records do not hold";
  }
  for (const word of text.toLowerCase().match(/[a-z]+/g) ?? []) {
    const value = Object.hasOwn(NUMBER_WORDS, word) ? NUMBER_WORDS[word] : undefined;
    if (value === undefined || new RegExp(`\\b${word}\\b`, "i").test(withoutHashes)) continue;
    if (!all.has(String(value))) return "it names a figure in words that the records do not hold";
  }
  return null;
}

function wrongSymbol(text: string, corpus: string): string | null {
  const known = new Set(corpus.match(/[A-Za-z0-9]+/g) ?? []);
  const words = text.match(/\b[A-Z][A-Z0-9]+\b/g) ?? [];
  const foreign = words.find((word) => !known.has(word) && !PLAIN_CAPITALS.has(word));
  return foreign === undefined ? null : "it names a token that the records do not hold";
}
