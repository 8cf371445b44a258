import { createRandom, type Random } from "../data/random.ts";
import { checkTraining, configInteger } from "./datasetChecks.ts";
import { type GrowthRows, packWords } from "./histogram.ts";
import type { Dataset } from "./learner.ts";
import { drawIndices, meanOne, weightedMean } from "./sampling.ts";
import { createTreeBuilder, type FittedTrees, fittedTrees, restoreTrees, type TreeLearner } from "./tree.ts";
import { createWorkspace, type GrowingNode, type GrowthLimits, growTree, partRows } from "./treeGrowth.ts";

const BPS = 10_000;
const UNLIMITED = 65_535;

/** Parameters of gradient boosting. */
export type GradientBoostingConfig = {
  readonly trees: number;
  readonly leaves: number; // at most, a tree
  readonly learningRateBps: number; // share of a tree's correction that is applied
  readonly minLeafWeight: number; // {rows of mean weight}
  readonly l2Bps: number; // rows of mean weight, times 10,000, that say "no correction" in each leaf
  readonly columnsBps: number; // share of the columns that a tree sees
  readonly rowsBps: number; // share of the rows that a tree sees
};

/** Histogram gradient boosting: each tree corrects what is left of the error, a little. Trees grow leaf by leaf. */
export const gradientBoosting: TreeLearner<GradientBoostingConfig> = {
  id: "gradient-boosting",
  version: 2,
  fit: (data, config, seed) => {
    checkTraining(data);
    const limits = readLimits(config);
    return boost(data, limits, config, createRandom(seed));
  },
  restore: (stored) => restoreTrees(stored, "gradient-boosting", 2),
};

function readLimits(config: GradientBoostingConfig): GrowthLimits {
  return {
    leaves: configInteger(config, "leaves", 2, 1_024),
    depth: UNLIMITED,
    minLeafWeight: configInteger(config, "minLeafWeight", 1, 1_000_000),
    l2: configInteger(config, "l2Bps", 0, 1_000_000_000) / BPS,
  };
}

function boost(data: Dataset, limits: GrowthLimits, config: GradientBoostingConfig, random: Random): FittedTrees {
  const trees = configInteger(config, "trees", 1, 10_000);
  const rate = configInteger(config, "learningRateBps", 1, BPS) / BPS;
  const columnShare = configInteger(config, "columnsBps", 1, BPS) / BPS;
  const rowShare = configInteger(config, "rowsBps", 1, BPS) / BPS;
  const wantedColumns = Math.max(1, Math.round(data.columns.length * columnShare));

  const weight = meanOne(data.weight);
  const intercept = weightedMean(data.target, weight);
  const order = new Int32Array(data.rows);
  const words = wantedColumns === data.columns.length ? packWords(data.bins, data.rows, wantedColumns) : null;
  const rows: GrowthRows = {
    rows: data.rows,
    bins: data.bins,
    words,
    gradient: new Float64Array(data.rows),
    weight,
    order,
  };
  const prediction = new Float64Array(data.rows).fill(intercept);
  const workspace = createWorkspace(data.rows);
  const builder = createTreeBuilder(data.columns);
  // Rounded to what is stored, so that fitting corrects what predicting will say.
  const valueAt = (node: GrowingNode) => Math.fround((rate * node.gradient) / (node.weight + limits.l2));
  // The rows of a leaf are known from growing; those that the tree did not see are led down it.
  const addSeen = (node: GrowingNode): void => {
    if (node.children === null) addValue(prediction, order, node.start, node.end, valueAt(node));
    for (const child of node.children ?? []) addSeen(child);
  };
  const addUnseen = (node: GrowingNode, start: number, end: number): void => {
    if (node.children === null || node.split === null) {
      addValue(prediction, order, start, end, valueAt(node));
      return;
    }
    const middle = partRows(rows, node.split, start, end, workspace);
    addUnseen(node.children[0], start, middle);
    addUnseen(node.children[1], middle, end);
  };
  for (let t = 0; t < trees; t++) {
    setGradient(rows, data.target, prediction);
    const count = drawRows(order, rowShare, random);
    const columns = drawIndices(data.columns.length, wantedColumns, random);
    const root = growTree(rows, count, columns, limits, workspace);
    builder.add(root, valueAt);
    addSeen(root);
    addUnseen(root, count, order.length);
  }
  return fittedTrees(builder.build(gradientBoosting.id, gradientBoosting.version, intercept));
}

function setGradient(rows: GrowthRows, target: Float64Array, prediction: Float64Array): void {
  const { gradient, weight } = rows;
  for (let row = 0; row < target.length; row++) {
    gradient[row] = (weight[row] as number) * ((target[row] as number) - (prediction[row] as number));
  }
}

/** Puts the rows that the tree sees first, ascending; the others follow. Returns how many it sees. */
function drawRows(order: Int32Array, share: number, random: Random): number {
  const seen = share >= 1 ? order.length : divideRows(order, share, random);
  if (seen > 0 && seen < order.length) return seen;
  // All rows, also when so few are that none was drawn.
  for (let row = 0; row < order.length; row++) order[row] = row;
  return order.length;
}

/** Draws the rows that the tree sees; a loop of its own for the reason that sums.ts tells. */
function divideRows(order: Int32Array, share: number, random: Random): number {
  let seen = 0;
  let unseen = order.length;
  for (let row = 0; row < order.length; row++) {
    if (random.uniform() < share) order[seen++] = row;
    else order[--unseen] = row;
  }
  return seen;
}

/** Adds a value to the predictions of the rows order[start..end). */
function addValue(prediction: Float64Array, order: Int32Array, start: number, end: number, value: number): void {
  for (let k = start; k < end; k++) {
    const row = order[k] as number;
    prediction[row] = (prediction[row] as number) + value;
  }
}
