// What a simulation's thread computes, by the keeper's own functions. Runs beside the service, never in it.
import type { Methodology } from "@gimbal/sdk";
import type { Address, Hex } from "viem";
import { runDocument } from "../../../keeper/src/backtest/documentRun.ts";
import { runBacktest } from "../../../keeper/src/backtest/run.ts";
import { findStrategy } from "../../../keeper/src/backtest/strategies.ts";
import { flatCosts } from "../../../keeper/src/backtest/tradeCosts.ts";
import { openCsvFolder } from "../../../keeper/src/data/csvFolder.ts";
import { createSimulation } from "../../../keeper/src/data/simulation.ts";
import type { Database } from "../../../keeper/src/journal/database.ts";
import { Journal } from "../../../keeper/src/journal/journal.ts";
import { openPostgresReadOnly } from "../../../keeper/src/journal/postgres.ts";
import { openSqliteReadOnly } from "../../../keeper/src/journal/sqlite.ts";
import { decide } from "../../../keeper/src/pipeline.ts";

/** A move of one token's price {bps}. */
export interface PriceMove {
  readonly asset: string;
  readonly changeBps: number;
}

/** What can be simulated. */
export type Task =
  | {
      readonly kind: "rebalance";
      readonly journal: string;
      readonly decision: Hex;
      readonly moves: readonly PriceMove[];
    }
  | {
      readonly kind: "backtest";
      readonly folder: string | null; // null: the simulated market
      /** The name of a strategy, or rules of somebody's own. */
      readonly strategy: string | Methodology;
      readonly from: string;
      readonly to: string;
      readonly costBps: number;
    };

/** What the keeper would do. */
export interface RebalanceResult {
  readonly action: "propose" | "none";
  readonly lane: "RISK" | "DERISK" | null;
  readonly turnoverBps: number;
  readonly oneWayDriftBps: number;
  readonly reasons: readonly string[];
  readonly assets: readonly {
    readonly symbol: string;
    readonly token: Address;
    readonly currentBps: number;
    readonly proposedBps: number;
    readonly recordedBps: number;
    readonly reasons: readonly string[];
  }[];
}

/** One line of a backtest. Ratios of 1; null: they make no sense for this period. */
export interface BacktestLine {
  readonly name: string;
  readonly totalReturn: number | null;
  readonly annualReturn: number | null;
  readonly volatility: number | null;
  readonly sharpe: number | null;
  readonly maxDrawdown: number | null;
}

export interface BacktestResult {
  readonly source: string;
  readonly days: number;
  readonly result: BacktestLine;
  readonly benchmarks: readonly BacktestLine[];
  readonly turnoverWeekly: number | null;
  readonly biases: readonly string[];
  readonly notes: readonly string[];
}

/** Runs a task to its end. */
export function runTask(task: Task): Promise<RebalanceResult | BacktestResult> {
  return task.kind === "rebalance" ? simulateRebalance(task) : backtest(task);
}

async function simulateRebalance({
  journal: place,
  decision,
  moves,
}: Task & { kind: "rebalance" }): Promise<RebalanceResult> {
  const database: Database = /^postgres(ql)?:/.test(place) ? openPostgresReadOnly(place) : openSqliteReadOnly(place);
  try {
    const journal = new Journal(database);
    const recorded = await journal.decision(decision);
    if (recorded === undefined) throw new Error("The journal does not hold this decision any more.");
    const { due: _, ...inputs } = await journal.inputs(recorded);
    const change = new Map(moves.map(({ asset, changeBps }) => [asset, BigInt(changeBps)]));
    const assets = inputs.vault.assets.map((item) => ({
      ...item,
      price: (item.price * (10_000n + (change.get(item.asset) ?? 0n))) / 10_000n,
    }));
    const record = decide({ ...inputs, vault: { ...inputs.vault, assets } });
    const before = new Map(recorded.assets.map(({ asset, proposedBps }) => [asset, proposedBps]));
    const { action, lane, turnoverBps, oneWayDriftBps, reasons } = record;
    return {
      ...{ action, lane, turnoverBps, oneWayDriftBps, reasons },
      assets: record.assets.map(({ asset, token, currentBps, proposedBps, reasons: own }) => ({
        ...{ symbol: asset, token, currentBps, proposedBps },
        recordedBps: before.get(asset) ?? 0,
        reasons: own,
      })),
    };
  } finally {
    await database.close();
  }
}

async function backtest({
  folder,
  strategy: asked,
  from,
  to,
  costBps,
}: Task & { kind: "backtest" }): Promise<BacktestResult> {
  const source = folder === null ? createSimulation({ seed: 7 }) : await openCsvFolder(folder);
  const costs = flatCosts(costBps);
  const isNamed = typeof asked === "string";
  const report = isNamed
    ? await runBacktest(source, { strategy: findStrategy(asked), from, to, costs, trials: null })
    : await runDocument(source, { document: asked, from, to, costs });
  const { result, benchmarks, period, biases } = report;
  return {
    source: report.source,
    days: period.days,
    result: lineOf(result),
    benchmarks: benchmarks.map(lineOf),
    turnoverWeekly: known(result.turnoverWeekly),
    biases,
    notes: isNamed ? [] : report.notes,
  };
}

const known = (value: number): number | null => (Number.isFinite(value) ? value : null);

function lineOf({ words, performance }: Awaited<ReturnType<typeof runBacktest>>["result"]): BacktestLine {
  const { totalReturn, annualReturn, volatility, sharpe, maxDrawdown } = performance;
  return {
    name: words,
    totalReturn: known(totalReturn),
    annualReturn: known(annualReturn),
    volatility: known(volatility),
    sharpe: known(sharpe),
    maxDrawdown: known(maxDrawdown),
  };
}
