import type { Hash } from "viem";

const LOGS = 100_000;

type OfBlock = { readonly block: { readonly number: bigint; readonly timestamp: bigint } };
type OfLog = OfBlock & { readonly transaction: { readonly hash: Hash }; readonly log: { readonly logIndex: number } };

/** Block and time {s} of an event. */
export function momentOf({ block }: OfBlock): { block: number; time: number } {
  return { block: Number(block.number), time: Number(block.timestamp) };
}

/** Block, time {s} and transaction of an event. */
export function stampOf(event: OfLog): { block: number; time: number; transaction: Hash } {
  return { ...momentOf(event), transaction: event.transaction.hash };
}

/** Id and stamp of an event's row: the id is block * 100,000 + number of the log. */
export function rowOf(event: OfLog): { id: number; block: number; time: number; transaction: Hash } {
  return { id: Number(event.block.number) * LOGS + event.log.logIndex, ...stampOf(event) };
}

/** A contract's answer as JSON keeps it: whole numbers beyond JavaScript's as strings. */
export function plain(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}
