import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { getEpoch, indexVaultAbi } from "@gimbal/sdk";
import type { EthereumProvider } from "hardhat/types/providers";
import { type Address, formatUnits, type Hex, keccak256, toHex } from "viem";
import { privateKeyToAddress } from "viem/accounts";
import type { Journal } from "../../keeper/src/journal/journal.ts";
import { CHILD_ENVIRONMENT } from "./childProcess.ts";
import { createAnother, deploymentOf, type KeeperWorld } from "./keeper.ts";
import { setPrices } from "./market.ts";
import { SIGNERS } from "./protocol.ts";

const CLI = join(import.meta.dirname, "../../keeper/src/cli.ts");

/** What the fleet's keepers are told beyond the defaults, as in a configuration file. */
export type Settings = Readonly<Record<string, unknown>>;

export interface FleetOptions {
  readonly world: KeeperWorld;
  readonly provider: EthereumProvider;
  readonly vaults: readonly Address[];
  readonly folder: string;
  /** Of the journal that all share. */
  readonly postgres: string;
  readonly keepers: number;
  /** Node of a keeper; one of them may be faulty. */
  readonly rpcUrl: (keeper: number) => string;
  readonly settings?: Settings;
}

/** Processes of the keeper's own command line that share a journal, each with an account of its own for gas. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #processes = new Map<number, ChildProcess>();
  /** Keepers that listen to signals by now: before, a process dies of one without a word. */
  readonly #listening = new Set<ChildProcess>();
  /** Keepers that refused to start, because of what their node said of itself. */
  readonly #refused = new Set<ChildProcess>();
  /** What every keeper said, line by line, by its number. */
  readonly said: string[][] = [];
  kills = 0;
  refusedStarts = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.said = Array.from({ length: options.keepers }, () => []);
  }

  /** Gives every keeper Ether, writes the configurations and starts all. */
  async start(): Promise<void> {
    const { keepers, provider } = this.#options;
    for (let keeper = 0; keeper < keepers; keeper++) {
      const params = [privateKeyToAddress(gasKey(keeper)), toHex(10n ** 21n)];
      await provider.request({ method: "hardhat_setBalance", params });
      this.#configure(keeper);
      this.launch(keeper);
    }
  }

  launch(keeper: number): void {
    const { folder, postgres } = this.#options;
    const child = spawn(process.execPath, [CLI, "run", "--config", join(folder, `keeper-${keeper}.json`)], {
      env: {
        ...CHILD_ENVIRONMENT,
        GIMBAL_KEEPER_KEY: gasKey(keeper),
        GIMBAL_SIGNER_KEYS: SIGNERS[0]?.privateKey ?? "",
        GIMBAL_JOURNAL_URL: postgres,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        const lines = chunk.toString().split("\n").filter(Boolean);
        if (lines.some((line) => line.includes("keeper started"))) this.#listening.add(child);
        if (lines.some((line) => /^(WRONG_CHAIN|NODE_UNTRUSTED|NODES_DISAGREE): /.test(line))) this.#refused.add(child);
        this.said[keeper]?.push(...lines);
      });
    }
    this.#processes.set(keeper, child);
  }

  /** Ends a keeper at once, wherever it is, and starts it again. */
  async kill(keeper: number): Promise<void> {
    const child = this.#processes.get(keeper);
    if (child === undefined) return;
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    this.kills++;
    this.launch(keeper);
  }

  /**
   * Does what a supervisor does, with healthy nodes: starts again who refused to start while its node lied, until all are up.
   * Throws for a keeper that was up and ended by itself.
   */
  async revive(): Promise<void> {
    for (const [keeper, child] of this.#processes) {
      await this.#settled(child);
      if (!hasEnded(child)) continue;
      if (!this.#refused.has(child)) throw new Error(`keeper ${keeper} ended by itself with ${child.exitCode}`);
      this.refusedStarts++;
      this.launch(keeper);
      await this.#settled(this.#processes.get(keeper) ?? child);
    }
  }

  /** Until it listens to signals, or is gone. */
  async #settled(child: ChildProcess): Promise<void> {
    while (!this.#listening.has(child) && !hasEnded(child)) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  /** Asks all to stop. Returns their exit codes. */
  async stop(): Promise<readonly (number | null)[]> {
    const ends = [...this.#processes.values()].map(async (child) => {
      await this.#settled(child);
      if (hasEnded(child)) return child.exitCode;
      child.kill("SIGTERM");
      const [code] = (await once(child, "exit")) as [number | null];
      return code;
    });
    return Promise.all(ends);
  }

  /** {bytes} of memory that a keeper holds; null: not running. */
  memory(keeper: number): number | null {
    try {
      const status = readFileSync(`/proc/${this.#processes.get(keeper)?.pid}/status`, "utf8");
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1_024;
    } catch {
      return null;
    }
  }

  #configure(keeper: number): void {
    const { world, vaults, folder, rpcUrl, settings = {} } = this.#options;
    writeFileSync(join(folder, "deployment.json"), JSON.stringify(deploymentOf(world)));
    const configuration = {
      rpcUrl: rpcUrl(keeper),
      chainId: 31_337,
      deployment: "deployment.json",
      vaults,
      assets: Object.fromEntries(world.names),
      data: { source: "simulation", seed: 7 },
      weighting: "market-cap",
      regime: { mode: "none" },
      journal: "postgres",
      heartbeatSeconds: 10,
      roundEvery: 2,
      atOnce: 2,
      decideEvery: SLOT - 3_600,
      transactions: { confirmations: 0, pollSeconds: 1, bumpAfterSeconds: 5, giveUpAfterSeconds: 60 },
      // Every week has something to decide: targets move with invented capitalisations, prices with the test's.
      plan: { assetBandBps: 20, assetBandRelativeBps: 0, portfolioBandBps: 20, benefitMultipleBps: 0 },
      ...settings,
    };
    writeFileSync(join(folder, `keeper-${keeper}.json`), JSON.stringify(configuration));
  }
}

/** {s} between two decisions about a vault. */
export const SLOT = 7 * 86_400;

/** Takes the chain a week on, with prices that have moved a little. `chance` gives numbers in [0, 1). */
export async function nextWeek(world: KeeperWorld, provider: EthereumProvider, chance: () => number): Promise<number> {
  const { timestamp } = await world.client.getBlock();
  const next = Number(timestamp) + SLOT;
  await provider.request({ method: "evm_setNextBlockTimestamp", params: [next] });
  const prices = Object.fromEntries(
    world.protocol.tokens.map(({ symbol, price, stable }) => {
      const moved = stable ? price : (price * BigInt(9_600 + Math.floor(chance() * 800))) / 10_000n;
      return [symbol, formatUnits(moved, 8)];
    }),
  );
  await setPrices(world.protocol, prices);
  return next;
}

/** More vaults of the world's tokens, so that a fleet has something to share. */
export async function createVaults(world: KeeperWorld, count: number): Promise<readonly Address[]> {
  const vaults: Address[] = [world.vault];
  while (vaults.length < count) {
    vaults.push(await createAnother(world, { salt: keccak256(toHex(`vault ${vaults.length}`)) }));
  }
  return vaults;
}

/** What a fleet did with a vault since a time. */
export interface Tally {
  readonly decisions: number;
  readonly proposals: number;
}

/** Waits until every vault has its decision of the week, on chain where it was one to propose, and nothing is under way. */
export async function untilDecided(
  world: KeeperWorld,
  journal: Journal,
  vaults: readonly Address[],
  since: number,
  limit: number,
): Promise<void> {
  const end = Date.now() + limit;
  for (;;) {
    const waiting: string[] = [];
    for (const vault of vaults) {
      const why = await whatIsMissing(world, journal, vault, since);
      if (why !== null) waiting.push(`${vault}: ${why}`);
    }
    if (waiting.length === 0) return;
    if (Date.now() > end) throw new Error(`not decided in time:\n${waiting.join("\n")}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function whatIsMissing(
  world: KeeperWorld,
  journal: Journal,
  vault: Address,
  since: number,
): Promise<string | null> {
  const [hash] = await journal.decisions(world.chainId, vault, 1);
  const record = hash === undefined ? undefined : await journal.decision(hash);
  if (record === undefined || record.asOf < since) return "no decision";
  const [under] = await journal.unfinished(`${world.chainId}/${vault}/`);
  if (under !== undefined) return `${under.intent} is ${under.state}`;
  if (record.action === "none") return null;
  const { id } = await getEpoch(world.client, { vault });
  return id >= record.epoch ? null : `epoch ${record.epoch} is not proposed`;
}

/** Counts what happened since a time, and compares journal and chain: one decision a vault, each proposed once or never. */
export async function reconcile(
  world: KeeperWorld,
  journal: Journal,
  vaults: readonly Address[],
  since: number,
): Promise<Tally> {
  let proposals = 0;
  for (const vault of vaults) {
    const hashes = await journal.decisions(world.chainId, vault, 10);
    const records = (await Promise.all(hashes.map((hash) => journal.decision(hash)))).filter(
      (record) => record !== undefined && record.asOf >= since,
    );
    const [record] = records;
    if (records.length !== 1 || record === undefined)
      throw new Error(`${vault}: ${records.length} decisions in a week`);
    const onChain = await proposalsOf(world, vault, hashes[0] as Hex);
    const wanted = record.action === "propose" ? 1 : 0;
    if (onChain !== wanted) throw new Error(`${vault}: ${record.action}, and ${onChain} proposals on chain`);
    proposals += onChain;
  }
  return { decisions: vaults.length, proposals };
}

async function proposalsOf({ client }: KeeperWorld, vault: Address, decisionHash: Hex): Promise<number> {
  const args = { decisionHash };
  const range = { fromBlock: 0n, toBlock: "latest" } as const;
  const query = { address: vault, abi: indexVaultAbi, eventName: "WeightsProposed", args, ...range } as const;
  return (await client.getContractEvents(query)).length;
}

/** Address of a server of this process. */
export function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function gasKey(keeper: number) {
  return keccak256(toHex(`gas of keeper ${keeper}`));
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
