// Runs commands side by side and shows what they print as if they had run one after the other.
import { type ChildProcess, spawn } from "node:child_process";
import { styleText } from "node:util";

export interface Task {
  readonly name: string;
  readonly title: string;
  readonly command: string;
  /** Name of the task that has to be done before, where that one runs at all. */
  readonly after?: string;
}

/** What a task came to; `stopped`: we ended it, because another had failed. */
export interface Outcome {
  readonly task: Task;
  readonly code: number;
  readonly output: string;
  readonly stopped: boolean;
}

/** Seconds since a time of `performance.now()`, to read. */
export const secondsSince = (began: number): string => `${((performance.now() - began) / 1000).toFixed(1)} s`;

class Run implements Outcome {
  readonly task: Task;
  /** Resolves when the task has ended. */
  readonly ended: Promise<void>;
  output = "";
  code = 0;
  stopped = false;
  /** What it took; null: still running. */
  time: string | null = null;
  readonly #child: ChildProcess;
  #printed: number | null = null; // {characters} of the output; null: not even the title

  constructor(task: Task, onOutput: () => void) {
    this.task = task;
    const began = performance.now();
    // In a group of its own, so that what it starts ends with it.
    this.#child = spawn(task.command, { shell: true, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
        onOutput();
      });
    }
    this.ended = new Promise((resolve) => {
      this.#child.once("close", (code) => {
        this.code = code ?? 1;
        this.time = secondsSince(began);
        resolve();
      });
    });
  }

  stop(): void {
    if (this.time !== null || this.#child.pid === undefined) return;
    this.stopped = true;
    process.kill(-this.#child.pid, "SIGTERM");
  }

  /** Prints what was not printed yet. */
  print(place: string): void {
    if (this.#printed === null) console.log(styleText("bold", `\n== ${place} ${this.task.title}`));
    process.stdout.write(this.output.slice(this.#printed ?? 0));
    this.#printed = this.output.length;
    if (this.time !== null) console.log(this.stopped ? "-- stopped, because another failed" : `-- ${this.time}`);
  }
}

/**
 * Runs the tasks in their order, at most `lanes` of them at a time, always the first that can start. Of those that run, the
 * oldest prints as it goes on, the others wait for it. After a failure nothing is started and what runs is ended.
 */
export async function runInLanes(tasks: readonly Task[], lanes: number): Promise<readonly Outcome[]> {
  const waiting = [...tasks];
  const runs: Run[] = [];
  let printed = 0;
  const running = () => runs.filter(({ time }) => time === null);
  const canStart = ({ after }: Task) =>
    ![...waiting, ...running().map(({ task }) => task)].some(({ name }) => name === after);
  const stopAll = () => {
    for (const run of running()) run.stop();
  };
  const print = () => {
    for (let run = runs[printed]; run !== undefined; run = runs[++printed]) {
      run.print(`${printed + 1}/${tasks.length}`);
      if (run.time === null) return;
    }
  };
  const onSignal = () => {
    stopAll();
    process.exit(1);
  };
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);

  while (waiting.length > 0 || running().length > 0) {
    const next = running().length < lanes ? waiting.findIndex(canStart) : -1;
    const [task] = next < 0 ? [] : waiting.splice(next, 1);
    if (task !== undefined) runs.push(new Run(task, print));
    else await Promise.race(running().map(({ ended }) => ended));
    if (runs.some(({ code }) => code !== 0)) {
      waiting.length = 0;
      stopAll();
    }
    print();
  }
  process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  return runs;
}
