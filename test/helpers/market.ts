import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { parseUnits, ZeroAddress } from "ethers";
import { FLAGS, TIERS, type Tier } from "../../deploy/config/types.ts";
import {
  type AssetRegistry,
  AssetRegistry__factory,
  BreakableToken__factory,
  type EACAggregatorProxy,
  EACAggregatorProxy__factory,
  type KeeperRegistry,
  KeeperRegistry__factory,
  type ReplayFeed,
  ReplayFeed__factory,
  type ReplayFeedHub,
  ReplayFeedHub__factory,
  type TokenMock,
  TokenMock__factory,
} from "../../typechain-types/index.js";

/** {s} oldest answer that the registry accepts in these fixtures, unless a token says otherwise. */
export const HEARTBEAT = 86_400;
const FEED_DECIMALS = 8;

/** What a test wants of one token. */
export interface TokenSpec {
  symbol?: string;
  decimals?: number;
  /** USD per whole token, as text so that nothing is lost: "0.000001", "100000". */
  price?: string;
  stable?: boolean;
  tier?: Tier;
  /** {s} */
  heartbeat?: number;
  /** {bps} */
  deviationBps?: number;
  /** {USD} largest position; 0 = none. */
  usdCap?: bigint;
  /** Deploys a BreakableToken, whose transfers can be made to revert. Costs one storage read a transfer. */
  breakable?: boolean;
  /** Lists this token, which is there already, instead of deploying one. */
  existing?: string;
}

/** A listed token with its feed, which stands behind a real Chainlink proxy. */
export interface MarketToken {
  symbol: string;
  address: string;
  decimals: number;
  stable: boolean;
  token: TokenMock;
  feed: ReplayFeed;
  proxy: EACAggregatorProxy;
  /** D8{USD/tok} last published by these helpers. */
  price: bigint;
}

/** Registries, feeds and tokens: everything below the factory. */
export interface Market {
  owner: HardhatEthersSigner;
  guardian: HardhatEthersSigner;
  assetRegistry: AssetRegistry;
  keeperRegistry: KeeperRegistry;
  hub: ReplayFeedHub;
  /** By ascending address, the order that the factory wants. */
  tokens: MarketToken[];
}

export interface MarketOptions {
  tokens: readonly TokenSpec[];
  owner: HardhatEthersSigner;
  guardian: HardhatEthersSigner;
}

/** `count` tokens of 6, 8, 18 and 27 decimals in turn, with prices from $0.000001 to $100,000, and one stable. */
export function mixedTokens(count: number): TokenSpec[] {
  const decimals = [18, 6, 8, 27];
  const prices = ["1", "2000", "0.000001", "100000", "35.5", "0.25"];
  return Array.from({ length: count }, (_, index) =>
    index === 0
      ? { symbol: "USDC", decimals: 6, price: "1", stable: true }
      : {
          symbol: `TK${index}`,
          decimals: decimals[index % decimals.length] as number,
          price: prices[index % prices.length] as string,
        },
  );
}

/** `count` tokens of 18 decimals at $1 each, the first of them a stable: the method of the gas tables. */
export function plainTokens(count: number): TokenSpec[] {
  return Array.from({ length: count }, (_, index) => ({
    symbol: index === 0 ? "USDS" : `TK${index}`,
    decimals: 18,
    price: "1",
    stable: index === 0,
  }));
}

/** Deploys registries, tokens and feeds, publishes the first prices and lists everything. */
export async function deployMarket({ tokens: specs, owner, guardian }: MarketOptions): Promise<Market> {
  const keeperRegistry = await new KeeperRegistry__factory(owner).deploy(owner, guardian);
  const assetRegistry = await new AssetRegistry__factory(owner).deploy(owner, keeperRegistry, ZeroAddress, 3_600);
  const hub = await new ReplayFeedHub__factory(owner).deploy(owner);
  for (const { id, maxWeightBps } of Object.values(TIERS)) await assetRegistry.setTier(id, maxWeightBps);

  const market: Market = { owner, guardian, assetRegistry, keeperRegistry, hub, tokens: [] };
  await addTokens(market, specs);
  return market;
}

/** Adds tokens to a market and lists them. Returns the new ones by ascending address. */
export async function addTokens(market: Market, specs: readonly TokenSpec[]): Promise<MarketToken[]> {
  const added: { spec: TokenSpec; token: MarketToken }[] = [];
  for (const spec of specs) added.push({ spec, token: await deployToken(market, spec) });
  const listed = added.map(({ token }) => token);
  await publish(market, listed);

  const batch = 50; // 100 listings are more than one transaction holds
  for (let start = 0; start < added.length; start += batch) {
    const part = added.slice(start, start + batch);
    await market.assetRegistry.setAssets(
      part.map(({ token }) => token.address),
      part.map(({ spec, token }) => listing(spec, token)),
    );
  }
  market.tokens = [...market.tokens, ...listed].sort(byAddress);
  return listed.sort(byAddress);
}

/** Publishes new prices (D8 as text, by symbol) and repeats the last price of all other tokens, so that none is stale. */
export async function setPrices(market: Market, prices: Record<string, string> = {}): Promise<void> {
  for (const [symbol, price] of Object.entries(prices))
    tokenOf(market, symbol).price = parseUnits(price, FEED_DECIMALS);
  await publish(market, market.tokens);
}

export function tokenOf(market: Market, symbol: string): MarketToken {
  const found = market.tokens.find((token) => token.symbol === symbol);
  if (found === undefined) throw new Error(`no token ${symbol} in this market`);
  return found;
}

/** Mints `usd` worth of every token to `holder` and approves `spender` for all of it. */
export async function fund(
  tokens: readonly MarketToken[],
  holder: HardhatEthersSigner,
  spender: string,
  usd: bigint,
): Promise<void> {
  for (const token of tokens) {
    const amount = (usd * 10n ** BigInt(token.decimals + FEED_DECIMALS)) / token.price;
    await token.token.mint(holder, amount);
    await token.token.connect(holder).approve(spender, 2n ** 256n - 1n);
  }
}

async function deployToken({ owner, hub }: Market, spec: TokenSpec): Promise<MarketToken> {
  const symbol = spec.symbol ?? "TKN";
  const decimals = spec.decimals ?? 18;
  const Factory = spec.breakable ? BreakableToken__factory : TokenMock__factory;
  const token: TokenMock =
    spec.existing === undefined
      ? await new Factory(owner).deploy(symbol, symbol, decimals)
      : TokenMock__factory.connect(spec.existing, owner);
  const feed = await new ReplayFeed__factory(owner).deploy(owner, hub, FEED_DECIMALS, `${symbol} / USD`, 1n, 2n ** 96n);
  const proxy = await new EACAggregatorProxy__factory(owner).deploy(feed, ZeroAddress);
  return {
    symbol,
    address: await token.getAddress(),
    decimals,
    stable: spec.stable ?? false,
    token,
    feed,
    proxy,
    price: parseUnits(spec.price ?? "1", FEED_DECIMALS),
  };
}

function listing(spec: TokenSpec, { decimals, proxy }: MarketToken) {
  const tier = spec.tier ?? (spec.stable ? "STABLE" : "MAJOR");
  return {
    feed: proxy,
    heartbeat: spec.heartbeat ?? HEARTBEAT,
    feedDecimals: FEED_DECIMALS,
    tokenDecimals: decimals,
    tier: TIERS[tier].id,
    deviationBps: spec.deviationBps ?? (spec.stable ? 25 : 50),
    flags: spec.stable ? FLAGS.STABLE : 0,
    minPrice: 0,
    secondary: ZeroAddress,
    secondaryKind: 0,
    secondaryDecimals: 0,
    secondaryWindow: 0,
    usdCap: spec.usdCap ?? 0n,
  };
}

async function publish({ hub }: Market, tokens: readonly MarketToken[]): Promise<void> {
  await hub.publish(
    tokens.map(({ feed }) => feed),
    tokens.map(({ price }) => price),
    0,
  );
}

const byAddress = (a: MarketToken, b: MarketToken): number => (BigInt(a.address) < BigInt(b.address) ? -1 : 1);
