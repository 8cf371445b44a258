import type { Headline, NewsColumn } from "../../../keeper/src/data/columns.ts";
import type { MarketSnapshot } from "../../../keeper/src/data/snapshot.ts";
import { DAY, type Day } from "../../../keeper/src/data/time.ts";
import type { MarketPanel } from "../../../keeper/src/features/marketPanel.ts";
import { DECAYS, decayedScore, newsWithin } from "../../../keeper/src/features/news.ts";
import type { SentimentScorer } from "../../../keeper/src/sentiment/scorer.ts";
import { createTagger } from "../../../keeper/src/sentiment/tagging.ts";
import { tokenize } from "../../../keeper/src/sentiment/tokenizer.ts";
import { known } from "./figures.ts";

const WEEK = 7;
/** Headlines that are told beside the figures. */
const TOLD = 5;

/** What the headlines of the last days say about a token, or about the market. */
export interface Sentiment {
  readonly headlines7: number; // of the last seven days, repeats counted once
  readonly score: number | null; // -1 (bad) to 1 (good), the newest day's mean; null: that day had no headline
  readonly scoreHalved1: number | null; // the same over days, older ones halved every day, three days, week
  readonly scoreHalved3: number | null;
  readonly scoreHalved7: number | null;
  readonly disagreement7: number | null; // 0 to 1: mean deviation of the scores of a day
  readonly novelty7: number | null; // 0 to 1: how little of it was said in the 30 days before
  readonly newest: readonly JudgedHeadline[];
}

/** A headline with what was made of it. */
export interface JudgedHeadline {
  readonly at: number; // {s}
  readonly source: string;
  readonly text: string;
  readonly score: number; // -1 to 1
}

/** Figures about the last day of a panel; null: no headline of the last 35 days was about it. */
export function sentimentOf(
  column: (name: NewsColumn) => Float64Array,
  t: number,
  newest: readonly JudgedHeadline[],
): Sentiment | null {
  const news = { score: column("newsScore"), count: column("newsCount") };
  const [one, three, seven] = DECAYS.map((decay) => known(decayedScore(news, t, decay)));
  if (seven === null || seven === undefined) return null;
  return {
    headlines7: newsWithin(news.count, t, WEEK),
    score: known(news.score[t]),
    scoreHalved1: one ?? null,
    scoreHalved3: three ?? null,
    scoreHalved7: seven,
    disagreement7: known(newsWithin(column("newsSpread"), t, WEEK, "mean")),
    novelty7: known(newsWithin(column("newsNovelty"), t, WEEK, "mean")),
    newest,
  };
}

/** The market's headlines, and those of each token. */
export interface NewestHeadlines {
  readonly market: readonly JudgedHeadline[];
  readonly ofAsset: ReadonlyMap<string, readonly JudgedHeadline[]>;
}

/** The newest headlines of the last week, newest first, with what the day's scorer makes of them. */
export function newestHeadlines(
  snapshot: MarketSnapshot,
  panel: Pick<MarketPanel, "assets">,
  lastDay: Day,
  scorer: SentimentScorer,
): NewestHeadlines {
  const tag = createTagger(panel.assets);
  const market: JudgedHeadline[] = [];
  const ofAsset = new Map<string, JudgedHeadline[]>();
  for (const { at, source, text } of recentHeadlines(snapshot, lastDay)) {
    const judged = { at, source, text, score: scorer.score(text).polarity };
    if (market.length < TOLD) market.push(judged);
    for (const asset of tag(tokenize(text))) {
      const own = ofAsset.get(asset) ?? [];
      if (own.length < TOLD) own.push(judged);
      ofAsset.set(asset, own);
    }
  }
  return { market, ofAsset };
}

function recentHeadlines({ months }: MarketSnapshot, lastDay: Day): readonly Headline[] {
  const from = (lastDay - WEEK + 1) * DAY;
  const texts = new Set<string>();
  return months
    .slice(-2)
    .flatMap(({ headlines }) => headlines)
    .filter(({ at }) => at >= from)
    .sort((a, b) => b.at - a.at || (a.text < b.text ? -1 : 1))
    .filter(({ text }) => !texts.has(text) && texts.add(text));
}
