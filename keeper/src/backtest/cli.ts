// npm run backtest: one strategy over one period, with a tear sheet.
import { join } from "node:path";
import { Command } from "commander";
import { findDataFolder, openCsvFolder } from "../data/csvFolder.ts";
import { createSimulation } from "../data/simulation.ts";
import type { MarketDataSource } from "../data/source.ts";
import { BacktestError, KeeperError } from "../errors.ts";
import { defaultPlanParams } from "../plan/params.ts";
import { fullSpec, smallSpec } from "../training/specs.ts";
import { chooseStrategy } from "./choose.ts";
import { progressBar } from "./progress.ts";
import { parseDay, runBacktest, writeReport } from "./run.ts";
import { STRATEGIES } from "./strategies.ts";
import { flatCosts, modelledCosts, type TradeCosts } from "./tradeCosts.ts";
import { DEFAULT_LEDGER, openTrials } from "./trialBook.ts";
import { decimal, percent, signedPercent } from "./words.ts";

interface Flags {
  readonly strategy: string;
  readonly from: string;
  readonly to: string;
  readonly data?: string;
  readonly costBps: string;
  readonly costs: string;
  readonly simulation?: boolean;
  readonly out?: string;
  readonly small?: boolean;
  readonly ledger: string;
  readonly json?: boolean;
}

const program = new Command("backtest")
  .description("Runs a strategy through a simulated vault and writes a tear sheet (HTML, JSON, CSV)")
  .requiredOption("--strategy <name>", ["ai", ...STRATEGIES.map(({ id }) => id)].join(", "))
  .option("--small", "train the small ensemble: minutes instead of hours")
  .requiredOption("--from <date>", "first decision, such as 2022-01-01")
  .requiredOption("--to <date>", "last day")
  .option("--data <folder>", "market data; else GIMBAL_DATA, else ../shared/data")
  .option("--simulation", "use the simulated market instead of a folder")
  .option("--cost-bps <bps>", "flat costs of what is traded", "30")
  .option("--costs <kind>", "flat, or model: pool fee, spread and price impact", "flat")
  .option("--out <folder>", "where the files go")
  .option("--ledger <path>", "where this run is counted among all that were tried", DEFAULT_LEDGER)
  .option("--json", "one JSON value, for a program")
  .action(backtest);

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof KeeperError ? error.message : error);
  process.exitCode = error instanceof KeeperError ? 2 : 1;
});

async function backtest(flags: Flags): Promise<void> {
  const costs = costsOf(flags);
  const source = await openSource(flags);
  const bar = progressBar(flags.strategy, process.stderr);
  const { from, to } = flags;
  const what = await chooseStrategy(
    flags.strategy,
    flags.small === true ? smallSpec : fullSpec,
    source,
    parseDay(from),
  );
  const period = { from: parseDay(from), to: parseDay(to) };
  const [id, data] = [flags.strategy, source.info.label];
  const book = openTrials(flags.ledger, {
    id,
    words: `backtest, costs: ${costs.label}`,
    policy: what.policy,
    data,
    ...period,
  });
  const report = await runBacktest(source, { ...what, from, to, costs, trials: book.trials }, bar);
  const { sharpe } = report.result.performance;
  // An invented market says nothing about the real one, and is no trial of it.
  if (flags.simulation !== true) book.finish({ sharpe, neutralIc: null }, console.error);
  const folder = flags.out ?? join(".gimbal", "backtests", `${flags.strategy}-${from}-${to}`);
  const files = writeReport(folder, report);

  if (flags.json === true) sayJson(report, files);
  else sayWords(report, files);
}

type Report = Awaited<ReturnType<typeof runBacktest>>;

function sayJson({ words, source, result, benchmarks }: Report, files: readonly string[]): void {
  const { performance, turnoverWeekly } = result;
  const others = benchmarks.map(({ words: name, performance: figures }) => ({ words: name, performance: figures }));
  console.log(JSON.stringify({ words, source, performance, turnoverWeekly, benchmarks: others, files }, null, 2));
}

function sayWords(report: Report, files: readonly string[]): void {
  const { performance } = report.result;
  const figures = [
    `${report.words}: ${signedPercent(performance.totalReturn)}, Sharpe ratio ${decimal(performance.sharpe)},`,
    `deepest fall ${percent(performance.maxDrawdown)}, ${percent(report.result.turnoverWeekly)} sold a week.`,
  ];
  console.log(figures.join(" "));
  for (const { words, performance: other } of report.benchmarks) {
    console.log(`  ${words}: ${signedPercent(other.totalReturn)}, deepest fall ${percent(other.maxDrawdown)}`);
  }
  console.log(`Data: ${report.source}. Written: ${files.join(", ")}`);
}

async function openSource({ data, simulation }: Flags): Promise<MarketDataSource> {
  if (simulation === true) return createSimulation({ seed: 7 });
  const folder = findDataFolder(data, process.env["GIMBAL_DATA"]);
  if (folder !== undefined) return openCsvFolder(folder);
  throw new BacktestError("No market data found. Name its folder with --data or GIMBAL_DATA, or use --simulation.");
}

function costsOf({ costs, costBps }: Flags): TradeCosts {
  const bps = Number(costBps);
  if (!(bps >= 0 && bps <= 1_000)) throw new BacktestError("Costs are 0 to 1000 bps.", { costBps });
  if (costs === "model") return modelledCosts(defaultPlanParams);
  if (costs === "flat") return flatCosts(bps);
  throw new BacktestError("Costs are flat or model.", { costs });
}
