import type { AssetId } from "../data/source.ts";
import { BPS } from "../data/vault.ts";
import type { PlanParams } from "../plan/params.ts";

/** What it costs to trade. */
export interface TradeCosts {
  readonly label: string; // stands beside every figure
  /** {1} of what is sold, whatever is sold for whatever. */
  readonly rate: number;
  /** {1} of a trade's worth on top of it, for a trade of `usd` in one asset known by a daily volume {USD} or null. */
  impact(usd: number, dailyVolume: number | null): number;
}

/** The same part of every trade. Each trade is charged once: selling A for B is one trade. */
export function flatCosts(bps: number): TradeCosts {
  return { label: `${bps} bps of what is traded`, rate: bps / BPS, impact: () => 0 };
}

/** The plan's own model: pool fee, spread, and an impact that grows with the root of the part of a day's volume. */
export function modelledCosts(params: PlanParams): TradeCosts {
  const rate = (params.poolFeeBps + 2 * params.halfSpreadBps) / BPS;
  return {
    label: `${params.poolFeeBps} bps pool fee, ${params.halfSpreadBps} bps half spread and price impact`,
    rate,
    impact: (usd, dailyVolume) =>
      dailyVolume === null
        ? params.unknownImpactBps / BPS
        : (params.dayVolumeImpactBps / BPS) * Math.sqrt(usd / dailyVolume),
  };
}

/** {USD/day} traded of an asset at a time {s}; null = unknown. */
export type VolumeAt = (asset: AssetId, timestamp: number) => number | null;
