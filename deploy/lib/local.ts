import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Address, getAddress, keccak256, parseUnits, toHex } from "viem";
import { GOVERNANCE } from "../config/governance.ts";
import { LOCAL_SERVICES } from "../config/services.ts";
import {
  type AssetListing,
  MULTICALL3,
  type NetworkConfig,
  PERMIT2,
  type Tier,
  ZERO_ADDRESS,
} from "../config/types.ts";
import { LocalStack } from "../modules/LocalStack.ts";
import { type RpcProvider, runModule } from "./ignition.ts";
import { localList, localWave } from "./localWave.ts";
import { createSender, type Sender } from "./transactions.ts";

/** What a local chain is asked to trade. */
export interface LocalAsset {
  symbol: string;
  decimals: number;
  /** USD per whole token at the start. */
  price: number;
  tier: Tier;
  /** {bps} */
  deviationBps: number;
  /** {s} */
  heartbeat: number;
  /** {USD} */
  usdCap: number;
  /** Its transfers can be made to revert. */
  breakable: boolean;
}

/** A local chain with the venue, tokens and feeds, ready for the protocol. */
export interface LocalNetwork {
  config: NetworkConfig;
  /** Publishes many feeds in one call. */
  hub: Address;
  /** Trades the pools to the market's prices. */
  bot: Address;
  /** Aggregators behind the listed proxies, by symbol. */
  aggregators: Record<string, Address>;
}

interface Progress {
  hub?: Address;
  bot?: Address;
  keystone?: Address;
  /** {s since 1970} when the deployment began: its airdrop is announced for a time that must not change later. */
  beganAt?: number;
  assets: Record<string, LocalFeed>;
}

interface LocalFeed {
  listing: AssetListing;
  aggregator: Address;
  /** Whether its first round is there. */
  published: boolean;
}

/** Polling of a chain that mines at once. */
const FAST = { blockPollingInterval: 10, requiredConfirmations: 1, disableFeeBumping: true };
const WETH_SYMBOL = "WETH";
/** Rounds in one transaction: first rounds cost about 75,000 gas each. */
const PUBLISH_BATCH = 100;
/** Cheap tokens get the 18 decimals that live feeds of such tokens have; 8 would leave them too few digits. */
const CHEAP = 0.01;

/** The decimals of a feed for a token of this price. */
export function feedDecimalsFor(price: number): number {
  return price < CHEAP ? 18 : 8;
}

/** A price as a feed reports it. */
export function toAnswer(price: number, feedDecimals: number): bigint {
  return parseUnits(price.toFixed(feedDecimals), feedDecimals);
}

/** Folder of the journal of one local chain: a restarted chain has another first block and so another folder. */
export async function localJournal(hre: HardhatRuntimeEnvironment, provider: RpcProvider): Promise<string> {
  const block = (await provider.request({ method: "eth_getBlockByNumber", params: ["0x0", false] })) as {
    hash: string;
  };
  return join(hre.config.paths.ignition, "deployments", `local-${block.hash.slice(2, 10)}`);
}

/**
 * Puts venue, tokens and feeds on a local chain. What the journal says is there is left alone.
 * The venue goes through Ignition; tokens and feeds, three contracts each, are sent directly.
 */
export async function deployLocalNetwork(
  hre: HardhatRuntimeEnvironment,
  provider: RpcProvider,
  assets: readonly LocalAsset[],
  journal: string,
): Promise<LocalNetwork> {
  const accounts = (await provider.request({ method: "eth_accounts" })) as Address[];
  const [account] = accounts;
  if (account === undefined) throw new Error("the local chain has no unlocked account");
  const sender = createSender(hre, provider, getAddress(account));

  const stack = await runModule(hre, LocalStack, { provider, journal: join(journal, "stack"), config: FAST });
  const external = { ...stack, permit2: PERMIT2, multicall3: MULTICALL3 } as NetworkConfig["external"];
  await installAtFixedAddresses(hre, provider);

  const progress = openProgress(join(journal, "market.json"));
  progress.state.beganAt ??= await clockOf(provider);
  const hub = await progress.once("hub", () => sender.deploy("ReplayFeedHub", [sender.account]));
  const bot = await progress.once("bot", () => sender.deploy("MarketMakerBot", [sender.account]));
  const forwarder = await progress.once("keystone", () => sender.deploy("KeystoneForwarder", []));
  const known = progress.state.assets;
  for (const asset of assets.filter(({ symbol }) => known[symbol] === undefined)) {
    const token = asset.symbol === WETH_SYMBOL ? external.weth : await deployToken(sender, asset);
    known[asset.symbol] = await deployFeed(sender, asset, getAddress(token), hub);
    progress.save();
  }
  await publishFirst(sender, hub, assets, known);
  progress.save();

  return {
    hub,
    bot,
    aggregators: Object.fromEntries(Object.entries(known).map(([symbol, { aggregator }]) => [symbol, aggregator])),
    config: {
      name: "local",
      chainId: 31_337,
      sequencerFeed: ZERO_ADDRESS,
      sequencerGrace: 3_600,
      protocolFeeBps: 1_000,
      external,
      governance: { ...GOVERNANCE, airdrop: localWave(localList(accounts), progress.state.beganAt) },
      services: LOCAL_SERVICES,
      cre: {
        forwarder,
        workflowId: keccak256(toHex("gimbal local workflow")),
        workflowOwner: sender.account,
        tipReceiver: sender.account,
      },
      assets: assets.map(({ symbol }) => known[symbol]?.listing).filter((listing) => listing !== undefined),
    },
  };
}

async function clockOf(provider: RpcProvider): Promise<number> {
  const params = ["latest", false];
  const block = (await provider.request({ method: "eth_getBlockByNumber", params })) as { timestamp: string };
  return Number(block.timestamp);
}

function deployToken(sender: Sender, { symbol, decimals, breakable }: LocalAsset): Promise<Address> {
  return sender.deploy(breakable ? "BreakableToken" : "TokenMock", [symbol, symbol, decimals]);
}

async function deployFeed(sender: Sender, asset: LocalAsset, token: Address, hub: Address): Promise<LocalFeed> {
  const { symbol, decimals, tier, deviationBps, heartbeat, usdCap } = asset;
  const feedDecimals = feedDecimalsFor(asset.price);
  const description = `${symbol} / USD`;
  const bounds = [1n, 2n ** 128n];
  const args = [sender.account, hub, feedDecimals, description, ...bounds];
  const aggregator = getAddress(await sender.deploy("ReplayFeed", args));
  const feed = getAddress(await sender.deploy("EACAggregatorProxy", [aggregator, ZERO_ADDRESS]));

  return {
    aggregator,
    published: false,
    listing: { symbol, token, decimals, feed, feedDecimals, heartbeat, deviationBps, tier, usdCap },
  };
}

async function publishFirst(
  sender: Sender,
  hub: Address,
  assets: readonly LocalAsset[],
  known: Progress["assets"],
): Promise<void> {
  const silent = assets.flatMap(({ symbol, price }) => {
    const entry = known[symbol];
    return entry === undefined || entry.published ? [] : [{ entry, price }];
  });
  for (let start = 0; start < silent.length; start += PUBLISH_BATCH) {
    const part = silent.slice(start, start + PUBLISH_BATCH);
    const feeds = part.map(({ entry }) => entry.aggregator);
    const answers = part.map(({ entry, price }) => toAnswer(price, entry.listing.feedDecimals));
    await sender.call("ReplayFeedHub", hub, "publish", [feeds, answers, 0n]);
    for (const { entry } of part) entry.published = true;
  }
}

/** Permit2 and Multicall3 live at the same addresses on every public chain, and so they do here. */
export async function installAtFixedAddresses(hre: HardhatRuntimeEnvironment, provider: RpcProvider): Promise<void> {
  const permit2 = JSON.parse(readFileSync(new URL("../../vendor/permit2.json", import.meta.url), "utf8")) as {
    bytecode: string;
  };
  const { deployedBytecode } = await hre.artifacts.readArtifact("Multicall3");
  await provider.request({ method: "hardhat_setCode", params: [PERMIT2, permit2.bytecode] });
  await provider.request({ method: "hardhat_setCode", params: [MULTICALL3, deployedBytecode] });
}

/** Addresses on a file, written after each step, so that a run that stopped half way is continued. */
function openProgress(path: string) {
  const state: Progress = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Progress) : { assets: {} };
  const save = (): void => {
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, JSON.stringify(state, undefined, 2));
  };
  const once = async (key: "hub" | "bot" | "keystone", make: () => Promise<Address>): Promise<Address> => {
    const known = state[key];
    if (known !== undefined) return known;
    const made = getAddress(await make());
    state[key] = made;
    save();
    return made;
  };
  return { state, save, once };
}
