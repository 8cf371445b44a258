// A paper account: it trades against prices that it is told, with a fee, a spread and a depth, and moves no money.
import type { Database, Row } from "../../keeper/src/journal/database.ts";
import { OrderRefusedError, OrderUnknownError } from "./errors.ts";
import { type Balance, type Exchange, type Order, type OrderParams, requireOrder, type Ticker } from "./exchange.ts";
import type { BotStore } from "./store.ts";
import { toD18, toNumber } from "./units.ts";

/** How the paper market behaves. */
export interface PaperSettings {
  /** {quote} in the account when it is opened. */
  readonly cash: number;
  /** {bps} of what is traded. */
  readonly feeBps: number;
  /** {bps} between bid and ask. */
  readonly spreadBps: number;
  /** {quote} that can be traded at once at the best price; as much again after `refill` {s}. */
  readonly depth: number;
  readonly refill: number;
}

export interface PaperOptions extends PaperSettings {
  readonly store: BotStore;
  readonly quote: string;
  /** {quote} of one base now. Throws when there is none to be trusted. */
  readonly price: (symbol: string) => Promise<number>;
  readonly clock: () => number; // {s}
}

interface PaperOrder {
  readonly id: number;
  readonly clientId: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly amount: bigint; // D18 base
  readonly price: bigint; // D18 quote
  readonly filled: bigint; // D18 base
  readonly cost: bigint; // D18 quote
  readonly fee: bigint; // D18 quote
  readonly status: "open" | "closed" | "canceled";
  readonly looked: number; // {s} when it was last filled or tried
  readonly at: number; // {s}
}

const ONE = 10n ** 18n;
const BPS = 10_000n;

/** An account in the shape of ccxt. Orders with timeInForce GTC stay open and are filled further whenever they are looked at. */
export class PaperExchange implements Exchange {
  readonly id = "paper";
  readonly has = { spot: true, fetchOrders: true, cancelOrder: true, createMarketOrder: true, exactlyOnce: true };
  readonly #options: PaperOptions;

  private constructor(options: PaperOptions) {
    this.#options = options;
  }

  /** Opens the account; the first time the cash is paid in. */
  static async open(options: PaperOptions): Promise<PaperExchange> {
    const { store, quote, cash } = options;
    await store.database.run(
      "INSERT INTO paper_balances SELECT ?, ?, '0' WHERE NOT EXISTS (SELECT 1 FROM paper_balances)",
      ...[quote, String(toD18(cash))],
    );
    return new PaperExchange(options);
  }

  async fetchTicker(symbol: string): Promise<Ticker> {
    this.#baseOf(symbol);
    const { price, spreadBps, clock } = this.#options;
    const last = await price(symbol);
    const half = spreadBps / 20_000;
    return { symbol, timestamp: clock() * 1_000, bid: last * (1 - half), ask: last * (1 + half), last };
  }

  async fetchBalance(): Promise<{ [currency: string]: Balance }> {
    const rows = await this.#options.store.database.all("SELECT * FROM paper_balances");
    return Object.fromEntries(
      rows.map((row) => {
        const [free, used] = [BigInt(String(row.free)), BigInt(String(row.used))];
        const balance = { free: toNumber(free, 18), used: toNumber(used, 18), total: toNumber(free + used, 18) };
        return [String(row.currency), balance] as const;
      }),
    );
  }

  /** Fills what the depth allows at once. A second order with the same client order id is the first one again. */
  async createOrder(
    symbol: string,
    type: string,
    wanted: string,
    amount: number,
    price?: number,
    params: OrderParams = {},
  ): Promise<Order> {
    const base = this.#baseOf(symbol);
    const { clientOrderId, side } = requireOrder(wanted, amount, params);
    const { timeInForce = "IOC" } = params;
    if (timeInForce !== "IOC" && timeInForce !== "GTC") throw new OrderRefusedError("timeInForce is IOC or GTC.");
    const ticker = await this.fetchTicker(symbol);
    const best = (side === "buy" ? ticker.ask : ticker.bid) ?? Number.NaN;
    const limit = type === "market" ? best : type === "limit" ? (price ?? Number.NaN) : Number.NaN;
    if (!(limit > 0))
      throw new OrderRefusedError(`An order is "market", or "limit" with a price, not ${type} at ${price}.`);

    const now = this.#options.clock();
    const order = await this.#options.store.database.atomically(async (db) => {
      const known = await db.get("SELECT * FROM paper_orders WHERE client_id = ?", clientOrderId);
      if (known !== undefined) return toPaperOrder(known);
      const terms = { amount: toD18(amount), price: toD18(limit) };
      await this.#reserve(db, side === "buy" ? this.#options.quote : base, this.#reserved(side, terms));
      await db.run(
        "INSERT INTO paper_orders (client_id, symbol, side, amount, price, filled, cost, fee, status, looked, at) VALUES (?, ?, ?, ?, ?, '0', '0', '0', 'open', 0, ?)",
        ...[clientOrderId, symbol, side, String(terms.amount), String(terms.price), now],
      );
      const row = await db.get("SELECT * FROM paper_orders WHERE client_id = ?", clientOrderId);
      if (row === undefined) throw new OrderUnknownError(clientOrderId);
      const filled = await this.#fill(db, toPaperOrder(row), best, now);
      return timeInForce === "GTC" ? filled : this.#end(db, filled);
    });
    return toOrder(order, this.#options.quote);
  }

  /** Looks at the market first: an open order may be filled further. `id` is the venue's or the client's. */
  async fetchOrder(id: string): Promise<Order> {
    const order = await this.#find(this.#options.store.database, id);
    return toOrder(await this.#look(order), this.#options.quote);
  }

  async fetchOrders(symbol?: string, since = 0, limit = 100): Promise<readonly Order[]> {
    const sql = "SELECT * FROM paper_orders WHERE at >= ? ORDER BY id DESC LIMIT ?";
    const rows = await this.#options.store.database.all(sql, Math.floor(since / 1_000), limit);
    const orders = rows.map(toPaperOrder).filter((order) => symbol === undefined || order.symbol === symbol);
    const looked: Order[] = [];
    for (const order of orders) looked.push(toOrder(await this.#look(order), this.#options.quote));
    return looked;
  }

  async cancelOrder(id: string): Promise<Order> {
    const order = await this.#options.store.database.atomically(async (db) => {
      const known = await this.#find(db, id);
      if (known.status !== "open") throw new OrderRefusedError(`The order ${id} is ${known.status} already.`);
      return this.#end(db, known);
    });
    return toOrder(order, this.#options.quote);
  }

  #baseOf(symbol: string): string {
    const [base = "", quote, ...more] = symbol.split("/");
    if (base !== "" && quote === this.#options.quote && more.length === 0 && base !== quote) return base;
    throw new OrderRefusedError(`${symbol} is no market here. Everything is traded for ${this.#options.quote}.`);
  }

  /** D18 of the currency that is set aside for an order: what it can cost at most, fee included. */
  #reserved(side: string, { amount, price }: Pick<PaperOrder, "amount" | "price">): bigint {
    if (side === "sell") return amount;
    const cost = (amount * price) / ONE;
    return cost + this.#fee(cost);
  }

  /** Rounded up: nobody trades for nothing. */
  #fee(cost: bigint): bigint {
    return (cost * BigInt(this.#options.feeBps) + BPS - 1n) / BPS;
  }

  async #reserve(db: Database, currency: string, amount: bigint): Promise<void> {
    const { free } = await balanceOf(db, currency);
    if (free < amount) {
      const [held, needed] = [toNumber(free, 18), toNumber(amount, 18)];
      throw new OrderRefusedError(`The paper account has ${held} ${currency}, and this takes ${needed}. Order less.`);
    }
    await change(db, currency, -amount, amount);
  }

  async #look(order: PaperOrder): Promise<PaperOrder> {
    const { clock, refill, store } = this.#options;
    const now = clock();
    if (order.status !== "open" || now < order.looked + refill) return order;
    const { bid, ask } = await this.fetchTicker(order.symbol);
    const best = (order.side === "buy" ? ask : bid) ?? Number.NaN;
    return store.database.atomically(async (db) => this.#fill(db, await this.#find(db, order.clientId), best, now));
  }

  /** Trades as much as the depth allows, at the best price, when that is within the limit. */
  async #fill(db: Database, order: PaperOrder, best: number, now: number): Promise<PaperOrder> {
    const at = toD18(best);
    const { side, price, symbol } = order;
    if (order.status !== "open" || (side === "buy" ? at > price : at < price)) return order;
    const depth = (toD18(this.#options.depth) * ONE) / at;
    const left = order.amount - order.filled;
    const part = left < depth ? left : depth;
    const cost = (part * at) / ONE;
    const fee = this.#fee(cost);
    const { quote } = this.#options;
    if (side === "buy") {
      await change(db, quote, 0n, -(cost + fee));
      await change(db, this.#baseOf(symbol), part, 0n);
    } else {
      await change(db, this.#baseOf(symbol), 0n, -part);
      await change(db, quote, cost - fee, 0n);
    }
    const filled = { filled: order.filled + part, cost: order.cost + cost, fee: order.fee + fee };
    const next: PaperOrder = { ...order, ...filled, looked: now };
    return next.filled === next.amount ? this.#end(db, next, "closed") : save(db, next);
  }

  /** Ends an order and gives back what was set aside for it and not used. */
  async #end(db: Database, order: PaperOrder, status: "closed" | "canceled" = "canceled"): Promise<PaperOrder> {
    if (order.status !== "open") return order;
    const isBuy = order.side === "buy";
    const used = isBuy ? order.cost + order.fee : order.filled;
    const rest = this.#reserved(order.side, order) - used;
    await change(db, isBuy ? this.#options.quote : this.#baseOf(order.symbol), rest, -rest);
    return save(db, { ...order, status });
  }

  async #find(db: Database, id: string): Promise<PaperOrder> {
    const row = await db.get("SELECT * FROM paper_orders WHERE client_id = ? OR CAST(id AS TEXT) = ?", id, id);
    if (row === undefined) throw new OrderUnknownError(id);
    return toPaperOrder(row);
  }
}

async function balanceOf(db: Database, currency: string): Promise<{ free: bigint; used: bigint }> {
  const row = await db.get("SELECT free, used FROM paper_balances WHERE currency = ?", currency);
  return { free: BigInt(String(row?.free ?? 0)), used: BigInt(String(row?.used ?? 0)) };
}

async function change(db: Database, currency: string, free: bigint, used: bigint): Promise<void> {
  const before = await balanceOf(db, currency);
  await db.run(
    "INSERT INTO paper_balances VALUES (?, ?, ?) ON CONFLICT (currency) DO UPDATE SET free = excluded.free, used = excluded.used",
    ...[currency, String(before.free + free), String(before.used + used)],
  );
}

async function save(db: Database, order: PaperOrder): Promise<PaperOrder> {
  const { id, filled, cost, fee, status, looked } = order;
  await db.run(
    "UPDATE paper_orders SET filled = ?, cost = ?, fee = ?, status = ?, looked = ? WHERE id = ?",
    ...[String(filled), String(cost), String(fee), status, looked, id],
  );
  return order;
}

function toPaperOrder(row: Row): PaperOrder {
  const amount = (name: string) => BigInt(String(row[name]));
  return {
    ...{ id: Number(row.id), clientId: String(row.client_id), symbol: String(row.symbol) },
    side: row.side === "buy" ? "buy" : "sell",
    ...{ amount: amount("amount"), price: amount("price"), filled: amount("filled"), cost: amount("cost") },
    ...{ fee: amount("fee"), status: String(row.status) as PaperOrder["status"] },
    ...{ looked: Number(row.looked), at: Number(row.at) },
  };
}

function toOrder(order: PaperOrder, quote: string): Order {
  const filled = toNumber(order.filled, 18);
  const cost = toNumber(order.cost, 18);
  return {
    ...{ id: String(order.id), clientOrderId: order.clientId, timestamp: order.at * 1_000, status: order.status },
    ...{ symbol: order.symbol, side: order.side, price: toNumber(order.price, 18), amount: toNumber(order.amount, 18) },
    ...{ filled, cost, average: filled > 0 ? cost / filled : undefined },
    remaining: toNumber(order.amount - order.filled, 18),
    fee: { currency: quote, cost: toNumber(order.fee, 18) },
  };
}
