import { exp } from "../math/functions.ts";
import { type RankScore, rankScore } from "../math/rankCorrelation.ts";
import type { Exposures } from "./exposures.ts";
import type { TrainingParams } from "./params.ts";

/** Scores one week, neutral to volatility, size and beta; NaN with fewer than ten assets in common. */
export function scoreWeek(prediction: Float64Array, returns: Float64Array, exposures: Exposures): RankScore {
  return rankScore(prediction, returns, [exposures.volatility, exposures.size, exposures.beta]);
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
