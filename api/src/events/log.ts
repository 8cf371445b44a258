import type { Address, Hex } from "viem";
import type { Database, Row } from "../../../keeper/src/journal/database.ts";
import type { EventFilter, EventType, JsonObject, LoggedEvent, SourceEvent } from "./event.ts";
import { mark, raiseMark } from "./tables.ts";

/** All that a source knows of a span of its places. */
export interface SourceBatch {
  readonly from: number; // first place that was asked for
  readonly to: number; // last place of which everything is in `events`
  readonly events: readonly SourceEvent[]; // in the order in which they happened
  readonly isNewest: boolean; // there is nothing behind `to` yet
}

/** What an event needs besides what its source tells. */
type NewEvent = SourceEvent & {
  readonly source: string;
  readonly generation: number;
  readonly owner: Address | null;
  readonly retracts: number | null;
  readonly about: EventType;
};

/** Number of events in one answer, at most. */
export const LONGEST_PAGE = 1_000;

/** Events in the order in which they became known, each once, for good. */
export class EventLog {
  readonly #db: Database;
  readonly #listeners = new Set<() => void>();

  constructor(database: Database) {
    this.#db = database;
  }

  /** Up to which place a source was read; undefined: never. */
  position(source: string): Promise<number | undefined> {
    return mark(this.#db, `source ${source}`);
  }

  /**
   * Takes over what a source says of a span, all or nothing: what is new is added, and what was known of the span and is
   * gone is taken back, unless the source is one that never loses anything (`keeps`). Returns how many rows were added.
   */
  async absorb(source: string, batch: SourceBatch, keeps: boolean): Promise<number> {
    const added = await this.#db.atomically(async (db) => {
      const known = await liveOf(db, source, batch);
      const told = new Map(batch.events.map((event) => [event.key, event]));
      let count = 0;
      if (!keeps) {
        for (const row of known.values()) {
          if (told.get(row.key)?.identity === row.identity) continue;
          await insert(db, retractionOf(row));
          count++;
        }
      }
      for (const event of told.values()) count += await this.#take(db, source, event, known, keeps);
      await raiseMark(db, `source ${source}`, batch.to);
      return count;
    });
    if (added > 0) this.wake();
    return added;
  }

  async #take(
    db: Database,
    source: string,
    event: SourceEvent,
    known: ReadonlyMap<string, StoredEvent>,
    keeps: boolean,
  ): Promise<number> {
    if (known.get(event.key)?.identity === event.identity) return 0;
    const last = await newestOf(db, event.key);
    let count = 0;
    if (last !== undefined && !last.isRetracted) {
      if (keeps || last.identity === event.identity) return 0;
      // It moved to a place outside of the span that was read.
      await insert(db, retractionOf(last));
      count++;
    }
    const generation = last === undefined ? 0 : last.generation + 1;
    await insert(db, { ...event, source, generation, owner: null, retracts: null, about: event.type });
    return count + 1;
  }

  /** Adds an event of our own as a part of a transaction; nothing if it is there already. Call `wake` afterwards. */
  async append(db: Database, event: SourceEvent, owner: Address | null): Promise<void> {
    if ((await newestOf(db, event.key)) !== undefined) return;
    await insert(db, { ...event, source: "own", generation: 0, owner, retracts: null, about: event.type });
  }

  /** The number of the newest event; 0: there is none. */
  async newest(): Promise<number> {
    const row = await this.#db.get("SELECT MAX(seq) AS seq FROM events");
    return Number(row?.seq ?? 0);
  }

  async event(seq: number): Promise<LoggedEvent | undefined> {
    const row = await this.#db.get("SELECT * FROM events WHERE seq = ?", seq);
    return row === undefined ? undefined : toEvent(row);
  }

  /** The first events behind a number that a filter lets through, oldest first. */
  async after(seq: number, filter: EventFilter = {}, limit = 100): Promise<readonly LoggedEvent[]> {
    const { types, index, account, reader } = filter;
    const marks = (types ?? []).map(() => "?").join(", ");
    const conditions = [
      "seq > ?",
      "(owner IS NULL OR owner = ?)",
      ...(types === undefined ? [] : [`(type IN (${marks}) OR about IN (${marks}))`]),
      ...(index === undefined ? [] : ["index_address = ?"]),
      ...(account === undefined ? [] : ["account = ?"]),
    ];
    const rows = await this.#db.all(
      `SELECT * FROM events WHERE ${conditions.join(" AND ")} ORDER BY seq LIMIT ?`,
      seq,
      reader?.toLowerCase() ?? "",
      ...(types === undefined ? [] : [...types, ...types]),
      ...(index === undefined ? [] : [index.toLowerCase()]),
      ...(account === undefined ? [] : [account.toLowerCase()]),
      Math.min(limit, LONGEST_PAGE),
    );
    return rows.map(toEvent);
  }

  /** The first events behind a number, those meant for single accounts included. Not for showing to anybody. */
  async every(seq: number, limit = 100): Promise<readonly LoggedEvent[]> {
    const rows = await this.#db.all("SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT ?", seq, limit);
    return rows.map(toEvent);
  }

  /** Calls `listener` whenever there may be something new. Returns what ends that. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Says that there may be something new. */
  wake(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** A row of a source, with what only the log needs to know. */
type StoredEvent = LoggedEvent & {
  readonly source: string;
  readonly generation: number;
  readonly identity: string;
  readonly isRetracted: boolean;
};

const STORED = "e.*, EXISTS (SELECT 1 FROM events r WHERE r.retracts = e.seq) AS is_retracted";

/** What the log holds of a span and was not taken back, by key. */
async function liveOf(
  db: Database,
  source: string,
  { from, to }: SourceBatch,
): Promise<ReadonlyMap<string, StoredEvent>> {
  const rows = await db.all(
    `SELECT ${STORED} FROM events e
     WHERE e.source = ? AND e.place BETWEEN ? AND ? AND e.retracts IS NULL ORDER BY e.seq`,
    source,
    from,
    to,
  );
  const live = rows.map(toStored).filter(({ isRetracted }) => !isRetracted);
  return new Map(live.map((event) => [event.key, event]));
}

async function newestOf(db: Database, key: string): Promise<StoredEvent | undefined> {
  const row = await db.get(`SELECT ${STORED} FROM events e WHERE e.key = ? ORDER BY e.generation DESC LIMIT 1`, key);
  return row === undefined ? undefined : toStored(row);
}

function retractionOf(event: StoredEvent): NewEvent {
  const { seq, key, generation, type, block, index, account, source, place, at, tx, decision, identity, owner } = event;
  const data = { retracts: String(seq), type };
  return {
    key: `retracted:${key}`,
    generation,
    type: "event.retracted",
    about: type,
    retracts: seq,
    ...{ block, index, account, source, place, at, tx, decision, identity, owner, data },
  };
}

async function insert(db: Database, event: NewEvent): Promise<void> {
  await db.run(
    `INSERT INTO events (key, generation, source, type, about, place, identity, at, block, index_address, account, owner,
       tx, decision, retracts, data)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    event.key,
    event.generation,
    event.source,
    event.type,
    event.about,
    event.place,
    event.identity,
    event.at,
    event.block,
    event.index?.toLowerCase() ?? null,
    event.account?.toLowerCase() ?? null,
    event.owner?.toLowerCase() ?? null,
    event.tx,
    event.decision,
    event.retracts,
    JSON.stringify(event.data),
  );
}

function toEvent(row: Row): LoggedEvent {
  return {
    seq: Number(row.seq),
    key: String(row.key),
    type: row.type as EventType,
    about: row.about as EventType,
    place: Number(row.place),
    at: Number(row.at),
    block: row.block === null ? null : Number(row.block),
    index: row.index_address as Address | null,
    account: row.account as Address | null,
    owner: row.owner as Address | null,
    tx: row.tx as Hex | null,
    decision: row.decision as Hex | null,
    retracts: row.retracts === null ? null : Number(row.retracts),
    data: JSON.parse(String(row.data)) as JsonObject,
  };
}

function toStored(row: Row): StoredEvent {
  return {
    ...toEvent(row),
    source: String(row.source),
    generation: Number(row.generation),
    identity: String(row.identity),
    isRetracted: Number(row.is_retracted) === 1,
  };
}
