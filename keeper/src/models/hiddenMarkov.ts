import { type Canonical, packFloats } from "../data/canonical.ts";
import { ModelError } from "../errors.ts";
import { exp, log } from "../math/functions.ts";
import { readStored } from "./stored.ts";

/** How a hidden Markov model is fitted. */
export type HiddenMarkovConfig = {
  readonly states: 2 | 3;
  readonly iterations: number; // at most so many rounds of Baum-Welch
};

/** A day's return is normal, with the mean and deviation of a state that nobody sees and that changes from day to day. */
export interface HiddenMarkovModel {
  readonly states: number;
  /** Daily mean return of each state; states ascend by deviation, so state 0 is the calmest. */
  readonly means: Float64Array;
  readonly deviations: Float64Array;
  /** Chance of state j on the day after state i: transitions[i * states + j]. */
  readonly transitions: Float64Array;
  /**
   * Chance of each state on each day, from that day's and earlier returns only: the chance of state j on day t is
   * [t * states + j]. A missing return (NaN) says nothing: the chances move on by the transitions.
   */
  filter(returns: ArrayLike<number>): Float64Array;
  /** Logarithm of the density of the returns. */
  logLikelihood(returns: ArrayLike<number>): number;
  serialize(): Canonical;
}

interface Parameters {
  readonly means: Float64Array;
  readonly deviations: Float64Array;
  readonly transitions: Float64Array;
}

interface ForwardPass {
  readonly chances: Float64Array; // filtered, days x states
  readonly emissions: Float64Array; // densities, divided by the day's highest
  readonly scales: Float64Array; // what each day's chances were divided by
  readonly logLikelihood: number;
}

const ID = "hiddenMarkov";
const VERSION = 1;
const FEWEST_DAYS = 20; // a state
const STAY = 0.95; // first guess
const LEAST_DEVIATION = 0.05; // of all returns' deviation: keeps a state from closing in on one day
const ENOUGH = 1e-9; // gain of log likelihood a day that ends the fit
const AROUND = 10; // days before and after: regimes last, single calm days do not make one
const LEAST_VARIATION = 1e-9; // deviation below which returns count as constant
const HALF_LOG_TWO_PI = 0.9189385332046727;

/**
 * Fits a Gaussian hidden Markov model to daily returns by Baum-Welch from a fixed start. The first day's state is taken to be
 * any of them, each equally likely.
 *
 * @throws ModelError with fewer than 20 known returns a state, or when they do not vary.
 */
export function fitHiddenMarkov(returns: ArrayLike<number>, config: HiddenMarkovConfig): HiddenMarkovModel {
  const { mean, deviation, sizes } = moments(returns, config.states);
  const stay = (i: number, j: number) => (i === j ? STAY : (1 - STAY) / (config.states - 1));
  let parameters: Parameters = {
    means: new Float64Array(config.states).fill(mean),
    deviations: firstDeviations(sizes, config.states, LEAST_DEVIATION * deviation),
    transitions: Float64Array.from({ length: config.states * config.states }, (_, cell) =>
      stay(Math.floor(cell / config.states), cell % config.states),
    ),
  };
  let before = Number.NEGATIVE_INFINITY;
  for (let iteration = 0; iteration < config.iterations; iteration++) {
    const pass = runForward(parameters, returns);
    if (pass.logLikelihood - before < ENOUGH * returns.length) break;
    before = pass.logLikelihood;
    parameters = reestimate(parameters, returns, pass, LEAST_DEVIATION * deviation);
  }
  return createModel(ascending(parameters));
}

/** The model that `serialize` wrote. */
export function restoreHiddenMarkov(stored: Canonical): HiddenMarkovModel {
  const fields = readStored(stored, ID, VERSION);
  const states = fields.integer("states", 2);
  return createModel({
    means: fields.floats("means", states),
    deviations: fields.floats("deviations", states),
    transitions: fields.floats("transitions", states * states),
  });
}

function createModel(parameters: Parameters): HiddenMarkovModel {
  const { means, deviations, transitions } = parameters;
  return {
    ...parameters,
    states: means.length,
    filter: (returns) => runForward(parameters, returns).chances,
    logLikelihood: (returns) => runForward(parameters, returns).logLikelihood,
    serialize: () => ({
      learner: ID,
      version: VERSION,
      states: means.length,
      means: packFloats(means),
      deviations: packFloats(deviations),
      transitions: packFloats(transitions),
    }),
  };
}

/** Mean and deviation of the known returns, and the deviations of the weeks around each of them in ascending order. */
function moments(returns: ArrayLike<number>, states: number) {
  const known = Array.from(returns).filter((value) => Number.isFinite(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const distances = Float64Array.from(known, (value) => value - mean);
  const deviation = rootMeanSquare(distances);
  const sizes = distances
    .map((_, day) => rootMeanSquare(distances.subarray(Math.max(0, day - AROUND), day + AROUND + 1)))
    .sort();
  if (known.length < FEWEST_DAYS * states || !(deviation > LEAST_VARIATION)) {
    throw new ModelError(`A regime model needs at least ${FEWEST_DAYS} known returns a state, and they must vary.`, {
      known: String(known.length),
      states: String(states),
    });
  }
  return { mean, deviation, sizes };
}

/** First guesses: the days in equal groups, by how much the market moved in the weeks around them. */
function firstDeviations(sizes: Float64Array, states: number, least: number): Float64Array {
  const cut = (state: number) => Math.floor((sizes.length * state) / states);
  return Float64Array.from({ length: states }, (_, state) =>
    Math.max(least, rootMeanSquare(sizes.subarray(cut(state), cut(state + 1)))),
  );
}

function rootMeanSquare(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

/** Scaled forward pass: each day's chances sum to 1, so that nothing runs out of range however long the history is. */
function runForward(parameters: Parameters, returns: ArrayLike<number>): ForwardPass {
  const states = parameters.means.length;
  const chances = new Float64Array(returns.length * states);
  const emissions = new Float64Array(returns.length * states);
  const scales = new Float64Array(returns.length);
  let logLikelihood = 0;
  for (let day = 0; day < returns.length; day++) {
    const at = day * states;
    logLikelihood += emit(parameters, returns[day] as number, emissions, at);
    let sum = 0;
    for (let j = 0; j < states; j++) {
      const chance =
        (day === 0 ? 1 / states : expected(parameters, chances, at - states, j)) * (emissions[at + j] as number);
      chances[at + j] = chance;
      sum += chance;
    }
    for (let j = 0; j < states; j++) {
      // A sum of 0: every state that can follow is ruled out by rounding. The day then says nothing but its density.
      chances[at + j] = sum > 0 ? (chances[at + j] as number) / sum : 1 / states;
    }
    scales[day] = sum > 0 ? sum : 1;
    logLikelihood += log(scales[day] as number);
  }
  return { chances, emissions, scales, logLikelihood };
}

/** Chance of state j on the day after the chances at `from`. */
function expected({ means, transitions }: Parameters, chances: Float64Array, from: number, j: number): number {
  const states = means.length;
  let sum = 0;
  for (let i = 0; i < states; i++) sum += (chances[from + i] as number) * (transitions[i * states + j] as number);
  return sum;
}

/** Writes each state's density of the return, divided by the highest; returns the highest's logarithm. Missing: 1 and 0. */
function emit({ means, deviations }: Parameters, value: number, emissions: Float64Array, at: number): number {
  if (!Number.isFinite(value)) {
    emissions.fill(1, at, at + means.length);
    return 0;
  }
  let top = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < means.length; j++) {
    const deviation = deviations[j] as number;
    const distance = (value - (means[j] as number)) / deviation;
    const density = -0.5 * distance * distance - log(deviation) - HALF_LOG_TWO_PI;
    emissions[at + j] = density;
    top = Math.max(top, density);
  }
  for (let j = 0; j < means.length; j++) emissions[at + j] = exp((emissions[at + j] as number) - top);
  return top;
}

/** One round of Baum-Welch. */
function reestimate(parameters: Parameters, returns: ArrayLike<number>, pass: ForwardPass, least: number): Parameters {
  const states = parameters.means.length;
  const known = new Float64Array(states); // expected days with a return
  const sums = new Float64Array(states);
  const squares = new Float64Array(states);
  const moves = new Float64Array(states * states);
  let later = new Float64Array(states).fill(1); // scaled backward values of the day
  for (let day = returns.length - 1; day >= 0; day--) {
    const value = returns[day] as number;
    for (let i = 0; i < states && Number.isFinite(value); i++) {
      const share = (pass.chances[day * states + i] as number) * (later[i] as number);
      const distance = value - (parameters.means[i] as number);
      known[i] = (known[i] as number) + share;
      sums[i] = (sums[i] as number) + share * distance;
      squares[i] = (squares[i] as number) + share * distance * distance;
    }
    if (day > 0) later = stepBack(parameters, pass, day, later, moves);
  }
  // A state that no day belongs to keeps its numbers.
  const shift = sums.map((sum, i) => ((known[i] as number) > 1e-6 ? sum / (known[i] as number) : 0));
  const means = shift.map((value, i) => value + (parameters.means[i] as number));
  const deviations = parameters.deviations.map((old, i) => {
    const days = known[i] as number;
    if (days <= 1e-6) return old;
    const variance = (squares[i] as number) / days - (shift[i] as number) * (shift[i] as number);
    return Math.max(least, Math.sqrt(Math.max(0, variance)));
  });
  return { means, deviations, transitions: rowsToChances(moves, parameters.transitions, states) };
}

/** Backward values of the day before; adds that night's expected moves on the way. */
function stepBack(
  { transitions }: Parameters,
  pass: ForwardPass,
  day: number,
  later: Float64Array,
  moves: Float64Array,
): Float64Array<ArrayBuffer> {
  const states = later.length;
  const before = new Float64Array(states);
  for (let i = 0; i < states; i++) {
    let sum = 0;
    for (let j = 0; j < states; j++) {
      const cell = i * states + j;
      const density = (pass.emissions[day * states + j] as number) / (pass.scales[day] as number);
      const part = (transitions[cell] as number) * density * (later[j] as number);
      moves[cell] = (moves[cell] as number) + (pass.chances[(day - 1) * states + i] as number) * part;
      sum += part;
    }
    before[i] = sum;
  }
  return before;
}

/** Each row divided by its sum; the old row where nothing moved. */
function rowsToChances(moves: Float64Array, old: Float64Array, states: number): Float64Array {
  const chances = Float64Array.from(old);
  for (let i = 0; i < states; i++) {
    let sum = 0;
    for (let j = 0; j < states; j++) sum += moves[i * states + j] as number;
    for (let j = 0; j < states && sum > 1e-6; j++) chances[i * states + j] = (moves[i * states + j] as number) / sum;
  }
  return chances;
}

/** The same model with the states in ascending order of deviation, then of mean: labels stay the same from fit to fit. */
function ascending({ means, deviations, transitions }: Parameters): Parameters {
  const states = means.length;
  const order = [...means.keys()].sort(
    (a, b) =>
      (deviations[a] as number) - (deviations[b] as number) || (means[a] as number) - (means[b] as number) || a - b,
  );
  return {
    means: Float64Array.from(order, (state) => means[state] as number),
    deviations: Float64Array.from(order, (state) => deviations[state] as number),
    transitions: Float64Array.from(
      order.flatMap((from) => order.map((to) => transitions[from * states + to] as number)),
    ),
  };
}
