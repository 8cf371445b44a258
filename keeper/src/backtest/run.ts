import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MarketDataSource } from "../data/source.ts";
import { dayFromIso, isoFromDay } from "../data/time.ts";
import { BacktestError } from "../errors.ts";
import { analyse, type Trials } from "./analyse.ts";
import { type BacktestMarket, loadMarket } from "./market.ts";
import { drawdownPath } from "./metrics.ts";
import type { BacktestReport } from "./report.ts";
import { drawSheet } from "./sheet.ts";
import { type Progress, simulate } from "./simulate.ts";
import { DEFAULT_LIMITS, type Strategy } from "./strategies.ts";
import type { TradeCosts } from "./tradeCosts.ts";

/** {days} Shorter says nothing. */
export const LEAST_PERIOD = 27;
/** {days} of prices before the first decision, for what looks back. */
const BEFORE = 60;
const PUT_IN = 1_000_000;

/** What to test. Dates are ISO days, both included. */
export interface BacktestOptions {
  readonly strategy: Strategy | ((market: BacktestMarket) => Strategy);
  /** {days} of history before the first decision; more for a strategy that learns. */
  readonly before?: number;
  readonly from: string;
  readonly to: string;
  readonly costs: TradeCosts;
  readonly trials: Trials | null;
}

/** Runs one strategy over one period. */
export async function runBacktest(
  source: MarketDataSource,
  { strategy: asked, from, to, costs, trials, before = BEFORE }: BacktestOptions,
  progress?: Progress,
): Promise<BacktestReport> {
  const [first, last] = [parseDay(from), parseDay(to)];
  if (last - first < LEAST_PERIOD) throw new BacktestError("A backtest needs at least four weeks.", { from, to });
  const market = await loadMarket(source, { from: first, to: last, before });
  const strategy = typeof asked === "function" ? asked(market) : asked;
  const settings = {
    from: first,
    to: last,
    universe: strategy.universe,
    usd: PUT_IN,
    costs,
    limits: DEFAULT_LIMITS,
    maxWeightBps: strategy.maxWeightBps,
  };
  const simulation = await simulate(settings, market, strategy.createDecider, progress);
  const { id, words } = strategy;
  return analyse(settings, simulation, { strategy: id, words, source: source.info.label, trials, notes: [] });
}

/** Writes the tear sheet, the figures and the daily series. Returns the paths. */
export function writeReport(folder: string, report: BacktestReport): readonly string[] {
  mkdirSync(folder, { recursive: true });
  const files = [
    ["sheet.html", drawSheet(report)],
    ["report.json", `${JSON.stringify(report)}\n`],
    ["daily.csv", dailyTable(report)],
  ] as const;
  return files.map(([name, text]) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  });
}

/** One row a day: value, drawdown, exposure, regime and the benchmarks' values. */
export function dailyTable({ result, benchmarks, firstDay, exposure, regimes }: BacktestReport): string {
  const falls = drawdownPath(result.values);
  const head = ["date", "value", "drawdown", "exposure", "regime", ...benchmarks.map(({ id }) => id)];
  const rows = result.values.map((value, i) => [
    isoFromDay(firstDay + i),
    value.toFixed(2),
    (falls[i] ?? 0).toFixed(6),
    (exposure[i] ?? 0).toFixed(6),
    regimes[i] ?? "",
    ...benchmarks.map(({ values }) => (values[i] ?? Number.NaN).toFixed(2)),
  ]);
  return `${[head, ...rows].map((cells) => cells.join(",")).join("\n")}\n`;
}

/** Day of an ISO date that exists, or a typed error. */
export function parseDay(date: string): number {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(date) ? dayFromIso(date) : Number.NaN;
  if (Number.isNaN(day) || isoFromDay(day) !== date) {
    throw new BacktestError("A date must be a day of the calendar, such as 2022-01-31.", { date });
  }
  return day;
}
