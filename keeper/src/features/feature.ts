import type { Series } from "../data/snapshot.ts";
import type { Panel } from "./panel.ts";

/** What is recorded about a feature. A change of its arithmetic is a new version. */
export interface FeatureSpec {
  readonly id: string;
  readonly version: number;
  readonly lookback: number; // {days} needed before the first value
  readonly inputs: readonly ("close" | "marketCap")[];
}

/** A feature with one series for each asset. The value at day t may use days up to t only. */
export interface AssetFeature extends FeatureSpec {
  compute(panel: Panel): readonly Series[];
}

/** A feature of the market as a whole. The value at day t may use days up to t only. */
export interface MarketFeature extends FeatureSpec {
  compute(panel: Panel): Series;
}
