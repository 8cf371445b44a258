import type { MarketPanel } from "./marketPanel.ts";

/** How fast the mood of news fades: the factor of a day halves it within `halfLife` days. */
export interface Decay {
  readonly halfLife: number; // {days}
  readonly factor: number; // 2^(-1 / halfLife)
  readonly window: number; // {days} after which 3% or less is left
}

/** Half-lives of a day, three days and a week. */
export const DECAYS: readonly Decay[] = [
  { halfLife: 1, factor: 0.5, window: 5 },
  { halfLife: 3, factor: 0.7937005259840998, window: 15 },
  { halfLife: 7, factor: 0.9057236642639067, window: 35 },
];

/** Scores and numbers of headlines, of one asset or of the whole market. */
export interface News {
  readonly score: Float64Array;
  readonly count: Float64Array;
}

/** News of an asset. */
export function newsOf(panel: MarketPanel, asset: number): News {
  return { score: panel.column("newsScore", asset), count: panel.column("newsCount", asset) };
}

/** Mean score of the headlines, older ones counting less; NaN without any headline in the window. */
export function decayedScore({ score, count }: News, day: number, { factor, window }: Decay): number {
  let weight = 1;
  let sum = 0;
  let total = 0;
  for (let t = day; t > day - window && t >= 0; t--) {
    const value = score[t] ?? Number.NaN;
    const headlines = count[t] ?? Number.NaN;
    if (!Number.isNaN(value)) {
      const share = weight * (Number.isNaN(headlines) ? 1 : headlines);
      sum += share * value;
      total += share;
    }
    weight *= factor;
  }
  return total > 0 ? sum / total : Number.NaN;
}

/** Sum or mean of the known values of the last days; the sum of none is 0, the mean of none is NaN. */
export function newsWithin(values: Float64Array, day: number, days: number, kind: "sum" | "mean" = "sum"): number {
  let sum = 0;
  let known = 0;
  for (let t = day; t > day - days && t >= 0; t--) {
    const value = values[t] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    sum += value;
    known++;
  }
  return kind === "sum" ? sum : sum / known;
}
