// A gradient and a weight in one double, so that a tree's histogram is half as large and filled with half the additions.
// Both are whole numbers of a unit: the gradient times 2^26, plus the weight. Sums of whole numbers below 2^53 are
// exact, so they do not depend on the order, and a node minus one child is the other child to the bit.

const SHIFT = 67_108_864; // 2^26
const UNSHIFT = 1 / SHIFT;
/** The sums over all rows stay below these, and with them the sums over any of the rows. */
const MOST_WEIGHT = SHIFT - 1;
const MOST_GRADIENT = 2 * SHIFT - 1;

/** More rows than this would leave too few units for each. */
export const MOST_ROWS = 16_777_216; // 2^24

/** What one unit of a packed sum stands for; powers of two, so that nothing is lost by converting. */
export interface Units {
  readonly gradient: number;
  readonly weight: number;
}

/** The gradient in packed sums, in units. */
export function gradientOf(sums: number): number {
  return Math.floor(sums * UNSHIFT);
}

/** The weight in packed sums, in units. */
export function weightOf(sums: number): number {
  return sums - Math.floor(sums * UNSHIFT) * SHIFT;
}

/**
 * Packs the gradients and weights of the rows order[0..count), each rounded to the nearest unit; a weight to one unit at
 * least. The units are the finest with room for the sums: of 100,000 rows, a mean row has some hundred units.
 */
export function packRows(
  gradient: Float64Array,
  weight: Float64Array,
  order: Int32Array,
  count: number,
  packed: Float64Array,
): Units {
  const gradientScale = finestScale(sumSizes(gradient, order, count), MOST_GRADIENT - count);
  const weightScale = finestScale(sumOf(weight, order, 0, count), MOST_WEIGHT - count);
  fillPacked(gradient, gradientScale, weight, weightScale, order, count, packed);
  return { gradient: 1 / gradientScale, weight: 1 / weightScale };
}

// Long loops have functions of their own that end with the loop: what follows a loop that was compiled while it ran for
// the first time is not compiled with it, and Node would leave the compiled loop at its end each time.

/** The sum of the values of the rows order[start..end). */
export function sumOf(values: Float64Array, order: Int32Array, start: number, end: number): number {
  let sum = 0;
  for (let k = start; k < end; k++) sum += values[order[k] as number] as number;
  return sum;
}

/** The sum without the signs. */
function sumSizes(values: Float64Array, order: Int32Array, count: number): number {
  let sum = 0;
  for (let k = 0; k < count; k++) sum += Math.abs(values[order[k] as number] as number);
  return sum;
}

function fillPacked(
  gradient: Float64Array,
  gradientScale: number,
  weight: Float64Array,
  weightScale: number,
  order: Int32Array,
  count: number,
  packed: Float64Array,
): void {
  for (let k = 0; k < count; k++) {
    const row = order[k] as number;
    const own = Math.max(1, Math.floor((weight[row] as number) * weightScale + 0.5));
    packed[row] = Math.floor((gradient[row] as number) * gradientScale + 0.5) * SHIFT + own;
  }
}

/** The largest power of two that keeps the sum within the limit. */
function finestScale(sum: number, limit: number): number {
  let scale = 1;
  if (sum === 0) return scale;
  while (scale * sum > limit) scale /= 2;
  while (2 * scale * sum <= limit) scale *= 2;
  return scale;
}
