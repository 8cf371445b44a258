/** One line of what was measured. */
export interface Line {
  readonly name: string;
  readonly measured: string;
  /** Words of the budget; undefined: it is only reported. */
  readonly budget?: string;
  /** Whether it is within its budget. */
  readonly ok?: boolean;
}

/** The value below which `part` of the values lie, itself one of them. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
  if (found === undefined) throw new Error("nothing was measured");
  return found;
}

/** Median and p95 of durations {ms}. */
export function spread(values: readonly number[]): string {
  const [middle, late] = [quantile(values, 0.5), quantile(values, 0.95)];
  return `median ${middle.toFixed(0)} ms, p95 ${late.toFixed(0)} ms`;
}

/** {bytes} in thousands. */
export function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}

export function print({ name, measured, budget = "", ok }: Line): void {
  const verdict = ok === undefined ? "" : ok ? "ok" : "missed";
  console.log(`${name.padEnd(44)}${measured.padStart(44)}   ${budget.padEnd(16)}${verdict}`.trimEnd());
}
