import { Worker } from "node:worker_threads";
import { RateLimitedError, UnavailableError, UnprocessableError } from "../http/problem.ts";
import type { BacktestResult, RebalanceResult, Task } from "./tasks.ts";

/** Bounds of simulations. */
export interface SimulatorLimits {
  readonly timeout: number; // {ms}
  readonly atOnce: number;
  readonly memoryMb: number;
}

/** Where simulations read; null: nothing of the kind is configured. */
export interface SimulatorPlaces {
  readonly journal: string | null;
  readonly marketData: string | null;
}

const LIMITS: SimulatorLimits = { timeout: 60_000, atOnce: 1, memoryMb: 1_536 };

type Told = { readonly result: unknown } | { readonly refusal: string | null; readonly error: unknown };

/** Runs simulations in threads: one at a time, none for longer than the limit, so that the service goes on answering. */
export class Simulator {
  readonly places: SimulatorPlaces;
  readonly #limits: SimulatorLimits;
  readonly #running = new Set<Worker>();

  constructor(places: SimulatorPlaces, limits: SimulatorLimits = LIMITS) {
    this.places = places;
    this.#limits = limits;
  }

  /** @throws RateLimitedError when one is running, UnprocessableError when the keeper's code refuses it or it takes too long. */
  async rebalance(task: Task & { kind: "rebalance" }): Promise<RebalanceResult> {
    return (await this.#run(task)) as RebalanceResult;
  }

  /** As `rebalance`. */
  async backtest(task: Task & { kind: "backtest" }): Promise<BacktestResult> {
    return (await this.#run(task)) as BacktestResult;
  }

  /** Ends what runs. */
  async close(): Promise<void> {
    await Promise.all([...this.#running].map((worker) => worker.terminate()));
  }

  #run(task: Task): Promise<unknown> {
    const { atOnce, timeout, memoryMb } = this.#limits;
    if (this.#running.size >= atOnce) {
      throw new RateLimitedError("Another simulation is running. Try again in a minute.", Math.ceil(timeout / 1_000));
    }
    const worker = new Worker(new URL("worker.ts", import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
      env: {}, // no key of this process reaches it
    });
    this.#running.add(worker);
    return new Promise<unknown>((resolve, reject) => {
      const tooLong = () => reject(new UnprocessableError("The simulation took too long. Ask for a shorter period."));
      const timer = setTimeout(tooLong, timeout);
      const failed = (cause: unknown) => {
        reject(new UnavailableError(["simulation"], "The simulation could not be run. Try again later.", { cause }));
      };
      worker.once("message", (told: Told) => {
        if ("result" in told) resolve(told.result);
        else if (told.refusal !== null) reject(new UnprocessableError(told.refusal));
        else failed(told.error);
      });
      worker.once("error", failed);
      worker.once("exit", () => failed(new Error("The thread ended without a word.")));
      const end = () => {
        clearTimeout(timer);
        this.#running.delete(worker);
        void worker.terminate();
      };
      worker.once("exit", end);
      worker.once("message", end);
      setTimeout(end, timeout).unref();
    });
  }
}
