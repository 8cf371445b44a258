import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { IndexSql } from "../../api/src/history/sql.ts";
import { freePort } from "../../keeper/src/freePort.fixture.ts";

const FOLDER = fileURLToPath(new URL("..", import.meta.url));
const PATIENCE = 240_000; // {ms}

/** An indexer as a process of its own, on a database of its own. */
export interface Indexer {
  readonly url: string;
  readonly sql: IndexSql;
  /** Waits until it has read this block. */
  reaches(block: number): Promise<void>;
  stop(): Promise<void>;
}

export interface IndexerOptions {
  readonly rpcUrl: string;
  readonly deployment: object;
  /** Without it: PGlite in a folder that is gone afterwards. */
  readonly databaseUrl?: string;
  /** {ms} that it may take for a step. */
  readonly patience?: number;
}

/** Starts an indexer, and returns once its server listens. */
export async function startIndexer(options: IndexerOptions): Promise<Indexer> {
  const { rpcUrl, deployment, databaseUrl, patience = PATIENCE } = options;
  const folder = mkdtempSync(join(tmpdir(), "gimbal-indexer-"));
  const file = join(folder, "deployment.json");
  writeFileSync(file, JSON.stringify(deployment));
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [
      join(FOLDER, "node_modules/ponder/dist/esm/bin/ponder.js"),
      "start",
      ...["--root", FOLDER, "--schema", "gimbal", "--port", String(port), "--hostname", "127.0.0.1"],
      ...["--log-level", process.env.GIMBAL_TEST_LOG ?? "warn", "--log-format", "json"],
    ],
    {
      cwd: FOLDER,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        NODE_ENV: "production",
        PONDER_TELEMETRY_DISABLED: "1",
        GIMBAL_DEPLOYMENT: file,
        GIMBAL_RPC_URL: rpcUrl,
        GIMBAL_POLL_MS: "100",
        GIMBAL_INDEX_FOLDER: join(folder, "pglite"),
        DATABASE_URL: databaseUrl ?? "",
      },
    },
  );
  let said = "";
  const listen = (text: Buffer) => (said = (said + text.toString()).slice(-4_000));
  child.stdout.on("data", listen);
  child.stderr.on("data", listen);

  const url = `http://127.0.0.1:${port}`;
  const sql = new IndexSql(url);
  const until = async (what: string, isSo: () => Promise<boolean>) => {
    for (const end = Date.now() + patience; Date.now() < end; ) {
      if (child.exitCode !== null) throw new Error(`the indexer ended with ${child.exitCode}: ${said}`);
      if (await isSo().catch(() => false)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${what} did not happen within ${patience} ms: ${said}`);
  };
  await until("its start", async () => (await fetch(`${url}/health`)).ok);
  return {
    url,
    sql,
    reaches: (block) =>
      until(`reaching block ${block}`, async () => {
        if (!(await fetch(`${url}/ready`)).ok) return false;
        const status = (await (await fetch(`${url}/status`)).json()) as Record<string, { block: { number: number } }>;
        return (status.gimbal?.block.number ?? -1) >= block;
      }),
    stop: async () => {
      await end(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const impatient = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await gone;
  clearTimeout(impatient);
}
