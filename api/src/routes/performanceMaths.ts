import { DAYS_A_YEAR, measurePerformance, returnsOf } from "../../../keeper/src/backtest/metrics.ts";
import { deviation, mean } from "../../../keeper/src/math/statistics.ts";
import { z } from "../http/schemas.ts";

const DAY = 86_400;
const figure = (description: string) =>
  z
    .number()
    .nullable()
    .openapi({ description: `${description}; null: too few days.` });

/** How a series of daily values did. Fractions: 0.1 is 10%. */
export const metricsSchema = z
  .strictObject({
    days: z.number().int(),
    totalReturn: figure("From the first value to the last"),
    annualReturn: figure("The same a year, compound"),
    volatility: figure("Of daily returns, a year"),
    sharpe: figure("Mean return over its deviation, a year, no risk-free rate"),
    sortino: figure("Mean return over the deviation of falls, a year"),
    calmar: figure("Annual return over the largest drawdown"),
    maxDrawdown: figure("Largest fall from a peak, 0 or more"),
    valueAtRisk95: figure("Loss of a day that one day in twenty exceeds"),
    expectedShortfall95: figure("Mean loss of the worst twentieth of the days"),
  })
  .openapi("PerformanceMetrics");

/** How a series did beside another one. */
export const comparisonSchema = z
  .strictObject({
    beta: figure("How much the index moved for each percent of the benchmark"),
    correlation: figure("Of daily returns"),
    trackingError: figure("Deviation of the difference of daily returns, a year"),
    informationRatio: figure("Mean difference of daily returns over its deviation, a year"),
    excessReturn: figure("Total return less that of the benchmark"),
  })
  .openapi("PerformanceComparison");

/** JSON has no word for what cannot be said but null. */
function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Figures of daily values. */
export function metricsOf(values: readonly number[]): z.input<typeof metricsSchema> {
  const all = measurePerformance(values);
  // One value has neither gained nor fallen, but that is no figure.
  const ofTwo = (figure: number) => (values.length > 1 ? orNull(figure) : null);
  return {
    days: all.days,
    totalReturn: ofTwo(all.totalReturn),
    annualReturn: orNull(all.annualReturn),
    volatility: orNull(all.volatility),
    sharpe: orNull(all.sharpe),
    sortino: orNull(all.sortino),
    calmar: orNull(all.calmar),
    maxDrawdown: ofTwo(all.maxDrawdown),
    valueAtRisk95: orNull(all.valueAtRisk95),
    expectedShortfall95: orNull(all.expectedShortfall95),
  };
}

/** Figures of daily values beside those of a benchmark, day by day. */
export function compare(values: readonly number[], benchmark: readonly number[]): z.input<typeof comparisonSchema> {
  const [own, other] = [returnsOf(values), returnsOf(benchmark)];
  const difference = own.map((value, i) => value - (other[i] ?? Number.NaN));
  const [ownMean, otherMean] = [mean(own), mean(other)];
  let [together, alone] = [0, 0];
  for (let i = 0; i < own.length; i++) {
    const distance = (other[i] ?? Number.NaN) - otherMean;
    together += ((own[i] ?? Number.NaN) - ownMean) * distance;
    alone += distance * distance;
  }
  const covariance = together / (own.length - 1);
  const total = (series: readonly number[]) => (series.at(-1) ?? Number.NaN) / (series[0] ?? Number.NaN) - 1;
  const error = deviation(difference);
  return {
    beta: orNull(together / alone),
    correlation: orNull(covariance / (deviation(own) * deviation(other))),
    trackingError: orNull(error * Math.sqrt(DAYS_A_YEAR)),
    informationRatio: orNull((mean(difference) / error) * Math.sqrt(DAYS_A_YEAR)),
    excessReturn: own.length === 0 ? null : orNull(total(values) - total(benchmark)),
  };
}

/** One value a day, from the first day that has one; a day without one keeps the value before. */
export interface DailySeries {
  readonly firstDay: number;
  readonly values: readonly number[];
}

/** Fills the days between. `rows` {day, value} ascending. Until `lastDay`. Null: no row. */
export function dailySeries(rows: readonly { day: number; value: number }[], lastDay: number): DailySeries | null {
  const [first] = rows;
  if (first === undefined) return null;
  const byDay = new Map(rows.map(({ day, value }) => [day, value]));
  const values: number[] = [];
  let value = first.value;
  for (let day = first.day; day <= Math.max(lastDay, first.day); day++) {
    value = byDay.get(day) ?? value;
    values.push(value);
  }
  return { firstDay: first.day, values };
}

/** Two series over the days that both have. Null: there is no such day. */
export function overlap(
  a: DailySeries,
  b: DailySeries,
): { firstDay: number; a: readonly number[]; b: readonly number[] } | null {
  const firstDay = Math.max(a.firstDay, b.firstDay);
  const lastDay = Math.min(a.firstDay + a.values.length, b.firstDay + b.values.length) - 1;
  if (lastDay < firstDay) return null;
  const part = ({ firstDay: start, values }: DailySeries) => values.slice(firstDay - start, lastDay - start + 1);
  return { firstDay, a: part(a), b: part(b) };
}

/** ISO date of a day since 1970. */
export function dateOf(day: number): string {
  return new Date(day * DAY * 1000).toISOString().slice(0, 10);
}
