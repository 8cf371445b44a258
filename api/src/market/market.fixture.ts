import { createSimulation } from "../../../keeper/src/data/simulation.ts";
import { captureMarket, encodeSnapshot, type MarketSnapshot } from "../../../keeper/src/data/snapshot.ts";
import { DAY, dayFromIso } from "../../../keeper/src/data/time.ts";
import { encodeVault } from "../../../keeper/src/data/vault.ts";
import { newVault, seenWith, tinySpec } from "../../../keeper/src/endToEnd.fixture.ts";
import type { Database } from "../../../keeper/src/journal/database.ts";
import { Journal } from "../../../keeper/src/journal/journal.ts";
import { ModelStore } from "../../../keeper/src/journal/modelStore.ts";
import { openSqlite } from "../../../keeper/src/journal/sqlite.ts";
import { decide } from "../../../keeper/src/pipeline.ts";
import { aiPolicy, type Policy } from "../../../keeper/src/plan/policy.ts";
import type { DecisionRecord } from "../../../keeper/src/plan/record.ts";
import { type DecisionMemory, NO_MEMORY } from "../../../keeper/src/signals/opinion.ts";
import type { EnsembleState } from "../../../keeper/src/training/state.ts";
import { JournalDecisions } from "../decisions/decisions.ts";
import { Store } from "../store/store.ts";
import { MarketBook } from "./marketBook.ts";
import { MarketStore } from "./marketStore.ts";
import { updateBook } from "./updateBook.ts";

/** A simulated market of 14 coins and 3 stable tokens. An index decided on three days; one training serves two. */
export const MARKET_FIXTURE = {
  chainId: 31_337,
  basket: ["BTC", "ETH", "SIM003", "SIM004", "SIM005"],
  /** {s} of the decisions: the first two follow each other, the last one is made without a model. */
  asOf: ["2022-04-11", "2022-04-12", "2022-04-20"].map((date) => dayFromIso(date) * DAY),
  lookbackDays: 430,
} as const;

/** What one decision was made from, beside its record. */
export interface FixtureDecision {
  readonly hash: `0x${string}`;
  readonly record: DecisionRecord;
  readonly market: MarketSnapshot;
  readonly model: EnsembleState | null;
}

/** A journal in memory, and the decisions in it, oldest first. */
export interface MarketJournal {
  readonly database: Database;
  readonly journal: Journal;
  readonly decisions: readonly FixtureDecision[];
}

let made: Promise<MarketJournal> | undefined;

/** Real decisions of the keeper's pipeline, made once; nobody writes to their journal. */
export function marketJournal(): Promise<MarketJournal> {
  made ??= makeJournal();
  return made;
}

async function makeJournal(): Promise<MarketJournal> {
  const database = await openSqlite(":memory:");
  const journal = new Journal(database);
  const source = createSimulation({ seed: 5, assets: 14, from: "2021-01-01", to: "2022-06-30" });
  const models = new ModelStore(journal, null);
  const { basket, asOf: moments, lookbackDays } = MARKET_FIXTURE;
  const policy: Policy = { ...aiPolicy, ensemble: tinySpec };
  let memory: DecisionMemory = NO_MEMORY;
  const decisions: FixtureDecision[] = [];
  for (const [i, asOf] of moments.entries()) {
    const model = i === moments.length - 1 ? null : await models.stateFor(source, asOf, tinySpec);
    const market = await captureMarket(source.at(asOf), { assets: "listed", also: basket, lookbackDays });
    const first = seenWith(newVault(basket, 500_000), market);
    const vault = { ...first, block: { ...first.block, number: 100n + BigInt(i) } };
    const record = decide({ market, vault, policy, model, memory });
    memory = record.memory.after;
    const hash = await journal.saveDecision(record, encodeSnapshot(market), encodeVault(vault).text);
    decisions.push({ hash, record, market, model });
  }
  return { database, journal, decisions };
}

/** A store in a file or in memory, with every day of the fixture's journal graded, and the book over it. */
export async function gradedBook(path = ":memory:"): Promise<{
  readonly store: Store;
  readonly market: MarketBook;
  readonly source: JournalDecisions;
}> {
  const { database, journal } = await marketJournal();
  const store = await Store.open(path);
  const source = new JournalDecisions(database, MARKET_FIXTURE.chainId);
  const tables = new MarketStore(store.database);
  await updateBook(source, journal, tables);
  return { store, market: new MarketBook(tables, source, journal), source };
}
