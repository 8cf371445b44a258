import type { AssetId } from "../data/source.ts";
import { DAY, isoFromDay } from "../data/time.ts";
import { BPS } from "../data/vault.ts";
import { mean } from "../math/statistics.ts";
import { DATA_BIASES } from "./biases.ts";
import { STABLE } from "./market.ts";
import { DAYS_A_YEAR, measurePerformance, monthlyResults, returnsOf, rollingSharpe, sharpeOf } from "./metrics.ts";
import {
  bootstrapSharpe,
  deflatedSharpe,
  minimumTrackRecord,
  overfittingProbability,
  probabilisticSharpe,
  trialVariance,
} from "./overfitting.ts";
import { findPassages } from "./passages.ts";
import type {
  BacktestReport,
  DelayReport,
  NamedSeries,
  OverfittingReport,
  RebalanceEffect,
  RebalanceEntry,
  RegimeEntry,
} from "./report.ts";
import type { DecisionEntry, Simulation, SimulationSettings } from "./simulate.ts";

const BLOCKS = 16;
const SHARPE_WINDOW = 180;
const LAYERS = 9;
const CHANGES_SHOWN = 6;

/** Configurations that were ever tried, for the deflation of the Sharpe ratio. */
export interface Trials {
  readonly count: number;
  readonly words: string; // where the count comes from
  readonly dailySharpes: readonly number[]; // of the others, as far as they are known
}

/** What the figures are of, in words. */
export interface ReportWords {
  readonly strategy: string;
  readonly words: string;
  readonly source: string;
  readonly trials: Trials | null; // null: the strategy and its benchmarks are all that was tried
  readonly notes: readonly string[];
}

/** Turns what happened into figures. */
export function analyse(settings: SimulationSettings, simulation: Simulation, words: ReportWords): BacktestReport {
  const { nav, decisions } = simulation;
  const benchmarks = benchmarkSeries(settings, simulation);
  const result = resultSeries(settings, simulation, words);
  const firstDay = settings.from - 1;
  const regimes = regimesByDay(settings, decisions);
  return {
    schema: "gimbal.backtest/1",
    strategy: words.strategy,
    words: words.words,
    period: { from: isoFromDay(settings.from), to: isoFromDay(settings.to), days: settings.to - settings.from + 1 },
    source: words.source,
    costs: settings.costs.label,
    universe: `the ${settings.universe} best ranked coins of each month's listing, without stable and wrapped ones`,
    limits: { ...settings.limits },
    result,
    benchmarks,
    months: monthlyResults({ firstDay, values: nav }),
    rollingSharpe: Array.from(rollingSharpe(nav, SHARPE_WINDOW), (value) => (Number.isFinite(value) ? value : null)),
    firstDay,
    exposure: simulation.holdings.map((values) => exposureOf(values)),
    regimes,
    weights: layersOf(simulation.holdings),
    rebalances: decisions.filter(({ epoch }) => epoch !== null).map(toRebalance),
    decisions: decisions.length,
    idle: countIdle(decisions),
    regimeLog: logRegimes(decisions),
    delays: measureDelays(settings, simulation),
    effect: measureEffect(settings, simulation),
    overfitting: measureOverfitting(nav, benchmarks, words.trials),
    notes: [...words.notes, ...notesOf(settings, simulation)],
    biases: DATA_BIASES,
  };
}

function resultSeries(settings: SimulationSettings, { nav, decisions }: Simulation, words: ReportWords): NamedSeries {
  const epochs = decisions.flatMap(({ epoch }) => epoch ?? []);
  const weeks = (nav.length - 1) / 7;
  return {
    id: words.strategy,
    words: words.words,
    values: nav,
    performance: measurePerformance(nav),
    turnoverWeekly: epochs.reduce((sum, { turnover }) => sum + turnover, 0) / weeks,
    costShare: epochs.reduce((sum, { costUsd }) => sum + costUsd, 0) / settings.usd,
  };
}

function benchmarkSeries(settings: SimulationSettings, { baselines }: Simulation): readonly NamedSeries[] {
  return baselines.map(({ run, nav }) => ({
    id: run.baseline.id,
    words: run.baseline.words,
    values: nav,
    performance: measurePerformance(nav),
    turnoverWeekly: run.portfolio.traded.turnover / ((nav.length - 1) / 7),
    costShare: run.portfolio.traded.cost / settings.usd,
  }));
}

function toRebalance({ at, record, epoch }: DecisionEntry): RebalanceEntry {
  const wait = (moment: number | null | undefined) =>
    moment === null || moment === undefined ? null : (moment - at) / DAY;
  const changes = record.assets
    .map(({ asset, currentBps, proposedBps }) => ({ asset, change: proposedBps - currentBps }))
    .filter(({ change }) => change !== 0)
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change) || (a.asset < b.asset ? -1 : 1))
    .slice(0, CHANGES_SHOWN)
    .map(({ asset, change }) => `${asset} ${change > 0 ? "+" : "-"}${(Math.abs(change) / 100).toFixed(1)}%`);
  return {
    date: isoFromDay(at / DAY),
    lane: record.lane ?? "RISK",
    regime: record.regime.regime,
    exposureBps: wantedExposure(record.assets),
    turnover: epoch?.turnover ?? 0,
    costUsd: epoch?.costUsd ?? 0,
    daysToFirstFill: wait(epoch?.firstFillAt),
    daysToLastFill: wait(epoch?.lastFillAt),
    unfilled: epoch?.unfilled ?? 0,
    reasons: record.reasons,
    changes,
  };
}

function wantedExposure(assets: DecisionEntry["record"]["assets"]): number {
  return assets.reduce((sum, { asset, targetBps }) => sum + (asset === STABLE ? 0 : targetBps), 0);
}

function exposureOf(values: ReadonlyMap<AssetId, number>): number {
  let [all, coins] = [0, 0];
  for (const [asset, usd] of values) {
    all += usd;
    if (asset !== STABLE) coins += usd;
  }
  return all > 0 ? coins / all : 0;
}

function regimesByDay(settings: SimulationSettings, decisions: readonly DecisionEntry[]): readonly string[] {
  let next = 0;
  let regime = "unknown";
  return Array.from({ length: settings.to - settings.from + 2 }, (_, i) => {
    while (next < decisions.length && (decisions[next]?.at ?? 0) <= (settings.from + i) * DAY) {
      regime = decisions[next]?.record.regime.regime ?? regime;
      next++;
    }
    return regime;
  });
}

function logRegimes(decisions: readonly DecisionEntry[]): readonly RegimeEntry[] {
  const log: RegimeEntry[] = [];
  for (const { at, record } of decisions) {
    const { regime, exposureBps, reasons } = record.regime;
    const last = log.at(-1);
    if (last?.regime === regime && last.exposureBps === exposureBps) continue;
    log.push({ from: isoFromDay(at / DAY), regime, exposureBps, reasons });
  }
  return log;
}

/** The largest parts by their mean, everything else in one, the stable coin last. */
function layersOf(holdings: Simulation["holdings"]): BacktestReport["weights"] {
  const totals = holdings.map((values) => [...values.values()].reduce((sum, usd) => sum + usd, 0));
  const partsOf = (asset: AssetId) => holdings.map((values, i) => (values.get(asset) ?? 0) / (totals[i] || 1));
  const names = [...new Set(holdings.flatMap((values) => [...values.keys()]))].filter((asset) => asset !== STABLE);
  const layers = names
    .map((asset) => ({ asset, parts: partsOf(asset) }))
    .sort((a, b) => mean(b.parts) - mean(a.parts) || (a.asset < b.asset ? -1 : 1));
  const shown = layers.slice(0, LAYERS);
  const rest = layers.slice(LAYERS);
  const others = holdings.map((_, i) => rest.reduce((sum, { parts }) => sum + (parts[i] ?? 0), 0));
  const stable = { asset: STABLE, parts: partsOf(STABLE) };
  return [...shown, ...(rest.length > 0 ? [{ asset: "others", parts: others }] : []), stable];
}

function countIdle(decisions: readonly DecisionEntry[]): Readonly<Record<string, number>> {
  const telling = /band|cools down|does not pay|knows only|limits leave|refuse|paused|revoked|no trade/i;
  const counts: Record<string, number> = {};
  for (const { record, refused } of decisions) {
    if (record.action === "propose" && refused === null) continue;
    const said = record.reasons.findLast((reason) => telling.test(reason)) ?? record.reasons[0] ?? "no reason";
    const words =
      refused === null ? said.replace(/\d[\d.,]*/g, "n").split(/[.;:]/)[0] : `the vault refused: ${refused}`;
    counts[words ?? said] = (counts[words ?? said] ?? 0) + 1;
  }
  return counts;
}

function measureDelays(settings: SimulationSettings, { decisions, holdings, nav, atOnce }: Simulation): DelayReport {
  const passages = findPassages(
    decisions.map(({ at, record }) => ({
      day: at / DAY - settings.from,
      wanted: wantedExposure(record.assets) / BPS,
      acts: record.action === "propose",
    })),
    holdings.map(exposureOf),
    settings.from,
  );
  const average = (kind: "exit" | "entry") => {
    const days = passages.flatMap((passage) => (passage.kind === kind && passage.days !== null ? [passage.days] : []));
    return days.length === 0 ? Number.NaN : mean(days);
  };
  const end = (values: readonly number[]) => (values.at(-1) ?? Number.NaN) / settings.usd;
  return {
    passages,
    meanExitDays: average("exit"),
    meanEntryDays: average("entry"),
    cost: end(atOnce) - end(nav),
    atOnce: measurePerformance(atOnce),
  };
}

function measureEffect(settings: SimulationSettings, { decisions, nav, held }: Simulation): RebalanceEffect {
  const costs = decisions.reduce((sum, { epoch }) => sum + (epoch?.costUsd ?? 0), 0) / settings.usd;
  const gain = ((nav.at(-1) ?? Number.NaN) - (held.at(-1) ?? Number.NaN)) / settings.usd;
  const benefit = gain + costs;
  return {
    held: measurePerformance(held),
    gain,
    costs,
    costShareOfBenefit: benefit > 0 ? costs / benefit : Number.NaN,
  };
}

/** How far luck and choice may explain a series of daily values. */
export function measureOverfitting(
  nav: readonly number[],
  benchmarks: readonly NamedSeries[],
  known: Trials | null,
): OverfittingReport {
  const returns = returnsOf(nav);
  const others = benchmarks.map(({ values }) => returnsOf(values));
  const trials = known ?? {
    count: 1 + benchmarks.length,
    words: "this strategy and its benchmarks",
    dailySharpes: others.map(sharpeOf),
  };
  const sharpes = [sharpeOf(returns), ...trials.dailySharpes];
  const deflated = deflatedSharpe(returns, trials.count, trialVariance(sharpes, returns));
  return {
    trials: trials.count,
    trialsFrom: trials.words,
    sharpeInterval: bootstrapSharpe(returns),
    probabilisticSharpe: probabilisticSharpe(returns, 0),
    deflatedSharpe: deflated.probability,
    sharpeThreshold: deflated.threshold * Math.sqrt(DAYS_A_YEAR),
    overfitting: overfittingProbability([returns, ...others], BLOCKS),
    minimumTrackRecordDays: minimumTrackRecord(returns, 0, 0.95),
  };
}

function notesOf(settings: SimulationSettings, simulation: Simulation): readonly string[] {
  const { unpriced, writtenOff, start } = simulation;
  const coins = 1 - (start.get(STABLE) ?? 0);
  const often = [...unpriced].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return [
    `The vault was created on its first target: ${Math.round(100 * coins)}% in coins. Creation costs nothing, neither for the vault nor for a benchmark.`,
    often.length === 0
      ? "Every listed member had a price on every decision day."
      : `Listed members without a price were left out, on how many of the decision days: ${often
          .slice(0, 20)
          .map(([asset, days]) => `${asset} ${days}`)
          .join(", ")}${often.length > 20 ? ` and ${often.length - 20} more` : ""}.`,
    writtenOff.length === 0
      ? "Nothing had to be counted as worthless at the end."
      : `Counted as nothing at the end, because neither an exchange nor a listing knows a price: ${writtenOff.join(", ")}.`,
    `Benchmarks trade at once, ${settings.limits.riskDelay / 3_600} hours after the decision, at the same costs.`,
    costWords(simulation),
  ];
}

/** How the decisions' own idea of costs changed on the way. */
function costWords({ decisions }: Simulation): string {
  const looks = new Map(
    decisions.flatMap(({ record: { costModel } }) => (costModel ? [[costModel.at, costModel]] : [])),
  );
  const refits = [...looks.values()].filter(({ refitted }) => refitted);
  const [first, last] = [refits[0], refits.at(-1)];
  if (first === undefined || last === undefined) return "The plan's cost model was never refit: too few fills.";
  const spread = `half spread from ${first.halfSpreadBps.before} to ${last.halfSpreadBps.after} bps`;
  const impact = `impact of a day's volume from ${first.dayVolumeImpactBps.before} to ${last.dayVolumeImpactBps.after} bps`;
  return `The plan's cost model was refit ${refits.length} times from the simulated fills: ${spread}, ${impact}.`;
}
