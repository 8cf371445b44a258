// The thread that trains for the replay, week after week, into the cache of models where the keeper finds them.
import { parentPort, workerData } from "node:worker_threads";
import type { DemoOptions } from "./options.ts";
import { trainForReplay } from "./training.ts";

await trainForReplay(workerData as DemoOptions, (trained) => parentPort?.postMessage(trained));
