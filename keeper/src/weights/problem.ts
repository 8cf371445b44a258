import type { AssetId } from "../data/source.ts";

/** How large a token is. */
export type SizeBand = "large" | "mid" | "small";

/** One asset that the optimiser may hold. */
export interface Candidate {
  readonly asset: AssetId;
  readonly score: number; // {1} expected advantage over the horizon of the covariance; higher is better
  readonly current: number; // {1 of NAV}
  readonly cap: number; // {1 of NAV} largest weight: vault, tier, volatility and liquidity caps already applied
  readonly floor: number; // {1 of NAV} least weight (0, or what may not be sold)
  readonly sector: string;
  readonly ecosystem: string;
  readonly sizeBand: SizeBand;
  readonly costRate: number; // {1} of what is traded: fee, spread and impact
}

/** What is to be decided about risk assets. Everything that is not placed goes to the stable destinations. */
export interface PortfolioProblem {
  readonly candidates: readonly Candidate[];
  readonly covariance: Float64Array; // candidates x candidates, of returns over the horizon
  readonly exposure: number; // {1 of NAV} the weights sum to this when the limits leave room for it, else to less
  readonly turnover: number; // {1 of NAV} largest sum of purchases
  readonly sectorCap: number; // {1 of NAV}
  readonly ecosystemCap: number; // {1 of NAV}
  readonly sizeBandCaps: { readonly [band in SizeBand]: number }; // {1 of NAV}
  readonly riskAversion: number;
  /** On half of w'Rw, R being the correlations: the mean correlation of the holdings, weighted by their sizes. */
  readonly correlationPenalty: number;
}

/** How weights can be found, best first. */
export const METHODS = ["optimised", "risk-parity", "hierarchical", "inverse-volatility", "equal"] as const;

/** Name of a way to find weights. */
export type Method = (typeof METHODS)[number];

/** Weights in the order of the candidates, and how they were found. */
export interface PortfolioSolution {
  readonly weights: Float64Array; // {1 of NAV}
  readonly method: Method;
  readonly objective: number; // score - risk - cost - correlation penalty
  readonly unplaced: number; // {1 of NAV} exposure that the limits leave no room for
  readonly iterations: number;
  readonly reasons: readonly string[];
}
