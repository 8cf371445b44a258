import { exp, log } from "./functions.ts";
import { minimize } from "./minimize.ts";

/** One row of features: only those that are not 0. `values[i]` belongs to column `columns[i]`. */
export interface SparseRow {
  readonly columns: ArrayLike<number>; // each 0 .. columns - 1
  readonly values: ArrayLike<number>;
}

/** What a classifier learns from. */
export interface LogisticProblem {
  readonly rows: readonly SparseRow[];
  readonly labels: ArrayLike<number>; // class of each row, 0 .. classes - 1
  /** How much each row counts; all 1 when absent. */
  readonly rowWeights?: ArrayLike<number>;
  readonly columns: number;
  readonly classes: number;
  /** Strength of the penalty lambda / 2 x |weights|^2 beside the summed log loss; intercepts are free. 1 / C of scikit-learn. */
  readonly lambda: number;
  /** Most iterations of the solver; 300 when absent. */
  readonly iterations?: number;
}

/** A fitted classifier. The score of class k is intercepts[k] + sum over columns of value x weights[column * classes + k]. */
export interface LogisticModel {
  readonly classes: number;
  readonly columns: number;
  readonly weights: Float64Array;
  readonly intercepts: Float64Array;
}

const TOLERANCE = 1e-6; // of the gradient of the mean loss

/**
 * Multinomial logistic regression with an L2 penalty. Equal inputs give equal bits on every machine.
 *
 * @example
 * const model = fitLogistic({ rows, labels, columns: 5000, classes: 3, lambda: 1 });
 * predictLogistic(model, rows[0]) // [0.1, 0.2, 0.7]
 */
export function fitLogistic(problem: LogisticProblem): LogisticModel {
  const { classes, columns } = problem;
  const size = columns * classes;
  const objective = (point: Float64Array, gradient: Float64Array) => penalisedLoss(problem, point, gradient);
  const limits = { tolerance: TOLERANCE, iterations: problem.iterations ?? 300 };
  const { point } = minimize(objective, new Float64Array(size + classes), limits);
  return { classes, columns, weights: point.slice(0, size), intercepts: point.slice(size) };
}

/** Probability of each class; they sum to 1. Columns that the model does not know are passed over. */
export function predictLogistic(model: LogisticModel, row: SparseRow): Float64Array {
  const scores = Float64Array.from(model.intercepts);
  for (let i = 0; i < row.columns.length; i++) {
    const column = row.columns[i] as number;
    if (column >= model.columns) continue;
    const value = row.values[i] as number;
    for (let k = 0; k < model.classes; k++) {
      scores[k] = (scores[k] as number) + value * (model.weights[column * model.classes + k] as number);
    }
  }
  logSumExp(scores);
  return scores;
}

/** Mean log loss plus penalty, both divided by the total weight so that the tolerance does not depend on the number of rows. */
function penalisedLoss(problem: LogisticProblem, point: Float64Array, gradient: Float64Array): number {
  const { rows, labels, rowWeights, columns, classes, lambda } = problem;
  const size = columns * classes;
  const scores = new Float64Array(classes);
  gradient.fill(0);
  let loss = 0;
  let total = 0;
  rows.forEach((row, r) => {
    const weight = rowWeights?.[r] ?? 1;
    const label = labels[r] as number;
    for (let k = 0; k < classes; k++) scores[k] = point[size + k] as number;
    addScores(row, point, scores);
    const own = scores[label] as number;
    loss += weight * (logSumExp(scores) - own);
    total += weight;
    scores[label] = (scores[label] as number) - 1;
    for (let k = 0; k < classes; k++) {
      gradient[size + k] = (gradient[size + k] as number) + weight * (scores[k] as number);
    }
    addGradient(row, scores, weight, gradient);
  });
  for (let i = 0; i < size; i++) {
    const x = point[i] as number;
    loss += 0.5 * lambda * x * x;
    gradient[i] = (gradient[i] as number) + lambda * x;
  }
  for (let i = 0; i < gradient.length; i++) gradient[i] = (gradient[i] as number) / total;
  return loss / total;
}

function addScores(row: SparseRow, weights: Float64Array, scores: Float64Array): void {
  const classes = scores.length;
  for (let i = 0; i < row.columns.length; i++) {
    const value = row.values[i] as number;
    const offset = (row.columns[i] as number) * classes;
    for (let k = 0; k < classes; k++) scores[k] = (scores[k] as number) + value * (weights[offset + k] as number);
  }
}

function addGradient(row: SparseRow, errors: Float64Array, weight: number, gradient: Float64Array): void {
  const classes = errors.length;
  for (let i = 0; i < row.columns.length; i++) {
    const value = weight * (row.values[i] as number);
    const offset = (row.columns[i] as number) * classes;
    for (let k = 0; k < classes; k++) {
      gradient[offset + k] = (gradient[offset + k] as number) + value * (errors[k] as number);
    }
  }
}

/** log(sum of e^score); turns the scores into probabilities on the way. */
function logSumExp(scores: Float64Array): number {
  let top = Number.NEGATIVE_INFINITY;
  for (const score of scores) top = Math.max(top, score);
  let sum = 0;
  for (let k = 0; k < scores.length; k++) {
    const e = exp((scores[k] as number) - top);
    scores[k] = e;
    sum += e;
  }
  for (let k = 0; k < scores.length; k++) scores[k] = (scores[k] as number) / sum;
  return top + log(sum);
}
