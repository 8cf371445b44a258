import type { LabelledHeadline } from "../data/columns.ts";
import { fitLogistic, type LogisticModel, predictLogistic, type SparseRow } from "../math/logistic.ts";
import { fitComplementNaiveBayes, scoreNaiveBayes } from "./naiveBayes.ts";
import { measureQuality } from "./quality.ts";
import {
  lexiconProbabilities,
  type SentimentScorer,
  softmax,
  type Tone,
  type ToneProbabilities,
  toScore,
} from "./scorer.ts";
import { distinct, LEXICON_COLUMNS, lexiconColumns, type TextFeatures, textFeatures } from "./textFeatures.ts";

/** How the classifier learns. The defaults were chosen by time-ordered validation on the earlier 70% of labelled headlines. */
export interface SentimentParams {
  readonly lambda: number; // penalty of the logistic regression
  readonly minWordRows: number; // a word enters the vocabulary when so many headlines have it
  readonly minPairRows: number; // the same for pairs of neighbouring words
  readonly balances: readonly number[]; // exponents of the class weights to choose from: 0 = as they come, 1 = equal classes
  readonly smoothing: number; // of the naive Bayes counts
  readonly bayesTemperature: number; // its scores are divided by it: it takes every word for independent evidence
  readonly bayesShare: number; // of its probabilities beside 1 of the regression
  readonly lexiconRows: number; // the lexicon weighs as much as so many labelled headlines
}

/** See `SentimentParams`. */
export const SENTIMENT_PARAMS: SentimentParams = {
  lambda: 10,
  minWordRows: 1,
  minPairRows: 2,
  balances: [0.75, 0.5, 1],
  smoothing: 0.5,
  bayesTemperature: 3,
  bayesShare: 1,
  lexiconRows: 50,
};

/** Fewer labelled headlines than this teach nothing; the lexicon then speaks alone. */
export const MIN_LABELLED_ROWS = 60;

/** A trained classifier: everything that a score depends on beside the lexicon. */
export interface SentimentModel {
  readonly words: readonly string[]; // ascending; columns 0 .. words - 1
  readonly pairs: readonly string[]; // ascending; the columns after them. The lexicon's columns come last
  readonly logistic: LogisticModel;
  readonly bayes: Float64Array; // [word * 3 + class]
  readonly balance: number;
  readonly rows: number; // labelled headlines learnt from, repeated texts once
  readonly through: number; // {s} the latest of them
  readonly params: SentimentParams;
}

interface Example {
  readonly features: TextFeatures;
  readonly label: Tone;
}

/**
 * Learns from headlines that people judged: logistic regression on words, pairs and the lexicon's reading, joined with
 * complement naive Bayes on words. How strongly rare classes count is chosen by macro-F1 on the later part of these rows.
 * Null when there are fewer than `MIN_LABELLED_ROWS` different texts: the lexicon has to speak alone.
 */
export function trainSentiment(
  labelled: readonly LabelledHeadline[],
  params: SentimentParams = SENTIMENT_PARAMS,
): SentimentModel | null {
  const rows = withoutRepeats(labelled);
  if (rows.length < MIN_LABELLED_ROWS) return null;
  const examples = rows.map(({ text, label }): Example => ({ features: textFeatures(text), label }));
  const through = rows.reduce((latest, { at }) => Math.max(latest, at), 0);
  return fitModel(examples, params, chooseBalance(examples, params), through);
}

/** Scores texts with a trained model, or with the lexicon alone when there is none. */
export function createClassifier(model: SentimentModel): SentimentScorer {
  const index = indexOf(model);
  return { kind: "classifier", score: (text) => toScore(probabilities(model, index, textFeatures(text))) };
}

/** By time, then text: the order of the input does not matter. A text that comes twice is learnt from once, its first time. */
export function withoutRepeats(labelled: readonly LabelledHeadline[]): readonly LabelledHeadline[] {
  const ordered = [...labelled].sort(
    (a, b) => a.at - b.at || (a.text < b.text ? -1 : a.text > b.text ? 1 : a.label - b.label),
  );
  const seen = new Set<string>();
  return ordered.filter(({ text }) => {
    const key = textKey(text);
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

/** Two texts with the same key are the same headline: letters and digits only, in lower case. */
export function textKey(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[\s!-/:-@[-`{-~]+/g, " ")
    .trim();
}

// Two later stretches, each judged by a model of what precedes it. The first balance wins ties.
const STRETCHES = [
  [0.6, 0.8],
  [0.8, 1],
] as const;

function chooseBalance(examples: readonly Example[], params: SentimentParams): number {
  const [first = 1, ...others] = params.balances;
  if (others.length === 0) return first;
  let best = { balance: first, quality: Number.NEGATIVE_INFINITY };
  for (const balance of params.balances) {
    const quality = validatedQuality(examples, params, balance);
    if (quality > best.quality) best = { balance, quality };
  }
  return best.balance;
}

function validatedQuality(examples: readonly Example[], params: SentimentParams, balance: number): number {
  const truth: Tone[] = [];
  const said: Tone[] = [];
  for (const [from, to] of STRETCHES) {
    const cut = Math.floor(examples.length * from);
    const model = fitModel(examples.slice(0, cut), params, balance, 0);
    const index = indexOf(model);
    for (const { features, label } of examples.slice(cut, Math.floor(examples.length * to))) {
      truth.push(label);
      said.push(toScore(probabilities(model, index, features)).label);
    }
  }
  return measureQuality(truth, said).macroF1;
}

function fitModel(
  examples: readonly Example[],
  params: SentimentParams,
  balance: number,
  through: number,
): SentimentModel {
  const words = vocabulary(examples, ({ words: own }) => own, params.minWordRows);
  const pairs = vocabulary(examples, ({ pairs: own }) => own, params.minPairRows);
  const index = indexOf({ words, pairs });
  const labels = examples.map(({ label }) => label + 1);
  const weights = classWeights(labels, balance);
  const logistic = fitLogistic({
    rows: examples.map(({ features }) => sparseRow(index, features)),
    labels,
    rowWeights: labels.map((label) => weights[label] ?? 1),
    columns: words.length + pairs.length + LEXICON_COLUMNS,
    classes: 3,
    lambda: params.lambda,
  });
  const bayes = fitComplementNaiveBayes({
    rows: examples.map(({ features }) => wordColumns(index, features)),
    labels,
    columns: words.length,
    classes: 3,
    smoothing: params.smoothing,
  });
  return { words, pairs, logistic, bayes, balance, rows: examples.length, through, params };
}

/** (rows / (3 x rows of the class))^balance for balances of 0, 1/4, 1/2, 3/4 and 1. */
function classWeights(labels: readonly number[], balance: number): readonly number[] {
  return [0, 1, 2].map((label) => {
    const own = labels.filter((other) => other === label).length;
    const ratio = own === 0 ? 1 : labels.length / (3 * own);
    const root = Math.sqrt(Math.sqrt(ratio));
    let weight = 1;
    for (let quarter = 0.25; quarter <= balance; quarter += 0.25) weight *= root;
    return weight;
  });
}

interface VocabularyIndex {
  readonly words: ReadonlyMap<string, number>;
  readonly pairs: ReadonlyMap<string, number>;
  readonly columns: number; // words and pairs
}

function indexOf({ words, pairs }: Pick<SentimentModel, "words" | "pairs">): VocabularyIndex {
  return {
    words: new Map(words.map((word, i) => [word, i])),
    pairs: new Map(pairs.map((pair, i) => [pair, words.length + i])),
    columns: words.length + pairs.length,
  };
}

function vocabulary(
  examples: readonly Example[],
  of: (features: TextFeatures) => readonly string[],
  minRows: number,
): readonly string[] {
  const rows = new Map<string, number>();
  for (const { features } of examples) for (const term of of(features)) rows.set(term, (rows.get(term) ?? 0) + 1);
  return distinct([...rows].filter(([, count]) => count >= minRows).map(([term]) => term));
}

function wordColumns(index: VocabularyIndex, { words }: TextFeatures): readonly number[] {
  return words.flatMap((word) => index.words.get(word) ?? []);
}

function sparseRow(index: VocabularyIndex, features: TextFeatures): SparseRow {
  const known = [...wordColumns(index, features), ...features.pairs.flatMap((pair) => index.pairs.get(pair) ?? [])];
  const columns = [...known];
  const values = known.map(() => 1);
  lexiconColumns(features.reading).forEach((value, i) => {
    if (value === 0) return;
    columns.push(index.columns + i);
    values.push(value);
  });
  return { columns, values };
}

/** Regression and naive Bayes, weighed by the rows they have seen, and the lexicon. */
function probabilities(model: SentimentModel, index: VocabularyIndex, features: TextFeatures): ToneProbabilities {
  const { bayesShare, bayesTemperature, lexiconRows } = model.params;
  const regression = predictLogistic(model.logistic, sparseRow(index, features));
  const [a = 0, b = 0, c = 0] = scoreNaiveBayes(model.bayes, 3, wordColumns(index, features));
  const bayes = softmax([a / bayesTemperature, b / bayesTemperature, c / bayesTemperature]);
  const lexicon = lexiconProbabilities(features.reading);

  const learnt = model.rows / (model.rows + lexiconRows) / (1 + bayesShare);
  const own = lexiconRows / (model.rows + lexiconRows);
  const joined = (k: 0 | 1 | 2) => learnt * ((regression[k] ?? 0) + bayesShare * bayes[k]) + own * lexicon[k];
  return [joined(0), joined(1), joined(2)];
}
