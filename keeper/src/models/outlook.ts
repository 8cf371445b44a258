import type { AssetId } from "../data/source.ts";
import type { FeatureMatrix } from "../features/featureSpec.ts";

/** What the ensemble, or its fallback, expects of every asset of the day's universe. Arrays are in the order of `assets`. */
export interface Outlook {
  readonly assets: readonly AssetId[]; // ascending
  readonly matrix: FeatureMatrix; // raw values of the day, one row an asset
  /** Row-major assets x features: -0.5 to 0.5, compared as each feature says; NaN = missing. */
  readonly ranks: Float64Array;
  readonly week: Float64Array; // expected relative result of 7 days, -0.5 to 0.5; NaN = nothing can be said
  readonly month: Float64Array; // the same of 30 days
  /** Row-major assets x features: what each feature adds to `week`. */
  readonly contributions: Float64Array;
  readonly anomaly: Float64Array; // 0 to 1: share of the training rows that were less unusual
  readonly source: "ensemble" | "fallback";
  readonly notes: readonly string[]; // such as why the fallback speaks
}
