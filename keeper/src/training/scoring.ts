import { exp } from "../math/functions.ts";
import { neutralise } from "../math/neutral.ts";
import { centredRanks } from "../math/ranks.ts";
import { correlation } from "../math/statistics.ts";
import type { Exposures } from "./exposures.ts";
import type { TrainingParams } from "./params.ts";

/** How well a prediction ranked the assets of one week. */
export interface WeekScore {
  readonly raw: number; // rank information coefficient
  readonly neutral: number; // the same after volatility, size and beta were taken out of both sides
}

/** Scores one week; NaN with fewer than ten assets in common. */
export function scoreWeek(prediction: Float64Array, returns: Float64Array, exposures: Exposures): WeekScore {
  const rows: number[] = [];
  for (let i = 0; i < prediction.length; i++) {
    if (!Number.isNaN(prediction[i]) && !Number.isNaN(returns[i])) rows.push(i);
  }
  if (rows.length < 10) return { raw: Number.NaN, neutral: Number.NaN };
  const pick = (values: Float64Array) => centredRanks(Float64Array.from(rows, (row) => values[row] ?? Number.NaN));
  const predicted = pick(prediction);
  const realised = pick(returns);
  const factors = [exposures.volatility, exposures.size, exposures.beta].map((values) => zeroed(pick(values)));
  return {
    raw: correlation(predicted, realised),
    neutral: correlation(zeroed(neutralise(predicted, factors)), zeroed(neutralise(realised, factors))),
  };
}

/**
 * Weights {1} of the members from their past out-of-sample neutral scores, newest last: e^(sharpness x ICIR), shrunk towards
 * equal weights and kept between a floor and a ceiling. A member without scores counts as average.
 */
export function memberWeights(history: readonly (readonly number[])[], params: TrainingParams): Float64Array {
  const ratios = history.map((scores) => informationRatio(scores.slice(-params.scoreWeeks), params.scoreHalfLifeWeeks));
  const known = ratios.filter((ratio) => !Number.isNaN(ratio));
  const middle = known.length === 0 ? 0 : known.reduce((sum, ratio) => sum + ratio, 0) / known.length;
  const raw = ratios.map((ratio) => exp(params.sharpness * ((Number.isNaN(ratio) ? middle : ratio) - middle)));
  const total = raw.reduce((sum, value) => sum + value, 0);
  const shrink = params.shrinkBps / 10_000;
  const weights = raw.map((value) => (1 - shrink) * (value / total) + shrink / raw.length);
  return bound(weights, params.leastWeightBps / 10_000, params.mostWeightBps / 10_000);
}

/** Mean over deviation with exponential weights, pulled towards 0 while there are few weeks. */
function informationRatio(scores: readonly number[], halfLife: number): number {
  const known = scores
    .map((score, i) => ({ score, age: scores.length - 1 - i }))
    .filter(({ score }) => !Number.isNaN(score));
  if (known.length < 2) return Number.NaN;
  const weights = known.map(({ age }) => exp((-Math.LN2 * age) / halfLife));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const centre = known.reduce((sum, { score }, i) => sum + (weights[i] ?? 0) * score, 0) / total;
  const spread =
    known.reduce((sum, { score }, i) => sum + (weights[i] ?? 0) * (score - centre) * (score - centre), 0) / total;
  return (centre / Math.sqrt(spread + 1e-4)) * (known.length / (known.length + 8));
}

/** Cuts at the bounds and shares the difference among the rest, until all fit. */
function bound(weights: readonly number[], least: number, most: number): Float64Array {
  const result = Float64Array.from(weights);
  const low = Math.min(least, 1 / result.length);
  const high = Math.max(most, 1 / result.length);
  for (let round = 0; round < result.length; round++) {
    const free = [...result.keys()].filter((i) => (result[i] ?? 0) > low && (result[i] ?? 0) < high);
    for (let i = 0; i < result.length; i++) result[i] = Math.max(low, Math.min(high, result[i] ?? 0));
    const excess = 1 - result.reduce((sum, value) => sum + value, 0);
    if (free.length === 0 || Math.abs(excess) < 1e-12) break;
    for (const i of free) result[i] = (result[i] ?? 0) + excess / free.length;
  }
  const total = result.reduce((sum, value) => sum + value, 0);
  return result.map((value) => value / total);
}

function zeroed(values: Float64Array): Float64Array {
  return values.map((value) => (Number.isNaN(value) ? 0 : value));
}
