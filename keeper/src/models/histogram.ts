// The inner loops of the tree learners. `as number`: an index that is out of range cannot occur here (the callers own
// every array), and a check for it in each step would cost a tenth of the time.
import { BINS } from "./learner.ts";
import { gradientOf, weightOf } from "./sums.ts";

/** The rows that a tree is grown from. */
export interface GrowthRows {
  readonly rows: number;
  /** Column-major, as in Dataset. */
  readonly bins: Uint8Array;
  /** Four columns' bins in one number, column-major; null when trees see some of the columns only. */
  readonly words: Int32Array | null;
  /** By row: weight times what is to be explained. */
  readonly gradient: Float64Array;
  /** By row. */
  readonly weight: Float64Array;
  /** The rows in play; a node owns a range of it. Growing reorders it. */
  readonly order: Int32Array;
}

/** The best way found to part a node. Bins from `low` to `bin` go left; low is 0 when missing values go left, else 1. */
export interface Split {
  column: number;
  bin: number;
  low: number;
  gain: number;
  left: number; // sums of the rows that go left, packed
}

/** What limits a split; weights are in the units of the packed sums. */
export interface SplitLimits {
  readonly minLeafWeight: number;
  readonly l2: number;
}

/** Fills the histogram of `columns` for the rows order[start..end): by column and bin, the packed sums of its rows. */
export function fillHistogram(
  rows: GrowthRows,
  packed: Float64Array,
  columns: Int32Array,
  start: number,
  end: number,
  histogram: Float64Array,
  room: Float64Array,
): void {
  const order = rows.order.subarray(start, end);
  const gathered = room.subarray(0, end - start);
  gather(packed, order, gathered);
  histogram.fill(0, 0, columns.length * BINS);
  const first = columns.map((column) => column * rows.rows);
  const addEight = (q: number) =>
    addEightColumns(order, gathered, rows.bins, first.subarray(q), histogram.subarray(q * BINS, (q + 8) * BINS));
  const { words } = rows;
  const wordsAt = (q: number) => (words as Int32Array).subarray((q / 4) * rows.rows, (q / 4 + 1) * rows.rows);
  let q = 0;
  for (; q + 7 < columns.length; q += 8) {
    if (words === null) addEight(q);
    else addWords(order, gathered, wordsAt(q), wordsAt(q + 4), histogram.subarray(q * BINS, (q + 8) * BINS));
  }
  if (q > 0 && q < columns.length) {
    // Alone a column takes several times longer: the last eight once more begin with some that are done.
    q = columns.length - 8;
    histogram.fill(0, q * BINS, columns.length * BINS);
    addEight(q);
    return;
  }
  for (; q < columns.length; q++) {
    addColumn(order, gathered, rows.bins, first[q] as number, histogram.subarray(q * BINS, (q + 1) * BINS));
  }
}

/** The bins of four neighbouring columns in one number, which is read faster than four. Columns left over are not in it. */
export function packWords(bins: Uint8Array, rows: number, columns: number): Int32Array {
  const groups = Math.floor(columns / 4);
  const words = new Int32Array(groups * rows);
  for (let group = 0; group < groups; group++) {
    for (let row = 0; row < rows; row++) {
      const at = 4 * group * rows + row;
      const low = (bins[at] as number) | ((bins[at + rows] as number) << 8);
      const high = (bins[at + 2 * rows] as number) | ((bins[at + 3 * rows] as number) << 8);
      words[group * rows + row] = low | (high << 16);
    }
  }
  return words;
}

function addWords(
  order: Int32Array,
  gathered: Float64Array,
  first: Int32Array,
  second: Int32Array,
  cells: Float64Array,
): void {
  for (let k = 0; k < order.length; k++) {
    const row = order[k] as number;
    const sums = gathered[k] as number;
    const a = first[row] as number;
    const b = second[row] as number;
    add(cells, a & 63, sums);
    add(cells, BINS | ((a >> 8) & 63), sums);
    add(cells, (2 * BINS) | ((a >> 16) & 63), sums);
    add(cells, (3 * BINS) | (a >> 24), sums);
    add(cells, (4 * BINS) | (b & 63), sums);
    add(cells, (5 * BINS) | ((b >> 8) & 63), sums);
    add(cells, (6 * BINS) | ((b >> 16) & 63), sums);
    add(cells, (7 * BINS) | (b >> 24), sums);
  }
}

function gather(packed: Float64Array, order: Int32Array, gathered: Float64Array): void {
  for (let k = 0; k < order.length; k++) gathered[k] = packed[order[k] as number] as number;
}

/** Eight columns in one pass: the rows and their sums are read once for all, and an add seldom waits for the one before. */
function addEightColumns(
  order: Int32Array,
  gathered: Float64Array,
  bins: Uint8Array,
  first: Int32Array,
  cells: Float64Array,
): void {
  const at = (q: number) => first[q] as number;
  const [a, b, c, d, e, f, g, h] = [at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7)];
  for (let k = 0; k < order.length; k++) {
    const row = order[k] as number;
    const sums = gathered[k] as number;
    // `| 0` spares a check for overflow.
    add(cells, bins[(a + row) | 0] as number, sums);
    add(cells, BINS + (bins[(b + row) | 0] as number), sums);
    add(cells, 2 * BINS + (bins[(c + row) | 0] as number), sums);
    add(cells, 3 * BINS + (bins[(d + row) | 0] as number), sums);
    add(cells, 4 * BINS + (bins[(e + row) | 0] as number), sums);
    add(cells, 5 * BINS + (bins[(f + row) | 0] as number), sums);
    add(cells, 6 * BINS + (bins[(g + row) | 0] as number), sums);
    add(cells, 7 * BINS + (bins[(h + row) | 0] as number), sums);
  }
}

function add(cells: Float64Array, cell: number, sums: number): void {
  cells[cell] = (cells[cell] as number) + sums;
}

function addColumn(
  order: Int32Array,
  gathered: Float64Array,
  bins: Uint8Array,
  first: number,
  cells: Float64Array,
): void {
  for (let k = 0; k < order.length; k++) {
    add(cells, bins[first + (order[k] as number)] as number, gathered[k] as number);
  }
}

/** Takes `part` out of `whole`: what is left is the histogram of the sibling, exactly. */
export function subtractHistogram(whole: Float64Array, part: Float64Array, cells: number): void {
  for (let k = 0; k < cells; k++) whole[k] = (whole[k] as number) - (part[k] as number);
}

/** What a search knows of the node, and the best split so far. */
interface Search {
  readonly gradient: number;
  readonly weight: number;
  readonly minLeafWeight: number;
  readonly l2: number;
  column: number;
  bin: number;
  low: number;
  left: number;
  /** What a better split must exceed: gradient squared by weight, summed over both sides. */
  score: number;
}

/**
 * The split of a node with the largest gain, in packed units; null when none lowers the squared error by more than
 * `least`. Ties go to the first column.
 */
export function bestSplit(
  histogram: Float64Array,
  columns: Int32Array,
  sums: number,
  limits: SplitLimits,
  least: number,
): Split | null {
  const gradient = gradientOf(sums);
  const weight = weightOf(sums);
  const own = (gradient * gradient) / (weight + limits.l2);
  // Below this a gain is the rounding error of its two terms.
  const score = own + own * 1e-12 + least;
  const { minLeafWeight, l2 } = limits;
  const best: Search = { gradient, weight, minLeafWeight, l2, column: -1, bin: 0, low: 0, left: 0, score };
  for (let q = 0; q < columns.length; q++) scanColumn(histogram, q * BINS, columns[q] as number, best);
  if (best.column < 0) return null;
  return { column: best.column, bin: best.bin, low: best.low, gain: best.score - own, left: best.left };
}

/** Tries every bin of a column, with the missing values on the right and on the left. */
function scanColumn(histogram: Float64Array, first: number, column: number, best: Search): void {
  const missing = histogram[first] as number;
  let left = 0;
  for (let bin = 1; bin < BINS; bin++) {
    const own = histogram[first + bin] as number;
    // A row weighs at least one unit: this bin is empty, and parts the rows like the one before it.
    if (own === 0) continue;
    left += own;
    consider(best, column, bin, left, missing === 0 ? -1 : 1);
    if (missing !== 0) consider(best, column, bin, left + missing, 0);
  }
}

/** `low` 1: missing goes right; 0: left; -1: there is none, so it will follow the heavier side. */
function consider(best: Search, column: number, bin: number, left: number, low: number): void {
  const leftGradient = gradientOf(left);
  const leftWeight = weightOf(left);
  const rightWeight = best.weight - leftWeight;
  if (leftWeight < best.minLeafWeight || rightWeight < best.minLeafWeight) return;
  const rightGradient = best.gradient - leftGradient;
  const leftBelow = leftWeight + best.l2;
  const rightBelow = rightWeight + best.l2;
  // Both sides times the denominators: only a better split costs a division.
  const above = leftGradient * leftGradient * rightBelow + rightGradient * rightGradient * leftBelow;
  const below = leftBelow * rightBelow;
  if (above <= best.score * below) return;
  const score = above / below;
  if (score <= best.score) return;
  best.column = column;
  best.bin = bin;
  best.low = low >= 0 ? low : leftWeight < rightWeight ? 1 : 0;
  best.left = left;
  best.score = score;
}
