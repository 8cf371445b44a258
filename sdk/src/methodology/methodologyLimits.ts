import type { Methodology } from "./types.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** Limits of a vault that suit a document, as IndexFactory takes them. {bps} and {s} */
export type MethodologyLimits = {
  readonly turnoverBps: number;
  readonly lossBps: number;
  readonly deriskLossBps: number;
  readonly maxWeightChangeBps: number;
  readonly riskDelay: number;
  readonly basketDelay: number;
  readonly curveLength: number;
  readonly cooldown: number;
  readonly deriskPeriod: number;
};

const USUAL: MethodologyLimits = {
  turnoverBps: 5_000,
  lossBps: 100,
  deriskLossBps: 100,
  maxWeightChangeBps: 5_000,
  riskDelay: DAY,
  basketDelay: 3 * DAY,
  curveLength: 6 * HOUR,
  cooldown: 6 * DAY,
  deriskPeriod: 28 * DAY,
};

/**
 * Limits for a vault that follows the document. One that may change every day needs a short delay and cooldown; one that goes
 * in and out as a whole, room for all of its value. Everything else is the same for all.
 */
export function methodologyLimits({
  rebalance,
  weighting,
}: Pick<Methodology, "rebalance" | "weighting">): MethodologyLimits {
  const daily = rebalance === "daily" ? { riskDelay: 6 * HOUR, curveLength: 3 * HOUR, cooldown: 20 * HOUR } : {};
  const isSwitch = weighting.kind === "rsi" || weighting.kind === "moving-average";
  const whole = isSwitch ? { turnoverBps: 10_000, maxWeightChangeBps: 10_000, deriskPeriod: 14 * DAY } : {};
  return { ...USUAL, ...daily, ...whole };
}
