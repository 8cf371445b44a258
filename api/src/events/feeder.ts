import type { EventLog, SourceBatch } from "./log.ts";

/** Where events come from. Places are block numbers or seconds; a source may be asked for any span again and again. */
export interface EventSource {
  readonly name: string;
  /** The first place there is anything at. */
  readonly first: number;
  /** How many of the newest places may still change, or get something late; they are read again every time. */
  readonly overlap: number;
  /** Whether what was told once stays true. */
  readonly keeps: boolean;
  /** What happened from a place on: whole places only, as many as are good for one transaction. */
  read(from: number): Promise<SourceBatch>;
}

/** How a feeder works. */
export interface FeederOptions {
  readonly pause: number; // {ms} between two looks at the sources
  readonly onTrouble: (source: string, error: unknown) => void;
}

/**
 * Brings what sources tell into the log. How far it came is written in the same transaction as the events, so that whatever
 * point it is killed at, the next run goes on there: nothing is lost, nothing is added twice.
 */
export class Feeder {
  readonly #log: EventLog;
  readonly #sources: readonly EventSource[];
  readonly #options: FeederOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(log: EventLog, sources: readonly EventSource[], options: FeederOptions) {
    this.#log = log;
    this.#sources = sources;
    this.#options = options;
  }

  /** Reads every source up to its newest place. A source in trouble does not hold up the others. */
  async catchUp(): Promise<void> {
    for (const source of this.#sources) {
      try {
        await this.#read(source);
      } catch (error) {
        this.#options.onTrouble(source.name, error);
      }
    }
  }

  /** Catches up now and again after every pause, until it is stopped. */
  start(): void {
    const turn = () => {
      this.#running = this.catchUp().finally(() => {
        if (!this.#isStopped) this.#timer = setTimeout(turn, this.#options.pause).unref();
      });
    };
    turn();
  }

  /** Waits for the look that is under way and takes no other. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #read(source: EventSource): Promise<void> {
    const position = await this.#log.position(source.name);
    let from = position === undefined ? source.first : Math.max(source.first, position - source.overlap + 1);
    while (!this.#isStopped) {
      const batch = await source.read(from);
      await this.#log.absorb(source.name, batch, source.keeps);
      if (batch.isNewest || batch.to < from) return;
      from = batch.to + 1;
    }
  }
}
