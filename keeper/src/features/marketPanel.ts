import type { AssetColumn, MacroColumn, NewsColumn } from "../data/columns.ts";
import type { AssetId } from "../data/source.ts";
import type { Day } from "../data/time.ts";

/** What does not change about an asset, as the taxonomy of this project sees it. */
export interface AssetClass {
  readonly category: string; // "coin", "stable", "wrapped", "unlisted"
  readonly sector: string; // "defi", "layer-1", "layer-2", "meme", ...; "other" when unknown
  readonly ecosystem: string; // "ethereum", "solana", ...; "own" for a chain's own coin
}

/**
 * Everything known about the market up to its last day, laid out for statistics: one Float64Array of `days` values for each
 * asset and column, NaN = missing. The arrays are shared and must not be written to.
 */
export interface MarketPanel {
  readonly firstDay: Day;
  readonly days: number;
  readonly assets: readonly AssetId[]; // ascending
  readonly classes: readonly AssetClass[]; // in the order of `assets`
  /** A column without any value is an array of NaN: asking is always allowed. */
  column(name: AssetColumn | NewsColumn, asset: number): Float64Array;
  macro(name: MacroColumn | NewsColumn): Float64Array; // news: of the whole market
}
