import type { Headline, LabelledHeadline } from "../src/data/columns.ts";
import { createRandom } from "../src/data/random.ts";
import { DAY } from "../src/data/time.ts";
import { createClassifier, trainSentiment } from "../src/sentiment/classifier.ts";
import { newsTable } from "../src/sentiment/newsTable.ts";
import { lexiconScorer, type SentimentScorer } from "../src/sentiment/scorer.ts";
import { type Benchmark, type Duration, scaled, seconds } from "./types.ts";

const FIRST = 18_000;
const SUBJECTS = ["Bitcoin", "Ethereum", "Solana", "Cardano", "Major bank", "Regulator", "Exchange", "Mining firm"];
const VERBS = ["surges past", "falls below", "launches", "delays", "sues", "partners with", "explains", "hacked by"];
const OBJECTS = ["$40,000", "new fund", "trading desk", "staking service", "lending protocol", "record volume"];

/** Headlines put together from parts, with about as many different words as real ones have. */
function headlines(count: number, seed: number): LabelledHeadline[] {
  const random = createRandom(seed);
  const pick = (list: readonly string[]) => list[Math.floor(random.uniform() * list.length)] ?? "";
  const rareWord = () => `w${Math.floor(random.uniform() * 4_000).toString(36)}x`;
  return Array.from({ length: count }, (_, i) => ({
    at: FIRST * DAY + i * 600,
    source: `rss/${i % 8}`,
    text: [pick(SUBJECTS), pick(VERBS), pick(OBJECTS), "in", rareWord(), rareWord(), "and", rareWord()].join(" "),
    label: random.uniform() < 0.55 ? 1 : random.uniform() < 0.65 ? 0 : -1,
  }));
}

function perHeadline(scorer: SentimentScorer, texts: readonly Headline[]): Duration {
  const work = () => {
    for (const { text } of texts) scorer.score(text);
  };
  return scaled(seconds(work), 1e6 / texts.length);
}

/** Speed of the sentiment stage. */
export const benchmarks: readonly Benchmark[] = [
  {
    name: "sentiment: lexicon, a headline",
    target: "<= 100 us",
    unit: "us",
    limit: 100,
    run: () => perHeadline(lexiconScorer, headlines(10_000, 1)),
  },
  {
    name: "sentiment: classifier, a headline",
    target: "<= 200 us",
    unit: "us",
    limit: 200,
    run: () => {
      const model = trainSentiment(headlines(500, 2));
      if (model === null) throw new Error("Too few headlines to train on.");
      return perHeadline(createClassifier(model), headlines(10_000, 3));
    },
  },
  {
    name: "sentiment: training on 1,100 headlines",
    target: "<= 5 s",
    unit: "s",
    limit: 5,
    run: () => seconds(() => trainSentiment(headlines(1_100, 4))),
  },
  {
    name: "sentiment: news table of 20,000 headlines, 1,000 assets",
    target: "<= 5 s",
    unit: "s",
    limit: 5,
    run: () => {
      const list: readonly Headline[] = headlines(20_000, 5);
      const assets = ["BTC", "ETH", "SOL", "ADA", ...Array.from({ length: 996 }, (_, i) => `T${i}X`)];
      return seconds(() => newsTable(list, lexiconScorer, { firstDay: FIRST, days: 140, assets }));
    },
  },
];
