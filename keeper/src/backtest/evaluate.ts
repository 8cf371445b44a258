// npm run evaluate: the metrics of a strategy on data that nobody has looked at, as one JSON object on stdout.
import { Command, CommanderError } from "commander";
import { findDataFolder, openCsvFolder } from "../data/csvFolder.ts";
import { BacktestError, KeeperError } from "../errors.ts";
import { evaluationSpec, fullSpec, smallSpec } from "../training/specs.ts";
import { chooseStrategy } from "./choose.ts";
import { countRows, laterHeadlines } from "./dataFiles.ts";
import { evaluate, lastDayOf } from "./evaluation.ts";
import { progressBar } from "./progress.ts";
import { parseDay } from "./run.ts";
import { flatCosts } from "./tradeCosts.ts";
import { DEFAULT_LEDGER, openTrials } from "./trialBook.ts";

interface Flags {
  readonly data?: string;
  readonly from: string;
  readonly to?: string;
  readonly strategy: string;
  readonly costBps: string;
  readonly small?: boolean;
  readonly full?: boolean;
  readonly ledger: string;
}

const program = new Command("evaluate")
  .description("Evaluates on data from a date on, training only on what precedes each decision; prints one JSON object")
  .option("--data <folder>", "folder of *_<split>.csv.gz files; else GIMBAL_DATA, else ../shared/data")
  .requiredOption("--from <date>", "first decision, such as 2024-07-01")
  .option("--to <date>", "last day; else the last one of the data")
  .option("--strategy <name>", "what to evaluate: ai, global100, top10, equal", "ai")
  .option("--small", "train the small ensemble of the demonstration")
  .option("--full", "train the ensemble that live keepers train: takes about three times as long")
  .option("--cost-bps <bps>", "costs of what is traded", "30")
  .option("--ledger <path>", "where this run is counted among all that were tried", DEFAULT_LEDGER)
  .exitOverride()
  .action(run);

program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  console.error(error instanceof KeeperError ? `${error.code}: ${error.message}` : error);
  process.exitCode = error instanceof KeeperError ? 2 : 1;
});

async function run({ data, from, to, strategy: id, costBps, small, full, ledger }: Flags): Promise<void> {
  const [first, last] = [parseDay(from), to === undefined ? null : parseDay(to)];
  const bps = Number(costBps);
  if (!(bps >= 0 && bps <= 1_000)) throw new BacktestError("Costs are 0 to 1000 bps.", { costBps });
  const folder = findDataFolder(data, process.env["GIMBAL_DATA"]);
  if (folder === undefined) throw new BacktestError("No market data found. Name its folder with --data.");
  const files = await countRows(folder);
  const source = await openCsvFolder(folder);
  const later = await laterHeadlines(folder);
  const chosen = await chooseStrategy(id, specOf(small, full), source, first);
  const words = `evaluation, costs of ${bps} bps`;
  const period = { from: first, to: await lastDayOf(source, last) };
  const book = openTrials(ledger, { id, words, policy: chosen.policy, data: source.info.label, ...period });
  const result = await evaluate(
    source,
    {
      from: first,
      to: last,
      costs: flatCosts(bps),
      ...chosen,
      trials: book.trials,
      files,
      ...(later === undefined ? {} : { laterHeadlines: later }),
    },
    progressBar("evaluate", process.stderr),
  );
  const neutralIc = result.informationCoefficient.find((score) => score.id === "ensemble")?.neutral.mean ?? null;
  book.finish({ sharpe: result.strategy.sharpe, neutralIc }, console.error);
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

function specOf(small = false, full = false) {
  if (small && full) throw new BacktestError("Choose --small or --full, not both.");
  if (small) return smallSpec;
  return full ? fullSpec : evaluationSpec;
}
