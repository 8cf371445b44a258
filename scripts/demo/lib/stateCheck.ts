import { Worker } from "node:worker_threads";
import type { Hex } from "viem";

/** Every how many weeks models are trained again for the check. */
const EVERY = 8;

/** Trains the models of the first, the last and every eighth week again, beside the replay: it takes long. */
export interface StateCheck {
  /** A week's models, in the order of the weeks. */
  note(state: Hex): void;
  /** Waits for what is under way; fails when a byte differed. */
  finish(): Promise<{ checked: number; weeks: number }>;
}

/** A check against what is in the journal's file. One training at a time, in a thread of its own. */
export function createStateCheck(journal: string): StateCheck {
  const weeks: Hex[] = [];
  const checked = new Set<Hex>();
  let under: Promise<void> = Promise.resolve();
  const check = (state: Hex) => {
    if (checked.has(state)) return;
    checked.add(state);
    under = under.then(() => trainAgain(journal, state));
    under.catch(() => {}); // told by finish
  };
  return {
    note: (state) => {
      if (weeks.includes(state)) return;
      if (weeks.length % EVERY === 0) check(state);
      weeks.push(state);
    },
    finish: async () => {
      for (const last of weeks.slice(-1)) check(last);
      await under;
      return { checked: checked.size, weeks: weeks.length };
    },
  };
}

function trainAgain(journal: string, state: Hex): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./stateCheckThread.ts", import.meta.url), { workerData: { journal, state } });
    worker.once("error", reject);
    worker.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`the check of models ended with ${code}`)),
    );
  });
}
