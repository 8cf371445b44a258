import type { Fence } from "../journal/journal.ts";

/** One turn at something that only one keeper may work on at a time: a vault, or what belongs to no vault. */
export interface Turn {
  /** The vault's address, or `COMMON`. */
  readonly scope: string;
  /** Says whether the turn is still this keeper's. */
  readonly fence: Fence;
}

/** Everything that belongs to no vault: recurring orders, and what was left of vaults that are not served any more. */
export const COMMON = "common";

/** Works through a turn. What it throws is its own affair: the next turn comes all the same. */
export type Work = (turn: Turn) => Promise<void>;

/** Deals out turns so that nothing is worked on twice at the same time, by whatever keepers there are. */
export interface Coordinator {
  /** Deals a turn of every scope to `work`, again and again; `scopes` is asked before each round. */
  start(scopes: () => Promise<readonly string[]>, work: Work): Promise<void>;
  /** Deals no more turns. Kept when those in hand are over. */
  stop(): Promise<void>;
}
