import type { Database } from "../../../keeper/src/journal/database.ts";
import { openSqliteFile } from "../../../keeper/src/journal/sqlite.ts";
import { accessMigrations } from "../access/sessionStore.ts";
import { chatMigrations } from "../chat/book.ts";
import { creditMigrations } from "../credits/receiptBook.ts";
import { EVENT_MIGRATIONS } from "../events/tables.ts";
import { marketMigrations } from "../market/marketTables.ts";
import { paperMigrations } from "../paper/paperBook.ts";

/** A step of the store's tables. Steps are never changed once they were released; what changes is a new step. */
export interface Migration {
  /** Unique, such as "sessions/1". */
  readonly id: string;
  readonly statements: readonly string[];
}

/**
 * All steps, in the order in which they are taken. Each part of the API keeps its own beside its code and adds them here.
 */
const MIGRATIONS: readonly Migration[] = [
  ...accessMigrations,
  ...chatMigrations,
  ...marketMigrations,
  ...EVENT_MIGRATIONS,
  ...paperMigrations,
  ...creditMigrations,
];

/**
 * What the API itself has to remember: one SQLite file. Every write is on disk when its promise is kept, so that a restart
 * loses nothing. Parts keep their tables in it and read and write them through `database`.
 */
export class Store {
  readonly database: Database;

  private constructor(database: Database) {
    this.database = database;
  }

  /** Opens or makes the file; `:memory:` forgets all when it is closed. Steps that are missing are taken. */
  static async open(path: string, migrations: readonly Migration[] = MIGRATIONS): Promise<Store> {
    const database = openSqliteFile(path);
    try {
      await migrate(database, migrations);
    } catch (error) {
      await database.close();
      throw error;
    }
    return new Store(database);
  }

  close(): Promise<void> {
    return this.database.close();
  }
}

async function migrate(database: Database, migrations: readonly Migration[]): Promise<void> {
  await database.atomically(async (db) => {
    await db.run("CREATE TABLE IF NOT EXISTS migrations (id TEXT PRIMARY KEY, place BIGINT NOT NULL)");
    const taken = new Set((await db.all("SELECT id FROM migrations")).map(({ id }) => String(id)));
    for (const [place, { id, statements }] of migrations.entries()) {
      if (taken.has(id)) continue;
      for (const statement of statements) await db.run(statement);
      await db.run("INSERT INTO migrations VALUES (?, ?)", id, place);
    }
  });
}
