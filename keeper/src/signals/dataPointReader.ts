import { FeatureError } from "../errors.ts";
import type { DataPoint, FeatureMatrix } from "../features/featureSpec.ts";

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
  return Float64Array.from({ length: rows }, (_, row) => values[row * width + column] ?? Number.NaN);
}

/** A value as it is said: "12%", "$1.2 billion", "71". */
export function say(value: number, unit: DataPoint["unit"]): string {
  if (unit === "percent") return `${rounded(value * 100)}%`;
  if (unit === "usd") return dollars(value);
  return rounded(value);
}

const SCALES = [
  [1e12, " trillion"],
  [1e9, " billion"],
  [1e6, " million"],
  [1e3, " thousand"],
] as const;

function dollars(value: number): string {
  const size = Math.abs(value);
  const [scale, word] = SCALES.find(([least]) => size >= least) ?? [1, ""];
  return `${value < 0 ? "-" : ""}$${rounded(size / scale)}${word}`;
}

/** Three digits at most before the point is reached, none beyond what a reader needs. */
function rounded(value: number): string {
  const size = Math.abs(value);
  const text = value.toFixed(size >= 10 ? 0 : size >= 1 ? 1 : 2);
  // A rounded nothing has no sign, and no digits.
  return Number(text) === 0 ? "0" : text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
