import type { Address, Hash } from "viem";

/** A transaction that this browser sent, from the moment that it has a hash. */
export interface Activity {
  readonly hash: Hash;
  readonly chainId: number;
  readonly account: Address;
  /** What it does, in words: "Buy 2.5 GIM10". */
  readonly title: string;
  /** {s since 1970} when it was sent, by this machine; once it is in a block, the block's time. */
  readonly sentAt: number;
  readonly state: "pending" | "confirmed" | "failed";
  /** Why it failed, as a sentence. */
  readonly reason?: string | undefined;
}

/** What the list is kept in: one list for a browser, the newest first. */
const PLACE = "gimbal.activity";
const MOST = 200;

/** The list of what was sent. It survives a reload, so that a transaction is never lost from sight. */
export class ActivityLog {
  readonly #storage: Storage;
  readonly #listeners = new Set<() => void>();
  #entries: readonly Activity[];

  constructor(storage: Storage) {
    this.#storage = storage;
    this.#entries = read(storage);
  }

  /** The same array until something changes, as React wants it. */
  readonly entries = (): readonly Activity[] => this.#entries;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  add(activity: Activity): void {
    this.#set([activity, ...this.#entries.filter(({ hash }) => hash !== activity.hash)].slice(0, MOST));
  }

  /** Writes down how a transaction ended. A wallet may have replaced it by one with another hash. */
  settle(hash: Hash, outcome: Pick<Activity, "state" | "reason"> & { hash?: Hash; sentAt?: number }): void {
    this.#set(this.#entries.map((entry) => (entry.hash === hash ? { ...entry, ...outcome } : entry)));
  }

  #set(entries: readonly Activity[]): void {
    this.#entries = entries;
    this.#storage.setItem(PLACE, JSON.stringify(entries));
    for (const listener of this.#listeners) listener();
  }
}

function read(storage: Storage): readonly Activity[] {
  try {
    const value: unknown = JSON.parse(storage.getItem(PLACE) ?? "[]");
    return Array.isArray(value) ? (value as Activity[]) : [];
  } catch {
    return []; // What cannot be read is not worth a page that does not open.
  }
}
