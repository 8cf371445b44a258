import { Spot, SpotRestAPI } from "@binance/spot";
import Coingecko from "@coingecko/coingecko-typescript";
import retry, { AbortError } from "p-retry";
import throttle from "p-throttle";
import { z } from "zod";
import { DataSourceError } from "../errors.ts";
import type { AnswerCache } from "./cache.ts";
import type { AssetColumn } from "./columns.ts";
import { askMood, askValueLocked } from "./liveFigures.ts";
import {
  type AssetId,
  type ColumnTable,
  createSource,
  type HeadlineSource,
  type ListingPage,
  type MarketDataSource,
} from "./source.ts";
import { DAY, type Day, dayKnown } from "./time.ts";

/** Where to ask, and how often. The defaults are the key-free public endpoints. */
export interface LiveOptions {
  readonly cache: AnswerCache;
  readonly clock: () => number; // {s}
  readonly binanceUrl?: string;
  readonly coinGeckoUrl?: string;
  readonly moodUrl?: string; // Fear & Greed
  readonly valueLockedUrl?: string; // DefiLlama
  readonly headlines?: HeadlineSource;
  /** Names of assets at Binance where they are not `<asset>USDT`. */
  readonly symbols?: Readonly<Record<AssetId, string>>;
  readonly retries?: number;
  readonly minRetryDelay?: number; // {ms}
}

const BINANCE_URL = "https://data-api.binance.vision";
const COINGECKO_URL = "https://api.coingecko.com/api/v3";
const MOOD_URL = "https://api.alternative.me";
const VALUE_LOCKED_URL = "https://api.llama.fi";
const LISTING_AGE = 3_600; // {s} after which the listing is asked for again
const CANDLE_COLUMNS = ["open", "high", "low", "close", "volumeBinance"] as const;
const MAX_KLINES = 1_000;
const UNKNOWN_SYMBOL = -1121;
const NEWEST_LISTING = "coingecko/markets/newest";
const LISTING_DAYS = "coingecko/markets/days";

/**
 * Today's market: finished daily candles of Binance, listings of CoinGecko, Fear & Greed, value locked, headlines.
 *
 * @example
 * const source = createLiveSource({ cache: createFileCache(".cache"), clock: () => Date.now() / 1000 });
 */
export function createLiveSource(options: LiveOptions): MarketDataSource {
  const { moodUrl = MOOD_URL, valueLockedUrl = VALUE_LOCKED_URL, headlines } = options;
  const figures = { ...options, moodUrl, valueLockedUrl };
  const askBinance = createBinance(options);
  const pages = createPages(options);

  return createSource({
    info: {
      kind: "live",
      id: "live/binance+coingecko",
      label: "live prices (Binance daily closes, CoinGecko supply)",
      datasets: [],
    },
    prepare: async () => (await pages()).at(-1)?.knownAt ?? 0,
    assetTable: async (asset, from, to, asOf) => {
      const [candles, all, locked] = await Promise.all([
        askBinance(asset, from, to),
        pages(),
        askValueLocked(figures, asset, to),
      ]);
      const known = all.filter(({ knownAt }) => knownAt <= asOf);
      return toTable(asset, from, to, candles, known, locked);
    },
    macroTable: (_, to) => askMood(figures, to),
    listingPages: pages,
    headlines: async (asOf) => (await headlines?.headlines(asOf)) ?? [],
  });
}

/** Every listing that was ever fetched, the last one of each day, oldest first; the newest is asked for when it is old. */
function createPages(options: LiveOptions): () => Promise<readonly LivePage[]> {
  const { cache, clock } = options;
  const askCoinGecko = createCoinGecko(options);
  const read = async (key: string) => {
    const stored = await cache.get(key);
    return stored === undefined ? undefined : parseListing(stored);
  };
  let pending: Promise<readonly LivePage[]> | undefined;

  const load = async (): Promise<readonly LivePage[]> => {
    const days = daysSchema.parse(JSON.parse((await cache.get(LISTING_DAYS)) ?? "[]"));
    let newest = await read(NEWEST_LISTING);
    if (newest === undefined || clock() - newest.fetchedAt >= LISTING_AGE) {
      newest = { fetchedAt: Math.floor(clock()), ...(await askCoinGecko()) };
      const day = Math.floor(newest.fetchedAt / DAY);
      await cache.put(NEWEST_LISTING, JSON.stringify(newest));
      await cache.put(`coingecko/markets/${day}`, JSON.stringify(newest));
      if (!days.includes(day)) days.push(day);
      await cache.put(LISTING_DAYS, JSON.stringify(days));
    }
    const older = await Promise.all(days.slice(0, -1).map((day) => read(`coingecko/markets/${day}`)));
    return [...older, newest].flatMap((listing) => (listing === undefined ? [] : [toPage(listing)]));
  };
  // Many assets ask at once; one of them loads.
  return () => {
    pending ??= load().finally(() => {
      pending = undefined;
    });
    return pending;
  };
}

type Candle = readonly [openTime: number, open: string, high: string, low: string, close: string, volume: string];

function createBinance(options: LiveOptions): (asset: AssetId, from: Day, to: Day) => Promise<readonly Candle[]> {
  const basePath = options.binanceUrl ?? BINANCE_URL;
  // Market data needs no key; the client only wants the field to be there.
  const { restAPI } = new Spot({ configurationRestAPI: { apiKey: "", basePath, retries: 0, timeout: 10_000 } });
  const limited = throttle({ limit: 10, interval: 1_000 });

  const ask = limited(async (symbol: string, from: Day, to: Day): Promise<readonly Candle[]> => {
    const window = { startTime: from * DAY * 1000, endTime: (to + 1) * DAY * 1000 - 1 };
    try {
      const answer = await restAPI.klines({
        symbol,
        interval: SpotRestAPI.KlinesIntervalEnum.INTERVAL_1d,
        ...window,
        limit: MAX_KLINES,
      });
      return candlesSchema.parse(await answer.data()).map(([time, open, high, low, close, , , volume]) => {
        return [time, open, high, low, close, volume];
      });
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === UNKNOWN_SYMBOL) return [];
      throw error instanceof z.ZodError ? new AbortError(error) : error;
    }
  });

  return async (asset, from, to) => {
    const symbol = options.symbols?.[asset] ?? `${asset}USDT`;
    const key = `binance/candles/${symbol}/${from}/${to}`;
    const stored = await options.cache.get(key);
    if (stored !== undefined) return storedCandlesSchema.parse(JSON.parse(stored));
    const candles = await persist(() => ask(symbol, from, to), `Binance did not give candles of ${symbol}.`, options);
    // The range ends with the last finished day, so that the answer never changes.
    await options.cache.put(key, JSON.stringify(candles));
    return candles;
  };
}

function createCoinGecko(options: LiveOptions): () => Promise<Pick<StoredListing, "coins" | "stables">> {
  const client = new Coingecko({
    baseURL: options.coinGeckoUrl ?? COINGECKO_URL,
    proAPIKey: null,
    demoAPIKey: null,
    // The client asks for a key unless its header is ruled out by name.
    defaultHeaders: { "x-cg-pro-api-key": null },
    maxRetries: 0,
    timeout: 20_000,
  });
  const limited = throttle({ limit: 5, interval: 60_000 });
  const query = { vs_currency: "usd", order: "market_cap_desc", per_page: 250, page: 1 } as const;
  const ask = limited(async (category?: string) => {
    try {
      return marketsSchema.parse(
        await client.coins.markets.get(category === undefined ? query : { ...query, category }),
      );
    } catch (error) {
      throw error instanceof z.ZodError ? new AbortError(error) : error;
    }
  });

  return async () => {
    const coins = await persist(() => ask(), "CoinGecko did not give the market listing.", options);
    const stables = await persist(() => ask("stablecoins"), "CoinGecko did not give the list of stablecoins.", options);
    return { coins, stables: stables.map(({ id }) => id) };
  };
}

async function persist<T>(ask: () => Promise<T>, message: string, options: LiveOptions): Promise<T> {
  try {
    return await retry(ask, {
      retries: options.retries ?? 3,
      minTimeout: options.minRetryDelay ?? 1_000,
      // Whatever a client calls a failed connection, asking again is harmless: every request only reads.
      shouldRetry: ({ error }) => !(error instanceof AbortError),
    });
  } catch (cause) {
    const details = { reason: cause instanceof Error ? cause.message : String(cause) };
    throw new DataSourceError(`${message} Check the connection and try again.`, details, { cause });
  }
}

const text = z.string();
const candlesSchema = z.array(
  z.tuple([z.number().int(), text, text, text, text, text, z.number(), text]).rest(z.union([text, z.number()])),
);
const storedCandlesSchema = z.array(z.tuple([z.number().int(), text, text, text, text, text]));
const daysSchema = z.array(z.number().int());
const marketsSchema = z.array(
  z.object({
    id: z.string(),
    symbol: z.string(),
    name: z.string(),
    market_cap: z.number().nullable(),
    market_cap_rank: z.number().nullable(),
    circulating_supply: z.number().nullable(),
    fully_diluted_valuation: z.number().nullish(),
    total_volume: z.number().nullable(),
    last_updated: z.string(),
  }),
);
const listingSchema = z.object({ fetchedAt: z.number(), coins: marketsSchema, stables: z.array(z.string()) });
type StoredListing = z.infer<typeof listingSchema>;

interface LivePage extends ListingPage {
  readonly supplies: ReadonlyMap<AssetId, number>;
  readonly dilutedCaps: ReadonlyMap<AssetId, number>;
}

function parseListing(text: string): StoredListing | undefined {
  const parsed = listingSchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : undefined;
}

/** Symbols are not unique: the largest coin of a symbol keeps it. The page is as old as its newest figure. */
function toPage({ coins, stables }: StoredListing): LivePage {
  const largestFirst = coins.toSorted((a, b) => (b.market_cap ?? 0) - (a.market_cap ?? 0));
  const bySymbol = new Map(largestFirst.toReversed().map((coin) => [coin.symbol.toUpperCase(), coin]));
  const stable = new Set(stables);
  const listings = [...bySymbol].map(([asset, coin]) => ({
    asset,
    name: coin.name,
    category: stable.has(coin.id) ? "stable" : "coin",
    rank: coin.market_cap_rank ?? Number.MAX_SAFE_INTEGER,
    marketCap: positive(coin.market_cap),
    volume24h: positive(coin.total_volume),
  }));
  const updated = coins.map((coin) => Math.floor(Date.parse(coin.last_updated) / 1000)).filter(Number.isFinite);
  const figuresOf = (pick: (coin: StoredListing["coins"][number]) => number | null | undefined) => {
    const entries = [...bySymbol].flatMap(([asset, coin]) => {
      const value = positive(pick(coin) ?? null);
      return value === null ? [] : [[asset, value] as const];
    });
    return new Map(entries);
  };
  const supplies = figuresOf((coin) => coin.circulating_supply);
  const dilutedCaps = figuresOf((coin) => coin.fully_diluted_valuation);
  return { knownAt: Math.max(...updated, 0), listings, supplies, dilutedCaps };
}

/**
 * A day's capitalisation is its close times the supply of the last listing of that day or before it. Before the first
 * listing that was fetched it is that one's supply: the free endpoints give no history.
 */
function toTable(
  asset: AssetId,
  firstDay: Day,
  lastDay: Day,
  candles: readonly Candle[],
  pages: readonly LivePage[],
  locked: ColumnTable<"valueLocked"> | undefined,
): ColumnTable<AssetColumn> {
  const empty = () => new Float64Array(lastDay - firstDay + 1).fill(Number.NaN);
  const columns = { open: empty(), high: empty(), low: empty(), close: empty(), volumeBinance: empty() };
  for (const [time, open, high, low, close, volume] of candles) {
    const row = Math.floor(time / 1000 / DAY) - firstDay;
    if (row < 0 || row > lastDay - firstDay) continue;
    const figures = { open, high, low, close, volumeBinance: volume };
    for (const name of CANDLE_COLUMNS) columns[name][row] = positive(Number(figures[name])) ?? Number.NaN;
  }
  const supplies = pages.flatMap((page) => {
    const supply = page.supplies.get(asset);
    return supply === undefined ? [] : [{ day: dayKnown(page.knownAt), supply }];
  });
  const marketCap = columns.close.map((close, row) => {
    const past = supplies.findLast(({ day }) => day <= firstDay + row) ?? supplies[0];
    return close * (past?.supply ?? Number.NaN);
  });
  const valueLocked = empty().map((_, row) => {
    return locked?.columns.valueLocked?.[firstDay + row - locked.firstDay] ?? Number.NaN;
  });
  return { firstDay, columns: { ...columns, marketCap, valueLocked, ...listedFigures(asset, firstDay, pages, empty) } };
}

function listedFigures(asset: AssetId, firstDay: Day, pages: readonly LivePage[], empty: () => Float64Array) {
  const columns = {
    listedRank: empty(),
    listedCap: empty(),
    listedVolume: empty(),
    listedSupply: empty(),
    dilutedCap: empty(),
  };
  for (const page of pages) {
    const listing = page.listings.find((entry) => entry.asset === asset);
    const row = dayKnown(page.knownAt) - firstDay;
    if (listing === undefined || row < 0 || row >= columns.listedRank.length) continue;
    columns.listedRank[row] = listing.rank;
    columns.listedCap[row] = listing.marketCap ?? Number.NaN;
    columns.listedVolume[row] = listing.volume24h ?? Number.NaN;
    columns.listedSupply[row] = page.supplies.get(asset) ?? Number.NaN;
    columns.dilutedCap[row] = page.dilutedCaps.get(asset) ?? Number.NaN;
  }
  return columns;
}

function positive(value: number | null): number | null {
  return value !== null && Number.isFinite(value) && value > 0 ? value : null;
}
