import { type Address, formatUnits } from "viem";
import { isoTime } from "../http/schemas.ts";
import type { IndexGains } from "./gains.ts";
import { costLeft, gainOf, sharesLeft, valueAt } from "./lots.ts";

const COLUMNS = [
  "status",
  "index",
  "symbol",
  "shares",
  "acquired_as",
  "acquired_at",
  "acquired_tx",
  "disposed_as",
  "disposed_at",
  "disposed_tx",
  "cost_usd",
  "proceeds_usd",
  "gain_usd",
] as const;

type Cell = string | null;

/**
 * One field of RFC 4180. Whoever makes an index names it: what a spreadsheet would take for a formula gets an apostrophe, numbers
 * aside.
 */
function field(cell: Cell): string {
  const text = cell ?? "";
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const decimal = (raw: bigint | null): Cell => (raw === null ? null : formatUnits(raw, 18));

function minus(a: bigint | null, b: bigint | null): bigint | null {
  return a === null || b === null ? null : a - b;
}

function rowsOf({ vault, symbol, gains, nav }: IndexGains): Cell[][] {
  const head = (status: string, shares: bigint): Cell[] => [status, vault satisfies Address, symbol, decimal(shares)];
  const closed = gains.disposals.flatMap(({ movement, matches, unmatched }) => {
    const gone = [movement.kind, isoTime(movement.time), movement.transaction];
    const rows = matches.map((match): Cell[] => {
      const { origin, shares, cost, proceeds } = match;
      const came = [origin.kind, isoTime(origin.time), origin.transaction];
      const sums = [cost, proceeds, gainOf(match)].map(decimal);
      return [...head(movement.kind === "sold" ? "realised" : "sent", shares), ...came, ...gone, ...sums];
    });
    if (unmatched === 0n) return rows;
    return [...rows, [...head("unmatched", unmatched), null, null, null, ...gone, null, null, null]];
  });
  const open = gains.lots.map((lot): Cell[] => {
    const { origin } = lot;
    const [shares, cost] = [sharesLeft(lot), costLeft(lot)];
    const value = valueAt(shares, nav);
    const came = [origin.kind, isoTime(origin.time), origin.transaction];
    return [...head("held", shares), ...came, null, null, null, ...[cost, value, minus(value, cost)].map(decimal)];
  });
  return [...closed, ...open];
}

/**
 * Gains as a table for a spreadsheet or a tax program: a line for each part of a lot that was sold or sent, then a line for each lot
 * that is held, valued at NAV. An empty field is not known.
 */
export function gainsCsv(indices: readonly IndexGains[]): string {
  const lines = [[...COLUMNS], ...indices.flatMap(rowsOf)].map((cells) => cells.map(field).join(","));
  return `${lines.join("\r\n")}\r\n`;
}
