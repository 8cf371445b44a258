import type { Address } from "viem";
import { allocate } from "./allocate.ts";
import { PortfolioInvalidError } from "./errors.ts";
import { limitConstraints, percentOf, requireIndices, resolveLimits, tierParts } from "./limits.ts";
import { equalRiskShares, inverseVolatility } from "./riskParity.ts";
import {
  type Constraint,
  PLAN_KINDS,
  type PlanKind,
  type PortfolioIndex,
  type PortfolioLimits,
  RISK_TIERS,
  type RiskTier,
} from "./types.ts";

const WHOLE = 10_000;
const CORE_BPS = 7_000;
const SAFE_BPS = 6_000;

/** {bps} The three tiers of the three-tier plan: from, to. */
export const THREE_TIER: Readonly<Record<RiskTier, readonly [from: number, to: number]>> = Object.freeze({
  conservative: [4_000, 5_000],
  balanced: [3_000, 4_000],
  aggressive: [2_000, 3_000],
});

export type PlanPortfolioParameters = {
  kind: PlanKind;
  indices: readonly PortfolioIndex[];
  /** What differs from `DEFAULT_PORTFOLIO_LIMITS`. */
  limits?: Partial<PortfolioLimits> | undefined;
  /** core-satellite: the vaults of the core. Default: every index that is not aggressive. */
  core?: readonly Address[] | undefined;
  /** risk-parity: {1 a year} of the indices' returns, in their order. Default: inverse volatility. */
  covariance?: readonly (readonly number[])[] | undefined;
};

export type PlannedIndex = PortfolioIndex & { weightBps: number };

export type PortfolioPlan = {
  kind: PlanKind;
  limits: PortfolioLimits;
  /** In the order given; the weights sum to 10,000. */
  indices: readonly PlannedIndex[];
  /** {bps} by tier and by sector. */
  tiers: Readonly<Record<RiskTier, number>>;
  sectors: Readonly<Record<string, number>>;
};

export type PlanPortfolioErrorType = PortfolioInvalidError;

/** What a plan wants before limits, and the rules that make it this plan. */
type Design = { wish: number[]; rules: Constraint[] };

/** A part of the whole, equally among those that count. */
function spread(parts: readonly number[], bps: number): number[] {
  const count = parts.filter((part) => part > 0).length;
  return parts.map((part) => (part > 0 ? bps / WHOLE / count : 0));
}

function added(...lists: readonly number[][]): number[] {
  const [first = []] = lists;
  return first.map((_, i) => lists.reduce((sum, list) => sum + (list[i] ?? 0), 0));
}

/** Each tier in its range: what the lower ends leave is shared equally, which is a third each. */
function threeTier(indices: readonly PortfolioIndex[]): Design {
  const left = WHOLE - RISK_TIERS.reduce((sum, tier) => sum + THREE_TIER[tier][0], 0);
  const rules = RISK_TIERS.map((tier): Constraint => {
    const [minBps, maxBps] = THREE_TIER[tier];
    const words = `${percentOf(minBps)} to ${percentOf(maxBps)} in ${tier} indices (three-tier)`;
    return { rule: { id: `plan:${tier}`, words }, parts: tierParts(indices, tier), minBps, maxBps };
  });
  const wish = added(
    ...RISK_TIERS.map((tier) => spread(tierParts(indices, tier), THREE_TIER[tier][0] + left / RISK_TIERS.length)),
  );
  return { wish, rules };
}

function coreSatellite(indices: readonly PortfolioIndex[], core: readonly Address[] | undefined): Design {
  const wanted = core?.map((vault) => vault.toLowerCase());
  for (const [position, vault] of (wanted ?? []).entries()) {
    if (indices.some((index) => index.vault.toLowerCase() === vault)) continue;
    throw new PortfolioInvalidError(`core[${position}]`, `names ${vault}, which is none of the indices`);
  }
  const isCore = ({ vault, tier }: PortfolioIndex): boolean =>
    wanted === undefined ? tier !== "aggressive" : wanted.includes(vault.toLowerCase());
  const parts = indices.map((index) => (isCore(index) ? WHOLE : 0));
  const others = parts.map((part) => WHOLE - part);
  const words = `${percentOf(CORE_BPS)} in the core, ${percentOf(WHOLE - CORE_BPS)} in satellites`;
  const rule: Constraint = { rule: { id: "plan:core", words }, parts, minBps: CORE_BPS, maxBps: CORE_BPS };
  return { wish: added(spread(parts, CORE_BPS), spread(others, WHOLE - CORE_BPS)), rules: [rule] };
}

/** 60% at the safe end. The other end is aggressive as far as the limits let it, then balanced. */
function barbell(indices: readonly PortfolioIndex[]): Design {
  const parts = tierParts(indices, "conservative");
  const words = `${percentOf(SAFE_BPS)} in conservative indices, ${percentOf(WHOLE - SAFE_BPS)} at the other end (barbell)`;
  const rule: Constraint = { rule: { id: "plan:barbell", words }, parts, minBps: SAFE_BPS, maxBps: SAFE_BPS };
  const risky = spread(tierParts(indices, "aggressive"), WHOLE - SAFE_BPS);
  return { wish: added(spread(parts, SAFE_BPS), risky), rules: [rule] };
}

function designOf({ kind, indices, core, covariance }: PlanPortfolioParameters): Design {
  if (kind === "three-tier") return threeTier(indices);
  if (kind === "core-satellite") return coreSatellite(indices, core);
  if (kind === "barbell") return barbell(indices);
  if (covariance === undefined) return { wish: inverseVolatility(indices), rules: [] };
  if (covariance.length !== indices.length) {
    throw new PortfolioInvalidError("covariance", `must have ${indices.length} rows, not ${covariance.length}`);
  }
  return { wish: equalRiskShares(covariance), rules: [] };
}

/**
 * A named plan over a list of indices: whole basis points that sum to 10,000, keep every limit exactly, and are as near to
 * the plan as the limits let them. The same input gives the same plan on every machine.
 *
 * @throws PortfolioInvalidError when an index, a limit or the covariance cannot be right.
 * @throws PortfolioInfeasibleError when rules exclude each other; it names them.
 *
 * @example
 * const plan = planPortfolio({ kind: "three-tier", indices });
 * plan.indices.map(({ name, weightBps }) => `${name} ${weightBps / 100}%`);
 */
export function planPortfolio(parameters: PlanPortfolioParameters): PortfolioPlan {
  const { kind, indices } = parameters;
  if (!PLAN_KINDS.includes(kind)) throw new PortfolioInvalidError("kind", `must be one of ${PLAN_KINDS.join(", ")}`);
  requireIndices(indices);
  const limits = resolveLimits(parameters.limits);
  const { wish, rules } = designOf(parameters);
  const weights = allocate(wish, [...rules, ...limitConstraints(indices, limits)]);
  const planned = indices.map((index, i) => Object.freeze({ ...index, weightBps: weights[i] ?? 0 }));
  const ofTier = (tier: RiskTier): number =>
    planned.reduce((sum, index) => sum + (index.tier === tier ? index.weightBps : 0), 0);
  return Object.freeze({
    kind,
    limits,
    indices: planned,
    tiers: { conservative: ofTier("conservative"), balanced: ofTier("balanced"), aggressive: ofTier("aggressive") },
    sectors: sectorsOf(planned),
  });
}

/** {bps} of each sector, looking through the indices; in the order of their names. */
export function sectorsOf(planned: readonly Pick<PlannedIndex, "sectors" | "weightBps">[]): Record<string, number> {
  const names = [...new Set(planned.flatMap(({ sectors }) => Object.keys(sectors)))].sort();
  const part = (sector: string): number =>
    planned.reduce((sum, { sectors, weightBps }) => sum + weightBps * (sectors[sector] ?? 0), 0) / WHOLE;
  return Object.fromEntries(names.map((sector) => [sector, part(sector)]));
}
