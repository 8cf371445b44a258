import { Simulator } from "./simulator.ts";
import { type BacktestResult, type RebalanceResult, runTask, type Task } from "./tasks.ts";

const done = new Map<string, ReturnType<typeof runTask>>();

/** Each task is run once: the same one takes a second whoever asks. */
function once(task: Task): ReturnType<typeof runTask> {
  const key = JSON.stringify(task);
  const result = done.get(key) ?? runTask(task);
  done.set(key, result);
  return result;
}

/** The simulations' own functions in the test's thread: one of their own takes seconds to start. */
export class SimulatorWithoutThread extends Simulator {
  override rebalance = (task: Task & { kind: "rebalance" }) => once(task) as Promise<RebalanceResult>;
  override backtest = (task: Task & { kind: "backtest" }) => once(task) as Promise<BacktestResult>;
}
