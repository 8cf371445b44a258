import type { Address, Hash } from "viem";
import type { At, Page, PageOf } from "../history/history.ts";
import type { Stamp } from "../history/rows.ts";

/** A token of StrategyRegistry that is a strategy, as of the newest block. The stamp is of its registration. */
export type StrategyRow = Stamp & {
  readonly id: bigint;
  readonly author: Address;
  /** Who owns the token now. */
  readonly owner: Address;
  /** `receiverOf(id)`: an index has adopted the strategy while its `royaltyRecipient` is this account. */
  readonly receiver: Address;
  /** {bps of the creator's part of the fees} for later adoptions. */
  readonly royaltyBps: number;
  /** Newest version. */
  readonly hash: Hash;
  readonly uri: string;
  readonly versions: number;
};

/**
 * What rankings ask of the index beside `History`. Adoptions need no rows of their own: they are the events
 * StrategyAdopted of `History.vaultEvents`, and `royaltyRecipient` of those that were created with a strategy.
 */
export interface StrategyRows {
  /** Strategies, not data sets, by id. Throws as {@link History} does. */
  strategies(page?: PageOf & At): Promise<Page<StrategyRow>>;
}
