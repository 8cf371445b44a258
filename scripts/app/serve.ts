// npm run app -- [--rpc http://127.0.0.1:8545] [--deployment deployments/31337.json] [--api URL] [--port 8787] [--host 127.0.0.1]
// [--name TEXT] [--explorer URL]: builds the app if its sources changed, and serves it for that deployment.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parseDeployment } from "../../sdk/src/index.ts";
import { APP_FOLDER, AppBuildError, buildApp } from "./build.ts";
import { apiProblem, checkNode, UnreachableError } from "./reach.ts";
import { AppPortError, startAppServer } from "./server.ts";
import { appNetwork } from "./settings.ts";

const { values: flags } = parseArgs({
  options: {
    rpc: { type: "string", default: "http://127.0.0.1:8545" },
    deployment: { type: "string", default: "deployments/31337.json" },
    api: { type: "string" },
    port: { type: "string", default: "8787" },
    host: { type: "string", default: "127.0.0.1" },
    name: { type: "string" },
    explorer: { type: "string" },
  },
});

/** A flag makes no sense. */
class FlagError extends Error {
  override readonly name = "FlagError";
}

function urlOf(flag: string, text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new FlagError(`--${flag} must be an address that begins with http:// or https://, not ${text}.`);
  }
  return text;
}

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new FlagError(`--port must be 0 to 65535, not ${text}.`);
  return port;
}

function deploymentOf(path: string) {
  try {
    return parseDeployment(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FlagError(`--deployment must be a file that deploy wrote. ${path}: ${reason}`, { cause });
  }
}

async function main(): Promise<void> {
  const { rpc, api, host, name, explorer } = flags;
  const network = appNetwork({
    deployment: deploymentOf(flags.deployment),
    rpcUrl: urlOf("rpc", rpc),
    apiUrl: api === undefined ? undefined : urlOf("api", api),
    name,
    explorerUrl: explorer === undefined ? undefined : urlOf("explorer", explorer),
  });
  await buildApp(console.log);
  const server = await startAppServer({ folder: APP_FOLDER, networks: [network], host, port: portOf(flags.port) });
  try {
    await checkNode(network.rpcUrl, network.chainId, server.url);
    const problem = network.apiUrl === null ? undefined : await apiProblem(network.apiUrl, server.url);
    if (problem !== undefined) console.warn(problem);
  } catch (error) {
    await server.close();
    throw error;
  }
  console.log(`The app of ${network.name}: ${server.url}`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void server.close());
}

await main().catch((error: unknown) => {
  const isKnown = [FlagError, AppBuildError, AppPortError, UnreachableError].some((kind) => error instanceof kind);
  console.error(isKnown ? (error as Error).message : error);
  process.exitCode = 1;
});
