import { downSample } from "./ranges.ts";

/** The weights of one day. */
export interface WeightDay {
  /** 2026-11-21 */
  readonly date: string;
  /** {bps of NAV} by the id of a part; a part that is absent has none; null: not known on that day. */
  readonly weights: ReadonlyMap<string, number | null>;
}

/** Days with the same parts, the largest first, the small ones put together. */
export interface Stack {
  /** Ids, the largest first. */
  readonly parts: readonly string[];
  /** How many more were put together; 0: none. */
  readonly rest: number;
  readonly days: readonly {
    readonly date: string;
    /** {bps of NAV} in the order of `parts`, then those put together. */
    readonly weights: readonly number[];
  }[];
}

/** Points of an area that are drawn at most: a screen has no more. */
export const MOST_DAYS = 200;

/**
 * What a stacked area draws. Days on which a weight is not known are left out: a gap would look like a sale.
 *
 * @param most parts with a colour of their own.
 */
export function stackOf(days: readonly WeightDay[], most: number): Stack {
  const known = days.filter(({ weights }) => weights.size > 0 && [...weights.values()].every((bps) => bps !== null));
  const sums = new Map<string, number>();
  for (const { weights } of known) {
    for (const [id, bps] of weights) sums.set(id, (sums.get(id) ?? 0) + (bps ?? 0));
  }
  const ranked = [...sums]
    .filter(([, sum]) => sum > 0)
    .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([id]) => id);
  const parts = ranked.slice(0, most);
  const others = ranked.slice(most);
  return {
    parts,
    rest: others.length,
    days: downSample(known, MOST_DAYS).map(({ date, weights }) => {
      const of = (id: string) => weights.get(id) ?? 0;
      const together = others.reduce((sum, id) => sum + of(id), 0);
      return { date, weights: [...parts.map(of), ...(others.length > 0 ? [together] : [])] };
    }),
  };
}
