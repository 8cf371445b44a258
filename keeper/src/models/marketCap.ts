import type { FeatureFrame } from "../features/registry.ts";
import type { AssetScores, Model } from "./model.ts";

/** Baseline: an asset's score is its market capitalisation. Learns nothing, hence cannot overfit. */
export const marketCapModel: Model<Record<never, never>, AssetScores> = {
  id: "market-cap",
  version: 1,
  fit: (_, params, seed) => ({
    ref: { id: "market-cap", version: 1, params, seed },
    predict: (frame: FeatureFrame) => {
      const series = frame.asset("marketCap");
      return new Map(frame.assets.map((asset, i) => [asset, series[i]?.[frame.days - 1] ?? null]));
    },
    serialize: () => null,
  }),
};
