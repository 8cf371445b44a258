import { DatabaseSync } from "node:sqlite";
import { JournalFullError } from "../errors.ts";
import type { Database, Row, SqlValue } from "./database.ts";
import { prepareSchema } from "./schema.ts";

/** The journal of one keeper: a file that needs no server. Every write is on disk when its promise is kept. */
export async function openSqlite(path: string): Promise<Database> {
  const database = openSqliteFile(path);
  try {
    await prepareSchema(database, { bytes: "BLOB", counter: "INTEGER PRIMARY KEY" });
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

/** A SQLite file with whatever tables it has; made when it is missing. Every write is on disk when its promise is kept. */
export function openSqliteFile(path: string): Database {
  const db = new DatabaseSync(path);
  db.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000;",
  );
  return new SqliteDatabase(db);
}

/** A SQLite file that somebody else writes, for reading only: every write fails. Throws when it is missing. */
export function openSqliteReadOnly(path: string): Database {
  const db = new DatabaseSync(path, { readOnly: true });
  db.exec("PRAGMA busy_timeout = 5000;");
  return new SqliteDatabase(db);
}

/** Statements without a transaction of their own. */
class Statements implements Database {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  async run(sql: string, ...values: readonly SqlValue[]): Promise<number> {
    try {
      return Number(this.#db.prepare(sql).run(...values).changes);
    } catch (error) {
      throw asTyped(error);
    }
  }

  async get(sql: string, ...values: readonly SqlValue[]): Promise<Row | undefined> {
    return this.#db.prepare(sql).get(...values);
  }

  async all(sql: string, ...values: readonly SqlValue[]): Promise<readonly Row[]> {
    return this.#db.prepare(sql).all(...values);
  }

  atomically<T>(work: (database: Database) => Promise<T>): Promise<T> {
    return work(this);
  }

  async close(): Promise<void> {
    this.#db.close();
  }
}

/** Of SQLite: the disk, or the allowance of the file, is full. */
const FULL = 13;

function asTyped(error: unknown): unknown {
  const isFull = error instanceof Error && "errcode" in error && error.errcode === FULL;
  if (!isFull) return error;
  const words = "The disk of the journal is full. Make room; the keeper goes on by itself.";
  return new JournalFullError(words, {}, { cause: error });
}

/** One connection, so that whoever comes during a transaction waits until it is over. */
class SqliteDatabase implements Database {
  readonly #statements: Statements;
  #last: Promise<unknown> = Promise.resolve();

  constructor(db: DatabaseSync) {
    this.#statements = new Statements(db);
  }

  run(sql: string, ...values: readonly SqlValue[]): Promise<number> {
    return this.#inTurn(() => this.#statements.run(sql, ...values));
  }

  get(sql: string, ...values: readonly SqlValue[]): Promise<Row | undefined> {
    return this.#inTurn(() => this.#statements.get(sql, ...values));
  }

  all(sql: string, ...values: readonly SqlValue[]): Promise<readonly Row[]> {
    return this.#inTurn(() => this.#statements.all(sql, ...values));
  }

  atomically<T>(work: (database: Database) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      await this.#statements.run("BEGIN IMMEDIATE");
      try {
        const result = await work(this.#statements);
        await this.#statements.run("COMMIT");
        return result;
      } catch (error) {
        // A full disk ends the transaction by itself; the first error is the one to tell.
        await this.#statements.run("ROLLBACK").catch(() => {});
        throw error;
      }
    });
  }

  close(): Promise<void> {
    return this.#inTurn(() => this.#statements.close());
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}
