import { sigmoid, tanh } from "../math/functions.ts";
import { addOuterProducts, addTransposedProduct, affine } from "./matrixProducts.ts";

/** Size of a gated recurrent network with one layer and one output. */
export interface GruShape {
  readonly steps: number;
  readonly inputs: number;
  readonly hidden: number; // a multiple of 8
}

/**
 * Parameters (or their gradient) as views into one array. Gates lie side by side: update, reset, candidate; each matrix holds one
 * row an input or a hidden value, 3 x hidden wide. The candidate is tanh(input part + reset x recurrent part), as in cuDNN.
 */
export interface GruParameters {
  readonly all: Float64Array;
  readonly input: Float64Array; // inputs x 3 hidden
  readonly inputBias: Float64Array;
  readonly recurrent: Float64Array; // hidden x 3 hidden
  readonly recurrentBias: Float64Array;
  readonly output: Float64Array;
  readonly outputBias: Float64Array; // one value
}

/** Working memory of one network; used again for every window. */
export interface GruNetwork {
  /** The output for one window: `inputs` values a step, steps in order. */
  forward(window: Float64Array): number;
  /** Adds the gradient for the window that `forward` saw last; `slope` is the loss's derivative by the output. */
  backward(window: Float64Array, slope: number, gradient: GruParameters): void;
}

/** How many parameters a network has. */
export function gruSize({ inputs, hidden }: GruShape): number {
  return 3 * hidden * (inputs + hidden + 2) + hidden + 1;
}

/** Named views into one array of `gruSize` numbers. */
export function gruParameters(shape: GruShape, all: Float64Array): GruParameters {
  const width = 3 * shape.hidden;
  let end = 0;
  const next = (length: number) => {
    end += length;
    return all.subarray(end - length, end);
  };
  return {
    all,
    input: next(shape.inputs * width),
    inputBias: next(width),
    recurrent: next(shape.hidden * width),
    recurrentBias: next(width),
    output: next(shape.hidden),
    outputBias: next(1),
  };
}

interface Memory {
  readonly states: Float64Array; // (steps + 1) x hidden; the first is 0
  readonly inputPart: Float64Array; // steps x 3 hidden
  readonly recurrentPart: Float64Array; // steps x 3 hidden
  readonly gates: Float64Array; // steps x 3 hidden: update, reset, candidate
  readonly inputSlopes: Float64Array; // steps x 3 hidden
  readonly recurrentSlopes: Float64Array; // steps x 3 hidden
  readonly stateSlopes: Float64Array; // hidden
}

/** A network that reads its parameters where they lie: changing them changes the network. */
export function createGruNetwork(shape: GruShape, parameters: GruParameters): GruNetwork {
  const { steps, hidden } = shape;
  const width = 3 * hidden;
  const memory: Memory = {
    states: new Float64Array((steps + 1) * hidden),
    inputPart: new Float64Array(steps * width),
    recurrentPart: new Float64Array(steps * width),
    gates: new Float64Array(steps * width),
    inputSlopes: new Float64Array(steps * width),
    recurrentSlopes: new Float64Array(steps * width),
    stateSlopes: new Float64Array(hidden),
  };
  return {
    forward: (window) => forward(shape, parameters, memory, window),
    backward: (window, slope, gradient) => backward(shape, parameters, memory, { window, slope, gradient }),
  };
}

function forward(shape: GruShape, parameters: GruParameters, memory: Memory, window: Float64Array): number {
  const { steps, inputs, hidden } = shape;
  const { states, inputPart, recurrentPart } = memory;
  const width = 3 * hidden;
  for (let step = 0; step < steps; step++) {
    const at = step * width;
    affine(inputPart, at, parameters.input, parameters.inputBias, window, step * inputs, inputs);
    affine(recurrentPart, at, parameters.recurrent, parameters.recurrentBias, states, step * hidden, hidden);
    openGates(memory, hidden, step);
  }
  let sum = parameters.outputBias[0] as number;
  for (let j = 0; j < hidden; j++) sum += (parameters.output[j] as number) * (states[steps * hidden + j] as number);
  return sum;
}

/** Gates of one step, and the state after it. */
function openGates({ states, inputPart, recurrentPart, gates }: Memory, hidden: number, step: number): void {
  const before = step * hidden;
  const at = step * 3 * hidden;
  for (let j = 0; j < hidden; j++) {
    const u = at + j;
    const r = u + hidden;
    const c = r + hidden;
    const update = sigmoid((inputPart[u] as number) + (recurrentPart[u] as number));
    const reset = sigmoid((inputPart[r] as number) + (recurrentPart[r] as number));
    const candidate = tanh((inputPart[c] as number) + reset * (recurrentPart[c] as number));
    gates[u] = update;
    gates[r] = reset;
    gates[c] = candidate;
    states[before + hidden + j] = (1 - update) * candidate + update * (states[before + j] as number);
  }
}

interface Lesson {
  readonly window: Float64Array;
  readonly slope: number;
  readonly gradient: GruParameters;
}

/** Backpropagation through time: slopes of all steps first, then all products with them at once. */
function backward(shape: GruShape, parameters: GruParameters, memory: Memory, lesson: Lesson): void {
  const { steps, inputs, hidden } = shape;
  const { states, inputSlopes, recurrentSlopes, stateSlopes } = memory;
  const { window, slope, gradient } = lesson;
  const width = 3 * hidden;
  gradient.outputBias[0] = (gradient.outputBias[0] as number) + slope;
  for (let j = 0; j < hidden; j++) {
    gradient.output[j] = (gradient.output[j] as number) + slope * (states[steps * hidden + j] as number);
    stateSlopes[j] = slope * (parameters.output[j] as number);
  }
  for (let step = steps - 1; step >= 0; step--) {
    closeGates(memory, hidden, step);
    addTransposedProduct(stateSlopes, parameters.recurrent, recurrentSlopes, step * width, width);
  }
  addOuterProducts(gradient.input, window, inputs, inputSlopes, width, steps);
  addOuterProducts(gradient.recurrent, states, hidden, recurrentSlopes, width, steps);
  addRows(gradient.inputBias, inputSlopes);
  addRows(gradient.recurrentBias, recurrentSlopes);
}

/** Slopes of one step's gates; turns the state's slope into the direct part of the slope of the state before. */
function closeGates(memory: Memory, hidden: number, step: number): void {
  const { states, recurrentPart, gates, inputSlopes, recurrentSlopes, stateSlopes } = memory;
  const at = step * 3 * hidden;
  for (let j = 0; j < hidden; j++) {
    const u = at + j;
    const r = u + hidden;
    const c = r + hidden;
    const slope = stateSlopes[j] as number;
    const update = gates[u] as number;
    const reset = gates[r] as number;
    const candidate = gates[c] as number;
    const before = states[step * hidden + j] as number;
    const ofCandidate = slope * (1 - update) * (1 - candidate * candidate);
    const ofUpdate = slope * (before - candidate) * update * (1 - update);
    const ofReset = ofCandidate * (recurrentPart[c] as number) * reset * (1 - reset);
    inputSlopes[u] = ofUpdate;
    inputSlopes[r] = ofReset;
    inputSlopes[c] = ofCandidate;
    recurrentSlopes[u] = ofUpdate;
    recurrentSlopes[r] = ofReset;
    recurrentSlopes[c] = ofCandidate * reset;
    stateSlopes[j] = slope * update;
  }
}

/** Adds every row of a matrix to a vector. */
function addRows(target: Float64Array, matrix: Float64Array): void {
  const width = target.length;
  for (let start = 0; start < matrix.length; start += width) {
    for (let j = 0; j < width; j++) target[j] = (target[j] as number) + (matrix[start + j] as number);
  }
}
