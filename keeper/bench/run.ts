// `npm run bench`: every benchmark in this folder, or those whose names contain one of the given words, one line each.
// With --write the measurements go to snapshots/bench.json. Each file runs in a process of its own, so that what one
// left in memory does not slow down the next.
import { spawnSync } from "node:child_process";
import { globSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import type { Benchmark, Measurement } from "./types.ts";

const FOLDER = import.meta.dirname;
const SNAPSHOT = join(FOLDER, "../../snapshots/bench.json");
const MARK = "measurement ";

function line({ name, measured, unit, target, ok }: Measurement): string {
  const value = `${measured.toPrecision(3)} ${unit}`;
  return `${name.padEnd(56)}${value.padStart(12)}   ${target.padEnd(14)}${ok ? "ok" : "missed"}`;
}

/** Runs the benchmarks of one file in this process. */
async function runFile(file: string, words: readonly string[]): Promise<void> {
  const { benchmarks } = (await import(join(FOLDER, file))) as { benchmarks: readonly Benchmark[] };
  for (const benchmark of benchmarks) {
    if (words.length > 0 && !words.some((word) => `${file} ${benchmark.name}`.includes(word))) continue;
    const measured = await benchmark.run();
    const { name, target, unit, limit } = benchmark;
    const measurement: Measurement = { name, target, unit, measured, ok: measured <= limit };
    console.log(MARK + JSON.stringify(measurement));
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
  console.log(`${measurements.length} measured, ${missed} missed; Node ${process.version}, ${cpus().length} cores`);
  if (process.argv.includes("--write")) {
    const rounded = measurements.map(({ measured, ...rest }) => ({
      ...rest,
      measured: Number(measured.toPrecision(3)),
    }));
    const machine = { node: process.version, cores: cpus().length };
    writeFileSync(SNAPSHOT, `${JSON.stringify({ machine, measurements: rounded }, null, 2)}\n`);
  }
}
