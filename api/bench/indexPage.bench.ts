// npm run bench:api: the five requests of the index page under load. Generated: a local chain with many indices of four invented
// tokens, whose prices walk by a fixed seed, a block a day. Real: the contracts, the indexer that reads that chain, the API.
// GIMBAL_BENCH_VAULTS (100), GIMBAL_BENCH_DAYS (730) and GIMBAL_BENCH_SECONDS (30) make it smaller.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";
import { encodeBytes32String } from "ethers";
import hre, { network } from "hardhat";
import { deployWorld, type World } from "../../indexer/test/life.ts";
import { startIndexer } from "../../indexer/test/ponder.ts";
import { freePort } from "../../keeper/src/freePort.fixture.ts";
import { installIndexer } from "../../scripts/lib/installIndexer.ts";
import { setPrices } from "../../test/helpers/market.ts";
import { createIndex, propose, SIGNERS } from "../../test/helpers/protocol.ts";
import { serve } from "../../test/helpers/rpcServer.ts";

const number = (name: string, standard: number): number => Number(process.env[name] ?? standard);
const VAULTS = number("GIMBAL_BENCH_VAULTS", 100);
const DAYS = number("GIMBAL_BENCH_DAYS", 730);
const SECONDS = number("GIMBAL_BENCH_SECONDS", 30);
const CONNECTIONS = 50;
const QUARTER = 91;
const DAY = 86_400;
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const seconds = (since: number): string => `${((performance.now() - since) / 1_000).toFixed(1)} s`;

/** Prices that walk by at most 2% a day, from a seed (mulberry32). */
function walk(seed: number, start: Readonly<Record<string, number>>): () => Record<string, string> {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const prices = { ...start };
  return () => {
    for (const [symbol, price] of Object.entries(prices)) prices[symbol] = price * (1 + 0.04 * (next() - 0.5));
    return Object.fromEntries(Object.entries(prices).map(([symbol, price]) => [symbol, price.toFixed(8)]));
  };
}

/** The chain's days: prices every day, new weights in each index once a quarter. Returns the indices' addresses. */
async function live(world: World): Promise<string[]> {
  const { protocol, creator } = world.dao;
  const vaults = [];
  for (let index = 0; index < VAULTS; index++) {
    const salt = encodeBytes32String(`bench ${index}`);
    vaults.push(await createIndex(protocol, { creator, salt, name: `Bench ${index}`, symbol: `B${index}` }));
  }
  const prices = walk(7, { ETHX: 2_000, BTCX: 50_000, BRK: 5 });
  const begin = (await world.networkHelpers.time.latest()) + DAY;
  for (let day = 0; day < DAYS; day++) {
    await world.networkHelpers.time.setNextBlockTimestamp(begin + day * DAY);
    await setPrices(protocol, prices());
    if (day % QUARTER !== QUARTER - 1) continue;
    for (const vault of vaults) {
      const weights = day % 2 === 0 ? [3_000, 2_000, 2_500, 2_500] : [2_500, 2_500, 2_500, 2_500];
      await propose(protocol, vault, { weights, signers: SIGNERS.slice(0, 1) });
    }
  }
  return Promise.all(vaults.map((vault) => vault.getAddress()));
}

/** The API as a process of its own. */
async function startApi(folder: string, settings: object): Promise<{ url: string; child: ChildProcess }> {
  const port = await freePort();
  const file = join(folder, "api.json");
  writeFileSync(file, JSON.stringify({ ...settings, port }));
  const child = spawn(process.execPath, [join(ROOT, "api/src/cli.ts"), "--config", file], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { PATH: process.env.PATH, NODE_ENV: "production", NODE_NO_WARNINGS: "1" },
  });
  const url = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 600; attempt++) {
    if (
      await fetch(`${url}/health`).then(
        () => true,
        () => false,
      )
    )
      return { url, child };
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the API did not start");
}

/** {MB} resident, as the process itself reports to Prometheus. */
async function memoryOf(url: string): Promise<string> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const bytes = /^process_resident_memory_bytes(?:\{[^}]*\})? ([\d.e+]+)/m.exec(text)?.[1];
  return bytes === undefined ? "not reported" : `${(Number(bytes) / 1e6).toFixed(0)} MB`;
}

await installIndexer(join(ROOT, "indexer"), console.log);
console.log(
  `Generated: ${VAULTS} indices of four invented tokens, ${DAYS} days, a block a day, new weights every quarter.`,
);
const chain = await network.create();
const server = await serve(chain.provider);
const rpcUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
let started = performance.now();
const { deployedBytecode } = await hre.artifacts.readArtifact("Multicall3");
const world = await deployWorld(chain, deployedBytecode);
const vaults = await live(world);
const block = Number(await chain.provider.request({ method: "eth_blockNumber" }));
console.log(`The chain has ${block} blocks (${seconds(started)}).`);

started = performance.now();
const indexer = await startIndexer({ rpcUrl, deployment: world.deployment, patience: 3_600_000 });
const folder = mkdtempSync(join(tmpdir(), "gimbal-bench-"));
let api: ChildProcess | undefined;
try {
  await indexer.reaches(block);
  const [snapshots] = await indexer.sql.rows("select count(*) as n from nav_snapshot");
  console.log(`Indexed in ${seconds(started)}: ${snapshots?.n} snapshots of NAV and holdings.`);

  const deployment = join(folder, "deployment.json");
  writeFileSync(deployment, JSON.stringify(world.deployment));
  const access = { freePerMinute: 1_000_000_000 };
  const settings = { rpcUrl, deployment, indexerUrl: indexer.url, store: join(folder, "api.db"), access };
  const running = await startApi(folder, { ...settings, logLevel: "silent" });
  api = running.child;
  const { url } = running;
  const pages = ["", "/holdings", "/performance", "/rebalances", "/nav"];
  const paths = vaults.flatMap((vault) => pages.map((page) => `/v1/indices/${vault}${page}`));

  const cold: number[] = [];
  for (const path of paths) {
    const at = performance.now();
    const response = await fetch(`${url}${path}`);
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    cold.push(performance.now() - at);
  }
  cold.sort((a, b) => a - b);
  const part = (of: number): string => `${(cold[Math.floor((cold.length - 1) * of)] ?? 0).toFixed(1)} ms`;
  console.log(`Cold, one after the other: p50 ${part(0.5)}, p99 ${part(0.99)} of ${cold.length} requests.`);

  const atStart = await memoryOf(url);
  const headers = { "accept-encoding": "gzip" }; // as every browser sends it
  const requests = paths.map((path) => ({ method: "GET" as const, path, headers }));
  const result = await autocannon({ url, connections: CONNECTIONS, duration: SECONDS, requests });
  const { latency, non2xx, errors } = result;
  console.log(
    `Warm, ${CONNECTIONS} connections, ${SECONDS} s: p50 ${latency.p50} ms, p99 ${latency.p99} ms, ${result.requests.average.toFixed(0)} requests/s, ${non2xx} not 2xx, ${errors} errors.`,
  );
  console.log(`Memory of the API: ${atStart} at the start, ${await memoryOf(url)} at the end.`);
  const isMet = latency.p99 < 50 && result.requests.average > 1_000 && non2xx === 0 && errors === 0;
  console.log(
    isMet ? "Target met: p99 < 50 ms, > 1,000 requests/s." : "Target missed: p99 < 50 ms, > 1,000 requests/s.",
  );
  process.exitCode = isMet ? 0 : 1;
} finally {
  if (api !== undefined && api.exitCode === null) {
    const gone = once(api, "exit");
    api.kill("SIGTERM");
    await gone;
  }
  await indexer.stop();
  server.close();
  rmSync(folder, { recursive: true, force: true });
}
