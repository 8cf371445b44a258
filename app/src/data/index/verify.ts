import { type Canonical, canonicalHash } from "@gimbal/sdk";
import { decisionHashOf, type GradedRecord, gradesRoot } from "@gimbal/sdk/grades";
import { type Address, type Hex, isAddressEqual } from "viem";

/** What a rebalance says of the decision behind it, as the chain carries it. */
export interface OnChain {
  readonly chainId: number;
  readonly vault: Address;
  readonly epoch: number;
  readonly decisionHash: Hex;
}

/** What recomputing came to. */
export interface Verdict {
  /** The record leads to the hash that the chain carries, and is about this rebalance. */
  readonly isTrue: boolean;
  /** keccak256 of the record's canonical text; null: the record has no such text. */
  readonly contentHash: Hex | null;
  /** Root of the tree of its grades; null: it has none. */
  readonly gradesRoot: Hex | null;
  /** What both make together; null: one is missing. */
  readonly recomputed: Hex | null;
  readonly onChain: Hex;
  /** Why it is not true, as sentences. */
  readonly faults: readonly string[];
}

/** Recomputes the hash of a decision from its record alone, and compares it with what the chain carries. Trusts no server. */
export function verify(record: unknown, onChain: OnChain): Verdict {
  const parts = partsOf(record);
  if (parts === undefined) {
    const faults = ["The record is no decision: it has no canonical text, or no grades."];
    return {
      ...{ isTrue: false, contentHash: null, gradesRoot: null, recomputed: null },
      faults,
      onChain: onChain.decisionHash,
    };
  }
  const { contentHash, root, graded } = parts;
  const recomputed = decisionHashOf(contentHash, root);
  const faults = [
    ...(recomputed === onChain.decisionHash.toLowerCase()
      ? []
      : ["The record has another hash than the vault carries."]),
    ...(graded.chainId === onChain.chainId ? [] : [`The record is about chain ${graded.chainId}.`]),
    ...(isAddressEqual(graded.vault, onChain.vault) ? [] : [`The record is about the index ${graded.vault}.`]),
    ...(graded.epoch === onChain.epoch ? [] : [`The record is about rebalance ${graded.epoch}.`]),
  ];
  const { decisionHash } = onChain;
  return { isTrue: faults.length === 0, contentHash, gradesRoot: root, recomputed, onChain: decisionHash, faults };
}

function partsOf(record: unknown): { contentHash: Hex; root: Hex; graded: GradedRecord } | undefined {
  try {
    const graded = record as GradedRecord;
    return { contentHash: canonicalHash(record as Canonical), root: gradesRoot(graded), graded };
  } catch {
    return undefined; // Whatever is wrong with it, nothing leads from it to a hash.
  }
}
