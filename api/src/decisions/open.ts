import type { Database, Row, SqlValue } from "../../../keeper/src/journal/database.ts";
import { openPostgresReadOnly } from "../../../keeper/src/journal/postgres.ts";
import { requireVersion } from "../../../keeper/src/journal/schema.ts";
import { openSqliteReadOnly } from "../../../keeper/src/journal/sqlite.ts";
import { UnavailableError } from "../http/problem.ts";

/** What is read of a journal. */
export type JournalReader = Pick<Database, "get" | "all" | "close">;

/**
 * The keeper's journal, for reading only: a file or postgres://... It need not be there yet: it is opened when it is first
 * needed, and again after it could not be. Every failure is an UnavailableError.
 */
export function openJournalReader(place: string): JournalReader {
  return new ReopeningJournal(async () => {
    const database = /^postgres(ql)?:/.test(place) ? openPostgresReadOnly(place) : openSqliteReadOnly(place);
    try {
      await requireVersion(database);
      return database;
    } catch (error) {
      await database.close();
      throw error;
    }
  });
}

/** In place of a journal that nobody configured. */
export const NO_JOURNAL: JournalReader = {
  get: () => Promise.reject(unavailable("No journal is configured for this service: set `journal`.")),
  all: () => Promise.reject(unavailable("No journal is configured for this service: set `journal`.")),
  close: async () => {},
};

class ReopeningJournal implements JournalReader {
  readonly #open: () => Promise<Database>;
  #opened: Promise<Database> | undefined;

  constructor(open: () => Promise<Database>) {
    this.#open = open;
  }

  get(sql: string, ...values: readonly SqlValue[]): Promise<Row | undefined> {
    return this.#ask((database) => database.get(sql, ...values));
  }

  all(sql: string, ...values: readonly SqlValue[]): Promise<readonly Row[]> {
    return this.#ask((database) => database.all(sql, ...values));
  }

  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    await opened?.close();
  }

  async #ask<T>(question: (database: Database) => Promise<T>): Promise<T> {
    try {
      this.#opened ??= this.#open();
      const opening = this.#opened;
      const database = await opening.catch((error: unknown) => {
        if (this.#opened === opening) this.#opened = undefined;
        throw error;
      });
      return await question(database);
    } catch (cause) {
      throw unavailable("The keeper's journal cannot be read now. Try again later.", cause);
    }
  }
}

function unavailable(words: string, cause?: unknown): UnavailableError {
  return new UnavailableError(["journal"], words, { cause });
}
