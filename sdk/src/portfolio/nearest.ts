/** normal . x >= bound; `normal` has length 1, so that distances can be compared. */
export type HalfSpace = { normal: readonly number[]; bound: number };

/** Below this a bound counts as kept: a ten-thousandth of a thousandth of a basis point. */
const TOLERANCE = 1e-11;
/** Squared length below which a direction lies in the span of the bounds that hold already. */
const DEPENDENT = 1e-18;
const LARGEST_STEPS = 5_000;

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

/** x of matrix x = right by Gauss elimination with the largest pivot; the matrix is regular by construction. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const n = right.length;
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0]);
  for (let column = 0; column < n; column++) {
    let best = column;
    for (let r = column + 1; r < n; r++) {
      if (Math.abs(rows[r]?.[column] ?? 0) > Math.abs(rows[best]?.[column] ?? 0)) best = r;
    }
    const pivot = rows[best] ?? [];
    rows[best] = rows[column] ?? [];
    rows[column] = pivot;
    for (let r = column + 1; r < n; r++) {
      const row = rows[r] ?? [];
      const factor = (row[column] ?? 0) / (pivot[column] ?? 1);
      if (factor === 0) continue;
      for (let c = column; c <= n; c++) row[c] = (row[c] ?? 0) - factor * (pivot[c] ?? 0);
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let r = n - 1; r >= 0; r--) {
    const row = rows[r] ?? [];
    let sum = row[n] ?? 0;
    for (let c = r + 1; c < n; c++) sum -= (row[c] ?? 0) * (x[c] ?? 0);
    x[r] = sum / (row[r] ?? 1);
  }
  return x;
}

/** A bound that holds with equality, and how hard it pushes. An equation is never let go. */
type Active = { plane: HalfSpace; push: number; isEquation: boolean };

type Direction = { along: number[]; relief: number[] };

/** Where to go to meet a plane while all active ones stay met, and what that takes from their pushes. */
function directionTo(normal: readonly number[], active: readonly Active[]): Direction {
  const normals = active.map(({ plane }) => plane.normal);
  const gram = normals.map((a) => normals.map((b) => dot(a, b)));
  const relief = solve(
    gram,
    normals.map((a) => dot(a, normal)),
  );
  const along = normal.map(
    (value, i) => value - normals.reduce((sum, a, k) => sum + (relief[k] ?? 0) * (a[i] ?? 0), 0),
  );
  return { along, relief };
}

/** Moves `x` onto one more plane; false when the active ones leave no way there. */
function meet(x: number[], plane: HalfSpace, active: Active[], isEquation: boolean): boolean {
  let push = 0;
  for (let step = 0; step < LARGEST_STEPS; step++) {
    const { along, relief } = directionTo(plane.normal, active);
    const slope = dot(along, along);
    const full = slope > DEPENDENT ? (plane.bound - dot(plane.normal, x)) / slope : Number.POSITIVE_INFINITY;
    let partial = Number.POSITIVE_INFINITY;
    let leaving = -1;
    for (const [k, { push: own, isEquation: stays }] of active.entries()) {
      const rate = relief[k] ?? 0;
      if (!stays && rate > TOLERANCE && own / rate < partial) {
        partial = own / rate;
        leaving = k;
      }
    }
    const length = Math.min(full, partial);
    if (length === Number.POSITIVE_INFINITY) return false;
    if (full !== Number.POSITIVE_INFINITY)
      for (let i = 0; i < x.length; i++) x[i] = (x[i] ?? 0) + length * (along[i] ?? 0);
    for (const [k, item] of active.entries()) item.push -= length * (relief[k] ?? 0);
    push += length;
    if (full <= partial) {
      active.push({ plane, push, isEquation });
      return true;
    }
    active.splice(leaving, 1);
  }
  return false;
}

/**
 * The point nearest to `wish` that meets the equation and keeps every half space; null when there is none.
 * The dual method of Goldfarb and Idnani (1983): finite, and it tells an empty set from a slow search. Only sums,
 * products and quotients, so that every machine finds the same bits.
 */
export function nearestPoint(
  wish: readonly number[],
  equation: HalfSpace,
  halfSpaces: readonly HalfSpace[],
): number[] | null {
  const x = [...wish];
  const active: Active[] = [];
  if (!meet(x, equation, active, true)) return null;
  for (let step = 0; step < LARGEST_STEPS; step++) {
    let worst = -TOLERANCE;
    let next: HalfSpace | undefined;
    for (const plane of halfSpaces) {
      const slack = dot(plane.normal, x) - plane.bound;
      if (slack < worst && !active.some((item) => item.plane === plane)) {
        worst = slack;
        next = plane;
      }
    }
    if (next === undefined) return x;
    if (!meet(x, next, active, false)) return null;
  }
  return null;
}
