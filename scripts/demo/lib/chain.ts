import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  type Address,
  createClient,
  type Hash,
  type Hex,
  http,
  numberToHex,
  publicActions,
  type TransactionReceipt,
  walletActions,
} from "viem";
import { decodeContractError } from "../../../sdk/src/index.ts";
import { OptionError } from "./options.ts";

const START_TIMEOUT = 60_000;

/** A transaction as the demo sends it: gas is given, so that nothing is estimated. */
export interface Transaction {
  from: Address;
  to: Address;
  data: Hex;
  value?: bigint;
  gas?: bigint;
}

export type Client = ReturnType<typeof createChainClient>;

/** The running chain, its clock and its accounts. */
export interface Chain {
  url: string;
  client: Client;
  /** Accounts whose keys the node holds, as any development node does. */
  accounts: readonly Address[];
  /** Waits until `timestamp` {s} and mines a block there. */
  advanceTo(timestamp: number): Promise<void>;
  /** Dates the next block `timestamp` {s}: what is sent then happens at that moment. */
  dateNext(timestamp: number): Promise<void>;
  now(): Promise<number>;
  /** Sends and waits. Throws when it reverts. */
  send(transaction: Transaction, what: string): Promise<TransactionReceipt>;
  stop(): Promise<void>;
}

/** Starts a chain whose first block is dated `startsAt` {s}, as a child process. */
export async function startChain(startsAt: number, port: number): Promise<Chain> {
  await requireFree(port);
  const script = fileURLToPath(new URL("./node.ts", import.meta.url));
  const child = spawn(process.execPath, [script, String(port), String(startsAt)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await addressOf(child);
  const client = createChainClient(url);
  const accounts = await client.request({ method: "eth_accounts" });
  const dateNext = async (timestamp: number): Promise<void> => {
    await client.request({ method: "evm_setNextBlockTimestamp", params: [numberToHex(timestamp)] } as never);
  };

  return {
    url,
    client,
    accounts,
    now: async () => Number((await client.getBlock()).timestamp),
    dateNext,
    advanceTo: async (timestamp) => {
      await dateNext(timestamp);
      await client.request({ method: "evm_mine", params: [] } as never);
    },
    send: (transaction, what) => sendAndWait(client, transaction, what),
    stop: () => stop(child),
  };
}

export function createChainClient(url: string) {
  const transport = http(url, { batch: { batchSize: 500 }, timeout: 120_000, retryCount: 0 });
  return createClient({ transport, pollingInterval: 5, cacheTime: 0 }).extend(publicActions).extend(walletActions);
}

const GAS = 16_000_000n;

async function sendAndWait(
  client: Client,
  { from, to, data, value = 0n, gas = GAS }: Transaction,
  what: string,
): Promise<TransactionReceipt> {
  const params = [{ from, to, data, value: numberToHex(value), gas: numberToHex(gas) }];
  const hash = await client.request({ method: "eth_sendTransaction", params } as never).catch((error: unknown) => {
    throw new Error(`${what}: ${decodeContractError(error).shortMessage}`, { cause: error });
  });
  const receipt = await client.getTransactionReceipt({ hash: hash as Hash });
  if (receipt.status !== "success") throw new Error(`${what} reverted`);
  return receipt;
}

/** Whoever would listen there would only say EADDRINUSE, and some of them after minutes of other work. */
export async function requireFree(port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once("error", () => reject(new OptionError(`Port ${port} is taken by another program. Give another one.`)));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve()));
  });
}

function addressOf(child: ChildProcess): Promise<string> {
  const { stdout } = child;
  if (stdout === null) throw new Error("the chain's output cannot be read");
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the local chain did not start within a minute")), START_TIMEOUT);
    child.once("exit", (code) => reject(new Error(`the local chain stopped with code ${code}`)));
    createInterface({ input: stdout }).on("line", (line) => {
      const found = /^listening (http\S+)$/.exec(line);
      if (found?.[1] === undefined) return;
      clearTimeout(timer);
      resolve(found[1]);
    });
  });
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill();
  });
}
