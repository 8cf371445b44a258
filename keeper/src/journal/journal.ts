import { DatabaseSync } from "node:sqlite";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Address, Hex } from "viem";
import { contentHash } from "../data/canonical.ts";
import type { LabelledHeadline } from "../data/columns.ts";
import { decodeSnapshot, type EncodedSnapshot, type MarketSnapshot } from "../data/snapshot.ts";
import { decodeVault, type VaultSnapshot } from "../data/vault.ts";
import { JournalError, SnapshotError } from "../errors.ts";
import type { CostNote } from "../plan/costRefit.ts";
import type { Policy } from "../plan/policy.ts";
import { type DecisionRecord, decisionHash, recordText } from "../plan/record.ts";
import type { DecisionMemory } from "../signals/opinion.ts";
import { decodeLabels } from "../training/sentimentHead.ts";
import { type EnsembleState, encodeState, specHash } from "../training/state.ts";
import { FillBook } from "./fillBook.ts";
import { FINAL_STATES, SCHEMA, TRANSITIONS, type TransactionState } from "./schema.ts";

/** One transaction that the keeper wants on chain. */
export interface JournalTransaction {
  readonly id: number;
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
  readonly reason: string | null; // why it ended as it did
}

/** What may change with a step. */
export type TransactionUpdate = Partial<
  Pick<
    JournalTransaction,
    "gas" | "nonce" | "minedHash" | "minedBlock" | "minedBlockHash" | "gasUsed" | "gasPrice" | "reason"
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

type Row = Record<string, string | number | bigint | Uint8Array | null>;

/** Of zlib: level 6 takes two and a half times as long for a twentieth less. */
const COMPRESSION = 3;

/** Inputs, decisions and transactions of a keeper in one SQLite file. Every write is on disk when the call returns. */
export class Journal {
  readonly #db: DatabaseSync;
  /** What trades of the vaults cost. */
  readonly fills: FillBook;

  constructor(path: string) {
    this.#db = new DatabaseSync(path);
    this.#db.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000;",
    );
    this.#db.exec(SCHEMA);
    this.fills = new FillBook(this.#db);
  }

  close(): void {
    this.#db.close();
  }

  /** Makes `owner` the only writer until `now + ttl` {s}. Fails while somebody else holds the lease. */
  acquireLease(owner: string, now: number, ttl: number): void {
    const taken = this.#db
      .prepare(
        `INSERT INTO lease VALUES (1, ?, ?) ON CONFLICT (only) DO UPDATE SET owner = excluded.owner, until = excluded.until
         WHERE lease.owner = excluded.owner OR lease.until <= ?`,
      )
      .run(owner, now + ttl, now);
    if (taken.changes === 1) return;
    const details = { owner: this.leaseOwner() ?? "unknown", now: String(now) };
    throw new JournalError("Another keeper works on this journal. Stop it, or wait for its lease to run out.", details);
  }

  /** Who holds the lease or held it last. */
  leaseOwner(): string | undefined {
    const row = this.#db.prepare("SELECT owner FROM lease").get();
    return row === undefined ? undefined : String(row.owner);
  }

  releaseLease(owner: string): void {
    this.#db.prepare("DELETE FROM lease WHERE owner = ?").run(owner);
  }

  /** Stores a decision with everything it was made from, all or nothing. Returns its hash. */
  saveDecision(record: DecisionRecord, market: EncodedSnapshot, vaultText: string): Hex {
    const hash = decisionHash(record);
    this.#inTransaction(() => {
      for (const [key, text] of [...market.blobs, [market.hash, market.manifest], [record.inputs.vault, vaultText]]) {
        this.#putBlob(key as Hex, text as string);
      }
      this.#db
        .prepare("INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
        .run(hash, record.chainId, record.vault, record.epoch, record.asOf, record.action, recordText(record));
    });
    return hash;
  }

  decision(hash: Hex): DecisionRecord | undefined {
    const row = this.#db.prepare("SELECT record FROM decisions WHERE hash = ?").get(hash);
    return row === undefined ? undefined : (JSON.parse(String(row.record)) as DecisionRecord);
  }

  /** Hashes of the decisions about a vault, newest first. */
  decisions(chainId: number, vault: Address, limit = 100): readonly Hex[] {
    const rows = this.#db
      .prepare("SELECT hash FROM decisions WHERE chain = ? AND vault = ? ORDER BY as_of DESC, hash LIMIT ?")
      .all(chainId, vault, limit);
    return rows.map((row) => row.hash as Hex);
  }

  /** Stores what a training made with everything that it was made from, all or nothing. Returns its hash. */
  saveState(state: EnsembleState, market: EncodedSnapshot, labels: { readonly hash: Hex; readonly text: string }): Hex {
    const { hash, text } = encodeState(state);
    this.#inTransaction(() => {
      for (const [key, body] of [...market.blobs, [market.hash, market.manifest], [labels.hash, labels.text]]) {
        this.#putBlob(key as Hex, body as string);
      }
      this.#putBlob(hash, text);
      this.#db
        .prepare("INSERT INTO states VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
        .run(hash, specHash(state.spec), state.day);
    });
    return hash;
  }

  /** What a training made, with its hash checked. */
  state(hash: Hex): EnsembleState {
    const text = this.#getBlob(hash);
    if (text === undefined || contentHash(text) !== hash) {
      throw new SnapshotError("A stored model is missing or altered. Restore the journal it belongs to.", { hash });
    }
    return JSON.parse(text) as EnsembleState;
  }

  /** The newest state of a configuration up to a day. */
  newestState(spec: Hex, day: number): EnsembleState | undefined {
    const row = this.#db
      .prepare("SELECT hash FROM states WHERE spec = ? AND day <= ? ORDER BY day DESC LIMIT 1")
      .get(spec, day);
    return row === undefined ? undefined : this.state(row.hash as Hex);
  }

  /** What a state was trained on, rebuilt from storage with every hash checked. */
  trainingInputs(state: EnsembleState): {
    readonly market: MarketSnapshot;
    readonly labels: readonly LabelledHeadline[];
    readonly previous: EnsembleState | null;
  } {
    const labels = this.#getBlob(state.labels);
    if (labels === undefined || contentHash(labels) !== state.labels) {
      throw new SnapshotError("The stored labelled headlines are missing or altered.", { hash: state.labels });
    }
    return {
      market: decodeSnapshot(state.inputs, (hash) => this.#getBlob(hash)),
      labels: decodeLabels(labels),
      previous: state.previous === null ? null : this.state(state.previous),
    };
  }

  /** The inputs of a decision, rebuilt from storage with every hash checked. */
  inputs(record: DecisionRecord): {
    readonly market: MarketSnapshot;
    readonly vault: VaultSnapshot;
    readonly policy: Policy;
    readonly costModel: CostNote | null;
    readonly model: EnsembleState | null;
    readonly memory: DecisionMemory;
  } {
    const vaultText = this.#getBlob(record.inputs.vault);
    if (vaultText === undefined || contentHash(vaultText) !== record.inputs.vault) {
      throw new SnapshotError("The stored state of the vault is missing or altered.", { hash: record.inputs.vault });
    }
    return {
      market: decodeSnapshot(record.inputs.market, (hash) => this.#getBlob(hash)),
      vault: decodeVault(vaultText),
      policy: record.policy,
      costModel: record.costModel,
      model: record.model.hash === null ? null : this.state(record.model.hash),
      memory: record.memory.before,
    };
  }

  /** Starts a transaction. Fails when its intent has one already that is alive or done. */
  plan(wanted: Pick<JournalTransaction, "intent" | "signer" | "target" | "data" | "validUntil">): JournalTransaction {
    const live = this.liveTransaction(wanted.intent);
    if (live !== undefined) {
      const details = { intent: wanted.intent, state: live.state };
      throw new JournalError("This is being done or was done already; it is not started twice.", details);
    }
    const { lastInsertRowid } = this.#db
      .prepare(
        "INSERT INTO transactions (intent, state, signer, target, data, valid_until) VALUES (?, 'PLANNED', ?, ?, ?, ?)",
      )
      .run(wanted.intent, wanted.signer, wanted.target, wanted.data, wanted.validUntil);
    return this.transaction(Number(lastInsertRowid));
  }

  /** Records a step. Fails on a step that the states do not allow. */
  advance(id: number, state: TransactionState, update: TransactionUpdate = {}): JournalTransaction {
    const before = this.transaction(id);
    if (!TRANSITIONS[before.state].includes(state)) {
      throw new JournalError("A transaction cannot take this step.", {
        from: before.state,
        to: state,
        intent: before.intent,
      });
    }
    const next = { ...before, ...update };
    this.#db
      .prepare(
        `UPDATE transactions SET state = ?, gas = ?, nonce = ?, mined_hash = ?, mined_block = ?, mined_block_hash = ?,
         gas_used = ?, gas_price = ?, reason = ? WHERE id = ?`,
      )
      .run(
        state,
        text(next.gas),
        next.nonce,
        next.minedHash,
        text(next.minedBlock),
        next.minedBlockHash,
        text(next.gasUsed),
        text(next.gasPrice),
        next.reason,
        id,
      );
    return this.transaction(id);
  }

  /** Stores a signed form and, for the first one, the step to SIGNED, all or nothing. */
  addAttempt(id: number, attempt: Attempt, nonce: number): JournalTransaction {
    this.#inTransaction(() => {
      this.#db
        .prepare("INSERT INTO attempts VALUES (?, ?, ?, ?, ?, ?)")
        .run(attempt.hash, id, attempt.kind, attempt.raw, String(attempt.maxFee), String(attempt.tip));
      if (this.transaction(id).state === "SIMULATED") this.advance(id, "SIGNED", { nonce });
    });
    return this.transaction(id);
  }

  /** Signed forms of a transaction, oldest first. */
  attempts(id: number): readonly Attempt[] {
    const rows = this.#db.prepare("SELECT * FROM attempts WHERE transaction_id = ? ORDER BY rowid").all(id);
    return rows.map((row) => ({
      hash: row.hash as Hex,
      kind: row.kind as Attempt["kind"],
      raw: row.raw as Hex,
      maxFee: BigInt(String(row.max_fee)),
      tip: BigInt(String(row.tip)),
    }));
  }

  transaction(id: number): JournalTransaction {
    const row = this.#db.prepare("SELECT * FROM transactions WHERE id = ?").get(id);
    if (row === undefined) throw new JournalError("No such transaction.", { id: String(id) });
    return toTransaction(row);
  }

  /** The transaction of an intent that is alive or done, if any. */
  liveTransaction(intent: string): JournalTransaction | undefined {
    const row = this.#db
      .prepare("SELECT * FROM transactions WHERE intent = ? AND state NOT IN ('REVERTED', 'EXPIRED', 'REPLACED')")
      .get(intent);
    return row === undefined ? undefined : toTransaction(row);
  }

  /** Transactions that are not finished, oldest first. */
  unfinished(): readonly JournalTransaction[] {
    return this.transactions().filter(({ state }) => !FINAL_STATES.includes(state));
  }

  /** All transactions whose intent starts with `prefix`, oldest first. */
  transactions(prefix = ""): readonly JournalTransaction[] {
    const rows = this.#db
      .prepare("SELECT * FROM transactions WHERE substr(intent, 1, ?) = ? ORDER BY id")
      .all(prefix.length, prefix);
    return rows.map(toTransaction);
  }

  #putBlob(hash: Hex, body: string): void {
    const known = this.#db.prepare("SELECT 1 FROM blobs WHERE hash = ?").get(hash);
    if (known === undefined)
      this.#db.prepare("INSERT INTO blobs VALUES (?, ?)").run(hash, gzipSync(body, { level: COMPRESSION }));
  }

  #getBlob(hash: Hex): string | undefined {
    const row = this.#db.prepare("SELECT body FROM blobs WHERE hash = ?").get(hash);
    return row === undefined ? undefined : gunzipSync(row.body as Uint8Array).toString("utf8");
  }

  #inTransaction(work: () => void): void {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      work();
      this.#db.exec("COMMIT");
    } catch (error) {
      this.#db.exec("ROLLBACK");
      throw error;
    }
  }
}

function toTransaction(row: Row): JournalTransaction {
  return {
    id: Number(row.id),
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
    reason: row.reason as string | null,
  };
}

function integer(value: Row[string] | undefined): bigint | null {
  return value === null || value === undefined ? null : BigInt(String(value));
}

function text(value: bigint | null): string | null {
  return value === null ? null : String(value);
}
