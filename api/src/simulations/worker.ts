// The thread of one simulation.
import { parentPort, workerData } from "node:worker_threads";
import { KeeperError } from "../../../keeper/src/errors.ts";
import { runTask, type Task } from "./tasks.ts";

try {
  parentPort?.postMessage({ result: await runTask(workerData as Task) });
} catch (error) {
  // Words that the keeper means for people go on; others may hold paths.
  parentPort?.postMessage({ refusal: error instanceof KeeperError ? error.shortMessage : null, error });
}
