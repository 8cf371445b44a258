import type { Performance } from "../../data/index/history.ts";
import { UNKNOWN } from "../../format.ts";

/** A measure of risk with what it means. */
export interface RiskFigure {
  readonly key: string;
  readonly name: string;
  /** With its unit; a dash when there are too few days. */
  readonly figure: string;
  /** The same of the benchmark; null: it has none. */
  readonly beside: string | null;
  /** What it means, with the figure in it. */
  readonly words: string;
}

const plain = (value: number, digits = 2) => value.toFixed(digits);
const percent = (value: number) => `${plain(value * 100)}%`;

/** Writes a fraction or a plain number; null: too few days. */
function written(value: number | null | undefined, write: (value: number) => string): string {
  return value === null || value === undefined ? UNKNOWN : write(value);
}

/** Every measure in plain words. `other` is the benchmark's name, undefined without one. */
export function riskFigures({ metrics, benchmarkMetrics, comparison }: Performance, other: string | undefined) {
  type Key = Exclude<keyof typeof metrics, "days">;
  const own = (key: Key, name: string, write: typeof percent, words: (figure: string) => string): RiskFigure => {
    const figure = written(metrics[key], write);
    const beside = other === undefined ? null : written(benchmarkMetrics?.[key], write);
    return { key, name, figure, beside, words: words(figure) };
  };
  const figures = [
    own("totalReturn", "Return", percent, () => "From the first day to the last, fees taken off."),
    own("volatility", "Volatility", percent, (f) => `In two years of three the return stays within ${f} of its mean.`),
    own("maxDrawdown", "Largest fall", percent, (f) => `Who bought at the worst moment saw ${f} gone at the lowest.`),
    own(
      "valueAtRisk95",
      "Bad day",
      percent,
      (f) => `On one day in twenty more than ${f} is lost (value at risk, 95%).`,
    ),
    own("expectedShortfall95", "Mean of bad days", percent, (f) => `On such a day ${f} is lost on average.`),
    own("sharpe", "Sharpe ratio", plain, () => "Return for the risk taken, a year. Above 1 is good; below 0 it lost."),
    own("sortino", "Sortino ratio", plain, () => "The same, but only falls count as risk."),
    own("calmar", "Calmar ratio", plain, () => "Return of a year for each part of the largest fall."),
  ];
  if (other === undefined || comparison === null) return figures;
  const { beta, correlation, trackingError, informationRatio, excessReturn } = comparison;
  const both = (key: string, name: string, figure: string, words: string): RiskFigure => {
    return { key, name, figure, beside: null, words };
  };
  return [
    ...figures,
    both("beta", "Beta", written(beta, plain), `When ${other} moves by 1%, the index moved by that many percent.`),
    both(
      "correlation",
      "Correlation",
      written(correlation, plain),
      `1: moves as ${other} does. 0: has nothing to do with it.`,
    ),
    both(
      "trackingError",
      "Tracking error",
      written(trackingError, percent),
      `How far a year's return may lie from that of ${other}.`,
    ),
    both(
      "informationRatio",
      "Information ratio",
      written(informationRatio, plain),
      `What it did better than ${other}, for that distance.`,
    ),
    both("excessReturn", "Did better by", written(excessReturn, percent), `Its return less that of ${other}.`),
  ];
}

/** Why nothing stands beside an index: the days that are known of it, and what to do. `other` is the benchmark's name. */
export function unknownBenchmark(other: string, series: readonly { readonly date: string }[]): string {
  const [first, last] = [series[0]?.date, series.at(-1)?.date];
  return `No price of ${other} is known between ${first} and ${last}, so nothing stands beside the index. Another benchmark may have some.`;
}
