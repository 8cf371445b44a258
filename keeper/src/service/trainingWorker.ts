// The thread of trainingThread.ts: trains once, hands the state over, and ends.
import { parentPort, workerData } from "node:worker_threads";
import { train } from "../training/train.ts";

parentPort?.postMessage(train(...(workerData as Parameters<typeof train>)));
