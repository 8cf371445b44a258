import type { AssetId } from "../data/source.ts";
import type { FeatureFrame } from "../features/registry.ts";
import type { AssetScores, MarketRegime } from "../models/model.ts";

/** What is said about one token, and why. */
export interface Signal {
  readonly asset: AssetId;
  readonly grade: "bullish" | "neutral" | "bearish" | "unknown";
  readonly score: number | null; // null = no weight can be derived; what is held is kept
  readonly reasons: readonly string[];
}

/** The view of the market and of every asset, ready to become weights. */
export interface SignalSet {
  readonly regime: MarketRegime;
  readonly signals: readonly Signal[]; // ascending by asset
}

/** Grades every asset by trend and momentum and carries the model's score along. */
export function buildSignals(frame: FeatureFrame, scores: AssetScores, regime: MarketRegime): SignalSet {
  const last = frame.days - 1;
  const gaps = frame.asset("aboveSma50");
  const returns = frame.asset("return30");
  const signals = frame.assets.map((asset, i) =>
    gradeAsset(asset, scores.get(asset) ?? null, gaps[i]?.[last] ?? null, returns[i]?.[last] ?? null),
  );
  return { regime, signals };
}

function gradeAsset(asset: AssetId, score: number | null, gap: number | null, month: number | null): Signal {
  if (score === null) {
    return { asset, grade: "unknown", score, reasons: [`${asset}: no current price or supply; no opinion.`] };
  }
  if (gap === null || month === null) {
    return { asset, grade: "neutral", score, reasons: [`${asset}: too little history for a trend.`] };
  }
  const grade = gap > 0 && month > 0 ? "bullish" : gap < 0 && month < 0 ? "bearish" : "neutral";
  const side = gap < 0 ? "below" : "above";
  return {
    asset,
    grade,
    score,
    reasons: [`${asset}: ${percent(Math.abs(gap))} ${side} its 50-day average, ${percent(month)} in 30 days.`],
  };
}

function percent(fraction: number): string {
  return `${Math.round(fraction * 100)}%`;
}
