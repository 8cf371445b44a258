// The thread that trains models again from their stored inputs and compares every byte.
import { workerData } from "node:worker_threads";
import type { Hex } from "viem";
import { Journal } from "../../../keeper/src/journal/journal.ts";
import { verifyTraining } from "../../../keeper/src/verify.ts";

const { journal: path, state } = workerData as { journal: string; state: Hex };
const journal = new Journal(path);
verifyTraining(journal.state(state), journal);
journal.close();
