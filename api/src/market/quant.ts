import { DAYS_A_YEAR, measurePerformance } from "../../../keeper/src/backtest/metrics.ts";
import { dailyReturns } from "../../../keeper/src/features/marketState.ts";
import { exp, log } from "../../../keeper/src/math/functions.ts";
import { correlation, deviation } from "../../../keeper/src/math/statistics.ts";
import { known } from "./figures.ts";

/** Of ten days at most one may be without a close. */
const KNOWN_SHARE = 0.9;

/** Figures about the daily closes of one token. Fractions unless said otherwise; null: it cannot be said. */
export interface QuantMetrics {
  readonly windowDays: number; // asked for
  readonly days: number; // daily results that the figures are of
  readonly missingDays: number; // of the window, without a close
  readonly totalReturn: number | null;
  readonly annualReturn: number | null; // compound, {1/year}; null for less than a year, which would be blown up
  readonly volatility: number | null; // {1/year}
  readonly sharpe: number | null; // {1/year} no risk-free rate
  readonly sortino: number | null; // {1/year}
  readonly calmar: number | null; // annual return over the largest drawdown
  readonly maxDrawdown: number | null; // >= 0
  readonly longestDrawdownDays: number | null;
  readonly valueAtRisk95: number | null; // {1/day} a loss >= 0
  readonly expectedShortfall95: number | null; // {1/day}
  readonly skewness: number | null;
  readonly kurtosis: number | null; // 3 for a normal distribution
  readonly winRate: number | null;
  readonly profitFactor: number | null;
  readonly tailRatio: number | null;
  readonly beta: number | null; // per 1% of the market
  readonly marketCorrelation: number | null;
  readonly reason: string | null; // why the figures are missing
}

const NOTHING = {
  totalReturn: null,
  annualReturn: null,
  volatility: null,
  sharpe: null,
  sortino: null,
  calmar: null,
  maxDrawdown: null,
  longestDrawdownDays: null,
  valueAtRisk95: null,
  expectedShortfall95: null,
  skewness: null,
  kurtosis: null,
  winRate: null,
  profitFactor: null,
  tailRatio: null,
  beta: null,
  marketCorrelation: null,
} as const;

/**
 * Figures of the last `window` daily results up to index `t`: `window` + 1 closes. A day without a close joins the next one's
 * result; above one in ten such days, or without a close on day `t`, nothing is said. `market`: level of the index that beta
 * is measured against, on the same days.
 */
export function quantMetrics(close: Float64Array, market: Float64Array, t: number, window: number): QuantMetrics {
  const start = t - window;
  const from = Math.max(0, start);
  const span = close.subarray(from, t + 1);
  const closes = span.filter((value) => value > 0);
  const missingDays = window + 1 - closes.length;
  const base = { windowDays: window, days: Math.max(0, closes.length - 1), missingDays };
  const nothing = (reason: string): QuantMetrics => ({ ...base, ...NOTHING, reason });
  if (closes.length === 0) return nothing("No close is known in the window.");
  if (!((close[t] ?? Number.NaN) > 0)) return nothing("The last day has no close.");
  if (closes.length < KNOWN_SHARE * (window + 1)) {
    return nothing(`Closes of ${closes.length} of ${window + 1} days are known; nine in ten are needed.`);
  }
  const { days, annualReturn: _, longestDrawdown, ...figures } = measurePerformance(closes);
  // Years go by the calendar, whatever days are missing.
  const firstKnown = from + span.findIndex((value) => value > 0);
  const calendarDays = t - firstKnown;
  const growth = log(1 + figures.totalReturn);
  const annualReturn = calendarDays < DAYS_A_YEAR ? null : exp((growth * DAYS_A_YEAR) / calendarDays) - 1;
  return {
    ...base,
    days,
    totalReturn: known(figures.totalReturn),
    annualReturn,
    volatility: known(figures.volatility),
    sharpe: known(figures.sharpe),
    sortino: known(figures.sortino),
    calmar: annualReturn === null || figures.maxDrawdown === 0 ? null : annualReturn / figures.maxDrawdown,
    maxDrawdown: known(figures.maxDrawdown),
    longestDrawdownDays: longestDrawdown,
    valueAtRisk95: known(figures.valueAtRisk95),
    expectedShortfall95: known(figures.expectedShortfall95),
    skewness: known(figures.skewness),
    kurtosis: known(figures.kurtosis),
    winRate: known(figures.winRate),
    profitFactor: known(figures.profitFactor),
    tailRatio: known(figures.tailRatio),
    ...besideMarket(close, market, from, t),
    reason: null,
  };
}

/** Beta and correlation by the days on which both have a result; null with fewer than twenty, or when one does not vary. */
function besideMarket(
  close: Float64Array,
  market: Float64Array,
  from: number,
  t: number,
): Pick<QuantMetrics, "beta" | "marketCorrelation"> {
  const { a, b } = pairedReturns(close.subarray(from, t + 1), market.subarray(from, t + 1));
  const [spread, other] = [deviation(a), deviation(b)];
  if (a.length < LEAST_PAIRS || !(spread > 0) || !(other > 0)) return { beta: null, marketCorrelation: null };
  const together = correlation(a, b);
  return { beta: (together * spread) / other, marketCorrelation: together };
}

/** Fewest days on which two series must both have a result before anything is said of them together. */
export const LEAST_PAIRS = 20;

/** Daily results of two series on the days on which both have one. */
export function pairedReturns(
  a: Float64Array,
  b: Float64Array,
): { readonly a: Float64Array; readonly b: Float64Array } {
  const [left, right] = [dailyReturns(a), dailyReturns(b)];
  const both = (_: number, t: number) => !Number.isNaN(left[t] ?? Number.NaN) && !Number.isNaN(right[t] ?? Number.NaN);
  return { a: left.filter(both), b: right.filter(both) };
}
