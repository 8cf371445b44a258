import { VOLUME_COLUMNS } from "../data/columns.ts";
import { BPS } from "../data/vault.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import { riskAssets } from "../features/marketState.ts";
import type { GradeParams } from "./gradeParams.ts";

/** {days} of volume that a burst is measured against, and how many of them must be known. */
const USUAL = 30;
const LEAST_USUAL = 20;

/** A pattern of pump and dump. */
export interface Pump {
  readonly day: number; // index of the day on which it was complete
  readonly rise: number; // {1} of the price, beyond the market's own
  readonly burst: number; // {1} volume over its usual mean
}

/**
 * Finds tokens whose price jumped within few days, together with a burst of volume and without the market: nobody who
 * buys then knows whom from. The largest tokens are left out. By asset, the newest pattern of the days that are remembered.
 */
export function findPumps(panel: MarketPanel, params: GradeParams): ReadonlyMap<number, Pump> {
  const pumps = new Map<number, Pump>();
  const assets = riskAssets(panel);
  const safe = safeAssets(panel, assets, params.pumpSafeRank);
  const closes = assets.map((asset) => panel.column("close", asset));
  for (let back = params.pumpMemoryDays - 1; back >= 0; back--) {
    const day = panel.days - 1 - back;
    const from = day - params.pumpDays;
    if (from < 0) continue;
    const moves = Float64Array.from(closes, (close) => (close[day] as number) / (close[from] as number) - 1);
    const market = medianOfKnown(moves);
    for (let i = 0; i < moves.length; i++) {
      const rise = (moves[i] as number) - market;
      if (!(rise * BPS > params.pumpRiseBps)) continue;
      const asset = assets[i] as number;
      if (safe.has(asset)) continue;
      const burst = volumeBurst(panel, asset, from, day);
      if (burst * 100 > params.pumpVolumePercent) pumps.set(asset, { day, rise, burst });
    }
  }
  return pumps;
}

/** Largest volume of the days after `from` up to `day` over the mean of the 30 days before, of one way of counting. */
function volumeBurst(panel: MarketPanel, asset: number, from: number, day: number): number {
  for (const name of VOLUME_COLUMNS) {
    const volume = panel.column(name, asset);
    const usual = volume.slice(Math.max(0, from + 1 - USUAL), from + 1).filter((value) => value > 0);
    const recent = volume.slice(from + 1, day + 1).filter((value) => value > 0);
    if (usual.length < LEAST_USUAL || recent.length === 0) continue;
    const mean = usual.reduce((sum, value) => sum + value, 0) / usual.length;
    return recent.reduce((most, value) => Math.max(most, value)) / mean;
  }
  return Number.NaN;
}

/** Assets that were among the largest before any of the remembered days, so that a pump cannot make itself safe. */
function safeAssets(panel: MarketPanel, assets: readonly number[], rank: number): ReadonlySet<number> {
  const day = Math.max(0, panel.days - 45);
  const sized = assets
    .map((asset) => ({ asset, cap: newestBefore(panel.column("marketCap", asset), day) }))
    .filter(({ cap }) => cap > 0)
    .sort((a, b) => b.cap - a.cap || a.asset - b.asset);
  // A small universe has no tail that would be worth pumping: at most its larger half is safe.
  return new Set(sized.slice(0, Math.min(rank, Math.floor(sized.length / 2))).map(({ asset }) => asset));
}

function newestBefore(series: Float64Array, day: number): number {
  for (let t = day; t >= Math.max(0, day - 7); t--) if ((series[t] ?? 0) > 0) return series[t] ?? 0;
  return 0;
}

function medianOfKnown(values: Float64Array): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const middle = sorted.length / 2;
  if (sorted.length === 0) return 0;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
}
