/** Version of the document's format. */
export const METHODOLOGY_SCHEMA = "gimbal.methodology/1";

/** How often the weights are looked at. */
export const PERIODS = ["daily", "weekly", "two-weekly", "monthly"] as const;
export type RebalancePeriod = (typeof PERIODS)[number];

/** How much risk an index takes. */
export const METHODOLOGY_TIERS = ["conservative", "balanced", "aggressive"] as const;
export type MethodologyTier = (typeof METHODOLOGY_TIERS)[number];

/** What is trained for it: the ensemble of live keepers, the small one, or none. */
export const ENSEMBLE_IDS = ["full-2", "small-1", "none"] as const;
export type EnsembleId = (typeof ENSEMBLE_IDS)[number];

/** Kinds of tokens that stand for something else. They are left out unless a document asks for them. */
export const COPY_KINDS = ["stable", "wrapped"] as const;
export type CopyKind = (typeof COPY_KINDS)[number];

/** Which tokens may be held. All conditions hold together. */
export type MethodologyUniverse = {
  /** Symbols; empty: every token of the market. */
  readonly list: readonly string[];
  /** Places by capitalisation in the newest listing, 1 the largest. Stable and wrapped tokens take no place. */
  readonly rankFrom: number;
  readonly rankTo: number;
  /** Sectors of the taxonomy; empty: all. */
  readonly sectors: readonly string[];
  /** Symbols that are never held. */
  readonly exclude: readonly string[];
  readonly allow: readonly CopyKind[];
  /** Most members; the largest that fulfil everything else. */
  readonly count: number;
  /** A member stays until it is more than this many places below the last one, so that two neighbours do not take turns. */
  readonly bufferRanks: number;
  /** {USD/day} by the newest listing, when it names a volume. */
  readonly minVolumeUsd: number;
  /** {days} with a known price. */
  readonly minHistoryDays: number;
};

/** How members are weighed. `hold` 0 = all members. */
export type MethodologyWeighting =
  | { readonly kind: "market-cap" }
  /** By the square root of the capitalisation: between market-cap and equal. */
  | { readonly kind: "root-market-cap" }
  | { readonly kind: "equal" }
  | { readonly kind: "fixed"; readonly weightsBps: { readonly [symbol: string]: number } }
  /** In proportion to one over the volatility of `days`; only the `hold` calmest. */
  | { readonly kind: "inverse-volatility"; readonly days: number; readonly hold: number }
  /** Those `hold` members in equal parts that rose most in `days`. */
  | { readonly kind: "momentum"; readonly days: number; readonly hold: number }
  /** Equal parts. Each is in from an RSI of `enterBps` until it falls below `leaveBps` (10,000 = 100), else in stables. */
  | { readonly kind: "rsi"; readonly days: number; readonly enterBps: number; readonly leaveBps: number }
  /** Equal parts. Each is in above its average price of `days` plus the band, and out below it minus the band. */
  | { readonly kind: "moving-average"; readonly days: number; readonly bandBps: number }
  /** The AI chooses and weighs. */
  | { readonly kind: "grades" };

/** {bps of NAV} Largest parts. What a cap cuts off goes to the others, and what has no place to the stable tokens. */
export type MethodologyCaps = {
  readonly assetBps: number;
  readonly sectorBps: number;
  /** Of everything that is not stable. */
  readonly exposureBps: number;
};

/** How much of the market's risk is carried in which regime. */
export type MethodologyRegime =
  | { readonly mode: "none" }
  /** In above the first score of the votes, out below the second; in between it stays. */
  | { readonly mode: "binary"; readonly inScoreBps: number; readonly outScoreBps: number; readonly dwellDays: number }
  | {
      readonly mode: "ladder";
      /** Exposure in each regime. */
      readonly bullBps: number;
      readonly rangeBps: number;
      readonly weakRangeBps: number;
      readonly bearBps: number;
      /** Mean vote from which each of the first three begins. */
      readonly bullScoreBps: number;
      readonly rangeScoreBps: number;
      readonly weakRangeScoreBps: number;
      /** {days} least time between two changes; the way out does not wait. */
      readonly dwellDays: number;
    };

/** A member whose price on chain is a rate times another price, the rate's growth capped. */
export type MethodologyRate = {
  readonly asset: string;
  readonly underlying: string;
  readonly maxYearlyGrowthBps: number;
};

/** How an index decides. Data only: whole numbers and strings, the same hash wherever it is computed. */
export type Methodology = {
  readonly schema: typeof METHODOLOGY_SCHEMA;
  readonly name: string;
  readonly symbol: string;
  /** The rules in words. */
  readonly words: string;
  /** Whose rules they follow, and where they differ. */
  readonly source: string;
  readonly universe: MethodologyUniverse;
  readonly weighting: MethodologyWeighting;
  readonly caps: MethodologyCaps;
  readonly rebalance: RebalancePeriod;
  readonly regime: MethodologyRegime;
  readonly tier: MethodologyTier;
  readonly ensemble: EnsembleId;
  readonly rates: readonly MethodologyRate[];
  readonly fees: { readonly streamingBps: number; readonly mintBps: number };
};
