import { type LexiconReading, readTokens } from "./lexicon.ts";
import { tokenize } from "./tokenizer.ts";

/** A text as the classifiers see it. */
export interface TextFeatures {
  readonly words: readonly string[]; // different short forms, ascending
  readonly pairs: readonly string[]; // different pairs of neighbours, ascending
  readonly reading: LexiconReading;
}

/** Number of columns that `lexiconColumns` fills. */
export const LEXICON_COLUMNS = 9;

/** Words, neighbouring pairs and the lexicon's reading of a text. Punctuation is left out, but for the question mark. */
export function textFeatures(text: string): TextFeatures {
  const tokens = tokenize(text);
  const stems = tokens.filter(({ kind, raw }) => kind !== "mark" || raw === "?").map(({ stem }) => stem);
  const pairs = stems.slice(1).map((stem, i) => `${stems[i]} ${stem}`);
  return { words: distinct(stems), pairs: distinct(pairs), reading: readTokens(tokens, text) };
}

/** The lexicon's reading as numbers that a linear model can weigh. */
export function lexiconColumns(reading: LexiconReading): readonly number[] {
  return [
    reading.polarity,
    reading.positive,
    reading.negative,
    reading.positiveCount > 0 ? 1 : 0,
    reading.negativeCount > 0 ? 1 : 0,
    reading.strongest,
    reading.lesson ? 1 : 0,
    reading.negated > 0 ? 1 : 0,
    reading.positiveCount + reading.negativeCount === 0 ? 1 : 0,
  ];
}

/** Ascending by UTF-16 code unit, each once. */
export function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
