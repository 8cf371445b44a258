import type { NavDayRow, NavRow } from "./rows.ts";

/**
 * A day's row from its snapshots, at least one, in the order of the chain: from those in which every token had a price,
 * or from all of them when there is none, and then `isComplete` is false. As the indexer keeps its days.
 */
export function dayOf(day: number, navs: readonly NavRow[]): NavDayRow {
  const complete = navs.filter(({ unpriced }) => unpriced.length === 0);
  const used = complete.length === 0 ? navs : complete;
  const [first, last] = [used[0], used.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError("a day needs a snapshot");
  const prices = used.map(({ perShare }) => perShare);
  return {
    day,
    open: first.perShare,
    high: prices.reduce((a, b) => (b > a ? b : a)),
    low: prices.reduce((a, b) => (b < a ? b : a)),
    close: last.perShare,
    total: last.total,
    supply: last.supply,
    snapshots: navs.length,
    isComplete: complete.length > 0,
    closeBlock: last.block,
    closeTime: last.time,
  };
}
