import type { Hex } from "viem";
import { type Canonical, canonicalJson, contentHash } from "../data/canonical.ts";
import type { LabelledHeadline } from "../data/columns.ts";
import { type CleanedMarket, cleanMarket, type Finding } from "../data/quality.ts";
import type { MarketSnapshot } from "../data/snapshot.ts";
import { type MarketPanel, toMarketPanel } from "../features/marketPanel.ts";
import { createClassifier, trainSentiment } from "../sentiment/classifier.ts";
import { restoreSentiment, serializeSentiment } from "../sentiment/modelText.ts";
import { newsTable } from "../sentiment/newsTable.ts";
import { lexiconScorer, type SentimentScorer } from "../sentiment/scorer.ts";
import type { EnsembleState } from "./state.ts";

/** Who judges headlines: the state's classifier, or the lexicon alone where there were no labelled headlines to learn from. */
export function scorerOf(state: Pick<EnsembleState, "sentiment"> | null): SentimentScorer {
  return state === null || state.sentiment === null
    ? lexiconScorer
    : createClassifier(restoreSentiment(state.sentiment));
}

/** Learns to judge headlines, unless the state before learnt from the same ones. */
export function learnSentiment(
  labels: readonly LabelledHeadline[],
  previous: EnsembleState | null,
): { readonly labels: Hex; readonly sentiment: Canonical } {
  const { hash } = encodeLabels(labels);
  if (previous?.labels === hash) return { labels: hash, sentiment: previous.sentiment };
  const model = trainSentiment(labels);
  return { labels: hash, sentiment: model === null ? null : serializeSentiment(model) };
}

/** Stored form of labelled headlines and its content hash. */
export function encodeLabels(labels: readonly LabelledHeadline[]): { readonly hash: Hex; readonly text: string } {
  const text = canonicalJson(labels.map(({ at, source, text, label }) => ({ at, source, text, label })));
  return { hash: contentHash(text), text };
}

/** The headlines that `encodeLabels` wrote. */
export function decodeLabels(text: string): readonly LabelledHeadline[] {
  return JSON.parse(text) as readonly LabelledHeadline[];
}

/** A market ready for statistics. */
export interface PreparedMarket {
  readonly panel: MarketPanel;
  readonly findings: readonly Finding[];
  readonly profiles: MarketSnapshot["profiles"];
}

const known = new WeakMap<MarketSnapshot, { readonly sentiment: Canonical; readonly prepared: PreparedMarket }>();

/**
 * The market without what cannot be true, with what the news said of it. The last answer about a snapshot is kept: a decision
 * and those who score it ask for the same one.
 */
export function prepareMarket(market: MarketSnapshot, judge: Pick<EnsembleState, "sentiment"> | null): PreparedMarket {
  const sentiment = judge?.sentiment ?? null;
  const last = known.get(market);
  if (last !== undefined && last.sentiment === sentiment) return last.prepared;
  const prepared = prepare(market, judge);
  known.set(market, { sentiment, prepared });
  return prepared;
}

const cleaned = new WeakMap<MarketSnapshot, CleanedMarket>();

/** Whoever judges the news, the market is cleaned in the same way. */
function cleanOnce(market: MarketSnapshot): CleanedMarket {
  const result = cleaned.get(market) ?? cleanMarket(market);
  cleaned.set(market, result);
  return result;
}

function prepare(market: MarketSnapshot, judge: Pick<EnsembleState, "sentiment"> | null): PreparedMarket {
  const { snapshot, findings } = cleanOnce(market);
  const bare = toMarketPanel(snapshot);
  const headlines = snapshot.months.flatMap((month) => month.headlines);
  const panel = headlines.length === 0 ? bare : toMarketPanel(snapshot, newsTable(headlines, scorerOf(judge), bare));
  return { panel, findings, profiles: snapshot.profiles };
}
