import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Address, zeroAddress } from "viem";
import { type Deployment, parseDeployment } from "../../sdk/src/addresses.ts";
import { IndexerConfigError } from "./errors.ts";

/** Everything that the indexer takes from its environment. */
export type Settings = {
  readonly deployment: Deployment;
  readonly rpcUrl: string;
  readonly startBlock: number;
  /** Blocks between two looks at the calendar: a new UTC day is noticed at most so many blocks late. */
  readonly dayBlocks: number;
  /** {ms} between two questions for new blocks. */
  readonly pollingInterval: number;
  readonly requestsPerSecond: number;
  /** Blocks in one question for logs; undefined: found by trying. */
  readonly logBlocks: number | undefined;
  readonly database:
    | { readonly kind: "postgres"; readonly connectionString: string }
    | { readonly kind: "pglite"; readonly directory: string };
};

type Environment = Readonly<Record<string, string | undefined>>;

const LOCAL = 31_337;
const HOUR = 3_600;

/** {s} of a block, by chain. */
const BLOCK_SECONDS: Readonly<Record<number, number>> = {
  1: 12,
  8453: 2,
  84532: 2,
  42161: 0.25,
  421614: 0.25,
};

/**
 * Reads and checks the settings. `root` is the repository's folder.
 *
 * @throws {@link IndexerConfigError} when one is missing or senseless.
 */
export function readSettings(env: Environment, root: string): Settings {
  const deployment = readDeployment(env, root);
  const { chainId } = deployment;
  const isLocal = chainId === LOCAL;
  return {
    deployment,
    rpcUrl: readUrl(env, isLocal),
    startBlock: wholeNumber(env, "GIMBAL_START_BLOCK", 0) ?? deployment.blockNumber,
    dayBlocks: wholeNumber(env, "GIMBAL_DAY_BLOCKS", 1) ?? defaultDayBlocks(chainId),
    pollingInterval: wholeNumber(env, "GIMBAL_POLL_MS", 100) ?? (isLocal ? 250 : 1_000),
    requestsPerSecond: wholeNumber(env, "GIMBAL_RPC_PER_SECOND", 1) ?? (isLocal ? 1_000 : 50),
    logBlocks: wholeNumber(env, "GIMBAL_LOG_BLOCKS", 1),
    database: readDatabase(env, root, chainId),
  };
}

/** Address of a contract that a deployment may lack; then the zero address, which emits nothing. */
export function optional({ contracts }: Deployment, name: string): Address {
  return contracts[name] ?? zeroAddress;
}

function readDeployment(env: Environment, root: string): Deployment {
  const chainId = wholeNumber(env, "GIMBAL_CHAIN_ID", 1);
  const path = resolve(root, env["GIMBAL_DEPLOYMENT"] ?? `deployments/${chainId ?? LOCAL}.json`);
  if (!existsSync(path)) {
    throw new IndexerConfigError(
      `There is no deployment at ${path}`,
      "Name its file in GIMBAL_DEPLOYMENT, or the chain in GIMBAL_CHAIN_ID; npm run deploy writes it",
    );
  }
  const deployment = parseDeployment(JSON.parse(readFileSync(path, "utf8")));
  if (chainId !== undefined && deployment.chainId !== chainId) {
    throw new IndexerConfigError(
      `${path} is of chain ${deployment.chainId}, and GIMBAL_CHAIN_ID says ${chainId}`,
      "Leave one of the two out",
    );
  }
  return deployment;
}

function readUrl(env: Environment, isLocal: boolean): string {
  const url = env["GIMBAL_RPC_URL"] ?? (isLocal ? "http://127.0.0.1:8545" : undefined);
  if (url === undefined) {
    throw new IndexerConfigError("GIMBAL_RPC_URL is not set", "Give it the address of a node that keeps past states");
  }
  if (!URL.canParse(url) || !["http:", "https:"].includes(new URL(url).protocol)) {
    throw new IndexerConfigError("GIMBAL_RPC_URL is no http address", "It looks like https://host/path");
  }
  return url;
}

function readDatabase(env: Environment, root: string, chainId: number): Settings["database"] {
  const url = env["DATABASE_URL"];
  if (url === undefined || url === "") {
    const folder = env["GIMBAL_INDEX_FOLDER"] ?? `.gimbal/indexer/${chainId}`;
    return { kind: "pglite", directory: resolve(root, folder) };
  }
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new IndexerConfigError(
      "DATABASE_URL is no address of a PostgreSQL database",
      "It looks like postgres://user:password@host:5432/name; without it the indexer keeps a database in a folder",
    );
  }
  return { kind: "postgres", connectionString: url };
}

function wholeNumber(env: Environment, name: string, least: number): number | undefined {
  const text = env[name];
  if (text === undefined || text === "") return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new IndexerConfigError(`${name} is ${text}`, `It must be a whole number of at least ${least}`);
  }
  return value;
}

function defaultDayBlocks(chainId: number): number {
  const seconds = BLOCK_SECONDS[chainId];
  return seconds === undefined ? 1 : Math.round(HOUR / seconds);
}
