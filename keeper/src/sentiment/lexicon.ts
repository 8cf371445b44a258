import {
  BAD_QUANTITIES,
  CONCESSIONS,
  FALLS,
  INTENSITIES,
  LESSONS,
  NEGATIONS,
  PLAIN_PHRASES,
  REVERSERS,
  RISES,
  TERMS,
  TURNS,
} from "./lexiconTerms.ts";
import { stemOf, type Token, tokenize } from "./tokenizer.ts";

/** What the lexicon finds in a text. Sums are of polarities after negation and the other rules of scope. */
export interface LexiconReading {
  readonly polarity: number; // -1 to 1
  readonly positive: number; // sum of what speaks for it, >= 0
  readonly negative: number; // sum of what speaks against it, >= 0
  readonly positiveCount: number;
  readonly negativeCount: number;
  readonly strongest: number; // the polarity of the largest size
  readonly negated: number; // terms whose tone was turned
  readonly lesson: boolean; // the text teaches or asks
}

/** How far back or ahead {tokens} a word reaches. */
const NEGATION_REACH = 3;
const OBJECT_REACH = 4;
const SUBJECT_REACH = 3;
const LONGEST_PHRASE = 5;

const NEGATED = -0.7; // "not good" is less bad than "bad"
const RELIEVED = -0.6; // "drops the lawsuit" is less good than an award
const LESSON_SHARE = 0.4;
const CONCESSION_SHARE = 0.5;
const BEFORE_TURN = 0.5;
const AFTER_TURN = 1.2;
const SATURATION = 1.2; // sum of polarities at which the whole is at 1/sqrt(2)

interface Lexicon {
  readonly polarity: ReadonlyMap<string, number>;
  readonly plain: ReadonlySet<string>;
  readonly reversers: ReadonlySet<string>;
  readonly rises: ReadonlySet<string>;
  readonly falls: ReadonlySet<string>;
  readonly badQuantities: ReadonlySet<string>;
  readonly negations: ReadonlySet<string>;
  readonly intensities: ReadonlyMap<string, number>;
  readonly concessions: ReadonlySet<string>;
  readonly turns: ReadonlySet<string>;
  readonly lessons: ReadonlySet<string>;
}

const LEXICON: Lexicon = {
  polarity: new Map(TERMS.flatMap(([polarity, terms]) => phrases(terms).map((term) => [term, polarity] as const))),
  plain: new Set(phrases(PLAIN_PHRASES)),
  reversers: new Set(phrases(REVERSERS)),
  rises: new Set(phrases(RISES)),
  falls: new Set(phrases(FALLS)),
  badQuantities: new Set(phrases(BAD_QUANTITIES)),
  negations: new Set(phrases(NEGATIONS)),
  intensities: new Map(INTENSITIES.flatMap(([factor, terms]) => phrases(terms).map((term) => [term, factor] as const))),
  concessions: new Set(phrases(CONCESSIONS)),
  turns: new Set(phrases(TURNS)),
  lessons: new Set(phrases(LESSONS)),
};

// A verb that turns its object is found even if it has no tone of its own.
const HITS = { has: (term: string) => LEXICON.polarity.has(term) || LEXICON.reversers.has(term) };

/** The first words of every phrase of several words: most words begin none, and the search ends at once. */
const BEGINNINGS: ReadonlySet<string> = new Set(
  Object.values(LEXICON).flatMap((list: ReadonlySet<string> | ReadonlyMap<string, number>) =>
    [...list.keys()].flatMap((term) => {
      const words = term.split(" ");
      return words.slice(1).map((_, i) => words.slice(0, i + 1).join(" "));
    }),
  ),
);

/** How many terms with a tone the lexicon knows, in their short forms. */
export const LEXICON_SIZE = LEXICON.polarity.size;

/** A term found in a text: `length` tokens from `start` on. */
interface Hit {
  readonly start: number;
  readonly length: number;
  readonly term: string;
  readonly polarity: number;
}

/**
 * Reads a text by the lexicon alone.
 *
 * @example
 * readLexicon("SEC drops lawsuit against exchange").polarity // above 0
 */
export function readLexicon(text: string): LexiconReading {
  return readTokens(tokenize(text), text);
}

/** The same for a text whose tokens are at hand. */
export function readTokens(tokens: readonly Token[], text: string): LexiconReading {
  const stems = tokens.map(({ stem }) => stem);
  const hits = findHits(stems);
  const turned = hits.map((hit, index) => tone(stems, hits, index, hit));
  const lesson = text.trimEnd().endsWith("?") || stems.some((_, at) => phraseAt(stems, at, LEXICON.lessons) > 0);
  return summarize(
    turned.map(({ value }) => value * (lesson ? LESSON_SHARE : 1)),
    turned.filter(({ negated }) => negated).length,
    lesson,
  );
}

function summarize(values: readonly number[], negated: number, lesson: boolean): LexiconReading {
  let positive = 0;
  let negative = 0;
  let positiveCount = 0;
  let negativeCount = 0;
  let strongest = 0;
  for (const value of values) {
    if (value > 0) {
      positive += value;
      positiveCount += 1;
    } else if (value < 0) {
      negative -= value;
      negativeCount += 1;
    }
    if (Math.abs(value) > Math.abs(strongest)) strongest = value;
  }
  const sum = positive - negative;
  const polarity = sum / Math.sqrt(sum * sum + SATURATION * SATURATION);
  return { polarity, positive, negative, positiveCount, negativeCount, strongest, negated, lesson };
}

/** Terms from left to right, the longest first; a phrase without a tone takes its words out. */
function findHits(stems: readonly string[]): readonly Hit[] {
  const hits: Hit[] = [];
  for (let at = 0; at < stems.length; ) {
    const plain = phraseAt(stems, at, LEXICON.plain);
    const length = phraseAt(stems, at, HITS);
    if (length > plain) {
      const term = stems.slice(at, at + length).join(" ");
      hits.push({ start: at, length, term, polarity: LEXICON.polarity.get(term) ?? 0 });
    }
    at += Math.max(plain, length, 1);
  }
  return hits;
}

/** Length {tokens} of the longest phrase of `known` that starts at `at`; 0 when none does. */
function phraseAt(
  stems: readonly string[],
  at: number,
  known: { has(term: string): boolean },
  longest = LONGEST_PHRASE,
): number {
  let phrase = "";
  let found = 0;
  for (let length = 1; length <= longest && at + length <= stems.length; length++) {
    phrase = length === 1 ? (stems[at] ?? "") : `${phrase} ${stems[at + length - 1]}`;
    if (known.has(phrase)) found = length;
    if (!BEGINNINGS.has(phrase)) break;
  }
  return found;
}

function tone(
  stems: readonly string[],
  hits: readonly Hit[],
  index: number,
  hit: Hit,
): { readonly value: number; readonly negated: boolean } {
  let value = withQuantity(stems, hit);
  // A verb that turns its object says nothing by itself; the object then carries the turned tone.
  const object = hits[index + 1];
  if (object !== undefined && (isTurned(stems, hit, object) || isWaning(hit, object))) return NOTHING;
  if (hits.slice(Math.max(0, index - 2), index).some((verb) => isTurned(stems, verb, hit))) value *= RELIEVED;
  const negated = isNegated(stems, hit.start);
  if (negated) value *= NEGATED;
  return { value: value * intensity(stems, hit) * position(stems, hit.start), negated };
}

const NOTHING = { value: 0, negated: false };

function isTurned(stems: readonly string[], verb: Hit, object: Hit): boolean {
  if (!LEXICON.reversers.has(verb.term)) return false;
  const from = verb.start + verb.length;
  if (object.start - from >= OBJECT_REACH || isMove(object.term)) return false;
  return !stems.slice(from, object.start).some((stem) => isMark(stem) || LEXICON.concessions.has(stem));
}

/** "Revenue falls short": what falls is good in itself, and only its fall is news. */
function isWaning(subject: Hit, verb: Hit): boolean {
  return subject.polarity > 0 && LEXICON.falls.has(verb.term) && verb.start - subject.start - subject.length <= 1;
}

function isMove(term: string): boolean {
  return LEXICON.rises.has(term) || LEXICON.falls.has(term);
}

function isMark(stem: string): boolean {
  return stem === "." || stem === ";" || stem === ":" || stem === "?" || stem === "!" || stem === ",";
}

/** A movement's tone is that of what moves: falling fees are good news. */
function withQuantity(stems: readonly string[], hit: Hit): number {
  if (!isMove(hit.term)) return hit.polarity;
  const after = hit.start + hit.length;
  const before = nearQuantity(stems, Math.max(0, hit.start - SUBJECT_REACH), hit.start);
  return before || nearQuantity(stems, after, Math.min(stems.length, after + SUBJECT_REACH))
    ? -0.7 * hit.polarity
    : hit.polarity;
}

function nearQuantity(stems: readonly string[], from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    if (phraseAt(stems, at, LEXICON.badQuantities, Math.min(3, to - at)) > 0) return true;
  }
  return false;
}

function isNegated(stems: readonly string[], start: number): boolean {
  let negated = false;
  for (let at = Math.max(0, start - NEGATION_REACH); at < start; at++) {
    if (isMark(stems[at] ?? "")) negated = false;
    const length = phraseAt(stems, at, LEXICON.negations, 3);
    if (length > 0 && at + length <= start) {
      negated = !negated;
      at += length - 1;
    }
  }
  return negated;
}

function intensity(stems: readonly string[], hit: Hit): number {
  let factor = 1;
  for (let at = Math.max(0, hit.start - 2); at < hit.start; at++) {
    factor *= LEXICON.intensities.get(stems[at] ?? "") ?? 1;
  }
  return factor * (LEXICON.intensities.get(stems[hit.start + hit.length] ?? "") ?? 1);
}

/** How much a place in the text counts: what is conceded counts less, what follows a "but" counts more. */
function position(stems: readonly string[], start: number): number {
  let share = 1;
  for (let at = 0; at < stems.length; at++) {
    const turn = phraseAt(stems, at, LEXICON.turns, 2) > 0;
    if (turn) share = at < start ? AFTER_TURN : share * BEFORE_TURN;
    else if (at < start && phraseAt(stems, at, LEXICON.concessions, 3) > 0) share = CONCESSION_SHARE;
  }
  return share;
}

function phrases(list: string): readonly string[] {
  return list
    .split(",")
    .map((phrase) => phrase.trim().split(/\s+/))
    .map((words) =>
      words.map((word) => (word.startsWith("#") ? word : /^\d+$/.test(word) ? "#number" : stemOf(word))).join(" "),
    );
}
