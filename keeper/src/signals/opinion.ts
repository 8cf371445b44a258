import type { AssetId } from "../data/source.ts";

/** What is expected of a token. */
export type Stance = "bullish" | "neutral" | "bearish" | "unknown";

/** One reason behind a grade, ready to be said. Integers and strings: it goes into the record. */
export type Driver = {
  readonly feature: string; // id, such as "rsi14"
  readonly words: string; // such as "14-day RSI"
  readonly value: string; // with its unit, such as "71" or "-12%"
  readonly effectBps: number; // {bps of the grade's range} signed
};

/** The opinion about one token. */
export interface Opinion {
  readonly asset: AssetId;
  readonly stance: Stance;
  /** Combined score of the ensemble, higher is better, centred at 0 within the day's universe; null = nothing can be said. */
  readonly score: number | null;
  readonly traderGrade: number | null; // 0 to 100, days to weeks
  readonly investorGrade: number | null; // 0 to 100, months
  readonly known: number; // data points that the grades were computed from
  readonly possible: number; // data points that there are
  readonly drivers: readonly Driver[]; // largest effects first, at most three
  readonly suspicious: boolean; // anomaly detection advises against buying
  readonly reasons: readonly string[];
}

/** What the rules allow for a token in this decision, whatever the scores say. */
export interface TokenRule {
  readonly asset: AssetId;
  readonly mayIncrease: boolean;
  readonly mustLeave: boolean; // what is held goes to 0
  readonly reasons: readonly string[];
}

/** What a decision remembers about a token for the next ones. Integers and strings only. */
export type TokenMemory = {
  readonly stance: Stance; // of the decision before: a stance is given up later than it is taken
  readonly included: boolean; // conviction: held, or on its way in; leaves below the lower threshold only
  readonly unwantedFor: number; // decisions in a row in which it was held without being bullish
  readonly entryPrice: string | null; // {USD} decimal, mean price of what is held; null when not held
  readonly profitSteps: number; // rungs of the profit ladder taken since entry
  readonly traderGrade: number | null; // of the decision before, for the grade-drop trigger
};

/** What the portfolio remembers of a token. */
export type PositionMemory = Pick<TokenMemory, "included" | "entryPrice" | "profitSteps">;

/** What a decision hands to the next one. Part of its record, so that a replay needs no other state. */
export type DecisionMemory = {
  readonly tokens: { readonly [asset: string]: TokenMemory }; // as things stand if nothing comes of the decision
  readonly events: { readonly [trigger: string]: number }; // {s} when each trigger last fired, for its cooldown
  /** What holds instead once the vault has opened the epoch that was proposed; null: nothing was proposed. */
  readonly planned: { readonly epoch: number; readonly positions: { readonly [asset: string]: PositionMemory } } | null;
};

/** Before the first decision. */
export const NO_MEMORY: DecisionMemory = { tokens: {}, events: {}, planned: null };
