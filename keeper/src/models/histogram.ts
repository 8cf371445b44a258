// The inner loops of the tree learners. `as number`: an index that is out of range cannot occur here (the callers own
// every array), and a check for it in each step would cost a tenth of the time.
import { BINS } from "./learner.ts";

/** Numbers of one column in a histogram: sum of gradients and sum of weights, bin by bin, side by side. */
export const COLUMN_CELLS = 2 * BINS;

/** Less weight than this is a rounding error of a subtraction. Weights are scaled to a mean of 1. */
const NO_WEIGHT = 1e-9;

/** The rows that a tree is grown from. */
export interface GrowthRows {
  readonly rows: number;
  /** Column-major, as in Dataset. */
  readonly bins: Uint8Array;
  /** By row: weight times what is to be explained. */
  readonly gradient: Float64Array;
  /** By row. */
  readonly weight: Float64Array;
  /** The rows in play; a node owns a range of it. Growing reorders it. */
  readonly order: Int32Array;
}

/** Room for the gradients and weights of a range, side by side. */
export interface Gathered {
  readonly gradient: Float64Array;
  readonly weight: Float64Array;
}

/** The best way found to part a node. Bins from `low` to `bin` go left; low is 0 when missing values go left, else 1. */
export interface Split {
  column: number;
  bin: number;
  low: number;
  gain: number;
  leftGradient: number;
  leftWeight: number;
}

/** What limits a split. */
export interface SplitLimits {
  readonly minLeafWeight: number;
  readonly l2: number;
}

/** Fills the histogram of `columns` for the rows order[start..end). */
export function fillHistogram(
  rows: GrowthRows,
  columns: Int32Array,
  start: number,
  end: number,
  histogram: Float64Array,
  room: Gathered,
): void {
  const order = rows.order.subarray(start, end);
  const gradient = room.gradient.subarray(0, end - start);
  const weight = room.weight.subarray(0, end - start);
  for (let k = 0; k < order.length; k++) {
    const row = order[k] as number;
    gradient[k] = rows.gradient[row] as number;
    weight[k] = rows.weight[row] as number;
  }
  histogram.fill(0, 0, columns.length * COLUMN_CELLS);
  const columnBins = (q: number) => {
    const first = (columns[q] as number) * rows.rows;
    return rows.bins.subarray(first, first + rows.rows);
  };
  const range: Range = { order, gradient, weight };
  let q = 0;
  for (; q + 3 < columns.length; q += 4) {
    const cells = histogram.subarray(q * COLUMN_CELLS, (q + 4) * COLUMN_CELLS);
    addFourColumns(range, columnBins(q), columnBins(q + 1), columnBins(q + 2), columnBins(q + 3), cells);
  }
  for (; q < columns.length; q++) {
    addColumn(range, columnBins(q), histogram.subarray(q * COLUMN_CELLS, (q + 1) * COLUMN_CELLS));
  }
}

/** Rows of a node with their gradients and weights, place by place. */
interface Range {
  readonly order: Int32Array;
  readonly gradient: Float64Array;
  readonly weight: Float64Array;
}

/** Four columns in one pass: the rows and their gradients are read once for all, which takes a fifth less time. */
function addFourColumns(
  { order, gradient, weight }: Range,
  binsA: Uint8Array,
  binsB: Uint8Array,
  binsC: Uint8Array,
  binsD: Uint8Array,
  cells: Float64Array,
): void {
  for (let k = 0; k < order.length; k++) {
    const row = order[k] as number;
    const g = gradient[k] as number;
    const w = weight[k] as number;
    const a = (binsA[row] as number) << 1;
    const b = COLUMN_CELLS + ((binsB[row] as number) << 1);
    const c = 2 * COLUMN_CELLS + ((binsC[row] as number) << 1);
    const d = 3 * COLUMN_CELLS + ((binsD[row] as number) << 1);
    cells[a] = (cells[a] as number) + g;
    cells[a + 1] = (cells[a + 1] as number) + w;
    cells[b] = (cells[b] as number) + g;
    cells[b + 1] = (cells[b + 1] as number) + w;
    cells[c] = (cells[c] as number) + g;
    cells[c + 1] = (cells[c + 1] as number) + w;
    cells[d] = (cells[d] as number) + g;
    cells[d + 1] = (cells[d + 1] as number) + w;
  }
}

function addColumn({ order, gradient, weight }: Range, bins: Uint8Array, cells: Float64Array): void {
  for (let k = 0; k < order.length; k++) {
    const a = (bins[order[k] as number] as number) << 1;
    cells[a] = (cells[a] as number) + (gradient[k] as number);
    cells[a + 1] = (cells[a + 1] as number) + (weight[k] as number);
  }
}

/** Takes `part` out of `whole`: what is left is the histogram of the sibling. */
export function subtractHistogram(whole: Float64Array, part: Float64Array, cells: number): void {
  for (let k = 0; k < cells; k++) whole[k] = (whole[k] as number) - (part[k] as number);
}

/** The split of a node with the largest gain; null when none lowers the squared error. Ties go to the first column. */
export function bestSplit(
  histogram: Float64Array,
  columns: Int32Array,
  gradient: number,
  weight: number,
  limits: SplitLimits,
): Split | null {
  const best: Split = { column: -1, bin: 0, low: 0, gain: 0, leftGradient: 0, leftWeight: 0 };
  const own = (gradient * gradient) / (weight + limits.l2);
  // Below this a gain is the rounding error of its two terms.
  best.gain = own * 1e-12 + 1e-20;
  for (let q = 0; q < columns.length; q++) {
    const column = columns[q] as number;
    const first = q * COLUMN_CELLS;
    const hasMissing = (histogram[first + 1] as number) > NO_WEIGHT;
    scanColumn(histogram, first, column, gradient, weight, own, limits, best, hasMissing ? 1 : -1);
    if (hasMissing) scanColumn(histogram, first, column, gradient, weight, own, limits, best, 0);
  }
  return best.column < 0 ? null : best;
}

/** Tries every bin of a column. `low` 1: missing goes right; 0: left; -1: there is none, so it will follow the heavier side. */
function scanColumn(
  histogram: Float64Array,
  first: number,
  column: number,
  gradient: number,
  weight: number,
  own: number,
  limits: SplitLimits,
  best: Split,
  low: number,
): void {
  const { minLeafWeight, l2 } = limits;
  let leftGradient = low === 0 ? (histogram[first] as number) : 0;
  let leftWeight = low === 0 ? (histogram[first + 1] as number) : 0;
  for (let bin = 1; bin < BINS; bin++) {
    leftGradient += histogram[first + 2 * bin] as number;
    leftWeight += histogram[first + 2 * bin + 1] as number;
    if (leftWeight < minLeafWeight) continue;
    const rightWeight = weight - leftWeight;
    if (rightWeight < minLeafWeight) break;
    const rightGradient = gradient - leftGradient;
    const gain =
      (leftGradient * leftGradient) / (leftWeight + l2) + (rightGradient * rightGradient) / (rightWeight + l2) - own;
    if (gain <= best.gain) continue;
    best.column = column;
    best.bin = bin;
    best.low = low >= 0 ? low : leftWeight < rightWeight ? 1 : 0;
    best.gain = gain;
    best.leftGradient = leftGradient;
    best.leftWeight = leftWeight;
  }
}
