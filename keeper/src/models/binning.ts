import { ModelError } from "../errors.ts";
import { BINS } from "./learner.ts";

/** Bins of a table, and the edges that gave them. */
export interface BinnedColumns {
  readonly bins: Uint8Array; // column-major
  /** By column, ascending: a value is in bin 1 + the number of edges below it. */
  readonly edges: readonly Float64Array[];
}

/** Bins each column of row-major values so that its bins hold about equally many rows. NaN = missing = bin 0. */
export function binColumns(values: ArrayLike<number>, rows: number, columns: number): BinnedColumns {
  const edges = Array.from({ length: columns }, (_, c) => columnEdges(values, rows, columns, c));
  return { bins: applyBins(values, rows, edges), edges };
}

/** Bins row-major values by known edges; column-major. Throws ModelError when the values have another shape. */
export function applyBins(values: ArrayLike<number>, rows: number, edges: readonly Float64Array[]): Uint8Array {
  const columns = edges.length;
  if (values.length !== rows * columns) {
    const details = { values: `${values.length}`, rows: `${rows}`, columns: `${columns}` };
    throw new ModelError("The values do not fill their rows and columns.", details);
  }
  const bins = new Uint8Array(rows * columns);
  edges.forEach((own, c) => {
    for (let row = 0; row < rows; row++) bins[c * rows + row] = binOf(values[row * columns + c] as number, own);
  });
  return bins;
}

/** Bin of a value: 0 when it is NaN, else 1 + the number of edges below it. */
export function binOf(value: number, edges: Float64Array): number {
  if (Number.isNaN(value)) return 0;
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= (edges[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return 1 + low;
}

/** Edges halfway between neighbouring values: all of them when they are few, else at the quantiles. */
function columnEdges(values: ArrayLike<number>, rows: number, columns: number, c: number): Float64Array {
  const known = Float64Array.from({ length: rows }, (_, row) => values[row * columns + c] as number)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const distinct = known.filter((value, i) => i === 0 || value !== known[i - 1]);
  const bins = BINS - 1;
  const few = distinct.length <= bins;
  const sorted = few ? distinct : known;
  const edges: number[] = [];
  for (let k = 1; k < Math.min(bins, distinct.length); k++) {
    const at = few ? k : Math.floor((k * known.length) / bins);
    const below = sorted[at - 1] as number;
    // Within a run of equal values this is the value itself: the run ends a bin.
    const edge = below + ((sorted[at] as number) - below) / 2;
    if (edge > (edges.at(-1) ?? Number.NEGATIVE_INFINITY)) edges.push(edge);
  }
  return Float64Array.from(edges);
}
