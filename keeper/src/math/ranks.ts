/** Indices of the values in ascending order; equal values keep their order, NaN comes last. */
export function ascendingOrder(values: ArrayLike<number>): Uint32Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i);
  return order.sort((a, b) => compare(values[a] ?? Number.NaN, values[b] ?? Number.NaN) || a - b);
}

/** Ranks from -0.5 to 0.5; ties share their mean rank, NaN stays NaN. */
export function centredRanks(values: ArrayLike<number>): Float64Array {
  const ranks = new Float64Array(values.length);
  // NaN comes last.
  const sorted = Float64Array.from(values).sort();
  let known = sorted.length;
  while (known > 0 && Number.isNaN(sorted[known - 1] ?? Number.NaN)) known--;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const below = countBelow(sorted, known, value, false);
    const alone = below + 1 >= known || sorted[below + 1] !== value;
    const upTo = alone ? below + 1 : countBelow(sorted, known, value, true);
    ranks[i] = Number.isNaN(value) ? Number.NaN : (below + upTo) / 2 / known - 0.5;
  }
  return ranks;
}

/** How many of the first `known` values, which ascend, lie below `value`; or not above it, with `ties`. */
function countBelow(sorted: Float64Array, known: number, value: number, ties: boolean): number {
  let low = 0;
  let high = known;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = sorted[middle] as number;
    if (other < value || (ties && other === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compare(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  return Number.isNaN(b) ? -1 : a - b;
}
