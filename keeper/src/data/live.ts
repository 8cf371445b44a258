import { Spot, SpotRestAPI } from "@binance/spot";
import Coingecko from "@coingecko/coingecko-typescript";
import retry, { AbortError } from "p-retry";
import throttle from "p-throttle";
import { z } from "zod";
import { DataSourceError } from "../errors.ts";
import type { AnswerCache } from "./cache.ts";
import { type AssetId, type ColumnTable, createSource, type ListingPage, type MarketDataSource } from "./source.ts";
import { DAY, type Day } from "./time.ts";

/** Where to ask, and how often. The defaults are the key-free public endpoints. */
export interface LiveOptions {
  readonly cache: AnswerCache;
  readonly clock: () => number; // {s}
  readonly binanceUrl?: string;
  readonly coinGeckoUrl?: string;
  /** Names of assets at Binance where they are not `<asset>USDT`. */
  readonly symbols?: Readonly<Record<AssetId, string>>;
  readonly retries?: number;
  readonly minRetryDelay?: number; // {ms}
}

const BINANCE_URL = "https://data-api.binance.vision";
const COINGECKO_URL = "https://api.coingecko.com/api/v3";
const LISTING_AGE = 3_600; // {s} after which the listing is asked for again
const MAX_KLINES = 1_000;
const UNKNOWN_SYMBOL = -1121;
const NEWEST_LISTING = "coingecko/markets/newest";

/**
 * Today's market: finished daily candles of Binance, capitalisations and volumes of CoinGecko.
 *
 * @example
 * const source = createLiveSource({ cache: createFileCache(".cache"), clock: () => Date.now() / 1000 });
 */
export function createLiveSource(options: LiveOptions): MarketDataSource {
  const askBinance = createBinance(options);
  const askCoinGecko = createCoinGecko(options);

  const newestPage = async (): Promise<LivePage> => {
    const stored = await options.cache.get(NEWEST_LISTING);
    const known = stored === undefined ? undefined : parseListing(stored);
    if (known !== undefined && options.clock() - known.fetchedAt < LISTING_AGE) return toPage(known);
    const fresh = { fetchedAt: Math.floor(options.clock()), ...(await askCoinGecko()) };
    await options.cache.put(NEWEST_LISTING, JSON.stringify(fresh));
    return toPage(fresh);
  };

  return createSource({
    info: { kind: "live", id: "live/binance+coingecko", label: "live prices (Binance daily closes, CoinGecko supply)" },
    prepare: async () => (await newestPage()).knownAt,
    assetTable: async (asset, from, to, asOf) => {
      const [candles, page] = await Promise.all([askBinance(asset, from, to), newestPage()]);
      return toTable(candles, from, to, page.knownAt <= asOf ? page.supplies.get(asset) : undefined);
    },
    listingPages: async () => [await newestPage()],
  });
}

type Candle = readonly [openTime: number, close: string];

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
      return candlesSchema.parse(await answer.data()).map((candle) => [candle[0], candle[4]]);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === UNKNOWN_SYMBOL) return [];
      throw error instanceof z.ZodError ? new AbortError(error) : error;
    }
  });

  return async (asset, from, to) => {
    const symbol = options.symbols?.[asset] ?? `${asset}USDT`;
    const key = `binance/klines/${symbol}/${from}/${to}`;
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

const candlesSchema = z.array(
  z.tuple([z.number().int(), z.string(), z.string(), z.string(), z.string()]).rest(z.union([z.string(), z.number()])),
);
const storedCandlesSchema = z.array(z.tuple([z.number().int(), z.string()]));
const marketsSchema = z.array(
  z.object({
    id: z.string(),
    symbol: z.string(),
    name: z.string(),
    market_cap: z.number().nullable(),
    market_cap_rank: z.number().nullable(),
    circulating_supply: z.number().nullable(),
    total_volume: z.number().nullable(),
    last_updated: z.string(),
  }),
);
const listingSchema = z.object({ fetchedAt: z.number(), coins: marketsSchema, stables: z.array(z.string()) });
type StoredListing = z.infer<typeof listingSchema>;

interface LivePage extends ListingPage {
  readonly supplies: ReadonlyMap<AssetId, number>;
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
  const supplies = [...bySymbol].flatMap(([asset, coin]) => {
    const supply = positive(coin.circulating_supply);
    return supply === null ? [] : [[asset, supply] as const];
  });
  return { knownAt: Math.max(...updated, 0), listings, supplies: new Map(supplies) };
}

/** Past capitalisations are today's supply at the day's close: the free endpoints give no history of supplies. */
function toTable(
  candles: readonly Candle[],
  firstDay: Day,
  lastDay: Day,
  supply = Number.NaN,
): ColumnTable<"close" | "marketCap"> {
  const close = new Float64Array(lastDay - firstDay + 1).fill(Number.NaN);
  for (const [openTime, text] of candles) {
    const index = Math.floor(openTime / 1000 / DAY) - firstDay;
    if (index >= 0 && index < close.length) close[index] = positive(Number(text)) ?? Number.NaN;
  }
  return { firstDay, columns: { close, marketCap: close.map((price) => price * supply) } };
}

function positive(value: number | null): number | null {
  return value !== null && Number.isFinite(value) && value > 0 ? value : null;
}
