import { BPS } from "../math/fixed.ts";
import { PortfolioInvalidError } from "./errors.ts";
import {
  type Constraint,
  DEFAULT_PORTFOLIO_LIMITS,
  type PortfolioIndex,
  type PortfolioLimits,
  RISK_TIERS,
  type RiskTier,
} from "./types.ts";

const WHOLE = Number(BPS);
/** More would be a list, not a plan; the search stays in milliseconds. */
export const MAX_PLAN_INDICES = 64;

export function percentOf(bps: number): string {
  return `${bps / 100}%`;
}

function requireWholeBps(value: number, field: string): void {
  if (!Number.isInteger(value) || value < 0 || value > WHOLE) {
    throw new PortfolioInvalidError(field, `must be whole basis points from 0 to ${WHOLE}, not ${value}`);
  }
}

/** Refuses indices that cannot be right, before anything is computed from them. */
export function requireIndices(indices: readonly PortfolioIndex[]): void {
  if (indices.length === 0 || indices.length > MAX_PLAN_INDICES) {
    throw new PortfolioInvalidError("indices", `must be 1 to ${MAX_PLAN_INDICES}, not ${indices.length}`);
  }
  const seen = new Set<string>();
  for (const [position, { vault, name, tier, sectors }] of indices.entries()) {
    const field = `indices[${position}]`;
    if (name.trim() === "") throw new PortfolioInvalidError(`${field}.name`, "must not be empty");
    if (seen.has(vault.toLowerCase()))
      throw new PortfolioInvalidError(`${field}.vault`, `holds ${vault} a second time`);
    seen.add(vault.toLowerCase());
    if (!RISK_TIERS.includes(tier))
      throw new PortfolioInvalidError(`${field}.tier`, `must be one of ${RISK_TIERS.join(", ")}`);
    for (const [sector, bps] of Object.entries(sectors)) requireWholeBps(bps, `${field}.sectors.${sector}`);
    const sum = Object.values(sectors).reduce((all, bps) => all + bps, 0);
    if (sum > WHOLE)
      throw new PortfolioInvalidError(`${field}.sectors`, `must sum to at most ${WHOLE} bps, not ${sum}`);
  }
}

/** The defaults with what the caller says otherwise. */
export function resolveLimits(given: Partial<PortfolioLimits> = {}): PortfolioLimits {
  const limits = { ...DEFAULT_PORTFOLIO_LIMITS, ...given };
  for (const [field, bps] of Object.entries(limits)) requireWholeBps(bps, `limits.${field}`);
  return limits;
}

/** {bps} of each index that belongs to one of the tiers: all of it or nothing. */
export function tierParts(indices: readonly PortfolioIndex[], ...tiers: readonly RiskTier[]): number[] {
  return indices.map(({ tier }) => (tiers.includes(tier) ? WHOLE : 0));
}

/** The limits of every plan as inequalities. */
export function limitConstraints(indices: readonly PortfolioIndex[], limits: PortfolioLimits): Constraint[] {
  const { indexMaxBps, sectorMaxBps, aggressiveMaxBps, conservativeMinBps } = limits;
  const single = { id: "index-max", words: `no index over ${percentOf(indexMaxBps)}` };
  const sectors = [...new Set(indices.flatMap((index) => Object.keys(index.sectors)))].sort();
  return [
    ...indices.map((_, own): Constraint => {
      return { rule: single, parts: indices.map((_, i) => (i === own ? WHOLE : 0)), maxBps: indexMaxBps };
    }),
    ...sectors.map((sector): Constraint => {
      const words = `no more than ${percentOf(sectorMaxBps)} in the sector ${sector}`;
      const parts = indices.map((index) => index.sectors[sector] ?? 0);
      return { rule: { id: `sector-max:${sector}`, words }, parts, maxBps: sectorMaxBps };
    }),
    {
      rule: { id: "aggressive-max", words: `at most ${percentOf(aggressiveMaxBps)} in aggressive indices` },
      parts: tierParts(indices, "aggressive"),
      maxBps: aggressiveMaxBps,
    },
    {
      rule: { id: "conservative-min", words: `at least ${percentOf(conservativeMinBps)} in conservative indices` },
      parts: tierParts(indices, "conservative"),
      minBps: conservativeMinBps,
    },
  ];
}

/** {bps of bps} How far whole weights are outside a constraint; 0 when they keep it. Exact. */
export function excessOf(weights: readonly number[], { parts, minBps, maxBps }: Constraint): number {
  const sum = weights.reduce((all, weight, i) => all + weight * (parts[i] ?? 0), 0);
  const above = maxBps === undefined ? 0 : sum - maxBps * WHOLE;
  const below = minBps === undefined ? 0 : minBps * WHOLE - sum;
  return Math.max(0, above, below);
}
