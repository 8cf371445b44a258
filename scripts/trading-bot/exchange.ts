// What the bot knows of a venue: the part of ccxt's unified exchange that it uses, in ccxt's own names and units. ccxt is no
// dependency; an exchange object of it fits this type as it is, and `new ccxt.kraken({...})` can stand where ours do.
import { OrderRefusedError } from "./errors.ts";

/** A value that a venue may not know. */
export type Maybe = number | undefined;

/** Prices of one market, in its quote. */
export interface Ticker {
  readonly symbol: string;
  readonly timestamp: Maybe; // {ms}
  readonly bid: Maybe;
  readonly ask: Maybe;
  readonly last: Maybe;
}

/** One currency of an account, in whole units. */
export interface Balance {
  readonly free: Maybe;
  readonly used: Maybe;
  readonly total: Maybe;
}

/** An order as a venue tells it. Amounts in whole units of the base, prices and cost in the quote. */
export interface Order {
  readonly id: string;
  readonly clientOrderId: string | undefined;
  readonly timestamp: number; // {ms}
  /** "open", "closed", "canceled", "expired" or "rejected". */
  readonly status: string | undefined;
  readonly symbol: string;
  readonly side: string | undefined;
  readonly price: Maybe;
  readonly average?: Maybe;
  readonly amount: number;
  readonly filled: Maybe;
  readonly remaining: Maybe;
  /** {quote} paid or received, without fees. */
  readonly cost: Maybe;
  readonly fee?: { readonly currency: string | undefined; readonly cost: Maybe } | undefined;
}

/** What an order is told beside its price; venues of ccxt take these by the same names. */
export interface OrderParams {
  readonly clientOrderId?: string;
  /** IOC: what is not filled at once is given up. */
  readonly timeInForce?: string;
}

/** The part of ccxt's unified exchange that the bot uses. Symbols are BASE/QUOTE. */
export interface Exchange {
  readonly id: string;
  /** What it can do. Ours add `exactlyOnce`: they refuse to trade twice for one client order id, whatever happened between. */
  readonly has: { readonly [ability: string]: unknown };
  fetchTicker(symbol: string): Promise<Ticker>;
  /** By currency; ccxt keeps further fields beside them. */
  fetchBalance(): Promise<{ readonly [currency: string]: Balance }>;
  createOrder(
    symbol: string,
    type: string,
    side: string,
    amount: number,
    price?: number,
    params?: object,
  ): Promise<Order>;
  fetchOrder(id: string, symbol?: string): Promise<Order>;
  /** Since {ms}; newest or oldest first, as the venue likes. */
  fetchOrders(symbol?: string, since?: number, limit?: number): Promise<readonly Order[]>;
  cancelOrder(id: string, symbol?: string): Promise<unknown>;
}

/** Free balance of a currency; 0 when the venue does not name it. */
export function freeOf(balances: { readonly [currency: string]: Balance }, currency: string): number {
  return balances[currency]?.free ?? 0;
}

/** Whether nothing more will come of an order. */
export function isOver({ status }: Pick<Order, "status">): boolean {
  return status !== undefined && status !== "open";
}

/** An order's name, side and amount, once they are known to make sense. Throws OrderRefusedError. */
export function requireOrder(side: string, amount: number, { clientOrderId }: OrderParams) {
  if (clientOrderId === undefined) throw new OrderRefusedError("An order needs params.clientOrderId. Give one.");
  if (side !== "buy" && side !== "sell") throw new OrderRefusedError(`A side is buy or sell, not ${side}.`);
  if (!(amount > 0) || !Number.isFinite(amount))
    throw new OrderRefusedError(`An amount is more than 0, not ${amount}.`);
  return { clientOrderId, side } as const;
}
