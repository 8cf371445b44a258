import { Worker } from "node:worker_threads";
import type { Database } from "../../../keeper/src/journal/database.ts";
import { Journal } from "../../../keeper/src/journal/journal.ts";
import type { Logger } from "../context.ts";
import type { JournalReader } from "../decisions/open.ts";
import type { InputsReader } from "./updateBook.ts";

/** What a grading thread opens. */
export interface GradingPlaces {
  readonly journal: string; // a file, or postgres://...
  readonly store: string; // a file: a thread cannot see another one's memory
  readonly chainId: number;
}

/** Told by a grading thread of a day that it graded. */
export interface GradedDay {
  readonly day: number;
  readonly compared: number;
  readonly spoke: string;
}

/** Something was written to the keeper's journal, which the API only reads. */
export class JournalIsReadOnlyError extends Error {
  readonly code = "JOURNAL_READ_ONLY";

  constructor() {
    super("The API never writes to the keeper's journal. Use the keeper for that.");
    this.name = "JournalIsReadOnlyError";
  }
}

/** What decisions were made from, as the journal has it. */
export function inputsOf(reader: JournalReader): InputsReader {
  const refuse = () => Promise.reject(new JournalIsReadOnlyError());
  const database: Database = {
    get: (sql, ...values) => reader.get(sql, ...values),
    all: (sql, ...values) => reader.all(sql, ...values),
    run: refuse,
    atomically: refuse,
    close: () => reader.close(),
  };
  return new Journal(database);
}

/**
 * Grades what is new, in a thread of its own: a day takes seconds of work, in which the API goes on answering. Rejects when
 * the thread fails; what it had finished is kept. `signal` ends it at once.
 */
export function gradeInThread(
  places: GradingPlaces,
  tell: (day: GradedDay) => void,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./gradingWorker.ts", import.meta.url), { workerData: places });
    signal?.addEventListener("abort", () => void worker.terminate(), { once: true });
    worker.on("message", tell);
    worker.once("error", reject);
    worker.once("exit", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`The grading thread ended with code ${code}.`));
    });
  });
}

/** What `Grading` works with. */
export interface GradingOptions {
  /** Changes with every decision. */
  readonly revision: () => Promise<string>;
  /** Grades what is new. */
  readonly grade: (tell: (day: GradedDay) => void, signal: AbortSignal) => Promise<void>;
  readonly logger: Logger;
  readonly intervalMs: number;
}

/** Looks for new decisions from time to time and has them graded, one run at a time. A failed run is tried again. */
export class Grading {
  readonly #options: GradingOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #seen: string | undefined;
  readonly #ending = new AbortController();

  constructor(options: GradingOptions) {
    this.#options = options;
  }

  /** Looks now and from then on. */
  start(): void {
    this.#timer ??= setInterval(() => void this.look(), this.#options.intervalMs).unref();
    void this.look();
  }

  /** Grades if there is a decision that no run has seen; whoever asks during a run waits for it. Never rejects. */
  look(): Promise<void> {
    this.#running ??= this.#look().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** No further look; the run under way is ended, since a day that was not finished is graded again. */
  async stop(): Promise<void> {
    this.#ending.abort();
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#running;
  }

  async #look(): Promise<void> {
    const { revision, grade, logger } = this.#options;
    try {
      const now = await revision();
      if (now === this.#seen) return;
      await grade((day) => logger.info(day, "a day was graded"), this.#ending.signal);
      this.#seen = now;
    } catch (err) {
      if (this.#ending.signal.aborted) return;
      logger.warn({ err }, "new decisions could not be graded; they are tried again");
    }
  }
}
