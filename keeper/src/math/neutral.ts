import { cholesky, choleskySolve } from "./linear.ts";

/** Least ridge that keeps the normal equations solvable when two exposures are the same. */
const RIDGE = 1e-9;

/**
 * What is left of `values` after the part that the exposures explain (least squares with an intercept). Rows where a value or
 * an exposure is NaN come back as NaN.
 */
export function neutralise(values: Float64Array, exposures: readonly Float64Array[]): Float64Array {
  const size = exposures.length + 1;
  const rows: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i]) && exposures.every((exposure) => !Number.isNaN(exposure[i]))) rows.push(i);
  }
  const out = new Float64Array(values.length).fill(Number.NaN);
  if (rows.length <= size) return out;

  const regressor = (row: number, k: number) => (k === 0 ? 1 : (exposures[k - 1]?.[row] ?? 0));
  const normal = new Float64Array(size * size);
  const right = new Float64Array(size);
  for (const row of rows) {
    for (let a = 0; a < size; a++) {
      right[a] = (right[a] ?? 0) + regressor(row, a) * (values[row] ?? 0);
      for (let b = 0; b < size; b++) {
        normal[a * size + b] = (normal[a * size + b] ?? 0) + regressor(row, a) * regressor(row, b);
      }
    }
  }
  for (let a = 0; a < size; a++) normal[a * size + a] = (normal[a * size + a] ?? 0) + RIDGE * rows.length;
  const lower = cholesky(normal, size);
  if (lower === null) return out;
  const slope = choleskySolve(lower, right);
  for (const row of rows) {
    let explained = 0;
    for (let a = 0; a < size; a++) explained += (slope[a] ?? 0) * regressor(row, a);
    out[row] = (values[row] ?? 0) - explained;
  }
  return out;
}
