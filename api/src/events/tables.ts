import type { Database } from "../../../keeper/src/journal/database.ts";
import type { Migration } from "../store/store.ts";

const TABLES: readonly string[] = [
  // Rows are added and never changed. A unique key and generation make a second row of one event impossible.
  `CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, generation INTEGER NOT NULL, source TEXT NOT NULL,
    type TEXT NOT NULL, about TEXT NOT NULL, place INTEGER NOT NULL, identity TEXT NOT NULL, at INTEGER NOT NULL,
    block INTEGER, index_address TEXT, account TEXT, owner TEXT, tx TEXT, decision TEXT,
    retracts INTEGER REFERENCES events (seq),
    data TEXT NOT NULL, UNIQUE (key, generation)
  )`,
  "CREATE INDEX events_by_place ON events (source, place)",
  "CREATE UNIQUE INDEX one_retraction ON events (retracts) WHERE retracts IS NOT NULL",
  // How far a source was read, an event was worked on, and the like.
  "CREATE TABLE event_marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL)",
  `CREATE TABLE alert_rules (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, spec TEXT NOT NULL, destinations TEXT NOT NULL,
    is_on INTEGER NOT NULL, revision INTEGER NOT NULL, state TEXT NOT NULL, created_at INTEGER NOT NULL,
    after_seq INTEGER NOT NULL
  )`,
  "CREATE INDEX alert_rules_by_owner ON alert_rules (owner, created_at)",
  // One row a firing; the key makes it one a crossing or event.
  `CREATE TABLE alert_firings (
    id TEXT PRIMARY KEY, rule TEXT NOT NULL, owner TEXT NOT NULL, event INTEGER, at INTEGER NOT NULL,
    text TEXT NOT NULL, value REAL, destinations TEXT NOT NULL, is_retracted INTEGER NOT NULL DEFAULT 0
  )`,
  "CREATE INDEX alert_firings_by_rule ON alert_firings (rule, at)",
  "CREATE INDEX alert_firings_by_owner ON alert_firings (owner, at)",
  "CREATE INDEX alert_firings_by_event ON alert_firings (event)",
  `CREATE TABLE webhooks (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, url TEXT NOT NULL, types TEXT NOT NULL, index_address TEXT, account TEXT,
    secret TEXT NOT NULL, old_secret TEXT, old_until INTEGER, created_at INTEGER NOT NULL, after_seq INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0, stopped_at INTEGER, stop_reason TEXT, missed INTEGER NOT NULL DEFAULT 0,
    missed_from INTEGER
  )`,
  "CREATE INDEX webhooks_by_owner ON webhooks (owner, created_at)",
  // What is to be sent, in order. A row waits until its destination took it, so a kill at any point sends it again.
  `CREATE TABLE outbox (
    place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, destination TEXT NOT NULL, owner TEXT NOT NULL,
    body TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL, ended_at INTEGER, status INTEGER, reason TEXT, UNIQUE (destination, id)
  )`,
  "CREATE INDEX outbox_waiting ON outbox (destination, place) WHERE state = 'waiting'",
  "CREATE INDEX outbox_ended ON outbox (ended_at) WHERE state <> 'waiting'",
];

/** Steps of the store for events, rules and webhooks. */
export const EVENT_MIGRATIONS: readonly Migration[] = [{ id: "events/1", statements: TABLES }];

/** A number that was written down; undefined: none was. */
export async function mark(database: Database, name: string): Promise<number | undefined> {
  const row = await database.get("SELECT value FROM event_marks WHERE name = ?", name);
  return row === undefined ? undefined : Number(row.value);
}

/** Writes a number down. It never falls. */
export async function raiseMark(database: Database, name: string, value: number): Promise<void> {
  await database.run(
    `INSERT INTO event_marks VALUES (?, ?)
     ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE excluded.value > event_marks.value`,
    name,
    value,
  );
}
