import { divUp, max, min, WEEK } from "../math/fixed.ts";
import { type Point, pointAt, powerAt } from "./lines.ts";

/** D128{1}: 2^128 stands for 1 in the rates of the distributor. */
const D128 = 2n ** 128n;

/** Sums over the pots of a token up to and including one week: `RevenueDistributor.epochAt`. */
export type RevenueEpoch = {
  /** {weeks since 1970} of the last pot in the sums */
  week: bigint;
  /** D128{raw tokens/veGIM wei} sum of pot / supply */
  rates: bigint;
  /** D128{weeks*raw tokens/veGIM wei} sum of pot / supply * week */
  weightedRates: bigint;
};

/** The pot of one week and the supply that shares it. */
export type RevenueWeek = {
  /** {weeks since 1970} */
  week: bigint;
  /** {raw tokens} */
  pot: bigint;
  /** {veGIM wei} at the start of the week */
  supply: bigint;
};

const NO_EPOCH: RevenueEpoch = Object.freeze({ week: 0n, rates: 0n, weightedRates: 0n });

/** The sums with one more week's pot. Weeks ascend. */
export function appendEpoch(
  epochs: readonly RevenueEpoch[],
  { week, pot, supply }: RevenueWeek,
): readonly RevenueEpoch[] {
  const { rates, weightedRates } = epochs.at(-1) ?? NO_EPOCH;
  const rate = (pot * D128) / supply;
  return [...epochs, { week, rates: rates + rate, weightedRates: weightedRates + rate * week }];
}

/** Number of epochs whose week is before `week`. */
function countBefore(epochs: readonly RevenueEpoch[], week: bigint): number {
  let low = 0;
  let high = epochs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((epochs[middle]?.week ?? 0n) >= week) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** First week after the last one in which a line has power. */
function weekAfterEnd({ slope, bias }: Point, end: bigint): bigint {
  return slope === 0n ? end : min(end, divUp(bias, slope * WEEK));
}

export type ClaimableOfParameters = {
  /** The account's history: all its points. */
  points: readonly Point[];
  epochs: readonly RevenueEpoch[];
  /** First epoch that is not settled with the account. Default 0. */
  fromEpoch?: number | undefined;
};

/**
 * {raw tokens} that an account can claim, by two look-ups for each of its points, however many weeks have passed.
 *
 * sum of rate_k * (bias - slope * WEEK * k) over weeks k = bias * (sum of rate_k) - slope * WEEK * (sum of rate_k * k)
 */
export function claimableOf({ points, epochs, fromEpoch = 0 }: ClaimableOfParameters): bigint {
  const sumsBefore = (week: bigint): RevenueEpoch => epochs[countBefore(epochs, week) - 1] ?? NO_EPOCH;
  const firstWeek = epochs[fromEpoch]?.week;
  const lastWeek = epochs.at(-1)?.week;
  if (firstWeek === undefined || lastWeek === undefined) return 0n;
  const total = points.reduce((sum, point, index) => {
    // A point made at the very start of a week counts for it.
    const begin = max(firstWeek, divUp(point.since, WEEK));
    const next = points[index + 1];
    const replaced = next === undefined ? lastWeek + 1n : min(lastWeek + 1n, divUp(next.since, WEEK));
    const end = weekAfterEnd(point, replaced);
    if (begin >= end) return sum;
    const [from, to] = [sumsBefore(begin), sumsBefore(end)];
    const weighted = to.weightedRates - from.weightedRates;
    return sum + point.bias * (to.rates - from.rates) - point.slope * WEEK * weighted;
  }, 0n);
  return total / D128;
}

/** {raw tokens} the same, week by week: each pot times power over supply, rounded down. For checking the sums. */
export function claimableByWeeks(points: readonly Point[], weeks: readonly RevenueWeek[]): bigint {
  return weeks.reduce((sum, { week, pot, supply }) => {
    const point = pointAt(points, week * WEEK);
    return point === undefined ? sum : sum + (pot * powerAt(point, week * WEEK)) / supply;
  }, 0n);
}
