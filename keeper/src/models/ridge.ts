import { type Canonical, packFloats } from "../data/canonical.ts";
import { ModelError } from "../errors.ts";
import { cholesky, choleskySolve } from "../math/linear.ts";
import { BIN_VALUES, weightedGram } from "./gram.ts";
import type { Dataset, Fitted, Learner } from "./learner.ts";
import { readStored } from "./stored.ts";

/** How strongly a ridge regression is held back. */
export type RidgeConfig = {
  /** Added to the diagonal of the normal equations; in units of row weight. At least 1. */
  readonly lambda: number;
  /** A column gets a flag of its own for "missing" when at least this share of rows misses it, in percent; above 100: never. */
  readonly missingPercent: number;
};

/** A linear model: intercept + sum of coefficient x value. Values of bins run from -0.5 to 0.5, missing ones are 0. */
export interface RidgeModel extends Fitted {
  readonly intercept: number;
  /** One a column, then one a flagged column. */
  readonly coefficients: Float64Array;
  contributions(data: Dataset, row: number): Float64Array;
}

interface Parts {
  readonly columns: readonly string[];
  readonly flagged: readonly number[];
  readonly coefficients: Float64Array;
  readonly intercept: number;
}

const ID = "ridge";
const VERSION = 1;

/** Weighted ridge regression on the middle ranks of bins, solved in closed form. */
export const ridge = {
  id: ID,
  version: VERSION,
  fit: fitRidge,
  restore: restoreRidge,
} as const satisfies Learner<RidgeConfig>;

function fitRidge(data: Dataset, config: RidgeConfig): RidgeModel {
  if (!(config.lambda >= 1)) {
    throw new ModelError("A ridge regression needs a lambda of at least 1.", { lambda: String(config.lambda) });
  }
  const flagged = oftenMissing(data, config.missingPercent);
  const free = data.columns.length + flagged.length;
  const gram = weightedGram(data, { columns: data.columns.length, flagged });
  const width = free + 2;
  const at = (i: number, j: number) => gram[i * width + j] as number;
  const total = at(free, free);
  if (!(total > 0)) throw new ModelError("A ridge regression needs rows with a known target.");

  // Products of deviations from the means: the intercept drops out and stays free of the penalty.
  const centred = (i: number, j: number) => at(i, j) - (at(i, free) * at(j, free)) / total;
  const matrix = new Float64Array(free * free);
  for (let i = 0; i < free; i++) {
    for (let j = 0; j < free; j++) matrix[i * free + j] = centred(i, j) + (i === j ? config.lambda : 0);
  }
  const factor = cholesky(matrix, free);
  if (factor === null) throw new ModelError("A ridge regression met numbers that are not finite: check the targets.");
  const coefficients = choleskySolve(
    factor,
    Float64Array.from({ length: free }, (_, i) => centred(i, free + 1)),
  );
  let intercept = at(free + 1, free);
  for (let i = 0; i < free; i++) intercept -= (coefficients[i] as number) * at(i, free);
  return createModel({ columns: data.columns, flagged, coefficients, intercept: intercept / total });
}

/** Columns that at least `percent` of the rows miss, but not all of them. */
function oftenMissing(data: Dataset, percent: number): number[] {
  const { rows, bins } = data;
  return data.columns
    .map((_, column) => column)
    .filter((column) => {
      let missing = 0;
      for (let r = 0; r < rows; r++) missing += bins[column * rows + r] === 0 ? 1 : 0;
      return missing > 0 && missing < rows && missing * 100 >= percent * rows;
    });
}

function createModel(parts: Parts): RidgeModel {
  const { columns, flagged, coefficients, intercept } = parts;
  const tables = columns.map((_, column) => addedByBin(parts, column));
  return {
    intercept,
    coefficients,
    predict: (data) => {
      requireColumns(data, columns);
      const sums = new Float64Array(data.rows).fill(intercept);
      tables.forEach((table, column) => {
        const offset = column * data.rows;
        for (let r = 0; r < data.rows; r++) {
          sums[r] = (sums[r] as number) + (table[data.bins[offset + r] as number] as number);
        }
      });
      return sums;
    },
    contributions: (data, row) => {
      requireColumns(data, columns);
      return Float64Array.from(
        tables,
        (table, column) => table[data.bins[column * data.rows + row] as number] as number,
      );
    },
    serialize: (): Canonical => ({
      learner: ID,
      version: VERSION,
      columns,
      flagged,
      coefficients: packFloats(coefficients),
      intercept: packFloats([intercept]),
    }),
  };
}

/** What each bin of a column adds to the prediction. */
function addedByBin({ columns, flagged, coefficients }: Parts, column: number): Float64Array {
  const added = BIN_VALUES.map((value) => value * (coefficients[column] as number));
  const flag = flagged.indexOf(column);
  if (flag >= 0) added[0] = coefficients[columns.length + flag] as number;
  return added;
}

function requireColumns(data: Dataset, columns: readonly string[]): void {
  if (data.columns.length === columns.length && data.columns.every((id, i) => id === columns[i])) return;
  throw new ModelError("A model is asked about other features than it was fitted with: fit it again.", {
    fitted: columns.join(" "),
    asked: data.columns.join(" "),
  });
}

function restoreRidge(stored: Canonical): RidgeModel {
  const fields = readStored(stored, ID, VERSION);
  const columns = fields.strings("columns");
  const flagged = fields.integers("flagged");
  const coefficients = fields.floats("coefficients", columns.length + flagged.length);
  const intercept = fields.floats("intercept", 1)[0] as number;
  return createModel({ columns, flagged, coefficients, intercept });
}
