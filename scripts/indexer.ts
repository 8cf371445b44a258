// npm run indexer: reads the chain's events into tables and answers GraphQL and SQL over HTTP. docs/INDEXER.md lists the settings.
// The indexer has a lock file of its own, so that `npm ci` of the repository stays fast: it is installed here when it is absent.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createPublicClient, http } from "viem";
import { installIndexer } from "./lib/installIndexer.ts";

const FOLDER = fileURLToPath(new URL("../indexer", import.meta.url));
const LOCAL = "31337";

/** As the indexer itself will read it; it also says what is wrong with the settings. */
function chainId(): string | undefined {
  const { GIMBAL_CHAIN_ID, GIMBAL_DEPLOYMENT } = process.env;
  if (GIMBAL_CHAIN_ID || !GIMBAL_DEPLOYMENT) return GIMBAL_CHAIN_ID || LOCAL;
  try {
    return String((JSON.parse(readFileSync(GIMBAL_DEPLOYMENT, "utf8")) as { chainId?: unknown }).chainId);
  } catch {
    return undefined;
  }
}

/** A restarted local chain is another chain with the same id: its tables get a folder of their own. */
async function localFolder(): Promise<string | undefined> {
  const { GIMBAL_INDEX_FOLDER: folder, DATABASE_URL: database, GIMBAL_RPC_URL } = process.env;
  if (folder || database || chainId() !== LOCAL) return folder;
  const client = createPublicClient({ transport: http(GIMBAL_RPC_URL ?? "http://127.0.0.1:8545") });
  const genesis = await client.getBlock({ blockNumber: 0n }).catch(() => undefined);
  return genesis === undefined ? undefined : `.gimbal/indexer/${LOCAL}-${genesis.hash.slice(2, 10)}`;
}

await installIndexer(FOLDER, console.log);
const folder = await localFolder();
const child = spawn(
  process.execPath,
  [
    `${FOLDER}/node_modules/ponder/dist/esm/bin/ponder.js`,
    "start",
    ...["--root", FOLDER, "--schema", process.env["DATABASE_SCHEMA"] ?? "gimbal"],
    ...process.argv.slice(2),
  ],
  {
    cwd: FOLDER,
    stdio: "inherit",
    env: {
      PONDER_TELEMETRY_DISABLED: "1",
      NODE_ENV: "production",
      ...process.env,
      ...(folder === undefined ? {} : { GIMBAL_INDEX_FOLDER: folder }),
    },
  },
);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
child.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
