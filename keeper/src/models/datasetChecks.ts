import { ModelError } from "../errors.ts";
import { BINS, type Dataset, type LearnerConfig } from "./learner.ts";
import { MOST_ROWS } from "./sums.ts";

/** Throws ModelError unless the rows can be learnt from: some rows, right lengths, known targets, weights above 0. */
export function checkTraining(data: Dataset): void {
  const { rows, columns, bins, target, weight } = data;
  if (rows === 0 || columns.length === 0)
    throw new ModelError("There is nothing to learn from. Give rows and columns.");
  if (rows > MOST_ROWS)
    throw new ModelError(`There are more than ${MOST_ROWS} rows. Take a sample.`, { rows: `${rows}` });
  checkLength("target", target.length, rows);
  checkLength("weight", weight.length, rows);
  checkLength("bins", bins.length, rows * columns.length);
  for (let row = 0; row < rows; row++) {
    if (!Number.isFinite(target[row])) throw invalidRow("The target of a row is unknown. Leave such rows out.", row);
    const own = weight[row] ?? Number.NaN;
    if (!(own > 0 && own < Number.POSITIVE_INFINITY)) throw invalidRow("The weight of a row is not above 0.", row);
  }
  const at = firstAbove(bins, BINS - 1);
  if (at >= 0) throw new ModelError(`A bin is above ${BINS - 1}. Bin the column again.`, { at: `${at}` });
}

/** Throws ModelError unless the data has the columns that a model learnt from, in the same order. */
export function checkColumns(data: Dataset, columns: readonly string[]): void {
  checkLength("bins", data.bins.length, data.rows * data.columns.length);
  sameColumns(data.columns, columns);
}

/** Throws ModelError unless the columns asked about are those that a model learnt from, in the same order. */
export function sameColumns(asked: readonly string[], learnt: readonly string[]): void {
  if (asked.length === learnt.length && learnt.every((id, c) => asked[c] === id)) return;
  const missing = learnt.filter((id) => !asked.includes(id));
  const unknown = asked.filter((id) => !learnt.includes(id));
  throw new ModelError("The data has other columns than the model learnt from. Fit the model again.", {
    missing: missing.join(", "),
    unknown: unknown.join(", "),
  });
}

/** An integer of a configuration. Throws ModelError when it is missing or out of range. */
export function configInteger(config: LearnerConfig, name: string, least: number, most: number): number {
  const value = config[name];
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new ModelError(`The model's ${name} must be an integer from ${least} to ${most}.`, { [name]: `${value}` });
}

/** Index of the first value above `most`; -1 when there is none. Its own small loop: tens of millions of bins are checked. */
function firstAbove(values: Uint8Array, most: number): number {
  for (let i = 0; i < values.length; i++) if ((values[i] as number) > most) return i;
  return -1;
}

function checkLength(name: string, actual: number, wanted: number): void {
  if (actual === wanted) return;
  throw new ModelError(`The ${name} of the data has a wrong length.`, { actual: `${actual}`, wanted: `${wanted}` });
}

function invalidRow(message: string, row: number): ModelError {
  return new ModelError(message, { row: `${row}` });
}
