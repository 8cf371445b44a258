import { join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import {
  type Address,
  createPublicClient,
  custom,
  getAddress,
  type Hex,
  keccak256,
  type PublicClient,
  parseUnits,
  toHex,
} from "viem";
import type { MarketSnapshot } from "../../keeper/src/data/snapshot.ts";
import {
  assetRegistryAbi,
  createIndex,
  type Methodology,
  methodologyHash,
  methodologyLimits,
  toStreamingRate,
} from "../../sdk/src/index.ts";
import type { AssetListing } from "../config/types.ts";
import type { Deployment } from "./addresses.ts";
import type { RpcProvider } from "./ignition.ts";
import { deployLocalNetwork, type LocalAsset, type LocalNetwork } from "./local.ts";
import { pricesOf } from "./localMarket.ts";
import { deployNetwork } from "./network.ts";
import { localRoles } from "./roles.ts";
import { STABLE, type StartWeights, startWeights, tierOf } from "./startWeights.ts";
import { createSender, type Sender } from "./transactions.ts";

const BPS = 10_000n;
const ONE_SHARE = 10n ** 18n;
const D27 = 10n ** 27n;
const DAY = 86_400;
/** {raw tokens} put into a savings token: of ether no more than an account of a local chain has. */
const SAVED = { WETH: parseUnits("500", 18), other: parseUnits("1000000", 18) };
const CONVERT_TO_ASSETS = keccak256(toHex("convertToAssets(uint256)")).slice(0, 10) as Hex;
/** {USD} worth that a new index is seeded with, at $100 a share. */
const SEED_USD = 100_000n;

/** What a token of the market data is called on chain. */
export function symbolOnChain(asset: string): string {
  return asset === "ETH" ? "WETH" : asset;
}

/** A local token for each name, at its price {USD}. */
export function localAssetsFor(prices: ReadonlyMap<string, number>): readonly LocalAsset[] {
  return [...prices].map(([asset, price]) => ({
    symbol: symbolOnChain(asset),
    decimals: tierOf(asset) === "STABLE" && asset !== "USDE" && asset !== "DAI" ? 6 : 18,
    price,
    tier: tierOf(asset),
    deviationBps: 50,
    heartbeat: DAY,
    usdCap: 0,
    breakable: false,
  }));
}

/**
 * Savings tokens for every rate that the documents name: an ERC-4626 vault over the underlying, and a CappedRateFeed that prices
 * it. They are listed with the rest, so this comes before the protocol's deployment.
 */
export async function deployRates(
  hre: HardhatRuntimeEnvironment,
  provider: RpcProvider,
  network: LocalNetwork,
  documents: readonly Methodology[],
): Promise<LocalNetwork> {
  const sender = await senderOf(hre, provider);
  const rates = new Map(documents.flatMap(({ rates }) => rates.map((rate) => [rate.asset, rate] as const)));
  const listings: AssetListing[] = [];
  for (const { asset, underlying, maxYearlyGrowthBps } of rates.values()) {
    const base = network.config.assets.find(({ symbol }) => symbol === symbolOnChain(underlying));
    if (base === undefined) throw new Error(`${asset} needs ${underlying}, which this chain does not list`);
    const vault = getAddress(await sender.deploy("SavingsVaultMock", [base.token, asset, asset]));
    // A first deposit and a gift of a tenth: a rate of 1.1, and shares to seed indices with.
    const saved = base.symbol === "WETH" ? SAVED.WETH : SAVED.other;
    await give(sender, base, saved + saved / 10n);
    await sender.call("TokenMock", base.token, "approve", [vault, saved]);
    await sender.call("SavingsVaultMock", vault, "deposit", [saved, sender.account]);
    await sender.call("TokenMock", base.token, "transfer", [vault, saved / 10n]);
    const source = { target: vault, selector: CONVERT_TO_ASSETS, oneShare: ONE_SHARE, decimals: 18 };
    const args = [base.feed, source, maxYearlyGrowthBps, `${asset} / USD`];
    const feed = getAddress(await sender.deploy("CappedRateFeed", args));
    const { feedDecimals, heartbeat, deviationBps } = base;
    const same = { feedDecimals, heartbeat, deviationBps, usdCap: 0, tier: "LARGE" } as const;
    listings.push({ symbol: asset, token: vault, decimals: 18, feed, ...same });
  }
  return { ...network, config: { ...network.config, assets: [...network.config.assets, ...listings] } };
}

/** What an index is made from. */
export interface MethodologyIndex {
  readonly document: Methodology;
  readonly weights: StartWeights;
  /** Sign decisions about it; one of them is enough. */
  readonly signers: readonly Address[];
}

/** Creates the vault of a document on a local chain and returns its address. */
export async function createMethodologyIndex(
  hre: HardhatRuntimeEnvironment,
  provider: RpcProvider,
  deployment: Deployment,
  { document, weights, signers }: MethodologyIndex,
): Promise<Address> {
  const sender = await senderOf(hre, provider);
  const client = createPublicClient({ transport: custom(provider, { retryCount: 0 }), cacheTime: 0 });
  const { AssetRegistry: registry, IndexFactory: factory } = deployment.contracts;
  if (registry === undefined || factory === undefined) throw new Error("the deployment lacks registry or factory");
  const seed: { token: Address; amount: bigint }[] = [];
  for (const [asset, bps] of weights) {
    const token = listedToken(deployment, asset);
    const amount = await seedOf(client, registry, token, bps);
    seed.push({ token: token.token, amount });
    if (amount === 0n) continue;
    if (!document.rates.some((rate) => rate.asset === asset)) await give(sender, token, amount);
    await sender.call("TokenMock", token.token, "approve", [factory, amount]);
  }
  const { streamingBps, mintBps } = document.fees;
  const action = createIndex(client, {
    factory,
    name: document.name,
    symbol: document.symbol,
    seed,
    shares: (SEED_USD / 100n) * ONE_SHARE,
    limits: methodologyLimits(document),
    destinations: [{ token: listedToken(deployment, STABLE).token, splitBps: Number(BPS) }],
    signers,
    threshold: 1,
    curator: sender.account,
    fees: {
      streamingRate: toStreamingRate(streamingBps),
      mintFeeBps: mintBps,
      recipient: sender.account,
    },
    strategy: { recipient: sender.account, royaltyBps: 0, methodologyHash: methodologyHash(document) },
    salt: keccak256(toHex(document.symbol)),
    account: sender.account,
  });
  const { vault } = await action.simulate();
  await sender.call("IndexFactory", factory, "createIndex", [action.params]);
  return vault;
}

interface ListedToken {
  readonly symbol: string;
  readonly token: Address;
  readonly decimals: number;
}

function listedToken({ tokens }: Deployment, asset: string): ListedToken {
  const symbol = symbolOnChain(asset);
  const found = tokens[symbol];
  if (found === undefined) throw new Error(`${asset} is not listed on this chain`);
  return { symbol, token: getAddress(found.address), decimals: found.decimals };
}

/** {raw tokens} Nothing of a token that is in the basket only to be bought later. */
async function seedOf(
  client: PublicClient,
  registry: Address,
  { token, decimals, symbol }: ListedToken,
  bps: number,
): Promise<bigint> {
  const price = await client.readContract({
    address: registry,
    abi: assetRegistryAbi,
    functionName: "price",
    args: [token],
  });
  if (price === 0n) throw new Error(`${symbol} has no price now: publish one first`);
  return (SEED_USD * BigInt(bps) * 10n ** BigInt(decimals) * D27) / (BPS * price);
}

async function give(sender: Sender, { symbol, token }: Pick<ListedToken, "symbol" | "token">, amount: bigint) {
  if (symbol === "WETH") await sender.call("IWETH9", token, "deposit", [], amount);
  else await sender.call("TokenMock", token, "mint", [sender.account, amount]);
}

async function senderOf(hre: HardhatRuntimeEnvironment, provider: RpcProvider): Promise<Sender> {
  const [account] = (await provider.request({ method: "eth_accounts" })) as Address[];
  if (account === undefined) throw new Error("the local chain has no unlocked account");
  return createSender(hre, provider, getAddress(account));
}

/** What to create, and where. */
export interface MethodologyDeployment {
  readonly documents: readonly Methodology[];
  /** Prices, ranks and sectors of the first day. */
  readonly market: MarketSnapshot;
  readonly journal: string;
  readonly book: string;
  readonly signers: readonly Address[];
}

/** One created index. */
export interface CreatedIndex {
  readonly document: Methodology;
  readonly vault: Address;
  readonly tokens: number;
  readonly stableBps: number;
}

/** Puts tokens, feeds and the protocol on a fresh local chain and creates the vault of every document that has members. */
export async function deployMethodologies(
  hre: HardhatRuntimeEnvironment,
  provider: RpcProvider,
  { documents, market, journal, book, signers }: MethodologyDeployment,
): Promise<{
  readonly deployment: Deployment;
  readonly indices: readonly CreatedIndex[];
  readonly skipped: readonly { readonly document: Methodology; readonly reason: string }[];
}> {
  const plans = documents.map((document) => ({ document, weights: startWeights(document, market) }));
  const rated = documents.flatMap(({ rates }) => rates);
  const wanted = new Set(["ETH", STABLE, ...plans.flatMap(({ weights }) => [...weights.keys()])]);
  for (const { asset } of rated) wanted.delete(asset);
  const prices = pricesOf(market, wanted, [STABLE, ...rated.map(({ underlying }) => underlying)]);
  const plain = await deployLocalNetwork(hre, provider, localAssetsFor(prices), journal);
  const { config } = await deployRates(hre, provider, plain, documents);
  const { deployment } = await deployNetwork(hre, provider, {
    config,
    roles: await localRoles(provider),
    journal: join(journal, "gimbal"),
    book,
    polling: { blockPollingInterval: 5, requiredConfirmations: 1, disableFeeBumping: true },
  });

  const indices: CreatedIndex[] = [];
  const skipped: { document: Methodology; reason: string }[] = [];
  for (const { document, weights } of plans) {
    if (weights.size < 2) {
      skipped.push({ document, reason: "the market has no token that fits its universe" });
      continue;
    }
    const vault = await createMethodologyIndex(hre, provider, deployment, { document, weights, signers });
    indices.push({ document, vault, tokens: weights.size, stableBps: weights.get(STABLE) ?? 0 });
  }
  return { deployment, indices, skipped };
}
