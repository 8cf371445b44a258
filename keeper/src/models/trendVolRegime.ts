import type { Series } from "../data/snapshot.ts";
import { isoFromDay } from "../data/time.ts";
import { BPS } from "../data/vault.ts";
import type { FeatureFrame } from "../features/registry.ts";
import type { MarketRegime, Model } from "./model.ts";

/** Thresholds of the votes; {bps} unless said otherwise. */
export interface RegimeParams {
  readonly [key: string]: number | string | readonly number[];
  readonly mode: "ladder" | "binary";
  readonly ladderBps: readonly number[]; // exposure in bull, range, weak range, bear
  readonly bandBps: number; // an average is crossed only when passed by this much
  readonly breadthHighBps: number;
  readonly breadthLowBps: number;
  readonly drawdownShallowBps: number;
  readonly drawdownDeepBps: number;
  readonly volatilityCalmBps: number; // percentile
  readonly volatilityHighBps: number; // percentile
  readonly dwellDays: number; // {days} least time between two changes of exposure
}

/** Round numbers. They were looked at on 2021 to 2023, so that no result on those years is out of sample. */
export const defaultRegimeParams: RegimeParams = {
  mode: "ladder",
  ladderBps: [10_000, 6_600, 3_300, 0],
  bandBps: 300,
  breadthHighBps: 6_000,
  breadthLowBps: 4_000,
  drawdownShallowBps: 1_500,
  drawdownDeepBps: 3_000,
  volatilityCalmBps: 5_000,
  volatilityHighBps: 8_000,
  dwellDays: 7,
};

/**
 * Baseline: five voters (trend against the 50- and the 200-day average, breadth, drawdown, volatility) add up to a score,
 * the score to a rung of the exposure ladder. The path is recomputed from the data each time: no hidden state.
 */
export const trendVolRegime: Model<RegimeParams, MarketRegime> = {
  id: "trend-vol-regime",
  version: 1,
  fit: (_, params, seed) => ({
    ref: { id: "trend-vol-regime", version: 1, params, seed },
    predict: (frame: FeatureFrame) => lastRegime(frame, params),
    serialize: () => null,
  }),
};

const RUNGS = 4;
const REGIMES = ["bull", "range", "range", "bear"] as const;

function lastRegime(frame: FeatureFrame, params: RegimeParams): MarketRegime {
  const path = regimePath(frame, params);
  const last = path.at(-1);
  if (last === undefined || last.rung === null) {
    const reasons = ["Too little history for a view of the market; exposure stays as it is."];
    return { regime: "unknown", exposureBps: BPS, since: isoFromDay(frame.firstDay), votes: {}, reasons };
  }
  const regime = REGIMES[last.rung] ?? "bear";
  const exposureBps = params.mode === "binary" ? (regime === "bear" ? 0 : BPS) : (params.ladderBps[last.rung] ?? 0);
  const since = isoFromDay(frame.firstDay + last.since);
  return { regime, exposureBps, since, votes: { ...last.votes }, reasons: explain(frame, last, regime, since) };
}

interface RegimeDay {
  readonly rung: number | null; // into the ladder; null = unknown
  readonly since: number; // index of the day of the last change
  readonly votes: Votes;
}

interface Votes {
  readonly breadth: number;
  readonly drawdown: number;
  readonly trend50: number;
  readonly trend200: number;
  readonly volatility: number;
}

function regimePath(frame: FeatureFrame, params: RegimeParams): readonly RegimeDay[] {
  const trend50 = crossings(frame.market("indexAboveSma50"), params.bandBps);
  const trend200 = crossings(frame.market("indexAboveSma200"), params.bandBps);
  const breadth = levels(frame.market("breadth50"), params.breadthHighBps, params.breadthLowBps);
  const drawdown = levels(frame.market("indexDrawdown"), -params.drawdownShallowBps, -params.drawdownDeepBps);
  const volatility = levels(frame.market("indexVolatilityRank"), params.volatilityHighBps, params.volatilityCalmBps);

  const path: RegimeDay[] = [];
  for (let t = 0; t < frame.days; t++) {
    const votes = {
      breadth: breadth[t] ?? 0,
      drawdown: drawdown[t] ?? 0,
      trend50: trend50[t] ?? 0,
      trend200: trend200[t] ?? 0,
      // A calm market speaks for carrying risk: the only voter that counts downwards.
      volatility: 0 - (volatility[t] ?? 0),
    };
    path.push(step(path.at(-1), t, trend200[t] ?? null, votes, params.dwellDays));
  }
  return path;
}

/** Moves to the rung the votes ask for, unless the last move is younger than the dwell time. The way out does not wait. */
function step(
  before: RegimeDay | undefined,
  t: number,
  slowest: number | null,
  votes: Votes,
  dwellDays: number,
): RegimeDay {
  if (slowest === null) return { rung: before?.rung ?? null, since: before?.since ?? t, votes };
  const score = votes.breadth + votes.drawdown + votes.trend50 + votes.trend200 + votes.volatility;
  const rung = score >= 2 ? 0 : score >= 0 ? 1 : score >= -3 ? 2 : RUNGS - 1;
  if (before === undefined || before.rung === null) return { rung, since: t, votes };
  const moved = rung !== before.rung && (rung === RUNGS - 1 || t - before.since >= dwellDays);
  return moved ? { rung, since: t, votes } : { ...before, votes };
}

/** 1 once the band above 0 was passed upwards, -1 once the one below was passed downwards, else as the day before. */
function crossings(series: Series, bandBps: number): Series {
  let state: number | null = null;
  return series.map((value) => {
    if (value === null) return null;
    if (value * BPS > bandBps) state = 1;
    else if (value * BPS < -bandBps) state = -1;
    return state ?? 0;
  });
}

/** 1 at or above `high`, -1 at or below `low`, 0 between. */
function levels(series: Series, high: number, low: number): Series {
  return series.map((value) => (value === null ? null : value * BPS >= high ? 1 : value * BPS <= low ? -1 : 0));
}

function explain(frame: FeatureFrame, day: RegimeDay, regime: string, since: string): readonly string[] {
  const percent = (id: string) => `${Math.round((frame.market(id)[frame.days - 1] ?? 0) * 100)}%`;
  const said = (vote: number) => (vote > 0 ? "for" : vote < 0 ? "against" : "neutral");
  const { votes } = day;
  return [
    `Market regime is ${regime} since ${since}.`,
    `50-day trend ${said(votes.trend50)}: index ${percent("indexAboveSma50")} from its average.`,
    `200-day trend ${said(votes.trend200)}: index ${percent("indexAboveSma200")} from its average.`,
    `Breadth ${said(votes.breadth)}: ${percent("breadth50")} of the assets above their 50-day average.`,
    `Drawdown ${said(votes.drawdown)}: index ${percent("indexDrawdown")} from its 180-day high.`,
    `Volatility ${said(votes.volatility)}: above ${percent("indexVolatilityRank")} of the last 180 days.`,
  ];
}
