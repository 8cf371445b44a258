import { log } from "../math/functions.ts";

/** Texts as the columns of the words they hold, and their classes. */
export interface NaiveBayesProblem {
  readonly rows: readonly ArrayLike<number>[]; // columns that are present, each once
  readonly labels: ArrayLike<number>; // 0 .. classes - 1
  readonly columns: number;
  readonly classes: number;
  readonly smoothing: number; // added to every count
}

/**
 * Complement naive Bayes (Rennie et al. 2003): judges a class by the words of all the OTHER classes, so that a rare class
 * is not drowned. Returns weights[column * classes + class]; the score of a class is the sum over a text's words.
 */
export function fitComplementNaiveBayes(problem: NaiveBayesProblem): Float64Array {
  const { rows, labels, columns, classes, smoothing } = problem;
  const counts = new Float64Array(columns * classes);
  rows.forEach((row, r) => {
    const label = labels[r] as number;
    for (let i = 0; i < row.length; i++) {
      const cell = (row[i] as number) * classes + label;
      counts[cell] = (counts[cell] as number) + 1;
    }
  });

  const ofClass = new Float64Array(classes);
  for (let cell = 0; cell < counts.length; cell++) {
    ofClass[cell % classes] = (ofClass[cell % classes] as number) + (counts[cell] as number);
  }
  const all = ofClass.reduce((sum, count) => sum + count, 0);
  const weights = new Float64Array(columns * classes);
  for (let column = 0; column < columns; column++) {
    const own = counts.subarray(column * classes, (column + 1) * classes);
    const total = own.reduce((sum, count) => sum + count, 0);
    for (let k = 0; k < classes; k++) {
      const others = total - (own[k] as number) + smoothing;
      const othersAll = all - (ofClass[k] as number) + smoothing * columns;
      weights[column * classes + k] = -log(others / othersAll);
    }
  }
  return weights;
}

/** Score of each class: the higher, the likelier. */
export function scoreNaiveBayes(weights: Float64Array, classes: number, row: ArrayLike<number>): Float64Array {
  const scores = new Float64Array(classes);
  for (let i = 0; i < row.length; i++) {
    for (let k = 0; k < classes; k++) {
      scores[k] = (scores[k] as number) + (weights[(row[i] as number) * classes + k] as number);
    }
  }
  return scores;
}
