import { type Canonical, packFloats } from "../data/canonical.ts";
import { createRandom, type Random } from "../data/random.ts";
import { ModelError } from "../errors.ts";
import { exp, log } from "../math/functions.ts";
import { configInteger, sameColumns } from "./datasetChecks.ts";
import { leadRows } from "./leadRows.ts";
import { BINS, type Dataset, type Fitted, type Learner } from "./learner.ts";
import { packBytes, packShorts, packSingles, unpackBytes, unpackShorts, unpackSingles } from "./packing.ts";
import { drawIndices } from "./sampling.ts";
import { readStored } from "./stored.ts";
import { rightChildren } from "./tree.ts";

/** Parameters of an isolation forest. */
export type IsolationForestConfig = {
  readonly trees: number;
  readonly sampleRows: number; // rows that a tree is grown from
  readonly referenceRows: number; // training rows that a row is compared with, at most
};

/** Rows of numbers, for whoever has more than bins. */
export interface Points {
  readonly rows: number;
  readonly columns: readonly string[];
  readonly values: Float64Array; // column-major; NaN = missing
}

/** A fitted isolation forest. */
export interface FittedIsolationForest extends Fitted {
  /** 0 to 1: share of the training rows that were less unusual. */
  predict(data: Dataset | Points): Float64Array;
  /** 0 to 1: near 1 when few random cuts set a row apart; about 0.5 or below when it is like the others. */
  scores(data: Dataset | Points): Float64Array;
}

/** Nodes of all trees: a node, all on its left, all on its right. */
interface IsolationTrees {
  readonly columns: readonly string[];
  readonly sampleRows: number;
  readonly first: Int32Array; // first node of every tree, and the number of all nodes
  readonly column: Int16Array; // -1 = leaf
  readonly missingRight: Uint8Array;
  readonly right: Int32Array;
  /** Values up to this go left; of a leaf, the cuts that a row has behind it, with those expected if cutting went on. */
  readonly value: Float32Array;
}

interface NodeLists {
  readonly first: number[];
  readonly column: number[];
  readonly missingRight: number[];
  readonly value: number[];
}

const ID = "isolation-forest";
const VERSION = 1;
const LEAF = -1;
const EULER = 0.5772156649015329;

/**
 * Isolation forest: unusual rows are set apart by few random cuts. Height limit and path lengths are scikit-learn's.
 * It learns from bins as from numbers: bins of ranks keep the largest tokens from being outliers every day. A missing
 * value goes with the larger side of a cut: to know little of a young token does not make it unusual.
 */
export const isolationForest = {
  id: ID,
  version: VERSION,
  fit,
  restore,
} as const satisfies Learner<IsolationForestConfig>;

function fit(data: Dataset | Points, config: IsolationForestConfig, seed: number): FittedIsolationForest {
  const trees = configInteger(config, "trees", 1, 10_000);
  if (data.rows < 2 || data.columns.length === 0) throw new ModelError("An isolation forest needs rows and columns.");
  const sampleRows = Math.min(configInteger(config, "sampleRows", 2, 4_096), data.rows);
  const referenceRows = Math.min(configInteger(config, "referenceRows", 1, 100_000), data.rows);
  const random = createRandom(seed);
  const height = Math.ceil(log(sampleRows) / Math.LN2 - 1e-9);
  const lists: NodeLists = { first: [0], column: [], missingRight: [], value: [] };
  for (let t = 0; t < trees; t++) {
    const sample = takeRows(data, drawIndices(data.rows, sampleRows, random));
    const order = Int32Array.from({ length: sampleRows }, (_, i) => i);
    growNode(sample, order, height, 0, lists, random);
    lists.first.push(lists.column.length);
  }
  const forest = createTrees(data.columns, sampleRows, lists);
  const step = data.rows / referenceRows;
  const spread = takeRows(
    data,
    Int32Array.from({ length: referenceRows }, (_, k) => Math.floor(k * step)),
  );
  return fitted(forest, isolationScores(forest, spread).sort());
}

function createTrees(columns: readonly string[], sampleRows: number, lists: NodeLists): IsolationTrees {
  const first = Int32Array.from(lists.first);
  const column = Int16Array.from(lists.column);
  return {
    columns: [...columns],
    sampleRows,
    first,
    column,
    missingRight: Uint8Array.from(lists.missingRight),
    right: rightChildren(column, first),
    value: Float32Array.from(lists.value),
  };
}

/** Some rows as numbers. */
function takeRows(data: Dataset | Points, rows: Int32Array): Points {
  const values = new Float64Array(rows.length * data.columns.length);
  const isPoints = "values" in data;
  for (let c = 0; c < data.columns.length; c++) {
    for (let k = 0; k < rows.length; k++) {
      const at = c * data.rows + (rows[k] as number);
      const bin = isPoints ? 1 : (data.bins[at] as number);
      const number = isPoints ? (data.values[at] as number) : bin;
      values[c * rows.length + k] = bin === 0 ? Number.NaN : number;
    }
  }
  return { rows: rows.length, columns: data.columns, values };
}

/** Cuts the rows of `order` at random and goes on with both sides, until the height is reached or nothing differs. */
function growNode(
  points: Points,
  order: Int32Array,
  height: number,
  depth: number,
  lists: NodeLists,
  random: Random,
): void {
  const cut = depth < height && order.length > 1 ? drawCut(points, order, random) : null;
  lists.column.push(cut?.column ?? LEAF);
  lists.missingRight.push(cut?.missingRight ?? 0);
  lists.value.push(cut?.value ?? depth + expectedPath(order.length));
  if (cut === null) return;
  const first = cut.column * points.rows;
  const left = order.filter((row) => goesLeft(points.values[first + row] as number, cut.value, cut.missingRight));
  const right = order.filter((row) => !goesLeft(points.values[first + row] as number, cut.value, cut.missingRight));
  growNode(points, left, height, depth + 1, lists, random);
  growNode(points, right, height, depth + 1, lists, random);
}

function goesLeft(value: number, edge: number, missingRight: number): boolean {
  return Number.isNaN(value) ? missingRight === 0 : value <= edge;
}

interface Cut {
  readonly column: number;
  readonly value: number;
  readonly missingRight: number;
}

/** A random place in a random column whose values differ; null when none do. */
function drawCut(points: Points, order: Int32Array, random: Random): Cut | null {
  const columns = Int32Array.from({ length: points.columns.length }, (_, c) => c);
  for (let left = columns.length; left > 0; left--) {
    const drawn = Math.floor(random.uniform() * left);
    const column = columns[drawn] as number;
    columns[drawn] = columns[left - 1] as number;
    const values = points.values.subarray(column * points.rows, (column + 1) * points.rows);
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const row of order) {
      const value = values[row] as number;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (!(low < high)) continue;
    // In the precision that is stored. Where it cannot part the two ends, another column may.
    const value = Math.fround(low + random.uniform() * (high - low));
    if (!(low <= value && value < high)) continue;
    const known = order.reduce((count, row) => count + (Number.isNaN(values[row]) ? 0 : 1), 0);
    const below = order.reduce((count, row) => count + ((values[row] as number) <= value ? 1 : 0), 0);
    return { column, value, missingRight: below < known - below ? 1 : 0 };
  }
  return null;
}

/** Cuts that it takes on average to set apart one of so many rows. */
function expectedPath(rows: number): number {
  if (rows <= 1) return 0;
  if (rows === 2) return 1;
  return 2 * (log(rows - 1) + EULER) - (2 * (rows - 1)) / rows;
}

function isolationScores(forest: IsolationTrees, data: Dataset | Points): Float64Array {
  const paths = "values" in data ? pathsOfNumbers(forest, data) : pathsOfBins(forest, data);
  const usual = expectedPath(forest.sampleRows) * (forest.first.length - 1);
  return paths.map((path) => exp((-path / usual) * Math.LN2));
}

/** Cuts behind each row, summed over the trees. */
function pathsOfNumbers(forest: IsolationTrees, points: Points): Float64Array {
  const { first, column, missingRight, right, value } = forest;
  const paths = new Float64Array(points.rows);
  for (let t = 0; t + 1 < first.length; t++) {
    for (let row = 0; row < points.rows; row++) {
      let node = first[t] as number;
      for (let c = column[node] as number; c !== LEAF; c = column[node] as number) {
        const own = points.values[c * points.rows + row] as number;
        const left = goesLeft(own, value[node] as number, missingRight[node] as number);
        node = left ? node + 1 : (right[node] as number);
      }
      paths[row] = (paths[row] as number) + (value[node] as number);
    }
  }
  return paths;
}

/** The same for bins, which are not made into numbers first. */
function pathsOfBins(forest: IsolationTrees, { rows, bins }: Dataset): Float64Array {
  const { first, column, missingRight, right, value } = forest;
  // The missing bin is 0 and lies below every edge; a node that sends it right takes bins from 1 on.
  const high = Uint8Array.from(value, (edge) => Math.floor(Math.min(BINS, edge)));
  const paths = new Float64Array(rows);
  const nodes = { column, low: missingRight, high, right };
  leadRows(nodes, first.subarray(0, -1), bins, rows, (leaf, order, start, end) => {
    const path = value[leaf] as number;
    for (let k = start; k < end; k++) paths[order[k] as number] = (paths[order[k] as number] as number) + path;
  });
  return paths;
}

function fitted(forest: IsolationTrees, reference: Float64Array): FittedIsolationForest {
  const scores = (data: Dataset | Points) => {
    sameColumns(data.columns, forest.columns);
    return isolationScores(forest, data);
  };
  return {
    scores,
    predict: (data) => scores(data).map((score) => shareBelow(reference, score)),
    serialize: () => ({
      learner: ID,
      version: VERSION,
      columns: forest.columns,
      sampleRows: forest.sampleRows,
      first: [...forest.first],
      column: packShorts(forest.column),
      missingRight: packBytes(forest.missingRight),
      value: packSingles(forest.value),
      referenceRows: reference.length,
      reference: packFloats(reference),
    }),
  };
}

/** Share of ascending values that are below a value. */
function shareBelow(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low / ascending.length;
}

function restore(stored: Canonical): FittedIsolationForest {
  const fields = readStored(stored, ID, VERSION);
  const first = fields.integers("first");
  const nodes = first.at(-1) ?? 0;
  const lists: NodeLists = {
    first: [...first],
    column: [...unpackShorts(fields.text("column", 2 * nodes))],
    missingRight: [...unpackBytes(fields.text("missingRight", nodes))],
    value: [...unpackSingles(fields.text("value", 4 * nodes))],
  };
  const forest = createTrees(fields.strings("columns"), fields.integer("sampleRows", 2), lists);
  return fitted(forest, fields.floats("reference", fields.integer("referenceRows", 1)));
}
