/** When and how the plan acts. {bps} unless said otherwise; every value is an integer, so that a record can hold it. */
export interface PlanParams {
  readonly [key: string]: number;
  /** An asset is off target when it is off by more than the larger of these two, the second of its target weight. */
  readonly assetBandBps: number;
  readonly assetBandRelativeBps: number;
  /** The portfolio is off target when this much would have to be sold. */
  readonly portfolioBandBps: number;
  /** Part of a band, from its middle, that a trade goes to when nothing forces it to the target. */
  readonly innerBandBps: number;
  /** Width of the bands in a strong trend and in a range, of the normal one. */
  readonly trendBandBps: number;
  readonly rangeBandBps: number;
  /** Price of active risk: utility = -aversion / 2 * variance. {1} */
  readonly riskAversion: number;
  /** {days} for which a drift would stay if nothing were done. */
  readonly horizonDays: number;
  /** Least benefit over cost. */
  readonly benefitMultipleBps: number;
  /** Cost of a trade: pool fee, half of the spread, impact of a trade as large as a day's volume, and without a volume. */
  readonly poolFeeBps: number;
  readonly halfSpreadBps: number;
  readonly dayVolumeImpactBps: number;
  readonly unknownImpactBps: number;
  /** Daily volatility of an asset whose own is unknown. */
  readonly assumedVolatilityBps: number;
  /** Gas of a proposal, of each token in it, and of a fill. {gas} */
  readonly proposalGas: number;
  readonly proposalGasPerToken: number;
  readonly fillGas: number;
  /** Kept from the vault's largest weight change, because prices move until the proposal is mined. */
  readonly changeMarginBps: number;
  /** A DERISK proposal stays below the current weights by this part, for the same reason. */
  readonly deriskMarginBps: number;
  /** DERISK is for targets at or below this exposure and cuts of at least the second figure. */
  readonly deriskExposureBps: number;
  readonly deriskCutBps: number;
  /** First step into a token that the vault does not hold yet. */
  readonly firstStepBps: number;
  /** Least part of the vault that the market data must know. */
  readonly leastCoverageBps: number;
  /** {s} for which a signed decision may be submitted. */
  readonly validity: number;
}

export const defaultPlanParams: PlanParams = {
  assetBandBps: 200,
  assetBandRelativeBps: 2_500,
  portfolioBandBps: 500,
  innerBandBps: 5_000,
  trendBandBps: 15_000,
  rangeBandBps: 7_500,
  riskAversion: 40,
  horizonDays: 28,
  benefitMultipleBps: 15_000,
  poolFeeBps: 30,
  halfSpreadBps: 5,
  dayVolumeImpactBps: 500,
  unknownImpactBps: 50,
  assumedVolatilityBps: 600,
  proposalGas: 300_000,
  proposalGasPerToken: 28_000,
  fillGas: 250_000,
  changeMarginBps: 50,
  deriskMarginBps: 300,
  deriskExposureBps: 3_300,
  deriskCutBps: 1_000,
  firstStepBps: 500,
  leastCoverageBps: 9_000,
  validity: 21_600,
};
