import type { Progress } from "./simulate.ts";

const WIDTH = 30;

/** Where a progress bar is drawn. */
export interface ProgressTarget {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** A bar that is redrawn on a terminal, and one line every tenth elsewhere. */
export function progressBar(label: string, target: ProgressTarget): Progress {
  let shown = -1;
  return (done) => {
    const hundredths = Math.floor(100 * done + 1e-9);
    const step = target.isTTY === true ? 1 : 10;
    if (Math.floor(hundredths / step) === Math.floor(shown / step) && shown >= 0) return;
    shown = hundredths;
    const full = Math.round((WIDTH * hundredths) / 100);
    const bar = `${label} [${"#".repeat(full)}${".".repeat(WIDTH - full)}] ${String(hundredths).padStart(3)}%`;
    if (target.isTTY === true) target.write(`\r${bar}${done >= 1 ? "\n" : ""}`);
    else target.write(`${bar}\n`);
  };
}
