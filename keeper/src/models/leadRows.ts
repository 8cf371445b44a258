/** The nodes of trees: a node, all on its left, all on its right. Bins from `low` to `high` go left. */
export interface BinnedNodes {
  readonly column: Int16Array; // below 0: a leaf
  readonly low: Uint8Array;
  readonly high: Uint8Array;
  readonly right: Int32Array;
}

/** Tells a leaf, and the rows that arrived there: order[start..end). */
export type Arrival = (leaf: number, order: Int32Array, start: number, end: number) => void;

/** Leads all rows down one tree after the other. */
export function leadRows(nodes: BinnedNodes, roots: Int32Array, bins: Uint8Array, rows: number, arrive: Arrival): void {
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  const crowd: Crowd = { bins, rows, order: new Int32Array(rows), moved: new Int32Array(rows) };
  for (const root of roots) {
    crowd.order.set(all);
    lead(nodes, root, crowd, 0, rows, arrive);
  }
}

interface Crowd {
  readonly bins: Uint8Array; // column-major
  readonly rows: number;
  readonly order: Int32Array;
  readonly moved: Int32Array; // room for the rows that go right
}

/**
 * Node by node instead of row by row: a row's next node waits for the bin of the last one, while the rows of a node do not wait
 * for each other. Nothing branches on a bin either, which the processor would guess wrong half of the time.
 */
function lead(nodes: BinnedNodes, node: number, crowd: Crowd, start: number, end: number, arrive: Arrival): void {
  const { bins, order, moved } = crowd;
  const column = nodes.column[node] as number;
  if (column < 0) {
    arrive(node, order, start, end);
    return;
  }
  const first = column * crowd.rows;
  const low = nodes.low[node] as number;
  const high = nodes.high[node] as number;
  let middle = start;
  let away = 0;
  for (let k = start; k < end; k++) {
    const row = order[k] as number;
    const bin = bins[first + row] as number;
    const outside = ((bin - low) | (high - bin)) >> 31; // -1 or 0
    order[middle] = row;
    moved[away] = row;
    middle += 1 + outside;
    away -= outside;
  }
  for (let k = 0; k < away; k++) order[middle + k] = moved[k] as number;
  if (middle > start) lead(nodes, node + 1, crowd, start, middle, arrive);
  if (middle < end) lead(nodes, nodes.right[node] as number, crowd, middle, end, arrive);
}
