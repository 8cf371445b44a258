import { BPS } from "../data/vault.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import type { GradeParams } from "./gradeParams.ts";
import type { Stance } from "./opinion.ts";

/** A token's own trend, whatever the others do; NaN = missing. */
export interface OwnTrend {
  readonly gap50: number; // {1} distance from its 50-day average
  readonly change30: number; // {1}
}

/** The stance and what it was taken for, in words. */
export interface StanceTaken {
  readonly stance: Stance;
  readonly reason: string;
}

/** Trend of an asset on the panel's last day. */
export function ownTrend(panel: MarketPanel, asset: number): OwnTrend {
  const close = panel.column("close", asset);
  const last = panel.days - 1;
  const price = close[last] ?? Number.NaN;
  let sum = 0;
  let known = 0;
  for (let t = Math.max(0, last - 49); t <= last; t++) {
    const value = close[t] ?? Number.NaN;
    if (!(value > 0)) continue;
    sum += value;
    known++;
  }
  return {
    gap50: known < 45 ? Number.NaN : price / (sum / known) - 1,
    change30: price / (close[last - 30] ?? Number.NaN) - 1,
  };
}

/**
 * Bullish needs a good grade and a trend of its own that is not against it; bearish the reverse. Grades alone compare
 * tokens with each other and cannot say that any of them rises. What was decided before is given up later than it was taken.
 */
export function takeStance(
  asset: string,
  grade: number | null,
  trend: OwnTrend,
  before: Stance,
  sideways: boolean,
  params: GradeParams,
): StanceTaken {
  if (grade === null) return { stance: "unknown", reason: `${asset} has no stance: too little is known for a grade.` };
  const direction = directionOf(trend, before, params);
  const facts = `combined grade ${grade}, ${trendWords(trend)}`;
  if (direction === null) return { stance: "neutral", reason: `${asset} is neutral: ${facts}.` };
  const good = grade >= (before === "bullish" ? params.bullishUntil : params.bullishFrom);
  const bad = grade <= (before === "bearish" ? params.bearishUntil : params.bearishFrom);
  // Without a direction a stance is kept; in a market without direction none is asked for.
  const up = direction > 0 || (direction === 0 && (before === "bullish" || sideways));
  const down = direction < 0 || (direction === 0 && before === "bearish");
  const stance = good && up ? "bullish" : bad && down ? "bearish" : "neutral";
  return { stance, reason: `${asset} is ${stance}: ${facts}.` };
}

/** 1 up, -1 down, 0 neither, null unknown. */
function directionOf({ gap50, change30 }: OwnTrend, before: Stance, params: GradeParams): number | null {
  const up = (before === "bullish" ? -1 : 1) * params.trendBandBps;
  const down = (before === "bearish" ? 1 : -1) * params.trendBandBps;
  const votes = [gap50, change30]
    .filter((value) => !Number.isNaN(value))
    .map((value) => (value * BPS > up ? 1 : value * BPS < down ? -1 : 0));
  if (votes.length === 0) return null;
  return Math.sign(votes.reduce((sum: number, vote) => sum + vote, 0));
}

function trendWords({ gap50, change30 }: OwnTrend): string {
  const percent = (value: number) => `${Math.round(Math.abs(value) * 100)}%`;
  const words = [
    ...(Number.isNaN(gap50) ? [] : [`price ${percent(gap50)} ${gap50 < 0 ? "below" : "above"} its 50-day average`]),
    ...(Number.isNaN(change30) ? [] : [`${change30 < 0 ? "down" : "up"} ${percent(change30)} in 30 days`]),
  ];
  return words.length === 0 ? "too little history for a trend" : words.join(", ");
}
