import { expWad } from "./exp.ts";
import { D18 } from "./fixed.ts";

/** {s} */
const YEAR = 31_536_000n;
const BPS_TO_D18 = 10n ** 14n;

/** D18{1/s} continuous rate of a yearly fee {bps}, rounded down. */
export function toStreamingRate(bpsPerYear: number): bigint {
  return (BigInt(bpsPerYear) * BPS_TO_D18) / YEAR;
}

export type MultiplierParameters = {
  /** D27{1} at the checkpoint: the last change of the fee */
  checkpointMultiplier: bigint;
  /** D18{1/s} */
  streamingRate: bigint;
  /** {s} since the checkpoint */
  elapsed: bigint;
};

/** D27{1} m(t) = m0 * exp(-rate * elapsed), to the last digit of the vault's. */
export function multiplierAt({ checkpointMultiplier, streamingRate, elapsed }: MultiplierParameters): bigint {
  if (elapsed === 0n) return checkpointMultiplier;
  return (checkpointMultiplier * expWad(-streamingRate * elapsed)) / D18;
}

/** D18{1} part of the NAV that a streaming fee takes in a year. */
export function yearlyFee(streamingRate: bigint): bigint {
  return D18 - expWad(-streamingRate * YEAR);
}
