// The thread of grading.ts: grades every day that is new, and ends.
import { parentPort, workerData } from "node:worker_threads";
import { JournalDecisions } from "../decisions/decisions.ts";
import { openJournalReader } from "../decisions/open.ts";
import { Store } from "../store/store.ts";
import { type GradedDay, type GradingPlaces, inputsOf } from "./grading.ts";
import { MarketStore } from "./marketStore.ts";
import { updateBook } from "./updateBook.ts";

const { journal, store: path, chainId } = workerData as GradingPlaces;
const reader = openJournalReader(journal);
const store = await Store.open(path);
try {
  const decisions = new JournalDecisions(reader, chainId);
  await updateBook(decisions, inputsOf(reader), new MarketStore(store.database), ({ day, compared, model }) => {
    parentPort?.postMessage({ day, compared, spoke: model.spoke } satisfies GradedDay);
  });
} finally {
  await reader.close();
  await store.close();
}
