import { randomUUID } from "node:crypto";
import type { Address, Hex } from "viem";
import type { Database, Row } from "../../../keeper/src/journal/database.ts";
import type { Period } from "../../../keeper/src/schedule/calendar.ts";
import type { Migration } from "../store/store.ts";

/** Tables of this store. */
export const paperMigrations: readonly Migration[] = [
  {
    id: "paper/1",
    statements: [
      `CREATE TABLE paper_indices (
        id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL, usd BIGINT NOT NULL,
        cost_bps BIGINT NOT NULL, start_day BIGINT NOT NULL, created_at BIGINT NOT NULL)`,
      "CREATE INDEX paper_indices_owner ON paper_indices (owner, created_at, id)",
    ],
  },
];

/** What a paper index holds: fixed weights {bps}, what the keeper of an index decides, or what a document's rules want. */
export type PaperDefinition =
  | {
      readonly kind: "weights";
      readonly weights: { readonly [token: string]: number };
      readonly rebalance: Period | null;
    }
  | { readonly kind: "follow"; readonly index: Address }
  | { readonly kind: "methodology"; readonly hash: Hex };

/** A paper index of an account. */
export interface StoredPaperIndex {
  readonly id: string;
  readonly name: string;
  readonly definition: PaperDefinition;
  readonly usd: number; // whole dollars put in
  readonly costBps: number;
  readonly startDay: number; // {day}
  readonly createdAt: number; // {s}
}

/** Paper indices in the store. Each belongs to one account; nobody else sees or changes it. */
export class PaperBook {
  readonly #db: Database;

  constructor(database: Database) {
    this.#db = database;
  }

  /** Undefined: the account has `most` of them already. */
  async add(owner: Address, index: Omit<StoredPaperIndex, "id">, most: number): Promise<StoredPaperIndex | undefined> {
    const id = randomUUID();
    const { name, definition, usd, costBps, startDay, createdAt } = index;
    const changed = await this.#db.run(
      `INSERT INTO paper_indices SELECT ?, ?, ?, ?, ?, ?, ?, ?
       WHERE (SELECT COUNT(*) FROM paper_indices WHERE owner = ?) < ?`,
      ...[id, owner, name, JSON.stringify(definition), usd, costBps, startDay, createdAt, owner, most],
    );
    return changed === 1 ? { id, ...index } : undefined;
  }

  async list(owner: Address): Promise<readonly StoredPaperIndex[]> {
    const rows = await this.#db.all("SELECT * FROM paper_indices WHERE owner = ? ORDER BY created_at, id", owner);
    return rows.map(toPaperIndex);
  }

  async find(owner: Address, id: string): Promise<StoredPaperIndex | undefined> {
    const row = await this.#db.get("SELECT * FROM paper_indices WHERE owner = ? AND id = ?", owner, id);
    return row && toPaperIndex(row);
  }

  async remove(owner: Address, id: string): Promise<boolean> {
    return (await this.#db.run("DELETE FROM paper_indices WHERE owner = ? AND id = ?", owner, id)) === 1;
  }
}

function toPaperIndex(row: Row): StoredPaperIndex {
  return {
    ...{ id: String(row.id), name: String(row.name), usd: Number(row.usd), costBps: Number(row.cost_bps) },
    definition: JSON.parse(String(row.definition)) as PaperDefinition,
    ...{ startDay: Number(row.start_day), createdAt: Number(row.created_at) },
  };
}
