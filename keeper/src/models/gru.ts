import { type Canonical, packFloats } from "../data/canonical.ts";
import { createRandom, type Random } from "../data/random.ts";
import { ModelError } from "../errors.ts";
import { createGruNetwork, type GruParameters, type GruShape, gruParameters, gruSize } from "./gruNetwork.ts";
import type { Dataset, Fitted, Learner, Sequences } from "./learner.ts";
import { readStored } from "./stored.ts";

/** How a gated recurrent network learns. */
export type GruConfig = {
  readonly hidden: number; // size of the state, a multiple of 8
  readonly epochs: number; // passes over the rows
  readonly batch: number; // rows between two steps of the optimiser
  readonly learningRate: number; // millionths; falls in a line to 0 at the last step
  readonly maxRows: number; // when more rows are known, a sample of so many
  readonly gradientLimit: number; // thousandths: longest gradient of a batch, in units of the target
};

/** The network's numbers: inputs are brought to mean 0 and deviation 1 before they enter it. */
interface Parts {
  readonly shape: GruShape;
  readonly parameters: GruParameters;
  readonly means: Float64Array;
  readonly scales: Float64Array; // 1 / deviation; 0 for an input that does not vary
}

const ID = "gru";
const VERSION = 1;
const FARTHEST_INPUT = 6; // deviations; a spike counts as this much

/**
 * A gated recurrent network on the rows' histories: one layer, one output, weighted squared loss, Adam. Rows without a history
 * are passed over, and get NaN from `predict`.
 */
export const gru: Learner<GruConfig> = { id: ID, version: VERSION, fit: fitGru, restore: restoreGru };

function fitGru(data: Dataset, config: GruConfig, seed: number): Fitted {
  const { sequences } = data;
  if (config.hidden < 8 || config.hidden % 8 !== 0) {
    throw new ModelError("A recurrent network needs a hidden size that is a multiple of 8.", {
      hidden: String(config.hidden),
    });
  }
  const random = createRandom(seed);
  const rows = sequences === null ? [] : knownRows(data, sequences);
  if (sequences === null || rows.length === 0) {
    throw new ModelError("A recurrent network needs rows with a history and a known target.");
  }
  const sample = shuffle(rows, random, config.maxRows);
  const shape = { steps: sequences.steps, inputs: sequences.inputs, hidden: config.hidden };
  const parts = { shape, parameters: firstParameters(shape, random), ...inputMoments(sequences, sample) };
  const weight = sample.reduce((sum, row) => sum + (data.weight[row] as number), 0) / sample.length;
  const weighted = sample.reduce((sum, row) => sum + (data.weight[row] as number) * (data.target[row] as number), 0);
  parts.parameters.outputBias[0] = weighted / (weight * sample.length);
  train(parts, { data, sequences, sample, weight, config, random });
  return createModel(parts);
}

function knownRows(data: Dataset, { start }: Sequences): number[] {
  const rows: number[] = [];
  for (let row = 0; row < data.rows; row++) {
    if ((start[row] as number) >= 0 && Number.isFinite(data.target[row])) rows.push(row);
  }
  return rows;
}

/** The first `count` of the shuffled items; each order is equally likely. */
function shuffle(items: readonly number[], random: Random, count: number): number[] {
  const pool = [...items];
  const taken = Math.min(count, pool.length);
  for (let i = 0; i < taken; i++) {
    const other = i + Math.floor(random.uniform() * (pool.length - i));
    [pool[i], pool[other]] = [pool[other] as number, pool[i] as number];
  }
  return pool.slice(0, taken);
}

/** Matrices uniform within +-1 / sqrt(hidden); biases 0. */
function firstParameters(shape: GruShape, random: Random): GruParameters {
  const parameters = gruParameters(shape, new Float64Array(gruSize(shape)));
  const size = 1 / Math.sqrt(shape.hidden);
  for (const matrix of [parameters.input, parameters.recurrent, parameters.output]) {
    for (let i = 0; i < matrix.length; i++) matrix[i] = (2 * random.uniform() - 1) * size;
  }
  return parameters;
}

/** Mean and 1 / deviation of each input over the windows of the rows. */
function inputMoments({ steps, inputs, values, start }: Sequences, rows: readonly number[]) {
  const count = rows.length * steps;
  const sums = new Float64Array(inputs);
  const squares = new Float64Array(inputs);
  const over = (add: (value: number, input: number) => void) => {
    for (const row of rows) {
      const from = start[row] as number;
      for (let k = 0; k < steps * inputs; k++) add(values[from + k] as number, k % inputs);
    }
  };
  over((value, i) => {
    sums[i] = (sums[i] as number) + value;
  });
  const means = sums.map((sum) => sum / count);
  over((value, i) => {
    const distance = value - (means[i] as number);
    squares[i] = (squares[i] as number) + distance * distance;
  });
  return { means, scales: squares.map((square) => (square > 0 ? Math.sqrt(count / square) : 0)) };
}

/** Copies a row's history into `window`, input by input on the network's scale. */
function readWindow(parts: Parts, sequences: Sequences, row: number, window: Float64Array): void {
  const { means, scales } = parts;
  const { inputs } = parts.shape;
  const from = sequences.start[row] as number;
  for (let k = 0, i = 0; k < window.length; k++) {
    const value = ((sequences.values[from + k] as number) - (means[i] as number)) * (scales[i] as number);
    window[k] = Math.max(-FARTHEST_INPUT, Math.min(FARTHEST_INPUT, value));
    i = i + 1 === inputs ? 0 : i + 1;
  }
}

interface Lessons {
  readonly data: Dataset;
  readonly sequences: Sequences;
  readonly sample: readonly number[];
  readonly weight: number; // mean weight of the sample
  readonly config: GruConfig;
  readonly random: Random;
}

function train(parts: Parts, { data, sequences, sample, weight, config, random }: Lessons): void {
  const { shape, parameters } = parts;
  const network = createGruNetwork(shape, parameters);
  const gradient = gruParameters(shape, new Float64Array(gruSize(shape)));
  const window = new Float64Array(shape.steps * shape.inputs);
  const step = createAdam(parameters.all, gradient.all);
  const steps = config.epochs * Math.ceil(sample.length / config.batch);
  const limit = config.gradientLimit / 1000;
  let done = 0;
  for (let epoch = 0; epoch < config.epochs; epoch++) {
    const order = shuffle(sample, random, sample.length);
    for (let from = 0; from < order.length; from += config.batch) {
      const rows = order.slice(from, from + config.batch);
      gradient.all.fill(0);
      for (const row of rows) {
        readWindow(parts, sequences, row, window);
        const error = network.forward(window) - (data.target[row] as number);
        const share = (data.weight[row] as number) / (weight * rows.length);
        network.backward(window, error * share, gradient);
      }
      limitLength(gradient.all, limit);
      step((config.learningRate / 1_000_000) * (1 - done++ / steps));
    }
  }
}

/** Shortens a vector to the given length, if it is longer. */
function limitLength(vector: Float64Array, limit: number): void {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  if (!(length > limit)) return;
  for (let i = 0; i < vector.length; i++) vector[i] = ((vector[i] as number) * limit) / length;
}

/** Adam. The powers of its decay rates are running products: a power function's last digit differs between engines. */
function createAdam(parameters: Float64Array, gradient: Float64Array): (rate: number) => void {
  const [decay, squareDecay, tiny] = [0.9, 0.999, 1e-8];
  const means = new Float64Array(parameters.length);
  const squares = new Float64Array(parameters.length);
  let decayed = 1;
  let squareDecayed = 1;
  return (rate) => {
    decayed *= decay;
    squareDecayed *= squareDecay;
    for (let i = 0; i < parameters.length; i++) {
      const slope = gradient[i] as number;
      const mean = decay * (means[i] as number) + (1 - decay) * slope;
      const square = squareDecay * (squares[i] as number) + (1 - squareDecay) * slope * slope;
      means[i] = mean;
      squares[i] = square;
      const deviation = Math.sqrt(square / (1 - squareDecayed));
      parameters[i] = (parameters[i] as number) - (rate * (mean / (1 - decayed))) / (deviation + tiny);
    }
  };
}

function createModel(parts: Parts): Fitted {
  const { shape, parameters, means, scales } = parts;
  return {
    predict: (data) => predict(parts, data),
    serialize: (): Canonical => ({
      learner: ID,
      version: VERSION,
      steps: shape.steps,
      inputs: shape.inputs,
      hidden: shape.hidden,
      means: packFloats(means),
      scales: packFloats(scales),
      parameters: packFloats(parameters.all),
    }),
  };
}

function predict(parts: Parts, data: Dataset): Float64Array {
  const { shape } = parts;
  const { sequences } = data;
  const predicted = new Float64Array(data.rows).fill(Number.NaN);
  if (sequences === null) return predicted;
  if (sequences.steps !== shape.steps || sequences.inputs !== shape.inputs) {
    throw new ModelError("A recurrent network is asked about other histories than it was fitted with: fit it again.", {
      fitted: `${shape.steps} steps of ${shape.inputs}`,
      asked: `${sequences.steps} steps of ${sequences.inputs}`,
    });
  }
  const network = createGruNetwork(shape, parts.parameters);
  const window = new Float64Array(shape.steps * shape.inputs);
  for (let row = 0; row < data.rows; row++) {
    if ((sequences.start[row] as number) < 0) continue;
    readWindow(parts, sequences, row, window);
    predicted[row] = network.forward(window);
  }
  return predicted;
}

function restoreGru(stored: Canonical): Fitted {
  const fields = readStored(stored, ID, VERSION);
  const shape = {
    steps: fields.integer("steps", 1),
    inputs: fields.integer("inputs", 1),
    hidden: fields.integer("hidden", 8),
  };
  return createModel({
    shape,
    parameters: gruParameters(shape, fields.floats("parameters", gruSize(shape))),
    means: fields.floats("means", shape.inputs),
    scales: fields.floats("scales", shape.inputs),
  });
}
