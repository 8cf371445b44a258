/** What a column holds. Integers are numbers: every one of the journal's fits into 53 bits. */
export type SqlValue = string | number | bigint | Uint8Array | null;

export type Row = Readonly<Record<string, SqlValue>>;

/** A store of rows that speaks the SQL which SQLite and PostgreSQL share. `?` stands for a value. */
export interface Database {
  /** Runs a statement. Returns how many rows it changed. */
  run(sql: string, ...values: readonly SqlValue[]): Promise<number>;
  /** The first row, if any. */
  get(sql: string, ...values: readonly SqlValue[]): Promise<Row | undefined>;
  all(sql: string, ...values: readonly SqlValue[]): Promise<readonly Row[]>;
  /** All of `work` or nothing of it. `work` must use the database that it is given. */
  atomically<T>(work: (database: Database) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** What the makers of databases call the same thing. */
export interface Dialect {
  /** Type of bytes. */
  readonly bytes: string;
  /** Type of a number that the database counts up by itself. */
  readonly counter: string;
}
