import type { Hex } from "viem";
import { canonicalJson } from "../data/canonical.ts";
import { type DecisionRecord, decisionHash } from "../plan/record.ts";
import { type DecisionMemory, NO_MEMORY } from "../signals/opinion.ts";
import type { Present } from "./chainCheck.ts";
import type { KnownDecisions } from "./known.ts";
import { CosignRefusal } from "./refusal.ts";

/** `proven`: what a decision remembers follows from decisions that are known. `given`: it is taken as it is told. */
export type MemoryMode = "proven" | "given";

/** Decisions that must be recomputed so that the memory of the last one is proven, and what stays unproven, in words. */
export interface MemoryProof {
  readonly toCheck: readonly DecisionRecord[];
  readonly notes: readonly string[];
}

/**
 * Follows the memory of a decision back to one that everybody knows: the one that the vault carries on chain, which enough
 * signers signed, or one that this keeper checked since. Throws MEMORY_UNPROVEN.
 */
export async function followMemory(
  record: DecisionRecord,
  history: readonly DecisionRecord[],
  present: Present,
  known: KnownDecisions,
  mode: MemoryMode,
): Promise<MemoryProof> {
  if (mode === "given")
    return { toCheck: [], notes: ["What the decision remembers of earlier ones is taken as told."] };
  const chain = [...history, record];
  requireSameVault(chain);
  const anchors = await Promise.all(history.map((item) => isAnchor(item, present, known)));
  const anchor = anchors.lastIndexOf(true);
  for (let i = Math.max(anchor, 0); i + 1 < chain.length; i++) {
    const [before, after] = [chain[i], chain[i + 1]];
    if (before !== undefined && after !== undefined && isSame(before.memory.after, after.memory.before)) continue;
    throw unproven("The decisions that were sent along do not follow from each other.", after);
  }
  const toCheck = chain.slice(anchor + 1, -1);
  if (anchor >= 0) return { toCheck, notes: [] };
  return { toCheck, notes: await startOf(chain[0] ?? record, present, known) };
}

/** Whether a decision is one that needs no proof and is not older than the one on chain. */
async function isAnchor(record: DecisionRecord, present: Present, known: KnownDecisions): Promise<boolean> {
  const hash = decisionHash(record);
  if (hash === present.decisionHash) return true;
  if ((await known.find(hash)) === undefined) return false;
  const newest = await newestKnown(record, present, known);
  return newest === undefined || record.asOf >= newest.asOf;
}

/** The decision on chain, if it was checked here, else the newest that was. */
async function newestKnown(
  { chainId, vault }: DecisionRecord,
  { decisionHash: onChain }: Present,
  known: KnownDecisions,
): Promise<DecisionRecord | undefined> {
  return (await known.find(onChain)) ?? (await known.newest(chainId, vault));
}

/** A chain that starts with a decision nobody knows must continue what is known, or start with the vault. */
async function startOf(first: DecisionRecord, present: Present, known: KnownDecisions): Promise<readonly string[]> {
  if (present.epoch === 0 && isSame(first.memory.before, NO_MEMORY)) return [];
  const newest = await newestKnown(first, present, known);
  if (newest !== undefined) {
    if (isSame(first.memory.before, newest.memory.after)) return [];
    throw unproven("The decision remembers something else than the last one that is known led to.", first);
  }
  if (!isSame(first.memory.before, NO_MEMORY)) {
    throw unproven("The decision remembers others that were not sent along and are not known here.", first);
  }
  return ["Neither keeper knows an earlier decision about the vault: nothing is remembered."];
}

function requireSameVault(chain: readonly DecisionRecord[]): void {
  const [{ chainId, vault } = { chainId: 0, vault: "" }] = chain;
  const stranger = chain.find((item) => item.chainId !== chainId || item.vault !== vault);
  if (stranger !== undefined) throw unproven("A decision that was sent along is about another vault.", stranger);
}

function unproven(words: string, record: DecisionRecord | undefined): CosignRefusal {
  const hash: Hex | "none" = record === undefined ? "none" : decisionHash(record);
  return new CosignRefusal("MEMORY_UNPROVEN", words, { decision: hash });
}

function isSame(a: DecisionMemory, b: DecisionMemory): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
