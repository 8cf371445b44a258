import { createRandom } from "../src/data/random.ts";
import { gradientBoosting } from "../src/models/gradientBoosting.ts";
import { isolationForest } from "../src/models/isolationForest.ts";
import { BINS, type Dataset } from "../src/models/learner.ts";
import { randomForest } from "../src/models/randomForest.ts";
import type { FittedTrees } from "../src/models/tree.ts";
import { type Benchmark, type Duration, seconds } from "./types.ts";

const COLUMNS = 80;
const BOOSTING = { leaves: 31, learningRateBps: 1_000, minLeafWeight: 20, l2Bps: 10_000 };

/** Rows of even bins, a twentieth of them missing, with a target that a few columns explain in part. */
function syntheticRows(rows: number, seed: number): Dataset {
  const random = createRandom(seed);
  const bins = new Uint8Array(rows * COLUMNS);
  for (let i = 0; i < bins.length; i++) {
    const draw = random.uniform();
    bins[i] = draw < 0.05 ? 0 : 1 + Math.floor(((draw - 0.05) / 0.95) * (BINS - 1));
  }
  const at = (column: number, row: number) => ((bins[column * rows + row] ?? 0) - 32) / 32;
  const target = Float64Array.from({ length: rows }, (_, row) => {
    const signal = at(0, row) + 0.7 * at(1, row) * at(2, row) + 0.5 * Math.abs(at(3, row)) - at(4, row) * at(5, row);
    return signal + random.normal();
  });
  return {
    rows,
    columns: Array.from({ length: COLUMNS }, (_, c) => `column${c}`),
    bins,
    target,
    weight: Float64Array.from({ length: rows }, () => 0.5 + random.uniform()),
    era: new Int32Array(rows),
    sequences: null,
  };
}

/** Throws unless the model explains at least this part of what the target varies by. */
function expectExplained(fitted: FittedTrees, data: Dataset, least: number): void {
  const predicted = fitted.predict(data);
  let mean = 0;
  for (const value of data.target) mean += value / data.rows;
  let left = 0;
  let whole = 0;
  data.target.forEach((value, row) => {
    left += (value - (predicted[row] ?? 0)) * (value - (predicted[row] ?? 0));
    whole += (value - mean) * (value - mean);
  });
  const explained = 1 - left / whole;
  if (explained < least) throw new Error(`The trees explain ${explained}, at least ${least} is expected.`);
}

/** Seconds of fitting. */
function fitting(rows: number, least: number, fit: (data: Dataset) => FittedTrees): Duration {
  const data = syntheticRows(rows, 1);
  let fitted: FittedTrees | null = null;
  const time = seconds(() => {
    fitted = fit(data);
  });
  if (fitted !== null) expectExplained(fitted, syntheticRows(5_000, 2), least);
  return time;
}

/** What is measured of the tree learners. */
export const benchmarks: readonly Benchmark[] = [
  {
    name: "gradient boosting, 100k rows x 80, 200 trees x 31 leaves",
    target: "<= 6 s",
    unit: "s",
    limit: 6,
    run: () =>
      fitting(100_000, 0.2, (data) =>
        gradientBoosting.fit(data, { ...BOOSTING, trees: 200, columnsBps: 10_000, rowsBps: 10_000 }, 1),
      ),
  },
  {
    name: "the same on half the columns and 7 of 10 rows a tree",
    target: "<= 3.5 s",
    unit: "s",
    limit: 3.5,
    run: () =>
      fitting(100_000, 0.2, (data) =>
        gradientBoosting.fit(data, { ...BOOSTING, trees: 200, columnsBps: 5_000, rowsBps: 7_000 }, 1),
      ),
  },
  {
    name: "random forest, 100k rows x 80, 60 trees x 256 leaves",
    target: "<= 6 s",
    unit: "s",
    limit: 6,
    run: () =>
      fitting(100_000, 0.2, (data) =>
        randomForest.fit(data, { trees: 60, leaves: 256, depth: 12, minLeafWeight: 20, columnsBps: 3_300 }, 1),
      ),
  },
  {
    name: "predict 6,000 rows x 80, 200 trees x 31 leaves",
    target: "<= 0.1 s",
    unit: "s",
    limit: 0.1,
    run: () => {
      const config = { ...BOOSTING, trees: 200, columnsBps: 5_000, rowsBps: 5_000 };
      const fitted = gradientBoosting.fit(syntheticRows(20_000, 1), config, 1);
      const data = syntheticRows(6_000, 2);
      return seconds(() => void fitted.predict(data));
    },
  },
  {
    name: "isolation forest, 100k rows x 80, 100 trees, score 6,000",
    target: "<= 1 s",
    unit: "s",
    limit: 1,
    run: () => {
      const data = syntheticRows(100_000, 1);
      const asked = syntheticRows(6_000, 2);
      const config = { trees: 100, sampleRows: 256, referenceRows: 4_096 };
      return seconds(() => void isolationForest.fit(data, config, 1).predict(asked));
    },
  },
];
