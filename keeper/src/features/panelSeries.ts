import { type AssetColumn, VOLUME_COLUMNS } from "../data/columns.ts";
import { log } from "../math/functions.ts";
import type { AssetClass, MarketPanel } from "./marketPanel.ts";
import { windowOf } from "./window.ts";

/** {days} back to the last known close that a daily return is measured from: a gap of two days is bridged. */
export const RETURN_REACH = 3;
/** {days} after which a listing of the market is too old to be used. */
export const PAGE_AGE = 45;

/** Daily log returns are cut off here before they enter an average of the market: one wrong price must not move it. */
const RETURN_LIMIT = 0.5;
const BREADTH_DAYS = 30;
const SECTOR_MEMBERS = 3; // fewest known members of a sector for an average

/** Series that several families of features share, made from a panel once. Day t depends on days up to t only. */
export interface PanelSeries {
  readonly panel: MarketPanel;
  readonly bitcoin: number; // index of the asset; -1 when the panel lacks it
  readonly ether: number;
  /** Daily log returns; looks back RETURN_REACH days beyond the day itself. */
  returns(asset: number): Float64Array;
  /** Logarithms of the closes. */
  levels(asset: number): Float64Array;
  /** Mean of the returns of the listed coins of each day. */
  marketReturns(): Float64Array;
  /** Mean of the returns of those of the asset's sector. */
  sectorReturns(asset: number): Float64Array;
  /** Share of the listed coins that cost more than 30 days before. */
  breadth(): Float64Array;
  /** Day of the newest listing of the market at `day`; -1 when there is none of the last PAGE_AGE days. */
  page(day: number): number;
  /** What the newest listing of the market at `day` says about an asset; NaN when it does not list it. */
  listed(column: AssetColumn, asset: number, day: number): number;
  /** {USD} capitalisation: of the day, or the listed supply at the day's close. */
  cap(asset: number, day: number): number;
  /** The first volume column that covers the last `length` days; the three are never mixed. */
  volume(asset: number, day: number, length: number): Float64Array | null;
}

/** True for stable and wrapped tokens: copies of something else, which neither averages nor universes count. */
export function isCopy({ category, sector }: AssetClass): boolean {
  return [category, sector].some((kind) => kind === "stable" || kind === "wrapped");
}

const known = new WeakMap<MarketPanel, PanelSeries>();

/** The shared series of a panel. They are computed when first asked for and kept with the panel. */
export function seriesOf(panel: MarketPanel): PanelSeries {
  const found = known.get(panel);
  if (found !== undefined) return found;
  const series = createSeries(panel);
  known.set(panel, series);
  return series;
}

function createSeries(panel: MarketPanel): PanelSeries {
  const returns = remember((asset: number) => logReturns(panel.column("close", asset)));
  const levels = remember((asset: number) => panel.column("close", asset).map(log));
  const pages = remember(() => pageDays(panel));
  const page = (day: number) => pages(0)[day] ?? -1;
  const averages = remember((sector: string) => meanReturns(panel, pages(0), returns, sector));
  const breadth = remember(() => shareRisen(panel, pages(0)));
  const listed = (column: AssetColumn, asset: number, day: number) =>
    panel.column(column, asset)[page(day)] ?? Number.NaN;
  return {
    panel,
    bitcoin: panel.assets.indexOf("BTC"),
    ether: panel.assets.indexOf("ETH"),
    returns,
    levels,
    marketReturns: () => averages(""),
    sectorReturns: (asset) => averages(panel.classes[asset]?.sector ?? "other"),
    breadth: () => breadth(0),
    page,
    listed,
    cap: (asset, day) => {
      const cap = panel.column("marketCap", asset)[day] ?? Number.NaN;
      if (!Number.isNaN(cap)) return cap;
      return (panel.column("close", asset)[day] ?? Number.NaN) * listed("listedSupply", asset, day);
    },
    volume: (asset, day, length) => {
      for (const name of VOLUME_COLUMNS) {
        const volume = panel.column(name, asset);
        if (windowOf(volume, day, length) !== null) return volume;
      }
      return null;
    },
  };
}

function remember<K, V>(compute: (key: K) => V): (key: K) => V {
  const values = new Map<K, V>();
  return (key) => {
    let value = values.get(key);
    if (value === undefined) {
      value = compute(key);
      values.set(key, value);
    }
    return value;
  };
}

function logReturns(close: Float64Array): Float64Array {
  const returns = new Float64Array(close.length).fill(Number.NaN);
  let newest = -1; // day of the last known close
  for (let t = 0; t < close.length; t++) {
    const now = close[t] ?? Number.NaN;
    if (!(now > 0)) continue;
    if (newest >= 0 && t - newest <= RETURN_REACH) returns[t] = log(now / (close[newest] ?? Number.NaN));
    newest = t;
  }
  return returns;
}

/**
 * Whether an average of day `t` counts an asset: the newest listing of that day must have it. A panel also holds the prices of
 * coins from before they were listed, and to count those would know who was going to rise. Without any listing, all count.
 */
function isCounted(ranks: Float64Array, pages: Int32Array, t: number): boolean {
  const page = pages[t] ?? -1;
  return page < 0 || (ranks[page] ?? Number.NaN) > 0;
}

/** Equal-weighted mean over the coins of a sector; "" is the whole market. */
function meanReturns(
  panel: MarketPanel,
  pages: Int32Array,
  returns: (asset: number) => Float64Array,
  sector: string,
): Float64Array {
  const sums = new Float64Array(panel.days);
  const counts = new Int32Array(panel.days);
  for (let asset = 0; asset < panel.assets.length; asset++) {
    const kind = panel.classes[asset];
    if (kind === undefined || isCopy(kind) || (sector !== "" && kind.sector !== sector)) continue;
    const values = returns(asset);
    const ranks = panel.column("listedRank", asset);
    for (let t = 0; t < panel.days; t++) {
      const value = values[t] ?? Number.NaN;
      if (Number.isNaN(value) || !isCounted(ranks, pages, t)) continue;
      sums[t] = (sums[t] ?? 0) + Math.max(-RETURN_LIMIT, Math.min(RETURN_LIMIT, value));
      counts[t] = (counts[t] ?? 0) + 1;
    }
  }
  const fewest = sector === "" ? 1 : SECTOR_MEMBERS;
  return sums.map((sum, t) => ((counts[t] ?? 0) >= fewest ? sum / (counts[t] ?? 0) : Number.NaN));
}

function shareRisen(panel: MarketPanel, pages: Int32Array): Float64Array {
  const risen = new Float64Array(panel.days);
  const counts = new Int32Array(panel.days);
  for (let asset = 0; asset < panel.assets.length; asset++) {
    const kind = panel.classes[asset];
    if (kind === undefined || isCopy(kind)) continue;
    const close = panel.column("close", asset);
    const ranks = panel.column("listedRank", asset);
    for (let t = BREADTH_DAYS; t < panel.days; t++) {
      const change = (close[t] ?? Number.NaN) - (close[t - BREADTH_DAYS] ?? Number.NaN);
      if (Number.isNaN(change) || !isCounted(ranks, pages, t)) continue;
      counts[t] = (counts[t] ?? 0) + 1;
      if (change > 0) risen[t] = (risen[t] ?? 0) + 1;
    }
  }
  return risen.map((count, t) => count / (counts[t] ?? 0));
}

function pageDays(panel: MarketPanel): Int32Array {
  const published = new Uint8Array(panel.days);
  for (let asset = 0; asset < panel.assets.length; asset++) {
    const ranks = panel.column("listedRank", asset);
    for (let t = 0; t < panel.days; t++) if ((ranks[t] ?? Number.NaN) > 0) published[t] = 1;
  }
  let newest = -1;
  return Int32Array.from({ length: panel.days }, (_, t) => {
    if (published[t] === 1) newest = t;
    return newest >= 0 && t - newest <= PAGE_AGE ? newest : -1;
  });
}
