import { createRandom, type Random } from "../data/random.ts";
import { checkTraining, configInteger } from "./datasetChecks.ts";
import type { GrowthRows } from "./histogram.ts";
import type { Dataset } from "./learner.ts";
import { createWeightedDraw, drawIndices, weightedMean } from "./sampling.ts";
import { createTreeBuilder, type FittedTrees, fittedTrees, restoreTrees, type TreeLearner } from "./tree.ts";
import { createWorkspace, type GrowthLimits, growTree } from "./treeGrowth.ts";

const BPS = 10_000;

/** Parameters of a random forest. */
export type RandomForestConfig = {
  readonly trees: number;
  readonly leaves: number; // at most, a tree
  readonly depth: number; // splits between the root and a leaf, at most
  readonly minLeafWeight: number; // {rows}
  readonly columnsBps: number; // share of the columns that each split may choose from
};

/** Random forest: the mean of trees, each grown from rows drawn with replacement, each split from a few columns. */
export const randomForest: TreeLearner<RandomForestConfig> = {
  id: "random-forest",
  version: 2,
  fit: (data, config, seed) => {
    checkTraining(data);
    const limits: GrowthLimits = {
      leaves: configInteger(config, "leaves", 2, 16_384),
      depth: configInteger(config, "depth", 1, 64),
      minLeafWeight: configInteger(config, "minLeafWeight", 1, 1_000_000),
      l2: 0,
    };
    return grow(data, limits, config, createRandom(seed));
  },
  restore: (stored) => restoreTrees(stored, "random-forest", 2),
};

function grow(data: Dataset, limits: GrowthLimits, config: RandomForestConfig, random: Random): FittedTrees {
  const trees = configInteger(config, "trees", 1, 10_000);
  const share = configInteger(config, "columnsBps", 1, BPS) / BPS;
  const wanted = Math.max(1, Math.round(data.columns.length * share));
  const choose = () => drawIndices(data.columns.length, wanted, random);

  // Trees explain the distance from the mean, so that single precision is enough for what they say.
  const mean = weightedMean(data.target, data.weight);
  const rows: GrowthRows = {
    rows: data.rows,
    bins: data.bins,
    words: null,
    gradient: new Float64Array(data.rows),
    weight: new Float64Array(data.rows),
    order: new Int32Array(data.rows),
  };
  const draw = createWeightedDraw(data.weight);
  const workspace = createWorkspace(data.rows);
  const builder = createTreeBuilder(data.columns);
  for (let t = 0; t < trees; t++) {
    const count = drawWithReplacement(rows, data.target, mean, draw, random);
    const root = growTree(rows, count, choose, limits, workspace);
    builder.add(root, (node) => node.gradient / node.weight / trees);
  }
  return fittedTrees(builder.build(randomForest.id, randomForest.version, mean));
}

/** As many draws as there are rows; a row's weight is how often it was drawn. Returns how many different rows were. */
function drawWithReplacement(
  rows: GrowthRows,
  target: Float64Array,
  mean: number,
  draw: (random: Random) => number,
  random: Random,
): number {
  const { gradient, weight, order } = rows;
  weight.fill(0);
  for (let i = 0; i < target.length; i++) {
    const row = draw(random);
    weight[row] = (weight[row] as number) + 1;
  }
  let count = 0;
  for (let row = 0; row < target.length; row++) {
    const times = weight[row] as number;
    if (times === 0) continue;
    gradient[row] = times * ((target[row] as number) - mean);
    order[count++] = row;
  }
  return count;
}
