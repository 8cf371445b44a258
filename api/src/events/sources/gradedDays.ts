import type { MarketStore } from "../../market/marketStore.ts";
import type { GradedDays } from "./grades.ts";

/** More tokens than any day has. */
const ALL = 100_000;
const EVER = Number.MAX_SAFE_INTEGER;

/** The days of the market's store, for the events and rules of grades. */
export function gradedDays(store: Pick<MarketStore, "head" | "days" | "page">): GradedDays {
  return {
    next: async (from) => {
      const newest = await store.head();
      if (newest === undefined || newest.day < from) return undefined;
      // Nearly always the next day; after a gap, look further and further.
      for (let span = 1; ; span *= 4) {
        const days = await store.days(from, from + span - 1, EVER, ALL, null);
        const first = days.at(-1);
        if (first !== undefined) return { day: first.day, asOf: first.asOf, decision: first.decision };
      }
    },
    tokens: (day) =>
      store.page({ day, filter: { isGraded: true }, sort: "symbol", order: "asc", limit: ALL, after: null }),
    grade: async (token, kind) => {
      const newest = await store.head();
      if (newest === undefined) return null;
      const filter = { tokens: [token] };
      const [found] = await store.page({
        day: newest.day,
        filter,
        sort: "symbol",
        order: "asc",
        limit: 1,
        after: null,
      });
      return found?.[`${kind}Grade`] ?? null;
    },
  };
}
