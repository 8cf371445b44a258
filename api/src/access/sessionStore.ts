import { createHash, randomBytes } from "node:crypto";
import type { Address } from "viem";
import { getAddress } from "viem";
import type { Database, Row } from "../../../keeper/src/journal/database.ts";
import type { Migration } from "../store/store.ts";

/** {s} a session lasts at most. */
export const SESSION_LIFETIME = 7 * 86_400;
/** Sessions of one account at once; a further one ends the oldest. */
const MOST_SESSIONS = 20;
const TOKEN_BYTES = 32;
const SECRET = "nonce-secret";

/** Tables of this store. */
export const accessMigrations: readonly Migration[] = [
  {
    id: "access/1",
    statements: [
      "CREATE TABLE access_secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
      "CREATE TABLE access_nonces (nonce TEXT PRIMARY KEY, expires_at BIGINT NOT NULL)",
      "CREATE INDEX access_nonces_expiry ON access_nonces (expires_at)",
      `CREATE TABLE access_sessions (
        token_hash TEXT PRIMARY KEY, account TEXT NOT NULL, opened_at BIGINT NOT NULL, expires_at BIGINT NOT NULL)`,
      "CREATE INDEX access_sessions_account ON access_sessions (account, opened_at)",
      "CREATE INDEX access_sessions_expiry ON access_sessions (expires_at)",
    ],
  },
];

/** Who is signed in, and how long. */
export type Session = {
  /** The hash of its token: names it among sessions and opens nothing. */
  readonly id: string;
  readonly account: Address;
  /** {s} */
  readonly openedAt: number;
  /** {s} first second in which it no longer counts */
  readonly expiresAt: number;
};

/** A session with the token that only its owner ever sees. */
export type OpenedSession = Session & { readonly token: string };

const SHAPE = new RegExp(`^gs_[0-9a-f]{${2 * TOKEN_BYTES}}$`);

/** What is kept of a token. It is random and long, so that a plain hash cannot be turned back. */
function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

function toSession(row: Row): Session {
  return {
    id: String(row.token_hash),
    account: getAddress(String(row.account)),
    openedAt: Number(row.opened_at),
    expiresAt: Number(row.expires_at),
  };
}

/** Sessions, and the nonces that were used, in the store of the API. All times {s}. */
export class SessionStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The secret that marks nonces as ours; made once, so that a restart does not spoil a sign-in on its way. */
  async nonceSecret(): Promise<Uint8Array> {
    const fresh = randomBytes(32).toString("hex");
    await this.#database.run("INSERT INTO access_secrets VALUES (?, ?) ON CONFLICT DO NOTHING", SECRET, fresh);
    const row = await this.#database.get("SELECT value FROM access_secrets WHERE name = ?", SECRET);
    return Buffer.from(String(row?.value), "hex");
  }

  /** Whether a nonce was used already. */
  async isUsed(nonce: string): Promise<boolean> {
    return (await this.#database.get("SELECT 1 FROM access_nonces WHERE nonce = ?", nonce)) !== undefined;
  }

  /** Uses a nonce up. False when it was used before, also a moment ago by a request that ran beside this one. */
  async useNonce(nonce: string, expiresAt: number, now: number): Promise<boolean> {
    await this.#database.run("DELETE FROM access_nonces WHERE expires_at <= ?", now);
    const sql = "INSERT INTO access_nonces VALUES (?, ?) ON CONFLICT DO NOTHING";
    return (await this.#database.run(sql, nonce, expiresAt)) === 1;
  }

  /** Opens a session. Its token is new each time: nobody can bring one along for somebody else to sign in to. */
  async open(account: Address, now: number, expiresAt: number): Promise<OpenedSession> {
    const token = `gs_${randomBytes(TOKEN_BYTES).toString("hex")}`;
    const openedAt = Math.floor(now);
    const lasts = Math.min(Math.floor(expiresAt), openedAt + SESSION_LIFETIME);
    const session = { id: hashOf(token), account, openedAt, expiresAt: lasts };
    await this.#database.atomically(async (database) => {
      await database.run("DELETE FROM access_sessions WHERE expires_at <= ?", now);
      await database.run(
        `DELETE FROM access_sessions WHERE token_hash IN (
           SELECT token_hash FROM access_sessions WHERE account = ? ORDER BY opened_at DESC, token_hash LIMIT -1 OFFSET ?)`,
        account,
        MOST_SESSIONS - 1,
      );
      const sql = "INSERT INTO access_sessions (token_hash, account, opened_at, expires_at) VALUES (?, ?, ?, ?)";
      await database.run(sql, session.id, account, openedAt, lasts);
    });
    return { ...session, token };
  }

  /** The session of a token; undefined when there is none or it has ended. */
  async find(token: string, now: number): Promise<Session | undefined> {
    if (!SHAPE.test(token)) return undefined;
    const sql =
      "SELECT token_hash, account, opened_at, expires_at FROM access_sessions WHERE token_hash = ? AND expires_at > ?";
    const row = await this.#database.get(sql, hashOf(token), now);
    return row === undefined ? undefined : toSession(row);
  }

  /** Ends a session by its id. False when there was none. */
  async close(id: string): Promise<boolean> {
    return (await this.#database.run("DELETE FROM access_sessions WHERE token_hash = ?", id)) === 1;
  }

  /** Ends all sessions of an account and says how many there were. */
  async closeAll(account: Address): Promise<number> {
    return this.#database.run("DELETE FROM access_sessions WHERE account = ?", account);
  }
}
