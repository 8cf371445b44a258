import { type Day, isoFromDay } from "../data/time.ts";
import { exp, log } from "../math/functions.ts";
import { ascendingOrder } from "../math/ranks.ts";
import { deviation, mean } from "../math/statistics.ts";

/** Crypto trades every day. */
export const DAYS_A_YEAR = 365;
const TAIL_SHARE = 0.05;

/** Values {any unit} at the ends of consecutive days. */
export interface DailyValues {
  readonly firstDay: Day;
  readonly values: ArrayLike<number>;
}

/** How a series of daily values did. Fractions unless said otherwise; NaN where it cannot be said. */
export interface Performance {
  readonly days: number;
  readonly totalReturn: number;
  readonly annualReturn: number; // compound
  readonly volatility: number; // a year
  readonly sharpe: number; // a year, no risk-free rate
  readonly sortino: number; // a year
  readonly calmar: number;
  readonly maxDrawdown: number; // >= 0
  readonly longestDrawdown: number; // {days} from a peak until it is reached again, or to the end
  readonly valueAtRisk95: number; // daily, as a loss >= 0
  readonly expectedShortfall95: number; // daily, mean of the worst 5% as a loss
  readonly skewness: number;
  readonly kurtosis: number; // 3 for a normal distribution
  readonly winRate: number; // of the days that were not flat
  readonly profitFactor: number; // sum of gains over sum of losses
  readonly tailRatio: number; // 95th percentile over the size of the 5th
}

/** Simple returns from one value to the next. */
export function returnsOf(values: ArrayLike<number>): Float64Array {
  const returns = new Float64Array(Math.max(0, values.length - 1));
  for (let i = 0; i < returns.length; i++) returns[i] = (values[i + 1] ?? Number.NaN) / (values[i] ?? Number.NaN) - 1;
  return returns;
}

/** Every figure about a series of daily values. */
export function measurePerformance(values: ArrayLike<number>): Performance {
  const returns = returnsOf(values);
  const days = returns.length;
  const growth = (values[values.length - 1] ?? Number.NaN) / (values[0] ?? Number.NaN);
  const annualReturn = days === 0 ? Number.NaN : exp((log(growth) * DAYS_A_YEAR) / days) - 1;
  const { maxDrawdown, longestDrawdown } = measureDrawdown(values);
  const [low, high] = [percentile(returns, TAIL_SHARE), percentile(returns, 1 - TAIL_SHARE)];
  return {
    days,
    totalReturn: growth - 1,
    annualReturn,
    volatility: deviation(returns) * Math.sqrt(DAYS_A_YEAR),
    sharpe: sharpeOf(returns) * Math.sqrt(DAYS_A_YEAR),
    sortino: sortinoOf(returns) * Math.sqrt(DAYS_A_YEAR),
    calmar: ratio(annualReturn, maxDrawdown),
    maxDrawdown,
    longestDrawdown,
    valueAtRisk95: -low,
    expectedShortfall95: -meanOfWorst(returns, TAIL_SHARE),
    ...shapeOf(returns),
    ...gainsOf(returns),
    tailRatio: ratio(high, Math.abs(low)),
  };
}

/** Mean over sample deviation, of one period; NaN when nothing varies. */
export function sharpeOf(returns: ArrayLike<number>): number {
  return ratio(mean(returns), deviation(returns));
}

/** Skewness and kurtosis (3 when normal) with plain moments, as the deflated Sharpe ratio wants them. */
export function shapeOf(returns: ArrayLike<number>): { readonly skewness: number; readonly kurtosis: number } {
  const centre = mean(returns);
  let [second, third, fourth] = [0, 0, 0];
  for (let i = 0; i < returns.length; i++) {
    const distance = (returns[i] ?? 0) - centre;
    const square = distance * distance;
    second += square;
    third += square * distance;
    fourth += square * square;
  }
  const variance = second / returns.length;
  return {
    skewness: ratio(third / returns.length, variance * Math.sqrt(variance)),
    kurtosis: ratio(fourth / returns.length, variance * variance),
  };
}

/** Fraction below the highest value so far, day by day, >= 0. */
export function drawdownPath(values: ArrayLike<number>): Float64Array {
  let peak = Number.NEGATIVE_INFINITY;
  return Float64Array.from({ length: values.length }, (_, i) => {
    const value = values[i] ?? Number.NaN;
    peak = Math.max(peak, value);
    return 1 - value / peak;
  });
}

/** Linear between the two nearest of the sorted values, as most libraries do; `share` from 0 to 1. */
export function percentile(values: ArrayLike<number>, share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = Float64Array.from(values).sort();
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  return low + (place - below) * ((sorted[below + 1] ?? low) - low);
}

/** Result of one calendar month; the first and the last may be parts of one. */
export interface MonthResult {
  readonly month: string; // such as "2022-05"
  readonly result: number; // fraction
}

/** Results by calendar month. The value at the end of the first day is where the first month begins. */
export function monthlyResults({ firstDay, values }: DailyValues): readonly MonthResult[] {
  const results: MonthResult[] = [];
  let base = values[0] ?? Number.NaN;
  for (let i = 1; i < values.length; i++) {
    const month = isoFromDay(firstDay + i).slice(0, 7);
    const isLast = i + 1 === values.length || isoFromDay(firstDay + i + 1).slice(0, 7) !== month;
    if (!isLast) continue;
    const value = values[i] ?? Number.NaN;
    results.push({ month, result: value / base - 1 });
    base = value;
  }
  return results;
}

/** Sharpe ratio of the last `window` returns, day by day, a year; NaN until there are enough. */
export function rollingSharpe(values: ArrayLike<number>, window: number): Float64Array {
  const returns = returnsOf(values);
  return Float64Array.from({ length: values.length }, (_, i) =>
    i < window ? Number.NaN : sharpeOf(returns.subarray(i - window, i)) * Math.sqrt(DAYS_A_YEAR),
  );
}

function measureDrawdown(values: ArrayLike<number>): { maxDrawdown: number; longestDrawdown: number } {
  let peak = Number.NEGATIVE_INFINITY;
  let peakAt = 0;
  let [maxDrawdown, longestDrawdown] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (value >= peak) {
      peak = value;
      peakAt = i;
    } else {
      maxDrawdown = Math.max(maxDrawdown, 1 - value / peak);
      longestDrawdown = Math.max(longestDrawdown, i - peakAt);
    }
  }
  return { maxDrawdown, longestDrawdown };
}

// Against a target of 0: the deviation counts falls only, over all days.
function sortinoOf(returns: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < returns.length; i++) {
    const fall = Math.min(0, returns[i] ?? 0);
    squares += fall * fall;
  }
  return ratio(mean(returns), Math.sqrt(squares / returns.length));
}

function meanOfWorst(returns: ArrayLike<number>, share: number): number {
  const order = ascendingOrder(returns);
  const count = Math.max(1, Math.floor(returns.length * share));
  return mean(Array.from(order.subarray(0, count), (i) => returns[i] ?? Number.NaN));
}

function gainsOf(returns: ArrayLike<number>): { readonly winRate: number; readonly profitFactor: number } {
  let [wins, losses, gained, lost] = [0, 0, 0, 0];
  for (let i = 0; i < returns.length; i++) {
    const value = returns[i] ?? 0;
    if (value > 0) {
      wins++;
      gained += value;
    } else if (value < 0) {
      losses++;
      lost -= value;
    }
  }
  return { winRate: ratio(wins, wins + losses), profitFactor: ratio(gained, lost) };
}

function ratio(above: number, below: number): number {
  return below === 0 ? Number.NaN : above / below;
}
