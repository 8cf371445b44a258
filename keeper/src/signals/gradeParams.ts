/** Thresholds and weights of the grades. Integers only; grades are 0 to 100. */
export type GradeParams = {
  // A stance is taken at one grade and given up at another, so that it does not flicker.
  readonly bullishFrom: number;
  readonly bullishUntil: number;
  readonly bearishFrom: number;
  readonly bearishUntil: number;
  readonly traderShareBps: number; // of the grade that the stance goes by; the rest is the investor grade
  readonly trendBandBps: number; // {bps} a token's own trend turns only beyond this
  readonly reversionShareBps: number; // of the week's score while the market moves sideways
  readonly oversoldRsi: number; // 14-day RSI up to which a token counts as oversold
  // Weights of the investor grade's parts; what is missing is left out and the rest weighed anew.
  readonly monthWeight: number;
  readonly fundamentalsWeight: number;
  readonly onchainWeight: number;
  readonly liquidityWeight: number;
  readonly sizeWeight: number;
  readonly leastWeight: number; // with less weight known there is no investor grade
  readonly anomalyBps: number; // share of the tokens seen before that were less unusual, from which one is suspicious
  // Pump and dump: a jump of the price with a burst of volume that nothing supports.
  readonly pumpDays: number; // {days} of the jump
  readonly pumpRiseBps: number; // {bps} beyond the market's own move
  readonly pumpVolumePercent: number; // {%} of the 30-day mean before
  readonly pumpMemoryDays: number; // {days} that the flag stays
  readonly pumpSafeRank: number; // the largest tokens are not pumped
};

/** Round numbers, chosen before any result was looked at. */
export const defaultGradeParams: GradeParams = {
  bullishFrom: 60,
  bullishUntil: 50,
  bearishFrom: 40,
  bearishUntil: 50,
  traderShareBps: 6_000,
  trendBandBps: 200,
  reversionShareBps: 2_500,
  oversoldRsi: 30,
  monthWeight: 50,
  fundamentalsWeight: 15,
  onchainWeight: 15,
  liquidityWeight: 10,
  sizeWeight: 10,
  leastWeight: 50,
  anomalyBps: 9_900,
  pumpDays: 3,
  pumpRiseBps: 4_000,
  pumpVolumePercent: 500,
  pumpMemoryDays: 14,
  pumpSafeRank: 30,
};
