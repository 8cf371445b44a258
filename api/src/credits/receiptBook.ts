import type { UsageReceipt } from "@gimbal/sdk";
import { type Address, getAddress, type Hex } from "viem";
import type { Database, Row } from "../../../keeper/src/journal/database.ts";
import type { Migration } from "../store/store.ts";
import { ReceiptLostError } from "./errors.ts";
import { NONCES, type PassPlace, type SignedReceipt } from "./receipt.ts";

/** Tables of receipts, batches and what plans were used for. */
export const creditMigrations: readonly Migration[] = [
  {
    id: "credits/1",
    statements: [
      `CREATE TABLE credit_receipts (
        pass TEXT NOT NULL, account TEXT NOT NULL, nonce TEXT NOT NULL, id TEXT NOT NULL, asset TEXT NOT NULL,
        units BIGINT NOT NULL, valid_until BIGINT NOT NULL, signature TEXT NOT NULL, request TEXT NOT NULL,
        state TEXT NOT NULL, run TEXT NOT NULL, answers BIGINT NOT NULL, taken_at BIGINT NOT NULL,
        batch BIGINT, settled_block BIGINT, reason TEXT, PRIMARY KEY (pass, account, id, nonce))`,
      "CREATE INDEX credit_receipts_account ON credit_receipts (pass, account, state)",
      "CREATE INDEX credit_receipts_state ON credit_receipts (pass, state, valid_until)",
      "CREATE TABLE credit_batches (id INTEGER PRIMARY KEY, pass TEXT NOT NULL, made_at BIGINT NOT NULL)",
      `CREATE TABLE credit_plan_days (
        pass TEXT NOT NULL, account TEXT NOT NULL, plan TEXT NOT NULL, day BIGINT NOT NULL, used BIGINT NOT NULL,
        PRIMARY KEY (pass, account, plan, day))`,
    ],
  },
  {
    // Anybody may ask for the next nonce of anybody: no question may cost more the more an account has paid.
    id: "credits/2",
    statements: [
      "DROP INDEX credit_receipts_account",
      "CREATE INDEX credit_receipts_block ON credit_receipts (pass, account, state, settled_block)",
      "CREATE INDEX credit_receipts_held ON credit_receipts (pass, account, id, state, units)",
      `CREATE INDEX credit_receipts_nonce ON credit_receipts (pass, account, id, length(nonce), nonce)
       WHERE state <> 'returned'`,
    ],
  },
];

/**
 * Where a receipt is. taken: written down, not answered yet. owed: answered, to be settled. settling: in a batch that was
 * or is about to be sent. settled: the chain counted it. returned: the answer failed, so the receipt is as good as new.
 * lost: answered, but the chain will not count it.
 */
export type ReceiptState = "taken" | "owed" | "settling" | "settled" | "returned" | "lost";

/** Why an answered receipt brought nothing. */
export type LossReason =
  | "expired" // it was not settled in time: our fault
  | "cancelled" // its nonce was used up without it
  | "replaced" // another receipt with its nonce was settled, for less or for another asset
  | "signature" // its key was taken back
  | "balance"; // its credits went elsewhere, until it expired

/** A receipt in the book. */
export interface BookedReceipt {
  readonly receipt: SignedReceipt;
  readonly state: ReceiptState;
  readonly batch: number | null;
  readonly reason: string | null;
}

/** What became of an attempt to take a receipt. */
export type Taking =
  | { readonly kind: "taken" }
  /** The same request with the same receipt again: it is answered, and counts once. */
  | { readonly kind: "repeated" }
  /** The nonce paid for something else, or too often for this. */
  | { readonly kind: "used" }
  /** Fewer credits than it costs. */
  | { readonly kind: "short"; readonly available: bigint }
  /** Of more than one credit, while as much as the account has paid for already is not settled yet. */
  | { readonly kind: "unproven" }
  /** The node told of a block before the newest settlement: ask again. */
  | { readonly kind: "stale" };

/** What a receipt is taken by. */
export interface TakingParts {
  readonly receipt: SignedReceipt;
  /** Fingerprint of the request that it pays for. */
  readonly request: string;
  /** {credits} that the chain lets the account use, as of `block`. */
  readonly usable: bigint;
  /**
   * {credits} beyond one a receipt that an account may owe before any of its receipts was settled. An account can settle
   * another receipt with the nonce of one that is held here, for one credit: what it may gain so is bounded by this and
   * by what it has paid before.
   */
  readonly trusted: bigint;
  readonly block: number;
  readonly now: number; // {s}
}

/** {s} in which an answer that got lost on its way may be fetched again with its receipt. */
export const REPEAT_WINDOW = 600;
/** Answers to one receipt, the first included. */
export const MOST_ANSWERS = 3;

/** {s} for which a receipt that was given back is remembered: it cost nothing, so nobody may fill the store with them. */
export const RETURNED_KEPT = 3_600;

/** What a receipt is found by, once the contract is known. */
export type ReceiptKey = Pick<UsageReceipt, "account" | "id" | "nonce">;

/** What the contract adds up what was used by. */
export type UsedBy = Pick<UsageReceipt, "account" | "id" | "asset">;

/** Name of a receipt among those of a contract. */
export function nameOf({ account, id, nonce }: ReceiptKey): string {
  return `${account}/${id}/${nonce}`;
}

const KEY = "pass = ? AND account = ? AND id = ? AND nonce = ?";

/** A receipt holds credits that the chain has not counted yet, or that its account made impossible to count. */
const HOLDING = "(state IN ('taken', 'owed', 'settling', 'lost') AND (state <> 'lost' OR reason <> 'expired'))";

/**
 * Receipts in the store of the API. Every step is on disk before the next begins. Several processes may use one file: the
 * API takes and answers, the settler settles; `run` names the API's process, so that none answers for another one's.
 */
export class ReceiptBook {
  readonly #db: Database;
  readonly #place: PassPlace;
  readonly #pass: string;
  readonly #run: string;

  constructor(database: Database, place: PassPlace, run: string) {
    this.#db = database;
    this.#place = place;
    this.#pass = `${place.chainId}:${place.contract}`;
    this.#run = run;
  }

  /** Gives back what a process took that ended before it answered. Returns how many. Only for the process that answers. */
  sweep(): Promise<number> {
    return this.#db.run(
      `UPDATE credit_receipts SET state = 'returned', reason = 'the service ended before it answered'
       WHERE pass = ? AND state = 'taken' AND run <> ?`,
      this.#pass,
      this.#run,
    );
  }

  /** Writes a receipt down, if its nonce is new and the account has the credits. All or nothing. */
  take({ receipt, request, usable, trusted, block, now }: TakingParts): Promise<Taking> {
    const { account, id } = receipt;
    return this.#db.atomically(async (db): Promise<Taking> => {
      const key = this.#keyOf(receipt);
      const known = await db.get(`SELECT state, request, answers, taken_at FROM credit_receipts WHERE ${KEY}`, ...key);
      if (known !== undefined && known.state !== "returned") {
        const isSame = known.request === request && known.state !== "taken" && known.state !== "lost";
        const isInTime = now - Number(known.taken_at) <= REPEAT_WINDOW && Number(known.answers) < MOST_ANSWERS;
        if (!isSame || !isInTime) return { kind: "used" };
        await db.run(`UPDATE credit_receipts SET answers = answers + 1 WHERE ${KEY}`, ...key);
        return { kind: "repeated" };
      }
      const newest = await db.get(
        "SELECT MAX(settled_block) AS block FROM credit_receipts WHERE pass = ? AND account = ? AND state = 'settled'",
        this.#pass,
        account,
      );
      if (newest !== undefined && Number(newest.block ?? 0) > block) return { kind: "stale" };
      const available = usable - (await this.#held(db, account, id));
      if (available < BigInt(receipt.units)) return { kind: "short", available };
      if (!(await this.#isProven(db, receipt, trusted))) return { kind: "unproven" };
      const { asset, units, validUntil, signature } = receipt;
      await db.run(
        `INSERT INTO credit_receipts
           (pass, account, id, nonce, asset, units, valid_until, signature, request, state, run, answers, taken_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'taken', ?, 1, ?)
         ON CONFLICT (pass, account, id, nonce) DO UPDATE SET asset = excluded.asset, units = excluded.units,
           valid_until = excluded.valid_until, signature = excluded.signature,
           request = excluded.request, state = 'taken', run = excluded.run, answers = 1, taken_at = excluded.taken_at,
           batch = NULL, settled_block = NULL, reason = NULL`,
        ...key,
        ...[String(asset), units, validUntil, signature, request, this.#run, now],
      );
      return { kind: "taken" };
    });
  }

  /** The answer is made: from now on the receipt is owed. Before the answer leaves. Throws {@link ReceiptLostError}. */
  async answered(receipt: SignedReceipt): Promise<void> {
    const changed = await this.#db.run(
      `UPDATE credit_receipts SET state = 'owed' WHERE ${KEY} AND state = 'taken' AND run = ?`,
      ...this.#keyOf(receipt),
      this.#run,
    );
    if (changed !== 1) throw new ReceiptLostError();
  }

  /** The answer failed: the receipt is as good as new. */
  async giveBack(receipt: SignedReceipt, reason: string): Promise<void> {
    await this.#db.run(
      `UPDATE credit_receipts SET state = 'returned', reason = ? WHERE ${KEY} AND state = 'taken' AND run = ?`,
      reason,
      ...this.#keyOf(receipt),
      this.#run,
    );
  }

  /**
   * {credits} of an id that an account has used and the chain has not counted: what is on its way, and what it made
   * impossible to settle. Only receipts that expired by our own fault are forgotten.
   */
  held(account: Address, id: bigint): Promise<bigint> {
    return this.#held(this.#db, account, id);
  }

  /** The nonce behind the largest that this book has of an account and id. */
  async nextNonce(account: Address, id: bigint): Promise<bigint> {
    // As texts: the longest is the largest, and among those as long the last one in the alphabet.
    const row = await this.#db.get(
      `SELECT nonce FROM credit_receipts WHERE pass = ? AND account = ? AND id = ? AND state <> 'returned'
       ORDER BY length(nonce) DESC, nonce DESC LIMIT 1`,
      ...[this.#pass, account, String(id)],
    );
    const next = row === undefined ? 0n : BigInt(String(row.nonce)) + 1n;
    return next < NONCES ? next : 0n;
  }

  /** Counts units against a day of a plan, if so many are left. Days {day} since 1970. */
  async usePlan(account: Address, plan: bigint, day: number, units: number, most: bigint): Promise<boolean> {
    if (BigInt(units) > most) return false;
    const limit = Number(most > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : most);
    const changed = await this.#db.run(
      `INSERT INTO credit_plan_days VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (pass, account, plan, day) DO UPDATE SET used = used + excluded.used
       WHERE used + excluded.used <= ?`,
      ...[this.#pass, account, String(plan), day, units, limit],
    );
    return changed === 1;
  }

  /** Takes units of a plan back whose answer failed. */
  async returnPlan(account: Address, plan: bigint, day: number, units: number): Promise<void> {
    await this.#db.run(
      `UPDATE credit_plan_days SET used = MAX(0, used - ?)
       WHERE pass = ? AND account = ? AND plan = ? AND day = ?`,
      ...[units, this.#pass, account, String(plan), day],
    );
  }

  /** Puts the receipts that expire first into a batch, and forgets what was given back long ago. Undefined: nothing is owed but `skipped`. */
  makeBatch(most: number, now: number, skipped: ReadonlySet<string>): Promise<number | undefined> {
    return this.#db.atomically(async (db) => {
      await db.run(
        "DELETE FROM credit_receipts WHERE pass = ? AND state = 'returned' AND taken_at < ?",
        ...[this.#pass, now - RETURNED_KEPT],
      );
      const rows = await db.all(
        "SELECT account, id, nonce FROM credit_receipts WHERE pass = ? AND state = 'owed' ORDER BY valid_until, account, id, nonce",
        this.#pass,
      );
      const chosen = rows.filter((row) => !skipped.has(`${row.account}/${row.id}/${row.nonce}`)).slice(0, most);
      if (chosen.length === 0) return undefined;
      const made = await db.get(
        "INSERT INTO credit_batches (pass, made_at) VALUES (?, ?) RETURNING id",
        this.#pass,
        Math.floor(now),
      );
      const batch = Number(made?.id);
      for (const { account = "", id = "", nonce = "" } of chosen) {
        const sql = `UPDATE credit_receipts SET state = 'settling', batch = ? WHERE ${KEY}`;
        await db.run(sql, batch, this.#pass, account, id, nonce);
      }
      return batch;
    });
  }

  /** Batches with receipts whose end is not written down, oldest first. */
  async openBatches(): Promise<readonly number[]> {
    const rows = await this.#db.all(
      "SELECT DISTINCT batch FROM credit_receipts WHERE pass = ? AND state = 'settling' ORDER BY batch",
      this.#pass,
    );
    return rows.map(({ batch }) => Number(batch));
  }

  /** Receipts of a batch that are settling: those of an id and asset together, among them those of an account, by nonce. */
  async receiptsOf(batch: number): Promise<readonly SignedReceipt[]> {
    const rows = await this.#db.all(
      `SELECT * FROM credit_receipts WHERE pass = ? AND batch = ? AND state = 'settling'
       ORDER BY id, asset, account, length(nonce), nonce`,
      this.#pass,
      batch,
    );
    return rows.map((row) => this.#toReceipt(row));
  }

  /** Writes down how receipts of a batch ended. All or nothing. */
  async endBatch(batch: number, ends: readonly ReceiptEnd[]): Promise<void> {
    await this.#db.atomically(async (db) => {
      for (const { receipt, state, reason, block } of ends) {
        await db.run(
          `UPDATE credit_receipts SET state = ?, reason = ?, settled_block = ?
           WHERE ${KEY} AND state = 'settling' AND batch = ?`,
          ...[state, reason, block],
          ...this.#keyOf(receipt),
          batch,
        );
      }
    });
  }

  /** {credits} that this book has as settled for an account, an id and an asset. */
  async settledUnits({ account, id, asset }: UsedBy): Promise<bigint> {
    const row = await this.#db.get(
      `SELECT SUM(units) AS units FROM credit_receipts
       WHERE pass = ? AND account = ? AND id = ? AND asset = ? AND state = 'settled'`,
      ...[this.#pass, account, String(id), String(asset)],
    );
    return BigInt(Number(row?.units ?? 0));
  }

  /** One receipt; undefined: it was never taken. */
  async find(key: ReceiptKey): Promise<BookedReceipt | undefined> {
    const row = await this.#db.get(`SELECT * FROM credit_receipts WHERE ${KEY}`, ...this.#keyOf(key));
    if (row === undefined) return undefined;
    const reason = row.reason === null ? null : String(row.reason);
    const batch = row.batch === null ? null : Number(row.batch);
    return { receipt: this.#toReceipt(row), state: row.state as ReceiptState, batch, reason };
  }

  /** How many receipts and credits there are in each state. */
  async totals(): Promise<
    readonly { readonly state: ReceiptState; readonly receipts: number; readonly units: number }[]
  > {
    const rows = await this.#db.all(
      `SELECT state, COUNT(*) AS receipts, SUM(units) AS units FROM credit_receipts
       WHERE pass = ? GROUP BY state ORDER BY state`,
      this.#pass,
    );
    return rows.map(({ state, receipts, units }) => {
      return { state: state as ReceiptState, receipts: Number(receipts), units: Number(units) };
    });
  }

  async #held(db: Database, account: Address, id: bigint): Promise<bigint> {
    const row = await db.get(
      `SELECT SUM(units) AS units FROM credit_receipts WHERE pass = ? AND account = ? AND id = ?
       AND ${HOLDING}`,
      ...[this.#pass, account, String(id)],
    );
    return BigInt(Number(row?.units ?? 0));
  }

  /** Whether an account may owe a receipt too: one of one credit always, others as far as it has paid, and one at least. */
  async #isProven(db: Database, { account, id, units }: UsageReceipt, trusted: bigint): Promise<boolean> {
    if (units === 1) return true;
    const whose = [this.#pass, account, String(id)] as const;
    const held = await db.get(
      `SELECT SUM(units - 1) AS excess FROM credit_receipts WHERE pass = ? AND account = ? AND id = ? AND ${HOLDING}`,
      ...whose,
    );
    const excess = BigInt(Number(held?.excess ?? 0));
    const due = excess + BigInt(units - 1) - trusted;
    if (excess === 0n || due <= 0n) return true;
    // A receipt is of one credit at least: no more of them have to be looked at.
    const settled = await db.get(
      `SELECT SUM(units) AS paid FROM (SELECT units FROM credit_receipts
       WHERE pass = ? AND account = ? AND id = ? AND state = 'settled' LIMIT ?)`,
      ...[...whose, Number(due)],
    );
    return due <= BigInt(Number(settled?.paid ?? 0));
  }

  #keyOf({ account, id, nonce }: ReceiptKey): readonly [string, string, string, string] {
    return [this.#pass, account, String(id), String(nonce)];
  }

  #toReceipt(row: Row): SignedReceipt {
    return {
      ...this.#place,
      account: getAddress(String(row.account)),
      id: BigInt(String(row.id)),
      asset: BigInt(String(row.asset)),
      nonce: BigInt(String(row.nonce)),
      units: Number(row.units),
      validUntil: Number(row.valid_until),
      signature: row.signature as Hex,
    };
  }
}

/** How a receipt of a batch ended. `owed`: it is tried again in a later batch. */
export interface ReceiptEnd {
  readonly receipt: SignedReceipt;
  readonly state: "settled" | "owed" | "lost";
  readonly reason: string | null;
  /** At which the chain had counted it. */
  readonly block: number | null;
}
