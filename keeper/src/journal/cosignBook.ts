import { type Address, getAddress, type Hex } from "viem";
import { JournalError } from "../errors.ts";
import { type DecisionRecord, decisionHash, recordText } from "../plan/record.ts";
import { getBlob, putBlobs } from "./blobs.ts";
import type { Database } from "./database.ts";

/** What a signature is about to be given for. */
export interface SignedDecision {
  readonly chainId: number;
  readonly vault: Address;
  readonly epoch: number;
  readonly hash: Hex;
  readonly validUntil: number; // {s}
}

/** What this keeper signed and what it checked of others. Part of a journal. */
export class CosignBook {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Writes down that a decision is about to be signed, before the signature exists. A keeper signs one decision an epoch:
   * returns the other one while that may still be submitted at `now` {s}, and null when this one may be signed. Of two that
   * come at once the unique (chain, vault, epoch, slot) lets one through.
   */
  async claim(wanted: SignedDecision, now: number): Promise<SignedDecision | null> {
    const { chainId, epoch, hash, validUntil } = wanted;
    const vault = getAddress(wanted.vault); // an address in other letters is the same vault
    for (;;) {
      const before = await this.signed(chainId, vault, epoch);
      if (before.some((item) => item.hash === hash)) return null;
      const alive = before.find((item) => item.validUntil >= now);
      if (alive !== undefined) return alive;
      const written = await this.#db.run(
        "INSERT INTO signed VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        chainId,
        vault,
        epoch,
        before.length,
        hash,
        validUntil,
      );
      if (written === 1) return null;
    }
  }

  /** What was signed for an epoch, oldest first. */
  async signed(chainId: number, vault: Address, epoch: number): Promise<readonly SignedDecision[]> {
    const rows = await this.#db.all(
      "SELECT hash, valid_until FROM signed WHERE chain = ? AND vault = ? AND epoch = ? ORDER BY slot",
      chainId,
      getAddress(vault),
      epoch,
    );
    return rows.map((row) => ({
      chainId,
      vault,
      epoch,
      hash: row.hash as Hex,
      validUntil: Number(row.valid_until),
    }));
  }

  /** Keeps a decision of another keeper that was checked, with its inputs by hash: they need not be sent again. */
  async saveChecked(record: DecisionRecord, texts: ReadonlyMap<Hex, string>): Promise<void> {
    const { chainId, vault, asOf } = record;
    await this.#db.atomically(async (db) => {
      await putBlobs(db, texts);
      await db.run(
        "INSERT INTO checked VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        decisionHash(record),
        chainId,
        vault,
        asOf,
        recordText(record),
      );
    });
  }

  /** A decision of another keeper that was checked. */
  async checked(hash: Hex): Promise<DecisionRecord | undefined> {
    const row = await this.#db.get("SELECT record FROM checked WHERE hash = ?", hash);
    return row === undefined ? undefined : (JSON.parse(String(row.record)) as DecisionRecord);
  }

  /** The newest decision about a vault, made here or checked. */
  newest(chainId: number, vault: Address): Promise<DecisionRecord | undefined> {
    return this.before(chainId, vault, Number.MAX_SAFE_INTEGER);
  }

  /** The newest decision about a vault before `asOf` {s}, made here or checked. */
  async before(chainId: number, vault: Address, asOf: number): Promise<DecisionRecord | undefined> {
    const row = await this.#db.get(
      `SELECT record FROM (
         SELECT hash, as_of, record FROM decisions WHERE chain = ? AND vault = ? AND as_of < ?
         UNION ALL SELECT hash, as_of, record FROM checked WHERE chain = ? AND vault = ? AND as_of < ?
       ) AS known ORDER BY as_of DESC, hash LIMIT 1`,
      ...[chainId, vault, asOf, chainId, vault, asOf],
    );
    return row === undefined ? undefined : (JSON.parse(String(row.record)) as DecisionRecord);
  }

  /** Whether this keeper trained a state, or checked its training. */
  async knowsState(hash: Hex): Promise<boolean> {
    return (await this.#db.get("SELECT 1 AS known FROM states WHERE hash = ?", hash)) !== undefined;
  }

  /** A stored input by its sha256. */
  text(hash: Hex): Promise<string | undefined> {
    return getBlob(this.#db, hash);
  }

  /** Of these, the inputs that are not stored. */
  async missing(hashes: readonly Hex[]): Promise<readonly Hex[]> {
    const missing: Hex[] = [];
    for (const hash of new Set(hashes)) {
      const row = await this.#db.get("SELECT 1 AS known FROM blobs WHERE hash = ?", hash);
      if (row === undefined) missing.push(hash);
    }
    return missing;
  }

  /** An input that must be there. */
  async requireText(hash: Hex): Promise<string> {
    const text = await this.text(hash);
    if (text !== undefined) return text;
    throw new JournalError("An input of a decision is not in the journal. Restore the journal it belongs to.", {
      hash,
    });
  }
}
