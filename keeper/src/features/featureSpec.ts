import type { AssetColumn, MacroColumn, NewsColumn } from "../data/columns.ts";
import type { MarketPanel } from "./marketPanel.ts";

/** Families of features; a grade says how many of each it could compute. */
export const FAMILIES = [
  "price",
  "volatility",
  "oscillator",
  "volume",
  "relative",
  "size",
  "onchain",
  "sentiment",
  "macro",
] as const;

/** Name of a family. */
export type FamilyId = (typeof FAMILIES)[number];

/** What is recorded and said about a feature. A change of its arithmetic is a new version. */
export interface DataPoint {
  readonly id: string;
  readonly version: number;
  readonly family: FamilyId;
  readonly lookback: number; // {days} that the value at t looks at, t included
  readonly inputs: readonly (AssetColumn | MacroColumn | NewsColumn)[];
  readonly source: string; // where the inputs come from, in words
  /** `cross`: compared with the other assets of the day. `time`: with its own last 365 days, the same for all assets. */
  readonly compared: "cross" | "time";
  readonly words: string; // its name in a sentence, such as "14-day RSI"
  readonly unit: "percent" | "ratio" | "usd" | "number"; // percent: the value is a fraction, 0.05 means 5%
}

/** Features that share arithmetic. `compute` writes one value for each into `out`, NaN = missing. */
export interface FeatureFamily {
  readonly id: FamilyId;
  readonly features: readonly DataPoint[];
  /** Anything that all assets share, computed once for a panel (such as market and sector returns). */
  prepare(panel: MarketPanel): FamilyKernel;
}

/** May look at days up to `day` only, and at no more than the lookback of each feature. */
export type FamilyKernel = (asset: number, day: number, out: Float64Array, offset: number) => void;

/** Raw values of every registered feature: one row for an asset and a day. */
export interface FeatureMatrix {
  readonly features: readonly DataPoint[];
  readonly rows: number;
  readonly day: Int32Array; // index into the panel, ascending
  readonly asset: Int32Array; // index into the panel
  readonly values: Float64Array; // row-major rows x features; NaN = missing
  /** Row-major rows x the features compared in `time`: their rank from -0.5 to 0.5 within their own last year. */
  readonly trailing: Float64Array;
}
