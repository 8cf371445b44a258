// One run of the bot: who may, what is thought, what is held, what is wanted, and what came of it.
import { type Address, keccak256, stringToHex } from "viem";
import { type AnyClient, getTier } from "../../sdk/src/index.ts";
import { BotHaltedError, OrderRefusedError, TierTooLowError } from "./errors.ts";
import { type Exchange, freeOf, isOver, type Order } from "./exchange.ts";
import { equityOf, type Limits, type PlanInput, planPurchases, planSales, type Wanted } from "./plan.ts";
import { type ChainlinkReference, requireNear } from "./prices.ts";
import { requireFresh, type SignalSet, type SignalSource } from "./signals.ts";
import type { BotStore, Intent } from "./store.ts";

/** Throws TierTooLowError unless the account had the tier at the last week's start: a lock of today brings nothing. */
export async function requireTier(
  client: AnyClient,
  { scores, account, least }: { scores: Address; account: Address; least: number },
): Promise<number> {
  const { tier } = await getTier(client, { scores, account });
  if (tier < least || tier === 0) throw new TierTooLowError(account, tier, least);
  return tier;
}

/** Everything that a run works with. */
export interface BotParts {
  readonly exchange: Exchange;
  readonly store: BotStore;
  readonly reference: Pick<ChainlinkReference, "price">;
  readonly signals: SignalSource;
  /** Throws when the account may not use the bot; tells its tier. */
  readonly gate: () => Promise<number>;
  /** Tokens that may be traded, by symbol, and what for. */
  readonly tokens: readonly string[];
  readonly quote: string;
  readonly limits: Limits;
  /** Names the account and the venue: part of each client order id. */
  readonly account: string;
  readonly clock: () => Promise<number>; // {s} of the chain
  /** False: everything is looked at and nothing is sent. */
  readonly send: boolean;
}

/** What came of one order. */
export interface Outcome extends Wanted {
  readonly state: "wanted" | "traded" | "nothing filled" | "had its order" | "refused" | "unknown";
  readonly clientOrderId: string;
  readonly filled: number | null; // {base}
  readonly cost: number | null; // {quote}
  readonly why: string;
}

/** What a run did. */
export interface RunReport {
  readonly tier: number;
  readonly signal: string;
  readonly asOf: number; // {s}
  readonly equity: number; // {quote} before the run
  readonly outcomes: readonly Outcome[];
  /** Orders of earlier runs that were found again, and how they ended. */
  readonly recovered: readonly { readonly clientOrderId: string; readonly state: string }[];
}

const DAY = 86_400;

/**
 * Looks once and trades what the limits allow. Throws BotHaltedError, TierTooLowError, SignalsStaleError,
 * SignalsInvalidError, PriceAwayError; an order that a venue refuses is an outcome and stops nothing else.
 */
export async function runBot(parts: BotParts): Promise<RunReport> {
  const { store, gate, signals: read, limits, send } = parts;
  await requireRunning(store);
  const tier = await gate();
  const recovered = send ? await recover(parts) : [];
  const set = await read();
  const now = await parts.clock();
  requireFresh(set, now, limits.maxSignalAge);

  const before = await look(parts, set, now);
  const equity = equityOf(before);
  await requireNoLoss(parts, equity, now);
  const sold = await tradeAll(parts, set, planSales(before), now);
  // What was really sold pays for the purchases, not what was hoped for. A dry run shows what it holds now.
  const after = sold.some(({ state }) => state === "traded") ? await look(parts, set, now) : afterWanted(before, sold);
  const bought = await tradeAll(parts, set, planPurchases(after), now);
  return { tier, signal: set.id, asOf: set.asOf, equity, outcomes: [...sold, ...bought], recovered };
}

async function requireRunning(store: BotStore): Promise<void> {
  const reason = await store.haltReason();
  if (reason !== undefined) throw new BotHaltedError(reason);
}

/** Balances at Chainlink's prices, and what may still be traded today. */
async function look({ exchange, reference, tokens, quote, limits, store }: BotParts, set: SignalSet, now: number) {
  const balances = await exchange.fetchBalance();
  const holdings = await Promise.all(
    tokens.map(async (symbol) => {
      const price = await reference.price(`${symbol}/${quote}`);
      return { symbol, amount: freeOf(balances, symbol), price };
    }),
  );
  const turnoverLeft = Math.max(0, limits.dailyTurnover - (await store.turnoverSince(now - DAY)));
  return { signals: set.signals, holdings, cash: freeOf(balances, quote), turnoverLeft, limits } satisfies PlanInput;
}

function afterWanted(input: PlanInput, sold: readonly Outcome[]): PlanInput {
  return { ...input, turnoverLeft: input.turnoverLeft - sold.reduce((sum, { worth }) => sum + worth, 0) };
}

/** Turns the kill switch on when the account lost more within the UTC day than it may. */
async function requireNoLoss({ store, limits, send }: BotParts, equity: number, now: number): Promise<void> {
  const first = await store.firstEquity(Math.floor(now / DAY), equity, send);
  const lostBps = (1 - equity / first) * 10_000;
  if (!(lostBps > limits.dailyLossBps)) return;
  const reason = `the account lost ${Math.round(lostBps)} bps since the day began, more than ${limits.dailyLossBps}.`;
  if (send) await store.halt(reason, now);
  throw new BotHaltedError(reason);
}

async function tradeAll(parts: BotParts, set: SignalSet, wanted: readonly Wanted[], now: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const order of wanted) outcomes.push(await trade(parts, set, order, now));
  return outcomes;
}

/** The id of an order: the same signal, account, market and side always have the same one. */
export function clientOrderIdOf(signal: string, account: string, symbol: string, side: string): string {
  return `gim${keccak256(stringToHex(JSON.stringify([signal, account, symbol, side]))).slice(2, 31)}`;
}

async function trade(parts: BotParts, set: SignalSet, wanted: Wanted, now: number): Promise<Outcome> {
  const { exchange, store, quote, account, send } = parts;
  const { side, amount, price } = wanted;
  const symbol = `${wanted.symbol}/${quote}`;
  const clientOrderId = clientOrderIdOf(set.id, account, symbol, side);
  const come = (state: Outcome["state"], why: string, order?: Order): Outcome => {
    return { ...wanted, state, clientOrderId, filled: order?.filled ?? null, cost: order?.cost ?? null, why };
  };
  if ((await store.intent(clientOrderId)) !== undefined)
    return come("had its order", "This signal traded here already.");
  try {
    await requireFairMarket(parts, symbol, side);
  } catch (error) {
    if (error instanceof OrderRefusedError) return come("refused", error.shortMessage);
    throw error;
  }
  if (!send) return come("wanted", "Nothing was sent. Add --send to trade.");
  await requireRunning(store);
  if (!(await store.claim({ clientId: clientOrderId, signal: set.id, symbol, side, amount, price, at: now }))) {
    return come("had its order", "This signal traded here already.");
  }
  try {
    const order = await exchange.createOrder(symbol, "limit", side, amount, price, {
      clientOrderId,
      timeInForce: "IOC",
    });
    if (!isOver(order)) return come("unknown", "The venue has the order still open; the next run looks again.", order);
    await store.finish(clientOrderId, order.id, order.filled ?? 0, order.cost ?? 0);
    return come((order.filled ?? 0) > 0 ? "traded" : "nothing filled", `The venue says ${order.status}.`, order);
  } catch (error) {
    // Only what certainly was not sent may be tried again; everything else stays written down for `recover`.
    if (!(error instanceof OrderRefusedError)) throw error;
    await store.release(clientOrderId);
    return come("refused", error.shortMessage);
  }
}

/** Throws PriceAwayError when what the venue asks or gives is too far from Chainlink's price, either way. */
async function requireFairMarket({ exchange, reference, limits }: BotParts, symbol: string, side: "buy" | "sell") {
  const [ticker, fair] = await Promise.all([exchange.fetchTicker(symbol), reference.price(symbol)]);
  const price = side === "buy" ? ticker.ask : ticker.bid;
  requireNear(
    `The venue's ${side === "buy" ? "ask" : "bid"} for ${symbol}`,
    price ?? Number.NaN,
    fair,
    limits.deviationBps,
  );
}

/** Finds out what became of orders of which a run that ended in the middle left nothing but the intent. */
async function recover({ exchange, store }: BotParts): Promise<RunReport["recovered"]> {
  const recovered = [];
  for (const intent of await store.unfinished()) {
    recovered.push({ clientOrderId: intent.clientId, state: await recoverOne(exchange, store, intent) });
  }
  return recovered;
}

async function recoverOne(exchange: Exchange, store: BotStore, { clientId, symbol, at }: Intent): Promise<string> {
  const orders = await exchange.fetchOrders(symbol, (at - 60) * 1_000, 1_000);
  const order = orders.find((item) => item.clientOrderId === clientId);
  if (order !== undefined) {
    if (!isOver(order)) return "still open";
    await store.finish(clientId, order.id, order.filled ?? 0, order.cost ?? 0);
    return `found: ${order.status}`;
  }
  // Venues of ours know every order that ever was sent. Others may forget or not tell: they get no second one.
  if (exchange.has["exactlyOnce"] === true) {
    await store.release(clientId);
    return "never sent";
  }
  await store.lose(clientId);
  return "lost: the venue does not know it, and it is not sent again";
}
