import type { MacroColumn } from "../../../keeper/src/data/columns.ts";
import type { Day } from "../../../keeper/src/data/time.ts";
import type { MarketPanel } from "../../../keeper/src/features/marketPanel.ts";
import { type MarketState, marketState } from "../../../keeper/src/features/marketState.ts";
import { markovStates } from "../../../keeper/src/signals/hiddenStates.ts";
import { type MarketRegime, marketBallots, marketLadder, regimePath } from "../../../keeper/src/signals/regime.ts";
import type { RegimeParams } from "../../../keeper/src/signals/regimeParams.ts";
import type { HiddenStates } from "../../../keeper/src/signals/votes.ts";
import { changeOver, type Dated, known, newest } from "./figures.ts";

/** {days} a year of the volatility; crypto trades every day. */
const YEAR = 365;

/** The market as a whole on one day. Fractions unless said otherwise; null: not known. */
export interface MarketOverview {
  readonly totalMarketCap: Dated | null; // {USD} of the 200 largest, as the source tells it
  readonly bitcoinDominance: Dated | null;
  readonly stableShare: Dated | null;
  readonly fearGreed: Dated | null; // 0 to 100
  readonly equityVolatility: Dated | null; // VIX, {%/year}
  readonly dollarIndex: Dated | null;
  /** Of the tokens that carry risk, weighed by capitalisation. */
  readonly change1: number | null;
  readonly change7: number | null;
  readonly change30: number | null;
  readonly volatility: number | null; // {1/year} of 30 days
  readonly drawdown: number | null; // <= 0, from the 180-day high
  readonly breadth: number | null; // share of the tokens above their 50-day average
  readonly trendStrength: number | null; // -1 to 1
}

/** A day on which the regime, or the exposure that it asks for, changed. */
export interface RegimeChange {
  readonly day: Day;
  readonly regime: MarketRegime["regime"];
  readonly exposureBps: number;
  readonly scoreBps: number | null; // mean vote of the day; null: too few voters
}

/** Figures of the panel's last day. */
export function marketOverview(panel: MarketPanel, state: MarketState = marketState(panel)): MarketOverview {
  const t = panel.days - 1;
  const world = (name: MacroColumn) => newest(panel.macro(name), t, panel.firstDay);
  const volatility = known(state.volatility[t]);
  return {
    totalMarketCap: world("totalCap"),
    bitcoinDominance: world("bitcoinDominance"),
    stableShare: world("stableShare"),
    fearGreed: world("fearGreed"),
    equityVolatility: world("equityVolatility"),
    dollarIndex: world("dollarIndex"),
    change1: changeOver(state.index, t, 1),
    change7: changeOver(state.index, t, 7),
    change30: changeOver(state.index, t, 30),
    volatility: volatility === null ? null : volatility * Math.sqrt(YEAR),
    drawdown: known(state.drawdown[t]),
    breadth: known(state.breadth[t]),
    trendStrength: known(state.trendStrength[t]),
  };
}

/**
 * Every change of the regime that the panel holds, oldest first, beginning with its first day. The path of a day depends on
 * that day and earlier ones only: a later decision tells the same past.
 */
export function regimeChanges(
  panel: MarketPanel,
  params: RegimeParams,
  hidden: HiddenStates = markovStates,
): readonly RegimeChange[] {
  const ballots = marketBallots(panel, marketState(panel), params, hidden);
  const path = regimePath(ballots, marketLadder(params), params);
  return path.flatMap(({ regime, exposureBps, scoreBps }, t) => {
    const before = path[t - 1];
    if (before?.regime === regime && before.exposureBps === exposureBps) return [];
    return [{ day: panel.firstDay + t, regime, exposureBps, scoreBps }];
  });
}

/** The same states, each learnt and read once: most of a day's work is theirs, and equal returns give equal states. */
export function learntOnce(states: HiddenStates): HiddenStates {
  const fitted = new Map<string, ReturnType<HiddenStates["fit"]>>();
  return {
    fit: (returns) => {
      const key = keyOf(returns);
      const known = fitted.get(key);
      if (known !== undefined) return known;
      const model = states.fit(returns);
      const filtered = new Map<string, Float64Array>();
      const filter = (days: Float64Array) => {
        const found = filtered.get(keyOf(days)) ?? model?.filter(days) ?? new Float64Array();
        filtered.set(keyOf(days), found);
        return found;
      };
      const remembering = model === null ? null : { filter };
      fitted.set(key, remembering);
      return remembering;
    },
  };
}

/** All bits of a series. */
function keyOf({ buffer, byteOffset, byteLength }: Float64Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}
