// Trees grow on packed sums (sums.ts); what their nodes say comes from the rows themselves.
import {
  bestSplit,
  fillHistogram,
  type GrowthRows,
  type Split,
  type SplitLimits,
  subtractHistogram,
} from "./histogram.ts";
import { BINS } from "./learner.ts";
import { packRows, sumOf, type Units, weightOf } from "./sums.ts";

/** A gain below this is noise of targets that are all the same. */
const LEAST_GAIN = 1e-20;

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
  readonly sums: number; // over the rows, packed
  gradient: number; // exact sum over the rows, known when the tree is grown
  weight: number; // likewise
  split: Split | null; // the best one; null when there is none
  histogram: Float64Array | null;
  children: readonly [GrowingNode, GrowingNode] | null;
}

/** Memory that one tree hands to the next. */
export interface Workspace {
  readonly packed: Float64Array; // by row
  readonly gathered: Float64Array; // of the rows of one node, place by place
  readonly moved: Int32Array;
  readonly histograms: Float64Array[]; // free ones
}

/** Which columns a node may split on: the same ones in the whole tree, or new ones at each node. */
export type ColumnChoice = Int32Array | (() => Int32Array);

/** Memory for growing trees from at most `rows` rows. */
export function createWorkspace(rows: number): Workspace {
  return {
    packed: new Float64Array(rows),
    gathered: new Float64Array(rows),
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
  const growth = startGrowth(rows, count, columns, limits, workspace);
  const root = leaf(0, count, 0, sumOf(workspace.packed, rows.order, 0, count));
  const open = [root];
  if (maySplit(root, growth.limits) && limits.leaves > 1) searchRoot(root, growth);
  for (let leaves = 1; leaves < limits.leaves; leaves++) {
    const node = takeBest(open);
    if (node === null) break;
    const children = part(node, rows, workspace);
    node.children = children;
    open.push(...children);
    // The last split's children stay leaves: nobody will ask how to split them.
    if (leaves + 1 < limits.leaves) searchChildren(node, children, growth);
    releaseHistogram(node, workspace);
  }
  for (const node of open) releaseHistogram(node, workspace);
  sumExactly(root, rows);
  return root;
}

/** What growing one tree works with. */
interface Growth {
  readonly rows: GrowthRows;
  readonly columns: ColumnChoice;
  readonly limits: GrowthLimits; // weights in units
  readonly workspace: Workspace;
  readonly unitGain: number; // what one unit of a split's gain stands for
}

function startGrowth(
  rows: GrowthRows,
  count: number,
  columns: ColumnChoice,
  limits: GrowthLimits,
  workspace: Workspace,
): Growth {
  const units = packRows(rows.gradient, rows.weight, rows.order, count, workspace.packed);
  const unitGain = (units.gradient * units.gradient) / units.weight;
  return { rows, columns, limits: inUnits(limits, units), workspace, unitGain };
}

function inUnits(limits: GrowthLimits, units: Units): GrowthLimits {
  return { ...limits, minLeafWeight: limits.minLeafWeight / units.weight, l2: limits.l2 / units.weight };
}

/** Sums the gradients and weights of each leaf's rows, and from them those of the nodes above. */
function sumExactly(node: GrowingNode, rows: GrowthRows): void {
  if (node.children === null) {
    node.gradient = sumOf(rows.gradient, rows.order, node.start, node.end);
    node.weight = sumOf(rows.weight, rows.order, node.start, node.end);
    return;
  }
  const [left, right] = node.children;
  sumExactly(left, rows);
  sumExactly(right, rows);
  node.gradient = left.gradient + right.gradient;
  node.weight = left.weight + right.weight;
}

function leaf(start: number, end: number, depth: number, sums: number): GrowingNode {
  return { start, end, depth, sums, gradient: 0, weight: 0, split: null, histogram: null, children: null };
}

function maySplit(node: GrowingNode, limits: GrowthLimits): boolean {
  return node.depth < limits.depth && weightOf(node.sums) >= 2 * limits.minLeafWeight && node.end - node.start >= 2;
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

function part(node: GrowingNode, rows: GrowthRows, workspace: Workspace): readonly [GrowingNode, GrowingNode] {
  const split = node.split as Split;
  const middle = partRows(rows, split, node.start, node.end, workspace);
  const depth = node.depth + 1;
  return [leaf(node.start, middle, depth, split.left), leaf(middle, node.end, depth, node.sums - split.left)];
}

/**
 * Moves those of the rows order[start..end) that go left before the others and returns where the others begin. Both
 * sides keep their order, so memory is read forwards.
 */
export function partRows(rows: GrowthRows, split: Split, start: number, end: number, workspace: Workspace): number {
  const bins = rows.bins.subarray(split.column * rows.rows, (split.column + 1) * rows.rows);
  const middle = moveRows(rows.order, workspace.moved, bins, split.low, split.bin, start, end);
  rows.order.set(workspace.moved.subarray(0, end - middle), middle);
  return middle;
}

/** The rows that go left stay in order, the others go to `moved`. Writes each to both: a guess would often be wrong. */
function moveRows(
  order: Int32Array,
  moved: Int32Array,
  bins: Uint8Array,
  low: number,
  bin: number,
  start: number,
  end: number,
): number {
  let middle = start;
  for (let k = start; k < end; k++) {
    const row = order[k] as number;
    const own = bins[row] as number;
    order[middle] = row;
    moved[k - middle] = row;
    // Minus one for a bin from low to bin, else 0.
    middle -= ((low - 1 - own) & (own - bin - 1)) >> 31;
  }
  return middle;
}

/** The same columns in the whole tree: a histogram is kept, for the children's. Else it is given back at once. */
function searchRoot(node: GrowingNode, growth: Growth): void {
  if (typeof growth.columns === "function") searchAlone(node, growth.columns(), growth);
  else searchWithHistogram(node, growth.columns, growth);
}

function searchChildren(parent: GrowingNode, children: readonly [GrowingNode, GrowingNode], growth: Growth): void {
  const { columns, limits } = growth;
  if (typeof columns === "function") {
    for (const child of children) {
      if (maySplit(child, limits)) searchAlone(child, columns(), growth);
    }
    return;
  }
  const [left, right] = children;
  const [small, large] = left.end - left.start <= right.end - right.start ? [left, right] : [right, left];
  if (!maySplit(small, limits) && !maySplit(large, limits)) return;
  searchWithHistogram(small, columns, growth);
  if (!maySplit(large, limits)) return;
  large.histogram = parent.histogram;
  parent.histogram = null;
  subtractHistogram(large.histogram as Float64Array, small.histogram as Float64Array, columns.length * BINS);
  search(large, large.histogram as Float64Array, columns, growth);
}

/** Builds the node's histogram and keeps it for its children. */
function searchWithHistogram(node: GrowingNode, columns: Int32Array, growth: Growth): void {
  const { rows, workspace } = growth;
  const histogram = takeHistogram(workspace, columns.length);
  fillHistogram(rows, workspace.packed, columns, node.start, node.end, histogram, workspace.gathered);
  node.histogram = histogram;
  search(node, histogram, columns, growth);
}

/** Builds the node's histogram, looks, and gives it back: its children will look at other columns. */
function searchAlone(node: GrowingNode, columns: Int32Array, growth: Growth): void {
  searchWithHistogram(node, columns, growth);
  releaseHistogram(node, growth.workspace);
}

function search(node: GrowingNode, histogram: Float64Array, columns: Int32Array, growth: Growth): void {
  const { limits, unitGain } = growth;
  if (!maySplit(node, limits)) return;
  const split = bestSplit(histogram, columns, node.sums, limits, LEAST_GAIN / unitGain);
  node.split = split === null ? null : { ...split, gain: split.gain * unitGain };
}

function takeHistogram(workspace: Workspace, columns: number): Float64Array {
  const free = workspace.histograms.pop();
  return free !== undefined && free.length >= columns * BINS ? free : new Float64Array(columns * BINS);
}

function releaseHistogram(node: GrowingNode, workspace: Workspace): void {
  if (node.histogram !== null) workspace.histograms.push(node.histogram);
  node.histogram = null;
}
