import { createRandom } from "../src/data/random.ts";
import { correlation } from "../src/math/statistics.ts";
import { gru } from "../src/models/gru.ts";
import { fitHiddenMarkov } from "../src/models/hiddenMarkov.ts";
import { BINS, type Dataset, type Fitted } from "../src/models/learner.ts";
import { ridge } from "../src/models/ridge.ts";
import { type Benchmark, seconds } from "./types.ts";

const SEQUENCES = 12_000;
const NETWORK = { hidden: 16, epochs: 3, batch: 64, learningRate: 5_000, maxRows: 50_000, gradientLimit: 1_000 };

/** Rows of even bins whose target is a sum of all columns and noise. */
function linearRows(rows: number, columns: number): Dataset {
  const random = createRandom(1);
  const bins = new Uint8Array(rows * columns);
  const target = Float64Array.from({ length: rows }, () => random.normal());
  for (let i = 0; i < bins.length; i++) {
    const bin = Math.floor(BINS * random.uniform());
    bins[i] = bin;
    target[i % rows] = (target[i % rows] ?? 0) + (bin === 0 ? 0 : (bin - 32) / 62);
  }
  return {
    rows,
    columns: Array.from({ length: columns }, (_, c) => `column${c}`),
    bins,
    target,
    weight: Float64Array.from({ length: rows }, () => 0.5 + random.uniform()),
    era: new Int32Array(rows),
    sequences: null,
  };
}

/** Windows of 30 steps of 8 inputs; the target is a fading memory of the first input, and noise. */
function sequenceRows(rows: number, seed: number): Dataset {
  const [steps, inputs] = [30, 8];
  const random = createRandom(seed);
  const values = Float32Array.from({ length: (rows + steps) * inputs }, () => random.normal());
  const target = Float64Array.from({ length: rows }, (_, row) => {
    let memory = 0;
    for (let step = 0; step < steps; step++) memory = 0.8 * memory + (values[(row + step) * inputs] ?? 0);
    return Math.max(-1, Math.min(1, memory / 2)) + 0.3 * random.normal();
  });
  const start = Int32Array.from({ length: rows }, (_, row) => row * inputs);
  const weight = new Float64Array(rows).fill(1);
  const sequences = { steps, inputs, values, start };
  return { rows, columns: [], bins: new Uint8Array(0), target, weight, era: new Int32Array(rows), sequences };
}

function expectCorrelation(predicted: Float64Array, data: Dataset, least: number): void {
  const found = correlation(predicted, data.target);
  if (!(found >= least)) throw new Error(`The correlation with the target is ${found}, at least ${least} is expected.`);
}

let trained: Fitted | null = null;

function network(): Fitted {
  trained ??= gru.fit(sequenceRows(SEQUENCES, 1), NETWORK, 1);
  return trained;
}

export const benchmarks: readonly Benchmark[] = [
  {
    name: "ridge: fit 200,000 rows x 90 columns",
    target: "<= 2.5 s",
    unit: "s",
    limit: 2.5,
    run: () => {
      const data = linearRows(200_000, 90);
      let predicted = new Float64Array(0);
      const time = seconds(() => {
        predicted = Float64Array.from(ridge.fit(data, { lambda: 100, missingPercent: 5 }).predict(data));
      });
      expectCorrelation(predicted, data, 0.9);
      return time;
    },
  },
  {
    name: "GRU: 12,000 histories x 30 days x 8, hidden 16, 3 passes",
    target: "<= 8 s",
    unit: "s",
    limit: 8,
    run: () => {
      const time = seconds(network);
      const unseen = sequenceRows(2_000, 2);
      expectCorrelation(network().predict(unseen), unseen, 0.8);
      return time;
    },
  },
  {
    name: "GRU: predict 6,000 tokens",
    target: "<= 0.3 s",
    unit: "s",
    limit: 0.3,
    run: () => {
      const model = network();
      const unseen = sequenceRows(6_000, 2);
      let predicted = new Float64Array(0);
      const time = seconds(() => {
        predicted = Float64Array.from(model.predict(unseen));
      });
      expectCorrelation(predicted, unseen, 0.8);
      return time;
    },
  },
  {
    name: "hidden Markov model: 3 states, 10 years of days",
    target: "<= 1 s",
    unit: "s",
    limit: 1,
    run: () => {
      const random = createRandom(4);
      const returns = Float64Array.from(
        { length: 3_650 },
        (_, day) => random.normal() * (day % 400 < 300 ? 0.02 : 0.06),
      );
      let calmest = Number.NaN;
      const time = seconds(() => {
        calmest = fitHiddenMarkov(returns, { states: 3, iterations: 200 }).deviations[0] ?? Number.NaN;
      });
      if (!(calmest > 0.01 && calmest < 0.03)) throw new Error(`The calmest state's deviation is ${calmest}.`);
      return time;
    },
  },
];
