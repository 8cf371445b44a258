import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { startIndexer } from "../../indexer/test/ponder.ts";
import { freePort } from "../../keeper/src/freePort.fixture.ts";
import { installIndexer } from "../../scripts/lib/installIndexer.ts";
import type { World } from "../e2e/world.ts";

const ROOT = resolve(import.meta.dirname, "../..");
/** {ms} within which the API has to answer. */
const PATIENCE = 60_000;

/** An app over an API with an indexer behind it, as processes of their own. */
export interface WithApi {
  /** Where the app is served. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts indexer and API over the chain of a world, and serves the app with them once they have read it. */
export async function serveWithApi(world: World): Promise<WithApi> {
  await installIndexer(join(ROOT, "indexer"), console.log);
  const indexer = await startIndexer({ rpcUrl: world.chain.url, deployment: world.deployment });
  await indexer.reaches(Number(await world.chain.client.getBlockNumber()));
  const folder = mkdtempSync(join(tmpdir(), "gimbal-bench-app-"));
  const port = await freePort();
  const api = `http://127.0.0.1:${port}`;
  const { url } = await world.serve(api);
  const deployment = join(folder, "deployment.json");
  writeFileSync(deployment, JSON.stringify(world.deployment));
  const config = join(folder, "api.json");
  writeFileSync(
    config,
    JSON.stringify({
      ...{ rpcUrl: world.chain.url, deployment, indexerUrl: indexer.url, store: join(folder, "api.sqlite"), port },
      access: { domains: [new URL(url).host], freePerMinute: 1_000_000_000 },
      logLevel: "silent",
    }),
  );
  const child = spawn(process.execPath, [join(ROOT, "api/src/cli.ts"), "--config", config], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { PATH: process.env.PATH, NODE_ENV: "production", NODE_NO_WARNINGS: "1" },
  });
  const stop = async () => {
    if (child.exitCode === null) {
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
    }
    await indexer.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  for (const end = Date.now() + PATIENCE; Date.now() < end && child.exitCode === null; await wait(200)) {
    const response = await fetch(`${api}/health`).catch(() => undefined);
    if (response?.ok) return { url, stop };
  }
  await stop();
  throw new Error("the API did not start");
}
