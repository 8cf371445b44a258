/** One thing that is measured against a target. */
export interface Benchmark {
  readonly name: string;
  /** What is wanted, in words: "<= 6 s". */
  readonly target: string;
  readonly unit: string; // of the limit and of what run returns
  readonly limit: number; // the most that is ok
  /** Prepares, measures, and returns what it measured. Throws when the result itself is wrong. */
  run(): number | Promise<number>;
}

/** What one run of a benchmark found. */
export interface Measurement {
  readonly name: string;
  readonly target: string;
  readonly unit: string;
  readonly measured: number;
  readonly ok: boolean;
}

/** Seconds that a piece of work takes. */
export function seconds(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1_000;
}
