import type { Headline, NewsColumn } from "../data/columns.ts";
import type { AssetId } from "../data/source.ts";
import { DAY, type Day } from "../data/time.ts";
import { textKey } from "./classifier.ts";
import { MAX_SOURCE_SHARE, sourceWeights } from "./floodGuard.ts";
import { novelty } from "./novelty.ts";
import type { SentimentScorer } from "./scorer.ts";
import { createTagger, ownWords } from "./tagging.ts";
import { type Token, tokenize } from "./tokenizer.ts";

/** The days and assets that a table is made for: those of a market panel. */
export interface NewsShape {
  readonly firstDay: Day;
  readonly days: number;
  readonly assets: readonly AssetId[];
}

/** A source that was cut back on a day because it wrote too much. */
export interface FloodNotice {
  readonly day: Day;
  readonly source: string;
  readonly headlines: number; // that it wrote, repeats counted once
  readonly counted: number;
}

/**
 * What the news said, day by day. Counts and novelty are NaN before the first headline about the asset; a score is NaN on a
 * day without headlines, a spread on one with fewer than two. Undefined: never a headline.
 */
export interface NewsTable {
  asset(name: NewsColumn, asset: AssetId): Float64Array | undefined;
  market(name: NewsColumn): Float64Array | undefined;
  /** By day, then source. */
  readonly floods: readonly FloodNotice[];
}

/** Headlines of one source that count on a day; a source that writes more is a flood. */
export const MAX_HEADLINES_A_DAY = 60;
/** A source is also noticed when it wrote so many headlines on a day, and more than its share of all. */
const NOTICED_HEADLINES = 10;
/** Days within which the same text counts once, whoever repeats it. */
const REPEAT_DAYS = 7;
const SHORTEST_WORD = 3;

interface Item {
  readonly t: number; // day of the panel
  readonly source: string;
  readonly polarity: number;
  readonly words: readonly string[];
}

/**
 * Figures made from headlines. A headline counts on day D when it was known before D+1 00:00 UTC; one about no asset in
 * particular counts for the market alone, one about assets for them and the market. Later headlines never change earlier days.
 */
export function newsTable(headlines: readonly Headline[], scorer: SentimentScorer, shape: NewsShape): NewsTable {
  const tag = createTagger(shape.assets);
  const { accepted, floods } = admit(headlines, shape);
  const market: Item[] = [];
  const byAsset = new Map<AssetId, Item[]>();
  for (const { at, source, text } of accepted) {
    const tokens = tokenize(text);
    const item = {
      t: dayOf(at) - shape.firstDay,
      source,
      polarity: scorer.score(text).polarity,
      words: storyWords(tokens),
    };
    market.push(item);
    for (const asset of tag(tokens)) {
      const known = byAsset.get(asset);
      if (known === undefined) byAsset.set(asset, [item]);
      else known.push(item);
    }
  }

  const ofMarket = market.length === 0 ? undefined : toColumns(market, shape.days, new Set());
  const ofAssets = new Map<AssetId, Columns>();
  for (const [asset, items] of byAsset) ofAssets.set(asset, toColumns(items, shape.days, ownWords(asset)));
  return {
    asset: (name, asset) => ofAssets.get(asset)?.[name],
    market: (name) => ofMarket?.[name],
    floods,
  };
}

/** A headline counts on the day in which it became known. */
function dayOf(at: number): Day {
  return Math.floor(at / DAY);
}

/** Headlines in their order that fall into the panel, without repeats and without what a source writes beyond its measure. */
function admit(headlines: readonly Headline[], { firstDay, days }: NewsShape) {
  const ordered = headlines
    .filter(({ at }) => dayOf(at) >= firstDay && dayOf(at) < firstDay + days)
    .sort((a, b) => a.at - b.at || compare(a.source, b.source) || compare(a.text, b.text));
  const lastSeen = new Map<string, number>();
  const written = new Map<string, { day: Day; source: string; headlines: number }>();
  const accepted: Headline[] = [];
  for (const headline of ordered) {
    const key = textKey(headline.text);
    const day = dayOf(headline.at);
    const seen = lastSeen.get(key);
    if (key === "" || (seen !== undefined && day - seen < REPEAT_DAYS)) continue;
    lastSeen.set(key, day);
    const tally = written.get(`${day} ${headline.source}`) ?? { day, source: headline.source, headlines: 0 };
    tally.headlines += 1;
    written.set(`${day} ${headline.source}`, tally);
    if (tally.headlines <= MAX_HEADLINES_A_DAY) accepted.push(headline);
  }
  return { accepted, floods: toNotices([...written.values()]) };
}

function toNotices(
  written: readonly { readonly day: Day; readonly source: string; readonly headlines: number }[],
): readonly FloodNotice[] {
  const perDay = new Map<Day, number>();
  for (const { day, headlines } of written) perDay.set(day, (perDay.get(day) ?? 0) + headlines);
  return written
    .filter(({ day, headlines }) => {
      const all = perDay.get(day) ?? 0;
      const isLarge = headlines >= NOTICED_HEADLINES && headlines < all && headlines > MAX_SOURCE_SHARE * all;
      return isLarge || headlines > MAX_HEADLINES_A_DAY;
    })
    .map((notice) => ({ ...notice, counted: Math.min(notice.headlines, MAX_HEADLINES_A_DAY) }))
    .sort((a, b) => a.day - b.day || compare(a.source, b.source));
}

type Columns = Readonly<Record<NewsColumn, Float64Array>>;

function toColumns(items: readonly Item[], days: number, own: ReadonlySet<string>): Columns {
  const byDay: Item[][] = Array.from({ length: days }, () => []);
  for (const item of items) byDay[item.t]?.push(item);
  const first = byDay.findIndex((today) => today.length > 0);
  const figures = byDay.map(summarize);
  const words = byDay.map((today) => today.flatMap((item) => item.words.filter((word) => !own.has(word))));
  return {
    newsCount: Float64Array.from(byDay, (today, t) => (t < first ? Number.NaN : today.length)),
    newsScore: Float64Array.from(figures, ({ mean }) => mean),
    newsSpread: Float64Array.from(figures, ({ spread }) => spread),
    newsNovelty: novelty(words),
  };
}

/** Mean and standard deviation of a day's polarities, each source held to its share. */
function summarize(items: readonly Item[]): { readonly mean: number; readonly spread: number } {
  if (items.length === 0) return { mean: Number.NaN, spread: Number.NaN };
  const counts = new Map<string, number>();
  for (const { source } of items) counts.set(source, (counts.get(source) ?? 0) + 1);
  const weights = sourceWeights([...counts.values()]);
  const weightOf = new Map([...counts].map(([source, count], i) => [source, (weights[i] ?? 0) / count]));

  let mean = 0;
  let total = 0;
  for (const { source, polarity } of items) {
    const weight = weightOf.get(source) ?? 0;
    mean += weight * polarity;
    total += weight;
  }
  if (items.length < 2) return { mean, spread: Number.NaN };
  // About the mean of the headlines themselves, without the neutral rest.
  let squares = 0;
  for (const { source, polarity } of items) {
    const distance = polarity - mean / total;
    squares += ((weightOf.get(source) ?? 0) / total) * distance * distance;
  }
  return { mean, spread: Math.sqrt(squares) };
}

const STOP_WORDS: ReadonlySet<string> = new Set(
  `about above after again against all also amid among and another any are because been before being between both but can could did
  does doing down during each ever every few for from further had has have having her here him his how into its itself just like
  made make more most much must new not now off once one only other our out over own per said same say says set she should since
  some such than that the their them then there these they this those through too two under until very via was were what when
  where which while who why will with would year years you your crypto cryptocurrency token coin blockchain`.split(
    /\s+/,
  ),
);

/** The words that tell a story: no figures, no marks, none of those that every headline has. */
function storyWords(tokens: readonly Token[]): readonly string[] {
  return tokens
    .filter(({ kind, raw }) => kind === "word" && raw.length >= SHORTEST_WORD && !STOP_WORDS.has(raw.toLowerCase()))
    .map(({ stem }) => stem);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
