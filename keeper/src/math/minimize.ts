/** A smooth function: writes its gradient at `point` into `gradient`, and returns its value. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

/** When to stop: at a largest gradient component <= tolerance, or after so many iterations. */
export interface MinimizeLimits {
  readonly tolerance: number;
  readonly iterations: number;
}

/** Where a minimisation ended. `converged` is false when a limit or the precision of doubles ended it. */
export interface Minimum {
  readonly point: Float64Array;
  readonly value: number;
  readonly iterations: number;
  readonly converged: boolean;
}

interface Correction {
  readonly step: Float64Array;
  readonly change: Float64Array; // of the gradient
  readonly curvature: number; // step . change
}

const MEMORY = 10;
const SUFFICIENT_DECREASE = 1e-4;
const HALVINGS = 40;

/** The lowest point of a convex function, by limited-memory BFGS with step halving. Same bits everywhere: no chance, fixed order. */
export function minimize(objective: Objective, start: Float64Array, limits: MinimizeLimits): Minimum {
  const corrections: Correction[] = [];
  let point = Float64Array.from(start);
  let gradient = new Float64Array(point.length);
  let value = objective(point, gradient);

  for (let iteration = 0; iteration < limits.iterations; iteration++) {
    if (largest(gradient) <= limits.tolerance) return { point, value, iterations: iteration, converged: true };
    const direction = descent(gradient, corrections);
    const next = search(objective, { point, gradient, value, direction }, corrections.length === 0);
    if (next === null) return { point, value, iterations: iteration, converged: false };

    const step = difference(next.point, point);
    const change = difference(next.gradient, gradient);
    const curvature = dot(step, change);
    if (curvature > 1e-12 * dot(change, change)) corrections.push({ step, change, curvature });
    if (corrections.length > MEMORY) corrections.shift();
    ({ point, gradient, value } = next);
  }
  return { point, value, iterations: limits.iterations, converged: largest(gradient) <= limits.tolerance };
}

interface SearchState {
  readonly point: Float64Array;
  readonly gradient: Float64Array;
  readonly value: number;
  readonly direction: Float64Array;
}

/** First point on the line that is enough lower; null when rounding hides any progress. */
function search(objective: Objective, from: SearchState, first: boolean) {
  const slope = dot(from.gradient, from.direction);
  let length = first ? Math.min(1, 1 / Math.sqrt(dot(from.gradient, from.gradient))) : 1;
  for (let halving = 0; halving < HALVINGS; halving++) {
    const point = from.point.map((x, i) => x + length * (from.direction[i] ?? 0));
    const gradient = new Float64Array(point.length);
    const value = objective(point, gradient);
    if (value <= from.value + SUFFICIENT_DECREASE * length * slope && value < from.value) {
      return { point, gradient, value };
    }
    length /= 2;
  }
  return null;
}

/** Minus the inverse Hessian's estimate times the gradient (two-loop recursion). */
function descent(gradient: Float64Array, corrections: readonly Correction[]): Float64Array {
  const direction = gradient.map((g) => -g);
  const alphas: number[] = [];
  for (const { step, change, curvature } of [...corrections].reverse()) {
    const alpha = dot(step, direction) / curvature;
    alphas.push(alpha);
    add(direction, -alpha, change);
  }
  const newest = corrections.at(-1);
  if (newest !== undefined) {
    const scale = newest.curvature / dot(newest.change, newest.change);
    for (let i = 0; i < direction.length; i++) direction[i] = scale * (direction[i] ?? 0);
  }
  for (const { step, change, curvature } of corrections) {
    const beta = dot(change, direction) / curvature;
    add(direction, (alphas.pop() ?? 0) - beta, step);
  }
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function add(target: Float64Array, factor: number, source: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + factor * (source[i] as number);
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((x, i) => x - (b[i] as number));
}

function largest(values: Float64Array): number {
  let size = 0;
  for (const value of values) size = Math.max(size, Math.abs(value));
  return size;
}
