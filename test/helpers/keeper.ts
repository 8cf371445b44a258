import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import type { EthereumProvider } from "hardhat/types/providers";
import {
  type Address,
  createPublicClient,
  custom,
  getAddress,
  type Hex,
  keccak256,
  type PublicClient,
  toHex,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { createSimulation } from "../../keeper/src/data/simulation.ts";
import type { MarketDataSource } from "../../keeper/src/data/source.ts";
import { Keeper, type KeeperOptions } from "../../keeper/src/execute/keeper.ts";
import { silentLogger } from "../../keeper/src/execute/logger.ts";
import { defaultTransactionSettings } from "../../keeper/src/execute/transactions.ts";
import { defaultUpkeepSettings } from "../../keeper/src/execute/upkeep.ts";
import type { Journal } from "../../keeper/src/journal/journal.ts";
import { ModelStore } from "../../keeper/src/journal/modelStore.ts";
import { IndexLens__factory, KeeperUpkeep__factory } from "../../typechain-types/index.js";
import { deployPeriphery } from "./periphery.ts";
import { type IndexOptions, indexParams } from "./protocol.ts";
import { DECISION_SIGNERS } from "./sdk.ts";

/** Names of the fixture's tokens in the simulated market. */
const NAMES = { USDT: "USDT", WETH: "ETH", BTC: "BTC", ALT: "SIM003", DUST: "SIM004" } as const;

/** Invented prices that crash in May 2022. */
export const SIMULATION: MarketDataSource = createSimulation({ seed: 7, assets: 4, to: "2022-12-31" });

export type KeeperWorld = Awaited<ReturnType<typeof deployKeeperWorld>>;

/** The periphery's vault with lens, upkeep and everything that a keeper needs but its journal. */
export async function deployKeeperWorld(ethers: HardhatEthers, provider: EthereumProvider) {
  const periphery = await deployPeriphery(ethers);
  const { owner, protocol, stack, at, filler, adapter } = periphery;
  const { factory, assetRegistry, keeperRegistry } = protocol;
  const lens = await new IndexLens__factory(owner).deploy(factory, assetRegistry, keeperRegistry);
  const upkeep = await new KeeperUpkeep__factory(owner).deploy(factory, assetRegistry);
  const account = privateKeyToAccount(keccak256(toHex("gas of the keeper")));
  await provider.request({ method: "hardhat_setBalance", params: [account.address, toHex(10n ** 20n)] });

  const addressOf = async (contract: { getAddress(): Promise<string> }) => getAddress(await contract.getAddress());
  const addresses = {
    assetRegistry: await addressOf(assetRegistry),
    keeperRegistry: await addressOf(keeperRegistry),
    indexLens: await addressOf(lens),
    ammFiller: await addressOf(filler),
    venueAdapter: await addressOf(adapter),
    keeperUpkeep: await addressOf(upkeep),
    recurringOrders: null,
    uniswapV3Factory: await addressOf(stack.factory),
    quoterV2: await addressOf(stack.quoter),
    weth: await addressOf(stack.weth),
  };
  // A simulated network answers at once or never, and reports reverts with a code that viem would retry.
  const transport = custom(provider, { retryCount: 0 });
  const client: PublicClient = createPublicClient({ transport, pollingInterval: 10, cacheTime: 0 });
  const names = new Map(
    Object.entries(NAMES).map(([symbol, asset]) => [at[symbol as keyof typeof NAMES].toLowerCase(), asset]),
  );
  const vault: Address = await addressOf(periphery.vault);
  return { ...periphery, index: periphery.vault, vault, addresses, client, account, names, chainId: 31_337 };
}

/** The deployment file of a world, as `deploy/` would write it. */
export function deploymentOf({ addresses, protocol, stack, zap }: KeeperWorld): object {
  return {
    chainId: 31_337,
    blockNumber: 0,
    contracts: {
      AssetRegistry: addresses.assetRegistry,
      KeeperRegistry: addresses.keeperRegistry,
      IndexFactory: protocol.factory.target,
      IndexVaultImplementation: protocol.implementation.target,
      AmmFiller: addresses.ammFiller,
      UniswapV3Adapter: addresses.venueAdapter,
      Zap: zap.target,
      IndexLens: addresses.indexLens,
      KeeperUpkeep: addresses.keeperUpkeep,
    },
    external: {
      uniswapV3Factory: addresses.uniswapV3Factory,
      swapRouter02: stack.router.target,
      quoterV2: addresses.quoterV2,
      weth: addresses.weth,
      permit2: stack.permit2.target,
      multicall3: stack.multicall3.target,
    },
    tokens: {},
  };
}

/** One more index of that world's tokens, by the owner, whose approvals for the first one are still there. */
export async function createAnother(
  { protocol, owner }: KeeperWorld,
  options: Omit<IndexOptions, "creator">,
): Promise<Address> {
  const params = indexParams(protocol, { creator: owner, ...options });
  const factory = protocol.factory.connect(owner);
  const vault = await factory.createIndex.staticCall(params);
  await factory.createIndex(params);
  return getAddress(vault);
}

/** A keeper for that world on a journal, which outlives it. */
export function openKeeper(world: KeeperWorld, journal: Journal, over: Partial<KeeperOptions> = {}): Promise<Keeper> {
  const { client, chainId, addresses, account, names, at } = world;
  return Keeper.connect({
    client,
    chainId,
    addresses,
    account,
    signers: DECISION_SIGNERS.slice(0, 1),
    names,
    via: [at.USDT as Address, at.WETH as Address],
    market: SIMULATION,
    journal,
    logger: silentLogger,
    models: new ModelStore(journal, null),
    decideEvery: 86_400,
    fallbackNativeUsd: 2_000n * 10n ** 18n,
    transactions: {
      ...defaultTransactionSettings,
      pollInterval: 5,
      bumpAfter: 1_000,
      giveUpAfter: 2_000,
      confirmations: 0n,
    },
    upkeep: { ...defaultUpkeepSettings, largestRun: 5 },
    ...over,
  });
}

/** Hashes of the decisions that the chain has seen proposed for a vault. */
export async function proposedDecisions({ index }: KeeperWorld): Promise<readonly Hex[]> {
  const events = await index.queryFilter(index.filters.WeightsProposed());
  return events.map(({ args }) => args.decisionHash as Hex);
}
