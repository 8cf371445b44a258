import type { AssetId } from "../data/source.ts";
import { BPS, type VaultSnapshot } from "../data/vault.ts";
import { sectorGroup } from "../features/marketState.ts";
import { type MarketRegime, sectorExposureBps } from "../signals/regime.ts";
import { destinationAssets, riskExposure, splitStable, type Weights } from "./targets.ts";

/** Weights after every weak sector gave up a part, and why. */
export interface SectorCut {
  readonly weights: Weights;
  readonly exposureBps: number;
  readonly lowered: ReadonlySet<AssetId>;
  readonly reasons: readonly string[];
}

/** Moves a part of each weak sector's weight into the stable destinations, as its own regime says. */
export function cutWeakSectors(
  vault: VaultSnapshot,
  weights: Weights,
  regime: MarketRegime,
  sectorOf: ReadonlyMap<AssetId, string>,
): SectorCut {
  const destinations = destinationAssets(vault);
  const risk = new Map<AssetId, number>();
  const freed = new Map<string, number>();
  for (const { asset } of vault.assets) {
    const weight = weights.get(asset) ?? 0;
    if (destinations.has(asset)) continue;
    const sector = sectorGroup(sectorOf.get(asset) ?? "other");
    const allowed = sectorExposureBps(regime, sector);
    const kept = regime.exposureBps === 0 ? weight : Math.floor((weight * allowed) / regime.exposureBps);
    risk.set(asset, kept);
    if (kept < weight) freed.set(sector, (freed.get(sector) ?? 0) + weight - kept);
  }
  const exposureBps = [...risk.values()].reduce((sum, weight) => sum + weight, 0);
  if (freed.size === 0) {
    return { weights, exposureBps: riskExposure(weights, destinations), lowered: new Set(), reasons: [] };
  }
  const stable = splitStable(vault, BPS - exposureBps);
  return {
    weights: new Map(vault.assets.map(({ asset }) => [asset, risk.get(asset) ?? stable.get(asset) ?? 0])),
    exposureBps,
    lowered: new Set([...risk].filter(([asset, kept]) => kept < (weights.get(asset) ?? 0)).map(([asset]) => asset)),
    reasons: [...freed].map(
      ([sector, bps]) =>
        `${sector} is weak: ${bps} bps of it go to the stable destinations. ${reasonOf(regime, sector)}`,
    ),
  };
}

function reasonOf(regime: MarketRegime, sector: string): string {
  return regime.sectors[sector]?.reason ?? "";
}
