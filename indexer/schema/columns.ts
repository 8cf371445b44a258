import type { onchainTable } from "ponder";

/** What Ponder hands to the function that names a table's columns. */
export type Columns = Parameters<Extract<Parameters<typeof onchainTable>[1], (columns: never) => unknown>>[0];

/** Which event left a row: block, {s}, hash of the transaction. */
export const stamp = (t: Columns) => ({
  block: t.int8({ mode: "number" }).notNull(),
  time: t.int8({ mode: "number" }).notNull(),
  transaction: t.hex().notNull(),
});

/** The row of one event: its id (block * 100,000 + number of the log) and its stamp. */
export const eventRow = (t: Columns) => ({ id: t.int8({ mode: "number" }).primaryKey(), ...stamp(t) });
