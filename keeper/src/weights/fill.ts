import { feasibleLimits } from "./limits.ts";
import type { PortfolioProblem } from "./problem.ts";

const ROOM = 1e-12;

/**
 * Weights in proportion to `shares` within every limit: all rise together from their floors until a cap, a group or the
 * exposure is full; who is not touched by that goes on rising. Then purchases shrink together to the turnover.
 */
export function fillInProportion(problem: PortfolioProblem, shares: Float64Array): Float64Array {
  const { lower, upper, exposure, turnover, groups } = feasibleLimits(problem);
  const weights = Float64Array.from(lower);
  const all = { members: problem.candidates.map((_, i) => i), cap: exposure };
  const limits = [all, ...groups].map(({ members, cap }) => {
    return { members, room: cap - members.reduce((sum, i) => sum + (weights[i] ?? 0), 0) };
  });
  const open = new Set(all.members.filter((i) => (shares[i] ?? 0) > 0));

  for (;;) {
    for (const i of open) if ((upper[i] ?? 0) - (weights[i] ?? 0) <= ROOM) open.delete(i);
    for (const { members, room } of limits) if (room <= ROOM) for (const i of members) open.delete(i);
    if (open.size === 0) break;
    let rise = Number.POSITIVE_INFINITY;
    for (const i of open) rise = Math.min(rise, ((upper[i] ?? 0) - (weights[i] ?? 0)) / (shares[i] ?? 1));
    for (const { members, room } of limits) {
      const growth = members.reduce((sum, i) => sum + (open.has(i) ? (shares[i] ?? 0) : 0), 0);
      if (growth > 0) rise = Math.min(rise, room / growth);
    }
    for (const i of open) weights[i] = (weights[i] ?? 0) + rise * (shares[i] ?? 0);
    for (const limit of limits) {
      limit.room -= limit.members.reduce((sum, i) => sum + (open.has(i) ? rise * (shares[i] ?? 0) : 0), 0);
    }
  }
  return shrinkPurchases(problem, weights, lower, turnover);
}

function shrinkPurchases(
  { candidates }: PortfolioProblem,
  weights: Float64Array,
  lower: Float64Array,
  turnover: number,
): Float64Array {
  const base = weights.map((weight, i) => Math.max(lower[i] ?? 0, Math.min(weight, candidates[i]?.current ?? 0)));
  const forced = base.reduce((sum, weight, i) => sum + Math.max(0, weight - (candidates[i]?.current ?? 0)), 0);
  const wanted = weights.reduce((sum, weight, i) => sum + weight - (base[i] ?? 0), 0);
  if (forced + wanted <= turnover || wanted <= ROOM) return weights;
  const share = Math.max(0, turnover - forced) / wanted;
  return weights.map((weight, i) => (base[i] ?? 0) + share * (weight - (base[i] ?? 0)));
}
