import type { Address } from "viem";
import type { PlanRule } from "./errors.ts";

export const RISK_TIERS = ["conservative", "balanced", "aggressive"] as const;
/** How much of a fall an index may show: the risk tier of its methodology. */
export type RiskTier = (typeof RISK_TIERS)[number];

export const PLAN_KINDS = ["three-tier", "core-satellite", "barbell", "risk-parity"] as const;
export type PlanKind = (typeof PLAN_KINDS)[number];

/** An index that a plan may hold. */
export type PortfolioIndex = {
  vault: Address;
  name: string;
  tier: RiskTier;
  /** {bps} of the index in each sector, by the sector's name; together at most 10,000. */
  sectors: Readonly<Record<string, number>>;
  /** {1} a year, such as 0.6. Asked for by risk parity only. */
  volatility?: number | undefined;
};

/** What every plan keeps. 10,000 switches an upper limit off, 0 the lower one. */
export type PortfolioLimits = {
  /** {bps} largest part of one index. */
  indexMaxBps: number;
  /** {bps} largest part of one sector, looking through the indices. */
  sectorMaxBps: number;
  /** {bps} largest part of all aggressive indices. */
  aggressiveMaxBps: number;
  /** {bps} least part of all conservative indices. */
  conservativeMinBps: number;
};

export const DEFAULT_PORTFOLIO_LIMITS: Readonly<PortfolioLimits> = Object.freeze({
  indexMaxBps: 3_000,
  sectorMaxBps: 4_000,
  aggressiveMaxBps: 3_000,
  conservativeMinBps: 4_000,
});

/** A rule as an inequality: minBps <= sum of weight * part <= maxBps. */
export type Constraint = {
  /** Rules that belong together have one id. */
  rule: PlanRule;
  /** {bps} of each index that counts, in the order of the indices. */
  parts: readonly number[];
  /** {bps} undefined: no bound on this side. */
  minBps?: number | undefined;
  maxBps?: number | undefined;
};
