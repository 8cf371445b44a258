import type { Address, Hash, Hex } from "viem";

/** One call as it is kept: text, because a browser's storage knows no bigints. */
export interface KeptCall {
  readonly to: Address;
  readonly data: Hex;
  /** {wei} in decimal digits */
  readonly value: string;
}

/** What it takes to follow something that is under way, also after the page was closed. */
export interface UnderWay {
  /** Several only for a batch. */
  readonly calls: readonly KeptCall[];
  /** Sent by the wallet as one (EIP-5792): the wallet is asked how it ended, not the chain. */
  readonly isBatch: boolean;
  /** Of the transaction, as soon as it is known: whatever else is sent with it takes its place. */
  readonly nonce?: number | undefined;
}

/** Something that this browser sent, from the moment that it has a name. */
export interface Activity {
  /** The hash that it was sent with, or the wallet's name of a batch. It stays, whatever becomes of the transaction. */
  readonly id: string;
  /** null: a batch that is not in a block yet. */
  readonly hash: Hash | null;
  readonly chainId: number;
  readonly account: Address;
  /** What it does, in words: "Buy 2.5 GIM10". */
  readonly title: string;
  /** {s since 1970} when it was sent, by this machine; once it is in a block, the block's time. */
  readonly sentAt: number;
  /** Failed: in a block, and refused there. Dropped: in no block, and in none to come. */
  readonly state: "pending" | "confirmed" | "failed" | "dropped";
  /** Why it failed or was dropped, as a sentence. */
  readonly reason?: string | undefined;
  /** Until it has ended. */
  readonly underWay?: UnderWay | undefined;
}

/** What the list is kept in: one list for a browser, the newest first. */
const PLACE = "gimbal.activity";
const MOST = 200;

/** The storage that a list is kept in. */
type Place = Pick<Storage, "getItem" | "setItem">;

/**
 * The list of what was sent. It survives a reload, so that a transaction is never lost from sight. All tabs of the browser have
 * one list; where nothing can be kept, each has its own.
 */
export class ActivityLog {
  readonly #storage: Place;
  readonly #listeners = new Set<() => void>();
  #entries: readonly Activity[];
  #isKept = true;

  constructor(storage: Place) {
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
    this.#set([activity, ...this.#latest().filter(({ id }) => id !== activity.id)].slice(0, MOST));
  }

  /** Takes over what another tab wrote, when the storage says under which name something changed; null: everything. */
  changed(name: string | null): void {
    if (name === null || name === PLACE) this.#show(read(this.#storage));
  }

  /** Writes down the nonce of a transaction once a node has told it. */
  numbered(id: string, nonce: number): void {
    this.#change(id, (entry) => ({ ...entry, underWay: entry.underWay && { ...entry.underWay, nonce } }));
  }

  /** Writes down how it ended. A wallet may have replaced a transaction by one with another hash. */
  settle(id: string, outcome: Pick<Activity, "state" | "reason"> & { hash?: Hash; sentAt?: number }): void {
    this.#change(id, (entry) => ({ ...entry, ...outcome, underWay: undefined }));
  }

  #change(id: string, change: (entry: Activity) => Activity): void {
    this.#set(this.#latest().map((entry) => (entry.id === id ? change(entry) : entry)));
  }

  /** What the storage has: another tab may have sent something a moment ago. */
  #latest(): readonly Activity[] {
    return this.#isKept ? read(this.#storage) : this.#entries;
  }

  #set(entries: readonly Activity[]): void {
    try {
      this.#storage.setItem(PLACE, JSON.stringify(entries));
    } catch {
      // A full or closed storage must not make a transaction look refused that was sent already.
      this.#isKept = false;
    }
    this.#show(entries);
  }

  #show(entries: readonly Activity[]): void {
    this.#entries = entries;
    for (const listener of this.#listeners) listener();
  }
}

function read(storage: Place): readonly Activity[] {
  try {
    const value: unknown = JSON.parse(storage.getItem(PLACE) ?? "[]");
    return Array.isArray(value) ? value.filter((entry): entry is Activity => typeof entry?.id === "string") : [];
  } catch {
    return []; // What cannot be read is not worth a page that does not open.
  }
}
