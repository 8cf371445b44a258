import { cholesky, choleskySolve } from "../math/linear.ts";

/** Minimise w'Qw / 2 + linear'w + sum(2 cost u) with u >= w - current, u >= 0, within bounds, groups and turnover. */
export interface Programme {
  readonly quadratic: Float64Array; // n x n, positive semidefinite
  readonly linear: Float64Array;
  readonly purchaseCost: Float64Array; // on u, the part of w above `current`
  readonly lower: Float64Array;
  readonly upper: Float64Array; // > lower
  readonly current: Float64Array;
  readonly turnover: number; // sum of u at most
  readonly groups: readonly { readonly members: readonly number[]; readonly cap: number }[]; // sum of w at most
}

/** Where the method ended. */
export interface Optimum {
  readonly weights: Float64Array;
  readonly iterations: number;
  readonly converged: boolean;
}

const TOLERANCE = 1e-11;
const LOOSE_TOLERANCE = 1e-8; // still an answer when rounding stops the last steps
const DUAL_SHARE = 1e-3; // prices are rounded more coarsely than weights: they are divided by what is left of the room
const LARGEST_ITERATIONS = 100;
const TO_BOUNDARY = 0.995;

/**
 * Mehrotra's predictor and corrector (1992) on the primal-dual path. Every step solves one n x n system by Cholesky: the
 * purchases are eliminated first. Rows of the constraints, in this order: upper bounds, lower bounds, u >= 0,
 * u >= w - current, turnover, groups. A strictly feasible point need not be known.
 */
export function solveInterior(programme: Programme): Optimum {
  const n = programme.linear.length;
  const rows = 4 * n + 1 + programme.groups.length;
  const point = startingPoint(programme, rows);
  let iterations = 0;
  let best = { error: Number.POSITIVE_INFINITY, x: point.x };
  for (; iterations < LARGEST_ITERATIONS; iterations++) {
    const residuals = measure(programme, point);
    if (residuals.error < best.error) best = { error: residuals.error, x: Float64Array.from(point.x) };
    if (best.error < TOLERANCE || Number.isNaN(residuals.error)) break;
    const system = factorise(programme, point);
    if (system === null) break;

    // The predictor aims at the optimum; what it would reach says how far the corrector may aim.
    const target = complementarity(point, null, 0);
    const affine = direction(programme, point, residuals, system, target);
    const reach = stepLength(point, affine);
    const after = dualityGap(point, affine, reach) / rows;
    const ratio = after / residuals.mean;
    const step = direction(
      programme,
      point,
      residuals,
      system,
      complementarity(point, affine, ratio * ratio * ratio * residuals.mean),
    );
    const length = Math.min(1, TO_BOUNDARY * stepLength(point, step));
    if (!(length > 1e-12)) break;
    move(point, step, length);
  }
  const weights = best.x.slice(0, n);
  for (let i = 0; i < n; i++) {
    weights[i] = Math.min(programme.upper[i] ?? 0, Math.max(programme.lower[i] ?? 0, weights[i] ?? 0));
  }
  return { weights, iterations, converged: best.error < LOOSE_TOLERANCE };
}

interface Point {
  readonly x: Float64Array; // weights, then purchases
  readonly s: Float64Array; // room left in every row
  readonly z: Float64Array; // price of every row
}

interface Residuals {
  readonly dual: Float64Array;
  readonly primal: Float64Array;
  readonly error: number; // how far from the optimum, 0 = there
  readonly mean: number; // of room times price, over all rows
}

function startingPoint(programme: Programme, rows: number): Point {
  const n = programme.linear.length;
  const x = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    const middle = ((programme.lower[i] ?? 0) + (programme.upper[i] ?? 0)) / 2;
    x[i] = middle;
    x[n + i] = Math.max(0, middle - (programme.current[i] ?? 0)) + 0.01;
  }
  const s = constraintValues(programme, x);
  for (let r = 0; r < rows; r++) s[r] = Math.max(0.01, limitOf(programme, r) - (s[r] ?? 0));
  return { x, s, z: new Float64Array(rows).fill(1) };
}

/** Right side of a row, all rows being "at most". */
function limitOf(programme: Programme, row: number): number {
  const n = programme.linear.length;
  if (row < n) return programme.upper[row] ?? 0;
  if (row < 2 * n) return -(programme.lower[row - n] ?? 0);
  if (row < 3 * n) return 0;
  if (row < 4 * n) return programme.current[row - 3 * n] ?? 0;
  return row === 4 * n ? programme.turnover : (programme.groups[row - 4 * n - 1]?.cap ?? 0);
}

/** Left side of every row. */
function constraintValues(programme: Programme, x: Float64Array): Float64Array {
  const n = programme.linear.length;
  const values = new Float64Array(4 * n + 1 + programme.groups.length);
  let purchases = 0;
  for (let i = 0; i < n; i++) {
    const weight = x[i] ?? 0;
    const purchase = x[n + i] ?? 0;
    values[i] = weight;
    values[n + i] = -weight;
    values[2 * n + i] = -purchase;
    values[3 * n + i] = weight - purchase;
    purchases += purchase;
  }
  values[4 * n] = purchases;
  programme.groups.forEach(({ members }, g) => {
    values[4 * n + 1 + g] = members.reduce((sum, i) => sum + (x[i] ?? 0), 0);
  });
  return values;
}

/** Adds the rows, each times its factor, to `out`. */
function addRows(programme: Programme, factors: Float64Array, out: Float64Array): void {
  const n = programme.linear.length;
  const turnover = factors[4 * n] ?? 0;
  for (let i = 0; i < n; i++) {
    const bought = factors[3 * n + i] ?? 0;
    out[i] = (out[i] ?? 0) + (factors[i] ?? 0) - (factors[n + i] ?? 0) + bought;
    out[n + i] = (out[n + i] ?? 0) - (factors[2 * n + i] ?? 0) - bought + turnover;
  }
  programme.groups.forEach(({ members }, g) => {
    const factor = factors[4 * n + 1 + g] ?? 0;
    for (const i of members) out[i] = (out[i] ?? 0) + factor;
  });
}

function measure(programme: Programme, { x, s, z }: Point): Residuals {
  const n = programme.linear.length;
  const dual = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    let sum = programme.linear[i] ?? 0;
    for (let j = 0; j < n; j++) sum += (programme.quadratic[i * n + j] ?? 0) * (x[j] ?? 0);
    dual[i] = sum;
    dual[n + i] = programme.purchaseCost[i] ?? 0;
  }
  addRows(programme, z, dual);
  const primal = constraintValues(programme, x);
  let gap = 0;
  let error = 0;
  for (let r = 0; r < primal.length; r++) {
    primal[r] = (primal[r] ?? 0) + (s[r] ?? 0) - limitOf(programme, r);
    error = Math.max(error, Math.abs(primal[r] ?? 0));
    gap += (s[r] ?? 0) * (z[r] ?? 0);
  }
  error = Math.max(error, gap);
  for (let i = 0; i < 2 * n; i++) error = Math.max(error, DUAL_SHARE * Math.abs(dual[i] ?? 0));
  return { dual, primal, error, mean: gap / primal.length };
}

interface System {
  readonly lower: Float64Array; // Cholesky factor of the weights' system
  readonly bought: Float64Array; // coupling of a weight with its purchase
  readonly purchases: Float64Array; // diagonal of the purchases' system
  readonly inverseSum: number; // of that diagonal
  readonly turnover: number; // its rank-one part
}

/** The system after elimination of the purchases, whose own system is a diagonal and a rank-one part. */
function factorise(programme: Programme, { s, z }: Point): System | null {
  const n = programme.linear.length;
  const ratio = (r: number) => (z[r] ?? 0) / (s[r] ?? 1);
  const matrix = Float64Array.from(programme.quadratic);
  const bought = new Float64Array(n);
  const purchases = new Float64Array(n);
  const coupling = new Float64Array(n);
  let inverseSum = 0;
  for (let i = 0; i < n; i++) {
    const free = ratio(2 * n + i);
    const tied = ratio(3 * n + i);
    bought[i] = tied;
    purchases[i] = free + tied;
    coupling[i] = tied / (free + tied);
    inverseSum += 1 / (free + tied);
    const own = ratio(i) + ratio(n + i) + (tied * free) / (free + tied);
    matrix[i * n + i] = (matrix[i * n + i] ?? 0) + own;
  }
  const turnover = ratio(4 * n);
  const shared = turnover / (1 + turnover * inverseSum);
  for (let i = 0; i < n; i++) {
    const factor = shared * (coupling[i] ?? 0);
    for (let j = 0; j < n; j++) matrix[i * n + j] = (matrix[i * n + j] ?? 0) + factor * (coupling[j] ?? 0);
  }
  programme.groups.forEach(({ members }, g) => {
    const factor = ratio(4 * n + 1 + g);
    for (const i of members) {
      for (const j of members) matrix[i * n + j] = (matrix[i * n + j] ?? 0) + factor;
    }
  });
  const lower = cholesky(matrix, n);
  return lower === null ? null : { lower, bought, purchases, inverseSum, turnover };
}

/** What room times price of every row has to lose: down to `centre`, with the predictor's second-order term. */
function complementarity({ s, z }: Point, predictor: Point | null, centre: number): Float64Array {
  return s.map((room, r) => {
    const second = predictor === null ? 0 : (predictor.s[r] ?? 0) * (predictor.z[r] ?? 0);
    return room * (z[r] ?? 0) + second - centre;
  });
}

function direction(
  programme: Programme,
  { s, z }: Point,
  residuals: Residuals,
  system: System,
  target: Float64Array,
): Point {
  const n = programme.linear.length;
  const rows = s.length;
  const factors = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    factors[r] = ((z[r] ?? 0) * (residuals.primal[r] ?? 0) - (target[r] ?? 0)) / (s[r] ?? 1);
  }
  const right = Float64Array.from(residuals.dual);
  addRows(programme, factors, right);
  for (let i = 0; i < 2 * n; i++) right[i] = -(right[i] ?? 0);

  const x = solveSystem(system, right, n);
  const values = constraintValues(programme, x);
  const dS = new Float64Array(rows);
  const dZ = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    dS[r] = -(residuals.primal[r] ?? 0) - (values[r] ?? 0);
    dZ[r] = (factors[r] ?? 0) + ((z[r] ?? 0) / (s[r] ?? 1)) * (values[r] ?? 0);
  }
  return { x, s: dS, z: dZ };
}

function solveSystem(system: System, right: Float64Array, n: number): Float64Array {
  const shared = system.turnover / (1 + system.turnover * system.inverseSum);
  // The purchases' system, inverted: diagonal less rank one (Sherman and Morrison).
  const invert = (values: Float64Array) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (values[i] ?? 0) / (system.purchases[i] ?? 1);
    return values.map((value, i) => (value - shared * sum) / (system.purchases[i] ?? 1));
  };
  const inner = invert(right.slice(n));
  const outer = right.slice(0, n);
  for (let i = 0; i < n; i++) outer[i] = (outer[i] ?? 0) + (system.bought[i] ?? 0) * (inner[i] ?? 0);
  const weights = choleskySolve(system.lower, outer);
  const rest = right.slice(n).map((value, i) => value + (system.bought[i] ?? 0) * (weights[i] ?? 0));
  const x = new Float64Array(2 * n);
  x.set(weights);
  x.set(invert(rest), n);
  return x;
}

/** Longest step up to 1 that keeps all room and all prices at least 0. */
function stepLength(point: Point, step: Point): number {
  let length = 1;
  for (let r = 0; r < point.s.length; r++) {
    const room = step.s[r] ?? 0;
    const price = step.z[r] ?? 0;
    if (room < 0) length = Math.min(length, -(point.s[r] ?? 0) / room);
    if (price < 0) length = Math.min(length, -(point.z[r] ?? 0) / price);
  }
  return length;
}

function dualityGap(point: Point, step: Point, length: number): number {
  let gap = 0;
  for (let r = 0; r < point.s.length; r++) {
    gap += ((point.s[r] ?? 0) + length * (step.s[r] ?? 0)) * ((point.z[r] ?? 0) + length * (step.z[r] ?? 0));
  }
  return gap;
}

function move(point: Point, step: Point, length: number): void {
  for (let i = 0; i < point.x.length; i++) point.x[i] = (point.x[i] ?? 0) + length * (step.x[i] ?? 0);
  for (let r = 0; r < point.s.length; r++) {
    point.s[r] = (point.s[r] ?? 0) + length * (step.s[r] ?? 0);
    point.z[r] = (point.z[r] ?? 0) + length * (step.z[r] ?? 0);
  }
}
