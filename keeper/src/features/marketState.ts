import { deviation } from "../math/statistics.ts";
import type { MarketPanel } from "./marketPanel.ts";

/** {days} of trailing highs and of the volatilities that today's is compared with. */
const MEMORY = 180;
/** {days} that a last price or capitalisation stands in for a missing one. */
const CARRY = 7;
/** Fewest assets that a breadth can be said of. */
const LEAST_MEMBERS = 3;

/** Statistics of a group of assets, one value a day of the panel; NaN = missing. */
export interface MarketState {
  readonly index: Float64Array; // level, 1 on the first day
  readonly above50: Float64Array; // {1} distance of the index from its 50-day average
  readonly above200: Float64Array; // {1} from its 200-day average
  readonly volatility: Float64Array; // {1/day} deviation of 30 daily returns
  readonly volatilityRank: Float64Array; // {1} share of the last 180 days with a lower volatility
  readonly drawdown: Float64Array; // {1} <= 0, distance from the 180-day high
  readonly breadth: Float64Array; // {1} share of the assets above their own 50-day average
  readonly trendStrength: Float64Array; // -1 to 1: net move of 30 days over the sum of its daily moves
}

/** Indices of the assets that carry market risk: neither stable nor a wrapped copy of another one. */
export function riskAssets(panel: MarketPanel): readonly number[] {
  return panel.assets.map((_, i) => i).filter((i) => !["stable", "wrapped"].includes(panel.classes[i]?.category ?? ""));
}

/** Sectors whose tokens rise and fall together, and that are too small to be judged alone. */
const GROUPS: { readonly [sector: string]: string } = {
  "defi-exchange": "defi",
  "defi-lending": "defi",
  "liquid-staking": "defi",
  gaming: "gaming and metaverse",
  metaverse: "gaming and metaverse",
};

/** The group of sectors that a sector is judged with: most are a group of their own. */
export function sectorGroup(sector: string): string {
  return GROUPS[sector] ?? sector;
}

/** Risk assets of each group of sectors, ascending by its name. */
export function sectorMembers(panel: MarketPanel): ReadonlyMap<string, readonly number[]> {
  const members = new Map<string, number[]>();
  for (const i of riskAssets(panel)) {
    const sector = sectorGroup(panel.classes[i]?.sector ?? "other");
    members.set(sector, [...(members.get(sector) ?? []), i]);
  }
  return new Map([...members].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Statistics of the given assets, by default of the whole market. The value of a day uses that day and earlier ones. */
export function marketState(panel: MarketPanel, assets: readonly number[] = riskAssets(panel)): MarketState {
  const index = capWeightedIndex(panel, assets);
  const volatility = rollingDeviation(dailyReturns(index), 30);
  return {
    index,
    above50: gap(index, movingAverage(index, 50)),
    above200: gap(index, movingAverage(index, 200)),
    volatility,
    volatilityRank: rollingShareBelow(volatility, MEMORY),
    drawdown: drawdown(index, MEMORY),
    breadth: breadth(panel, assets),
    trendStrength: efficiency(index, 30),
  };
}

/**
 * Level 1 on the first day; each day's return weighs an asset by its capitalisation of the day before. An asset that
 * misses up to a week of prices brings its return over the gap on the day it is back.
 */
export function capWeightedIndex(panel: MarketPanel, assets: readonly number[]): Float64Array {
  const before = new Float64Array(panel.days);
  const after = new Float64Array(panel.days);
  for (const asset of assets) {
    const close = panel.column("close", asset);
    const caps = panel.column("marketCap", asset);
    let last = -1; // day of the last price
    let capDay = -1; // day of the last capitalisation, not later than `last`
    for (let t = 0; t < panel.days; t++) {
      const price = close[t] ?? Number.NaN;
      if (!(price > 0)) continue;
      const cap = capDay >= 0 && last - capDay <= CARRY ? (caps[capDay] ?? 0) : 0;
      if (last >= 0 && t - last <= CARRY && cap > 0) {
        before[t] = (before[t] ?? 0) + cap;
        after[t] = (after[t] ?? 0) + cap * (price / (close[last] ?? price));
      }
      last = t;
      if ((caps[t] ?? 0) > 0) capDay = t;
    }
  }
  let level = 1;
  return before.map((base, t) => {
    if (t === 0) return level;
    if (base === 0) return Number.NaN;
    level *= (after[t] ?? 0) / base;
    return level;
  });
}

/** Share of the assets that stand above their own 50-day average; missing with fewer than three of them. */
function breadth(panel: MarketPanel, assets: readonly number[]): Float64Array {
  const known = new Uint32Array(panel.days);
  const above = new Uint32Array(panel.days);
  for (const asset of assets) {
    const close = panel.column("close", asset);
    const average = movingAverage(close, 50);
    for (let t = 0; t < panel.days; t++) {
      const distance = (close[t] ?? Number.NaN) - (average[t] ?? Number.NaN);
      if (Number.isNaN(distance)) continue;
      known[t] = (known[t] ?? 0) + 1;
      if (distance > 0) above[t] = (above[t] ?? 0) + 1;
    }
  }
  return Float64Array.from(known, (count, t) => (count < LEAST_MEMBERS ? Number.NaN : (above[t] ?? 0) / count));
}

/** Change against the newest earlier value, at most a week old. */
export function dailyReturns(series: Float64Array): Float64Array {
  let last = -1;
  return series.map((value, t) => {
    if (Number.isNaN(value)) return value;
    const change = last >= 0 && t - last <= CARRY ? value / (series[last] ?? value) - 1 : Number.NaN;
    last = t;
    return change;
  });
}

/** Mean of the last `window` values; missing on a day without value, or with less than nine tenths of them. */
export function movingAverage(series: Float64Array, window: number): Float64Array {
  let sum = 0;
  let present = 0;
  return series.map((value, t) => {
    if (!Number.isNaN(value)) {
      sum += value;
      present++;
    }
    const old = t >= window ? (series[t - window] ?? Number.NaN) : Number.NaN;
    if (!Number.isNaN(old)) {
      sum -= old;
      present--;
    }
    return Number.isNaN(value) || present * 10 < window * 9 ? Number.NaN : sum / present;
  });
}

/** Sample standard deviation of the last `window` values; missing with less than nine tenths of them. */
export function rollingDeviation(series: Float64Array, window: number): Float64Array {
  const knownAt = createWindows(series, window);
  return series.map((_, t) => {
    const values = knownAt(t);
    return values.length * 10 < window * 9 ? Number.NaN : deviation(values);
  });
}

/** Share of the last `window` values that lie below the newest one; missing with less than half of them. */
function rollingShareBelow(series: Float64Array, window: number): Float64Array {
  const knownAt = createWindows(series, window);
  return series.map((value, t) => {
    if (Number.isNaN(value)) return Number.NaN;
    const values = knownAt(t);
    if (values.length * 2 < window) return Number.NaN;
    let below = 0;
    for (let i = 0; i < values.length; i++) if ((values[i] ?? value) < value) below++;
    return below / values.length;
  });
}

/** Distance from the highest of the last `window` values, <= 0; missing with less than half of them. */
function drawdown(series: Float64Array, window: number): Float64Array {
  const knownAt = createWindows(series, window);
  return series.map((value, t) => {
    if (Number.isNaN(value)) return Number.NaN;
    const values = knownAt(t);
    let top = value;
    for (let i = 0; i < values.length; i++) top = Math.max(top, values[i] ?? top);
    return values.length * 2 < window ? Number.NaN : value / top - 1;
  });
}

/** Net move over the sum of the moves: 1 when every day rose, near 0 when the days undo each other, -1 when all fell. */
function efficiency(series: Float64Array, window: number): Float64Array {
  const knownAt = createWindows(series, window + 1);
  return series.map((value, t) => {
    const values = knownAt(t);
    if (Number.isNaN(value) || values.length * 10 < (window + 1) * 9) return Number.NaN;
    let path = 0;
    for (let i = 1; i < values.length; i++) path += Math.abs((values[i] ?? 0) - (values[i - 1] ?? 0));
    return path === 0 ? 0 : (value - (values[0] ?? value)) / path;
  });
}

/** `a / b - 1` day by day. */
function gap(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, t) => value / (b[t] ?? Number.NaN) - 1);
}

/** What is known of the `window` days up to a day, oldest first, as a view into one array for all days. */
function createWindows(series: Float64Array, window: number): (t: number) => Float64Array {
  const known = series.filter((value) => !Number.isNaN(value));
  const before = new Uint32Array(series.length + 1); // values known before each day
  for (let t = 0; t < series.length; t++) before[t + 1] = (before[t] ?? 0) + (Number.isNaN(series[t]) ? 0 : 1);
  return (t) => known.subarray(before[Math.max(0, t + 1 - window)], before[t + 1]);
}
