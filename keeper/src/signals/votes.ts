import { BPS } from "../data/vault.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import { dailyReturns, type MarketState, movingAverage } from "../features/marketState.ts";
import type { RegimeParams } from "./regimeParams.ts";

/** Who votes on the regime, in the order in which the votes are told. */
export const VOTERS = ["trend50", "trend200", "breadth", "drawdown", "volatility", "macro", "calm"] as const;
/** Name of a voter. */
export type Voter = (typeof VOTERS)[number];

/** What a voter says of each day: 1 for risk, -1 against, 0 undecided, NaN = abstains. */
export interface Ballot {
  readonly voter: Voter;
  readonly votes: Float64Array;
  readonly values: Float64Array; // what the vote was made of
}

/** A market that switches between a calm state and a troubled one, as learnt from past returns. */
export interface HiddenStates {
  /** Learns from the returns (oldest first, none missing); null when nothing can be learnt from them. */
  fit(returns: Float64Array): {
    /** {1} probability, day by day, of the calm state, knowing that day and earlier ones only. */
    filter(returns: Float64Array): Float64Array;
  } | null;
}

/** Ballots of a group of assets by its own prices. */
export function priceBallots(state: MarketState, params: RegimeParams): readonly Ballot[] {
  const { bandBps, levelBandBps: band } = params;
  const drawdown = levels(state.drawdown, -params.drawdownShallowBps, -params.drawdownDeepBps, band);
  // A calm market speaks for carrying risk: the only voter that counts downwards.
  const wild = levels(state.volatilityRank, params.volatilityHighBps, params.volatilityCalmBps, band);
  return [
    { voter: "trend50", votes: crossings(state.above50, bandBps), values: state.above50 },
    { voter: "trend200", votes: crossings(state.above200, bandBps), values: state.above200 },
    {
      voter: "breadth",
      votes: levels(state.breadth, params.breadthHighBps, params.breadthLowBps, band),
      values: state.breadth,
    },
    { voter: "drawdown", votes: drawdown, values: state.drawdown },
    { voter: "volatility", votes: wild.map((vote) => 0 - vote), values: state.volatilityRank },
  ];
}

/** 1 once the band above 0 was passed upwards, -1 once the one below was passed downwards, else as the day before. */
function crossings(series: Float64Array, bandBps: number): Float64Array {
  let state = 0;
  return series.map((value) => {
    if (Number.isNaN(value)) return value;
    if (value * BPS > bandBps) state = 1;
    else if (value * BPS < -bandBps) state = -1;
    return state;
  });
}

/** 1 from `high` on, -1 from `low` down, 0 between. A vote is given up only when the value went back by the band. */
function levels(series: Float64Array, high: number, low: number, bandBps: number): Float64Array {
  let state = 0;
  return series.map((value) => {
    if (Number.isNaN(value)) return value;
    const level = value * BPS;
    if (level >= (state === 1 ? high - bandBps : high)) state = 1;
    else if (level <= (state === -1 ? low + bandBps : low)) state = -1;
    else state = 0;
    return state;
  });
}

/** Ballot of the world around: its sides are counted, and two of them more on one side than on the other decide. */
export function macroBallot(panel: MarketPanel, params: RegimeParams): Ballot {
  const fear = carried(panel.macro("fearGreed"), params.macroCarryDays);
  const equity = carried(panel.macro("equityVolatility"), params.macroCarryDays);
  const dollar = carried(panel.macro("dollarIndex"), params.macroCarryDays);
  const stable = carried(panel.macro("stableShare"), params.macroCarryDays);
  const sides = [
    levels(scaled(fear, 100), params.greedBps, params.fearBps, params.levelBandBps),
    levels(scaled(equity, 100), params.equityVolatilityHighBps, params.equityVolatilityLowBps, 0).map(
      (side) => 0 - side,
    ),
    crossings(aboveAverage(dollar), params.dollarBandBps).map((side) => 0 - side),
    // A growing share of stable tokens is money that has left the market.
    crossings(aboveAverage(stable), params.stableBandBps).map((side) => 0 - side),
  ];
  const values = new Float64Array(panel.days);
  const votes = values.map((_, t) => {
    const known = sides.map((side) => side[t] ?? Number.NaN).filter((side) => !Number.isNaN(side));
    const sum = known.reduce((total, side) => total + side, 0);
    values[t] = sum;
    return known.length < 2 ? Number.NaN : sum >= 2 ? 1 : sum <= -2 ? -1 : 0;
  });
  return { voter: "macro", votes, values };
}

/**
 * Ballot of the hidden states. The model is fitted anew every few weeks, on days counted from 1970 and on the past of
 * that day alone, so that no vote depends on a later price.
 */
export function calmBallot(
  state: MarketState,
  firstDay: number,
  model: HiddenStates | null,
  params: RegimeParams,
): Ballot {
  const days = state.index.length;
  const values = new Float64Array(days).fill(Number.NaN);
  const returns = dailyReturns(state.index);
  for (let t = 0; t < days && model !== null; t++) {
    if ((firstDay + t) % params.refitDays !== 0) continue;
    const from = Math.max(0, t + 1 - params.fitDays);
    const past = known(returns, from, t + 1);
    if (past.length < params.leastFitDays) continue;
    const until = Math.min(days, t + params.refitDays);
    const fitted = model.fit(past);
    if (fitted === null) continue;
    const filtered = fitted.filter(known(returns, from, until));
    for (let day = from, i = 0; day < until; day++) {
      if (Number.isNaN(returns[day] ?? Number.NaN)) continue;
      if (day >= t) values[day] = filtered[i] ?? Number.NaN;
      i++;
    }
  }
  return { voter: "calm", votes: levels(values, params.calmHighBps, params.calmLowBps, params.levelBandBps), values };
}

function known(series: Float64Array, from: number, until: number): Float64Array {
  return series.subarray(from, until).filter((value) => !Number.isNaN(value));
}

/** The last value of up to `most` days ago stands in for a missing one: markets close at weekends. */
function carried(series: Float64Array, most: number): Float64Array {
  let last = -1;
  return series.map((value, t) => {
    if (!Number.isNaN(value)) last = t;
    return last >= 0 && t - last <= most ? (series[last] ?? Number.NaN) : Number.NaN;
  });
}

function scaled(series: Float64Array, by: number): Float64Array {
  return series.map((value) => value / by);
}

function aboveAverage(series: Float64Array): Float64Array {
  const average = movingAverage(series, 50);
  return series.map((value, t) => value / (average[t] ?? Number.NaN) - 1);
}
