/** Thresholds of the votes and rungs of the ladder; {bps} unless said otherwise. Integers only. */
export type RegimeParams = {
  /** binary: all in with a bull market, all out with a bear market. none: always in, whatever the market does. */
  readonly mode: "ladder" | "binary" | "none";
  // Exposure in each state of the market; a weak range is one that most voters speak against.
  readonly bullBps: number;
  readonly rangeBps: number;
  readonly weakRangeBps: number;
  readonly bearBps: number;
  // The same for a sector within the market.
  readonly sectorBullBps: number;
  readonly sectorRangeBps: number;
  readonly sectorWeakRangeBps: number;
  readonly sectorBearBps: number;
  // Mean vote from which a rung is asked for.
  readonly bullScoreBps: number;
  readonly rangeScoreBps: number;
  readonly weakRangeScoreBps: number;
  readonly leastVoters: number; // fewer: the state is unknown
  readonly leastSectorMembers: number; // fewer: the sector's state is unknown
  readonly dwellDays: number; // {days} least time between two changes of exposure
  readonly patienceDays: number; // {days} that a state outlives its votes before it is unknown
  readonly bandBps: number; // an average is crossed only when passed by this much
  readonly levelBandBps: number; // a vote on a level is given up only when the level went back by this much
  readonly breadthHighBps: number;
  readonly breadthLowBps: number;
  readonly drawdownShallowBps: number;
  readonly drawdownDeepBps: number;
  readonly volatilityCalmBps: number; // share of the last 180 days
  readonly volatilityHighBps: number;
  readonly greedBps: number; // fear & greed index, 10,000 = 100
  readonly fearBps: number;
  readonly equityVolatilityHighBps: number; // 3,000 = 30% a year
  readonly equityVolatilityLowBps: number;
  readonly dollarBandBps: number;
  readonly stableBandBps: number;
  readonly macroCarryDays: number; // {days} that a last macro figure stands in for a missing one
  readonly calmHighBps: number; // probability
  readonly calmLowBps: number;
  readonly refitDays: number; // {days} between two fits of the hidden states
  readonly fitDays: number; // {days} of returns they learn from
  readonly leastFitDays: number; // {days}
  readonly anomalousShareBps: number; // of the universe, from which exposure goes one rung down
};

/** Round numbers. They were looked at on 2021 to 2023, so that no result on those years is out of sample. */
export const defaultRegimeParams: RegimeParams = {
  mode: "ladder",
  bullBps: 10_000,
  rangeBps: 6_600,
  weakRangeBps: 3_300,
  bearBps: 0,
  sectorBullBps: 10_000,
  sectorRangeBps: 10_000,
  sectorWeakRangeBps: 7_000,
  sectorBearBps: 4_000,
  bullScoreBps: 4_000,
  rangeScoreBps: 0,
  weakRangeScoreBps: -6_000,
  leastVoters: 3,
  leastSectorMembers: 3,
  dwellDays: 7,
  patienceDays: 7,
  bandBps: 300,
  levelBandBps: 300,
  breadthHighBps: 6_000,
  breadthLowBps: 4_000,
  drawdownShallowBps: 1_500,
  drawdownDeepBps: 3_000,
  volatilityCalmBps: 5_000,
  volatilityHighBps: 8_000,
  greedBps: 5_500,
  fearBps: 2_500,
  equityVolatilityHighBps: 3_000,
  equityVolatilityLowBps: 2_000,
  dollarBandBps: 100,
  stableBandBps: 300,
  macroCarryDays: 7,
  calmHighBps: 7_000,
  calmLowBps: 3_000,
  refitDays: 28,
  fitDays: 365,
  leastFitDays: 120,
  anomalousShareBps: 1_000,
};
