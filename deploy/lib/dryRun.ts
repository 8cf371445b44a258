import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Abi, type Address, decodeFunctionResult, encodeFunctionData, type Hex } from "viem";
import type { NetworkConfig } from "../config/types.ts";
import { gimbalModule, type Roles } from "../modules/Gimbal.ts";
import type { Deployment } from "./addresses.ts";
import type { RpcProvider } from "./ignition.ts";
import { localList, localWave } from "./localWave.ts";
import { deployNetwork } from "./network.ts";
import { type PlannedStep, planOf } from "./plan.ts";
import { localRoles } from "./roles.ts";
import { placeStandIns } from "./standIns.ts";

const FAST = { blockPollingInterval: 5, requiredConfirmations: 1, disableFeeBumping: true };

export interface DryRun {
  plan: PlannedStep[];
  deployment: Deployment;
  /** Of all transactions of the protocol together. */
  gasUsed: bigint;
  transactions: number;
  /** D27{USD/tok} that the new registry reports, by symbol. */
  prices: Record<string, bigint>;
  sequencerUp: boolean;
}

/** Deploys a configuration on a simulated chain of its own, without any network, and reads the result back. */
export async function dryRun(hre: HardhatRuntimeEnvironment, network: NetworkConfig): Promise<DryRun> {
  const { provider } = await hre.network.create({ network: "default", override: { chainId: network.chainId } });
  const roles = await localRoles(provider);

  await placeStandIns(hre, provider, network);
  const config = await withWave(provider, network, roles);
  const start = await blockNumber(provider);
  const folder = mkdtempSync(join(tmpdir(), "gimbal-dry-run-"));
  try {
    const { deployment } = await deployNetwork(hre, provider, {
      config,
      roles,
      journal: join(folder, "journal"),
      book: join(folder, "book.json"),
      polling: FAST,
    });
    const { abi } = await hre.artifacts.readArtifact("AssetRegistry");
    const registry = deployment.contracts.AssetRegistry;
    if (registry === undefined) throw new Error("no AssetRegistry was deployed");
    const read = (name: string, args: readonly unknown[]) => readContract(provider, abi as Abi, registry, name, args);
    const tokens = config.assets.map(({ token }) => token);
    const prices = (await read("prices", [tokens])) as bigint[];

    return {
      plan: planOf(gimbalModule(config, roles)),
      deployment,
      ...(await costSince(provider, start)),
      prices: Object.fromEntries(config.assets.map(({ symbol }, index) => [symbol, prices[index] ?? 0n])),
      sequencerUp: (await read("sequencerUp", [])) as boolean,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The configuration with a list for the airdrop, if it has none yet. */
async function withWave(provider: RpcProvider, config: NetworkConfig, { deployer }: Roles): Promise<NetworkConfig> {
  const { governance } = config;
  if (governance.airdrop !== undefined) return config;
  const params = ["latest", false];
  const { timestamp } = (await provider.request({ method: "eth_getBlockByNumber", params })) as { timestamp: Hex };
  return { ...config, governance: { ...governance, airdrop: localWave(localList([deployer]), Number(timestamp)) } };
}

async function readContract(
  provider: RpcProvider,
  abi: Abi,
  to: Address,
  functionName: string,
  args: readonly unknown[],
): Promise<unknown> {
  const call = { to, data: encodeFunctionData({ abi, functionName, args }) };
  const data = (await provider.request({ method: "eth_call", params: [call, "latest"] })) as Hex;
  return decodeFunctionResult({ abi, functionName, data });
}

async function costSince(provider: RpcProvider, start: number): Promise<{ gasUsed: bigint; transactions: number }> {
  let gasUsed = 0n;
  let transactions = 0;
  for (let number = start + 1; number <= (await blockNumber(provider)); ++number) {
    const block = (await provider.request({
      method: "eth_getBlockByNumber",
      params: [`0x${number.toString(16)}`, false],
    })) as { gasUsed: Hex; transactions: Hex[] };
    gasUsed += BigInt(block.gasUsed);
    transactions += block.transactions.length;
  }
  return { gasUsed, transactions };
}

async function blockNumber(provider: RpcProvider): Promise<number> {
  return Number(await provider.request({ method: "eth_blockNumber" }));
}
