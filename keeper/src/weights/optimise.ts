import { solveInterior } from "./interiorPoint.ts";
import { feasibleLimits, type Limits } from "./limits.ts";
import type { PortfolioProblem, PortfolioSolution } from "./problem.ts";

/**
 * Price of exposure that stays unplaced, in multiples of the largest figure of the objective: high enough that nothing is
 * left unplaced for the objective's sake, so that only limits can do so.
 */
const PLACEMENT_PRICE = 50;
const FIXED = 1e-12;
const PLACED = 1e-8;

/**
 * The weights that are best by `score - aversion / 2 * variance - cost of trading - penalty / 2 * correlation` among those
 * that place as much of the exposure as the limits allow. Null when the numbers do not allow an answer: the covariance is
 * no covariance or has a hole.
 */
export function optimise(problem: PortfolioProblem): PortfolioSolution | null {
  const limits = tighten(feasibleLimits(problem), problem);
  const n = problem.candidates.length;
  const quadratic = quadraticTerm(problem);
  const free: number[] = [];
  const weights = Float64Array.from(limits.lower);
  for (let i = 0; i < n; i++) if ((limits.upper[i] ?? 0) - (limits.lower[i] ?? 0) > FIXED) free.push(i);
  if (
    !quadratic.every((value) => Number.isFinite(value)) ||
    problem.candidates.some(({ score, costRate }) => !Number.isFinite(score - costRate))
  ) {
    return null;
  }

  let iterations = 0;
  if (free.length > 0) {
    const optimum = solveInterior(programmeOf(problem, limits, quadratic, free));
    if (!optimum.converged) return null;
    free.forEach((i, k) => {
      weights[i] = optimum.weights[k] ?? 0;
    });
    iterations = optimum.iterations;
  }
  const placed = weights.reduce((sum, weight) => sum + weight, 0);
  const unplaced = limits.exposure - placed > PLACED ? limits.exposure - placed : 0;
  return {
    weights,
    method: "optimised",
    objective: objectiveOf(problem, weights),
    unplaced,
    iterations,
    reasons: limits.reasons,
  };
}

/** What weights are worth: score less risk, cost of trading and correlation. */
export function objectiveOf(problem: PortfolioProblem, weights: Float64Array): number {
  const n = problem.candidates.length;
  const quadratic = quadraticTerm(problem);
  let value = 0;
  for (let i = 0; i < n; i++) {
    const weight = weights[i] ?? 0;
    const { score, costRate, current } = problem.candidates[i] ?? { score: 0, costRate: 0, current: 0 };
    let pull = 0;
    for (let j = 0; j < n; j++) pull += (quadratic[i * n + j] ?? 0) * (weights[j] ?? 0);
    value += weight * (score - pull / 2) - costRate * Math.abs(weight - current);
  }
  return value;
}

/** Fixes what a limit without any room holds fast: the method needs an inside to walk through. */
function tighten(limits: Limits, { candidates }: PortfolioProblem): Limits {
  const { lower } = limits;
  const upper = Float64Array.from(limits.upper);
  const all = { members: candidates.map((_, i) => i), cap: limits.exposure };
  for (const { members, cap } of [all, ...limits.groups]) {
    const room = cap - members.reduce((sum, i) => sum + (lower[i] ?? 0), 0);
    if (room <= FIXED) for (const i of members) upper[i] = lower[i] ?? 0;
  }
  const bought = candidates.reduce((sum, { current }, i) => sum + Math.max(0, (lower[i] ?? 0) - current), 0);
  if (limits.turnover - bought > FIXED) return { ...limits, upper };
  candidates.forEach(({ current }, i) => {
    upper[i] = Math.max(lower[i] ?? 0, Math.min(upper[i] ?? 0, current));
  });
  return { ...limits, upper, turnover: 2 };
}

/** aversion * covariance + penalty * correlation. */
function quadraticTerm({ candidates, covariance, riskAversion, correlationPenalty }: PortfolioProblem): Float64Array {
  const n = candidates.length;
  const deviations = candidates.map((_, i) => Math.sqrt(covariance[i * n + i] ?? 0));
  return covariance.map((value, k) => {
    const scale = (deviations[Math.floor(k / n)] ?? 0) * (deviations[k % n] ?? 0);
    return riskAversion * value + (correlationPenalty === 0 ? 0 : (correlationPenalty * value) / scale);
  });
}

/** The free candidates' part, in units of the largest figure. What is fixed enters through the linear term and the limits. */
function programmeOf(problem: PortfolioProblem, limits: Limits, quadratic: Float64Array, free: readonly number[]) {
  const { candidates } = problem;
  const n = candidates.length;
  const m = free.length;
  const fixed = candidates.map((_, i) => i).filter((i) => !free.includes(i));
  const scale = scaleOf(problem, quadratic);
  const part = new Float64Array(m * m);
  const linear = new Float64Array(m);
  free.forEach((i, k) => {
    const { score, costRate } = candidates[i] ?? { score: 0, costRate: 0 };
    let pull = 0;
    for (const j of fixed) pull += (quadratic[i * n + j] ?? 0) * (limits.lower[j] ?? 0);
    // |w - current| = 2 u - (w - current), with u = max(0, w - current).
    linear[k] = (pull - score - costRate) / scale - PLACEMENT_PRICE;
    free.forEach((j, l) => {
      part[k * m + l] = (quadratic[i * n + j] ?? 0) / scale;
    });
  });
  const lowerOf = (members: readonly number[]) => members.reduce((sum, i) => sum + (limits.lower[i] ?? 0), 0);
  const fixedPurchases = fixed.reduce(
    (sum, i) => sum + Math.max(0, (limits.lower[i] ?? 0) - (candidates[i]?.current ?? 0)),
    0,
  );
  const place = new Map(free.map((i, k) => [i, k]));
  const groups = [{ members: candidates.map((_, i) => i), cap: limits.exposure }, ...limits.groups];
  return {
    quadratic: part,
    linear,
    purchaseCost: Float64Array.from(free, (i) => (2 * (candidates[i]?.costRate ?? 0)) / scale),
    lower: Float64Array.from(free, (i) => limits.lower[i] ?? 0),
    upper: Float64Array.from(free, (i) => limits.upper[i] ?? 0),
    current: Float64Array.from(free, (i) => candidates[i]?.current ?? 0),
    turnover: Math.min(2, limits.turnover) - fixedPurchases,
    groups: groups.flatMap(({ members, cap }) => {
      const own = members.flatMap((i) => place.get(i) ?? []);
      const left = cap - lowerOf(members.filter((i) => !place.has(i)));
      const largest = members.reduce((sum, i) => sum + (place.has(i) ? (limits.upper[i] ?? 0) : 0), 0);
      return own.length === 0 || largest < left ? [] : [{ members: own, cap: left }];
    }),
  };
}

function scaleOf({ candidates }: PortfolioProblem, quadratic: Float64Array): number {
  let scale = 1e-9;
  for (const { score, costRate } of candidates) scale = Math.max(scale, Math.abs(score) + 2 * costRate);
  for (const value of quadratic) scale = Math.max(scale, Math.abs(value));
  return scale;
}
