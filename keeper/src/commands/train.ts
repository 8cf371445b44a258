import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ProgressTarget, progressBar } from "../backtest/progress.ts";
import { createFileCache } from "../data/cache.ts";
import { findDataFolder, openCsvFolder } from "../data/csvFolder.ts";
import { createLiveSource } from "../data/live.ts";
import { createSimulation } from "../data/simulation.ts";
import type { MarketDataSource } from "../data/source.ts";
import { DAY, dayFromIso, isoFromDay } from "../data/time.ts";
import { ConfigError, DataFolderError } from "../errors.ts";
import { Journal } from "../journal/journal.ts";
import { ModelStore } from "../journal/modelStore.ts";
import type { EnsembleSpec } from "../training/params.ts";
import { fullSpec, smallSpec } from "../training/specs.ts";
import type { EnsembleState } from "../training/state.ts";

const WEEK = 7;
const SPECS = { full: fullSpec, small: smallSpec } as const;

/** What was typed behind `train`. */
export interface TrainFlags {
  readonly data?: string;
  readonly source: string;
  readonly seed: string;
  readonly spec: string;
  readonly from: string;
  readonly to: string;
  readonly models: string;
}

/** Weeks to train: those in which decisions on `from`, a week later and so on up to `to` are made. */
export interface TrainOptions {
  readonly spec: EnsembleSpec;
  readonly from: number; // {days}
  readonly to: number; // {days}
  readonly models: string; // folder
}

/** Trains ahead of time what decisions will ask for, and prints a line a week. */
export async function trainCommand(flags: TrainFlags): Promise<void> {
  const spec = SPECS[flags.spec as keyof typeof SPECS];
  if (spec === undefined) throw new ConfigError("An ensemble is full or small.", { spec: flags.spec });
  const [from, to] = [toDay(flags.from, "from"), toDay(flags.to, "to")];
  if (to < from) throw new ConfigError("--to lies before --from.", { from: flags.from, to: flags.to });
  const source = await openSource(flags);
  console.log(`${source.info.label}; ensemble ${spec.id}; models in ${flags.models}`);
  const options = { spec, from, to, models: flags.models };
  await trainWeeks(source, options, (words) => console.log(words), process.stderr);
}

/**
 * Walks the weeks as a keeper would that starts on `from`: states are a chain, so that one which starts in another week finds
 * nothing of this. The models go into the folder under the hash of what they were made from.
 */
export async function trainWeeks(
  source: MarketDataSource,
  { spec, from, to, models }: TrainOptions,
  say: (words: string) => void,
  bar: ProgressTarget,
): Promise<void> {
  await source.prepare();
  const folder = mkdtempSync(join(tmpdir(), "gimbal-train-"));
  const journal = await Journal.open(join(folder, "journal.db"));
  try {
    let took: number | null = null;
    const store = new ModelStore(journal, models, ({ ms }) => (took = ms));
    const show = progressBar(spec.id, bar);
    show(0);
    for (let day = from; day <= to; day += WEEK) {
      took = null;
      const state = await store.stateFor(source, day * DAY, spec);
      say(describeState(state, took));
      show(Math.min(1, (day + WEEK - from) / (to - from + 1)));
    }
  } finally {
    await journal.close();
    rmSync(folder, { recursive: true });
  }
}

function describeState(state: EnsembleState, ms: number | null): string {
  const weights = Object.entries(state.weightsBps).map(([member, bps]) => `${member} ${(bps / 100).toFixed(0)}%`);
  const { champion } = state;
  const rows = champion === null ? "no model" : `model of ${isoFromDay(champion.fittedOn)}, ${champion.rows} rows`;
  const time = ms === null ? "found" : `trained in ${(ms / 1000).toFixed(1)} s`;
  return `${isoFromDay(state.day)} (${time}): ${rows}. ${state.verdict} Weights: ${weights.join(", ")}.`;
}

async function openSource({ source, data, seed }: TrainFlags): Promise<MarketDataSource> {
  if (source === "simulation") return createSimulation({ seed: Number(seed) });
  if (source === "live") {
    return createLiveSource({ cache: createFileCache(join(".gimbal", "cache")), clock: () => Date.now() / 1000 });
  }
  if (source !== "csv") throw new ConfigError("A source is csv, simulation or live.", { source });
  const folder = findDataFolder(data, process.env["GIMBAL_DATA"]);
  if (folder !== undefined) return openCsvFolder(folder);
  throw new DataFolderError("There is no data folder. Give --data or GIMBAL_DATA, or --source simulation.");
}

function toDay(date: string, flag: string): number {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(date) ? dayFromIso(date) : Number.NaN;
  if (!Number.isNaN(day) && isoFromDay(day) === date) return day;
  throw new ConfigError(`--${flag} must be a day such as 2022-01-03.`, { date });
}
