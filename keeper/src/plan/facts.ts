import type { AssetProfile } from "../data/snapshot.ts";
import type { AssetId } from "../data/source.ts";
import type { FeatureFrame } from "../features/registry.ts";

/** What the market tells the plan about an asset. null = unknown. */
export interface AssetFacts {
  readonly dailyVolatility: number | null; // fraction
  readonly dailyVolume: number | null; // {USD}
  /** {USD} that move the price by 1% in the pools that the vault trades in. Absent: the volume says how deep it is. */
  readonly depth?: number | null;
}

/** What the plan knows about the market. */
export interface MarketFacts {
  readonly assets: ReadonlyMap<AssetId, AssetFacts>;
  readonly marketVolatility: number | null; // daily, fraction
}

/** Picks the newest figures of a frame. */
export function marketFacts(frame: FeatureFrame, profiles: readonly AssetProfile[]): MarketFacts {
  const last = frame.days - 1;
  const volatility = frame.asset("volatility30");
  const volumes = new Map(profiles.map(({ asset, volume24h }) => [asset, volume24h]));
  const entries = frame.assets.map((asset, i) => {
    const facts = { dailyVolatility: volatility[i]?.[last] ?? null, dailyVolume: volumes.get(asset) ?? null };
    return [asset, facts] as const;
  });
  return { assets: new Map(entries), marketVolatility: frame.market("indexVolatility30")[last] ?? null };
}
