import { BPS, D18, min } from "./fixed.ts";

export type CurveParameters = {
  /** {s} start of the window. */
  opensAt: bigint;
  /** {s} length of one curve; the window holds two. */
  curveLength: bigint;
  /** D18{1} */
  premium: bigint;
  /** D18{1} */
  discount: bigint;
  /** {s} the moment asked about. */
  timestamp: bigint;
};

/**
 * Premium and discount of a pair: the sum of both feeds' deviation thresholds; the discount is clamped to what the loss
 * budget can bear at full turnover, so that spending one never outruns the other.
 */
export function curveEnds(parameters: {
  deviationBpsA: number;
  deviationBpsB: number;
  lossBps: number;
  turnoverBps: number;
}): { premium: bigint; discount: bigint } {
  const premium = (BigInt(parameters.deviationBpsA + parameters.deviationBpsB) * D18) / BPS;
  const bearable = (BigInt(parameters.lossBps) * D18) / BigInt(parameters.turnoverBps);
  return { premium, discount: min(premium, bearable) };
}

/** D18{1} the limit price is the live cross price times this: a line from 1 + premium to 1 - discount, once a curve. */
export function priceFactor({ opensAt, curveLength, premium, discount, timestamp }: CurveParameters): bigint {
  const position = (timestamp - opensAt) % curveLength;
  return D18 + premium - ((premium + discount) * position) / curveLength;
}
