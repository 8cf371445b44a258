import { createRandom } from "../data/random.ts";
import { applyBins, binColumns } from "./binning.ts";
import type { Dataset } from "./learner.ts";

/** Data that keeper/fixtures/make_trees.py makes too, number by number. */
export interface RegressionTable {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array; // row-major
  readonly missing: readonly boolean[]; // row-major
  readonly target: Float64Array;
}

const draws = (seed: number, count: number): Float64Array => {
  const random = createRandom(seed);
  return Float64Array.from({ length: count }, () => random.uniform());
};

/** Values from -1 to 1, which of them are missing, and a target with noise. */
export function regressionTable(seed: number): RegressionTable {
  const [rows, columns] = [8_000, 20];
  const values = draws(seed, rows * columns).map((value) => value * 2 - 1);
  const missing = Array.from(draws(seed + 1, rows * columns), (value) => value < 0.06);
  const noise = draws(seed + 2, rows).map((value) => value * 2 - 1);
  const target = noise.map((own, row) => {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = values.subarray(row * columns, row * columns + 7);
    const known = 2 * a + 3 * b * c + (d > 0.2 ? 1 : -0.5) + 2 * Math.abs(e) + f * f * g + 1.5 * own;
    return known + (missing[row * columns] ? 1.5 : 0);
  });
  return { rows, columns, values, missing, target };
}

/** The first half of the rows to learn from and the second to be judged by, with or without the holes. */
export function trainAndTest(table: RegressionTable, holes: boolean): { train: Dataset; test: Dataset } {
  const { rows, columns, missing, target } = table;
  const values = table.values.map((value, i) => (holes && missing[i] ? Number.NaN : value));
  const half = rows / 2;
  const { bins, edges } = binColumns(values.subarray(0, half * columns), half, columns);
  return {
    train: datasetOf(bins, columns, target.slice(0, half)),
    test: datasetOf(applyBins(values.subarray(half * columns), half, edges), columns, target.slice(half)),
  };
}

/** A data set of equal weights. */
export function datasetOf(bins: Uint8Array, columns: number, target: Float64Array): Dataset {
  return {
    rows: target.length,
    columns: Array.from({ length: columns }, (_, c) => `x${c}`),
    bins,
    target,
    weight: new Float64Array(target.length).fill(1),
    era: new Int32Array(target.length),
    sequences: null,
  };
}

/** Near-normal values, row-major, with 2% of the rows pushed away in three columns. */
export function plantedTable(seed: number): {
  rows: number;
  columns: number;
  values: Float64Array;
  planted: boolean[];
} {
  const [rows, columns] = [6_000, 20];
  const random = createRandom(seed);
  const values = Float64Array.from({ length: rows * columns }, () => random.normal());
  const planted = Array.from(draws(seed + 1, rows), (value) => value < 0.02);
  const pushes = draws(seed + 2, rows * 9);
  planted.forEach((isPlanted, row) => {
    for (let k = row * 9; isPlanted && k < row * 9 + 9; k += 3) {
      const at = row * columns + Math.floor((pushes[k] ?? 0) * columns);
      const side = (pushes[k + 1] ?? 0) < 0.5 ? -1 : 1;
      values[at] = (values[at] ?? 0) + side * (3 + 2 * (pushes[k + 2] ?? 0));
    }
  });
  return { rows, columns, values, planted };
}

/** Share of the target's variance that a prediction explains. */
export function explained(target: Float64Array, predicted: Float64Array): number {
  const mean = target.reduce((sum, value) => sum + value, 0) / target.length;
  let left = 0;
  let whole = 0;
  target.forEach((value, row) => {
    left += (value - (predicted[row] ?? Number.NaN)) * (value - (predicted[row] ?? Number.NaN));
    whole += (value - mean) * (value - mean);
  });
  return 1 - left / whole;
}
