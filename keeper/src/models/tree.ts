// Fitted trees in flat arrays: how they predict, explain themselves and are stored. `as number`: an index out of range
// cannot occur here, since `restore` and the builder are the only ones that write the arrays.
import { type Canonical, packFloats } from "../data/canonical.ts";
import { ModelError } from "../errors.ts";
import { checkColumns } from "./datasetChecks.ts";
import { leadRows } from "./leadRows.ts";
import type { Dataset, Fitted, Learner } from "./learner.ts";
import { packBytes, packShorts, packSingles, unpackBytes, unpackShorts, unpackSingles } from "./packing.ts";
import { readStored } from "./stored.ts";
import type { GrowingNode } from "./treeGrowth.ts";

/** Mark of a leaf in `column`. */
const LEAF = -1;
/** In `split`, the bits above the highest bin hold the lowest bin that goes left: 0, or 1 when missing goes right. */
const LOW_SHIFT = 6;
const BIN_MASK = 63;

/** A sum of regression trees. Nodes of a tree lie one after another: a node, all on its left, all on its right. */
export interface TreeModel {
  readonly learner: string;
  readonly version: number;
  readonly columns: readonly string[];
  /** Prediction before any tree. */
  readonly intercept: number;
  /** First node of every tree, and the number of all nodes. */
  readonly first: Int32Array;
  readonly column: Int16Array;
  /** Bins from split >> 6 to split & 63 go left. */
  readonly split: Uint8Array;
  readonly right: Int32Array;
  /** What the tree would say if it ended here; single precision, a third of the size. */
  readonly value: Float32Array;
  /** By column: how much its splits lowered the weighted squared error of the training rows. */
  readonly gains: Float64Array;
}

/** A fitted sum of trees. */
export interface FittedTrees extends Fitted {
  readonly model: TreeModel;
  /** Prediction for a row of which nothing is known. It and the contributions of a row sum to the row's prediction. */
  readonly base: number;
  contributions(data: Dataset, row: number): Float64Array;
}

/** A learner of squared error with trees, and what it returns. */
export interface TreeLearner<Config extends { readonly [name: string]: number }> extends Learner<Config> {
  fit(data: Dataset, config: Config, seed: number): FittedTrees;
  restore(stored: Canonical): FittedTrees;
}

/** Collects grown trees. */
export interface TreeBuilder {
  /** Adds a tree; `valueAt` says what a node predicts. */
  add(root: GrowingNode, valueAt: (node: GrowingNode) => number): void;
  build(learner: string, version: number, intercept: number): TreeModel;
}

/** A builder for trees over the columns. */
export function createTreeBuilder(columns: readonly string[]): TreeBuilder {
  const first: number[] = [0];
  const column: number[] = [];
  const split: number[] = [];
  const value: number[] = [];
  const gains = new Float64Array(columns.length);
  const write = (node: GrowingNode, valueAt: (node: GrowingNode) => number): void => {
    const chosen = node.children === null ? null : node.split;
    column.push(chosen?.column ?? LEAF);
    split.push(chosen === null ? 0 : (chosen.low << LOW_SHIFT) | chosen.bin);
    value.push(valueAt(node));
    if (chosen !== null) gains[chosen.column] = (gains[chosen.column] ?? 0) + chosen.gain;
    for (const child of node.children ?? []) write(child, valueAt);
  };
  return {
    add: (root, valueAt) => {
      write(root, valueAt);
      first.push(column.length);
    },
    build: (learner, version, intercept) => {
      const nodes = { column: Int16Array.from(column), split: Uint8Array.from(split), value: Float32Array.from(value) };
      const firsts = Int32Array.from(first);
      const right = rightChildren(nodes.column, firsts);
      return { learner, version, columns: [...columns], intercept, first: firsts, right, gains, ...nodes };
    },
  };
}

/** The model, ready to predict. */
export function fittedTrees(model: TreeModel): FittedTrees {
  let base = model.intercept;
  for (let t = 0; t + 1 < model.first.length; t++) base += model.value[model.first[t] as number] as number;
  return {
    model,
    base,
    predict: (data) => predictTrees(model, data),
    contributions: (data, row) => treeContributions(model, data, row),
    serialize: () => serializeTrees(model),
  };
}

/** The part of the error's reduction that each column's splits brought; sums to 1, or to 0 when nothing was split. */
export function featureImportance(model: TreeModel): Float64Array {
  let sum = 0;
  for (const gain of model.gains) sum += gain;
  return model.gains.map((gain) => (sum > 0 ? gain / sum : 0));
}

function predictTrees(model: TreeModel, data: Dataset): Float64Array {
  checkColumns(data, model.columns);
  const { column, split, right, value } = model;
  const low = split.map((edges) => edges >> LOW_SHIFT);
  const high = split.map((edges) => edges & BIN_MASK);
  const sums = new Float64Array(data.rows).fill(model.intercept);
  leadRows(
    { column, low, high, right },
    model.first.subarray(0, -1),
    data.bins,
    data.rows,
    (leaf, order, start, end) => {
      const own = value[leaf] as number;
      for (let k = start; k < end; k++) sums[order[k] as number] = (sums[order[k] as number] as number) + own;
    },
  );
  return sums;
}

/** Path attribution: each split's column is given the change of the node's value from above to below the split. */
function treeContributions(model: TreeModel, data: Dataset, row: number): Float64Array {
  checkColumns(data, model.columns);
  const { column, split, right, value } = model;
  const sums = new Float64Array(model.columns.length);
  for (let t = 0; t + 1 < model.first.length; t++) {
    let node = model.first[t] as number;
    for (let c = column[node] as number; c >= 0; c = column[node] as number) {
      const bin = data.bins[c * data.rows + row] as number;
      const edges = split[node] as number;
      const goesLeft = bin >= edges >> LOW_SHIFT && bin <= (edges & BIN_MASK);
      const next = goesLeft ? node + 1 : (right[node] as number);
      sums[c] = (sums[c] as number) + (value[next] as number) - (value[node] as number);
      node = next;
    }
  }
  return sums;
}

function serializeTrees(model: TreeModel): Canonical {
  return {
    learner: model.learner,
    version: model.version,
    columns: model.columns,
    intercept: packFloats([model.intercept]),
    first: [...model.first],
    column: packShorts(model.column),
    split: packBytes(model.split),
    value: packSingles(model.value),
    gains: packFloats(model.gains),
  };
}

/** The model that `serialize` wrote. Throws ModelError when it is of another learner or version, or damaged. */
export function restoreTrees(stored: Canonical, learner: string, version: number): FittedTrees {
  const fields = readStored(stored, learner, version);
  const columns = fields.strings("columns");
  const first = Int32Array.from(fields.integers("first"));
  const nodes = first.at(-1) ?? 0;
  const column = unpackShorts(fields.text("column", 2 * nodes));
  const right = rightChildren(column, first);
  if (column.some((c) => c >= columns.length)) {
    throw new ModelError("A stored model is damaged: fit it again.", { learner, field: "column" });
  }
  return fittedTrees({
    learner,
    version,
    columns,
    intercept: fields.floats("intercept", 1)[0] as number,
    first,
    column,
    split: unpackBytes(fields.text("split", nodes)),
    right,
    value: unpackSingles(fields.text("value", 4 * nodes)),
    gains: fields.floats("gains", columns.length),
  });
}

/** Right children follow from the order of the nodes: the right one begins where all on the left has ended. */
export function rightChildren(column: Int16Array, first: Int32Array): Int32Array {
  const right = new Int32Array(column.length);
  const visit = (node: number): number => {
    if ((column[node] ?? LEAF) === LEAF) return node + 1;
    right[node] = visit(node + 1);
    return visit(right[node] as number);
  };
  for (const root of first.subarray(0, -1)) visit(root);
  return right;
}
