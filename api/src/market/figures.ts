import type { AssetColumn } from "../../../keeper/src/data/columns.ts";
import { type Day, isoFromDay } from "../../../keeper/src/data/time.ts";
import type { MarketPanel } from "../../../keeper/src/features/marketPanel.ts";

/** {days} that a last price or figure stands in for a missing one; its date is told beside it. */
export const CARRY_DAYS = 7;

/** A figure and the day that it is of. */
export interface Dated {
  readonly value: number;
  readonly day: Day;
}

/** A number that can be said, or null. */
export function known(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}

/** The newest value of a series up to index `t`, at most CARRY_DAYS older; null: none. `firstDay` is that of index 0. */
export function newest(series: Float64Array, t: number, firstDay: Day): Dated | null {
  for (let at = t; at >= Math.max(0, t - CARRY_DAYS); at--) {
    const value = known(series[at]);
    if (value !== null) return { value, day: firstDay + at };
  }
  return null;
}

/** Change {1} from the value `days` days before index `t` to that of `t`; null unless both are known. */
export function changeOver(series: Float64Array, t: number, days: number): number | null {
  return known((series[t] ?? Number.NaN) / (series[t - days] ?? Number.NaN) - 1);
}

/** Column of an asset by its name; undefined: the panel lacks the asset. */
export function columnOf(panel: MarketPanel, asset: string, name: AssetColumn): Float64Array | undefined {
  const index = panel.assets.indexOf(asset);
  return index < 0 ? undefined : panel.column(name, index);
}

/** Index of a day in a panel, cut to its last one; null: before its first. */
export function indexOf(panel: MarketPanel, day: Day): number | null {
  const t = Math.min(day - panel.firstDay, panel.days - 1);
  return t < 0 ? null : t;
}

/**
 * A double as a decimal without exponent, in its shortest digits: what reads back to the same double.
 *
 * @example
 * decimalText(1.5e-7) // "0.00000015"
 */
export function decimalText(value: number): string {
  const text = String(value);
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return point >= digits.length
    ? `${sign}${digits}${"0".repeat(point - digits.length)}`
    : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** A statistic on the wire: eight significant digits, which no estimate of it is better than. null stays null. */
export function rounded(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(8)) + 0;
}

/** ISO date of a day; null stays null. */
export function dateOf(day: Day | null): string | null {
  return day === null ? null : isoFromDay(day);
}
