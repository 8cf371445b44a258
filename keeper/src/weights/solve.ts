import { fillInProportion } from "./fill.ts";
import { hierarchicalShares } from "./hierarchical.ts";
import { feasibleLimits } from "./limits.ts";
import { objectiveOf, optimise } from "./optimise.ts";
import { METHODS, type Method, type PortfolioProblem, type PortfolioSolution } from "./problem.ts";
import { inverseVolatilityShares, riskParityShares } from "./riskParity.ts";

/**
 * Weights by the wanted method, or by the next one in the order of `METHODS` that works on these figures; `equal` always
 * does. A method other than the wanted one is named in the reasons. All keep every limit.
 */
export function solvePortfolio(problem: PortfolioProblem, wanted: Method = "optimised"): PortfolioSolution {
  const failed: string[] = [];
  for (const method of METHODS.slice(METHODS.indexOf(wanted))) {
    const solution = method === "optimised" ? optimise(problem) : spreadBy(problem, method);
    if (solution !== null) return { ...solution, reasons: [...failed, ...solution.reasons] };
    failed.push(`The figures allow no ${WORDS[method]} weights; the next method is taken.`);
  }
  throw new RangeError("Equal weights always exist.");
}

const WORDS: { readonly [method in Method]: string } = {
  optimised: "optimised",
  "risk-parity": "risk parity",
  hierarchical: "hierarchical",
  "inverse-volatility": "inverse volatility",
  equal: "equal",
};

function spreadBy(problem: PortfolioProblem, method: Exclude<Method, "optimised">): PortfolioSolution | null {
  const { candidates, covariance } = problem;
  // Only what may be held takes part, or its share would be lost.
  const held = candidates.flatMap(({ cap }, i) => (cap > 0 ? [i] : []));
  const n = held.length;
  const part = Float64Array.from({ length: n * n }, (_, k) => {
    return covariance[(held[Math.floor(k / n)] ?? 0) * candidates.length + (held[k % n] ?? 0)] ?? Number.NaN;
  });
  const found = n === 0 ? new Float64Array() : sharesBy(method, part, n);
  if (found === null) return null;
  const shares = new Float64Array(candidates.length);
  held.forEach((i, k) => {
    shares[i] = found[k] ?? 0;
  });
  const weights = fillInProportion(problem, shares);
  const { exposure, reasons } = feasibleLimits(problem);
  const unplaced = exposure - weights.reduce((sum, weight) => sum + weight, 0);
  return {
    weights,
    method,
    objective: objectiveOf(problem, weights),
    unplaced: unplaced > 1e-8 ? unplaced : 0,
    iterations: 0,
    reasons,
  };
}

function sharesBy(method: Exclude<Method, "optimised">, covariance: Float64Array, n: number): Float64Array | null {
  if (method === "risk-parity") return riskParityShares(covariance, n);
  if (method === "hierarchical") return hierarchicalShares(covariance, n)?.shares ?? null;
  return method === "inverse-volatility" ? inverseVolatilityShares(covariance, n) : new Float64Array(n).fill(1 / n);
}
