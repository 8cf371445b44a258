import type { Bar } from "../../charts/TimeChart.tsx";

/** A bar of an index: prices {USD/share}, and what it held at the bar's end {USD}. */
export interface IndexBar extends Bar {
  readonly tvl: number;
}

/** What an index is worth at this moment. */
export interface Moment {
  /** {s since 1970} */
  readonly time: number;
  /** {USD/share} */
  readonly price: number;
  /** {USD} */
  readonly tvl: number;
}

/**
 * Bars up to this moment: the bar that is under way ends at the price of now, and begins where the last one ended if nothing of
 * it was written down yet. A moment before the last bar changes nothing.
 *
 * @param length {s} of a bar
 */
export function withMoment(bars: readonly IndexBar[], now: Moment | undefined, length: number): readonly IndexBar[] {
  const last = bars.at(-1);
  if (now === undefined || last === undefined || now.time < last.time) return bars;
  const { price: close, tvl } = now;
  const start = now.time - (now.time % length);
  const begun = start <= last.time ? last : { time: start, open: last.close, high: last.close, low: last.close };
  const { time, open } = begun;
  const newest = { time, open, high: Math.max(begun.high, close), low: Math.min(begun.low, close), close, tvl };
  return [...(begun === last ? bars.slice(0, -1) : bars), newest];
}
