import { randomUUID } from "node:crypto";
import type { Address } from "viem";
import type { Database, Row } from "../../../../keeper/src/journal/database.ts";
import { NotFoundError } from "../../http/problem.ts";
import { QuotaReachedError } from "../errors.ts";
import type { EventFilter, EventType } from "../event.ts";
import { webhookLimit } from "../limits.ts";
import type { Guard } from "./guard.ts";
import { newSecret, requireSecret } from "./sign.ts";

/** A webhook of an account, without its secret. */
export interface Webhook {
  readonly id: string;
  readonly owner: Address;
  readonly url: string;
  /** What it is told; empty: only what rules send to it. */
  readonly types: readonly EventType[];
  readonly index: Address | null; // only events about this one
  readonly account: Address | null; // only deeds of this one
  readonly createdAt: number; // {s}
  /** Events up to this number are not sent: it was not there yet. */
  readonly afterSeq: number;
  readonly failures: number; // attempts in a row
  readonly stoppedAt: number | null; // {s} null: it works
  readonly stopReason: string | null;
  /** Messages that were not queued because too many waited, and the number of the first event among them. */
  readonly missed: number;
  readonly missedFrom: number | null;
}

/** What may be said about a webhook. */
export interface WebhookTerms {
  readonly url: string;
  readonly types: readonly EventType[];
  readonly index: Address | null;
  readonly account: Address | null;
}

/** Both secrets sign for so long after a change. {s} */
export const SECRET_OVERLAP = 86_400;

/** The webhooks of all accounts. */
export class WebhookBook {
  readonly #db: Database;
  readonly #guard: Guard;

  constructor(database: Database, guard: Guard) {
    this.#db = database;
    this.#guard = guard;
  }

  /**
   * Registers a webhook. The answer is the only one that holds its secret. Throws AddressRefusedError, SecretError, and
   * QuotaReachedError when the account has as many as its tier allows.
   */
  async register(
    owner: Address,
    tier: number,
    terms: WebhookTerms & { readonly secret?: string | undefined },
    now: number,
  ): Promise<Webhook & { readonly secret: string }> {
    const secret = terms.secret === undefined ? newSecret() : requireSecret(terms.secret);
    const url = await this.#allowed(terms.url);
    const id = `wh_${randomUUID().replaceAll("-", "")}`;
    await this.#db.atomically(async (db) => {
      const row = await db.get("SELECT COUNT(*) AS n FROM webhooks WHERE owner = ?", owner.toLowerCase());
      const most = webhookLimit(tier);
      if (Number(row?.n) >= most) {
        throw new QuotaReachedError(`Your tier ${tier} has ${most} webhooks at most. Remove one, or raise your tier.`);
      }
      await db.run(
        `INSERT INTO webhooks (id, owner, url, types, index_address, account, secret, created_at, after_seq)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, (SELECT COALESCE(MAX(seq), 0) FROM events))`,
        ...[id, owner.toLowerCase(), url, JSON.stringify(terms.types)],
        ...[terms.index?.toLowerCase() ?? null, terms.account?.toLowerCase() ?? null, secret, now],
      );
    });
    return { ...(await this.get(owner, id)), secret };
  }

  async list(owner: Address): Promise<readonly Webhook[]> {
    const rows = await this.#db.all(
      "SELECT * FROM webhooks WHERE owner = ? ORDER BY created_at, id",
      owner.toLowerCase(),
    );
    return rows.map(toWebhook);
  }

  /** Throws NotFoundError when the account has no such webhook. */
  async get(owner: Address, id: string): Promise<Webhook> {
    return toWebhook(await requireOwn(this.#db, owner, id));
  }

  /** Changes what is told, or where it goes. */
  async change(owner: Address, id: string, terms: Partial<WebhookTerms>): Promise<Webhook> {
    const old = await this.get(owner, id);
    const next = { ...old, ...terms };
    const url = terms.url === undefined ? old.url : await this.#allowed(terms.url);
    await this.#db.run(
      "UPDATE webhooks SET url = ?, types = ?, index_address = ?, account = ? WHERE id = ? AND owner = ?",
      ...[url, JSON.stringify(next.types), next.index?.toLowerCase() ?? null, next.account?.toLowerCase() ?? null],
      ...[id, owner.toLowerCase()],
    );
    return this.get(owner, id);
  }

  /** Removes a webhook with everything that waits for it. */
  remove(owner: Address, id: string): Promise<void> {
    return this.#db.atomically(async (db) => {
      await requireOwn(db, owner, id);
      await db.run("DELETE FROM webhooks WHERE id = ?", id);
      await db.run("DELETE FROM outbox WHERE destination = ?", `webhook:${id}`);
    });
  }

  /** Makes a new secret. For a day, messages are signed with the old one as well. */
  async rotate(owner: Address, id: string, now: number): Promise<Webhook & { readonly secret: string }> {
    const secret = newSecret();
    await this.#db.atomically(async (db) => {
      await requireOwn(db, owner, id);
      await db.run(
        "UPDATE webhooks SET old_secret = secret, old_until = ?, secret = ? WHERE id = ?",
        ...[now + SECRET_OVERLAP, secret, id],
      );
    });
    return { ...(await this.get(owner, id)), secret };
  }

  /** Sends again to a webhook that was stopped, beginning with what waits. The count of what it missed starts anew. */
  async resume(owner: Address, id: string, now: number): Promise<Webhook> {
    await this.#db.atomically(async (db) => {
      await requireOwn(db, owner, id);
      await db.run(
        `UPDATE webhooks SET stopped_at = NULL, stop_reason = NULL, failures = 0, missed = 0, missed_from = NULL
         WHERE id = ?`,
        id,
      );
      await db.run("UPDATE outbox SET next_at = ? WHERE destination = ? AND state = 'waiting'", now, `webhook:${id}`);
    });
    return this.get(owner, id);
  }

  /** Webhook and secrets for an attempt; undefined: it was removed. */
  async forAttempt(
    id: string,
    now: number,
  ): Promise<{ readonly webhook: Webhook; readonly secrets: readonly string[] } | undefined> {
    const row = await this.#db.get("SELECT * FROM webhooks WHERE id = ?", id);
    if (row === undefined) return undefined;
    const isOldValid = row.old_secret !== null && Number(row.old_until) > now;
    const secrets = [String(row.secret), ...(isOldValid ? [String(row.old_secret)] : [])];
    return { webhook: toWebhook(row), secrets };
  }

  async #allowed(text: string): Promise<string> {
    const url = this.#guard.parse(text);
    await this.#guard.check(url);
    return url.href;
  }
}

/** Every webhook that works or may work again, as a part of a transaction. */
export async function allWebhooks(db: Database): Promise<readonly Webhook[]> {
  return (await db.all("SELECT * FROM webhooks ORDER BY created_at, id")).map(toWebhook);
}

/** Which events a webhook is told. */
export function filterOf({ types, index, account, owner }: Webhook): EventFilter {
  return { types, reader: owner, index: index ?? undefined, account: account ?? undefined };
}

async function requireOwn(db: Database, owner: Address, id: string): Promise<Row> {
  const row = await db.get("SELECT * FROM webhooks WHERE id = ? AND owner = ?", id, owner.toLowerCase());
  if (row !== undefined) return row;
  throw new NotFoundError("Your account has no webhook of this id. GET /v1/webhooks lists those it has.");
}

const orNull = (value: unknown): number | null => (value === null ? null : Number(value));

function toWebhook(row: Row): Webhook {
  return {
    id: String(row.id),
    owner: row.owner as Address,
    url: String(row.url),
    types: JSON.parse(String(row.types)) as EventType[],
    index: row.index_address as Address | null,
    account: row.account as Address | null,
    createdAt: Number(row.created_at),
    afterSeq: Number(row.after_seq),
    failures: Number(row.failures),
    stoppedAt: orNull(row.stopped_at),
    stopReason: row.stop_reason === null ? null : String(row.stop_reason),
    missed: Number(row.missed),
    missedFrom: orNull(row.missed_from),
  };
}
