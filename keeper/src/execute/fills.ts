import {
  ammFillerAbi,
  ContractError,
  decodeContractError,
  findRoute,
  getBasket,
  getEpoch,
  getLots,
  quoteFill,
} from "@gimbal/sdk";
import { type Address, encodeFunctionData, type Hex, type PublicClient } from "viem";
import type { KeeperAddresses } from "./addresses.ts";
import type { Logger } from "./logger.ts";
import type { TransactionManager } from "./transactions.ts";

export interface FillParameters {
  readonly chainId: number;
  readonly client: PublicClient;
  readonly addresses: KeeperAddresses;
  readonly manager: TransactionManager;
  readonly logger: Logger;
  readonly vault: Address;
  /** Tokens that a route may pass through, such as USDC and WETH. */
  readonly via: readonly Address[];
  readonly settings: FillSettings;
}

export interface FillSettings {
  readonly ordersPerTransaction: number;
  readonly leastUsd: bigint; // D18{USD} smaller pairs are not worth their gas
  readonly slippageBps: number; // {bps} that a venue may give less than quoted
  readonly deadline: number; // {s} for a transaction to be mined
}

export const defaultFillSettings: FillSettings = {
  ordersPerTransaction: 8,
  leastUsd: 50_000_000_000_000_000_000n,
  slippageBps: 30,
  deadline: 600,
};

/** What one round of fills did. */
export interface FillRound {
  readonly pairs: number; // of surplus and deficit
  readonly orders: number; // sent, for which the venue pays enough
  readonly transactions: readonly Hex[];
}

type Lots = Awaited<ReturnType<typeof getLots>>["lots"];

/** A part of a surplus that goes into a deficit. Indices into the basket. */
export interface Pair {
  readonly i: number;
  readonly j: number;
  readonly maxSell: bigint; // {raw tokens} of token i
  readonly usd: bigint; // D18{USD}
}

interface Order {
  readonly i: bigint;
  readonly j: bigint;
  readonly maxSell: bigint; // {raw tokens}
  readonly minSell: bigint; // {raw tokens}
  readonly minReceived: bigint; // {raw tokens}
  readonly adapter: Address;
  readonly route: Hex;
}

const BPS = 10_000n;
const PARTS = [2n, 4n, 8n, 16n]; // of a pair, tried when the whole is too much for the venue
const SMALLEST_PART = 64n;

/** Offers every surplus of the open epoch to the venue, as far as the venue pays what the vault asks for. */
export async function fillOpenEpoch(parameters: FillParameters): Promise<FillRound> {
  const { client, addresses, vault, settings } = parameters;
  const epoch = await getEpoch(client, { vault });
  if (epoch.phase !== "open") return { pairs: 0, orders: 0, transactions: [] };

  const { lots } = await getLots(client, { lens: addresses.indexLens, vault });
  const pairs = pairLots(lots, settings.leastUsd);
  const transactions: Hex[] = [];
  let orders = 0;
  // A batch is priced just before it is sent: each fill moves the pools that the next one is quoted on.
  for (let start = 0; start < pairs.length; start += settings.ordersPerTransaction) {
    const part = pairs.slice(start, start + settings.ordersPerTransaction);
    const priced = await Promise.all(part.map((pair) => priceOrder(pair, lots, parameters)));
    const batch = priced.filter((order) => order !== null);
    const hash = batch.length === 0 ? null : await sendBatch(batch, epoch.id, parameters);
    if (hash === null) continue;
    orders += batch.length;
    transactions.push(hash);
  }
  return { pairs: pairs.length, orders, transactions };
}

/** Matches surpluses with deficits, largest first, so that few trades move most of the value. */
export function pairLots(lots: Lots, leastUsd: bigint): readonly Pair[] {
  const sides = lots.map((lot, index) => ({ ...lot, index }));
  const byValue = (key: "surplusValue" | "deficitValue") =>
    sides
      .filter((lot) => lot[key] > 0n)
      .sort((a, b) => (a[key] === b[key] ? a.index - b.index : a[key] > b[key] ? -1 : 1));
  const sells = byValue("surplusValue").map((lot) => ({ ...lot, left: lot.surplusValue }));
  const buys = byValue("deficitValue").map((lot) => ({ ...lot, left: lot.deficitValue }));

  const pairs: Pair[] = [];
  for (let s = 0, b = 0; s < sells.length && b < buys.length; ) {
    const sell = sells[s];
    const buy = buys[b];
    if (sell === undefined || buy === undefined) break;
    const usd = sell.left < buy.left ? sell.left : buy.left;
    const maxSell = (sell.surplus * usd) / sell.surplusValue;
    if (usd >= leastUsd && maxSell > 0n) pairs.push({ i: sell.index, j: buy.index, maxSell, usd });
    sell.left -= usd;
    buy.left -= usd;
    if (sell.left === 0n) s++;
    if (buy.left === 0n) b++;
  }
  return pairs;
}

/** The order for a pair, smaller while the venue's depth asks for it, or null while vault or venue would refuse it. */
async function priceOrder(pair: Pair, lots: Lots, parameters: FillParameters): Promise<Order | null> {
  const { vault, logger } = parameters;
  const sellToken = lots[pair.i]?.token;
  const buyToken = lots[pair.j]?.token;
  if (sellToken === undefined || buyToken === undefined) return null;

  const offerPart = async (part: bigint): Promise<Offer> => {
    if (pair.usd / part < parameters.settings.leastUsd) return { order: null, reason: "too small", retry: false };
    const offer = await compareOffers({ ...pair, maxSell: pair.maxSell / part }, sellToken, buyToken, parameters);
    if (offer.order === null) logger.info({ vault, sellToken, buyToken, part, reason: offer.reason }, "no order");
    return offer;
  };

  const whole = await offerPart(1n);
  if (whole.order !== null || !whole.retry) return whole.order;
  // Where even a small part does not pay, it is the fee and not the depth.
  const least = await offerPart(SMALLEST_PART);
  if (least.order === null) return null;
  for (const part of PARTS) {
    const { order } = await offerPart(part);
    if (order !== null) return order;
  }
  return least.order;
}

interface Offer {
  readonly order: Order | null;
  readonly reason: string;
  readonly retry: boolean; // a smaller amount may do
}

async function compareOffers(
  pair: Pair,
  sellToken: Address,
  buyToken: Address,
  parameters: FillParameters,
): Promise<Offer> {
  const { client, addresses, vault, via, settings } = parameters;
  const { i, j, maxSell } = pair;
  const asked = await quoteFill(client, { lens: addresses.indexLens, vault, i, j, maxSell });
  if (!asked.fillable) return { order: null, reason: `vault refuses: ${asked.reason ?? "unknown"}`, retry: false };

  const { uniswapV3Factory, quoterV2, weth } = addresses;
  const leg = { token: sellToken, amount: asked.sold };
  const venue = { uniswapV3Factory, quoterV2, weth, via };
  const route = await findRoute(client, { venue, hub: buyToken, side: "sell", leg });
  if (route === undefined) return { order: null, reason: "the venue has no route", retry: false };
  if (route.hubAmount < asked.paid) {
    return { order: null, reason: `venue pays ${route.hubAmount}, vault asks for ${asked.paid}`, retry: true };
  }
  const quoted = (route.hubAmount * (BPS - BigInt(settings.slippageBps))) / BPS;
  const order = {
    i: BigInt(i),
    j: BigInt(j),
    maxSell: asked.sold,
    minSell: 1n,
    minReceived: quoted > asked.paid ? quoted : asked.paid,
    adapter: addresses.venueAdapter,
    route: route.path,
  };
  return { order, reason: "", retry: false };
}

async function sendBatch(
  orders: readonly Order[],
  epoch: number,
  { chainId, client, addresses, vault, settings, manager, logger }: FillParameters,
): Promise<Hex | null> {
  const [{ timestamp }, { basketNonce }] = await Promise.all([client.getBlock(), getBasket(client, { vault })]);
  const deadline = Number(timestamp) + settings.deadline;
  const argsFor = (leastFilled: bigint) => [vault, [...orders], leastFilled, BigInt(deadline), basketNonce] as const;
  const call = { address: addresses.ammFiller, abi: ammFillerAbi, functionName: "fillMany" } as const;
  try {
    const from = manager.account;
    const { result: fillable } = await client.simulateContract({ ...call, account: from, args: argsFor(1n) });
    // An order that runs out of gas is skipped, not refused: only this count makes the gas estimate cover them all.
    const data = encodeFunctionData({ ...call, args: argsFor(fillable) });
    const intent = `${chainId}/${vault}/fill/${epoch}/${timestamp}/${orders[0]?.i}-${orders[0]?.j}`;
    const end = await manager.execute({ intent, target: addresses.ammFiller, data, validUntil: deadline });
    return end.state === "DONE" ? end.minedHash : null;
  } catch (error) {
    const refused = decodeContractError(error);
    if (!(refused instanceof ContractError)) throw error;
    logger.info({ vault, reason: refused.shortMessage }, "no order can be filled now");
    return null;
  }
}
