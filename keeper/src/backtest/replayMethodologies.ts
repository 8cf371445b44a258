// npm run replay:methodologies: every ready methodology through the simulated vault on real data, in one table.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { BaseError } from "@gimbal/sdk";
import { Command } from "commander";
import { findDataFolder, openCsvFolder } from "../data/csvFolder.ts";
import { METHODOLOGIES, readMethodologies, type StoredMethodology } from "../data/methodologyFolder.ts";
import { BacktestError, KeeperError } from "../errors.ts";
import { methodologyPolicy } from "../methodology/policy.ts";
import { smallSpec } from "../training/specs.ts";
import { DATA_BIASES } from "./biases.ts";
import type { MethodologyGap, MethodologyResult } from "./methodologyRun.ts";
import { csvTable, type MethodologyTable, markdownTable, terminalTable } from "./methodologyTable.ts";
import type { WorkerTask } from "./methodologyWorker.ts";
import { parseDay } from "./run.ts";
import { flatCosts } from "./tradeCosts.ts";
import { DEFAULT_LEDGER, openTrials } from "./trialBook.ts";

interface Flags {
  readonly data?: string;
  readonly from: string;
  readonly to: string;
  readonly costBps: string;
  readonly folder: readonly string[];
  readonly only?: string;
  readonly ensemble: string;
  readonly jobs: string;
  readonly out: string;
  readonly ledger: string;
}

const MODELS = {
  fallback: "the AI indices by the fallback, which needs no models: calm tokens in an upward trend first",
  small: "the AI indices by the small ensemble, trained every week on what preceded it",
} as const;

const program = new Command("replay:methodologies")
  .description("Replays every methodology through a simulated vault and prints one table")
  .option("--data <folder>", "market data; else GIMBAL_DATA, else ../shared/data")
  .requiredOption("--from <date>", "first decision, such as 2020-01-01")
  .requiredOption("--to <date>", "last day")
  .option("--only <names>", "names of documents, with commas")
  .option("--folder <folder...>", "folders of documents", [METHODOLOGIES])
  .option("--ensemble <kind>", "who speaks for the AI indices: fallback, or small", "fallback")
  .option("--cost-bps <bps>", "flat costs of what is traded", "30")
  .option("--jobs <number>", "threads", "2")
  .option("--out <folder>", "where table.json, table.csv and table.md go", join(".gimbal", "methodologies"))
  .option("--ledger <path>", "where each run is counted among all that were tried", DEFAULT_LEDGER)
  .action(replay);

program.parseAsync().catch((error: unknown) => {
  const known = error instanceof KeeperError || error instanceof BaseError;
  console.error(known ? error.message : error);
  process.exitCode = known ? 2 : 1;
});

async function replay(flags: Flags): Promise<void> {
  const task = taskOf(flags);
  const jobs = Number(flags.jobs);
  if (!(Number.isInteger(jobs) && jobs >= 1 && jobs <= 16)) {
    throw new BacktestError("Jobs are 1 to 16 threads.", { jobs: flags.jobs });
  }
  const chosen = choose(flags);
  const source = await openCsvFolder(task.data);
  const found = new Map<string, MethodologyResult | MethodologyGap>();
  const began = Date.now();
  await workThrough(groupsOf(chosen), jobs, task, (result) => {
    found.set(result.id, result);
    const seconds = Math.round((Date.now() - began) / 1000);
    console.error(`${found.size} of ${chosen.length} after ${seconds} s: ${result.name}`);
  });

  const ordered = chosen.flatMap(({ id }) => found.get(id) ?? []);
  const table: MethodologyTable = {
    schema: "gimbal.methodologies/1",
    period: { from: flags.from, to: flags.to },
    source: source.info.label,
    costs: flatCosts(task.costBps).label,
    models: MODELS[task.ensemble],
    results: ordered.flatMap((item) => ("performance" in item ? [item] : [])),
    gaps: ordered.flatMap((item) => ("performance" in item ? [] : [item])),
    biases: DATA_BIASES,
  };
  register(flags, task, chosen, table);
  writeFiles(flags.out, table);
  console.log(terminalTable(table));
}

function taskOf({ data, from, to, costBps, ensemble, folder }: Flags): WorkerTask {
  const period = { from: parseDay(from), to: parseDay(to) };
  if (period.to - period.from < 27) throw new BacktestError("A replay needs at least four weeks.", { from, to });
  const bps = Number(costBps);
  if (!(bps >= 0 && bps <= 1_000)) throw new BacktestError("Costs are 0 to 1000 bps.", { costBps });
  if (ensemble !== "fallback" && ensemble !== "small") {
    throw new BacktestError("Choose fallback or small.", { ensemble });
  }
  const found = findDataFolder(data, process.env["GIMBAL_DATA"]);
  if (found === undefined) throw new BacktestError("No market data found. Name its folder with --data.");
  return { data: found, folders: folder, ...period, costBps: bps, ensemble };
}

function choose({ only, folder }: Flags): readonly StoredMethodology[] {
  const all = [...readMethodologies(folder).values()];
  if (only === undefined) return all;
  const asked = only.split(",");
  const known = new Set(all.map(({ id }) => id));
  const unknown = asked.filter((id) => !known.has(id));
  if (unknown.length === 0) return all.filter(({ id }) => asked.includes(id));
  throw new BacktestError("There is no such methodology. Choose from those named.", {
    asked: unknown.join(", "),
    known: [...known].join(", "),
  });
}

/** The AI's tiers look at the same market and go together; what takes longest comes first. */
function groupsOf(chosen: readonly StoredMethodology[]): string[][] {
  const graded = chosen.filter(({ document }) => document.weighting.kind === "grades").map(({ id }) => id);
  const slow = ({ document }: StoredMethodology) => {
    return (document.rebalance === "daily" ? 1_000 : 0) + document.universe.count;
  };
  const others = chosen
    .filter(({ document }) => document.weighting.kind !== "grades")
    .sort((a, b) => slow(b) - slow(a))
    .map(({ id }) => [id]);
  return graded.length === 0 ? others : [graded, ...others];
}

type Message = { readonly kind: "ready" } | { readonly kind: "result"; readonly result: MethodologyResult };

/** Hands the groups to threads, one after the other as they get free. */
async function workThrough(
  groups: string[][],
  jobs: number,
  task: WorkerTask,
  onResult: (result: MethodologyResult | MethodologyGap) => void,
): Promise<void> {
  const waiting = [...groups];
  const threads = Array.from({ length: Math.min(jobs, groups.length) }, () => {
    const worker = new Worker(new URL("./methodologyWorker.ts", import.meta.url), { workerData: task });
    return new Promise<void>((resolve, reject) => {
      worker.on("message", (message: Message) => {
        if (message.kind === "result") return onResult(message.result);
        const next = waiting.shift();
        if (next !== undefined) return worker.postMessage(next);
        void worker.terminate().then(() => resolve());
      });
      worker.on("error", reject);
    });
  });
  await Promise.all(threads);
}

/** Each is one trial more on this data. */
function register(
  { ledger }: Flags,
  { from, to, costBps, ensemble }: WorkerTask,
  chosen: readonly StoredMethodology[],
  { results, source }: MethodologyTable,
): void {
  for (const { id, document } of chosen) {
    const result = results.find((item) => item.id === id);
    if (result === undefined) continue;
    const asked = methodologyPolicy(document, []);
    const spoke = ensemble === "small" ? smallSpec : null;
    const policy = document.ensemble === "none" ? asked : { ...asked, ensemble: spoke };
    const words = `methodology ${document.name}, costs of ${costBps} bps`;
    const book = openTrials(ledger, { id, words, policy, data: source, from, to });
    book.finish({ sharpe: result.performance.sharpe, neutralIc: null }, console.error);
  }
}

function writeFiles(folder: string, table: MethodologyTable): void {
  mkdirSync(folder, { recursive: true });
  const files = { "table.json": `${JSON.stringify(table, null, 2)}\n`, "table.csv": csvTable(table) };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, "table.md"), `${markdownTable(table)}\n`);
}
