import type { MarketState } from "../features/marketState.ts";
import type { RegimeDay } from "./regime.ts";
import type { Ballot, Voter } from "./votes.ts";

/** Why the market is in its state: one sentence for the state, one for each voter. */
export function regimeReasons(day: RegimeDay, since: string, ballots: readonly Ballot[], t: number): readonly string[] {
  const head = `Market regime is ${day.regime}: exposure ${day.exposureBps / 100}% since ${since}.`;
  const blind = "Too little is known for a view of the market; exposure stays as it is.";
  const voices = ballots.map(({ voter, votes, values }) =>
    voice(voter, votes[t] ?? Number.NaN, values[t] ?? Number.NaN),
  );
  return [day.rung === null ? blind : head, ...voices];
}

/** Why a sector is in its state. */
export function sectorReason(sector: string, day: RegimeDay, since: string, state: MarketState, t: number): string {
  const strength = day.exposureBps < 10_000 ? "weak" : day.regime === "bull" ? "strong" : "steady";
  const gap = state.above50[t] ?? Number.NaN;
  const breadth = state.breadth[t] ?? Number.NaN;
  const facts = [
    ...(Number.isNaN(gap) ? [] : [`its index stands ${distance(gap)} its 50-day average`]),
    ...(Number.isNaN(breadth) ? [] : [`${percent(breadth)} of its tokens are above their own`]),
  ].join(", ");
  const head = `The ${sector} sector is ${strength} since ${since}${facts === "" ? "" : `: ${facts}`}.`;
  if (day.exposureBps >= 10_000) return head;
  return `${head} ${100 - day.exposureBps / 100}% of its weight goes into stable tokens.`;
}

function voice(voter: Voter, vote: number, value: number): string {
  const name = NAMES[voter];
  if (Number.isNaN(vote)) return `${name}: abstains, too little is known.`;
  return `${name}: ${vote > 0 ? "for" : vote < 0 ? "against" : "undecided"}, ${FACTS[voter](value)}.`;
}

const NAMES: { readonly [voter in Voter]: string } = {
  trend50: "50-day trend",
  trend200: "200-day trend",
  breadth: "Breadth",
  drawdown: "Drawdown",
  volatility: "Volatility",
  macro: "Macro",
  calm: "Hidden Markov model",
};

const FACTS: { readonly [voter in Voter]: (value: number) => string } = {
  trend50: (value) => `index ${distance(value)} its 50-day average`,
  trend200: (value) => `index ${distance(value)} its 200-day average`,
  breadth: (value) => `${percent(value)} of the tokens above their 50-day average`,
  drawdown: (value) => `index ${percent(-value)} below its 180-day high`,
  volatility: (value) => `higher than on ${percent(value)} of the last 180 days`,
  macro: (value) =>
    value === 0
      ? "fear & greed, equity volatility, dollar and stable share are balanced"
      : `of fear & greed, equity volatility, dollar and stable share, ${Math.abs(value)} more ${
          value > 0 ? "for" : "against"
        } risk than ${value > 0 ? "against" : "for"} it`,
  calm: (value) => `a calm market has a probability of ${percent(value)}`,
};

function distance(fraction: number): string {
  return `${percent(Math.abs(fraction))} ${fraction < 0 ? "below" : "above"}`;
}

function percent(fraction: number): string {
  return `${Math.round(fraction * 100) + 0}%`;
}
