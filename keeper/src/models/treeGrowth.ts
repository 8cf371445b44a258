import {
  bestSplit,
  COLUMN_CELLS,
  fillHistogram,
  type Gathered,
  type GrowthRows,
  type Split,
  type SplitLimits,
  subtractHistogram,
} from "./histogram.ts";

/** What limits a tree. */
export interface GrowthLimits extends SplitLimits {
  readonly leaves: number;
  readonly depth: number; // splits between the root and a leaf
}

/** A node of a tree that grows. It owns the rows order[start..end). */
export interface GrowingNode {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  readonly gradient: number; // sum over the rows
  readonly weight: number; // sum over the rows
  split: Split | null; // the best one; null when there is none
  histogram: Float64Array | null;
  children: readonly [GrowingNode, GrowingNode] | null;
}

/** Memory that one tree hands to the next. */
export interface Workspace {
  readonly gathered: Gathered;
  readonly moved: Int32Array;
  readonly histograms: Float64Array[]; // free ones
}

/** Which columns a node may split on: the same ones in the whole tree, or new ones at each node. */
export type ColumnChoice = Int32Array | (() => Int32Array);

/** Memory for growing trees from at most `rows` rows. */
export function createWorkspace(rows: number): Workspace {
  return {
    gathered: { gradient: new Float64Array(rows), weight: new Float64Array(rows) },
    moved: new Int32Array(rows),
    histograms: [],
  };
}

/**
 * Grows one regression tree from the rows order[0..count), always at the leaf where a split gains most.
 * With the same columns everywhere, a node's histogram is its parent's minus its sibling's.
 */
export function growTree(
  rows: GrowthRows,
  count: number,
  columns: ColumnChoice,
  limits: GrowthLimits,
  workspace: Workspace,
): GrowingNode {
  let gradient = 0;
  let weight = 0;
  for (let k = 0; k < count; k++) {
    const row = rows.order[k] as number;
    gradient += rows.gradient[row] as number;
    weight += rows.weight[row] as number;
  }
  const root = leaf(0, count, 0, gradient, weight);
  const open = [root];
  if (maySplit(root, limits) && limits.leaves > 1) {
    if (typeof columns === "function") searchAlone(root, rows, columns(), limits, workspace);
    else searchWithHistogram(root, rows, columns, limits, workspace);
  }
  for (let leaves = 1; leaves < limits.leaves; leaves++) {
    const node = takeBest(open);
    if (node === null) break;
    const children = part(node, rows, workspace);
    node.children = children;
    open.push(...children);
    // The last split's children stay leaves: nobody will ask how to split them.
    if (leaves + 1 < limits.leaves) searchChildren(node, children, rows, columns, limits, workspace);
    releaseHistogram(node, workspace);
  }
  for (const node of open) releaseHistogram(node, workspace);
  return root;
}

function leaf(start: number, end: number, depth: number, gradient: number, weight: number): GrowingNode {
  return { start, end, depth, gradient, weight, split: null, histogram: null, children: null };
}

function maySplit(node: GrowingNode, limits: GrowthLimits): boolean {
  return node.depth < limits.depth && node.weight >= 2 * limits.minLeafWeight && node.end - node.start >= 2;
}

/** Removes the open node whose split gains most; the oldest of equal ones. */
function takeBest(open: GrowingNode[]): GrowingNode | null {
  let best = -1;
  let gain = 0;
  for (let i = 0; i < open.length; i++) {
    const own = open[i]?.split?.gain ?? 0;
    if (own > gain) {
      gain = own;
      best = i;
    }
  }
  return best < 0 ? null : (open.splice(best, 1)[0] ?? null);
}

/** Moves a node's rows so that those that go left come first. Both sides keep their order, so memory is read forwards. */
function part(node: GrowingNode, rows: GrowthRows, workspace: Workspace): readonly [GrowingNode, GrowingNode] {
  const { column, bin, low, leftGradient, leftWeight } = node.split as Split;
  const { order } = rows;
  const { moved } = workspace;
  const bins = rows.bins.subarray(column * rows.rows, (column + 1) * rows.rows);
  let middle = node.start;
  let right = 0;
  for (let k = node.start; k < node.end; k++) {
    const row = order[k] as number;
    const own = bins[row] as number;
    if (own >= low && own <= bin) order[middle++] = row;
    else moved[right++] = row;
  }
  order.set(moved.subarray(0, right), middle);
  const depth = node.depth + 1;
  return [
    leaf(node.start, middle, depth, leftGradient, leftWeight),
    leaf(middle, node.end, depth, node.gradient - leftGradient, node.weight - leftWeight),
  ];
}

function searchChildren(
  parent: GrowingNode,
  children: readonly [GrowingNode, GrowingNode],
  rows: GrowthRows,
  columns: ColumnChoice,
  limits: GrowthLimits,
  workspace: Workspace,
): void {
  if (typeof columns === "function") {
    for (const child of children) {
      if (maySplit(child, limits)) searchAlone(child, rows, columns(), limits, workspace);
    }
    return;
  }
  const [left, right] = children;
  const [small, large] = left.end - left.start <= right.end - right.start ? [left, right] : [right, left];
  if (!maySplit(small, limits) && !maySplit(large, limits)) return;
  searchWithHistogram(small, rows, columns, limits, workspace);
  if (!maySplit(large, limits)) return;
  large.histogram = parent.histogram;
  parent.histogram = null;
  subtractHistogram(large.histogram as Float64Array, small.histogram as Float64Array, columns.length * COLUMN_CELLS);
  search(large, large.histogram as Float64Array, columns, limits);
}

/** Builds the node's histogram and keeps it for its children. */
function searchWithHistogram(
  node: GrowingNode,
  rows: GrowthRows,
  columns: Int32Array,
  limits: GrowthLimits,
  workspace: Workspace,
): void {
  const histogram = takeHistogram(workspace, columns.length);
  fillHistogram(rows, columns, node.start, node.end, histogram, workspace.gathered);
  node.histogram = histogram;
  search(node, histogram, columns, limits);
}

/** Builds the node's histogram, looks, and gives it back: its children will look at other columns. */
function searchAlone(
  node: GrowingNode,
  rows: GrowthRows,
  columns: Int32Array,
  limits: GrowthLimits,
  workspace: Workspace,
): void {
  searchWithHistogram(node, rows, columns, limits, workspace);
  releaseHistogram(node, workspace);
}

function search(node: GrowingNode, histogram: Float64Array, columns: Int32Array, limits: GrowthLimits): void {
  if (maySplit(node, limits)) node.split = bestSplit(histogram, columns, node.gradient, node.weight, limits);
}

function takeHistogram(workspace: Workspace, columns: number): Float64Array {
  const free = workspace.histograms.pop();
  return free !== undefined && free.length >= columns * COLUMN_CELLS ? free : new Float64Array(columns * COLUMN_CELLS);
}

function releaseHistogram(node: GrowingNode, workspace: Workspace): void {
  if (node.histogram !== null) workspace.histograms.push(node.histogram);
  node.histogram = null;
}
