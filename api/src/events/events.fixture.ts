import type { Database, Row, SqlValue } from "../../../keeper/src/journal/database.ts";
import { Store } from "../store/store.ts";
import type { SourceEvent } from "./event.ts";
import type { EventSource } from "./feeder.ts";
import type { SourceBatch } from "./log.ts";
import { EVENT_MIGRATIONS } from "./tables.ts";

export const INDEX = "0x00000000000000000000000000000000000000a1";
export const OTHER_INDEX = "0x00000000000000000000000000000000000000a2";
export const ALICE = "0x00000000000000000000000000000000000000b1";
export const BOB = "0x00000000000000000000000000000000000000b2";
export const TOKEN = "0x00000000000000000000000000000000000000c1";
export const NOW = 1_780_000_000; // {s}

/** A store that forgets all when it is closed, or the file at `path`. */
export async function openEventStore(path = ":memory:"): Promise<Database> {
  const { database } = await Store.open(path, EVENT_MIGRATIONS);
  return database;
}

/** An event of block `place`. */
export function eventAt(place: number, more: Partial<SourceEvent> = {}): SourceEvent {
  return {
    key: `31337:0x${place.toString(16)}:0`,
    type: "rebalance.filled",
    place,
    identity: `hash of ${place}`,
    at: NOW + place,
    block: place,
    index: INDEX,
    account: ALICE,
    tx: null,
    decision: null,
    data: { epoch: "1" },
    ...more,
  };
}

/** A chain of blocks that a test grows and replaces; each block holds any number of events. */
export class FakeChain implements EventSource {
  readonly name = "chain";
  readonly first = 1;
  readonly overlap = 5;
  readonly keeps: boolean = false;
  readonly blocks: SourceEvent[][] = [];
  /** Blocks in one answer, at most. */
  page = 2;
  reads: number[] = [];

  add(...events: readonly Partial<SourceEvent>[]): void {
    const place = this.blocks.length + 1;
    this.blocks.push(events.map((event, log) => eventAt(place, { key: `31337:0x${place}:${log}`, ...event })));
  }

  async read(from: number): Promise<SourceBatch> {
    this.reads.push(from);
    const to = Math.min(from + this.page - 1, this.blocks.length);
    return { from, to, events: this.blocks.slice(from - 1, to).flat(), isNewest: to >= this.blocks.length };
  }
}

/** What a killed process looks like to whoever waits for it. */
export class Killed extends Error {}

/** A store that stops working for good at the n-th statement, counted over all, as it does when the process is killed there. */
export class DyingDatabase implements Database {
  readonly #inner: Database;
  readonly #life: { statements: number };

  constructor(inner: Database, life: { statements: number }) {
    this.#inner = inner;
    this.#life = life;
  }

  run(sql: string, ...values: readonly SqlValue[]): Promise<number> {
    return this.#live(() => this.#inner.run(sql, ...values));
  }

  get(sql: string, ...values: readonly SqlValue[]): Promise<Row | undefined> {
    return this.#live(() => this.#inner.get(sql, ...values));
  }

  all(sql: string, ...values: readonly SqlValue[]): Promise<readonly Row[]> {
    return this.#live(() => this.#inner.all(sql, ...values));
  }

  async atomically<T>(work: (database: Database) => Promise<T>): Promise<T> {
    const result = await this.#inner.atomically(async (db) => {
      const done = await work(new DyingDatabase(db, this.#life));
      await this.#live(async () => {}); // killed just before the end of the transaction
      return done;
    });
    return this.#live(async () => result); // killed just after it
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  async #live<T>(work: () => Promise<T>): Promise<T> {
    if (this.#life.statements <= 0) throw new Killed("The process was killed.");
    this.#life.statements--;
    return work();
  }
}

/** Runs `work` again and again, killed after one more statement each time, until it comes through. Returns how often it was. */
export async function killEverywhere(
  inner: Database,
  work: (database: Database) => Promise<void>,
  step = 1,
): Promise<number> {
  for (let kills = 0; ; kills++) {
    try {
      await work(new DyingDatabase(inner, { statements: 1 + kills * step }));
      return kills;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }
}
