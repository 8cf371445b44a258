import type { Address, Hash } from "viem";

/** Fees of an index. */
export type FeeParams = {
  /** D18{1/s} */
  streamingRate: bigint;
  /** {bps} */
  mintFeeBps: number;
  recipient: Address;
};

/** Whose methodology an index follows. */
export type Strategy = {
  recipient: Address;
  /** {bps} of the fees. */
  royaltyBps: number;
  methodologyHash: Hash;
};
