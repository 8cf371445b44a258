const GIM = 10n ** 18n;
const HOUR = 3600;

/** What holders of one score tier get; the fields of the contract's `Tier`. */
export type ScoreTier = {
  /** Staking Score from which the tier counts, in GIM wei. */
  readonly minScore: bigint;
  /** Off the platform's fees, in bps. */
  readonly feeDiscountBps: number;
  /** Off the API's price, in bps. */
  readonly apiDiscountBps: number;
  readonly proposalsPerMonth: number;
  /** Most that may be committed to a sale at multiplier 1, in US dollars. */
  readonly saleCapUsd: number;
  /** Seconds after a sale's start. */
  readonly saleOpensAfter: number;
  /** Multiplier of the cap, in bps: 10,000 is 1x. */
  readonly launchMultiplierBps: number;
};

type Row = [gim: bigint, fee: number, api: number, proposals: number, usd: number, hours: number, multiplier: number];

/** The table that the protocol starts with, tier 1 first. The DAO may change it from one week to the next. */
const TABLE: readonly Row[] = [
  [2_200n, 200, 1200, 1, 1_000, 24, 10_000],
  [11_100n, 400, 1400, 1, 2_000, 22, 10_000],
  [22_200n, 600, 1600, 1, 3_000, 20, 12_500],
  [44_400n, 800, 1800, 1, 4_000, 18, 12_500],
  [88_800n, 1000, 2000, 2, 5_000, 16, 15_000],
  [133_300n, 1200, 2200, 2, 6_000, 14, 15_000],
  [333_300n, 1500, 2500, 2, 8_000, 12, 20_000],
  [444_400n, 1800, 2800, 3, 10_000, 8, 20_000],
  [555_500n, 2100, 3100, 3, 12_000, 4, 25_000],
  [777_700n, 2500, 3500, 4, 15_000, 0, 30_000],
];

/** Default tiers 1 to 10, as the constructor and `setTiers` of the ScoreRegistry take them. */
export const SCORE_TIERS: readonly ScoreTier[] = TABLE.map(([gim, fee, api, proposals, usd, hours, multiplier]) => ({
  minScore: gim * GIM,
  feeDiscountBps: fee,
  apiDiscountBps: api,
  proposalsPerMonth: proposals,
  saleCapUsd: usd,
  saleOpensAfter: hours * HOUR,
  launchMultiplierBps: multiplier,
}));

/**
 * Tier of a Staking Score: 1 to 10, or 0 below the first.
 *
 * @example
 * import { SCORE_TIERS, tierOfScore } from "@gimbal/sdk";
 *
 * tierOfScore(11_100n * 10n ** 18n, SCORE_TIERS);
 * // 2
 */
export function tierOfScore(score: bigint, tiers: readonly ScoreTier[] = SCORE_TIERS): number {
  return tiers.filter(({ minScore }) => score >= minScore).length;
}

/** {GIM wei} of score that the next tier asks for on top; 0 in the highest. */
export function scoreToNextTier(score: bigint, tiers: readonly ScoreTier[] = SCORE_TIERS): bigint {
  const next = tiers.find(({ minScore }) => score < minScore);
  return next === undefined ? 0n : next.minScore - score;
}
