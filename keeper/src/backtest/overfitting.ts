import { createRandom } from "../data/random.ts";
import { log } from "../math/functions.ts";
import { normalCdf, normalQuantile } from "../math/normal.ts";
import { ascendingOrder } from "../math/ranks.ts";
import { mean } from "../math/statistics.ts";
import { DAYS_A_YEAR, percentile, shapeOf, sharpeOf } from "./metrics.ts";

const EULER_MASCHERONI = 0.5772156649015329;

/** Probability that the true Sharpe ratio of one period is above `benchmark` (Bailey and Lopez de Prado). */
export function probabilisticSharpe(returns: ArrayLike<number>, benchmark: number): number {
  const sharpe = sharpeOf(returns);
  return normalCdf(((sharpe - benchmark) * Math.sqrt(returns.length - 1)) / Math.sqrt(errorFactor(returns, sharpe)));
}

/** What is left of a Sharpe ratio after it was chosen as the best of many. */
export interface DeflatedSharpe {
  readonly trials: number;
  readonly threshold: number; // Sharpe ratio of one period that the luckiest of `trials` without skill would reach
  readonly probability: number; // that the true ratio is above it
}

/**
 * Deflated Sharpe ratio: the threshold is the expected best of `trials` Sharpe ratios of one period whose variance is
 * `variance`. With one trial, nothing was chosen and the threshold is 0.
 */
export function deflatedSharpe(returns: ArrayLike<number>, trials: number, variance: number): DeflatedSharpe {
  const threshold = trials <= 1 ? 0 : Math.sqrt(variance) * expectedBest(trials);
  return { trials, threshold, probability: probabilisticSharpe(returns, threshold) };
}

/** Expected largest of `count` independent standard normal values. */
export function expectedBest(count: number): number {
  const plain = normalQuantile(1 - 1 / count);
  const far = normalQuantile(1 - 1 / (count * Math.E));
  return (1 - EULER_MASCHERONI) * plain + EULER_MASCHERONI * far;
}

/** Variance of the Sharpe ratios of one period of several trials; the sampling variance when fewer than two are known. */
export function trialVariance(sharpes: readonly number[], returns: ArrayLike<number>): number {
  const known = sharpes.filter((value) => Number.isFinite(value));
  if (known.length < 2) return errorFactor(returns, sharpeOf(returns)) / (returns.length - 1);
  const centre = mean(known);
  return known.reduce((sum, value) => sum + (value - centre) * (value - centre), 0) / (known.length - 1);
}

/** {periods} that are needed to say with `confidence` that the Sharpe ratio is above `benchmark`; NaN when it is not. */
export function minimumTrackRecord(returns: ArrayLike<number>, benchmark: number, confidence: number): number {
  const sharpe = sharpeOf(returns);
  if (!(sharpe > benchmark)) return Number.NaN;
  const deviations = normalQuantile(confidence) / (sharpe - benchmark);
  return 1 + errorFactor(returns, sharpe) * deviations * deviations;
}

/** Squared standard error of a Sharpe ratio, times T - 1: 1 - skew SR + (kurtosis - 1)/4 SR^2. */
function errorFactor(returns: ArrayLike<number>, sharpe: number): number {
  const { skewness, kurtosis } = shapeOf(returns);
  return 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe * sharpe;
}

/** How often the best of several configurations in one half of the time is below the middle in the other half. */
export interface OverfittingProbability {
  readonly probability: number;
  readonly splits: number;
  readonly configurations: number;
}

/**
 * Probability of backtest overfitting by combinatorially symmetric cross-validation: time is cut into `blocks` (even),
 * every choice of half of them is in sample once, and the winner's rank in the other half is looked at. `returns`: one
 * series a configuration, equally long.
 */
export function overfittingProbability(
  returns: readonly ArrayLike<number>[],
  blocks: number,
): OverfittingProbability | null {
  const length = Math.min(...returns.map((series) => series.length));
  const size = Math.floor(length / blocks);
  if (returns.length < 2 || size < 1) return null;
  const sums = returns.map((series) => blockSums(series, blocks, size));

  let [splits, below] = [0, 0];
  for (const inside of halves(blocks)) {
    const inSample = sums.map((block) => sharpeOfBlocks(block, inside, size, 1));
    const outOfSample = sums.map((block) => sharpeOfBlocks(block, inside, size, 0));
    const winner = ascendingOrder(inSample)[returns.length - 1] ?? 0;
    // Relative rank of the winner, ties in the middle; its logit is at most 0 when the rank is at most 1/2.
    const own = outOfSample[winner] ?? 0;
    const lower = outOfSample.filter((value) => value < own).length;
    const equal = outOfSample.filter((value) => value === own).length;
    const rank = (lower + (equal + 1) / 2) / (returns.length + 1);
    if (log(rank / (1 - rank)) <= 0) below++;
    splits++;
  }
  return { probability: below / splits, splits, configurations: returns.length };
}

interface BlockSums {
  readonly sum: Float64Array;
  readonly squares: Float64Array;
}

function blockSums(series: ArrayLike<number>, blocks: number, size: number): BlockSums {
  const sum = new Float64Array(blocks);
  const squares = new Float64Array(blocks);
  for (let i = 0; i < blocks * size; i++) {
    const block = Math.floor(i / size);
    const value = series[i] ?? 0;
    sum[block] = (sum[block] ?? 0) + value;
    squares[block] = (squares[block] ?? 0) + value * value;
  }
  return { sum, squares };
}

/** Every choice of half of the blocks, as bits. */
function halves(blocks: number): readonly number[] {
  const masks: number[] = [];
  for (let mask = 0; mask < 2 << (blocks - 1); mask++) {
    let bits = 0;
    for (let rest = mask; rest > 0; rest &= rest - 1) bits++;
    if (bits === blocks / 2) masks.push(mask);
  }
  return masks;
}

function sharpeOfBlocks({ sum, squares }: BlockSums, mask: number, size: number, side: 0 | 1): number {
  let [total, square, count] = [0, 0, 0];
  for (let block = 0; block < sum.length; block++) {
    if (((mask >>> block) & 1) !== side) continue;
    total += sum[block] ?? 0;
    square += squares[block] ?? 0;
    count += size;
  }
  const centre = total / count;
  const variance = (square - count * centre * centre) / (count - 1);
  return variance > 0 ? centre / Math.sqrt(variance) : 0;
}

/** An estimate and the interval that holds it with 95% confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * 95% interval of the yearly Sharpe ratio by the stationary bootstrap: blocks of random length (mean `blockLength`) keep
 * runs of good and bad days together. The same seed gives the same interval.
 */
export function bootstrapSharpe(
  returns: ArrayLike<number>,
  { blockLength = 20, samples = 1_000, seed = 1 }: { blockLength?: number; samples?: number; seed?: number } = {},
): Interval {
  const random = createRandom(seed);
  const drawn = new Float64Array(returns.length);
  const sharpes = Float64Array.from({ length: samples }, () => {
    let at = 0;
    for (let i = 0; i < drawn.length; i++) {
      const jumps = i === 0 || random.uniform() * blockLength < 1;
      at = jumps ? Math.floor(random.uniform() * returns.length) : (at + 1) % returns.length;
      drawn[i] = returns[at] ?? 0;
    }
    return sharpeOf(drawn) * Math.sqrt(DAYS_A_YEAR);
  });
  return { low: percentile(sharpes, 0.025), high: percentile(sharpes, 0.975) };
}
