import type { Address } from "viem";
import type { Database, Row } from "../../../keeper/src/journal/database.ts";
import { QUEUE_LIMITS, type QueueLimits } from "./limits.ts";

/** Where a message goes: a webhook by its id, or a chat of the owner's in a channel. */
export type Destination = `webhook:${string}` | `chat:${string}`;

/** A message that is to be sent, or was. */
export interface OutboxMessage {
  readonly place: number;
  /** The same for every attempt: receivers know by it what they had already. */
  readonly id: string;
  readonly destination: Destination;
  readonly owner: Address;
  readonly body: string;
  readonly state: "waiting" | "delivered" | "failed";
  readonly attempts: number;
  readonly nextAt: number; // {s}
  readonly createdAt: number; // {s}
  readonly endedAt: number | null; // {s}
  readonly status: number | null; // of HTTP, last attempt
  readonly reason: string | null; // why the last attempt failed
}

/** What is put in. */
export type NewMessage = Pick<OutboxMessage, "id" | "destination" | "owner" | "body">;

/** What became of an attempt, for the outbox. */
export interface Attempted {
  readonly isTaken: boolean;
  readonly status: number | null;
  readonly reason: string | null;
  /** {s} when to try again; null: never. */
  readonly nextAt: number | null;
}

/**
 * Messages that must arrive. A row waits until its destination took it, so a kill between sending and writing that down sends
 * it again, with the same id. Those of one destination go out in the order in which they were put in.
 */
export class Outbox {
  readonly #db: Database;
  readonly #limits: QueueLimits;

  constructor(database: Database, limits: QueueLimits = QUEUE_LIMITS) {
    this.#db = database;
    this.#limits = limits;
  }

  /** Puts a message in as a part of a transaction. False: the destination has as many waiting as it may, or had this one. */
  async put(
    db: Database,
    { id, destination, owner, body }: NewMessage,
    now: number,
  ): Promise<"put" | "known" | "full"> {
    const waiting = await db.get(
      "SELECT COUNT(*) AS n FROM outbox WHERE destination = ? AND state = 'waiting'",
      destination,
    );
    if (Number(waiting?.n) >= this.#limits.waiting) return "full";
    const rows = await db.run(
      `INSERT INTO outbox (id, destination, owner, body, state, next_at, created_at)
       VALUES (?, ?, ?, ?, 'waiting', ?, ?) ON CONFLICT DO NOTHING`,
      id,
      destination,
      owner.toLowerCase(),
      body,
      now,
      now,
    );
    return rows === 1 ? "put" : "known";
  }

  /** The oldest waiting message of each destination, of those that are due. `paused` destinations are left out. */
  async due(now: number, limit: number): Promise<readonly OutboxMessage[]> {
    const rows = await this.#db.all(
      `SELECT * FROM outbox o WHERE state = 'waiting' AND next_at <= ?
         AND place = (SELECT MIN(place) FROM outbox f WHERE f.destination = o.destination AND f.state = 'waiting')
         AND NOT EXISTS (
           SELECT 1 FROM webhooks w WHERE 'webhook:' || w.id = o.destination AND w.stopped_at IS NOT NULL
         )
       ORDER BY next_at, place LIMIT ?`,
      now,
      limit,
    );
    return rows.map(toMessage);
  }

  /** Writes down what became of an attempt, as a part of a transaction. */
  async note(db: Database, place: number, attempted: Attempted, now: number): Promise<void> {
    const { isTaken, status, reason, nextAt } = attempted;
    const state = isTaken ? "delivered" : nextAt === null ? "failed" : "waiting";
    await db.run(
      `UPDATE outbox SET state = ?, attempts = attempts + 1, next_at = COALESCE(?, next_at), ended_at = ?, status = ?,
         reason = ? WHERE place = ? AND state = 'waiting'`,
      state,
      nextAt,
      state === "waiting" ? null : now,
      status,
      reason,
      place,
    );
  }

  /** Messages of a destination, newest first, behind `before`. */
  async list(destination: Destination, limit: number, before: number | null): Promise<readonly OutboxMessage[]> {
    const rows = await this.#db.all(
      "SELECT * FROM outbox WHERE destination = ? AND place < ? ORDER BY place DESC LIMIT ?",
      destination,
      before ?? Number.MAX_SAFE_INTEGER,
      limit,
    );
    return rows.map(toMessage);
  }

  /** How many messages of a destination wait. */
  async waiting(destination: Destination): Promise<number> {
    const row = await this.#db.get(
      "SELECT COUNT(*) AS n FROM outbox WHERE destination = ? AND state = 'waiting'",
      destination,
    );
    return Number(row?.n ?? 0);
  }

  /** Sends a message once more, under its old id and behind all that wait. undefined: there is none of this id. */
  async again(destination: Destination, id: string, now: number): Promise<OutboxMessage | undefined> {
    return this.#db.atomically(async (db) => {
      const row = await db.get("SELECT * FROM outbox WHERE destination = ? AND id = ?", destination, id);
      if (row === undefined || row.state === "waiting") return row && toMessage(row);
      await db.run(
        `UPDATE outbox SET place = (SELECT MAX(place) + 1 FROM outbox), state = 'waiting', attempts = 0, next_at = ?,
           ended_at = NULL, status = NULL, reason = NULL WHERE destination = ? AND id = ?`,
        now,
        destination,
        id,
      );
      const renewed = await db.get("SELECT * FROM outbox WHERE destination = ? AND id = ?", destination, id);
      return renewed && toMessage(renewed);
    });
  }

  /** Forgets what ended long ago. Returns how many messages. */
  forget(now: number): Promise<number> {
    return this.#db.run("DELETE FROM outbox WHERE state <> 'waiting' AND ended_at < ?", now - this.#limits.kept);
  }
}

function toMessage(row: Row): OutboxMessage {
  return {
    place: Number(row.place),
    id: String(row.id),
    destination: row.destination as Destination,
    owner: row.owner as Address,
    body: String(row.body),
    state: row.state as OutboxMessage["state"],
    attempts: Number(row.attempts),
    nextAt: Number(row.next_at),
    createdAt: Number(row.created_at),
    endedAt: row.ended_at === null ? null : Number(row.ended_at),
    status: row.status === null ? null : Number(row.status),
    reason: row.reason === null ? null : String(row.reason),
  };
}
