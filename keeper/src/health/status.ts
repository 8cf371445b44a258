import type { Address } from "viem";
import { type DecisionEvent, type DueEvent, type Observer, observerOf, type RoundEvent } from "./observer.ts";

/** What is known of a vault. Times in seconds. */
export interface VaultStatus {
  readonly vault: Address;
  readonly decision: Omit<DecisionEvent, "kind" | "vault"> | null;
  readonly due: Pick<DueEvent, "at" | "reason"> | null;
  readonly lastRound: (Pick<RoundEvent, "outcome" | "reason"> & { readonly at: number }) | null;
}

/** A transaction that is under way. */
export interface OpenTransaction {
  readonly intent: string;
  readonly state: string;
}

/** What the keeper is doing. */
export interface Status {
  readonly vaults: readonly VaultStatus[];
  readonly unserved: readonly { readonly vault: Address; readonly reason: string }[];
  readonly unfinished: readonly OpenTransaction[];
}

/** What a journal knows that was not told since the start. */
export interface StatusSource {
  newestDecision(vault: Address): Promise<VaultStatus["decision"]>;
  unfinished(): Promise<readonly OpenTransaction[]>;
}

/** Remembers what was told of each vault, and asks the journal for the rest. */
export interface StatusBook {
  readonly observer: Observer;
  look(): Promise<Status>;
}

type Known = { -readonly [K in "decision" | "due" | "lastRound"]: VaultStatus[K] };

/** A status of what was told and of what `source` knows. */
export function createStatus(source: StatusSource, clock: () => number): StatusBook {
  const vaults = new Map<Address, Known>();
  let unserved: Status["unserved"] = [];
  const of = (vault: Address) => {
    const known = vaults.get(vault) ?? { decision: null, due: null, lastRound: null };
    vaults.set(vault, known);
    return known;
  };
  const observer = observerOf({
    decision: ({ kind: _, vault, ...decision }) => {
      of(vault).decision = decision;
    },
    due: ({ vault, at, reason }) => {
      of(vault).due = { at, reason };
    },
    round: ({ vault, outcome, reason }) => {
      of(vault).lastRound = { outcome, reason, at: Math.floor(clock()) };
    },
    vaults: (event) => {
      for (const vault of event.served) of(vault);
      for (const vault of vaults.keys()) if (!event.served.includes(vault)) vaults.delete(vault);
      unserved = event.unserved;
    },
  });
  const look = async () => {
    const rows = [...vaults].map(async ([vault, known]) => {
      const decision = known.decision ?? (await source.newestDecision(vault));
      return { vault, ...known, decision };
    });
    return { vaults: await Promise.all(rows), unserved, unfinished: await source.unfinished() };
  };
  return { observer, look };
}
