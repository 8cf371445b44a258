// What the chat bot has to remember: where it was, what it answered, which chat belongs to which account.
import { createHash, randomInt } from "node:crypto";
import { type Address, getAddress } from "viem";
import type { Database } from "../../../keeper/src/journal/database.ts";
import type { Channel, ChatDirectory } from "../events/messenger.ts";
import type { Migration } from "../store/store.ts";

/** Tables of the chat bot. */
export const chatMigrations: readonly Migration[] = [
  {
    id: "chat/1",
    statements: [
      "CREATE TABLE chat_places (channel TEXT PRIMARY KEY, place TEXT NOT NULL)",
      "CREATE TABLE chat_seen (channel TEXT NOT NULL, id TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (channel, id))",
      "CREATE INDEX chat_seen_at ON chat_seen (at)",
      "CREATE TABLE chat_links (channel TEXT NOT NULL, chat TEXT NOT NULL, account TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (channel, chat))",
      "CREATE UNIQUE INDEX chat_links_account ON chat_links (account, channel)",
      "CREATE TABLE chat_codes (hash TEXT PRIMARY KEY, account TEXT NOT NULL, until BIGINT NOT NULL)",
      "CREATE INDEX chat_codes_account ON chat_codes (account)",
      "CREATE TABLE chat_tries (channel TEXT NOT NULL, chat TEXT NOT NULL, at BIGINT NOT NULL)",
      "CREATE INDEX chat_tries_chat ON chat_tries (channel, chat, at)",
    ],
  },
];

/** {s} that a code is good for. */
export const CODE_LIFETIME = 600;
/** {s} that an answered message is remembered. No channel delivers older ones again. */
const MEMORY = 7 * 86_400;
/** Wrong codes that a chat may try within an hour. */
const MOST_TRIES = 5;
const HOUR = 3_600;
const CODE_LENGTH = 10;
/** Without letters that look like others: 32^10 codes. */
const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** What became of a code. */
export type LinkOutcome =
  | { readonly kind: "linked"; readonly account: Address }
  | { readonly kind: "wrong" }
  | { readonly kind: "too-many" };

/** The chat bot's tables in the store. `clock` {s}. */
export class ChatBook implements ChatDirectory {
  readonly #db: Database;
  readonly #clock: () => number;

  constructor(database: Database, clock: () => number) {
    this.#db = database;
    this.#clock = clock;
  }

  /** Where a channel goes on after a restart; null: it was never read. */
  async place(channel: string): Promise<string | null> {
    const row = await this.#db.get("SELECT place FROM chat_places WHERE channel = ?", channel);
    return row === undefined ? null : String(row.place);
  }

  async keepPlace(channel: string, place: string): Promise<void> {
    const sql = "INSERT INTO chat_places VALUES (?, ?) ON CONFLICT (channel) DO UPDATE SET place = excluded.place";
    await this.#db.run(sql, channel, place);
  }

  /** Whether a message comes for the first time. It is written down before it is answered: a crash leaves it unanswered, not answered twice. */
  async isNew(channel: Channel, id: string): Promise<boolean> {
    const now = this.#now();
    await this.#db.run("DELETE FROM chat_seen WHERE at < ?", now - MEMORY);
    return (
      (await this.#db.run("INSERT INTO chat_seen VALUES (?, ?, ?) ON CONFLICT DO NOTHING", channel, id, now)) === 1
    );
  }

  /** A code that links one chat to the account, once. Codes before it are void. */
  async makeCode(account: Address): Promise<{ readonly code: string; readonly until: number }> {
    const code = Array.from({ length: CODE_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join("");
    const until = this.#now() + CODE_LIFETIME;
    await this.#db.atomically(async (db) => {
      await db.run("DELETE FROM chat_codes WHERE account = ? OR until < ?", getAddress(account), this.#now());
      await db.run("INSERT INTO chat_codes VALUES (?, ?, ?)", hashOf(code), getAddress(account), until);
    });
    return { code, until };
  }

  /** Links a chat by a code. A chat has one account, an account one chat in each channel: the newest link counts. */
  async link(channel: Channel, chat: string, code: string): Promise<LinkOutcome> {
    const now = this.#now();
    return this.#db.atomically(async (db) => {
      await db.run("DELETE FROM chat_tries WHERE at < ?", now - HOUR);
      const tries = await db.get("SELECT COUNT(*) AS n FROM chat_tries WHERE channel = ? AND chat = ?", channel, chat);
      if (Number(tries?.n) >= MOST_TRIES) return { kind: "too-many" };
      const hash = hashOf(code);
      const row = await db.get("SELECT account FROM chat_codes WHERE hash = ? AND until > ?", hash, now);
      if (row === undefined) {
        await db.run("INSERT INTO chat_tries VALUES (?, ?, ?)", channel, chat, now);
        return { kind: "wrong" };
      }
      const account = getAddress(String(row.account));
      await db.run("DELETE FROM chat_codes WHERE hash = ?", hash);
      await db.run("DELETE FROM chat_links WHERE channel = ? AND (chat = ? OR account = ?)", channel, chat, account);
      await db.run("INSERT INTO chat_links VALUES (?, ?, ?, ?)", channel, chat, account, now);
      return { kind: "linked", account };
    });
  }

  /** Forgets whose chat it is. Returns whether it was anybody's. */
  async unlink(channel: Channel, chat: string): Promise<boolean> {
    return (await this.#db.run("DELETE FROM chat_links WHERE channel = ? AND chat = ?", channel, chat)) > 0;
  }

  /** Forgets an account's chat in a channel. */
  async unlinkAccount(channel: Channel, account: Address): Promise<boolean> {
    const sql = "DELETE FROM chat_links WHERE channel = ? AND account = ?";
    return (await this.#db.run(sql, channel, getAddress(account))) > 0;
  }

  async accountOf(channel: Channel, chat: string): Promise<Address | undefined> {
    const row = await this.#db.get("SELECT account FROM chat_links WHERE channel = ? AND chat = ?", channel, chat);
    return row === undefined ? undefined : getAddress(String(row.account));
  }

  async chatOf(account: Address, channel: Channel): Promise<string | undefined> {
    const sql = "SELECT chat FROM chat_links WHERE channel = ? AND account = ?";
    const row = await this.#db.get(sql, channel, getAddress(account));
    return row === undefined ? undefined : String(row.chat);
  }

  /** The account's chats, one a channel. `since` {s}. */
  async linksOf(account: Address): Promise<readonly { readonly channel: Channel; readonly since: number }[]> {
    const sql = "SELECT channel, at FROM chat_links WHERE account = ? ORDER BY channel";
    const rows = await this.#db.all(sql, getAddress(account));
    return rows.map(({ channel, at }) => ({ channel: channel as Channel, since: Number(at) }));
  }

  #now(): number {
    return Math.floor(this.#clock());
  }
}

/** Whoever reads the file learns no code that is still good. */
const hashOf = (code: string): string =>
  createHash("sha256")
    .update(code.toUpperCase().replace(/[^A-Z0-9]/g, ""))
    .digest("hex");
