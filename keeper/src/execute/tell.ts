import type { MarketSnapshot } from "../data/snapshot.ts";
import { type Day, firstKnown } from "../data/time.ts";
import { correlate } from "../health/correlation.ts";
import type { Observer } from "../health/observer.ts";
import type { BookedFill } from "../journal/fillBook.ts";
import type { JournalTransaction } from "../journal/journal.ts";
import { type DecisionRecord, decisionHash } from "../plan/record.ts";
import { type EnsembleState, readOutcome } from "../training/state.ts";
import type { ProposalOutcome } from "./propose.ts";

/** {s} End of the last day on which any asset has a price; 0 when none has. */
export function knownUntil({ months }: Pick<MarketSnapshot, "months">): number {
  for (const { firstDay, days, assets } of months.toReversed()) {
    const last = Object.values(assets).reduce((newest, { close }) => {
      return Math.max(newest, close?.findLastIndex((price) => !Number.isNaN(price)) ?? -1);
    }, -1);
    if (last >= 0) return endOf(firstDay + Math.min(last, days - 1));
  }
  return 0;
}

function endOf(day: Day): number {
  return firstKnown(day);
}

/** What a decision says, and which models spoke for it. */
export function tellDecision(observer: Observer, record: DecisionRecord, model: EnsembleState | null): void {
  const { vault, epoch, asOf, action, lane, reasons, oneWayDriftBps: driftBps, policy } = record;
  const hash = decisionHash(record);
  correlate({ decision: hash, epoch });
  observer.tell({ kind: "decision", vault, hash, epoch, asOf, action, lane, driftBps, reasons });
  if (policy.ensemble === null) return;
  const { spoke, fittedOn } = record.model;
  const newest = model?.outcomes.at(-1);
  const neutral = newest === undefined ? Number.NaN : readOutcome(newest.ensemble).neutral;
  observer.tell({
    kind: "model",
    vault,
    spec: policy.ensemble.id,
    asOf,
    fittedUntil: fittedOn === null ? null : endOf(fittedOn),
    rankCorrelation: Number.isNaN(neutral) ? null : neutral,
    spoke,
  });
}

/** What became of a proposal, or why it did not get that far. */
export async function tellProposal(
  observer: Observer,
  { vault, epoch }: DecisionRecord,
  work: () => Promise<ProposalOutcome>,
): Promise<ProposalOutcome> {
  try {
    const outcome = await work();
    observer.tell({ kind: "proposal", vault, epoch, result: outcome.result, reason: outcome.reason });
    return outcome;
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error);
    observer.tell({ kind: "proposal", vault, epoch, result: "failed", reason });
    throw error;
  }
}

/** Fills of a vault that were booked. */
export function tellFills(observer: Observer, vault: DecisionRecord["vault"], fills: readonly BookedFill[]): void {
  for (const { usd, costCentiBps } of fills) observer.tell({ kind: "fill", vault, usd, costCentiBps });
}

/** A step of a transaction, and whether its block was lost. */
export function tellTransaction(
  observer: Observer,
  { intent, state, gasUsed, gasPrice, reason }: JournalTransaction,
  before: JournalTransaction["state"] | null,
): void {
  const isLost = state === "BROADCAST" && (before === "MINED" || before === "DONE");
  observer.tell({ kind: "transaction", intent, state, isLost, gasUsed, gasPrice, reason });
}
