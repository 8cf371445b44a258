import { VOLUME_COLUMNS } from "../data/columns.ts";
import type { AssetId } from "../data/source.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import { type Covariance, shrunkCovariance } from "./covariance.ts";
import type { WeightParams } from "./params.ts";

/** What the market says about what a token may weigh. NaN = missing. */
export interface TokenFigures {
  readonly sector: string;
  readonly ecosystem: string;
  readonly marketCap: number; // {USD}
  readonly dailyVolume: number; // {USD} mean of 30 days
  readonly close: number; // {USD}
}

const VOLUME_DAYS = 30;
const LEAST_VOLUME_DAYS = 20;

/** The newest figures of a token; null when the panel does not know it. */
export function tokenFigures(panel: MarketPanel, asset: AssetId): TokenFigures | null {
  const index = panel.assets.indexOf(asset);
  const known = panel.classes[index];
  if (known === undefined) return null;
  return {
    sector: known.sector,
    // Coins of their own chains have no ecosystem in common.
    ecosystem: known.ecosystem === "own" ? `own ${asset}` : known.ecosystem,
    marketCap: newest(panel.column("marketCap", index)),
    dailyVolume: meanVolume(panel, index),
    close: newest(panel.column("close", index)),
  };
}

/** Last value of at most a week ago. */
function newest(values: Float64Array): number {
  for (let t = values.length - 1; t >= Math.max(0, values.length - 7); t--) {
    if (!Number.isNaN(values[t] ?? Number.NaN)) return values[t] ?? Number.NaN;
  }
  return Number.NaN;
}

/** By the first way of counting that knows most of the last days; ways are never mixed. */
function meanVolume(panel: MarketPanel, asset: number): number {
  for (const name of VOLUME_COLUMNS) {
    const known = panel
      .column(name, asset)
      .slice(-VOLUME_DAYS)
      .filter((volume) => volume >= 0);
    if (known.length >= LEAST_VOLUME_DAYS) return known.reduce((sum, volume) => sum + volume, 0) / known.length;
  }
  return Number.NaN;
}

/** Covariance over the horizon of the assets' daily returns, in their order; null when none has enough days. */
export function horizonCovariance(
  panel: MarketPanel,
  assets: readonly AssetId[],
  params: WeightParams,
): Covariance | null {
  const days = Math.min(params.covarianceDays, panel.days - 1);
  if (days < 2 || assets.length === 0) return null;
  const returns = new Float64Array(days * assets.length).fill(Number.NaN);
  assets.forEach((asset, i) => {
    const index = panel.assets.indexOf(asset);
    if (index < 0) return;
    const close = panel.column("close", index);
    for (let t = 0; t < days; t++) {
      const now = close[panel.days - days + t] ?? Number.NaN;
      const before = close[panel.days - days + t - 1] ?? Number.NaN;
      if (now > 0 && before > 0) returns[t * assets.length + i] = now / before - 1;
    }
  });
  const found = shrunkCovariance(returns, days, assets.length, {
    target: params.covarianceTarget === 1 ? "identity" : "constant-correlation",
    halfLife: params.covarianceHalfLife,
    leastDays: params.covarianceLeastDays,
  });
  return found === null ? null : { ...found, matrix: found.matrix.map((value) => value * params.horizonDays) };
}
