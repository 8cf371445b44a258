import { Pool, type PoolClient, type PoolConfig, types } from "pg";
import type { Database, Row, SqlValue } from "./database.ts";
import { prepareSchema } from "./schema.ts";

/** Whole numbers of eight bytes come as text by default; the journal's fit into a number. */
const INT8 = 20;

/** Any number that nothing else in the database uses. */
const SCHEMA_LOCK = 731_204_118;

/** The journal that several keepers share. `url`: postgres://user:password@host:port/database. */
export async function openPostgres(url: string): Promise<Database> {
  const pool = new Pool({
    connectionString: url,
    max: 8,
    types: {
      getTypeParser: (id, format) => (id === INT8 ? Number : types.getTypeParser(id, format as "text")),
    },
  });
  // A connection that breaks while idle is replaced by the pool; the statement that needs one tells of it.
  pool.on("error", () => {});
  const database = new PostgresDatabase(pool);
  try {
    await database.atomically(async (connection) => {
      // Keepers that start together would make the same tables at once.
      await connection.run("SELECT pg_advisory_xact_lock(?)", SCHEMA_LOCK);
      await prepareSchema(connection, { bytes: "BYTEA", counter: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY" });
    });
  } catch (error) {
    await pool.end();
    throw error;
  }
  return database;
}

/** A shared journal for reading only: the server refuses every write. Nothing is asked of it yet. */
export function openPostgresReadOnly(url: string): Database {
  return new PostgresDatabase(openPool({ connectionString: url, options: "-c default_transaction_read_only=on" }));
}

function openPool(settings: Pick<PoolConfig, "connectionString" | "options">): Pool {
  const pool = new Pool({
    ...settings,
    max: 8,
    types: {
      getTypeParser: (id, format) => (id === INT8 ? Number : types.getTypeParser(id, format as "text")),
    },
  });
  // A connection that breaks is replaced by the pool; the statement that needs it tells of it. An error that nobody listens
  // to would end the process, and the pool listens to its idle connections only.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

/** Numbers the places that `?` holds. */
function numbered(sql: string): string {
  let place = 0;
  return sql.replaceAll("?", () => `$${++place}`);
}

class Connection implements Database {
  readonly #client: Pool | PoolClient;

  constructor(client: Pool | PoolClient) {
    this.#client = client;
  }

  async run(sql: string, ...values: readonly SqlValue[]): Promise<number> {
    const { rowCount } = await this.#client.query(numbered(sql), [...values]);
    return rowCount ?? 0;
  }

  async get(sql: string, ...values: readonly SqlValue[]): Promise<Row | undefined> {
    const [row] = await this.all(sql, ...values);
    return row;
  }

  async all(sql: string, ...values: readonly SqlValue[]): Promise<readonly Row[]> {
    const { rows } = await this.#client.query<Row>(numbered(sql), [...values]);
    return rows;
  }

  atomically<T>(work: (database: Database) => Promise<T>): Promise<T> {
    return work(this);
  }

  async close(): Promise<void> {}
}

class PostgresDatabase extends Connection {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    super(pool);
    this.#pool = pool;
  }

  override async atomically<T>(work: (database: Database) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    try {
      await client.query("BEGIN");
      const result = await work(new Connection(client));
      await client.query("COMMIT");
      client.release();
      return result;
    } catch (error) {
      // A connection that cannot even roll back is thrown away, and the server rolls back for it.
      const isLost = await client.query("ROLLBACK").then(
        () => false,
        () => true,
      );
      client.release(isLost);
      throw error;
    }
  }

  override close(): Promise<void> {
    return this.#pool.end();
  }
}
