import type { Series } from "../data/snapshot.ts";
import type { AssetId } from "../data/source.ts";
import type { Day } from "../data/time.ts";
import { assetFeatures } from "./asset.ts";
import { marketFeatures } from "./market.ts";
import type { Panel } from "./panel.ts";

/** Every feature of a panel. Missing is null and stays null. */
export interface FeatureFrame {
  readonly firstDay: Day;
  readonly days: number;
  readonly assets: readonly AssetId[];
  asset(id: string): readonly Series[];
  market(id: string): Series;
}

/** Computes each registered feature once. */
export function computeFeatures(panel: Panel): FeatureFrame {
  const perAsset = new Map(assetFeatures.map((feature) => [feature.id, feature.compute(panel)]));
  const perMarket = new Map(marketFeatures.map((feature) => [feature.id, feature.compute(panel)]));
  return {
    firstDay: panel.firstDay,
    days: panel.days,
    assets: panel.assets,
    asset: (id) => known(perAsset.get(id), id),
    market: (id) => known(perMarket.get(id), id),
  };
}

/** {days} of history that every registered feature has its first value after. */
export function featureLookback(): number {
  return [...assetFeatures, ...marketFeatures].reduce((days, feature) => Math.max(days, feature.lookback), 0);
}

function known<T>(value: T | undefined, id: string): T {
  if (value === undefined) throw new RangeError(`No feature "${id}" is registered.`);
  return value;
}
