import type { Hash } from "viem";
import type { ChainActivity } from "../../data/portfolio.ts";
import type { Activity } from "../../flow/activity.ts";

/** One line of the list, wherever it was found. */
export interface ActivityLine {
  /** Tells it from all others. */
  readonly id: string;
  /** null: there is no transaction yet. */
  readonly hash: Hash | null;
  readonly title: string;
  /** {s since 1970} */
  readonly at: number;
  readonly state: Activity["state"];
  readonly reason?: string | undefined;
}

/** "zapIn" and "lock-create" as words. */
export function kindWords(kind: string): string {
  const words = kind
    .replaceAll("-", " ")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * What this browser sent and what the chain tells, newest first, each transaction once: this browser has the better words. That
 * tokens moved goes without saying where something else is said.
 */
export function mergeActivity(
  own: readonly Activity[],
  chain: readonly ChainActivity[],
  titleOf: (entry: ChainActivity) => string,
): readonly ActivityLine[] {
  const deeds = new Map<string, ChainActivity[]>();
  for (const entry of chain) {
    const key = entry.transaction.toLowerCase();
    deeds.set(key, [...(deeds.get(key) ?? []), entry]);
  }
  const lines = new Map<string, ActivityLine>();
  for (const [key, all] of deeds) {
    const said = all.filter(({ kind }) => kind !== "transfer");
    const [first = "", ...rest] = (said.length === 0 ? all : said).map(titleOf);
    const title = [first, ...rest.map((words) => words.charAt(0).toLowerCase() + words.slice(1))].join(", ");
    const { transaction: hash, at } = all[0] as ChainActivity;
    lines.set(key, { id: key, hash, title, at, state: "confirmed" });
  }
  for (const { id: name, hash, title, sentAt, state, reason } of own) {
    const id = (hash ?? name).toLowerCase();
    lines.set(id, { id, hash, title, at: sentAt, state, reason });
  }
  return [...lines.values()].toSorted((a, b) => b.at - a.at);
}
