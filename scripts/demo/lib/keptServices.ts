import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { findDataFolder } from "../../../keeper/src/data/csvFolder.ts";
import { journalPath } from "./keeper.ts";
import type { Demo } from "./scene.ts";

/** {requests a minute} that one page may send: on this machine nobody else waits for an answer. */
const REQUESTS = 60_000;
/** {ms} within which the API has to answer. */
const PATIENCE = 60_000;
/** {ms} before one that does not end when asked is ended. */
const GRACE = 5_000;

/**
 * Indexer, API and app as processes of their own, so that none of them waits while the keeper trains. What they need to
 * know of this chain is written down beside the demo's table.
 */
export async function keepServices(demo: Demo): Promise<void> {
  const { chain, deployment, options, screen } = demo;
  const place = (name: string): string => resolve(options.out, name);
  mkdirSync(options.out, { recursive: true });
  writeFileSync(place("deployment.json"), JSON.stringify(deployment));
  // A new chain knows nothing of what another one of the same id left.
  const index = place("indexer");
  rmSync(index, { recursive: true, force: true });
  for (const suffix of ["", "-wal", "-shm"]) rmSync(place("kept-api.sqlite") + suffix, { force: true });

  // Any ports: on the usual ones the services of another chain may answer, and nobody would notice.
  const [indexerPort, apiPort] = await Promise.all([freePort(), freePort()]);
  const [indexerUrl, api] = [`http://127.0.0.1:${indexerPort}`, `http://127.0.0.1:${apiPort}`];
  const environment = { GIMBAL_RPC_URL: chain.url, GIMBAL_DEPLOYMENT: place("deployment.json") };
  const indexer = start(demo, "scripts/indexer.ts", {
    args: ["--port", String(indexerPort), "--hostname", "127.0.0.1", "--log-level", "error"],
    environment: { ...environment, GIMBAL_INDEX_FOLDER: index },
  });
  indexer.once("exit", (code) => {
    if (code) screen.say(`The indexer ended with ${code}: the app shows no history. npm run indexer says why.`);
  });

  const data = options.source === "simulation" ? undefined : findDataFolder(options.data, process.env.GIMBAL_DATA);
  const app = `http://127.0.0.1:${options.appPort || (await freePort())}`;
  writeFileSync(
    place("kept-api.json"),
    JSON.stringify({
      ...{ rpcUrl: chain.url, deployment: place("deployment.json"), indexerUrl },
      ...{ journal: resolve(journalPath(options)), store: place("kept-api.sqlite"), port: apiPort },
      ...(data === undefined ? {} : { marketData: resolve(data) }),
      access: { domains: [new URL(app).host, `localhost:${new URL(app).port}`], freePerMinute: REQUESTS },
      // While the indexer reads the past, every answer would be a complaint.
      logLevel: "silent",
    }),
  );
  const answering = start(demo, "api/src/cli.ts", { args: ["--config", place("kept-api.json")], environment: {} });
  const isUp = await answers(`${api}/health`, answering);
  screen.say(isUp ? `API ${api}; the indexer reads this chain's past now.` : "No API: the app reads the chain alone.");

  const { port } = new URL(app);
  const args = ["--rpc", chain.url, "--deployment", place("deployment.json"), "--api", api, "--port", port];
  const served = start(demo, "scripts/app/serve.ts", { args, environment: {} });
  // It names its address once it has reached the chain.
  if (!(await says(served, app))) screen.say("The app did not start: npm run app says why.");
}

interface Start {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Starts a script of the repository, which says what it has to say on the demo's screen and ends with the demo. */
function start({ cleanUp, screen }: Demo, script: string, { args, environment }: Start): ChildProcess {
  const path = fileURLToPath(new URL(`../../../${script}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], {
    env: { ...process.env, ...environment },
    // In a group of its own: Ctrl-C reaches the demo alone, which then ends what it started.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      for (const line of text.split("\n")) if (line.trim() !== "") screen.say(line.trimEnd());
    });
  }
  cleanUp.push(() => end(child));
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, "exit");
  process.kill(-child.pid, "SIGTERM");
  const impatience = setTimeout(() => process.kill(-(child.pid ?? 0), "SIGKILL"), GRACE);
  await gone;
  clearTimeout(impatience);
}

/** Whether a service answers in time; one that has ended never does. */
async function answers(url: string, child: ChildProcess): Promise<boolean> {
  for (const end = Date.now() + PATIENCE; Date.now() < end && child.exitCode === null; await wait(200)) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return true;
  }
  return false;
}

/** Whether a service says this before it ends. */
function says(child: ChildProcess, words: string): Promise<boolean> {
  return new Promise((resolve) => {
    child.stdout?.on("data", (text: string) => text.includes(words) && resolve(true));
    child.once("exit", () => resolve(false));
  });
}

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once("error", reject).listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
