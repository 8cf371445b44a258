// One thread of `npm run replay:methodologies`: replays what it is handed, one group after the other.
import { parentPort, workerData } from "node:worker_threads";
import { openCsvFolder } from "../data/csvFolder.ts";
import { readMethodologies } from "../data/methodologyFolder.ts";
import { type Day, firstKnown } from "../data/time.ts";
import { smallSpec } from "../training/specs.ts";
import { trainingLookback } from "../training/train.ts";
import type { ModelSource } from "./decider.ts";
import { walkModels } from "./ensemble.ts";
import { type BacktestMarket, loadMarket } from "./market.ts";
import { replayMethodology, type TrainedModels } from "./methodologyRun.ts";
import { flatCosts } from "./tradeCosts.ts";

/** What every thread of a run is told. */
export interface WorkerTask {
  readonly data: string;
  readonly folders: readonly string[];
  readonly from: Day;
  readonly to: Day;
  readonly costBps: number;
  readonly ensemble: "fallback" | "small";
}

/** {days} of prices before the first decision: a year of history, and what looks back. */
const BEFORE = 430;
/** States that are kept while several runs walk side by side. */
const KEPT = 4;

const task = workerData as WorkerTask;
const source = await openCsvFolder(task.data);
const isSmall = task.ensemble === "small";
const before = isSmall ? trainingLookback(smallSpec) + BEFORE : BEFORE;
const market = await loadMarket(source, { from: task.from, to: task.to, before });
const documents = new Map([...readMethodologies(task.folders).values()].map((item) => [item.id, item.document]));
const costs = flatCosts(task.costBps);

parentPort?.on("message", (ids: readonly string[]) => {
  replayGroup(ids).catch((error: unknown) => {
    throw error;
  });
});
parentPort?.postMessage({ kind: "ready" });

/** Replays side by side what looks at the same market, so that each day of it is worked through once. */
async function replayGroup(ids: readonly string[]): Promise<void> {
  const models = ids.some((id) => documents.get(id)?.ensemble !== "none") ? await modelsOf(market) : null;
  const runs = ids.map(async (id) => {
    const document = documents.get(id);
    if (document === undefined) return;
    const { from, to } = task;
    const result = await replayMethodology({ id, document, market, from, to, costs, models });
    parentPort?.postMessage({ kind: "result", result });
  });
  await Promise.all(runs);
  parentPort?.postMessage({ kind: "ready" });
}

async function modelsOf(whole: BacktestMarket): Promise<TrainedModels | null> {
  if (!isSmall) return null;
  const labels = await source.at(firstKnown(task.from - 1)).labels();
  const walk = walkModels(whole, { policy: { ensemble: smallSpec }, from: task.from, labels });
  return { source: shared(walk), spec: smallSpec };
}

/** A walk only goes forward; runs that lag a day behind the first get what it got. */
function shared(walk: ModelSource): ModelSource {
  const states = new Map<Day, ReturnType<ModelSource["stateFor"]>>();
  return {
    stateFor: (seen) => {
      const state = states.has(seen.lastDay) ? (states.get(seen.lastDay) ?? null) : walk.stateFor(seen);
      states.set(seen.lastDay, state);
      const [oldest] = states.keys();
      if (states.size > KEPT && oldest !== undefined) states.delete(oldest);
      return state;
    },
  };
}
