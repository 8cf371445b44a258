import { FeatureError } from "../errors.ts";
import type { DataPoint, FeatureMatrix } from "./featureSpec.ts";

/** Column of a data point in rows of the given features; an id that is not registered is an error, not a missing value. */
export function columnOf(features: readonly DataPoint[], id: string): number {
  const column = features.findIndex((feature) => feature.id === id);
  if (column < 0) throw new FeatureError(`No data point "${id}" is registered. Register it, or change who asks.`);
  return column;
}

/** One value a row. */
export function valuesOf(matrix: FeatureMatrix, id: string): Float64Array {
  return columnValues(matrix.values, matrix.features, matrix.rows, id);
}

/** One value a row of anything laid out as the values of a matrix, such as its ranks. */
export function columnValues(
  values: Float64Array,
  features: readonly DataPoint[],
  rows: number,
  id: string,
): Float64Array {
  const column = columnOf(features, id);
  const width = features.length;
  const own = new Float64Array(rows);
  for (let row = 0; row < rows; row++) own[row] = values[row * width + column] ?? Number.NaN;
  return own;
}
