import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkHelpers } from "@nomicfoundation/hardhat-network-helpers/types";
import type { EthereumProvider } from "hardhat/types/providers";
import { type Address, createClient, custom, defineChain, getAddress, keccak256, parseEther, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { type BotParts, requireTier } from "../../scripts/trading-bot/bot.ts";
import type { Limits } from "../../scripts/trading-bot/plan.ts";
import { ChainlinkReference } from "../../scripts/trading-bot/prices.ts";
import type { SignalSet } from "../../scripts/trading-bot/signals.ts";
import type { BotStore } from "../../scripts/trading-bot/store.ts";
import { UniswapExchange } from "../../scripts/trading-bot/uniswap.ts";
import type { AnyClient } from "../../sdk/src/index.ts";
import { setPrices } from "./market.ts";
import { deployPeriphery } from "./periphery.ts";
import { deployScores, GIM, WEEK } from "./scores.ts";

export const TRADER_KEY = keccak256(toHex("a user of the trading bot"));
export const trader = privateKeyToAccount(TRADER_KEY);

export const USD = 10n ** 6n;

/** Limits under which the tests' trades are possible: pools take 0.3%. */
export const BOT_LIMITS: Limits = {
  maxWeightBps: 4_000,
  cashFloorBps: 1_000,
  maxTrade: 2_000,
  minTrade: 10,
  dailyTurnover: 10_000,
  dailyLossBps: 500,
  slippageBps: 50,
  deviationBps: 100,
  maxSignalAge: 86_400,
};

/** Real Uniswap V3 with deep pools, Chainlink prices, a trader with $10,000, 1 WETH and tier 3 since the last week's start. */
export async function deployTrading(ethers: HardhatEthers, networkHelpers: NetworkHelpers) {
  const market = await deployPeriphery(ethers);
  const scores = await deployScores({ ethers, networkHelpers });
  await networkHelpers.setBalance(trader.address, parseEther("100"));
  await networkHelpers.impersonateAccount(trader.address);
  await scores.lockForScore(await ethers.getSigner(trader.address), 50_000n * GIM);
  await networkHelpers.stopImpersonatingAccount(trader.address);
  await networkHelpers.time.increaseTo(((await scores.now()) / WEEK + 1n) * WEEK + 60n);
  await setPrices(market.protocol);
  await market.usd.mint(trader.address, 10_000n * USD);
  await market.stack.weth.getFunction("transfer").send(trader.address, parseEther("1"));
  return { ...market, scores };
}

export type Trading = Awaited<ReturnType<typeof deployTrading>>;

const chain = defineChain({
  id: 31_337,
  name: "Hardhat's simulated network",
  nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
  rpcUrls: { default: { http: [] } },
});

/** What happens around a request to the node: throw before or after `forward` to play a crash. */
export type Around = (method: string, forward: () => Promise<unknown>) => Promise<unknown>;

/** The trader's client. */
export function traderClient(provider: EthereumProvider, around: Around = (_, forward) => forward()): AnyClient {
  const request = ({ method, params }: { method: string; params?: unknown[] }) =>
    around(method, () => provider.request(params === undefined ? { method } : { method, params }));
  const transport = custom({ request: request as EthereumProvider["request"] }, { retryCount: 0 });
  return createClient({ account: trader, chain, transport, pollingInterval: 10, cacheTime: 0 });
}

/** Thrown in the place where a process would have died. */
export class Killed extends Error {}

/** The on-chain venue of the trader. */
export function uniswapOf(world: Trading, client: AnyClient, store: BotStore) {
  const { stack, at, protocol } = world;
  const tokens = [
    { symbol: "WETH", address: getAddress(at.WETH), decimals: 18 },
    { symbol: "BTC", address: getAddress(at.BTC), decimals: 8 },
    { symbol: "USDT", address: getAddress(at.USDT), decimals: 6 },
  ];
  const address = (contract: { target: unknown }): Address => getAddress(String(contract.target));
  const reference = new ChainlinkReference(client, address(protocol.assetRegistry), tokens);
  const weth = address(stack.weth);
  const exchange = new UniswapExchange({
    ...{ client, account: trader, store, tokens, reference, quote: "USDT", router: address(stack.router) },
    venue: { uniswapV3Factory: address(stack.factory), quoterV2: address(stack.quoter), weth, via: [weth] },
    ...{ slippageBps: BOT_LIMITS.slippageBps, deadline: 120, probe: 100 },
  });
  return { exchange, reference, tokens };
}

/** A bot of the trader on chain, with the given signals of now. */
export async function botOf(
  world: Trading,
  { client, store, set, over = {} }: { client: AnyClient; store: BotStore; set: SignalSet; over?: Partial<BotParts> },
): Promise<BotParts> {
  const { exchange, reference } = uniswapOf(world, client, store);
  const scores = getAddress(String(world.scores.registry.target));
  return {
    ...{ exchange, store, reference, tokens: ["WETH", "BTC"], quote: "USDT", limits: BOT_LIMITS, send: true },
    account: trader.address,
    signals: async () => set,
    gate: () => requireTier(client, { scores, account: trader.address, least: 1 }),
    clock: async () => Number(await world.scores.now()),
    ...over,
  };
}
