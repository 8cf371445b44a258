import type { Hex } from "viem";
import { canonicalJson } from "../data/canonical.ts";
import type { CosignBook } from "../journal/cosignBook.ts";
import { type DecisionRecord, decisionHash } from "../plan/record.ts";
import type { EnsembleState } from "../training/state.ts";

/** Decisions that are sent along at most; who decides daily and does nothing for longer sends a year. */
const LONGEST_HISTORY = 400;

/** Weekly trainings that are sent along at most. */
const TRAININGS = 8;

/** What another keeper needs to come to the same decision, by hash. */
export interface BundleContent {
  readonly history: readonly DecisionRecord[];
  readonly decision: readonly Hex[];
  /** Only for who trains models again. */
  readonly training: readonly Hex[];
}

/** Looks up what a decision was made from. `onChain`: hash of the decision that the vault carries. */
export async function contentOf(record: DecisionRecord, onChain: Hex, book: CosignBook): Promise<BundleContent> {
  const history = await historyOf(record, onChain, book);
  const decision = new Set<Hex>();
  // The first one is there to be recognised by its hash, not to be recomputed, when it is the one on chain.
  for (const item of [...history.filter((earlier) => decisionHash(earlier) !== onChain), record]) {
    decision.add(item.inputs.vault);
    for (const hash of await snapshotHashes(item.inputs.market, book)) decision.add(hash);
  }
  return { history, decision: [...decision], training: await trainingHashes(record.model.hash, book) };
}

/** The decisions that led to what this one remembers, oldest first, back to the one on chain or as far as is known. */
async function historyOf(record: DecisionRecord, onChain: Hex, book: CosignBook): Promise<readonly DecisionRecord[]> {
  const history: DecisionRecord[] = [];
  let next = record;
  while (history.length < LONGEST_HISTORY && decisionHash(next) !== onChain) {
    const before = await book.before(record.chainId, record.vault, next.asOf);
    if (before === undefined || canonicalJson(before.memory.after) !== canonicalJson(next.memory.before)) break;
    history.unshift(before);
    next = before;
  }
  return history;
}

async function snapshotHashes(manifest: Hex, book: CosignBook): Promise<readonly Hex[]> {
  const { months } = JSON.parse(await book.requireText(manifest)) as { readonly months: readonly Hex[] };
  return [manifest, ...months];
}

async function trainingHashes(state: Hex | null, book: CosignBook): Promise<readonly Hex[]> {
  const hashes: Hex[] = [];
  for (let week = 0, hash = state; hash !== null && week < TRAININGS; week++) {
    const { inputs, labels, previous } = JSON.parse(await book.requireText(hash)) as EnsembleState;
    hashes.push(hash, labels, ...(await snapshotHashes(inputs, book)));
    hash = previous;
  }
  return [...new Set(hashes)];
}
