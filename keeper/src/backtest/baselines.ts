import type { AssetId } from "../data/source.ts";
import { log } from "../math/functions.ts";
import { deviation } from "../math/statistics.ts";
import { type Parts, PlainPortfolio } from "./portfolio.ts";
import type { PriceBook } from "./priceBook.ts";

/** A member of the universe on a decision day, as it was known then. */
export interface Member {
  readonly asset: AssetId;
  readonly marketCap: number; // {USD}
  /** Closes of the last days up to the decision, oldest first; NaN = missing. */
  readonly closes: ArrayLike<number>;
}

/** A rule that needs no model. `null`: nothing can be said, the portfolio stays as it is. */
export interface Baseline {
  readonly id: string;
  readonly words: string;
  parts(members: readonly Member[]): Parts | null;
}

/** {days} that volatility and momentum look back. */
export const BASELINE_LOOKBACK = 30;
const LEAST_KNOWN = 20;

/** What the strategy is compared with, on the same dates, universe and costs. */
export const BASELINES: readonly Baseline[] = [
  { id: "btc", words: "Bitcoin", parts: () => new Map([["BTC", 1]]) },
  {
    id: "cap-weight",
    words: "Universe by capitalisation",
    parts: (members) => inProportion(members, ({ marketCap }) => marketCap),
  },
  { id: "equal-weight", words: "Universe in equal parts", parts: (members) => inProportion(members, () => 1) },
  {
    id: "low-volatility",
    words: "Calmest fifth in equal parts",
    parts: (members) => bestFifth(members, (member) => -volatilityOf(member.closes)),
  },
  {
    id: "momentum",
    words: "Fifth that rose most in 30 days",
    parts: (members) => bestFifth(members, (member) => momentumOf(member.closes)),
  },
];

/** One rebalance of all baselines. */
export interface BaselineDate {
  readonly tradeAt: number; // {s}
  readonly members: readonly Member[];
}

/** A portfolio that follows a rule from date to date. */
export class BaselineRun {
  readonly baseline: Baseline;
  readonly portfolio: PlainPortfolio;
  #started = false;

  constructor(baseline: Baseline, prices: PriceBook, usd: number, rate: number) {
    this.baseline = baseline;
    this.portfolio = new PlainPortfolio(prices, usd, rate);
  }

  /** Trades to what the rule says. The first basket costs nothing, as the seed of a vault. */
  trade({ tradeAt, members }: BaselineDate): void {
    const parts = this.baseline.parts(members);
    // Bitcoin alone never needs a trade after the first.
    if (parts === null || (this.#started && this.baseline.id === "btc")) return;
    this.portfolio.rebalance(parts, tradeAt, !this.#started);
    this.#started = true;
  }
}

/** {1/day} deviation of the daily log returns; NaN with too few. */
export function volatilityOf(closes: ArrayLike<number>): number {
  const returns: number[] = [];
  for (let i = 1; i < closes.length; i++) {
    const step = log((closes[i] ?? Number.NaN) / (closes[i - 1] ?? Number.NaN));
    if (Number.isFinite(step)) returns.push(step);
  }
  return returns.length < LEAST_KNOWN ? Number.NaN : deviation(returns);
}

/** Return from the first known close to the last one. */
export function momentumOf(closes: ArrayLike<number>): number {
  const known = Array.from(closes).filter((close) => close > 0);
  return known.length < LEAST_KNOWN ? Number.NaN : (known.at(-1) ?? Number.NaN) / (known[0] ?? Number.NaN) - 1;
}

function inProportion(members: readonly Member[], size: (member: Member) => number): Parts | null {
  const total = members.reduce((sum, member) => sum + size(member), 0);
  return total > 0 ? new Map(members.map((member) => [member.asset, size(member) / total])) : null;
}

function bestFifth(members: readonly Member[], score: (member: Member) => number): Parts | null {
  const known = members
    .map((member) => ({ asset: member.asset, score: score(member) }))
    .filter((item) => !Number.isNaN(item.score))
    .sort((a, b) => b.score - a.score || (a.asset < b.asset ? -1 : 1));
  const count = Math.max(1, Math.round(known.length / 5));
  if (known.length === 0) return null;
  return new Map(known.slice(0, count).map(({ asset }) => [asset, 1 / count]));
}
