import { DatabaseSync } from "node:sqlite";
import type { Database, Row } from "../../keeper/src/journal/database.ts";
import { openSqliteFile } from "../../keeper/src/journal/sqlite.ts";
import { BotBusyError } from "./errors.ts";

const TABLES = [
  // What the bot wanted and what became of it. One row for each signal, market and side.
  `CREATE TABLE IF NOT EXISTS bot_orders (
     client_id TEXT PRIMARY KEY, signal TEXT NOT NULL, symbol TEXT NOT NULL, side TEXT NOT NULL, amount REAL NOT NULL,
     price REAL NOT NULL, state TEXT NOT NULL, venue_id TEXT, filled REAL, cost REAL, at INTEGER NOT NULL)`,
  "CREATE TABLE IF NOT EXISTS bot_days (day INTEGER PRIMARY KEY, equity REAL NOT NULL)",
  "CREATE TABLE IF NOT EXISTS bot_halt (one INTEGER PRIMARY KEY CHECK (one = 1), reason TEXT NOT NULL, at INTEGER NOT NULL)",
  // Transactions of the on-chain venue, written before they are sent.
  `CREATE TABLE IF NOT EXISTS chain_orders (
     client_id TEXT PRIMARY KEY, hash TEXT NOT NULL, raw TEXT NOT NULL, nonce INTEGER NOT NULL, deadline INTEGER NOT NULL,
     symbol TEXT NOT NULL, side TEXT NOT NULL, amount REAL NOT NULL, price REAL NOT NULL, amount_in TEXT NOT NULL,
     status TEXT NOT NULL, filled TEXT NOT NULL, cost TEXT NOT NULL, fee TEXT NOT NULL, at INTEGER NOT NULL)`,
  // The paper account: D18 whole units.
  "CREATE TABLE IF NOT EXISTS paper_balances (currency TEXT PRIMARY KEY, free TEXT NOT NULL, used TEXT NOT NULL)",
  `CREATE TABLE IF NOT EXISTS paper_orders (
     id INTEGER PRIMARY KEY, client_id TEXT NOT NULL UNIQUE, symbol TEXT NOT NULL, side TEXT NOT NULL,
     amount TEXT NOT NULL, price TEXT NOT NULL, filled TEXT NOT NULL, cost TEXT NOT NULL, fee TEXT NOT NULL,
     status TEXT NOT NULL, looked INTEGER NOT NULL, at INTEGER NOT NULL)`,
];

/** What the bot wanted to do for one signal in one market. */
export interface Intent {
  readonly clientId: string;
  readonly signal: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly amount: number; // {base}
  readonly price: number; // {quote} limit
  /** planned: perhaps sent; done: the venue said how it ended; lost: nobody knows, and it is never sent again. */
  readonly state: "planned" | "done" | "lost";
  readonly venueId: string | null;
  readonly filled: number | null; // {base}
  readonly cost: number | null; // {quote}
  readonly at: number; // {s}
}

/** The bot's one file: a restart loses nothing of it. Every write is on disk when its promise is kept. */
export class BotStore {
  readonly database: Database;
  readonly #lock: DatabaseSync | null;

  private constructor(database: Database, lock: DatabaseSync | null) {
    this.database = database;
    this.#lock = lock;
  }

  /**
   * Opens or makes the file; `:memory:` forgets all. `alone`: nobody else may trade from it meanwhile; the hold ends with
   * this process, however that ends. Throws BotBusyError.
   */
  static async open(path: string, alone = true): Promise<BotStore> {
    const lock = alone && path !== ":memory:" ? hold(`${path}.lock`) : null;
    const database = openSqliteFile(path);
    for (const table of TABLES) await database.run(table);
    return new BotStore(database, lock);
  }

  async close(): Promise<void> {
    await this.database.close();
    this.#lock?.close();
  }

  /** Writes an intent down before anything of it is sent. False: this signal had its order in this market already. */
  async claim(intent: Pick<Intent, "clientId" | "signal" | "symbol" | "side" | "amount" | "price" | "at">) {
    const { clientId, signal, symbol, side, amount, price, at } = intent;
    const changed = await this.database.run(
      `INSERT INTO bot_orders (client_id, signal, symbol, side, amount, price, state, at)
       VALUES (?, ?, ?, ?, ?, ?, 'planned', ?) ON CONFLICT DO NOTHING`,
      ...[clientId, signal, symbol, side, amount, price, at],
    );
    return changed === 1;
  }

  /** Gives an intent up of which nothing was sent, so that a later run may try again. */
  async release(clientId: string): Promise<void> {
    await this.database.run("DELETE FROM bot_orders WHERE client_id = ? AND state = 'planned'", clientId);
  }

  async finish(clientId: string, venueId: string, filled: number, cost: number): Promise<void> {
    await this.database.run(
      "UPDATE bot_orders SET state = 'done', venue_id = ?, filled = ?, cost = ? WHERE client_id = ?",
      ...[venueId, filled, cost, clientId],
    );
  }

  async lose(clientId: string): Promise<void> {
    await this.database.run("UPDATE bot_orders SET state = 'lost' WHERE client_id = ?", clientId);
  }

  async intent(clientId: string): Promise<Intent | undefined> {
    const row = await this.database.get("SELECT * FROM bot_orders WHERE client_id = ?", clientId);
    return row === undefined ? undefined : toIntent(row);
  }

  /** Intents of which nobody has said how they ended. */
  async unfinished(): Promise<readonly Intent[]> {
    return (await this.database.all("SELECT * FROM bot_orders WHERE state = 'planned' ORDER BY at")).map(toIntent);
  }

  /** {quote} traded since a moment {s}; what may have been traded counts in full. */
  async turnoverSince(since: number): Promise<number> {
    const row = await this.database.get(
      "SELECT COALESCE(SUM(COALESCE(cost, amount * price)), 0) AS sum FROM bot_orders WHERE at >= ?",
      since,
    );
    return Number(row?.["sum"] ?? 0);
  }

  /** {quote} what the account was worth when it was first looked at on a day. */
  async firstEquity(day: number, equity: number, write: boolean): Promise<number> {
    const known = await this.database.get("SELECT equity FROM bot_days WHERE day = ?", day);
    if (known !== undefined) return Number(known["equity"]);
    if (write) await this.database.run("INSERT INTO bot_days VALUES (?, ?) ON CONFLICT DO NOTHING", day, equity);
    return equity;
  }

  async haltReason(): Promise<string | undefined> {
    const row = await this.database.get("SELECT reason FROM bot_halt");
    return row === undefined ? undefined : String(row["reason"]);
  }

  /** Turns the kill switch on; the first reason stays. */
  async halt(reason: string, at: number): Promise<void> {
    await this.database.run("INSERT INTO bot_halt VALUES (1, ?, ?) ON CONFLICT DO NOTHING", reason, at);
  }

  async resume(): Promise<void> {
    await this.database.run("DELETE FROM bot_halt");
  }
}

/** Holds a lock that the operating system takes back when the process ends. */
function hold(path: string): DatabaseSync {
  const lock = new DatabaseSync(path);
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (cause) {
    lock.close();
    throw new BotBusyError("Another run trades from the same file. Wait until it is done, or stop it.", { cause });
  }
}

function toIntent(row: Row): Intent {
  const number = (value: Row[string] | undefined) => (value === null || value === undefined ? null : Number(value));
  return {
    clientId: String(row["client_id"]),
    signal: String(row["signal"]),
    symbol: String(row["symbol"]),
    side: row["side"] === "buy" ? "buy" : "sell",
    amount: Number(row["amount"]),
    price: Number(row["price"]),
    state: row["state"] === "done" ? "done" : row["state"] === "lost" ? "lost" : "planned",
    venueId: row["venue_id"] === null || row["venue_id"] === undefined ? null : String(row["venue_id"]),
    filled: number(row["filled"]),
    cost: number(row["cost"]),
    at: Number(row["at"]),
  };
}
