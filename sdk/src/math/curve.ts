import { Lane } from "../eip712.ts";
import { BPS, D18, min, zeroFloorSub } from "./fixed.ts";

const BPS_TO_D18 = D18 / BPS;

export type CurveLimits = {
  turnoverBps: number;
  lossBps: number;
  deriskLossBps: number;
  /** {s} one curve; the window holds two */
  curveLength: number;
};

export type PriceFactorParameters = {
  limits: CurveLimits;
  lane: Lane;
  /** {bps} sum of both feeds' deviation thresholds */
  deviationBps: number;
  /** {s} since the window opened */
  elapsed: bigint;
};

/**
 * D18{1} premium and discount of a pair: the sum of both feeds' deviation thresholds. The discount is clamped, so that
 * spending the whole turnover at it cannot cost more than the loss figure.
 */
export function curveEnds({ limits, lane, deviationBps }: Omit<PriceFactorParameters, "elapsed">): {
  premium: bigint;
  discount: bigint;
} {
  const premium = BigInt(deviationBps) * BPS_TO_D18;
  const bearable =
    lane === Lane.RISK
      ? (BigInt(limits.lossBps) * D18) / BigInt(limits.turnoverBps)
      : BigInt(limits.deriskLossBps) * BPS_TO_D18;
  return { premium, discount: min(premium, bearable) };
}

/** D18{1} the limit price is the live cross price times this: a line from 1 + premium to 1 - discount, once a curve. */
export function priceFactor(parameters: PriceFactorParameters): bigint {
  const { premium, discount } = curveEnds(parameters);
  const length = BigInt(parameters.limits.curveLength);
  return D18 + premium - ((premium + discount) * (parameters.elapsed % length)) / length;
}

/** D18{1} of NAV that a RISK window has released so far: a line to the weekly figure over two curves. */
export function releasedTurnover({ turnoverBps, curveLength }: CurveLimits, elapsed: bigint): bigint {
  return (BigInt(turnoverBps) * BPS_TO_D18 * elapsed) / (2n * BigInt(curveLength));
}

/** D18{1} of NAV that RISK may still sell now. */
export function turnoverLeft(parameters: {
  limits: CurveLimits;
  elapsed: bigint;
  /** D18{1} sold in this epoch */
  turnoverUsed: bigint;
  /** D18{1} left in the bucket, as by `bucketLeft` */
  bucketLeft: bigint;
}): bigint {
  const { limits, elapsed, turnoverUsed, bucketLeft } = parameters;
  return min(zeroFloorSub(releasedTurnover(limits, elapsed), turnoverUsed), bucketLeft);
}
