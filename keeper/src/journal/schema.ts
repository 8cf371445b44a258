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

/** Where each state may lead. A block may be lost again, so that MINED may fall back to BROADCAST. */
export const TRANSITIONS: Readonly<Record<TransactionState, readonly TransactionState[]>> = {
  PLANNED: ["SIMULATED", "REVERTED", "EXPIRED", "REPLACED"],
  SIMULATED: ["SIGNED", "REVERTED", "EXPIRED", "REPLACED"],
  SIGNED: ["BROADCAST", "MINED", "REPLACED"],
  BROADCAST: ["MINED", "REPLACED"],
  MINED: ["DONE", "REVERTED", "BROADCAST", "EXPIRED"],
  DONE: [],
  REVERTED: [],
  EXPIRED: [],
  REPLACED: [],
};

/** One intent has one live row: the unique index makes a second one impossible, whatever the code does. */
export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS blobs (hash TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS states (hash TEXT PRIMARY KEY, spec TEXT NOT NULL, day INTEGER NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS states_by_spec ON states (spec, day);
  CREATE TABLE IF NOT EXISTS decisions (
    hash TEXT PRIMARY KEY, chain INTEGER NOT NULL, vault TEXT NOT NULL, epoch INTEGER NOT NULL,
    as_of INTEGER NOT NULL, action TEXT NOT NULL, record TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS decisions_by_vault ON decisions (chain, vault, as_of);
  CREATE TABLE IF NOT EXISTS transactions (
    id INTEGER PRIMARY KEY, intent TEXT NOT NULL, state TEXT NOT NULL, signer TEXT NOT NULL,
    target TEXT NOT NULL, data TEXT NOT NULL, valid_until INTEGER NOT NULL, gas TEXT, nonce INTEGER,
    mined_hash TEXT, mined_block TEXT, mined_block_hash TEXT, gas_used TEXT, gas_price TEXT, reason TEXT
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS one_live_transaction ON transactions (intent)
    WHERE state NOT IN ('REVERTED', 'EXPIRED', 'REPLACED');
  CREATE TABLE IF NOT EXISTS attempts (
    hash TEXT PRIMARY KEY, transaction_id INTEGER NOT NULL REFERENCES transactions (id), kind TEXT NOT NULL,
    raw TEXT NOT NULL, max_fee TEXT NOT NULL, tip TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS fills (
    chain INTEGER NOT NULL, vault TEXT NOT NULL, block INTEGER NOT NULL, log INTEGER NOT NULL, at INTEGER NOT NULL,
    filler TEXT NOT NULL, sold TEXT NOT NULL, bought TEXT NOT NULL, usd INTEGER NOT NULL, cost_centi_bps INTEGER NOT NULL,
    daily_volume INTEGER, expected_centi_bps INTEGER, PRIMARY KEY (chain, vault, block, log)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS fill_scans (
    chain INTEGER NOT NULL, vault TEXT NOT NULL, block INTEGER NOT NULL, PRIMARY KEY (chain, vault)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS cost_notes (
    chain INTEGER NOT NULL, vault TEXT NOT NULL, at INTEGER NOT NULL, note TEXT NOT NULL,
    PRIMARY KEY (chain, vault, at)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS lease (
    only INTEGER PRIMARY KEY CHECK (only = 1), owner TEXT NOT NULL, until INTEGER NOT NULL
  ) STRICT;
`;
