import type { LabelledHeadline } from "../data/columns.ts";
import type { MarketDataSource } from "../data/source.ts";
import { type Day, firstKnown, isoFromDay } from "../data/time.ts";
import { BacktestError } from "../errors.ts";
import { analyse, measureOverfitting, type Trials } from "./analyse.ts";
import { type PredictorScore, scorePredictors } from "./informationCoefficient.ts";
import { type BacktestMarket, loadMarket } from "./market.ts";
import type { PredictedWeek } from "./predictions.ts";
import { predictorPortfolios, toEras } from "./predictions.ts";
import type { BacktestReport, NamedSeries } from "./report.ts";
import { evaluateSentiment } from "./sentimentScore.ts";
import { type Progress, simulate } from "./simulate.ts";
import { DEFAULT_LIMITS, type Strategy } from "./strategies.ts";
import type { TradeCosts } from "./tradeCosts.ts";

const PUT_IN = 1_000_000;
const LEAST_DAYS = 28;
const LEAST_HEADLINES = 10;

/** A strategy whose models are trained along the way, each time on what precedes the decision. */
export interface TrainedStrategy extends Strategy {
  /** Everything predicted so far, oldest first. */
  predictions(): readonly PredictedWeek[];
  readonly trials: Trials | null; // null: nothing but what is compared here
}

/** What to evaluate. */
export interface EvaluationOptions {
  readonly from: Day;
  readonly to: Day | null; // null: the last day of the data
  readonly costs: TradeCosts;
  /** {days} of history before the first decision that models may learn from. */
  readonly before: number;
  /** Made when the market is loaded; trains only on what precedes each decision. */
  readonly strategy: (market: BacktestMarket) => TrainedStrategy | Strategy;
  /** Given here or by the strategy; null or absent: nothing but what is compared. */
  readonly trials?: Trials | null;
  /** Files that were read and their rows. */
  readonly files: readonly { readonly name: string; readonly rows: number }[];
  /** {s} where a later split of the labelled headlines begins. */
  readonly laterHeadlines?: number;
}

/** Everything that the evaluation found: one JSON object. Numbers that cannot be told are null there. */
export type Evaluation = ReturnType<typeof toEvaluation>;

/** Runs the strategy over data that it has not seen and measures it. */
export async function evaluate(
  source: MarketDataSource,
  options: EvaluationOptions,
  progress?: Progress,
): Promise<Evaluation> {
  const to = await lastDayOf(source, options.to);
  const { from, costs } = options;
  if (to - from + 1 < LEAST_DAYS) {
    throw new BacktestError("The data must reach at least four weeks beyond --from. Choose an earlier date.", {
      from: isoFromDay(from),
      lastDay: isoFromDay(to),
    });
  }
  const market = await loadMarket(source, { from, to, before: options.before });
  const strategy = options.strategy(market);
  const { universe, maxWeightBps } = strategy;
  const settings = { from, to, universe, usd: PUT_IN, costs, limits: DEFAULT_LIMITS, maxWeightBps };
  const simulation = await simulate(settings, market, strategy.createDecider, progress);

  const trained = "predictions" in strategy ? strategy : null;
  const trials = options.trials ?? trained?.trials ?? null;
  const weeks = (trained?.predictions() ?? []).filter(({ day }) => day >= from - 1 && day <= to);
  const report = analyse(settings, simulation, {
    strategy: strategy.id,
    words: strategy.words,
    source: source.info.label,
    trials,
    notes: [],
  });
  const chosenFrom = [...report.benchmarks, ...predictorPortfolios(weeks, market, { from, to, rate: costs.rate })];
  const labels = await source.at(firstKnown(to)).labels();
  return toEvaluation(report, {
    scores: scorePredictors(toEras(weeks, market)),
    alternatives: chosenFrom.slice(report.benchmarks.length),
    overfitting: measureOverfitting(report.result.values, chosenFrom, trials),
    sentiment: judgeSentiment(labels, firstKnown(from - 1), options.laterHeadlines),
    files: options.files,
    universe: strategy.universe,
  });
}

/** The last day with a price of BTC, or the asked one when that is earlier. */
export async function lastDayOf(source: MarketDataSource, asked: Day | null): Promise<Day> {
  // Far enough ahead of any data, and far enough back: from the first Bitcoin on.
  const last = (await source.at(firstKnown(FAR)).bars("BTC", FAR - FIRST)).at(-1)?.day;
  if (last === undefined) throw new BacktestError("The data has no price of BTC. Choose another folder.");
  return asked === null ? last : Math.min(asked, last);
}

const FIRST = 14_245; // 2009-01-01
const FAR = 25_567; // 2040-01-01

function judgeSentiment(labels: readonly LabelledHeadline[], from: number, later: number | undefined) {
  if (labels.length < LEAST_HEADLINES) {
    return { accuracy: null, macroF1: null, rows: 0, chosenBy: "there are no labelled headlines to judge by" };
  }
  return evaluateSentiment(labels, from, later);
}

interface Findings {
  readonly scores: readonly PredictorScore[];
  readonly alternatives: readonly NamedSeries[];
  readonly overfitting: BacktestReport["overfitting"];
  readonly sentiment: ReturnType<typeof judgeSentiment>;
  readonly files: EvaluationOptions["files"];
  readonly universe: number;
}

function toEvaluation(report: BacktestReport, found: Findings) {
  const { result, benchmarks, effect, delays } = report;
  const market = benchmarks.find(({ id }) => id === "cap-weight");
  const fall = market?.performance.maxDrawdown ?? Number.NaN;
  return {
    schema: "gimbal.evaluation/1",
    period: { ...report.period, weeks: Math.floor(report.period.days / 7) },
    universe: { size: found.universe, words: report.universe },
    data: {
      source: report.source,
      files: found.files,
      rows: found.files.reduce((sum, { rows }) => sum + rows, 0),
      biases: report.biases,
      notes: report.notes,
    },
    costs: report.costs,
    informationCoefficient: found.scores,
    strategy: {
      ...shorten(result),
      ...found.overfitting,
      decisions: report.decisions,
      rebalances: report.rebalances.length,
    },
    drawdown: {
      strategy: result.performance.maxDrawdown,
      capWeight: fall,
      ratio: result.performance.maxDrawdown / fall,
    },
    baselines: benchmarks.map(shorten),
    alternatives: found.alternatives.map(shorten),
    regimes: {
      days: countDays(report.regimes),
      log: report.regimeLog.map(({ from, regime, exposureBps }) => ({ from, regime, exposureBps })),
    },
    delays: {
      meanExitDays: delays.meanExitDays,
      meanEntryDays: delays.meanEntryDays,
      costOfWaiting: delays.cost,
      atOnce: { totalReturn: delays.atOnce.totalReturn, sharpe: delays.atOnce.sharpe },
      passages: delays.passages,
    },
    rebalancing: {
      gain: effect.gain,
      costs: effect.costs,
      costShareOfBenefit: effect.costShareOfBenefit,
      heldReturn: effect.held.totalReturn,
    },
    idle: report.idle,
    sentiment: found.sentiment,
  };
}

function shorten({ id, words, performance, turnoverWeekly, costShare }: NamedSeries) {
  return { id, words, ...performance, turnoverWeekly, costShare };
}

function countDays(regimes: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const regime of regimes) counts[regime] = (counts[regime] ?? 0) + 1;
  return counts;
}
