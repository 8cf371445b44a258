import { Worker } from "node:worker_threads";
import { ModelError } from "../errors.ts";
import type { Fit } from "../journal/modelStore.ts";
import type { EnsembleState } from "../training/state.ts";

/**
 * Trains in a thread of its own, so that the keeper goes on giving signs of life: to its health page, to whoever waits for
 * its transactions, and to the keepers that would take its turns over. Gives the very state that training here would give.
 */
export const fitInThread: Fit = (...inputs) =>
  new Promise<EnsembleState>((resolve, reject) => {
    const worker = new Worker(new URL("./trainingWorker.ts", import.meta.url), { workerData: inputs });
    worker.once("message", (state: EnsembleState) => {
      resolve(state);
      void worker.terminate();
    });
    worker.once("error", reject);
    worker.once("exit", (code) => {
      reject(new ModelError("The training thread ended without models.", { code: String(code) }));
    });
  });
