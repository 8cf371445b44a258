import { centredRanks } from "../math/ranks.ts";
import type { FeatureFamily, FeatureMatrix } from "./featureSpec.ts";
import type { MarketPanel } from "./marketPanel.ts";

/** {days} of its own past, today included, that a feature of the whole market is compared with. */
export const TRAILING_YEAR = 365;
const FEWEST_KNOWN = 180; // days of that year that must be known

/** Bins that ranks are sorted into, beside bin 0 for what is missing. */
const VALUE_BINS = 63;

/**
 * Ranks from -0.5 to 0.5, row-major as the values: among the rows of the same day, or, for features of the whole market,
 * within their own last year. Missing stays NaN.
 */
export function rankRows(matrix: FeatureMatrix): Float64Array {
  const { features, values } = matrix;
  const width = features.length;
  const across = [...features.keys()].filter((column) => features[column]?.compared !== "time");
  const inTime = [...features.keys()].filter((column) => features[column]?.compared === "time");
  const ranks = new Float64Array(matrix.rows * width).fill(Number.NaN);
  for (let start = 0; start < matrix.rows; ) {
    let end = start + 1;
    while (end < matrix.rows && matrix.day[end] === matrix.day[start]) end++;
    const today = new Float64Array(end - start);
    for (const column of across) {
      for (let i = 0, at = start * width + column; i < today.length; i++, at += width) today[i] = values[at] as number;
      const ranked = centredRanks(today);
      for (let i = 0, at = start * width + column; i < today.length; i++, at += width) ranks[at] = ranked[i] as number;
    }
    start = end;
  }
  for (let row = 0; row < matrix.rows; row++) {
    for (const [place, column] of inTime.entries()) {
      ranks[row * width + column] = matrix.trailing[row * inTime.length + place] ?? Number.NaN;
    }
  }
  return ranks;
}

/** Bins of ranks (rows x features, row-major) for learners: column-major, 0 = missing, the others equally wide. */
export function toBins(ranks: Float64Array, rows: number, features: number): Uint8Array {
  const bins = new Uint8Array(rows * features);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < features; column++) {
      const rank = ranks[row * features + column] ?? Number.NaN;
      if (Number.isNaN(rank)) continue;
      const bin = Math.floor((rank + 0.5) * VALUE_BINS);
      bins[column * rows + row] = 1 + Math.max(0, Math.min(VALUE_BINS - 1, bin));
    }
  }
  return bins;
}

/** Ranks of the features compared in time for each row, row-major: within their own last year, once for each day. */
export function trailingRanks(panel: MarketPanel, days: Int32Array, families: readonly FeatureFamily[]): Float64Array {
  const inTime = families.flatMap((family) => {
    const columns = [...family.features.keys()].filter((column) => family.features[column]?.compared === "time");
    return columns.length === 0 ? [] : [{ columns, valuesAt: valuesByDay(panel, family) }];
  });
  const width = inTime.reduce((sum, { columns }) => sum + columns.length, 0);
  const ranks = new Float64Array(days.length * width);
  for (let row = 0; row < days.length; row++) {
    const today = days[row] ?? 0;
    if (row > 0 && today === days[row - 1]) {
      ranks.copyWithin(row * width, (row - 1) * width, row * width);
      continue;
    }
    let place = row * width;
    for (const { columns, valuesAt } of inTime) {
      for (const column of columns) ranks[place++] = yearRank(valuesAt, column, today);
    }
  }
  return ranks;
}

type ValuesByDay = (day: number) => Float64Array;

const daysOfPanels = new WeakMap<MarketPanel, Map<FeatureFamily, ValuesByDay>>();

/** A family's values for a day, whatever the asset, computed once for a panel. */
function valuesByDay(panel: MarketPanel, family: FeatureFamily): ValuesByDay {
  const families = daysOfPanels.get(panel) ?? new Map<FeatureFamily, ValuesByDay>();
  daysOfPanels.set(panel, families);
  const values = families.get(family) ?? rememberDays(panel, family);
  families.set(family, values);
  return values;
}

function rememberDays(panel: MarketPanel, family: FeatureFamily): ValuesByDay {
  const kernel = family.prepare(panel);
  const known = new Map<number, Float64Array>();
  return (day) => {
    let values = known.get(day);
    if (values === undefined) {
      values = new Float64Array(family.features.length).fill(Number.NaN);
      kernel(0, day, values, 0);
      known.set(day, values);
    }
    return values;
  };
}

function yearRank(valuesAt: ValuesByDay, column: number, today: number): number {
  const value = valuesAt(today)[column] ?? Number.NaN;
  if (Number.isNaN(value)) return Number.NaN;
  let [known, below, equal] = [0, 0, 0];
  for (let day = Math.max(0, today - TRAILING_YEAR + 1); day <= today; day++) {
    const other = valuesAt(day)[column] ?? Number.NaN;
    if (Number.isNaN(other)) continue;
    known++;
    if (other < value) below++;
    else if (other === value) equal++;
  }
  return known < FEWEST_KNOWN ? Number.NaN : (below + equal / 2) / known - 0.5;
}
