import type { Address, Hex } from "viem";
import { contentHash } from "../data/canonical.ts";
import type { LabelledHeadline } from "../data/columns.ts";
import { decodeSnapshot, type EncodedSnapshot, type MarketSnapshot } from "../data/snapshot.ts";
import { decodeVault, type VaultSnapshot } from "../data/vault.ts";
import { JournalError, NonceTakenError, SnapshotError } from "../errors.ts";
import type { CostNote } from "../plan/costRefit.ts";
import type { Policy } from "../plan/policy.ts";
import { type DecisionRecord, decisionHash, dueOf, type RecordedDue, recordText } from "../plan/record.ts";
import type { DecisionMemory } from "../signals/opinion.ts";
import { decodeLabels } from "../training/sentimentHead.ts";
import { type EnsembleState, encodeState, specHash } from "../training/state.ts";
import { getBlob, putBlobs } from "./blobs.ts";
import { CosignBook } from "./cosignBook.ts";
import type { Database, Row } from "./database.ts";
import { FillBook } from "./fillBook.ts";
import { HaltBook } from "./haltBook.ts";
import { NonceBook, toAttempt } from "./nonceBook.ts";
import { FINAL_STATES, TRANSITIONS, type TransactionState } from "./schema.ts";
import { requireRoom, SpendingBook, type SpendingLimit } from "./spending.ts";
import { openSqlite } from "./sqlite.ts";

/** One transaction that the keeper wants on chain. */
export interface JournalTransaction {
  readonly id: number;
  readonly chainId: number;
  readonly intent: string; // what it is for; one live transaction an intent
  readonly state: TransactionState;
  readonly signer: Address;
  readonly target: Address;
  readonly data: Hex;
  readonly validUntil: number; // {s} 0 = no limit
  readonly gas: bigint | null;
  readonly nonce: number | null;
  readonly minedHash: Hex | null;
  readonly minedBlock: bigint | null;
  readonly minedBlockHash: Hex | null;
  readonly gasUsed: bigint | null;
  readonly gasPrice: bigint | null; // {wei} paid
  readonly spentAt: number | null; // {s} when it was paid for
  readonly reason: string | null; // why it ended as it did
}

/** What may change with a step. */
export type TransactionUpdate = Partial<
  Pick<
    JournalTransaction,
    "gas" | "nonce" | "minedHash" | "minedBlock" | "minedBlockHash" | "gasUsed" | "gasPrice" | "spentAt" | "reason"
  >
>;

/** One signed form of a transaction. Several share a nonce: at most one of them is ever mined. */
export interface Attempt {
  readonly hash: Hex;
  readonly kind: "send" | "cancel";
  readonly raw: Hex;
  readonly maxFee: bigint; // {wei}
  readonly tip: bigint; // {wei}
}

/** What a transaction is planned from. */
export type PlannedTransaction = Pick<
  JournalTransaction,
  "chainId" | "intent" | "signer" | "target" | "data" | "validUntil"
>;

/**
 * Says whether a keeper is still the one to act, in the transaction that is about to write. Throws FenceLostError when
 * somebody else took over.
 */
export type Fence = (database: Database) => Promise<void>;

/**
 * Inputs, decisions and transactions: a SQLite file of one keeper, or a PostgreSQL database that several share. Every write
 * is stored for good when its promise is kept.
 */
export class Journal {
  readonly #db: Database;
  readonly #fence: Fence | null;
  /** What trades of the vaults cost. */
  readonly fills: FillBook;
  /** Which nonces of accounts are held. */
  readonly nonces: NonceBook;
  /** What accounts spend on gas. */
  readonly spending: SpendingBook;
  /** What was signed, and what of other keepers was checked. */
  readonly cosigned: CosignBook;

  constructor(database: Database, fence: Fence | null = null) {
    this.#db = database;
    this.#fence = fence;
    this.fills = new FillBook(database);
    this.nonces = new NonceBook(database);
    this.spending = new SpendingBook(database);
    this.cosigned = new CosignBook(database);
  }

  /** The journal in a file; `:memory:` forgets all when it is closed. */
  static async open(path: string): Promise<Journal> {
    return new Journal(await openSqlite(path));
  }

  /** The same journal for whoever may act only while `fence` says so: its writes about decisions and transactions fail after. */
  under(fence: Fence): Journal {
    return new Journal(this.#db, fence);
  }

  /** Which vaults of a chain are halted and why. */
  halts(chainId: number): HaltBook {
    return new HaltBook(this.#db, chainId);
  }

  close(): Promise<void> {
    return this.#db.close();
  }

  /** Makes `owner` the only one to work on `scope` until `now + ttl` {s}. Fails while somebody else holds the lease. */
  async acquireLease(scope: string, owner: string, now: number, ttl: number): Promise<void> {
    const taken = await this.#db.run(
      `INSERT INTO leases VALUES (?, ?, ?)
       ON CONFLICT (scope) DO UPDATE SET owner = excluded.owner, until = excluded.until
       WHERE leases.owner = excluded.owner OR leases.until <= ?`,
      scope,
      owner,
      now + ttl,
      now,
    );
    if (taken === 1) return;
    const details = { scope, owner: (await this.leaseOwner(scope)) ?? "unknown", now: String(now) };
    throw new JournalError("Another keeper works on this journal. Stop it, or wait for its lease to run out.", details);
  }

  /** Who holds the lease or held it last. */
  async leaseOwner(scope: string): Promise<string | undefined> {
    const row = await this.#db.get("SELECT owner FROM leases WHERE scope = ?", scope);
    return row === undefined ? undefined : String(row.owner);
  }

  async releaseLease(scope: string, owner: string): Promise<void> {
    await this.#db.run("DELETE FROM leases WHERE scope = ? AND owner = ?", scope, owner);
  }

  /** Stores a decision with everything it was made from, all or nothing. Returns its hash. */
  async saveDecision(record: DecisionRecord, market: EncodedSnapshot, vaultText: string): Promise<Hex> {
    const hash = decisionHash(record);
    await this.#write(async (db) => {
      await putBlobs(db, [...market.blobs, [market.hash, market.manifest], [record.inputs.vault, vaultText]]);
      const { chainId, vault, epoch, asOf, action } = record;
      const values = [hash, chainId, vault, epoch, asOf, action, recordText(record)] as const;
      await db.run("INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", ...values);
    });
    return hash;
  }

  async decision(hash: Hex): Promise<DecisionRecord | undefined> {
    const row = await this.#db.get("SELECT record FROM decisions WHERE hash = ?", hash);
    return row === undefined ? undefined : (JSON.parse(String(row.record)) as DecisionRecord);
  }

  /** Hashes of the decisions about a vault, newest first. */
  async decisions(chainId: number, vault: Address, limit = 100): Promise<readonly Hex[]> {
    const rows = await this.#db.all(
      "SELECT hash FROM decisions WHERE chain = ? AND vault = ? ORDER BY as_of DESC, hash LIMIT ?",
      chainId,
      vault,
      limit,
    );
    return rows.map((row) => row.hash as Hex);
  }

  /** Stores what a training made with everything that it was made from, all or nothing. Returns its hash. */
  async saveState(
    state: EnsembleState,
    market: EncodedSnapshot,
    labels: { readonly hash: Hex; readonly text: string },
  ): Promise<Hex> {
    const { hash, text } = encodeState(state);
    await this.#db.atomically(async (db) => {
      await putBlobs(db, [...market.blobs, [market.hash, market.manifest], [labels.hash, labels.text], [hash, text]]);
      const values = [hash, specHash(state.spec), state.day] as const;
      await db.run("INSERT INTO states VALUES (?, ?, ?) ON CONFLICT DO NOTHING", ...values);
    });
    return hash;
  }

  /** What a training made, with its hash checked. */
  async state(hash: Hex): Promise<EnsembleState> {
    const text = await this.#getBlob(hash);
    if (text === undefined || contentHash(text) !== hash) {
      throw new SnapshotError("A stored model is missing or altered. Restore the journal it belongs to.", { hash });
    }
    return JSON.parse(text) as EnsembleState;
  }

  /** The newest state of a configuration up to a day. */
  async newestState(spec: Hex, day: number): Promise<EnsembleState | undefined> {
    const row = await this.#db.get(
      "SELECT hash FROM states WHERE spec = ? AND day <= ? ORDER BY day DESC LIMIT 1",
      spec,
      day,
    );
    return row === undefined ? undefined : this.state(row.hash as Hex);
  }

  /** What a state was trained on, rebuilt from storage with every hash checked. */
  async trainingInputs(state: EnsembleState): Promise<{
    readonly market: MarketSnapshot;
    readonly labels: readonly LabelledHeadline[];
    readonly previous: EnsembleState | null;
  }> {
    const labels = await this.#getBlob(state.labels);
    if (labels === undefined || contentHash(labels) !== state.labels) {
      throw new SnapshotError("The stored labelled headlines are missing or altered.", { hash: state.labels });
    }
    return {
      market: await decodeSnapshot(state.inputs, (hash) => this.#getBlob(hash)),
      labels: decodeLabels(labels),
      previous: state.previous === null ? null : await this.state(state.previous),
    };
  }

  /** The inputs of a decision, rebuilt from storage with every hash checked. */
  async inputs(record: DecisionRecord): Promise<{
    readonly market: MarketSnapshot;
    readonly vault: VaultSnapshot;
    readonly policy: Policy;
    readonly costModel: CostNote | null;
    readonly model: EnsembleState | null;
    readonly memory: DecisionMemory;
    readonly due?: RecordedDue;
  }> {
    const vaultText = await this.#getBlob(record.inputs.vault);
    if (vaultText === undefined || contentHash(vaultText) !== record.inputs.vault) {
      throw new SnapshotError("The stored state of the vault is missing or altered.", { hash: record.inputs.vault });
    }
    const due = dueOf(record);
    return {
      market: await decodeSnapshot(record.inputs.market, (hash) => this.#getBlob(hash)),
      vault: decodeVault(vaultText),
      policy: record.policy,
      costModel: record.costModel,
      model: record.model.hash === null ? null : await this.state(record.model.hash),
      memory: record.memory.before,
      ...(due === undefined ? {} : { due }),
    };
  }

  /** Starts a transaction. Fails when its intent has one already that is alive or done. */
  plan(wanted: PlannedTransaction): Promise<JournalTransaction> {
    return this.#write(async (db) => {
      const live = await findLive(db, wanted.intent);
      if (live !== undefined) {
        const details = { intent: wanted.intent, state: live.state };
        throw new JournalError("This is being done or was done already; it is not started twice.", details);
      }
      const row = await db.get(
        `INSERT INTO transactions (chain, intent, state, signer, target, data, valid_until)
         VALUES (?, ?, 'PLANNED', ?, ?, ?, ?) RETURNING id`,
        wanted.chainId,
        wanted.intent,
        wanted.signer,
        wanted.target,
        wanted.data,
        wanted.validUntil,
      );
      return findTransaction(db, Number(row?.id));
    });
  }

  /** Records a step. Fails on a step that the states do not allow. */
  advance(id: number, state: TransactionState, update: TransactionUpdate = {}): Promise<JournalTransaction> {
    return this.#write((db) => advance(db, id, state, update));
  }

  /** Hands what nobody has signed yet to another account. Fails for anything signed. */
  adopt(id: number, signer: Address): Promise<JournalTransaction> {
    return this.#write(async (db) => {
      const adopted = await db.run(
        "UPDATE transactions SET signer = ? WHERE id = ? AND state IN ('PLANNED', 'SIMULATED')",
        signer,
        id,
      );
      if (adopted === 0) throw new JournalError("What was signed stays with its account.", { id: String(id) });
      return findTransaction(db, id);
    });
  }

  /**
   * Stores a signed form and, for the first one, the step to SIGNED, all or nothing. Throws NonceTakenError when another
   * live transaction of the account took the nonce first, SpendingCapError when another one took the rest of the limit: what
   * was signed must not be sent then.
   */
  addAttempt(id: number, attempt: Attempt, nonce: number, limit?: SpendingLimit): Promise<JournalTransaction> {
    return this.#write(async (db) => {
      const transaction = await findTransaction(db, id);
      const { chainId, signer, state } = transaction;
      if (limit !== undefined) await requireRoom(db, { transaction, attempt }, limit);
      const taken = await db.get(
        `SELECT intent FROM transactions
         WHERE chain = ? AND signer = ? AND nonce = ? AND id <> ? AND state IN ('SIGNED', 'BROADCAST', 'MINED')`,
        chainId,
        signer,
        nonce,
        id,
      );
      if (taken !== undefined) {
        const details = { signer, nonce: String(nonce), intent: String(taken.intent) };
        throw new NonceTakenError("Another transaction of the account took the nonce; the next one is tried.", details);
      }
      const place = await db.get("SELECT count(*) AS place FROM attempts WHERE transaction_id = ?", id);
      const { hash, kind, raw, maxFee, tip } = attempt;
      const values = [hash, id, Number(place?.place), kind, raw, String(maxFee), String(tip)] as const;
      await db.run("INSERT INTO attempts VALUES (?, ?, ?, ?, ?, ?, ?)", ...values);
      return state === "SIMULATED" ? advance(db, id, "SIGNED", { nonce }) : findTransaction(db, id);
    });
  }

  /** Signed forms of a transaction, oldest first. */
  async attempts(id: number): Promise<readonly Attempt[]> {
    const rows = await this.#db.all("SELECT * FROM attempts WHERE transaction_id = ? ORDER BY place", id);
    return rows.map(toAttempt);
  }

  transaction(id: number): Promise<JournalTransaction> {
    return findTransaction(this.#db, id);
  }

  /** The transaction of an intent that is alive or done, if any. */
  liveTransaction(intent: string): Promise<JournalTransaction | undefined> {
    return findLive(this.#db, intent);
  }

  /** Transactions whose intent starts with `prefix` and that are not finished, oldest first. */
  async unfinished(prefix = ""): Promise<readonly JournalTransaction[]> {
    const all = await this.transactions(prefix);
    return all.filter(({ state }) => !FINAL_STATES.includes(state));
  }

  /** All transactions whose intent starts with `prefix`, oldest first. */
  async transactions(prefix = ""): Promise<readonly JournalTransaction[]> {
    const rows = await this.#db.all(
      "SELECT * FROM transactions WHERE substr(intent, 1, ?) = ? ORDER BY id",
      prefix.length,
      prefix,
    );
    return rows.map(toTransaction);
  }

  #getBlob(hash: Hex): Promise<string | undefined> {
    return getBlob(this.#db, hash);
  }

  #write<T>(work: (db: Database) => Promise<T>): Promise<T> {
    return this.#db.atomically(async (db) => {
      await this.#fence?.(db);
      return work(db);
    });
  }
}

async function findTransaction(db: Database, id: number): Promise<JournalTransaction> {
  const row = await db.get("SELECT * FROM transactions WHERE id = ?", id);
  if (row === undefined) throw new JournalError("No such transaction.", { id: String(id) });
  return toTransaction(row);
}

async function findLive(db: Database, intent: string): Promise<JournalTransaction | undefined> {
  const row = await db.get(
    "SELECT * FROM transactions WHERE intent = ? AND state NOT IN ('REVERTED', 'EXPIRED', 'REPLACED')",
    intent,
  );
  return row === undefined ? undefined : toTransaction(row);
}

async function advance(
  db: Database,
  id: number,
  state: TransactionState,
  update: TransactionUpdate,
): Promise<JournalTransaction> {
  const before = await findTransaction(db, id);
  if (!TRANSITIONS[before.state].includes(state)) {
    const details = { from: before.state, to: state, intent: before.intent };
    throw new JournalError("A transaction cannot take this step.", details);
  }
  const next = { ...before, ...update, state };
  await db.run(
    `UPDATE transactions SET state = ?, gas = ?, nonce = ?, mined_hash = ?, mined_block = ?, mined_block_hash = ?,
     gas_used = ?, gas_price = ?, spent_at = ?, reason = ? WHERE id = ?`,
    state,
    text(next.gas),
    next.nonce,
    next.minedHash,
    text(next.minedBlock),
    next.minedBlockHash,
    text(next.gasUsed),
    text(next.gasPrice),
    next.spentAt,
    next.reason,
    id,
  );
  return next;
}

function toTransaction(row: Row): JournalTransaction {
  return {
    id: Number(row.id),
    chainId: Number(row.chain),
    intent: String(row.intent),
    state: row.state as TransactionState,
    signer: row.signer as Address,
    target: row.target as Address,
    data: row.data as Hex,
    validUntil: Number(row.valid_until),
    gas: integer(row.gas),
    nonce: row.nonce === null ? null : Number(row.nonce),
    minedHash: row.mined_hash as Hex | null,
    minedBlock: integer(row.mined_block),
    minedBlockHash: row.mined_block_hash as Hex | null,
    gasUsed: integer(row.gas_used),
    gasPrice: integer(row.gas_price),
    spentAt: row.spent_at === null ? null : Number(row.spent_at),
    reason: row.reason as string | null,
  };
}

function integer(value: Row[string] | undefined): bigint | null {
  return value === null || value === undefined ? null : BigInt(String(value));
}

function text(value: bigint | null): string | null {
  return value === null ? null : String(value);
}
