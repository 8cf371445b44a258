// `npm run bench`: every benchmark in this folder, or those whose names contain one of the given words, one line each.
// With --write the measurements go to snapshots/bench.json. Each file runs in a process of its own, so that what one
// left in memory does not slow down the next.
import { spawnSync } from "node:child_process";
import { globSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import type { Benchmark, Measured, Measurement } from "./types.ts";

const FOLDER = import.meta.dirname;
const SNAPSHOT = join(FOLDER, "../../snapshots/bench.json");
const MARK = "measurement ";

/** Durations are CPU time of the main thread, with the clock's in brackets. */
function line({ name, measured, wall, unit, target, ok }: Measurement): string {
  if (measured === null) return `${name.padEnd(64)}${"not measured: its data is absent".padStart(36)}`;
  const value =
    wall === null ? `${digits(measured)} ${unit}` : `${digits(measured)} CPU ${unit} (${digits(wall)} wall)`;
  return `${name.padEnd(64)}${value.padStart(36)}   ${target.padEnd(12)}${ok ? "ok" : "missed"}`;
}

function digits(value: number): string {
  return String(rounded(value));
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

function judge({ name, target, unit, limit, atLeast }: Benchmark, found: Measured): Measurement {
  const [measured, wall] = typeof found === "object" && found !== null ? [found.cpu, found.wall] : [found, null];
  const ok = measured === null || (atLeast === true ? measured >= limit : measured <= limit);
  return { name, target, unit, measured, wall, ok };
}

/** Runs the benchmarks of one file in this process. */
async function runFile(file: string, words: readonly string[]): Promise<void> {
  const { benchmarks } = (await import(join(FOLDER, file))) as { benchmarks: readonly Benchmark[] };
  for (const benchmark of benchmarks) {
    if (words.length > 0 && !words.some((word) => `${file} ${benchmark.name}`.includes(word))) continue;
    console.log(MARK + JSON.stringify(judge(benchmark, await benchmark.run())));
  }
}

/** Runs the benchmarks of one file in a process of its own and prints a line for each. */
function runApart(file: string, words: readonly string[]): Measurement[] {
  const options = [
    "--expose-gc",
    "--disable-warning=ExperimentalWarning",
    import.meta.filename,
    "--file",
    file,
    ...words,
  ];
  const { stdout, status } = spawnSync(process.execPath, options, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`${file} failed.`);
  const lines = stdout.split("\n").filter((text) => text.startsWith(MARK));
  const measurements = lines.map((text) => JSON.parse(text.slice(MARK.length)) as Measurement);
  for (const measurement of measurements) console.log(line(measurement));
  return measurements;
}

const words = process.argv.slice(2).filter((word) => word !== "--write");
if (words[0] === "--file") {
  await runFile(words[1] ?? "", words.slice(2));
} else {
  const files = globSync("*.bench.ts", { cwd: FOLDER }).sort();
  const measurements = files.flatMap((file) => runApart(file, words));
  const missed = measurements.filter(({ ok }) => !ok).length;
  const measured = measurements.filter(({ measured }) => measured !== null).length;
  console.log(`${measured} measured, ${missed} missed; Node ${process.version}, ${cpus().length} cores`);
  if (process.argv.includes("--write")) {
    const written = measurements.map(({ measured, wall, ...rest }) => ({
      ...rest,
      measured: measured === null ? null : rounded(measured),
      wall: wall === null ? null : rounded(wall),
    }));
    const machine = { node: process.version, cores: cpus().length };
    writeFileSync(SNAPSHOT, `${JSON.stringify({ machine, measurements: written }, null, 2)}\n`);
  }
}
