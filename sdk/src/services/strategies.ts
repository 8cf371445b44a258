/** What a token of the registry stands for, by its number on chain. A dataset earns by use and is adopted by nobody. */
export const STRATEGY_KINDS = ["strategy", "dataset"] as const;
export type StrategyKind = (typeof STRATEGY_KINDS)[number];

/**
 * Where a lock stands, by its number on chain. "auction": a buy-out runs, royalties still come. "sold": shares are worth
 * their part of the price. "redeemed": the token is out, no shares are left.
 */
export const SHARES_STATUSES = ["locked", "auction", "sold", "redeemed"] as const;
export type SharesStatus = (typeof SHARES_STATUSES)[number];

/** Caps of StrategyRegistry. */
export const REGISTRY_LIMITS = {
  /** {bps of the creator's part of a vault's fees} */
  royaltyBps: 5_000,
  /** {bps of a sale's price} */
  resaleBps: 1_000,
  /** {bytes} */
  uri: 512,
} as const;

/** Caps of StrategySharesFactory. */
export const SHARES_LIMITS = {
  /** {bytes} of a name or a symbol */
  name: 64,
  /** {share wei} */
  minSupply: 10n ** 18n,
  /** {share wei} */
  maxSupply: 10n ** 36n,
  /** {raw currency} */
  maxReserve: 2n ** 128n - 1n,
} as const;

/** A version of what a token stands for. */
export type StrategyVersion = {
  /** Counts from 0. */
  index: number;
  /** keccak256 of the document, or of the data's manifest */
  hash: `0x${string}`;
  uri: string;
  /** {s} */
  publishedAt: number;
};
