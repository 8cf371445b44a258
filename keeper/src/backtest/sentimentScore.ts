import type { LabelledHeadline } from "../data/columns.ts";
import { createClassifier, textKey, trainSentiment, withoutRepeats } from "../sentiment/classifier.ts";
import { measureQuality, type Quality } from "../sentiment/quality.ts";
import { lexiconScorer, type SentimentScorer } from "../sentiment/scorer.ts";

/** What the classifier is worth on headlines that it has not seen. */
export interface SentimentEvaluation extends Quality {
  readonly scorer: SentimentScorer["kind"]; // "lexicon" when there was too little to learn from
  readonly trainRows: number;
  readonly testedFrom: number; // {s} of the first headline tested
  readonly lexicon: Quality; // of the lexicon alone on the same headlines
  /** Which rows were tested, and why, in words. */
  readonly chosenBy: string;
}

/** Fewer tested headlines than this say nothing about a classifier. */
const MIN_TESTED_ROWS = 100;
const LATER_SHARE = 0.3;

/**
 * Learns from the labelled headlines before a moment and is judged on those from it on. The moment is `from` {s}; when fewer
 * than 100 rows follow it, `laterFrom` {s}, where a later split of the data begins; when fewer than 100 follow that too or
 * there is none, the moment that leaves the last 30% of the rows. Texts seen in training are not tested.
 */
export function evaluateSentiment(
  labelled: readonly LabelledHeadline[],
  from: number,
  laterFrom?: number,
): SentimentEvaluation {
  const rows = withoutRepeats(labelled);
  const { moment, chosenBy } = chooseMoment(rows, from, laterFrom);
  const train = rows.filter(({ at }) => at < moment);
  const known = new Set(train.map(({ text }) => textKey(text)));
  const tested = rows.filter(({ at, text }) => at >= moment && !known.has(textKey(text)));

  const model = trainSentiment(train);
  const scorer = model === null ? lexiconScorer : createClassifier(model);
  return {
    ...qualityOf(scorer, tested),
    scorer: scorer.kind,
    trainRows: train.length,
    testedFrom: tested[0]?.at ?? moment,
    lexicon: qualityOf(lexiconScorer, tested),
    chosenBy,
  };
}

function qualityOf(scorer: SentimentScorer, rows: readonly LabelledHeadline[]): Quality {
  return measureQuality(
    rows.map(({ label }) => label),
    rows.map(({ text }) => scorer.score(text).label),
  );
}

function chooseMoment(rows: readonly LabelledHeadline[], from: number, laterFrom: number | undefined) {
  const rowsSince = (moment: number) => rows.filter(({ at }) => at >= moment).length;
  const sinceFrom = rowsSince(from);
  if (sinceFrom >= MIN_TESTED_ROWS) return { moment: from, chosenBy: "the rows from the asked date on" };
  const few = `only ${sinceFrom} rows from the asked date on`;
  if (laterFrom !== undefined && rowsSince(laterFrom) >= MIN_TESTED_ROWS && rowsSince(laterFrom) < rows.length) {
    return { moment: laterFrom, chosenBy: `${few}; the rows of the later split instead` };
  }
  const cut = rows[Math.floor(rows.length * (1 - LATER_SHARE))];
  return { moment: cut?.at ?? from, chosenBy: `${few}; the last 30% of the rows instead` };
}
