import type { Address, Hex } from "viem";
import type { Journal } from "../journal/journal.ts";
import type { DecisionRecord } from "../plan/record.ts";

/** Decisions that a keeper made itself or checked. */
export interface KnownDecisions {
  find(hash: Hex): Promise<DecisionRecord | undefined>;
  newest(chainId: number, vault: Address): Promise<DecisionRecord | undefined>;
}

/** Those in a journal. */
export function knownDecisions(journal: Journal): KnownDecisions {
  return {
    find: async (hash) => (await journal.cosigned.checked(hash)) ?? (await journal.decision(hash)),
    newest: (chainId, vault) => journal.cosigned.newest(chainId, vault),
  };
}
