import type { AssetId } from "../data/source.ts";

/** One asset that the optimiser may hold. */
export interface Candidate {
  readonly asset: AssetId;
  readonly score: number; // expected advantage, in deviations of the universe; higher is better
  readonly current: number; // {1 of NAV}
  readonly cap: number; // {1 of NAV} largest weight: vault, tier, volatility and liquidity caps already applied
  readonly floor: number; // {1 of NAV} least weight (0, or what may not be sold)
  readonly sector: string;
  readonly ecosystem: string;
  readonly sizeBand: "large" | "mid" | "small";
  readonly costRate: number; // {1} of what is traded: fee, spread and impact
}

/** What is to be decided about risk assets. Everything that is not placed goes to the stable destinations. */
export interface PortfolioProblem {
  readonly candidates: readonly Candidate[];
  readonly covariance: Float64Array; // candidates x candidates, of returns over the horizon
  readonly exposure: number; // {1 of NAV} the weights sum to at most this
  readonly turnover: number; // {1 of NAV} largest sum of purchases
  readonly sectorCap: number; // {1 of NAV}
  readonly ecosystemCap: number; // {1 of NAV}
  readonly sizeBandCaps: { readonly large: number; readonly mid: number; readonly small: number }; // {1 of NAV}
  readonly riskAversion: number;
  readonly correlationPenalty: number; // on the portfolio's average correlation
}

/** Weights in the order of the candidates, and how they were found. */
export interface PortfolioSolution {
  readonly weights: Float64Array; // {1 of NAV}
  readonly method: "optimised" | "risk-parity" | "hierarchical" | "inverse-volatility" | "equal";
  readonly objective: number;
  readonly iterations: number;
  readonly reasons: readonly string[];
}
