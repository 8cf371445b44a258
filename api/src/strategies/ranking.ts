import type { Address } from "viem";
import type { DailySeries } from "../routes/performanceMaths.ts";

/** {days} of live results that a place in the ranking takes. */
export const LEAST_DAYS = 30;
const YEAR = 365; // {days}

/** An index that follows or followed a strategy. Days {day} since 1970. */
export interface Adoption {
  readonly vault: Address;
  /** The day at whose end its value is the first that counts. */
  readonly from: number;
  /** The last day that counts; null: it still follows. */
  readonly until: number | null;
  /** Value per share at the end of each day; null: none is known. */
  readonly nav: DailySeries | null;
}

/** A strategy and everything that ever followed it. */
export interface Followed {
  readonly id: bigint;
  readonly adoptions: readonly Adoption[];
}

/** Live results of a strategy. Fractions: 0.1 is 10%. Null: not known. */
export interface LiveResult {
  readonly id: bigint;
  /** From 1; null: not ranked, and `reason` says why. */
  readonly rank: number | null;
  readonly reason: string | null;
  /** {days} on which an index followed it, the day of adoption not counted. */
  readonly days: number;
  readonly indices: number;
  readonly totalReturn: number | null;
  /** Return less that of the benchmark on the same days. */
  readonly excess: number | null;
  /** Mean daily excess times 365, by which places are given: it does not favour who is there longer. */
  readonly excessAYear: number | null;
  /** Largest fall from a peak, 0 or more. */
  readonly worstFall: number | null;
}

/**
 * Ranks strategies by what the indices that adopted them did since then, and by nothing else: no backtest, no time before
 * the adoption. A day's return is the mean of those of all indices that followed it that day, also of those that left it
 * since, so that dropping a bad one makes no strategy better. Fewer than 30 days: not ranked. Ranked ones come first, best
 * first.
 */
export function rankStrategies(strategies: readonly Followed[], benchmark: DailySeries | null): readonly LiveResult[] {
  const measured = strategies.map((strategy) => measure(strategy, benchmark));
  const order = (a: LiveResult, b: LiveResult) =>
    (b.excessAYear ?? 0) - (a.excessAYear ?? 0) || (a.worstFall ?? 0) - (b.worstFall ?? 0) || byId(a, b);
  const ranked = measured.filter(({ reason }) => reason === null).sort(order);
  const others = measured.filter(({ reason }) => reason !== null).sort(byId);
  return [...ranked.map((result, i) => ({ ...result, rank: i + 1 })), ...others];
}

function byId(a: LiveResult, b: LiveResult): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function measure({ id, adoptions }: Followed, benchmark: DailySeries | null): LiveResult {
  const indices = new Set(adoptions.map(({ vault }) => vault.toLowerCase())).size;
  const returns = dailyReturns(adoptions);
  const none = { id, rank: null, days: returns.size, indices };
  const unknown = { totalReturn: null, excess: null, excessAYear: null, worstFall: null };
  if (adoptions.length === 0) return { ...none, ...unknown, reason: "No index has adopted it." };
  if (returns.size === 0) return { ...none, ...unknown, reason: "No index has followed it for a whole day." };

  let [value, peak, worstFall, other, difference]: [number, number, number, number | null, number] = [1, 1, 0, 1, 0];
  for (const [day, gain] of returns) {
    value *= 1 + gain;
    peak = Math.max(peak, value);
    worstFall = Math.max(worstFall, 1 - value / peak);
    const theirs = gainOf(benchmark, day);
    other = other === null || theirs === null ? null : other * (1 + theirs);
    difference += gain - (theirs ?? 0);
  }
  const days = returns.size;
  const excess = other === null ? null : value - other;
  const excessAYear = other === null ? null : (difference / days) * YEAR;
  const tooFew = days < LEAST_DAYS ? `It has ${days} days of live results; a place takes ${LEAST_DAYS}.` : null;
  const reason = tooFew ?? (excess === null ? "The benchmark is not known on all of its days." : null);
  return { ...none, totalReturn: value - 1, excess, excessAYear, worstFall, reason };
}

/** Mean return of each day on which an index followed, by day. */
function dailyReturns(adoptions: readonly Adoption[]): ReadonlyMap<number, number> {
  const sums = new Map<number, { total: number; count: number }>();
  for (const { from, until, nav } of adoptions) {
    if (nav === null) continue;
    const last = Math.min(until ?? Number.POSITIVE_INFINITY, nav.firstDay + nav.values.length - 1);
    for (let day = Math.max(from, nav.firstDay) + 1; day <= last; day++) {
      const gain = gainOf(nav, day);
      if (gain === null) continue;
      const { total, count } = sums.get(day) ?? { total: 0, count: 0 };
      sums.set(day, { total: total + gain, count: count + 1 });
    }
  }
  const days = [...sums].sort(([a], [b]) => a - b);
  return new Map(days.map(([day, { total, count }]) => [day, total / count]));
}

/** Return from the end of the day before to the end of a day; null: one of the values is missing. */
function gainOf(series: DailySeries | null, day: number): number | null {
  const before = series?.values[day - series.firstDay - 1];
  const after = series?.values[day - series.firstDay];
  return before === undefined || after === undefined || before <= 0 ? null : after / before - 1;
}
