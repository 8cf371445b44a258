// The thread that trains models again from their stored inputs and compares every byte.
import { workerData } from "node:worker_threads";
import type { Hex } from "viem";
import { Journal } from "../../../keeper/src/journal/journal.ts";
import { verifyTraining } from "../../../keeper/src/verify.ts";

const { journal: path, states } = workerData as { journal: string; states: readonly Hex[] };
const journal = new Journal(path);
for (const hash of states) verifyTraining(journal.state(hash), journal);
journal.close();
