import type { AssetProfile } from "../data/snapshot.ts";
import type { AssetId } from "../data/source.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import { capWeightedIndex, dailyReturns, riskAssets } from "../features/marketState.ts";
import { deviation } from "../math/statistics.ts";

const WINDOW = 30; // {days}
const LEAST_KNOWN = 20; // {days}

/** What the market tells the plan about an asset. null = unknown. */
export interface AssetFacts {
  readonly dailyVolatility: number | null; // fraction
  readonly dailyVolume: number | null; // {USD}
  /** {USD} that move the price by 1% in the pool that the vault trades in; null: the volume says how deep it is. */
  readonly depth: number | null;
}

/** What the plan knows about the market. */
export interface MarketFacts {
  readonly assets: ReadonlyMap<AssetId, AssetFacts>;
  readonly marketVolatility: number | null; // daily, fraction
}

/** The newest figures of given assets. `depths` is what `poolDepths` gives. */
export function marketFacts(
  panel: MarketPanel,
  profiles: readonly AssetProfile[],
  wanted: ReadonlySet<AssetId>,
  depths: ReadonlyMap<AssetId, number>,
): MarketFacts {
  const volumes = new Map(profiles.map(({ asset, volume24h }) => [asset, volume24h]));
  const entries = panel.assets.flatMap((asset, i) => {
    if (!wanted.has(asset)) return [];
    const dailyVolatility = recentDeviation(dailyReturns(panel.column("close", i)));
    const facts = { dailyVolatility, dailyVolume: volumes.get(asset) ?? null, depth: depths.get(asset) ?? null };
    return [[asset, facts] as const];
  });
  const market = recentDeviation(dailyReturns(capWeightedIndex(panel, riskAssets(panel))));
  return { assets: new Map(entries), marketVolatility: market };
}

function recentDeviation(returns: Float64Array): number | null {
  const known = returns.subarray(Math.max(0, returns.length - WINDOW)).filter((value) => !Number.isNaN(value));
  return known.length < LEAST_KNOWN ? null : deviation(known);
}
