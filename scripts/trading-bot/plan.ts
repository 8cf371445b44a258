// What the bot wants to trade: a pure function of signals, holdings and limits.

/** What is thought of a token. */
export interface Signal {
  readonly symbol: string; // of the token, such as WETH
  readonly stance: "bullish" | "neutral" | "bearish" | "unknown";
}

/** A token that may be traded. */
export interface Holding {
  readonly symbol: string;
  readonly amount: number; // {base} free
  readonly price: number; // {quote} Chainlink's
}

/** The user's limits. */
export interface Limits {
  /** {bps} of the account in one token at most. */
  readonly maxWeightBps: number;
  /** {bps} of the account that stays cash. */
  readonly cashFloorBps: number;
  /** {quote} one order is worth at most, and at least. */
  readonly maxTrade: number;
  readonly minTrade: number;
  /** {quote} all orders of 24 hours are worth at most. */
  readonly dailyTurnover: number;
  /** {bps} that the account may lose within a UTC day before everything stops. */
  readonly dailyLossBps: number;
  /** {bps} worse than Chainlink's price that an order may be filled at. */
  readonly slippageBps: number;
  /** {bps} that a venue's price may be away from Chainlink's, either way. */
  readonly deviationBps: number;
  /** {s} how old signals may be. */
  readonly maxSignalAge: number;
}

/** An order that is wanted. */
export interface Wanted {
  readonly symbol: string; // of the token
  readonly side: "buy" | "sell";
  readonly amount: number; // {base}
  readonly price: number; // {quote} limit: Chainlink's and the slippage
  readonly worth: number; // {quote} at Chainlink's price
  readonly reason: string;
}

/** What planning starts from. */
export interface PlanInput {
  readonly signals: readonly Signal[];
  readonly holdings: readonly Holding[];
  readonly cash: number; // {quote}
  /** {quote} that may still be traded today. */
  readonly turnoverLeft: number;
  readonly limits: Limits;
}

const BPS = 10_000;

/** {quote} what an account is worth at Chainlink's prices. */
export function equityOf({ holdings, cash }: Pick<PlanInput, "holdings" | "cash">): number {
  return cash + holdings.reduce((sum, { amount, price }) => sum + amount * price, 0);
}

/** Bearish tokens go, and of each token what is above its cap; largest first. */
export function planSales(input: PlanInput): readonly Wanted[] {
  const { holdings, signals, limits } = input;
  const cap = (equityOf(input) * limits.maxWeightBps) / BPS;
  const stanceOf = new Map(signals.map(({ symbol, stance }) => [symbol, stance]));
  const wishes = holdings.flatMap((holding) => {
    const value = holding.amount * holding.price;
    if (stanceOf.get(holding.symbol) === "bearish") return [{ holding, value, reason: "the signal is bearish" }];
    return value > cap ? [{ holding, value: value - cap, reason: "more than its cap is held" }] : [];
  });
  return sized(input, wishes, "sell");
}

/**
 * Bullish tokens come, each up to its equal part of what is not the cash floor and to its cap, from the cash above the floor.
 * Neutral tokens stay as they are.
 */
export function planPurchases(input: PlanInput): readonly Wanted[] {
  const { holdings, signals, limits, cash } = input;
  const equity = equityOf(input);
  const bullish = new Set(signals.filter(({ stance }) => stance === "bullish").map(({ symbol }) => symbol));
  const wanted = holdings.filter(({ symbol }) => bullish.has(symbol));
  const part = Math.min(limits.maxWeightBps, (BPS - limits.cashFloorBps) / Math.max(1, wanted.length)) / BPS;
  const wishes = wanted.map((holding) => {
    const value = Math.max(0, equity * part - holding.amount * holding.price);
    return { holding, value, reason: "the signal is bullish" };
  });
  const spendable = Math.max(0, cash - (equity * limits.cashFloorBps) / BPS) / (1 + limits.slippageBps / BPS);
  return sized(input, wishes, "buy", spendable);
}

type Wish = { readonly holding: Holding; readonly value: number; readonly reason: string };

function sized(
  { turnoverLeft, limits }: PlanInput,
  wishes: readonly Wish[],
  side: Wanted["side"],
  spendable = Number.POSITIVE_INFINITY,
): readonly Wanted[] {
  const orders: Wanted[] = [];
  let [turnover, money] = [turnoverLeft, spendable];
  for (const { holding, value, reason } of [...wishes].sort((a, b) => b.value - a.value)) {
    const worth = Math.min(value, limits.maxTrade, turnover, money);
    if (!(worth >= limits.minTrade)) continue;
    turnover -= worth;
    money -= worth;
    const { symbol, price, amount: held } = holding;
    const slip = limits.slippageBps / BPS;
    const amount = side === "sell" ? Math.min(held, worth / price) : worth / price;
    orders.push({ symbol, side, amount, price: price * (side === "sell" ? 1 - slip : 1 + slip), worth, reason });
  }
  return orders;
}
