import { canonicalHash } from "../data/canonical.ts";
import { createRandom } from "../data/random.ts";
import { fitLogistic } from "../math/logistic.ts";
import { gradientBoosting } from "./gradientBoosting.ts";
import { gru } from "./gru.ts";
import { fitHiddenMarkov } from "./hiddenMarkov.ts";
import { BINS, type Dataset } from "./learner.ts";
import { randomForest } from "./randomForest.ts";
import { ridge } from "./ridge.ts";

/** Rows with bins, histories and a target that depends on both. */
function syntheticRows(): Dataset {
  const [rows, columns, steps, inputs] = [1_200, 12, 10, 4];
  const random = createRandom(21);
  const bins = Uint8Array.from({ length: rows * columns }, () => Math.floor(random.uniform() * BINS));
  const values = Float32Array.from({ length: (rows + steps) * inputs }, () => random.normal());
  const target = Float64Array.from({ length: rows }, (_, row) => {
    const history = (values[(row + steps - 1) * inputs] ?? 0) - (values[(row + steps - 3) * inputs + 1] ?? 0);
    return ((bins[row] ?? 0) - 32) / 64 + 0.3 * history + 0.5 * random.normal();
  });
  return {
    rows,
    columns: Array.from({ length: columns }, (_, column) => `column${column}`),
    bins,
    target,
    weight: Float64Array.from({ length: rows }, () => 0.5 + random.uniform()),
    era: Int32Array.from({ length: rows }, (_, row) => Math.floor(row / 100)),
    sequences: { steps, inputs, values, start: Int32Array.from({ length: rows }, (_, row) => row * inputs) },
  };
}

/** Fits a small model of each kind; the hash of each, over every bit of its numbers. */
export function fitHashes(): Record<string, string> {
  const data = syntheticRows();
  const network = { hidden: 8, epochs: 2, batch: 64, learningRate: 5_000, maxRows: 1_000, gradientLimit: 1_000 };
  const boosting = { trees: 20, leaves: 15, learningRateBps: 1_000, minLeafWeight: 20, l2Bps: 10_000 };
  const forest = { trees: 10, leaves: 64, depth: 8, minLeafWeight: 5, columnsBps: 5_000 };
  const fitted = {
    ridge: ridge.fit(data, { lambda: 10, missingPercent: 1 }),
    gru: gru.fit(data, network, 5),
    gradientBoosting: gradientBoosting.fit(data, { ...boosting, columnsBps: 8_000, rowsBps: 8_000 }, 5),
    randomForest: randomForest.fit(data, forest, 5),
    hiddenMarkov: fitHiddenMarkov(data.target, { states: 3, iterations: 50 }),
  };
  const hashes: Record<string, string> = {};
  for (const [name, model] of Object.entries(fitted)) hashes[name] = canonicalHash(model.serialize());
  hashes.logistic = logisticHash();
  return hashes;
}

function logisticHash(): string {
  const random = createRandom(8);
  const rows = Array.from({ length: 200 }, () => ({
    columns: Array.from({ length: 5 }, () => Math.floor(random.uniform() * 40)),
    values: [1, 0.5, 0.3, 0.2, 0.1],
  }));
  const labels = rows.map((row) => (row.columns[0] ?? 0) % 3);
  const { weights } = fitLogistic({ rows, labels, columns: 40, classes: 3, lambda: 1 });
  return canonicalHash(Array.from(weights, String));
}
