import { VOLUME_COLUMNS } from "../data/columns.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import type { Sequences } from "../models/learner.ts";
import { meanReturns } from "./exposures.ts";

/** What the recurrent network sees of each day. */
export const SEQUENCE_INPUTS = ["return", "relative return", "range", "volume", "drawdown", "funding"] as const;

const INPUTS = SEQUENCE_INPUTS.length;
const NEW = 1 / 30; // share of a day in the smoothed volatility and volume that the next one is compared with
const HIGH = 60; // {days} of the high that the drawdown is measured from
const LIMIT = 4; // values beyond it tell no more
const LEAST_KNOWN = 0.8; // part of a window's days that must have a price

/** The daily inputs of all assets, ready to be looked at through windows. */
export interface SequenceStore {
  readonly steps: number;
  readonly values: Float32Array; // assets x days x inputs
  /** Start of the window that ends at `day`; -1 when too much of it is unknown. */
  startOf(asset: number, day: number): number;
}

/**
 * Computes the daily inputs once for a panel. The value of a day uses that day and the days before it. With `last`, only windows
 * that end on that day can be asked for: who predicts needs no others.
 */
export function buildSequences(panel: MarketPanel, steps: number, last?: number): SequenceStore {
  const first = last === undefined ? 0 : Math.max(0, last - steps + 1);
  const days = panel.days - first;
  const size = panel.assets.length * days;
  const kept: Kept = { first, days, values: new Float32Array(size * INPUTS), known: new Uint8Array(size) };
  const market = meanReturns(panel);
  const volume = new Float64Array(panel.days);
  for (let asset = 0; asset < panel.assets.length; asset++) {
    writeUnusualVolume(panel, asset, first, volume);
    writeAsset(panel, asset, market, volume, kept);
  }
  return {
    steps,
    values: kept.values,
    startOf: (asset, day) => {
      const start = day - steps + 1 - first;
      if (start < 0) return -1;
      let priced = 0;
      for (let d = start; d < start + steps; d++) priced += kept.known[asset * days + d] ?? 0;
      return priced >= LEAST_KNOWN * steps ? (asset * days + start) * INPUTS : -1;
    },
  };
}

/** Days from `first` on are kept. */
interface Kept {
  readonly first: number;
  readonly days: number;
  readonly values: Float32Array; // assets x days x inputs
  readonly known: Uint8Array; // assets x days
}

/** The windows of given rows. */
export function sequencesOf(store: SequenceStore, assets: ArrayLike<number>, days: ArrayLike<number>): Sequences {
  const start = Int32Array.from({ length: assets.length }, (_, i) => store.startOf(assets[i] ?? 0, days[i] ?? 0));
  return { steps: store.steps, inputs: INPUTS, values: store.values, start };
}

function writeAsset(panel: MarketPanel, asset: number, market: Float64Array, volume: Float64Array, kept: Kept): void {
  const { first, values, known } = kept;
  const close = panel.column("close", asset);
  const high = panel.column("high", asset);
  const low = panel.column("low", asset);
  const funding = panel.column("fundingRate", asset);
  const highest = createHighest(close);
  let variance = 0.0025; // of a day's return; a common value until the asset's own is known
  for (let day = 1; day < close.length; day++) {
    const price = close[day] as number;
    const change = price / (close[day - 1] as number) - 1;
    if (Number.isNaN(change)) continue;
    if (day >= first) {
      const deviation = Math.sqrt(variance);
      const place = asset * kept.days + day - first;
      const at = place * INPUTS;
      known[place] = 1;
      values[at] = bounded(change / deviation);
      values[at + 1] = bounded((change - (market[day] ?? 0)) / deviation);
      values[at + 2] = bounded(((high[day] ?? Number.NaN) - (low[day] ?? Number.NaN)) / price / deviation - 1);
      values[at + 3] = bounded(volume[day] ?? Number.NaN);
      values[at + 4] = bounded((price / highest(day) - 1) / deviation / 5);
      values[at + 5] = bounded((funding[day] ?? Number.NaN) * 1_000);
    }
    const square = change * change;
    const most = 25 * variance;
    variance += ((square < most ? square : most) - variance) * NEW;
  }
}

/** Unknown is 0: the middle of every input. */
function bounded(value: number): number {
  return Number.isNaN(value) ? 0 : Math.max(-LIMIT, Math.min(LIMIT, value));
}

/** Highest known price of the last days up to a day. Days must be asked for in ascending order: few are looked at twice. */
function createHighest(close: Float64Array): (day: number) => number {
  let top = -1; // day of the highest price of those seen
  let seen = -1;
  return (day) => {
    const from = Math.max(0, day - HIGH + 1);
    const isLost = top < from;
    let high = isLost ? Number.NEGATIVE_INFINITY : (close[top] as number);
    for (let d = isLost ? from : seen + 1; d <= day; d++) {
      if (!((close[d] as number) >= high)) continue;
      high = close[d] as number;
      top = d;
    }
    seen = day;
    return top < from ? Number.NaN : high;
  };
}

/**
 * Volume against its own smoothed past, less 1, on the days that are kept. Each venue is compared with itself; the first that says
 * something counts.
 */
function writeUnusualVolume(panel: MarketPanel, asset: number, first: number, result: Float64Array): void {
  result.fill(Number.NaN, first);
  for (const name of VOLUME_COLUMNS) {
    const volume = panel.column(name, asset);
    let usual = Number.NaN;
    for (let day = 0; day < volume.length; day++) {
      const traded = volume[day] as number;
      if (!(traded > 0)) continue;
      if (day >= first && Number.isNaN(result[day])) result[day] = traded / usual - 1;
      usual = Number.isNaN(usual) ? traded : usual + (traded - usual) * NEW;
    }
  }
}
