import type { Canonical } from "../data/canonical.ts";
import type { AssetId } from "../data/source.ts";
import type { FeatureFrame } from "../features/registry.ts";

/** What a record says about a model: enough to fit the same one again. */
export interface ModelRef {
  readonly id: string;
  readonly version: number;
  readonly params: { readonly [key: string]: Canonical };
  readonly seed: number;
}

/** A kind of model. `fit` sees the past that a frame holds and nothing else; equal inputs and seeds give equal models. */
export interface Model<Params extends ModelRef["params"], Output> {
  readonly id: string;
  readonly version: number;
  fit(frame: FeatureFrame, params: Params, seed: number): FittedModel<Output>;
}

/** A model that is ready to predict for the last day of a frame. */
export interface FittedModel<Output> {
  readonly ref: ModelRef;
  predict(frame: FeatureFrame): Output;
  /** What was learnt, as a canonical value; null when nothing is learnt. */
  serialize(): Canonical;
}

/** One score an asset, higher is better; null = nothing can be said, which is not a low score. */
export type AssetScores = ReadonlyMap<AssetId, number | null>;

/** How much of the market's risk to carry. */
export interface MarketRegime {
  readonly regime: "bull" | "range" | "bear" | "unknown";
  readonly exposureBps: number;
  readonly since: string; // ISO date of the last change of exposure
  readonly votes: { readonly [voter: string]: number }; // -1, 0 or 1 each
  readonly reasons: readonly string[];
}
