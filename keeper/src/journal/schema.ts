import { JournalError } from "../errors.ts";
import type { Database, Dialect, Row } from "./database.ts";

/** States of a transaction; the row is written before the step is taken. */
export const STATES = [
  "PLANNED", // what to send is fixed
  "SIMULATED", // the chain would accept it
  "SIGNED", // the raw transaction is stored, perhaps sent
  "BROADCAST", // a node has it
  "MINED", // in a block
  "DONE", // in a block that is deep enough
  "REVERTED", // refused, in a simulation or in a block
  "EXPIRED", // too late to send, or cancelled
  "REPLACED", // somebody else used the nonce or did the job
] as const;

export type TransactionState = (typeof STATES)[number];

/** States that a transaction stays in. */
export const FINAL_STATES: readonly TransactionState[] = ["DONE", "REVERTED", "EXPIRED", "REPLACED"];

/** What a transaction has whose block the chain has lost. */
export const NOT_MINED = {
  minedHash: null,
  minedBlock: null,
  minedBlockHash: null,
  gasUsed: null,
  gasPrice: null,
  spentAt: null,
} as const;

/** Where each state may lead. A block may be lost again, even a deep one: MINED and DONE may fall back to BROADCAST. */
export const TRANSITIONS: Readonly<Record<TransactionState, readonly TransactionState[]>> = {
  PLANNED: ["SIMULATED", "REVERTED", "EXPIRED", "REPLACED"],
  SIMULATED: ["SIGNED", "REVERTED", "EXPIRED", "REPLACED"],
  SIGNED: ["BROADCAST", "MINED", "REPLACED"],
  BROADCAST: ["MINED", "REPLACED"],
  MINED: ["DONE", "REVERTED", "BROADCAST", "EXPIRED"],
  DONE: ["BROADCAST", "REPLACED"],
  REVERTED: [],
  EXPIRED: [],
  REPLACED: [],
};

/** Version of the tables below and of the records in them. A journal of another version is not touched. */
const VERSION = 4;

/** States in which a nonce is taken. */
const SENT = "('SIGNED', 'BROADCAST', 'MINED')";

/** One intent has one live row, and one nonce too: the unique indices make a second one impossible, whatever the code does. */
const tables = ({ bytes, counter }: Dialect): readonly string[] => [
  `CREATE TABLE IF NOT EXISTS blobs (hash TEXT PRIMARY KEY, body ${bytes} NOT NULL)`,
  "CREATE TABLE IF NOT EXISTS states (hash TEXT PRIMARY KEY, spec TEXT NOT NULL, day BIGINT NOT NULL)",
  "CREATE INDEX IF NOT EXISTS states_by_spec ON states (spec, day)",
  `CREATE TABLE IF NOT EXISTS decisions (
    hash TEXT PRIMARY KEY, chain BIGINT NOT NULL, vault TEXT NOT NULL, epoch BIGINT NOT NULL,
    as_of BIGINT NOT NULL, action TEXT NOT NULL, record TEXT NOT NULL
  )`,
  "CREATE INDEX IF NOT EXISTS decisions_by_vault ON decisions (chain, vault, as_of)",
  `CREATE TABLE IF NOT EXISTS transactions (
    id ${counter}, chain BIGINT NOT NULL, intent TEXT NOT NULL, state TEXT NOT NULL, signer TEXT NOT NULL,
    target TEXT NOT NULL, data TEXT NOT NULL, valid_until BIGINT NOT NULL, gas TEXT, nonce BIGINT,
    mined_hash TEXT, mined_block TEXT, mined_block_hash TEXT, gas_used TEXT, gas_price TEXT, spent_at BIGINT,
    reason TEXT
  )`,
  "CREATE INDEX IF NOT EXISTS transactions_by_spending ON transactions (chain, signer, spent_at)",
  "CREATE TABLE IF NOT EXISTS accounts (chain BIGINT NOT NULL, signer TEXT NOT NULL, PRIMARY KEY (chain, signer))",
  `CREATE UNIQUE INDEX IF NOT EXISTS one_live_transaction ON transactions (intent)
    WHERE state NOT IN ('REVERTED', 'EXPIRED', 'REPLACED')`,
  `CREATE UNIQUE INDEX IF NOT EXISTS one_transaction_a_nonce ON transactions (chain, signer, nonce)
    WHERE state IN ${SENT}`,
  `CREATE TABLE IF NOT EXISTS attempts (
    hash TEXT PRIMARY KEY, transaction_id BIGINT NOT NULL REFERENCES transactions (id), place BIGINT NOT NULL,
    kind TEXT NOT NULL, raw TEXT NOT NULL, max_fee TEXT NOT NULL, tip TEXT NOT NULL
  )`,
  `CREATE TABLE IF NOT EXISTS fills (
    chain BIGINT NOT NULL, vault TEXT NOT NULL, block BIGINT NOT NULL, log BIGINT NOT NULL, at BIGINT NOT NULL,
    filler TEXT NOT NULL, sold TEXT NOT NULL, bought TEXT NOT NULL, usd BIGINT NOT NULL, cost_centi_bps BIGINT NOT NULL,
    daily_volume BIGINT, expected_centi_bps BIGINT, PRIMARY KEY (chain, vault, block, log)
  )`,
  `CREATE TABLE IF NOT EXISTS fill_scans (
    chain BIGINT NOT NULL, vault TEXT NOT NULL, block BIGINT NOT NULL, PRIMARY KEY (chain, vault)
  )`,
  `CREATE TABLE IF NOT EXISTS cost_notes (
    chain BIGINT NOT NULL, vault TEXT NOT NULL, at BIGINT NOT NULL, note TEXT NOT NULL, PRIMARY KEY (chain, vault, at)
  )`,
  `CREATE TABLE IF NOT EXISTS halts (
    chain BIGINT NOT NULL, scope TEXT NOT NULL, kind TEXT NOT NULL, since BIGINT NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (chain, scope, kind)
  )`,
  `CREATE TABLE IF NOT EXISTS halt_marks (
    chain BIGINT NOT NULL, scope TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (chain, scope, name)
  )`,
  // Decisions that this keeper signed, its own or another's: a second one of an epoch only after the first has expired.
  `CREATE TABLE IF NOT EXISTS signed (
    chain BIGINT NOT NULL, vault TEXT NOT NULL, epoch BIGINT NOT NULL, slot BIGINT NOT NULL, hash TEXT NOT NULL,
    valid_until BIGINT NOT NULL, PRIMARY KEY (chain, vault, epoch, slot)
  )`,
  // Decisions of other keepers that this one came to as well.
  `CREATE TABLE IF NOT EXISTS checked (
    hash TEXT PRIMARY KEY, chain BIGINT NOT NULL, vault TEXT NOT NULL, as_of BIGINT NOT NULL, record TEXT NOT NULL
  )`,
  "CREATE INDEX IF NOT EXISTS checked_by_vault ON checked (chain, vault, as_of)",
  "CREATE TABLE IF NOT EXISTS leases (scope TEXT PRIMARY KEY, owner TEXT NOT NULL, until BIGINT NOT NULL)",
];

/** Makes the tables that are missing. Throws JournalError for a journal of another version. */
export async function prepareSchema(database: Database, dialect: Dialect): Promise<void> {
  await database.run("CREATE TABLE IF NOT EXISTS journal (one BIGINT PRIMARY KEY, version BIGINT NOT NULL)");
  const row = await requireVersion(database);
  for (const statement of tables(dialect)) await database.run(statement);
  if (row === undefined) await database.run("INSERT INTO journal VALUES (1, ?) ON CONFLICT DO NOTHING", VERSION);
}

/** Throws JournalError for a journal of another version. What it found of a version; undefined: the journal is empty. */
export async function requireVersion(database: Pick<Database, "get">): Promise<Row | undefined> {
  const row = await database.get("SELECT version FROM journal");
  if (row === undefined || Number(row.version) === VERSION) return row;
  throw new JournalError("The journal was written by another version of the keeper. Use that one, or a new journal.", {
    journal: String(row.version),
    keeper: String(VERSION),
  });
}
