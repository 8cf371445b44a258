import type { Address } from "viem";
import { JournalError } from "../errors.ts";
import type { Database } from "./database.ts";

/** What a halt holds for: one vault, or every vault of the chain. */
export const EVERY_VAULT = "all";
export type HaltScope = Address | typeof EVERY_VAULT;

/** Every breaker of the keeper. `by-hand`: a person stopped it. */
export const HALT_KINDS = [
  "by-hand",
  "refused-proposals",
  "gas-budget",
  "share-value",
  "weight-change",
  "nodes-disagree",
  "anomalous-tokens",
  "stale-data",
] as const;
export type HaltKind = (typeof HALT_KINDS)[number];

/** The keeper decides and proposes nothing in this scope until a person clears it. */
export interface Halt {
  readonly scope: HaltScope;
  readonly kind: HaltKind;
  readonly since: number; // {s}
  readonly reason: string;
}

const PASS = "pass:";
const STRIKES = "strikes:";
const PAID_UNTIL = "paid-until";

/** Who is halted and why, and what the breakers have counted. Part of a journal; survives the process. */
export class HaltBook {
  readonly #db: Database;
  readonly #chainId: number;

  constructor(db: Database, chainId: number) {
    this.#db = db;
    this.#chainId = chainId;
  }

  /** Halts a scope. False when this breaker had stopped it before, or a person has let the next one pass. */
  halt({ scope, kind, since, reason }: Halt): Promise<boolean> {
    return this.#db.atomically(async (db) => {
      const values = [this.#chainId, scope, `${PASS}${kind}`] as const;
      const isPassed =
        (await db.run("DELETE FROM halt_marks WHERE chain = ? AND scope = ? AND name = ?", ...values)) > 0;
      if (isPassed) return false;
      const sql = "INSERT INTO halts VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
      return (await db.run(sql, this.#chainId, scope, kind, since, reason)) > 0;
    });
  }

  /** The halts of a vault, its own and those of every vault; without a vault all there are, oldest first. */
  async list(vault?: Address): Promise<readonly Halt[]> {
    const rows = await this.#db.all("SELECT * FROM halts WHERE chain = ? ORDER BY since, scope, kind", this.#chainId);
    const all = rows.map((row) => ({
      scope: row.scope as HaltScope,
      kind: row.kind as HaltKind,
      since: Number(row.since),
      reason: String(row.reason),
    }));
    return vault === undefined ? all : all.filter(({ scope }) => scope === vault || scope === EVERY_VAULT);
  }

  /**
   * Ends all halts of a scope, and returns them. Whoever clears has looked: what tripped may pass once more, counts begin anew,
   * and gas that was paid until now counts no more. Throws JournalError when the scope is not halted.
   */
  clear(scope: HaltScope): Promise<readonly Halt[]> {
    return this.#db.atomically(async (db) => {
      const cleared = (await this.#listOn(db)).filter((halt) => halt.scope === scope);
      if (cleared.length === 0) throw new JournalError("This is not halted. See `gimbal-keeper halts`.", { scope });
      await db.run("DELETE FROM halts WHERE chain = ? AND scope = ?", this.#chainId, scope);
      const marks = "DELETE FROM halt_marks WHERE chain = ? AND scope = ? AND substr(name, 1, ?) = ?";
      await db.run(marks, this.#chainId, scope, STRIKES.length, STRIKES);
      for (const { kind } of cleared) {
        const passes = ["share-value", "weight-change", "anomalous-tokens"].includes(kind);
        if (passes) await this.#set(db, scope, `${PASS}${kind}`, "1");
        if (kind !== "gas-budget") continue;
        const row = await db.get("SELECT max(id) AS id FROM transactions WHERE chain = ?", this.#chainId);
        await this.#set(db, scope, PAID_UNTIL, String(row?.id ?? 0));
      }
      return cleared;
    });
  }

  /** Counts one more time in a row. Returns how many there are now. */
  strike(scope: HaltScope, series: string): Promise<number> {
    return this.#db.atomically(async (db) => {
      const count = Number((await this.#get(db, scope, `${STRIKES}${series}`)) ?? 0) + 1;
      await this.#set(db, scope, `${STRIKES}${series}`, String(count));
      return count;
    });
  }

  /** It went well this time: the row begins anew, and a pass that was not needed is gone. */
  async forgive(scope: HaltScope, series: string): Promise<void> {
    await this.#db.run(
      "DELETE FROM halt_marks WHERE chain = ? AND scope = ? AND name IN (?, ?)",
      this.#chainId,
      scope,
      `${STRIKES}${series}`,
      `${PASS}${series}`,
    );
  }

  /** A remembered value, or null. */
  async mark(scope: HaltScope, name: string): Promise<string | null> {
    return this.#get(this.#db, scope, name);
  }

  async setMark(scope: HaltScope, name: string, value: string): Promise<void> {
    await this.#set(this.#db, scope, name, value);
  }

  /** {wei} that gas cost after `since` {s}, without what was paid before the last clear. */
  async paidSince(since: number): Promise<bigint> {
    const from = Number((await this.mark(EVERY_VAULT, PAID_UNTIL)) ?? 0);
    const rows = await this.#db.all(
      `SELECT gas_used, gas_price FROM transactions
       WHERE chain = ? AND id > ? AND spent_at > ? AND gas_used IS NOT NULL`,
      this.#chainId,
      from,
      since,
    );
    return rows.reduce((sum, row) => sum + BigInt(String(row.gas_used)) * BigInt(String(row.gas_price)), 0n);
  }

  /** Whether a vault's assets were traded after `since` {s}. */
  async wasFilled(vault: Address, since: number): Promise<boolean> {
    const sql = "SELECT 1 FROM fills WHERE chain = ? AND vault = ? AND at > ? LIMIT 1";
    return (await this.#db.get(sql, this.#chainId, vault, since)) !== undefined;
  }

  async #listOn(db: Database): Promise<readonly Halt[]> {
    return new HaltBook(db, this.#chainId).list();
  }

  async #get(db: Database, scope: HaltScope, name: string): Promise<string | null> {
    const sql = "SELECT value FROM halt_marks WHERE chain = ? AND scope = ? AND name = ?";
    const row = await db.get(sql, this.#chainId, scope, name);
    return row === undefined ? null : String(row.value);
  }

  async #set(db: Database, scope: HaltScope, name: string, value: string): Promise<void> {
    await db.run(
      `INSERT INTO halt_marks VALUES (?, ?, ?, ?)
       ON CONFLICT (chain, scope, name) DO UPDATE SET value = excluded.value`,
      this.#chainId,
      scope,
      name,
      value,
    );
  }
}
