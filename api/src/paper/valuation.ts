import { PlainPortfolio } from "../../../keeper/src/backtest/portfolio.ts";
import { type CloseSeries, createPriceBook } from "../../../keeper/src/backtest/priceBook.ts";
import { DAY, type Day } from "../../../keeper/src/data/time.ts";
import { type Period, slotAt } from "../../../keeper/src/schedule/calendar.ts";

/** {1} of the whole by token of the market data; what is missing to 1 is cash. */
export type Parts = ReadonlyMap<string, number>;

/** Target weights that count from a moment {s} on. */
export interface Target {
  readonly from: number;
  readonly parts: Parts;
}

/** A paper index as it is worked out. */
export interface PaperIndex {
  readonly start: Day;
  readonly usd: number; // put in
  readonly costBps: number; // of what each rebalance trades; the first basket is free, as a vault's seed
  /** Ascending. Fixed weights are one target; an index that is followed has one for each of its decisions. */
  readonly targets: readonly Target[];
  /** Back to the target's weights in each slot of the period; null: only when a new target begins. */
  readonly period: Period | null;
}

/** One day of a paper index. */
export interface PaperDay {
  readonly day: Day; // of the closes that it is worth something at
  readonly usd: number;
}

/** What became of it. */
export interface PaperValuation {
  readonly days: readonly PaperDay[];
  /** {s} of each rebalance, the first basket included. */
  readonly rebalances: readonly number[];
  readonly costUsd: number;
  readonly tradedUsd: number;
  /** Tokens held that have no close on the last day: they count at the last known one. */
  readonly stale: readonly string[];
  /** {USD} held on the last day by token, largest first. What is missing to its worth is cash. */
  readonly holdings: readonly { readonly token: string; readonly usd: number }[];
}

const SLOT = { hour: 0, minute: 0, weekday: "monday", day: 1 } as const;

/**
 * Values an index on paper by the arithmetic of the keeper's backtests: trades at a day's close, at a stated cost, tokens without a
 * current close are kept and not traded. `last`: the last day with closes. `stable` counts as a dollar where it has no price.
 */
export function valuePaperIndex(
  index: PaperIndex,
  closes: ReadonlyMap<string, CloseSeries>,
  last: Day,
  stable: string | null = null,
): PaperValuation {
  const prices = createPriceBook(closes, new Map());
  const portfolio = new PlainPortfolio(prices, index.usd, index.costBps / 10_000, stable);
  const days: PaperDay[] = [];
  const rebalances: number[] = [];
  let current: Target | undefined;
  let slot: number | undefined;
  for (let day = index.start; day <= last; day++) {
    const at = (day + 1) * DAY; // when the day's close is known
    const target = index.targets.findLast(({ from }) => from <= at);
    const now = index.period === null ? undefined : slotAt(index.period, SLOT, at).index;
    if (target !== undefined && (target !== current || now !== slot)) {
      portfolio.rebalance(target.parts, at, current === undefined);
      rebalances.push(at);
      current = target;
    }
    slot = now;
    days.push({ day, usd: portfolio.value(at) });
  }
  const { cost, sold } = portfolio.traded;
  const end = (last + 1) * DAY;
  const stale = portfolio.assets.filter((asset) => asset !== stable && !prices.isFresh(asset, end)).sort();
  const holdings = [...portfolio.values(end)].map(([token, usd]) => ({ token, usd })).sort((a, b) => b.usd - a.usd);
  return { days, rebalances, costUsd: cost, tradedUsd: sold, stale, holdings };
}
