import { ASSET_COLUMNS, MACRO_COLUMNS, NEWS_COLUMNS } from "../data/columns.ts";
import { FeatureError } from "../errors.ts";
import { chainFamily } from "./families/chain.ts";
import { macroFamily } from "./families/macro.ts";
import { oscillatorFamily } from "./families/oscillators.ts";
import { priceFamily } from "./families/price.ts";
import { relativeFamily } from "./families/relative.ts";
import { sentimentFamily } from "./families/sentiment.ts";
import { sizeFamily } from "./families/size.ts";
import { volatilityFamily } from "./families/volatility.ts";
import { volumeFamily } from "./families/volume.ts";
import {
  type DataPoint,
  FAMILIES,
  type FamilyId,
  type FamilyKernel,
  type FeatureFamily,
  type FeatureMatrix,
} from "./featureSpec.ts";
import type { MarketPanel } from "./marketPanel.ts";
import { rankRows, TRAILING_YEAR, toBins, trailingRanks } from "./ranks.ts";

/** Which rows to compute: pairs of a day and an asset (indices into the panel), grouped by day, days ascending. */
export interface FeatureRows {
  readonly day: Int32Array;
  readonly asset: Int32Array;
}

/** How many data points a row has of those that exist. */
export interface Availability {
  readonly known: number;
  readonly possible: number;
  readonly byFamily: Readonly<Record<FamilyId, { readonly known: number; readonly possible: number }>>;
}

/** Every registered family, in the order of FAMILIES. */
export const families: readonly FeatureFamily[] = createRegistry([
  priceFamily,
  volatilityFamily,
  oscillatorFamily,
  volumeFamily,
  relativeFamily,
  sizeFamily,
  chainFamily,
  sentimentFamily,
  macroFamily,
]);

/** Every registered data point, in the order of the columns of a FeatureMatrix. */
export const dataPoints: readonly DataPoint[] = Object.freeze(families.flatMap(({ features }) => features));

/** {days} of history that every data point of the newest day has its value after. */
export const FEATURE_LOOKBACK: number = dataPoints.reduce((days, { lookback }) => Math.max(days, lookback), 0);

/** {days} of market history in a decision: the slowest data point, and a year to compare the market's own figures with. */
export const DECISION_LOOKBACK = Math.max(FEATURE_LOOKBACK, TRAILING_YEAR + 180);

/** The values of every data point for the given rows. */
export function computeMatrix(
  panel: MarketPanel,
  rows: FeatureRows,
  registered: readonly FeatureFamily[] = families,
): FeatureMatrix {
  const features = registered === families ? dataPoints : registered.flatMap((family) => family.features);
  const values = new Float64Array(rows.day.length * features.length).fill(Number.NaN);
  checkRows(panel, rows);
  let column = 0;
  for (const family of registered) {
    const kernel = kernelOf(panel, family);
    for (let row = 0; row < rows.day.length; row++) {
      kernel(rows.asset[row] ?? 0, rows.day[row] ?? 0, values, row * features.length + column);
    }
    column += family.features.length;
  }
  const trailing = trailingRanks(panel, rows.day, registered);
  return { features, rows: rows.day.length, day: rows.day, asset: rows.asset, values, trailing };
}

/** What families prepared for a panel: asking again, for other rows, costs nothing more. */
const prepared = new WeakMap<MarketPanel, Map<FeatureFamily, FamilyKernel>>();

function kernelOf(panel: MarketPanel, family: FeatureFamily): FamilyKernel {
  const kernels = prepared.get(panel) ?? new Map<FeatureFamily, FamilyKernel>();
  prepared.set(panel, kernels);
  const kernel = kernels.get(family) ?? family.prepare(panel);
  kernels.set(family, kernel);
  return kernel;
}

/**
 * Bins of every data point for many rows, column-major: what `toBins` makes of `computeMatrix`, without ever holding the
 * values of more than about `batch` rows.
 */
export function computeBins(panel: MarketPanel, rows: FeatureRows, batch = 10_000): Uint8Array {
  const total = rows.day.length;
  const bins = new Uint8Array(total * dataPoints.length);
  for (let start = 0; start < total; ) {
    let end = Math.min(total, start + batch);
    while (end < total && rows.day[end] === rows.day[end - 1]) end++; // ranks need a whole day
    const part = { day: rows.day.subarray(start, end), asset: rows.asset.subarray(start, end) };
    const some = toBins(rankRows(computeMatrix(panel, part)), end - start, dataPoints.length);
    for (let column = 0; column < dataPoints.length; column++) {
      bins.set(some.subarray(column * (end - start), (column + 1) * (end - start)), column * total + start);
    }
    start = end;
  }
  return bins;
}

/** How many data points row `row` has, for "computed from 61 of 86". */
export function availability(matrix: FeatureMatrix, row: number): Availability {
  const byFamily = Object.fromEntries(FAMILIES.map((id) => [id, { known: 0, possible: 0 }])) as Record<
    FamilyId,
    { known: number; possible: number }
  >;
  let known = 0;
  for (const [column, { family }] of matrix.features.entries()) {
    byFamily[family].possible++;
    if (Number.isNaN(matrix.values[row * matrix.features.length + column] ?? Number.NaN)) continue;
    byFamily[family].known++;
    known++;
  }
  return { known, possible: matrix.features.length, byFamily };
}

/** Checks what families declare: ids once each, lookbacks in whole days, and inputs that are known at the end of their day. */
export function createRegistry(registered: readonly FeatureFamily[]): readonly FeatureFamily[] {
  const columns = new Set<string>([...ASSET_COLUMNS, ...MACRO_COLUMNS, ...NEWS_COLUMNS]);
  const ids = new Set<string>();
  for (const { id, features } of registered) {
    for (const feature of features) {
      const problem = problemOf(feature, id, ids, columns);
      if (problem !== null) throw new FeatureError(`Data point "${feature.id}" ${problem}.`, { family: id });
      ids.add(feature.id);
    }
  }
  return Object.freeze([...registered]);
}

function problemOf(point: DataPoint, family: FamilyId, ids: Set<string>, columns: Set<string>): string | null {
  if (ids.has(point.id)) return "is registered twice: give it another id";
  if (point.family !== family) return `says that it belongs to "${point.family}"`;
  if (!Number.isInteger(point.lookback) || point.lookback < 1) return "needs a lookback of whole days, at least 1";
  if (!Number.isInteger(point.version) || point.version < 1) return "needs a version, at least 1";
  if (point.inputs.length === 0 || point.words === "") return "needs inputs and words";
  const unknown = point.inputs.find((input) => !columns.has(input));
  if (unknown !== undefined) return `reads "${unknown}", which is no column that is known at the end of its day`;
  return null;
}

function checkRows(panel: MarketPanel, { day, asset }: FeatureRows): void {
  for (let row = 0; row < day.length; row++) {
    const today = day[row] ?? -1;
    const inside = today >= 0 && today < panel.days && (asset[row] ?? -1) >= 0;
    if (!inside || (asset[row] ?? 0) >= panel.assets.length || today < (day[row - 1] ?? 0)) {
      throw new FeatureError("Rows must lie inside the panel and be grouped by ascending day.", {
        row: String(row),
        day: String(today),
      });
    }
  }
}
