import type { Address } from "viem";
import { BPS, mulDiv } from "../math/fixed.ts";
import { WeightsCsvInvalidError } from "../templates/errors.ts";
import { type KnownTokens, readTokenTable } from "../templates/tokenTable.ts";
import { PortfolioInvalidError } from "./errors.ts";

const ONE_USD = 10n ** 18n;
const QUANTITY = /^\d{1,30}(\.\d{1,30})?$/;
const QUANTITY_HEADERS = /^(amount|quantity|balance|units|held|holding)$/i;

/** One line of a table of holdings. */
export type HoldingsRow = {
  token: Address;
  /** As the table names it. */
  name: string;
  /** Whole tokens as a decimal number, such as "1.5". */
  quantity: string;
};

/**
 * Tokens and how many of each are held, from a table of two columns. Throws WeightsCsvInvalidError with the line.
 *
 * @example
 * parseHoldingsCsv("token,amount\nWETH,1.5\nUSDC,2000\n", deployment.tokens);
 */
export function parseHoldingsCsv(text: string, tokens: KnownTokens): readonly HoldingsRow[] {
  return readTokenTable(text, tokens, QUANTITY_HEADERS).entries.map(({ line, name, token, figure }) => {
    if (QUANTITY.test(figure)) return { token, name, quantity: figure };
    throw new WeightsCsvInvalidError(line, "weight", `${figure || "(nothing)"} is no amount such as 1.5.`);
  });
}

/** Facts of a token at one moment. */
export type TradedToken = {
  token: Address;
  decimals: number;
  /** D27{USD/tok} */
  price: bigint;
};

export type PlanTradesParameters = {
  /** What is held now, each token once. */
  held: readonly (TradedToken & { /** {raw tokens} */ amount: bigint })[];
  /** What shall be held; the weights sum to 10,000. What is held and stands not here is sold. */
  targets: readonly (TradedToken & { weightBps: number })[];
  /** D18{USD} smaller trades are left out: they cost more than they mend. Default $1. */
  least?: bigint | undefined;
};

/** One sale or purchase. */
export type PlannedTrade = {
  side: "sell" | "buy";
  token: Address;
  /** {raw tokens} rounded down, all of it when nothing of it shall be held. */
  amount: bigint;
  /** D18{USD} at the given price */
  value: bigint;
  /** {bps} of what is held, rounded down */
  fromBps: number;
  toBps: number;
};

export type PlanTradesReturnType = {
  /** D18{USD} of everything held */
  total: bigint;
  /** Sales first, since they pay for the purchases; the largest first among each. */
  trades: readonly PlannedTrade[];
  /** D18{USD} sold */
  sold: bigint;
  /** D18{USD} bought; never more than is sold and what was left out. */
  bought: bigint;
};

/** D18{USD} */
function worthOf(amount: bigint, { price, decimals }: TradedToken): bigint {
  return mulDiv(amount, price, 10n ** BigInt(decimals + 9));
}

function requireUsable({ held, targets }: PlanTradesParameters): void {
  for (const list of [held, targets]) {
    const seen = new Set<string>();
    for (const { token, price, decimals } of list) {
      if (price <= 0n) throw new PortfolioInvalidError("price", `of ${token} is not known`);
      if (!Number.isInteger(decimals) || decimals < 0 || decimals > 36) {
        throw new PortfolioInvalidError("decimals", `of ${token} must be 0 to 36, not ${decimals}`);
      }
      if (seen.has(token.toLowerCase())) throw new PortfolioInvalidError("token", `${token} is named twice`);
      seen.add(token.toLowerCase());
    }
  }
  const sum = targets.reduce((total, { weightBps }) => total + weightBps, 0);
  if (sum !== Number(BPS)) throw new PortfolioInvalidError("weightBps", `must sum to 10000, not ${sum}`);
  if (targets.some(({ weightBps }) => !Number.isInteger(weightBps) || weightBps < 0)) {
    throw new PortfolioInvalidError("weightBps", "must be whole basis points");
  }
  if (held.some(({ amount }) => amount < 0n)) throw new PortfolioInvalidError("amount", "must not be negative");
}

/**
 * The trades that turn what somebody holds into an index's target, at given prices and before costs.
 *
 * @example
 * const { trades } = planTrades({ held, targets });
 * for (const { side, token, amount } of trades) console.log(side, amount, token);
 */
export function planTrades(parameters: PlanTradesParameters): PlanTradesReturnType {
  requireUsable(parameters);
  const { held, targets, least = ONE_USD } = parameters;
  const total = held.reduce((sum, item) => sum + worthOf(item.amount, item), 0n);
  if (total === 0n) throw new PortfolioInvalidError("held", "must be worth something");
  const heldOf = new Map(held.map((item) => [item.token.toLowerCase(), item.amount]));
  const wanted = new Set(targets.map(({ token }) => token.toLowerCase()));
  const leaving = held.filter(({ token }) => !wanted.has(token.toLowerCase()));
  const trades = [...targets, ...leaving.map((item) => ({ ...item, weightBps: 0 }))].flatMap((item): PlannedTrade[] => {
    const { token, weightBps, price, decimals } = item;
    const amount = heldOf.get(token.toLowerCase()) ?? 0n;
    const now = worthOf(amount, item);
    const then = mulDiv(total, BigInt(weightBps), BPS);
    const value = now > then ? now - then : then - now;
    if (value < least || value === 0n) return [];
    const part = mulDiv(value, 10n ** BigInt(decimals + 9), price);
    const side = now > then ? "sell" : "buy";
    const fromBps = Number(mulDiv(now, BPS, total));
    return [{ side, token, amount: weightBps === 0 ? amount : part, value, fromBps, toBps: weightBps }];
  });
  const of = (side: PlannedTrade["side"]) =>
    trades
      .filter((trade) => trade.side === side)
      .sort((a, b) => (a.value === b.value ? 0 : a.value > b.value ? -1 : 1));
  const sum = (list: readonly PlannedTrade[]) => list.reduce((all, { value }) => all + value, 0n);
  return { total, trades: [...of("sell"), ...of("buy")], sold: sum(of("sell")), bought: sum(of("buy")) };
}
