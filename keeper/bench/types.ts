/** One thing that is measured against a target. */
export interface Benchmark {
  readonly name: string;
  /** What is wanted, in words: "<= 6 s". */
  readonly target: string;
  readonly unit: string; // of the limit and of what run returns
  readonly limit: number; // what is still ok
  /** True for what should be large, such as a quality; otherwise small is good. */
  readonly atLeast?: boolean;
  /** Prepares, measures, and returns what it measured; null when what it needs is absent. Throws when the result is wrong. */
  run(): Measured | Promise<Measured>;
}

/** A number in the benchmark's unit, or a duration. */
export type Measured = number | Duration | null;

/** How long a piece of work took, in one unit. */
export interface Duration {
  readonly cpu: number; // of the main thread
  readonly wall: number; // on the clock
}

/** What one run of a benchmark found. */
export interface Measurement {
  readonly name: string;
  readonly target: string;
  readonly unit: string;
  readonly measured: number | null; // null: not measured
  readonly wall: number | null; // beside a duration
  readonly ok: boolean;
}

/**
 * Seconds that a piece of work takes. The main thread's own time is what counts: it is the same on a machine that is busy
 * with other things.
 */
export function seconds(work: () => void): Duration {
  const stop = startTimer();
  work();
  return stop();
}

/** Starts to measure; the function tells the seconds since. */
export function startTimer(): () => Duration {
  const start = performance.now();
  const before = process.threadCpuUsage();
  return () => {
    const { user, system } = process.threadCpuUsage(before);
    return { cpu: (user + system) / 1e6, wall: (performance.now() - start) / 1_000 };
  };
}

/** The duration in another unit. */
export function scaled({ cpu, wall }: Duration, factor: number): Duration {
  return { cpu: cpu * factor, wall: wall * factor };
}
