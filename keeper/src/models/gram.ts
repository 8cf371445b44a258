import { BINS, type Dataset } from "./learner.ts";

/** Columns of a linear model: values of the data's columns, then flags of those that are often missing. */
export interface LinearColumns {
  readonly columns: number; // of the data
  readonly flagged: readonly number[]; // columns that also get a flag: 1 where the value is missing
}

/** The middle rank of each bin, from -0.5 to 0.5; missing counts as the middle. */
export const BIN_VALUES: Float64Array = Float64Array.from({ length: BINS }, (_, bin) =>
  bin === 0 ? 0 : (bin - BINS / 2) / (BINS - 2),
);

const MISSING_FLAGS = Float64Array.from({ length: BINS }, (_, bin) => (bin === 0 ? 1 : 0));
const BLOCK = 128; // rows; a block of 100 columns, weighted and not, stays in the cache

/**
 * Weighted products of every two columns of [values, flags, 1, target]: Z'WZ, row by row, with rows whose target is unknown left
 * out. Its width is columns + flagged + 2. One pass, block by block, in a fixed order.
 */
export function weightedGram(data: Dataset, linear: LinearColumns): Float64Array {
  const width = linear.columns + linear.flagged.length + 2;
  const padded = Math.ceil(width / 4) * 4;
  const gram = new Float64Array(padded * padded);
  const values = new Float64Array(padded * BLOCK);
  const weighted = new Float64Array(padded * BLOCK);
  const block = new Int32Array(BLOCK);

  let filled = 0;
  const flush = () => {
    fillBlock(data, linear, block.subarray(0, filled), values);
    weighBlock(data, block.subarray(0, filled), values, weighted, padded);
    for (let i = 0; i < padded; i += 2) {
      for (let j = 0; j <= i; j += 4) addTile(gram, padded, weighted, values, i, j, filled);
    }
    filled = 0;
  };
  for (let row = 0; row < data.rows; row++) {
    if (Number.isNaN(data.target[row])) continue;
    block[filled++] = row;
    if (filled === BLOCK) flush();
  }
  flush();
  return symmetric(gram, padded, width);
}

/** Values of the block's rows, column after column. */
function fillBlock(data: Dataset, linear: LinearColumns, block: Int32Array, values: Float64Array): void {
  const { bins, rows } = data;
  const fill = (column: number, table: Float64Array, at: number) => {
    for (let r = 0; r < block.length; r++) {
      values[at * BLOCK + r] = table[bins[column * rows + (block[r] as number)] as number] as number;
    }
  };
  for (let column = 0; column < linear.columns; column++) fill(column, BIN_VALUES, column);
  linear.flagged.forEach((column, i) => {
    fill(column, MISSING_FLAGS, linear.columns + i);
  });
  const ones = linear.columns + linear.flagged.length;
  for (let r = 0; r < block.length; r++) {
    values[ones * BLOCK + r] = 1;
    values[(ones + 1) * BLOCK + r] = data.target[block[r] as number] as number;
  }
}

function weighBlock(
  data: Dataset,
  block: Int32Array,
  values: Float64Array,
  weighted: Float64Array,
  columns: number,
): void {
  for (let column = 0; column < columns; column++) {
    const offset = column * BLOCK;
    for (let r = 0; r < block.length; r++) {
      weighted[offset + r] = (data.weight[block[r] as number] as number) * (values[offset + r] as number);
    }
  }
}

/** Adds the block's products of columns i, i + 1 with j .. j + 3: eight sums at a time keep the values in registers. */
function addTile(
  gram: Float64Array,
  width: number,
  weighted: Float64Array,
  values: Float64Array,
  i: number,
  j: number,
  rows: number,
): void {
  let [a0, a1, a2, a3, b0, b1, b2, b3] = [0, 0, 0, 0, 0, 0, 0, 0];
  const a = i * BLOCK;
  const v = j * BLOCK;
  for (let r = 0; r < rows; r++) {
    const left = weighted[a + r] as number;
    const right = weighted[a + BLOCK + r] as number;
    const v0 = values[v + r] as number;
    const v1 = values[v + BLOCK + r] as number;
    const v2 = values[v + 2 * BLOCK + r] as number;
    const v3 = values[v + 3 * BLOCK + r] as number;
    a0 += left * v0;
    a1 += left * v1;
    a2 += left * v2;
    a3 += left * v3;
    b0 += right * v0;
    b1 += right * v1;
    b2 += right * v2;
    b3 += right * v3;
  }
  const sums = [a0, a1, a2, a3, b0, b1, b2, b3];
  sums.forEach((sum, n) => {
    const cell = (i + (n >> 2)) * width + j + (n & 3);
    gram[cell] = (gram[cell] as number) + sum;
  });
}

/** The first `width` rows and columns, with the upper triangle copied from the lower. */
function symmetric(gram: Float64Array, padded: number, width: number): Float64Array {
  const full = new Float64Array(width * width);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      const value = gram[i * padded + j] as number;
      full[i * width + j] = value;
      full[j * width + i] = value;
    }
  }
  return full;
}
