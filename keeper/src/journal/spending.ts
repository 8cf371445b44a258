import type { Address } from "viem";
import { SpendingCapError } from "../errors.ts";
import type { Database, Row } from "./database.ts";
import type { Attempt, JournalTransaction } from "./journal.ts";

/** {gas} of a transaction that cancels another one: it sends nothing to its own account. */
export const CANCEL_GAS = 21_000n;

/** What an account may spend on gas. */
export interface SpendingLimit {
  readonly cap: bigint; // {wei} most within the window
  readonly since: number; // {s} when the window began
}

/** What is about to be signed: a first form of a transaction, or a further one with a higher fee. */
export interface Spending {
  readonly transaction: Pick<JournalTransaction, "id" | "chainId" | "signer" | "gas">;
  readonly attempt: Pick<Attempt, "kind" | "maxFee">;
}

/** {wei} What transactions of an account have cost since a time, and the most that its unfinished ones may still cost. */
export interface Spent {
  readonly paid: bigint;
  readonly open: bigint;
}

/** What the accounts of a journal spend on gas. */
export class SpendingBook {
  readonly #db: Database;

  constructor(database: Database) {
    this.#db = database;
  }

  /** What an account spent since a time {s}, and what it may still have to pay for. */
  async of(chainId: number, signer: Address, since: number): Promise<Spent> {
    return sum(await rowsOf(this.#db, chainId, signer, since));
  }

  /** Whether something may be signed now. Throws SpendingCapError. */
  requireRoom(spending: Spending, limit: SpendingLimit): Promise<void> {
    return this.#db.atomically((db) => requireRoom(db, spending, limit));
  }
}

/**
 * Fails when an account could spend more than its limit, if what is about to be signed cost the most that it can. Throws
 * SpendingCapError. Inside a transaction of the database nobody else can sign for the account until that one is over.
 */
export async function requireRoom(
  db: Database,
  { transaction, attempt }: Spending,
  limit: SpendingLimit,
): Promise<void> {
  const { id, chainId, signer, gas } = transaction;
  // A row that everybody writes who is about to sign for this account: in PostgreSQL the second one waits for the first.
  const lock = "INSERT INTO accounts VALUES (?, ?) ON CONFLICT (chain, signer) DO UPDATE SET signer = excluded.signer";
  await db.run(lock, chainId, signer);
  const rows = await rowsOf(db, chainId, signer, limit.since);
  const { paid, open } = sum(rows.filter((row) => Number(row.id) !== id));
  const before = sum(rows.filter((row) => Number(row.id) === id)).open;
  const now = mostOf(attempt.kind, gas, attempt.maxFee);
  const needed = now > before ? now : before; // forms of a transaction share a nonce: one of them is paid for
  if (paid + open + needed <= limit.cap) return;
  throw new SpendingCapError("The day's cap on gas is reached. Nothing was signed; it is tried again later.", {
    account: signer,
    cap: `${limit.cap} wei within 24 hours`,
    paid: `${paid} wei`,
    unfinished: `${open} wei at most`,
    needed: `${needed} wei at most`,
  });
}

/** One row a signed form of what is unfinished, and one of everything that was paid for within the window. */
function rowsOf(db: Database, chainId: number, signer: Address, since: number): Promise<readonly Row[]> {
  return db.all(
    `SELECT t.id, t.gas, t.gas_used, t.gas_price, a.kind, a.max_fee FROM transactions t
     LEFT JOIN attempts a ON a.transaction_id = t.id AND t.state IN ('SIGNED', 'BROADCAST', 'MINED')
     WHERE t.chain = ? AND t.signer = ? AND (t.state IN ('SIGNED', 'BROADCAST', 'MINED') OR t.spent_at > ?)`,
    chainId,
    signer,
    since,
  );
}

function sum(rows: readonly Row[]): Spent {
  let paid = 0n;
  const most = new Map<number, bigint>();
  for (const { id, gas, gas_used, gas_price, kind, max_fee } of rows) {
    if (kind == null) {
      paid += BigInt(String(gas_used ?? 0)) * BigInt(String(gas_price ?? 0));
    } else {
      const cost = mostOf(kind as Attempt["kind"], BigInt(String(gas ?? 0)), BigInt(String(max_fee)));
      const known = most.get(Number(id)) ?? 0n;
      most.set(Number(id), cost > known ? cost : known);
    }
  }
  return { paid, open: [...most.values()].reduce((total, cost) => total + cost, 0n) };
}

function mostOf(kind: Attempt["kind"], gas: bigint | null, maxFee: bigint): bigint {
  return (kind === "cancel" ? CANCEL_GAS : (gas ?? 0n)) * maxFee;
}
