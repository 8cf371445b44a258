import type { AssetColumn, MacroColumn, NewsColumn } from "../data/columns.ts";
import type { AssetClass, MarketPanel } from "./marketPanel.ts";

/** What a planted panel says about an asset; the columns are as long as the panel. */
export interface PlantedAsset {
  readonly category?: string;
  readonly sector?: string;
  readonly ecosystem?: string;
  readonly columns: { readonly [name in AssetColumn | NewsColumn]?: ArrayLike<number> };
}

/** A panel of exactly the given columns, for tests; it starts on 2021-01-01 unless told otherwise. */
export function plantedPanel(
  assets: { readonly [asset: string]: PlantedAsset },
  macro: { readonly [name in MacroColumn | NewsColumn]?: ArrayLike<number> } = {},
  firstDay = 18_628,
): MarketPanel {
  const ids = Object.keys(assets).sort();
  const days = assets[ids[0] ?? ""]?.columns.close?.length ?? 0;
  const missing = new Float64Array(days).fill(Number.NaN);
  const tables = ids.map((id) => table(assets[id]?.columns ?? {}));
  const world = table(macro);
  return {
    firstDay,
    days,
    assets: ids,
    classes: ids.map((id) => classOf(assets[id])),
    column: (name, asset) => tables[asset]?.get(name) ?? missing,
    macro: (name) => world.get(name) ?? missing,
  };
}

/** The same panel as it was known `days` days after its start. */
export function truncated(panel: MarketPanel, days: number): MarketPanel {
  return {
    ...panel,
    days,
    column: (name, asset) => panel.column(name, asset).slice(0, days),
    macro: (name) => panel.macro(name).slice(0, days),
  };
}

function classOf(asset: PlantedAsset | undefined): AssetClass {
  const { category = "coin", sector = "other", ecosystem = "own" } = asset ?? {};
  return { category, sector, ecosystem };
}

function table(columns: { readonly [name: string]: ArrayLike<number> | undefined }): Map<string, Float64Array> {
  return new Map(Object.entries(columns).map(([name, values]) => [name, Float64Array.from(values ?? [])]));
}
