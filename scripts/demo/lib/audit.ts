import { Worker } from "node:worker_threads";
import type { Hex } from "viem";

/** Every how many weeks models are trained again. */
const EVERY = 8;

/** What the thread is asked for: a decision made again, or a week's models trained again. */
export type Question = { readonly decision: Hex } | { readonly models: Hex };

/** Makes decisions and models again from what the journal stored, in a thread of its own while the replay goes on. */
export interface Audit {
  /** Asks for a decision. */
  decision(hash: Hex): void;
  /** A week's models, in the order of the weeks: those of the first, the last and every eighth week are trained again. */
  models(state: Hex): void;
  /** Waits for all answers; fails when a byte differed. */
  finish(): Promise<{ decisions: ReadonlySet<Hex>; models: number; weeks: number }>;
  stop(): Promise<void>;
}

/** An audit of what is in the journal's file. Questions are answered one after the other. */
export function startAudit(journal: string): Audit {
  const worker = new Worker(new URL("./auditThread.ts", import.meta.url), { workerData: { journal } });
  const weeks: Hex[] = [];
  const models = new Set<Hex>();
  const decisions = new Set<Hex>();
  let open = 0;
  let failure: Error | undefined;
  let settle = () => {};
  worker.on("message", () => {
    open--;
    settle();
  });
  worker.on("error", (error) => {
    failure = error instanceof Error ? error : new Error(String(error));
    settle();
  });
  const ask = (question: Question) => {
    open++;
    worker.postMessage(question);
  };
  const train = (state: Hex) => {
    if (models.has(state)) return;
    models.add(state);
    ask({ models: state });
  };
  return {
    decision: (hash) => {
      decisions.add(hash);
      ask({ decision: hash });
    },
    models: (state) => {
      if (weeks.includes(state)) return;
      if (weeks.length % EVERY === 0) train(state);
      weeks.push(state);
    },
    finish: async () => {
      for (const last of weeks.slice(-1)) train(last);
      while (open > 0 && failure === undefined) {
        await new Promise<void>((resolve) => {
          settle = resolve;
        });
      }
      if (failure !== undefined) throw failure;
      return { decisions, models: models.size, weeks: weeks.length };
    },
    stop: async () => void (await worker.terminate()),
  };
}
