// `npm run bench:grades`: 6,000 synthetic tokens are graded by a trained ensemble, stored, and served from one process.
// Every page of the list is fetched before anything is timed, so that the figures are of right answers.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import autocannon from "autocannon";
import { pad } from "viem";
import { dayFromIso } from "../../keeper/src/data/time.ts";
import { DECISION_LOOKBACK } from "../../keeper/src/features/dataPoints.ts";
import { aiPolicy } from "../../keeper/src/plan/policy.ts";
import type { DecisionRecord } from "../../keeper/src/plan/record.ts";
import { buildExamples } from "../../keeper/src/training/examples.ts";
import { prepareMarket } from "../../keeper/src/training/sentimentHead.ts";
import { smallSpec } from "../../keeper/src/training/specs.ts";
import { trainWeek } from "../../keeper/src/training/train.ts";
import { gradeDay } from "../src/market/gradeDay.ts";
import { MarketStore } from "../src/market/marketStore.ts";
import { Store } from "../src/store/store.ts";
import { manyTokens } from "./manyTokens.ts";

const TOKENS = Number(process.env["TOKENS"] ?? 6_000);
const SECONDS = Number(process.env["SECONDS"] ?? 10);
const CONNECTIONS = 50;
const HISTORY = 180; // {days} of rows that the models learn from; grading takes as long after more
const LIST = "/v1/trader-grades?limit=100&sort=traderGrade";

const say = (what: string, value: string) => console.log(`${what.padEnd(62)}${value.padStart(24)}`);
const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

/** Says how long a piece of work took, by the clock and by the CPU. */
async function timed<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  const [started, before] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  say(what, `${((user + system) / 1e6).toFixed(1)} CPU s (${((performance.now() - started) / 1e3).toFixed(1)} wall)`);
  return result;
}

/** Grades the market and stores the day in a file. */
async function gradeAndStore(path: string): Promise<void> {
  const market = manyTokens(TOKENS, dayFromIso("2022-03-27"), DECISION_LOOKBACK, 7);
  const { panel } = await timed("cleaning", () => prepareMarket(market, null));
  const params = { ...smallSpec.params, historyDays: HISTORY };
  const ensemble = { ...smallSpec, params };
  const cut = panel.days - 1;
  const model = await timed("training a small ensemble", () => {
    const examples = buildExamples(panel, params, cut - HISTORY, cut);
    const learnt = { inputs: "0x00", labels: "0x01", sentiment: null } as const;
    return trainWeek({ examples, cut, learnt }, null, ensemble);
  });
  const hash = pad("0x01", { size: 32 });
  const [chainId, vault] = [31_337, "0x00000000000000000000000000000000000000aa"] as const;
  const record = {
    asOf: market.asOf,
    block: { number: "1", hash },
    chainId,
    vault,
    inputs: { market: hash },
    assets: [],
  };
  const policy = { ...aiPolicy, ensemble };
  const day = await timed(`grading ${TOKENS} tokens with drivers and statistics`, () =>
    gradeDay({ record: record as never as DecisionRecord, decision: hash, market, model, policy, before: null }),
  );
  const graded = day.tokens.filter(({ traderGrade }) => traderGrade !== null).length;
  if (graded !== TOKENS || day.head.model.spoke !== "ensemble")
    throw new Error(`${graded} graded by ${day.head.model.spoke}`);
  const store = await Store.open(path);
  await timed("storing them, with 545 days of daily figures", () => new MarketStore(store.database).save(day, panel));
  await store.close();
  say("size of the store", megabytes(statSync(path).size));
}

interface Service {
  readonly child: ChildProcess;
  readonly url: string;
}

async function start(path: string): Promise<Service> {
  const child = fork(join(import.meta.dirname, "server.ts"), [path], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const [{ url, ms }] = (await once(child, "message")) as [{ url: string; ms: number }];
  say("from opening the store to listening", `${ms.toFixed(0)} ms`);
  return { child, url };
}

/** What the service uses: memory {bytes}, and CPU time since its start {s}. */
async function usageOf(child: ChildProcess): Promise<{ readonly rss: number; readonly cpu: number }> {
  child.send("usage");
  const [{ rss, cpu }] = (await once(child, "message")) as [{ rss: number; cpu: NodeJS.CpuUsage }];
  return { rss, cpu: (cpu.user + cpu.system) / 1e6 };
}

/** Every page of the list, cold: its paths and how long each took {ms}. Checks that each token comes once. */
async function walk(url: string): Promise<{ readonly paths: readonly string[]; readonly times: readonly number[] }> {
  const [paths, times, seen]: [string[], number[], Set<string>] = [[], [], new Set()];
  let rows = 0;
  for (let path: string | undefined = LIST; path !== undefined; ) {
    const started = performance.now();
    const response = await fetch(url + path);
    const { data, next } = (await response.json()) as { data: { id: string }[]; next?: string };
    times.push(performance.now() - started);
    paths.push(path);
    rows += data.length;
    for (const { id } of data) seen.add(id);
    path = next === undefined ? undefined : `${LIST}&cursor=${next}`;
  }
  if (rows !== TOKENS || seen.size !== TOKENS) throw new Error(`${rows} rows of ${seen.size} tokens were served`);
  return { paths, times };
}

/** Requests a second by the clock, and by the CPU time of the service, which other work on the machine does not lower. */
async function load(what: string, { child, url }: Service, paths: readonly string[]): Promise<void> {
  const requests = paths.map((path) => ({ path }));
  const { cpu } = await usageOf(child);
  const result = await autocannon({ url, requests, connections: CONNECTIONS, duration: SECONDS });
  const { errors, non2xx, latency, throughput } = result;
  if (errors > 0 || non2xx > 0) throw new Error(`${errors} errors, ${non2xx} refusals`);
  const spent = (await usageOf(child)).cpu - cpu;
  const { average, total } = result.requests;
  say(what, `${Math.round(average)}/s, p99 ${latency.p99} ms`);
  say("  of the service's own CPU", `${Math.round(total / spent)} a CPU s`);
  say("  sent", `${megabytes(throughput.average)}/s`);
}

const folder = mkdtempSync(join(tmpdir(), "gimbal-bench-"));
const path = join(folder, "api.db");
console.log(
  `${TOKENS} tokens, ${CONNECTIONS} connections, ${SECONDS} s a measurement; Node ${process.version}, ${cpus().length} cores`,
);
await gradeAndStore(path);
const service = await start(path);
const { child, url } = service;
say("memory after the start", megabytes((await usageOf(child)).rss));
const { paths, times } = await walk(url);
const sorted = times.toSorted((a, b) => a - b);
say(
  `${paths.length} pages of 100, cold, one after the other: middle, worst`,
  `${sorted[times.length >> 1]?.toFixed(1)} ms, ${sorted.at(-1)?.toFixed(1)} ms`,
);
const before = (await usageOf(child)).rss;
await load("every page in turn, warm", service, paths);
await load("the first page, warm", service, paths.slice(0, 1));
const single = Array.from(
  { length: 1_000 },
  (_, i) => `/v1/trader-grades?token=N${String(i % TOKENS).padStart(5, "0")}`,
);
await load("1,000 single tokens", service, single);
say("memory before and after the load", `${megabytes(before)}, ${megabytes((await usageOf(child)).rss)}`);
child.kill();
await once(child, "exit");
const again = await start(path);
const { paths: after } = await walk(again.url);
say("pages after a restart", String(after.length));
again.child.kill();
rmSync(folder, { recursive: true });
