import { Worker } from "node:worker_threads";
import type { Hex } from "viem";

/** Every how many weeks models are trained again for the check. */
const EVERY = 8;

/** The first, the last and every eighth of the weeks' models. */
export function sampleOf(states: readonly Hex[]): readonly Hex[] {
  return states.filter((_, week) => week % EVERY === 0 || week === states.length - 1);
}

/** Trains models again from what the journal stored, in a thread of its own; fails when a byte differs. */
export function retrain(journal: string, states: readonly Hex[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./stateCheckThread.ts", import.meta.url), { workerData: { journal, states } });
    worker.once("error", reject);
    worker.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`the check of models ended with ${code}`)),
    );
  });
}
