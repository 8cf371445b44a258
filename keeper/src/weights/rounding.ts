import type { AssetId } from "../data/source.ts";
import { BPS } from "../data/vault.ts";
import { feasibleLimits } from "./limits.ts";
import type { PortfolioProblem } from "./problem.ts";

const EXACT = 1e-6; // {bps} what the optimiser's rounding may have taken off a whole number

/**
 * Weights in whole bps: first all down, then what is left of their sum goes by one to the largest remainders, equal ones in
 * the order of the assets, where neither a cap nor a group nor the turnover is passed.
 */
export function roundWeights(problem: PortfolioProblem, weights: Float64Array): ReadonlyMap<AssetId, number> {
  const { candidates } = problem;
  const { upper, groups, exposure, turnover } = feasibleLimits(problem);
  const exact = weights.map((weight) => weight * BPS);
  const units = exact.map((value) => Math.floor(value + EXACT));
  const sum = (values: Float64Array, members: readonly number[]) =>
    members.reduce((total, i) => total + (values[i] ?? 0), 0);
  const all = candidates.map((_, i) => i);
  const limits = [{ members: all, cap: exposure }, ...groups].map(({ members, cap }) => {
    return { members: new Set(members), room: Math.floor(cap * BPS + EXACT) - sum(units, members) };
  });
  const bought = units.map((unit, i) => Math.max(0, unit - (candidates[i]?.current ?? 0) * BPS));
  let purchases = Math.floor(turnover * BPS + EXACT) - sum(bought, all);
  let left = Math.floor(sum(exact, all) + EXACT) - sum(units, all);

  const remainder = (i: number) => (exact[i] ?? 0) - (units[i] ?? 0);
  const order = all.filter((i) => remainder(i) > EXACT).sort((a, b) => remainder(b) - remainder(a) || a - b);
  for (const i of order) {
    if (left < 1) break;
    const buys = (units[i] ?? 0) + 1 > (candidates[i]?.current ?? 0) * BPS;
    const open = limits.every(({ members, room }) => !members.has(i) || room >= 1);
    if (!open || (buys && purchases < 1) || (units[i] ?? 0) + 1 > (upper[i] ?? 0) * BPS + EXACT) continue;
    units[i] = (units[i] ?? 0) + 1;
    for (const limit of limits) if (limit.members.has(i)) limit.room--;
    if (buys) purchases--;
    left--;
  }
  return new Map(candidates.map(({ asset }, i) => [asset, units[i] ?? 0]));
}
