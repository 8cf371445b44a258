import { exp, log } from "./functions.ts";

const SQRT_TWO_PI = 2.5066282746310002;
/** Where the series around 0 hands over to the continued fraction, which keeps its digits far out. */
const TAIL = 3;

/** Density of the standard normal distribution. */
export function normalDensity(x: number): number {
  return exp((-x * x) / 2) / SQRT_TWO_PI;
}

/** Probability that a standard normal variable is at most x, within 1e-14 of the true value, also far out. */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x < -TAIL) return upperTail(-x);
  if (x > TAIL) return 1 - upperTail(x);
  // 1/2 + phi(x) (x + x^3/3 + x^5/(3 5) + ...): every term has the same sign, so nothing cancels.
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-18 * Math.abs(sum) && k < 200; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + normalDensity(x) * sum;
}

/** x with normalCdf(x) = probability; -Infinity at 0, Infinity at 1, NaN outside. */
export function normalQuantile(probability: number): number {
  if (!(probability >= 0 && probability <= 1)) return Number.NaN;
  if (probability === 0) return Number.NEGATIVE_INFINITY;
  if (probability === 1) return Number.POSITIVE_INFINITY;
  if (probability > 0.5) return -normalQuantile(1 - probability);
  // Abramowitz and Stegun 26.2.23 is within 5e-4; each step of Halley's method triples the digits.
  const t = Math.sqrt(-2 * log(probability));
  let x = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let step = 0; step < 4; step++) {
    const error = (normalCdf(x) - probability) / normalDensity(x);
    x -= error / (1 + (x * error) / 2);
  }
  return x;
}

/** P(X > x) for x > 0 by a continued fraction: phi(x) / (x + 1/(x + 2/(x + 3/(x + ...)))). */
function upperTail(x: number): number {
  let fraction = x;
  for (let k = 120; k > 0; k--) fraction = x + k / fraction;
  return normalDensity(x) / fraction;
}
