import { Worker } from "node:worker_threads";
import type { Day } from "../../../keeper/src/data/time.ts";
import type { Demo } from "./scene.ts";
import { decisionDays } from "./training.ts";

/** Trains the models of the coming weeks while the chain is busy with this one. */
export interface Trainer {
  /** Waits until the models that a decision on `day` needs are in the cache. */
  ready(day: Day): Promise<void>;
  /** How many trainings ran, how many were found in the cache, and {s} that the former took. */
  totals(): { trained: number; found: number; seconds: number };
}

/** What the thread tells of each day, in their order. */
export interface TrainedDay {
  readonly day: Day;
  readonly ms: number | null; // null: found in the cache
}

/** Starts the thread; it ends with the last week or with the demo. */
export function startTrainer({ options, cleanUp }: Pick<Demo, "options" | "cleanUp">): Trainer {
  const worker = new Worker(new URL("./trainerThread.ts", import.meta.url), { workerData: options });
  cleanUp.push(async () => void (await worker.terminate()));
  const done: TrainedDay[] = [];
  const waiting = new Map<Day, { resolve: () => void; reject: (error: Error) => void }>();
  let failure: Error | undefined;
  worker.on("message", (trained: TrainedDay) => {
    done.push(trained);
    waiting.get(trained.day)?.resolve();
  });
  worker.on("error", (error) => {
    failure = error instanceof Error ? error : new Error(String(error));
    for (const { reject } of waiting.values()) reject(failure);
  });
  const days = new Set(decisionDays(options));
  return {
    ready: (day) => {
      if (failure !== undefined) return Promise.reject(failure);
      if (!days.has(day) || done.some((trained) => trained.day === day)) return Promise.resolve();
      return new Promise((resolve, reject) => waiting.set(day, { resolve, reject }));
    },
    totals: () => ({
      trained: done.filter(({ ms }) => ms !== null).length,
      found: done.filter(({ ms }) => ms === null).length,
      seconds: done.reduce((sum, { ms }) => sum + (ms ?? 0), 0) / 1_000,
    }),
  };
}
