import { type Address, encodeFunctionData, parseEventLogs, type TransactionReceipt } from "viem";
import {
  ammFillerAbi,
  type BaseError,
  ContractError,
  decodeContractError,
  decodeRevertData,
  encodePath,
  getBasket,
  getHealth,
  getLots,
  getNav,
  indexVaultAbi,
  Lane,
} from "../../../sdk/src/index.ts";
import { noteGas } from "./holders.ts";
import { priceAfter, venueOf } from "./market.ts";
import { approve, give } from "./pools.ts";
import type { Demo, DemoIndex, MarketAsset } from "./scene.ts";

/** Orders in one transaction: each costs up to 400,000 gas. */
const BATCH = 36;
/** {USD} lots below this are left alone: they cost more gas than they move. */
const SMALLEST = 20;
/** {1} part of the limit price below which the filler would rather not trade, against a moved pool. */
const LEAST_RECEIVED = 970n;
/** Freeze bits: neither sold nor bought. */
const BOTH_SIDES = 3;
const SMALL_BASKET = 16;
const MAX = 2n ** 256n - 1n;

interface Order {
  i: number;
  j: number;
  /** {raw tokens} */
  maxSell: bigint;
  /** D18{USD} */
  value: bigint;
}

interface Lot {
  surplus: bigint;
  surplusValue: bigint;
  deficitValue: bigint;
  freeze: number;
}

/** What an epoch has left to sell, paired with what it has left to buy: the largest first. */
export function pairLots(lots: readonly Lot[]): Order[] {
  const smallest = BigInt(SMALLEST) * 10n ** 18n;
  const sells = lots
    .map(({ surplus, surplusValue, freeze }, i) => ({
      i,
      surplus,
      left: (freeze & 1) === 0 ? surplusValue : 0n,
      all: surplusValue,
    }))
    .filter(({ left }) => left >= smallest)
    .sort((a, b) => (a.left > b.left ? -1 : 1));
  const buys = lots
    .map(({ deficitValue, freeze }, j) => ({ j, left: (freeze & 2) === 0 ? deficitValue : 0n }))
    .filter(({ left }) => left >= smallest)
    .sort((a, b) => (a.left > b.left ? -1 : 1));

  const orders: Order[] = [];
  for (const sell of sells) {
    for (const buy of buys) {
      const value = sell.left < buy.left ? sell.left : buy.left;
      if (value < smallest) continue;
      // The last part of a lot is asked for whole, so that no dust is left; the vault clamps it to the deficit.
      const maxSell = value === sell.left ? sell.surplus : (sell.surplus * value) / sell.all;
      orders.push({ i: sell.i, j: buy.j, maxSell, value });
      sell.left -= value;
      buy.left -= value;
      if (sell.left < smallest) break;
    }
  }
  return orders;
}

/** Leaves tokens alone whose transfers revert: a sale or a purchase of them would only cost gas. */
function quietIf({ halted }: Demo): (lot: Lot & { token: Address }) => Lot {
  return (lot) => (halted.has(lot.token) ? { ...lot, freeze: BOTH_SIDES } : lot);
}

/** The orders that the turnover released so far has room for; the one that crosses its edge is cut there. */
export function withinBudget(orders: readonly Order[], budget: bigint): Order[] {
  let left = budget;
  return orders.flatMap((order) => {
    const value = order.value < left ? order.value : left;
    left -= value;
    return value === 0n ? [] : [{ ...order, value, maxSell: (order.maxSell * value) / order.value }];
  });
}

/** D18{USD} that the vault lets be sold now. */
async function budgetOf(demo: Demo, { vault }: DemoIndex): Promise<bigint> {
  const { client } = demo.chain;
  const at = { lens: demo.deployment.contracts.IndexLens, vault };
  const [{ turnover, epoch }, { total }, now] = await Promise.all([
    getHealth(client, at),
    getNav(client, at),
    demo.chain.now(),
  ]);
  if (epoch.lane === Lane.DERISK) return total;
  // RISK releases the weekly turnover linearly over the window.
  const part = (turnover.weekly * BigInt(now - epoch.opensAt)) / BigInt(epoch.closesAt - epoch.opensAt);
  const released = part > epoch.turnoverUsed ? part - epoch.turnoverUsed : 0n;
  const left = released < turnover.left ? released : turnover.left;
  return (left * total) / 10n ** 18n;
}

/**
 * Fills what is open. An outside filler takes some of it with tokens of its own. The keeper fills a small basket order by
 * order, each compared with the venue first; for a large one a bot sends all orders in a few transactions.
 */
export async function fillEpoch(demo: Demo, index: DemoIndex, outside: number): Promise<number> {
  const { client } = demo.chain;
  const at = { lens: demo.deployment.contracts.IndexLens, vault: index.vault };
  const { lots } = await getLots(client, at);
  const orders = withinBudget(pairLots(lots.map(quietIf(demo))), await budgetOf(demo, index));
  if (orders.length === 0) return 0;
  const { basketNonce } = await getBasket(client, { vault: index.vault });

  let filled = 0;
  for (const order of orders.slice(0, outside)) filled += await fillOutside(demo, index, order, basketNonce);
  if (index.assets.length <= SMALL_BASKET) return filled + (await fillByKeeper(demo, index));
  const rest = orders.slice(outside);
  for (let start = 0; start < rest.length; start += BATCH) {
    filled += await fillThroughVenue(demo, index, rest.slice(start, start + BATCH), basketNonce);
  }
  return filled;
}

async function fillByKeeper(demo: Demo, index: DemoIndex): Promise<number> {
  let filled = 0;
  for (const hash of await demo.keeper.fill(index)) {
    filled += noteVenueFills(demo, index, await demo.chain.client.getTransactionReceipt({ hash }));
  }
  return filled;
}

async function fillThroughVenue(
  demo: Demo,
  index: DemoIndex,
  orders: readonly Order[],
  basketNonce: number,
): Promise<number> {
  const { deployment, chain, cast } = demo;
  const { AmmFiller: filler, UniswapV3Adapter: adapter } = deployment.contracts;
  const deadline = BigInt((await chain.now()) + 600);
  const encoded = orders.map(({ i, j, maxSell, value }) => ({
    i: BigInt(i),
    j: BigInt(j),
    maxSell,
    minSell: 1n,
    minReceived: leastReceived(demo, assetAt(index, j), value),
    adapter,
    route: routeOf(demo, assetAt(index, i), assetAt(index, j)),
  }));
  const data = encodeFunctionData({
    abi: ammFillerAbi,
    functionName: "fillMany",
    args: [index.vault, encoded, 0n, deadline, basketNonce],
  });
  const receipt = await chain.send({ from: cast.keeper, to: filler, data }, "filling through Uniswap V3");
  return noteVenueFills(demo, index, receipt);
}

/** Counts the orders that a transaction of the AMM filler filled, and why it skipped others. */
function noteVenueFills(demo: Demo, index: DemoIndex, { logs, gasUsed }: TransactionReceipt): number {
  const done = parseEventLogs({ abi: ammFillerAbi, eventName: "OrderFilled", logs }).length;
  for (const { args } of parseEventLogs({ abi: ammFillerAbi, eventName: "OrderSkipped", logs })) {
    noteSkipped(index, decodeRevertData(args.reason));
  }
  if (done > 0) noteGas(demo, "fill through Uniswap V3, each", gasUsed / BigInt(done));
  index.totals.gas += gasUsed;
  index.totals.fills += done;
  noteTrades(demo, index, logs);
  return done;
}

/** The outside filler pays with what it holds and takes the vault's tokens, because the curve's price suits it. */
async function fillOutside(demo: Demo, index: DemoIndex, order: Order, basketNonce: number): Promise<number> {
  const { chain, cast } = demo;
  const buy = assetAt(index, order.j);
  const venue = venueOf(demo);
  await give(venue, buy.token, cast.filler, rawOf(demo, buy, order.value * 2n));
  await approve(venue, buy.token, cast.filler, index.vault);
  const args = [BigInt(order.i), BigInt(order.j), order.maxSell, 1n, MAX, basketNonce, "0x"] as const;
  const data = encodeFunctionData({ abi: indexVaultAbi, functionName: "fill", args });
  try {
    await chain.client.call({ account: cast.filler, to: index.vault, data });
  } catch (error) {
    noteSkipped(index, decodeContractError(error));
    return 0;
  }
  const receipt = await chain.send({ from: cast.filler, to: index.vault, data }, "an outside fill");
  noteGas(demo, "fill by an outside filler", receipt.gasUsed);
  index.totals.outsideFills += 1;
  noteTrades(demo, index, receipt.logs);
  return 1;
}

function noteSkipped({ skipped }: DemoIndex, error: BaseError): void {
  const named = error instanceof ContractError && error.errorName !== "" && error.errorName !== "Error";
  const reason = named ? error.errorName : error.shortMessage;
  skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
}

/** Turnover and cost of the fills in a receipt, at the market's prices of that moment. */
function noteTrades(demo: Demo, index: DemoIndex, logs: Parameters<typeof parseEventLogs>[0]["logs"]): void {
  for (const { args } of parseEventLogs({ abi: indexVaultAbi, eventName: "Filled", logs })) {
    const sold = usdOf(demo, args.sellToken, args.sold);
    index.totals.turnover += sold;
    index.totals.costUsd += sold - usdOf(demo, args.buyToken, args.paid);
  }
}

function usdOf(demo: Demo, token: Address, raw: bigint): number {
  const asset = demo.market.byToken.get(token.toLowerCase());
  if (asset === undefined) throw new Error(`${token} is not of this market`);
  return (Number(raw) / 10 ** asset.decimals) * priceAfter(demo, asset, demo.marketDay);
}

function rawOf(demo: Demo, asset: MarketAsset, value: bigint): bigint {
  const tokens = Number(value) / 1e18 / priceAfter(demo, asset, demo.marketDay);
  return BigInt(Math.ceil(tokens * 1e6)) * 10n ** BigInt(Math.max(0, asset.decimals - 6)) + 1n;
}

function leastReceived(demo: Demo, buy: MarketAsset, value: bigint): bigint {
  return (rawOf(demo, buy, value) * LEAST_RECEIVED) / 1_000n;
}

/** Through USDC, against which every token has its pool. */
function routeOf({ market }: Demo, sell: MarketAsset, buy: MarketAsset): `0x${string}` {
  const { usdc } = market;
  if (sell.token === usdc.token) return encodePath(sell.token, [{ fee: buy.pool?.fee ?? 0, token: buy.token }]);
  const first = { fee: sell.pool?.fee ?? 0, token: usdc.token };
  if (buy.token === usdc.token) return encodePath(sell.token, [first]);
  return encodePath(sell.token, [first, { fee: buy.pool?.fee ?? 0, token: buy.token }]);
}

function assetAt({ assets }: DemoIndex, index: number): MarketAsset {
  const asset = assets[index];
  if (asset === undefined) throw new Error(`no token ${index} in the basket`);
  return asset;
}
