import type { Day } from "../data/time.ts";
import type { MonthResult, Performance } from "./metrics.ts";
import type { Interval, OverfittingProbability } from "./overfitting.ts";

/** A series of daily values and what it is. */
export interface NamedSeries {
  readonly id: string;
  readonly words: string;
  readonly values: readonly number[]; // {USD} of what was put in
  readonly performance: Performance;
  readonly turnoverWeekly: number; // {1} of NAV sold a week
  readonly costShare: number; // {1} of what was put in, paid as costs
}

/** One decision that was acted upon, with what came of it. */
export interface RebalanceEntry {
  readonly date: string; // ISO
  readonly lane: "RISK" | "DERISK";
  readonly regime: string;
  readonly exposureBps: number; // wanted
  readonly turnover: number; // {1} of NAV sold
  readonly costUsd: number;
  readonly daysToFirstFill: number | null;
  readonly daysToLastFill: number | null;
  readonly unfilled: number; // {1} of NAV
  readonly reasons: readonly string[];
  /** Largest changes of weight that were proposed, in words. */
  readonly changes: readonly string[];
}

/** A stretch of days in one regime. */
export interface RegimeEntry {
  readonly from: string; // ISO
  readonly regime: string;
  readonly exposureBps: number;
  readonly reasons: readonly string[];
}

/** A way out of the market or back into it. */
export interface Passage {
  readonly kind: "exit" | "entry";
  readonly from: string; // ISO date of the first decision that wanted it
  readonly days: number | null; // until it was done; null = it never was
  readonly exposureFrom: number; // {1}
  readonly exposureTo: number; // {1}
}

/** What the vault's delays and budgets did to the decisions. */
export interface DelayReport {
  readonly passages: readonly Passage[];
  readonly meanExitDays: number;
  readonly meanEntryDays: number;
  /** {1} the same decisions, done at once at the same cost, ended higher (> 0) or lower than the vault. */
  readonly cost: number;
  readonly atOnce: Performance;
}

/** What changing the weights brought, against the same first basket left alone. */
export interface RebalanceEffect {
  readonly held: Performance;
  readonly gain: number; // {1} of what was put in: with rebalances minus without
  readonly costs: number; // {1} of what was put in
  readonly costShareOfBenefit: number; // NaN when there was no benefit before costs
}

/** How much of the result may be luck or choice. */
export interface OverfittingReport {
  readonly trials: number;
  readonly trialsFrom: string; // in words
  readonly sharpeInterval: Interval; // 95%, a year
  readonly probabilisticSharpe: number;
  readonly deflatedSharpe: number;
  readonly sharpeThreshold: number; // a year
  readonly overfitting: OverfittingProbability | null;
  readonly minimumTrackRecordDays: number;
}

/** Everything that a backtest found. */
export interface BacktestReport {
  readonly schema: "gimbal.backtest/1";
  readonly strategy: string;
  readonly words: string;
  readonly period: { readonly from: string; readonly to: string; readonly days: number };
  readonly source: string;
  readonly costs: string;
  readonly universe: string;
  readonly limits: Readonly<Record<string, number>>;
  readonly result: NamedSeries;
  readonly benchmarks: readonly NamedSeries[];
  readonly months: readonly MonthResult[];
  readonly rollingSharpe: readonly (number | null)[]; // a year, over 180 days
  readonly firstDay: Day; // of every daily series here
  readonly exposure: readonly number[]; // {1} of NAV in coins, by day
  readonly regimes: readonly string[]; // by day
  readonly weights: readonly { readonly asset: string; readonly parts: readonly number[] }[]; // by day, largest first
  readonly rebalances: readonly RebalanceEntry[];
  readonly decisions: number;
  readonly idle: Readonly<Record<string, number>>; // why nothing was done, and how often
  readonly regimeLog: readonly RegimeEntry[];
  readonly delays: DelayReport;
  readonly effect: RebalanceEffect;
  readonly overfitting: OverfittingReport;
  readonly notes: readonly string[];
  readonly biases: readonly string[];
}
