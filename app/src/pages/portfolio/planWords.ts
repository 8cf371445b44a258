import type { OrderPeriod, RecurringPlan } from "@gimbal/sdk";
import { atLeast } from "../../amounts.ts";
import type { PayToken } from "../../data/payToken.ts";
import { percent } from "../../format.ts";

/** How often, in words. */
export const PERIOD_WORDS: Readonly<Record<OrderPeriod, string>> = {
  ...{ "1-week": "every week", "2-weeks": "every two weeks", "4-weeks": "every four weeks", month: "every month" },
};

/** What a plan does, as a sentence without an end. */
export function planWords({ kind, amount, period }: RecurringPlan, cash: PayToken, symbol: string): string {
  const sum = atLeast(amount, cash.decimals, cash.symbol).short;
  const often = PERIOD_WORDS[period];
  if (kind === "deposit") return `Deposit ${sum} into ${symbol} ${often}`;
  if (kind === "withdraw-sum") return `Sell ${symbol} for ${sum} ${often}`;
  return `Sell ${percent(Number(amount)).short} of your ${symbol} ${often}`;
}
