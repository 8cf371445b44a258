import { type Address, getAddress, type Hex } from "viem";
import { getBlob } from "../../../keeper/src/journal/blobs.ts";
import type { Row, SqlValue } from "../../../keeper/src/journal/database.ts";
import { FINAL_STATES } from "../../../keeper/src/journal/schema.ts";
import type { DecisionRecord } from "../../../keeper/src/plan/record.ts";
import type { JournalReader } from "./open.ts";

/** A decision as the keeper recorded it. */
export interface StoredDecision {
  readonly hash: Hex;
  readonly record: DecisionRecord;
}

/** Where a list of decisions goes on: behind this one. */
export interface DecisionPlace {
  readonly asOf: number; // {s}
  readonly hash: Hex;
}

/** Which decisions. */
export interface DecisionFilter {
  readonly vault?: Address;
  readonly action?: DecisionRecord["action"];
  /** None that was made later. {s} */
  readonly until?: number;
}

/** The keeper's decisions, read from its journal. Nothing is ever written to it. */
export interface DecisionSource {
  byHash(hash: Hex): Promise<StoredDecision | undefined>;
  /** The decision that a vault's epoch began with; the newest of those that were made for it. */
  byEpoch(vault: Address, epoch: number): Promise<StoredDecision | undefined>;
  newest(vault: Address, until?: number): Promise<StoredDecision | undefined>;
  /** Newest first, at most `limit`, behind `after`. */
  list(filter: DecisionFilter, limit: number, after: DecisionPlace | null): Promise<readonly StoredDecision[]>;
  /** A text that decisions were made from, by its sha256; undefined: the journal does not have it. */
  text(hash: Hex): Promise<string | undefined>;
  /** What the keeper is doing, as far as it writes it down. */
  work(): Promise<KeeperWork>;
  /** Changes with every decision. */
  revision(): Promise<string>;
}

/** What a keeper writes down of its work. Times {s}. */
export interface KeeperWork {
  /** Newest decision of each index. */
  readonly newest: readonly StoredDecision[];
  readonly halts: readonly {
    readonly scope: string;
    readonly kind: string;
    readonly since: number;
    readonly reason: string;
  }[];
  /** Transactions under way. */
  readonly unfinished: readonly { readonly intent: string; readonly state: string }[];
  /** Accounts that paid for transactions. */
  readonly accounts: readonly Address[];
}

/** Decisions of one chain in a journal of the keeper, in either of its databases. */
export class JournalDecisions implements DecisionSource {
  readonly #db: Pick<JournalReader, "get" | "all">;
  readonly #chainId: number;

  constructor(database: Pick<JournalReader, "get" | "all">, chainId: number) {
    this.#db = database;
    this.#chainId = chainId;
  }

  async byHash(hash: Hex): Promise<StoredDecision | undefined> {
    const row = await this.#db.get(
      "SELECT hash, record FROM decisions WHERE hash = ? AND chain = ?",
      hash,
      this.#chainId,
    );
    return row && toDecision(row);
  }

  async byEpoch(vault: Address, epoch: number): Promise<StoredDecision | undefined> {
    const row = await this.#db.get(
      `SELECT hash, record FROM decisions WHERE chain = ? AND vault IN (?, ?) AND epoch = ? AND action = 'propose'
       ORDER BY as_of DESC, hash LIMIT 1`,
      this.#chainId,
      ...spellings(vault),
      epoch,
    );
    return row && toDecision(row);
  }

  async newest(vault: Address, until?: number): Promise<StoredDecision | undefined> {
    const [decision] = await this.list({ vault, ...(until === undefined ? {} : { until }) }, 1, null);
    return decision;
  }

  async list(filter: DecisionFilter, limit: number, after: DecisionPlace | null): Promise<readonly StoredDecision[]> {
    const conditions: string[] = ["chain = ?"];
    const values: SqlValue[] = [this.#chainId];
    const add = (condition: string, ...more: readonly SqlValue[]) => {
      conditions.push(condition);
      values.push(...more);
    };
    if (filter.vault !== undefined) add("vault IN (?, ?)", ...spellings(filter.vault));
    if (filter.action !== undefined) add("action = ?", filter.action);
    if (filter.until !== undefined) add("as_of <= ?", filter.until);
    if (after !== null) add("(as_of < ? OR (as_of = ? AND hash > ?))", after.asOf, after.asOf, after.hash);
    const rows = await this.#db.all(
      `SELECT hash, record FROM decisions WHERE ${conditions.join(" AND ")} ORDER BY as_of DESC, hash LIMIT ?`,
      ...values,
      limit,
    );
    return rows.map(toDecision);
  }

  text(hash: Hex): Promise<string | undefined> {
    return getBlob(this.#db, hash);
  }

  async work(): Promise<KeeperWork> {
    const chain = this.#chainId;
    const vaults = await this.#db.all("SELECT DISTINCT vault FROM decisions WHERE chain = ? ORDER BY vault", chain);
    const newest = await Promise.all(vaults.map(({ vault }) => this.newest(getAddress(String(vault)))));
    const halts = await this.#db.all(
      "SELECT scope, kind, since, reason FROM halts WHERE chain = ? ORDER BY since",
      chain,
    );
    const final = FINAL_STATES.map((state) => `'${state}'`).join(", ");
    const open = await this.#db.all(
      `SELECT intent, state FROM transactions WHERE chain = ? AND state NOT IN (${final}) ORDER BY id`,
      chain,
    );
    const signers = await this.#db.all(
      "SELECT DISTINCT signer FROM transactions WHERE chain = ? ORDER BY signer",
      chain,
    );
    return {
      newest: newest.filter((decision) => decision !== undefined),
      halts: halts.map((row) => ({
        scope: String(row.scope),
        kind: String(row.kind),
        since: Number(row.since),
        reason: String(row.reason),
      })),
      unfinished: open.map(({ intent, state }) => ({ intent: String(intent), state: String(state) })),
      accounts: signers.map(({ signer }) => getAddress(String(signer))),
    };
  }

  async revision(): Promise<string> {
    const row = await this.#db.get("SELECT COUNT(*) AS n, MAX(as_of) AS newest FROM decisions");
    return `${row?.n}.${row?.newest}`;
  }
}

function toDecision(row: Row): StoredDecision {
  return { hash: row.hash as Hex, record: JSON.parse(String(row.record)) as DecisionRecord };
}

/** The journal keeps an address as its keeper was configured with it. */
function spellings(address: Address): readonly [string, string] {
  return [getAddress(address), address.toLowerCase()];
}
