import { exp } from "../math/functions.ts";
import { type LexiconReading, readLexicon } from "./lexicon.ts";

/** Tone of a text: against, neither, for. */
export type Tone = -1 | 0 | 1;

/** Probability of -1, 0 and 1, in this order; they sum to 1. */
export type ToneProbabilities = readonly [against: number, neutral: number, favourable: number];

/** What a scorer says about a text. */
export interface SentimentScore {
  readonly polarity: number; // -1 to 1: probability of 1 less that of -1
  readonly label: Tone; // the most probable; the neutral one wins ties
  readonly probabilities: ToneProbabilities;
}

/** Judges texts. Equal texts get equal bits. */
export interface SentimentScorer {
  readonly kind: "lexicon" | "classifier"; // "lexicon" = nobody taught it; it goes by the words alone
  score(text: string): SentimentScore;
}

// A polarity of 0.2 is where the lexicon begins to take sides.
const STEEPNESS = 3;
const NEUTRAL_SCORE = 0.6;

/** Judges by the lexicon alone: what speaks while there are no labelled headlines to learn from. */
export const lexiconScorer: SentimentScorer = {
  kind: "lexicon",
  score: (text) => toScore(lexiconProbabilities(readLexicon(text))),
};

/** The lexicon's reading as probabilities. */
export function lexiconProbabilities({ polarity }: LexiconReading): ToneProbabilities {
  return softmax([-STEEPNESS * polarity, NEUTRAL_SCORE, STEEPNESS * polarity]);
}

/** Probabilities in proportion to e^score. */
export function softmax(scores: readonly [number, number, number]): ToneProbabilities {
  const top = Math.max(...scores);
  const [a, b, c] = [exp(scores[0] - top), exp(scores[1] - top), exp(scores[2] - top)];
  const sum = a + b + c;
  return [a / sum, b / sum, c / sum];
}

/** Label and polarity of probabilities. */
export function toScore(probabilities: ToneProbabilities): SentimentScore {
  const [against, neutral, favourable] = probabilities;
  const side = favourable > against ? 1 : favourable < against ? -1 : 0;
  const label = Math.max(against, favourable) > neutral ? side : 0;
  return { polarity: favourable - against, label, probabilities };
}
