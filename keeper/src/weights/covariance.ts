import { exp } from "../math/functions.ts";
import { cholesky } from "../math/linear.ts";

/** How returns become a covariance. */
export interface CovarianceOptions {
  /** What the sample is pulled towards: equal correlations, or equal variances without any correlation. */
  readonly target: "constant-correlation" | "identity";
  /** {days} after which a day counts half; null = all days count alike. */
  readonly halfLife: number | null;
  /** {days} of returns below which an asset's own figures are not used. */
  readonly leastDays: number;
}

/** A covariance that can be inverted. */
export interface Covariance {
  readonly matrix: Float64Array; // assets x assets, of one day's returns
  readonly shrinkage: number; // 0 = the sample, 1 = the target
  readonly meanCorrelation: number;
  readonly assumed: readonly number[]; // assets with too few days: largest variance, mean correlation
}

/**
 * Ledoit and Wolf's shrinkage (2003 for the identity, 2004 for the constant correlation) of a days x assets matrix of
 * returns, row-major, oldest day first, NaN = missing. With weights for days, 1 / T becomes the sum of their squares.
 *
 * Missing days are handled by pairs: a covariance is taken over the days that both assets have. An asset with fewer than
 * `leastDays`, or one that never moves, gets the largest variance and the mean correlation of the others. Pairs may make a
 * matrix that is not positive definite; then it is pulled further towards its target until it is. Null: no asset is usable.
 */
export function shrunkCovariance(
  returns: Float64Array,
  days: number,
  assets: number,
  options: CovarianceOptions,
): Covariance | null {
  const weights = dayWeights(days, options.halfLife);
  const columns = Array.from({ length: assets }, (_, i) => centred(returns, days, assets, i, weights));
  const usable = columns.flatMap(({ known, variance }, i) => (known >= options.leastDays && variance > 0 ? [i] : []));
  if (usable.length === 0) return null;

  const sample = sampleMoments(
    usable.map((i) => columns[i]?.values ?? new Float64Array()),
    weights,
    options.target,
  );
  const variances = usable.map((_, k) => sample.matrix[k * usable.length + k] ?? 0);
  const target =
    options.target === "identity" ? identityTarget(variances) : correlationTarget(variances, sample.meanCorrelation);
  const blended = blend(sample, target, usable.length);
  if (blended === null) return null;

  const matrix = spread(blended.matrix, usable, assets, sample.meanCorrelation);
  const known = new Set(usable);
  const assumed = columns.flatMap((_, i) => (known.has(i) ? [] : [i]));
  return cholesky(matrix, assets) === null
    ? null
    : { matrix, shrinkage: blended.shrinkage, meanCorrelation: sample.meanCorrelation, assumed };
}

/** {1} of each day, oldest first; they sum to 1. */
function dayWeights(days: number, halfLife: number | null): Float64Array {
  const weights = new Float64Array(days);
  let sum = 0;
  for (let t = 0; t < days; t++) {
    weights[t] = halfLife === null ? 1 : exp((-Math.LN2 * (days - 1 - t)) / halfLife);
    sum += weights[t] ?? 0;
  }
  for (let t = 0; t < days; t++) weights[t] = (weights[t] ?? 0) / sum;
  return weights;
}

interface Column {
  readonly values: Float64Array; // returns less their mean; NaN = missing
  readonly known: number; // {days}
  readonly variance: number;
}

function centred(returns: Float64Array, days: number, assets: number, asset: number, weights: Float64Array): Column {
  const values = new Float64Array(days);
  let known = 0;
  let weight = 0;
  let sum = 0;
  for (let t = 0; t < days; t++) {
    const value = returns[t * assets + asset] ?? Number.NaN;
    values[t] = value;
    if (Number.isNaN(value)) continue;
    known++;
    weight += weights[t] ?? 0;
    sum += (weights[t] ?? 0) * value;
  }
  const centre = sum / weight;
  let variance = 0;
  for (let t = 0; t < days; t++) {
    const value = (values[t] ?? Number.NaN) - centre;
    values[t] = value;
    if (!Number.isNaN(value)) variance += ((weights[t] ?? 0) * value * value) / weight;
  }
  return { values, known, variance };
}

interface Moments {
  readonly matrix: Float64Array;
  readonly meanCorrelation: number;
  readonly noise: number; // variance of the sample's entries, less what they share with the target
}

function sampleMoments(
  columns: readonly Float64Array[],
  weights: Float64Array,
  target: CovarianceOptions["target"],
): Moments {
  const n = columns.length;
  const pairs = new Float64Array(n * n);
  const noises = new Float64Array(n * n);
  const skews = new Float64Array(n * n); // [i, j]: covariance of asset i's variance with the pair's covariance
  const variances = columns.map((column) => pairMoments(column, column, weights, 0, 0).covariance);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const [a, b] = [columns[i] ?? new Float64Array(), columns[j] ?? new Float64Array()];
      const pair = pairMoments(a, b, weights, variances[i] ?? 0, variances[j] ?? 0);
      pairs[i * n + j] = pairs[j * n + i] = pair.covariance;
      noises[i * n + j] = noises[j * n + i] = pair.noise;
      skews[i * n + j] = pair.withFirst;
      skews[j * n + i] = pair.withSecond;
    }
  }
  const meanCorrelation = fillUnknownPairs(pairs, variances);
  let noise = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const own = noises[i * n + j] ?? 0;
      if (target === "identity") noise += own;
      else if (i !== j) {
        const ratio = Math.sqrt((variances[j] ?? 0) / (variances[i] ?? 1));
        const shared = ratio * (skews[i * n + j] ?? 0) + (skews[j * n + i] ?? 0) / ratio;
        noise += own - (meanCorrelation / 2) * shared;
      }
    }
  }
  return { matrix: pairs, meanCorrelation, noise };
}

interface PairMoments {
  readonly covariance: number; // NaN = no day in common
  readonly noise: number; // of the covariance, as an estimate
  readonly withFirst: number; // what that shares with the first asset's variance
  readonly withSecond: number;
}

function pairMoments(
  a: Float64Array,
  b: Float64Array,
  weights: Float64Array,
  varianceA: number,
  varianceB: number,
): PairMoments {
  let weight = 0;
  let squares = 0;
  let sum = 0;
  for (let t = 0; t < weights.length; t++) {
    const product = (a[t] ?? 0) * (b[t] ?? 0);
    if (Number.isNaN(product)) continue;
    const w = weights[t] ?? 0;
    weight += w;
    squares += w * w;
    sum += w * product;
  }
  if (weight === 0) return { covariance: Number.NaN, noise: 0, withFirst: 0, withSecond: 0 };
  const covariance = sum / weight;
  let noise = 0;
  let first = 0;
  let second = 0;
  for (let t = 0; t < weights.length; t++) {
    const x = a[t] ?? 0;
    const y = b[t] ?? 0;
    const distance = x * y - covariance;
    if (Number.isNaN(distance)) continue;
    const weighted = (weights[t] ?? 0) * distance;
    noise += weighted * distance;
    first += weighted * (x * x - varianceA);
    second += weighted * (y * y - varianceB);
  }
  // 1 / T for equal weights: how much less a mean varies than one day.
  const share = squares / (weight * weight) / weight;
  return { covariance, noise: noise * share, withFirst: first * share, withSecond: second * share };
}

/** Gives pairs without a common day the mean correlation, and returns it. */
function fillUnknownPairs(pairs: Float64Array, variances: readonly number[]): number {
  const n = variances.length;
  const scale = (i: number, j: number) => Math.sqrt((variances[i] ?? 0) * (variances[j] ?? 0));
  let sum = 0;
  let count = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const covariance = pairs[i * n + j] ?? Number.NaN;
      if (Number.isNaN(covariance)) continue;
      sum += covariance / scale(i, j);
      count++;
    }
  }
  const mean = count === 0 ? 0 : sum / count;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (Number.isNaN(pairs[i * n + j] ?? Number.NaN)) pairs[i * n + j] = mean * scale(i, j);
    }
  }
  return mean;
}

function correlationTarget(variances: readonly number[], correlation: number): Float64Array {
  const n = variances.length;
  const target = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const scale = Math.sqrt((variances[i] ?? 0) * (variances[j] ?? 0));
      target[i * n + j] = i === j ? (variances[i] ?? 0) : correlation * scale;
    }
  }
  return target;
}

function identityTarget(variances: readonly number[]): Float64Array {
  const n = variances.length;
  const target = new Float64Array(n * n);
  const mean = variances.reduce((sum, variance) => sum + variance, 0) / n;
  for (let i = 0; i < n; i++) target[i * n + i] = mean;
  return target;
}

function blend(
  sample: Moments,
  target: Float64Array,
  n: number,
): { readonly matrix: Float64Array; readonly shrinkage: number } | null {
  let distance = 0;
  for (let k = 0; k < n * n; k++) {
    const gap = (sample.matrix[k] ?? 0) - (target[k] ?? 0);
    distance += gap * gap;
  }
  const wanted = distance > 0 ? Math.max(0, Math.min(1, sample.noise / distance)) : 0;
  // Each attempt goes half of the way that is left; the last one is the target itself.
  for (let attempt = 0, shrinkage = wanted; attempt <= 10; attempt++) {
    const matrix = sample.matrix.map((value, k) => shrinkage * (target[k] ?? 0) + (1 - shrinkage) * value);
    if (cholesky(matrix, n) !== null) return { matrix, shrinkage };
    shrinkage = attempt === 9 ? 1 : (1 + shrinkage) / 2;
  }
  return null;
}

/** Puts the usable assets' matrix into that of all assets. */
function spread(small: Float64Array, usable: readonly number[], assets: number, correlation: number): Float64Array {
  if (usable.length === assets) return small;
  const m = usable.length;
  let largest = 0;
  for (let k = 0; k < m; k++) largest = Math.max(largest, small[k * m + k] ?? 0);
  const place = new Map(usable.map((asset, k) => [asset, k]));
  const varianceOf = (i: number) => {
    const k = place.get(i);
    return k === undefined ? largest : (small[k * m + k] ?? 0);
  };
  const shared = Math.max(0, correlation);
  const matrix = new Float64Array(assets * assets);
  for (let i = 0; i < assets; i++) {
    for (let j = 0; j < assets; j++) {
      const [a, b] = [place.get(i), place.get(j)];
      if (a !== undefined && b !== undefined) matrix[i * assets + j] = small[a * m + b] ?? 0;
      else matrix[i * assets + j] = i === j ? largest : shared * Math.sqrt(varianceOf(i) * varianceOf(j));
    }
  }
  return matrix;
}
