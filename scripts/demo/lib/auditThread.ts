// The thread that makes decisions and models again from their stored inputs and compares every byte. What differs is thrown,
// which ends the thread and reaches who waits for it.
import { parentPort, workerData } from "node:worker_threads";
import { Journal } from "../../../keeper/src/journal/journal.ts";
import { verifyDecision, verifyTraining } from "../../../keeper/src/verify.ts";
import type { Question } from "./audit.ts";

const { journal: path } = workerData as { journal: string };
const journal = await Journal.open(path);

parentPort?.on("message", async (question: Question) => {
  if ("decision" in question) await verifyDecision(question.decision, journal, undefined, "stored");
  else await verifyTraining(await journal.state(question.models), journal);
  parentPort?.postMessage("equal");
});
