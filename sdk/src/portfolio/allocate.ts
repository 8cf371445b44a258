import { largestRemainderBps } from "../math/weights.ts";
import { type PlanRule, PortfolioInfeasibleError } from "./errors.ts";
import { excessOf } from "./limits.ts";
import { type HalfSpace, nearestPoint } from "./nearest.ts";
import type { Constraint } from "./types.ts";

const WHOLE = 10_000;
/** Parts of a basis point that count in rounding: less is noise of the arithmetic. */
const FINE = 1e6;

/** A constraint as half spaces over parts of one; a bound that nothing counts towards is told apart. */
function halfSpacesOf({ parts, minBps, maxBps }: Constraint): HalfSpace[] {
  const length = Math.sqrt(parts.reduce((sum, part) => sum + part * part, 0));
  const toPlane = (sign: number, bps: number): HalfSpace => ({
    normal: parts.map((part) => (sign * part) / (length || 1)),
    bound: (sign * bps) / (length || 1),
  });
  return [
    ...(minBps === undefined ? [] : [toPlane(1, minBps)]),
    ...(maxBps === undefined ? [] : [toPlane(-1, maxBps)]),
  ];
}

/** {1} nearest weights that keep all constraints, none below zero; null when there are none. */
function fit(wish: readonly number[], constraints: readonly Constraint[]): number[] | null {
  const n = wish.length;
  const unit = 1 / Math.sqrt(n);
  const all = { normal: wish.map(() => unit), bound: unit };
  const notNegative = wish.map((_, own): HalfSpace => {
    return { normal: wish.map((_, i) => (i === own ? 1 : 0)), bound: 0 };
  });
  const planes = constraints.flatMap(halfSpacesOf);
  const isEmpty = ({ normal, bound }: HalfSpace): boolean => normal.every((value) => value === 0) && bound > 0;
  if (planes.some(isEmpty)) return null;
  const useful = planes.filter(({ normal }) => normal.some((value) => value !== 0));
  return nearestPoint(wish, all, [...notNegative, ...useful]);
}

/** The rules of which none can be left out for the conflict to stay. */
function conflictOf(wish: readonly number[], constraints: readonly Constraint[]): PlanRule[] {
  const rules = [...new Map(constraints.map(({ rule }) => [rule.id, rule])).values()];
  const needed = new Set(rules.map(({ id }) => id));
  for (const { id } of rules) {
    needed.delete(id);
    const rest = constraints.filter(({ rule }) => needed.has(rule.id));
    if (fit(wish, rest) !== null) needed.add(id);
  }
  return rules.filter(({ id }) => needed.has(id));
}

/** Whole weights can miss a bound by parts of a basis point: moves single points until every bound is kept. */
function repair(rounded: readonly number[], wish: readonly number[], constraints: readonly Constraint[]): number[] {
  const weights = [...rounded];
  const badness = (): number => constraints.reduce((sum, constraint) => sum + excessOf(weights, constraint), 0);
  const move = (from: number, to: number, amount: number): void => {
    weights[from] = (weights[from] ?? 0) - amount;
    weights[to] = (weights[to] ?? 0) + amount;
  };
  let worst = badness();
  while (worst > 0) {
    let best: { from: number; to: number; left: number; cost: number } | undefined;
    for (const from of weights.keys()) {
      for (const to of weights.keys()) {
        if (from === to || (weights[from] ?? 0) === 0) continue;
        const cost = (weights[to] ?? 0) - (wish[to] ?? 0) - ((weights[from] ?? 0) - (wish[from] ?? 0));
        move(from, to, 1);
        const left = badness();
        move(to, from, 1);
        if (left < (best?.left ?? worst) || (best !== undefined && left === best.left && cost < best.cost)) {
          best = { from, to, left, cost };
        }
      }
    }
    if (best === undefined) break;
    move(best.from, best.to, 1);
    worst = best.left;
  }
  return weights;
}

/**
 * {bps} Whole weights that sum to 10,000, keep every constraint exactly, and lie as near to the wish as they can.
 * `wish` {1} in the order of the indices. Throws `PortfolioInfeasibleError` with the rules that exclude each other.
 */
export function allocate(wish: readonly number[], constraints: readonly Constraint[]): number[] {
  const exact = fit(wish, constraints);
  if (exact === null) throw new PortfolioInfeasibleError(conflictOf(wish, constraints), "no weights keep all of them");
  const inBps = exact.map((part) => Math.max(0, part) * WHOLE);
  const rounded = largestRemainderBps(inBps.map((bps) => BigInt(Math.round(bps * FINE))));
  const weights = repair(rounded, inBps, constraints);
  const missed = constraints.filter((constraint) => excessOf(weights, constraint) > 0);
  if (missed.length === 0) return weights;
  const rules = [...new Map(missed.map(({ rule }) => [rule.id, rule])).values()];
  throw new PortfolioInfeasibleError(rules, "only parts of a basis point would keep them");
}
