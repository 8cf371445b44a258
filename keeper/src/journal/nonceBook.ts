import type { Address, Hex } from "viem";
import type { Database, Row } from "./database.ts";
import type { Attempt } from "./journal.ts";

/** Which nonces the accounts of a journal hold. */
export class NonceBook {
  readonly #db: Database;

  constructor(database: Database) {
    this.#db = database;
  }

  /** The nonces that live transactions of an account hold. */
  async live(chainId: number, signer: Address): Promise<ReadonlySet<number>> {
    const rows = await this.#db.all(
      `SELECT nonce FROM transactions
       WHERE chain = ? AND signer = ? AND state IN ('SIGNED', 'BROADCAST', 'MINED')`,
      chainId,
      signer,
    );
    return new Set(rows.map(({ nonce }) => Number(nonce)));
  }

  /** The newest signed form of what was given up, by nonce, from one nonce on: nodes may still hold it. */
  async left(chainId: number, signer: Address, from: number): Promise<ReadonlyMap<number, Attempt>> {
    const rows = await this.#db.all(
      `SELECT t.nonce, a.* FROM transactions t JOIN attempts a ON a.transaction_id = t.id
       WHERE t.chain = ? AND t.signer = ? AND t.state = 'REPLACED' AND t.nonce >= ? ORDER BY t.id, a.place`,
      chainId,
      signer,
      from,
    );
    return new Map(rows.map((row) => [Number(row.nonce), toAttempt(row)]));
  }
}

/** A row of the table of attempts. */
export function toAttempt(row: Row): Attempt {
  return {
    hash: row.hash as Hex,
    kind: row.kind as Attempt["kind"],
    raw: row.raw as Hex,
    maxFee: BigInt(String(row.max_fee)),
    tip: BigInt(String(row.tip)),
  };
}
