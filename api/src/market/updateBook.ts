import type { Hex } from "viem";
import type { MarketSnapshot } from "../../../keeper/src/data/snapshot.ts";
import { type Day, lastCompleteDay } from "../../../keeper/src/data/time.ts";
import type { Policy } from "../../../keeper/src/plan/policy.ts";
import type { DecisionRecord } from "../../../keeper/src/plan/record.ts";
import { prepareMarket } from "../../../keeper/src/training/sentimentHead.ts";
import type { EnsembleState } from "../../../keeper/src/training/state.ts";
import type { DecisionPlace, DecisionSource, StoredDecision } from "../decisions/decisions.ts";
import { type DayHead, gradeDay } from "./gradeDay.ts";
import type { MarketStore } from "./marketStore.ts";

/** Gives back what a decision was made from, with every hash checked; the keeper's journal does. */
export interface InputsReader {
  inputs(record: DecisionRecord): Promise<{
    readonly market: MarketSnapshot;
    readonly policy: Policy;
    readonly model: EnsembleState | null;
  }>;
}

const PAGE = 50;

/** One decision that stands for a day. */
interface Candidate {
  readonly day: Day;
  readonly hash: Hex;
  readonly asOf: number;
  readonly hasModel: boolean;
}

/**
 * Grades every day that has a decision and is younger than the newest one in the store, oldest first. The first decision of
 * a day that was made with a model stands for it, else the first one; the newest day is graded again when a model has come.
 * Returns the days that were graded.
 */
export async function updateBook(
  decisions: Pick<DecisionSource, "list" | "byHash">,
  reader: InputsReader,
  store: MarketStore,
  tell: (head: DayHead) => void = () => {},
): Promise<readonly Day[]> {
  const newest = await store.head();
  const found = await candidates(decisions, newest?.day ?? -1);
  const graded: Day[] = [];
  for (const { hash, day, hasModel } of found) {
    if (newest !== undefined && day === newest.day && (newest.model.hash !== null || !hasModel)) continue;
    const decision = await decisions.byHash(hash);
    if (decision === undefined) continue;
    const head = await gradeOne(decision, reader, store);
    graded.push(day);
    tell(head);
  }
  return graded;
}

async function gradeOne({ hash, record }: StoredDecision, reader: InputsReader, store: MarketStore): Promise<DayHead> {
  const { market, policy, model } = await reader.inputs(record);
  const before = await store.before(market.lastDay);
  const day = gradeDay({ record, decision: hash, market, model, policy, before });
  await store.save(day, prepareMarket(market, model).panel);
  return day.head;
}

/** The decision of each day from `from` on, oldest day first. */
async function candidates(decisions: Pick<DecisionSource, "list">, from: Day): Promise<readonly Candidate[]> {
  const chosen = new Map<Day, Candidate>();
  let after: DecisionPlace | null = null;
  for (;;) {
    const page: readonly StoredDecision[] = await decisions.list({}, PAGE, after);
    for (const { hash, record } of page) {
      const { asOf, model } = record;
      const candidate = { day: lastCompleteDay(asOf), hash, asOf, hasModel: model.hash !== null };
      if (candidate.day < from) return ascending(chosen);
      const other = chosen.get(candidate.day);
      if (other === undefined || isBetter(candidate, other)) chosen.set(candidate.day, candidate);
    }
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined) return ascending(chosen);
    after = { asOf: last.record.asOf, hash: last.hash };
  }
}

function isBetter(a: Candidate, b: Candidate): boolean {
  if (a.hasModel !== b.hasModel) return a.hasModel;
  return a.asOf === b.asOf ? a.hash < b.hash : a.asOf < b.asOf;
}

function ascending(chosen: ReadonlyMap<Day, Candidate>): readonly Candidate[] {
  return [...chosen.values()].sort((a, b) => a.day - b.day);
}
