// Trades on chain through Uniswap V3's SwapRouter02 from the user's own account. Every order fills at once or not at all.
import {
  type Address,
  encodeFunctionData,
  erc20Abi,
  type Hex,
  keccak256,
  type LocalAccount,
  parseAbi,
  parseEventLogs,
  size,
  sliceHex,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
} from "viem";
import {
  getBlock,
  getTransactionCount,
  getTransactionReceipt,
  prepareTransactionRequest,
  readContract,
  sendRawTransaction,
  waitForTransactionReceipt,
} from "viem/actions";
import { type AnyClient, findRoute, send, type Venue } from "../../sdk/src/index.ts";
import { type ChainOrder, ChainOrders } from "./chainOrders.ts";
import { OrderRefusedError, OrderUnknownError } from "./errors.ts";
import { type Balance, type Exchange, type Order, type OrderParams, requireOrder, type Ticker } from "./exchange.ts";
import { type ChainlinkReference, marketOf, requireNear, type TradedToken } from "./prices.ts";
import type { BotStore } from "./store.ts";
import { toNumber, toRaw } from "./units.ts";

const routerAbi = parseAbi([
  "function multicall(uint256 deadline, bytes[] data) payable returns (bytes[] results)",
  "struct ExactInputParams { bytes path; address recipient; uint256 amountIn; uint256 amountOutMinimum; }",
  "function exactInput(ExactInputParams params) payable returns (uint256 amountOut)",
]);

/** What the venue is made of. */
export interface UniswapOptions {
  readonly client: AnyClient;
  readonly account: LocalAccount;
  readonly store: BotStore;
  readonly venue: Venue;
  /** SwapRouter02. */
  readonly router: Address;
  readonly tokens: readonly TradedToken[];
  /** Currency that everything is traded for. */
  readonly quote: string;
  readonly reference: Pick<ChainlinkReference, "price" | "crossPrice">;
  /** {bps} worse than Chainlink's price that a limit may be. */
  readonly slippageBps: number;
  /** {s} how long a transaction may wait for its block. */
  readonly deadline: number;
  /** {quote} size for which the ticker asks the pools. */
  readonly probe: number;
}

type Swap = { readonly path: Hex; readonly tokenIn: TradedToken; readonly amountIn: bigint; readonly minOut: bigint };

const GAS_MARGIN = 12n; // tenths of the estimate

/** One account on Uniswap V3, in the shape of ccxt. `amount` of a buy is what it gets at least at its limit. */
export class UniswapExchange implements Exchange {
  readonly id = "uniswap-v3";
  readonly has = { spot: true, fetchOrders: true, cancelOrder: false, createMarketOrder: true, exactlyOnce: true };
  readonly #options: UniswapOptions;
  readonly #orders: ChainOrders;

  constructor(options: UniswapOptions) {
    this.#options = options;
    this.#orders = new ChainOrders(options.store.database);
  }

  /** Bid and ask are what the pools give and take for the probe's size, fees included. */
  async fetchTicker(symbol: string): Promise<Ticker> {
    const { client, venue, reference, probe } = this.#options;
    const { base, quote } = this.#market(symbol);
    const amount = toRaw(probe / (await reference.price(symbol)), base.decimals);
    const leg = { token: base.address, amount };
    const [sold, bought, block] = await Promise.all([
      findRoute(client, { venue, hub: quote.address, side: "sell", leg }),
      findRoute(client, { venue, hub: quote.address, side: "buy", leg }),
      getBlock(client),
    ]);
    const per = (hub: bigint | undefined) =>
      hub === undefined ? undefined : toNumber(hub, quote.decimals) / toNumber(amount, base.decimals);
    const [bid, ask] = [per(sold?.hubAmount), per(bought?.hubAmount)];
    const last = bid === undefined || ask === undefined ? undefined : (bid + ask) / 2;
    return { symbol, timestamp: Number(block.timestamp) * 1_000, bid, ask, last };
  }

  async fetchBalance(): Promise<{ [currency: string]: Balance }> {
    const { client, tokens, account } = this.#options;
    const entries = await Promise.all(
      tokens.map(async ({ symbol, address, decimals }) => {
        const request = { address, abi: erc20Abi, functionName: "balanceOf", args: [account.address] } as const;
        const total = toNumber(await readContract(client, request), decimals);
        return [symbol, { free: total, used: 0, total }] as const;
      }),
    );
    return Object.fromEntries(entries);
  }

  /**
   * Approves exactly what is paid, signs the swap, writes it down, sends it and waits for its block. The same client order
   * id again sends the very transaction again that was signed, so that it can count only once. Throws OrderRefusedError
   * when nothing was sent.
   */
  async createOrder(
    symbol: string,
    type: string,
    wanted: string,
    amount: number,
    price?: number,
    params: OrderParams = {},
  ): Promise<Order> {
    const { clientOrderId, side } = requireOrder(wanted, amount, params);
    const known = await this.#orders.find(clientOrderId);
    if (known !== undefined) return toOrder(await this.#settle(known), this.#market(known.symbol));

    const market = this.#market(symbol);
    const limit = await this.#limit({ symbol, type, side, price });
    const swap = await this.#swap({ symbol, side, amount, limit });
    await this.#approve(swap);
    const order = await this.#sign({ clientOrderId, symbol, side, amount, limit, swap });
    await this.#orders.add(order);
    return toOrder(await this.#settle(order), market);
  }

  async fetchOrder(id: string): Promise<Order> {
    const order = await this.#orders.find(id);
    if (order === undefined) throw new OrderUnknownError(id);
    return toOrder(await this.#settle(order), this.#market(order.symbol));
  }

  async fetchOrders(symbol?: string, since = 0, limit = 100): Promise<readonly Order[]> {
    const orders = await this.#orders.list(since / 1_000, limit);
    const wanted = orders.filter((order) => symbol === undefined || order.symbol === symbol);
    return Promise.all(wanted.map(async (order) => toOrder(await this.#settle(order), this.#market(order.symbol))));
  }

  /** Nothing can be taken back from a chain: an order that is not in a block by its deadline fails by itself. */
  async cancelOrder(id: string): Promise<never> {
    if ((await this.#orders.find(id)) === undefined) throw new OrderUnknownError(id);
    throw new OrderRefusedError("A swap that was sent cannot be cancelled. It ends by itself at its deadline.");
  }

  #market(symbol: string) {
    const { tokens, quote } = this.#options;
    const market = marketOf(symbol, tokens);
    if (market.quote.symbol !== quote) throw new OrderRefusedError(`Everything is traded for ${quote} here.`);
    return market;
  }

  /** D27{quote/base} worst price, never worse than Chainlink's and the slippage. */
  async #limit(order: { symbol: string; type: string; side: "buy" | "sell"; price: number | undefined }) {
    const { symbol, type, side, price } = order;
    const { reference, slippageBps } = this.#options;
    const cross = await reference.crossPrice(symbol);
    const slip = BigInt(side === "buy" ? 10_000 + slippageBps : 10_000 - slippageBps);
    const worst = (cross * slip) / 10_000n;
    if (type === "market") return worst;
    if (type !== "limit" || price === undefined || !(price > 0)) {
      throw new OrderRefusedError(`An order is "market", or "limit" with a price, not ${type} at ${price}.`);
    }
    const wanted = toRaw(price, 27);
    // A double has fewer digits than the chain: what rounding makes worse is no reason to refuse.
    const isWorse = side === "buy" ? wanted > worst + worst / 10n ** 12n : wanted < worst - worst / 10n ** 12n;
    if (isWorse) requireNear(`The limit of the order for ${symbol}`, price, toNumber(cross, 27), slippageBps);
    return wanted;
  }

  /** The best path now; refused when even that is beyond the limit. */
  async #swap(order: { symbol: string; side: "buy" | "sell"; amount: number; limit: bigint }): Promise<Swap> {
    const { symbol, side, amount, limit } = order;
    const { client, venue } = this.#options;
    const { base, quote } = this.#market(symbol);
    const raw = toRaw(amount, base.decimals);
    // {raw quote} of an amount at the limit, rounded so that nothing worse is accepted
    const scale = 10n ** BigInt(27 + base.decimals);
    const worth = (raw * limit * 10n ** BigInt(quote.decimals)) / scale;
    if (raw === 0n || worth === 0n) throw new OrderRefusedError(`${amount} ${base.symbol} is too little to trade.`);
    const route = await findRoute(client, {
      venue,
      hub: quote.address,
      side,
      leg: { token: base.address, amount: raw },
    });
    if (route === undefined) throw new OrderRefusedError(`No pool trades ${amount} ${symbol}. Take another market.`);
    const at = toNumber(route.hubAmount, quote.decimals) / toNumber(raw, base.decimals);
    if (side === "sell") {
      if (route.hubAmount < worth + 1n) throw beyond(symbol, at, limit);
      return { path: route.path, tokenIn: base, amountIn: raw, minOut: worth + 1n };
    }
    if (route.hubAmount > worth) throw beyond(symbol, at, limit);
    const minOut = (route.hubAmount * scale) / (limit * 10n ** BigInt(quote.decimals)) + 1n;
    return { path: reversePath(route.path), tokenIn: quote, amountIn: route.hubAmount, minOut };
  }

  /** Sets the router's allowance to exactly what is paid, whatever it was before. */
  async #approve({ tokenIn, amountIn }: Swap): Promise<void> {
    const { client, account, router } = this.#options;
    const { address } = tokenIn;
    const args = [account.address, router] as const;
    const allowed = await readContract(client, { address, abi: erc20Abi, functionName: "allowance", args });
    if (allowed === amountIn) return;
    const approve = (amount: bigint) => {
      const data = encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [router, amount] });
      return send(client, { account, tx: { to: address, data, value: 0n } });
    };
    // Some tokens refuse to change an approval that is not zero.
    if (allowed !== 0n) await approve(0n);
    await approve(amountIn);
  }

  async #sign(wanted: {
    clientOrderId: string;
    symbol: string;
    side: "buy" | "sell";
    amount: number;
    limit: bigint;
    swap: Swap;
  }): Promise<ChainOrder> {
    const { client, account, router } = this.#options;
    const { clientOrderId, symbol, side, amount, limit, swap } = wanted;
    const { path, amountIn, minOut } = swap;
    const { timestamp } = await getBlock(client);
    const deadline = timestamp + BigInt(this.#options.deadline);
    const inner = { path, recipient: account.address, amountIn, amountOutMinimum: minOut };
    const call = encodeFunctionData({ abi: routerAbi, functionName: "exactInput", args: [inner] });
    const data = encodeFunctionData({ abi: routerAbi, functionName: "multicall", args: [deadline, [call]] });
    const request = await prepareTransactionRequest(client, {
      ...{ account, chain: client.chain ?? null, to: router, data, value: 0n, type: "eip1559" },
      parameters: ["chainId", "fees", "gas", "nonce", "type"],
    }).catch((cause: unknown) => {
      throw new OrderRefusedError("The chain refuses this swap now. Nothing was sent; it is tried again later.", {
        cause,
      });
    });
    const raw = await account.signTransaction({ ...request, gas: (request.gas * GAS_MARGIN) / 10n } as never);
    return {
      ...{ clientId: clientOrderId, hash: keccak256(raw), raw, nonce: request.nonce, deadline: Number(deadline) },
      ...{ symbol, side, amount, price: toNumber(limit, 27), amountIn, at: Number(timestamp) },
      ...{ status: "open", filled: 0n, cost: 0n, fee: 0n },
    };
  }

  /** Brings an open order to its end: looks for its transaction, sends the same one again, or sees that it never can count. */
  async #settle(order: ChainOrder): Promise<ChainOrder> {
    if (order.status !== "open") return order;
    const { client, account } = this.#options;
    const found = await this.#receipt(order.hash);
    if (found !== undefined) return this.#record(order, found);
    const [{ timestamp }, nonce] = await Promise.all([
      getBlock(client),
      getTransactionCount(client, { address: account.address, blockTag: "latest" }),
    ]);
    // Another transaction took its place, or its deadline is over: it can never trade.
    if (nonce > order.nonce || timestamp > BigInt(order.deadline)) {
      const late = await this.#receipt(order.hash);
      return late === undefined ? this.#orders.end({ ...order, status: "expired" }) : this.#record(order, late);
    }
    await sendRawTransaction(client, { serializedTransaction: order.raw }).catch(async (error: unknown) => {
      // A node that has it already says so with an error; whoever does not have it is asked again.
      if (!/already known|already exists|known transaction|already imported|nonce too low/i.test(String(error)))
        throw error;
    });
    return this.#record(order, await waitForTransactionReceipt(client, { hash: order.hash }));
  }

  async #receipt(hash: Hex): Promise<TransactionReceipt | undefined> {
    return getTransactionReceipt(this.#options.client, { hash }).catch((error: unknown) => {
      if (error instanceof TransactionReceiptNotFoundError) return undefined;
      throw error;
    });
  }

  /** What the transaction did: read from the transfers to the account. */
  async #record(order: ChainOrder, receipt: TransactionReceipt): Promise<ChainOrder> {
    const fee = receipt.gasUsed * receipt.effectiveGasPrice;
    if (receipt.status === "reverted") return this.#orders.end({ ...order, status: "canceled", fee });
    const { base, quote } = this.#market(order.symbol);
    const bought = order.side === "buy" ? base : quote;
    const received = parseEventLogs({ abi: erc20Abi, logs: receipt.logs, eventName: "Transfer" })
      .filter(({ address, args }) => isSame(address, bought.address) && isSame(args.to, this.#options.account.address))
      .reduce((sum, { args }) => sum + args.value, 0n);
    const [filled, cost] = order.side === "buy" ? [received, order.amountIn] : [order.amountIn, received];
    return this.#orders.end({ ...order, status: "closed", filled, cost, fee });
  }
}

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function beyond(symbol: string, at: number, limit: bigint): OrderRefusedError {
  return new OrderRefusedError(
    `The pools trade ${symbol} at ${at}, beyond the limit of ${toNumber(limit, 27)}. Nothing was sent; it is tried again later.`,
  );
}

/** The same pools the other way round. */
export function reversePath(path: Hex): Hex {
  const hops = (size(path) - 20) / 23;
  const parts: string[] = [sliceHex(path, hops * 23, hops * 23 + 20).slice(2)];
  for (let hop = hops - 1; hop >= 0; hop--) {
    parts.push(sliceHex(path, hop * 23 + 20, hop * 23 + 23).slice(2), sliceHex(path, hop * 23, hop * 23 + 20).slice(2));
  }
  return `0x${parts.join("")}`;
}

function toOrder(order: ChainOrder, { base, quote }: { base: TradedToken; quote: TradedToken }): Order {
  const filled = toNumber(order.filled, base.decimals);
  const cost = toNumber(order.cost, quote.decimals);
  return {
    ...{ id: order.clientId, clientOrderId: order.clientId, timestamp: order.at * 1_000, status: order.status },
    ...{ symbol: order.symbol, side: order.side, price: order.price, amount: order.amount, filled, cost },
    average: filled > 0 ? cost / filled : undefined,
    remaining: order.status === "closed" ? 0 : order.amount - filled,
    fee: { currency: "ETH", cost: toNumber(order.fee, 18) },
  };
}
