/** Indices of the values in ascending order; equal values keep their order, NaN comes last. */
export function ascendingOrder(values: ArrayLike<number>): Uint32Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i);
  return order.sort((a, b) => compare(values[a] ?? Number.NaN, values[b] ?? Number.NaN) || a - b);
}

/** Ranks from -0.5 to 0.5; ties share their mean rank, NaN stays NaN. */
export function centredRanks(values: ArrayLike<number>): Float64Array {
  const order = ascendingOrder(values);
  const ranks = new Float64Array(values.length).fill(Number.NaN);
  let known = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i] ?? Number.NaN)) known++;
  for (let start = 0; start < known; ) {
    const value = values[order[start] ?? 0];
    let end = start + 1;
    while (end < known && values[order[end] ?? 0] === value) end++;
    for (let k = start; k < end; k++) ranks[order[k] ?? 0] = (start + end) / 2 / known - 0.5;
    start = end;
  }
  return ranks;
}

function compare(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  return Number.isNaN(b) ? -1 : a - b;
}
