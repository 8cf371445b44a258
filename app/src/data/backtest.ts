import type { ApiError } from "./api.ts";

/** A backtest of one's own basket, beside the rules that the API has of its own. */
export const OWN_BASKET = "own";

/** Rules that POST /v1/simulations/backtest knows, in words. They need no training, so that everybody gets the same figures. */
export const BACKTEST_RULES = [
  ["equal", "Equal parts"],
  ["top10", "The ten largest by capitalisation"],
  ["global100", "The hundred largest by capitalisation"],
] as const;
export type BacktestRule = (typeof BACKTEST_RULES)[number][0];

/** Figures of one line; fractions, 0.1 stands for 10%. null: too few days. */
export interface BacktestLine {
  readonly name: string;
  readonly totalReturn: number | null;
  readonly annualReturn: number | null;
  readonly volatility: number | null;
  readonly sharpe: number | null;
  readonly maxDrawdown: number | null;
}

/** What POST /v1/simulations/backtest answers with. */
export interface Backtest {
  readonly data: {
    readonly source: string;
    readonly days: number;
    readonly result: BacktestLine;
    readonly benchmarks: readonly BacktestLine[];
    readonly turnoverWeekly: number | null;
    readonly biases: readonly string[];
    /** Tokens of one's own basket that were reckoned as others, or had no price. */
    readonly notes: readonly string[];
  };
}

const DAY = 86_400_000;
/** {days} */
export const LEAST_DAYS = 27;
export const MOST_DAYS = 366;

/** Why a period cannot be asked for; undefined: it can. Dates as 2026-01-31. */
export function periodFault(from: string, to: string): string | undefined {
  const [begin, end] = [Date.parse(from), Date.parse(to)];
  if (Number.isNaN(begin) || Number.isNaN(end)) return "Name both days";
  const days = (end - begin) / DAY;
  if (days >= LEAST_DAYS && days <= MOST_DAYS) return undefined;
  return `The period must be ${LEAST_DAYS} to ${MOST_DAYS} days long`;
}

/** Why there is no backtest, as a sentence that says what to do. */
export function backtestProblem({ status, code, message }: Pick<ApiError, "status" | "code" | "message">): string {
  if (status === 402) {
    return "Your free backtests of this hour are used up. Come back in an hour, or buy COMPUTE credits or a plan in the marketplace.";
  }
  if (status === 429) return "Too many requests came from here. Wait a minute and try again.";
  if (code === "UNREACHABLE")
    return "The API does not answer: there is no backtest now. You can create the index without one.";
  if (status === 503) return `${message} You can create the index without a backtest.`;
  return message;
}
