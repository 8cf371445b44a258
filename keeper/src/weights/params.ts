/** How a portfolio is built. {bps} unless said otherwise; every value is an integer, so that a record can hold it. */
export interface WeightParams {
  readonly [key: string]: number;
  /** Place in METHODS of problem.ts of the method that is tried first. */
  readonly method: number;
  /** 0 = shrink the covariance towards equal correlations, 1 = towards the identity. */
  readonly covarianceTarget: number;
  /** {days} of returns in the covariance, their half-life, and the least that an asset's own figures need. */
  readonly covarianceDays: number;
  readonly covarianceHalfLife: number;
  readonly covarianceLeastDays: number;
  /** {days} over which score, risk and cost are compared. */
  readonly horizonDays: number;
  /** What one deviation of the score is expected to bring over the horizon. */
  readonly scoreValueBps: number;
  /** {hundredths} Price of variance. */
  readonly aversionCenti: number;
  /** Price of correlation, on half of w'Rw. */
  readonly correlationPenaltyBps: number;
  /** Part of a trade's cost that one horizon carries: what is bought stays for longer than one. */
  readonly costShareBps: number;
  /** Largest weight of an asset, and the yearly volatility above which it falls in proportion. */
  readonly assetCapBps: number;
  readonly calmVolatilityBps: number;
  /** Largest yearly volatility that the risk assets may bring to the vault. */
  readonly targetVolatilityBps: number;
  readonly sectorCapBps: number;
  readonly ecosystemCapBps: number;
  readonly largeCapBps: number;
  readonly midCapBps: number;
  readonly smallCapBps: number;
  /** {million USD} of market value from which a token is large, and from which it is mid-sized. */
  readonly largeFrom: number;
  readonly midFrom: number;
  /** Largest position: part of a day's volume, and price impact of selling it; without a volume the third figure. */
  readonly volumeShareBps: number;
  readonly positionImpactBps: number;
  readonly unknownVolumeCapBps: number;
  /** Largest sum of purchases beyond what a higher exposure asks for. */
  readonly turnoverBps: number;
  /** Positions wanted; one that is held stays while its rank is below the second figure times that. */
  readonly positions: number;
  readonly keepWithin: number;
  /** Percentile of the score above which a token enters and below which it leaves. */
  readonly enterAboveBps: number;
  readonly leaveBelowBps: number;
  /** A smaller weight is not worth its trades. */
  readonly smallestPositionBps: number;
}

/** How much risk an index takes. */
export const RISK_TIERS = ["conservative", "balanced", "aggressive"] as const;

/** Name of a risk tier. */
export type RiskTier = (typeof RISK_TIERS)[number];

/** Parameters of the balanced tier. */
export const defaultWeightParams: WeightParams = {
  method: 0,
  covarianceTarget: 0,
  covarianceDays: 180,
  covarianceHalfLife: 60,
  covarianceLeastDays: 45,
  horizonDays: 7,
  scoreValueBps: 60,
  aversionCenti: 400,
  correlationPenaltyBps: 20,
  costShareBps: 2_500,
  assetCapBps: 1_500,
  calmVolatilityBps: 10_000,
  targetVolatilityBps: 5_000,
  sectorCapBps: 3_500,
  ecosystemCapBps: 6_000,
  largeCapBps: 10_000,
  midCapBps: 6_000,
  smallCapBps: 2_000,
  largeFrom: 10_000,
  midFrom: 1_000,
  volumeShareBps: 500,
  positionImpactBps: 100,
  unknownVolumeCapBps: 300,
  turnoverBps: 2_500,
  positions: 20,
  keepWithin: 2,
  enterAboveBps: 6_000,
  leaveBelowBps: 4_000,
  smallestPositionBps: 100,
};

/** Parameters of every risk tier. */
export const weightParamsOf: { readonly [tier in RiskTier]: WeightParams } = {
  conservative: {
    ...defaultWeightParams,
    aversionCenti: 800,
    assetCapBps: 1_000,
    calmVolatilityBps: 8_000,
    targetVolatilityBps: 4_000,
    midCapBps: 4_000,
    smallCapBps: 1_000,
    turnoverBps: 1_500,
  },
  balanced: defaultWeightParams,
  aggressive: {
    ...defaultWeightParams,
    aversionCenti: 200,
    assetCapBps: 2_000,
    calmVolatilityBps: 13_000,
    targetVolatilityBps: 6_000,
    midCapBps: 8_000,
    smallCapBps: 3_500,
    turnoverBps: 3_500,
  },
};
