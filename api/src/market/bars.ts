import { VOLUME_COLUMNS } from "../../../keeper/src/data/columns.ts";
import type { Day } from "../../../keeper/src/data/time.ts";
import type { MarketPanel } from "../../../keeper/src/features/marketPanel.ts";
import { known } from "./figures.ts";

/** Way of counting a day's volume: all venues, one exchange, or what a listing of the market said. */
export type VolumeSource = (typeof VOLUME_COLUMNS)[number] | "listing";

/** One finished day of one token, in {USD}. null: the sources do not say, and nothing is put in its place. */
export interface Bar {
  readonly day: Day;
  readonly open: number | null;
  readonly high: number | null;
  readonly low: number | null;
  readonly close: number;
  readonly volume: number | null; // {USD/day}
  readonly volumeSource: VolumeSource | null;
  readonly marketCap: number | null; // {USD} of the circulating supply
  /** `ohlc`: a bar as a venue reported it. `close`: only the day's close is known. */
  readonly basis: "ohlc" | "close";
}

/** Bars of the days `from` to `to` that have a close, oldest first. */
export function barsOf(panel: MarketPanel, asset: number, from: Day, to: Day): readonly Bar[] {
  const column = (name: "open" | "high" | "low" | "close" | "marketCap") => panel.column(name, asset);
  const [open, high, low, close, caps] = [
    column("open"),
    column("high"),
    column("low"),
    column("close"),
    column("marketCap"),
  ];
  const bars: Bar[] = [];
  const first = Math.max(0, from - panel.firstDay);
  const last = Math.min(panel.days - 1, to - panel.firstDay);
  for (let t = first; t <= last; t++) {
    const price = known(close[t]);
    if (price === null) continue;
    const range = { open: known(open[t]), high: known(high[t]), low: known(low[t]) };
    // A bar of which a part is missing is no bar: its close still holds.
    const isWhole = range.open !== null && range.high !== null && range.low !== null;
    bars.push({
      day: panel.firstDay + t,
      ...(isWhole ? range : { open: null, high: null, low: null }),
      close: price,
      ...volumeAt(panel, asset, t),
      marketCap: known(caps[t]),
      basis: isWhole ? "ohlc" : "close",
    });
  }
  return bars;
}

/** Volume {USD/day} of a day by the first way of counting that knows it; the ways are never mixed within one figure. */
export function volumeAt(
  panel: MarketPanel,
  asset: number,
  t: number,
): { readonly volume: number | null; readonly volumeSource: VolumeSource | null } {
  for (const name of VOLUME_COLUMNS) {
    const volume = known(panel.column(name, asset)[t]);
    if (volume !== null) return { volume, volumeSource: name };
  }
  return { volume: null, volumeSource: null };
}
