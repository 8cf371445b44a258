import { exp, log } from "../../../keeper/src/math/functions.ts";

/** Total market capitalisations {USD} that are looked at unless others are asked for. */
export const DEFAULT_TOTALS = [5e11, 1e12, 2e12, 3e12, 5e12, 1e13] as const;

/** What a scenario starts from, in {USD}. */
export interface ScenarioBase {
  readonly price: number;
  readonly marketCap: number;
  readonly totalMarketCap: number;
  readonly beta: number | null; // of daily results, to the market
}

/** A token's capitalisation and price if the whole market were worth so much. No forecast: nobody says that it will be. */
export interface Scenario {
  readonly totalMarketCap: number; // {USD} assumed
  /** Assuming that the token keeps its part of the whole. */
  readonly sameShare: ScenarioResult;
  /** Assuming that it moves beta times as far as the whole, in logarithms; null: its beta is not known. */
  readonly byBeta: ScenarioResult | null;
}

/** One outcome. The supply is taken to stay what it is. */
export interface ScenarioResult {
  readonly marketCap: number; // {USD}
  readonly price: number; // {USD}
  readonly multiple: number; // {1} of the present price
}

/** What the figures assume, in words. */
export const SCENARIO_ASSUMPTIONS = [
  "This is arithmetic, not a forecast: nobody says that the market will be worth any of these sums.",
  "sameShare: the token keeps its part of the total market capitalisation.",
  "byBeta: the token moves beta times as far as the total, in logarithms; beta is that of its last 365 daily results.",
  "The circulating supply stays what it is.",
] as const;

/** One scenario for each total. */
export function scenariosOf(base: ScenarioBase, totals: readonly number[]): readonly Scenario[] {
  return totals.map((total) => {
    const growth = total / base.totalMarketCap;
    return {
      totalMarketCap: total,
      sameShare: resultOf(base, growth),
      byBeta: base.beta === null ? null : resultOf(base, exp(base.beta * log(growth))),
    };
  });
}

function resultOf({ price, marketCap }: ScenarioBase, multiple: number): ScenarioResult {
  return { marketCap: marketCap * multiple, price: price * multiple, multiple };
}
