import { dollars } from "./batches.ts";
import type { BatchNote, Desk, Products } from "./products.ts";
import { formatTable } from "./table.ts";

/** The products' part of the closing report: what batches did, what saving came to, how near the plan is. */
export function productLines({ desks, saver, planTable }: Products): string[] {
  return [
    "Batches of deposits: what was asked for, and what became of it",
    ...formatTable([
      ["index", "batches", "asked for", "crossed at NAV", "filled", "sent back"],
      ...desks.filter(({ batches }) => batches.length > 0).map(rowOf),
    ]),
    ...(saver?.outcome === undefined ? [] : ["", saver.outcome]),
    ...(planTable.length === 0 ? [] : ["", ...planTable]),
  ];
}

function rowOf({ index, batches }: Desk): string[] {
  const sum = (pick: (note: BatchNote) => bigint): string =>
    dollars(batches.reduce((all, note) => all + pick(note), 0n));
  return [
    index.name,
    `${batches.length}`,
    sum(({ assets }) => assets),
    sum(({ crossed }) => crossed),
    sum(({ delivered }) => delivered),
    sum(({ refunded }) => refunded),
  ];
}
