import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { AssetColumn, LabelledHeadline, MacroColumn } from "./columns.ts";
import { createHistory, type History } from "./csvHistory.ts";
import { type CsvTable, figureRows, readSplits, rowDay, splitsOf, textRows } from "./csvTable.ts";
import {
  type AssetId,
  createSource,
  type Lags,
  type Listing,
  type ListingPage,
  type MarketAdapter,
  type MarketDataSource,
} from "./source.ts";
import { type Day, firstKnown } from "./time.ts";

/** Folder beside the repository that is used when neither a flag nor GIMBAL_DATA names one. */
const DEFAULT_FOLDER = resolve(dirname(fileURLToPath(import.meta.url)), "../../../../shared/data");

const DAILY: Readonly<Record<string, AssetColumn>> = {
  open: "open",
  high: "high",
  low: "low",
  close: "close",
  vol_global: "volumeGlobal",
  vol_binance: "volumeBinance",
  vol_coinbase: "volumeCoinbase",
  market_cap: "marketCap",
};

// Supplies and capitalisations of this provider count every token there is, not those in circulation: they are left out.
const ON_CHAIN: Readonly<Record<string, AssetColumn>> = {
  AdrActCnt: "activeAddresses",
  TxCnt: "transactions",
  TxTfrValAdjUSD: "transferValue",
  CapRealUSD: "realizedCap",
  FeeTotUSD: "feesPaid",
  HashRate: "hashRate",
  IssTotUSD: "issuance",
  FlowInExUSD: "exchangeInflow",
  FlowOutExUSD: "exchangeOutflow",
};

const FUNDING: Readonly<Record<string, AssetColumn>> = { funding_rate_8h: "fundingRate" };

const MACRO: Readonly<Record<string, MacroColumn>> = {
  fng: "fearGreed",
  dxy: "dollarIndex",
  vix: "equityVolatility",
  btc_funding_mean: "bitcoinFunding",
  sp500: "equities",
  nasdaq: "technology",
  gold: "gold",
  wiki_bitcoin: "bitcoinPageViews",
  wiki_ethereum: "ethereumPageViews",
  wiki_cryptocurrency: "cryptoPageViews",
  tbill3m_pct: "treasuryYield",
  mcap_top200_usd: "totalCap",
  btc_dom_top200: "bitcoinDominance",
  stable_share_top200: "stableShare",
};

const LISTED = {
  rank: "listedRank",
  market_cap: "listedCap",
  vol_24h: "listedVolume",
  supply: "listedSupply",
} as const;

/** A chain's figures of a day are worked out after the day is over: they are known one day later than its prices. */
const LAGS: Lags = Object.fromEntries(Object.values(ON_CHAIN).map((column) => [column, 1]));

/** The folder to read: the one asked for, else GIMBAL_DATA, else ../shared/data beside the repository if it is there. */
export function findDataFolder(asked: string | undefined, fromEnvironment: string | undefined): string | undefined {
  const named = asked ?? fromEnvironment;
  if (named !== undefined) return resolve(named);
  return splitsOf(DEFAULT_FOLDER, "daily").length > 0 ? DEFAULT_FOLDER : undefined;
}

/**
 * Everything in a folder of CSV files: prices, volumes, listings, chains, the world, headlines. Several splits of a file
 * are one history. All but daily_* and universe_* may be absent.
 *
 * @example
 * const source = await openCsvFolder("../shared/data");
 * const bars = await source.at(1_651_363_200).bars("BTC", 30);
 */
export async function openCsvFolder(folder: string): Promise<MarketDataSource> {
  const read = (kind: string, columns: readonly string[], needed = false) => {
    return readSplits(folder, kind, { needed, columns });
  };
  const [daily, universe, onChain, funding, macro, sentiment] = await Promise.all([
    read("daily", ["date", "symbol", "close", "market_cap"], true),
    read("universe", ["date", "rank", "name", "symbol", "asset", "cat", "market_cap", "vol_24h"], true),
    read("onchain", ["date", "asset"]),
    read("funding", ["date", "symbol", "funding_rate_8h"]),
    read("macro", ["date"]),
    read("sentiment", ["date", "text", "label"]),
  ]);
  const history = createHistory<AssetColumn>();
  for (const table of daily) addFigures(history, table, "symbol", DAILY);
  for (const table of onChain) addFigures(history, table, "asset", ON_CHAIN);
  for (const table of funding) addFigures(history, table, "symbol", FUNDING);
  const pages = readPages(universe, history);
  const world = createHistory<MacroColumn>();
  for (const table of macro) addFigures(world, table, null, MACRO);
  const names = splitsOf(folder, "daily").join("+");
  return createSource(createAdapter(names, history, world, pages, readLabels(sentiment)));
}

function createAdapter(
  names: string,
  history: History<AssetColumn>,
  world: History<MacroColumn>,
  pages: readonly ListingPage[],
  labels: readonly LabelledHeadline[],
): MarketAdapter {
  const conflicts = [...history.conflicts(), ...world.conflicts().map((conflict) => ({ ...conflict, asset: null }))];
  return {
    info: { kind: "csv", id: `csv/${names}`, label: "real daily prices (CSV folder)", datasets: [] },
    isStatic: true,
    lags: LAGS,
    assetTable: async (asset) => history.table(asset),
    macroTable: async () => world.table(""),
    listingPages: async () => pages,
    headlines: async () => labels,
    labels: async () => labels,
    conflicts: async () => conflicts,
  };
}

function addFigures<Name extends string>(
  history: History<Name>,
  table: CsvTable,
  keyColumn: string | null,
  mapping: Readonly<Record<string, Name>>,
): void {
  history.add(figureRows(table, keyColumn, Object.keys(mapping)), Object.values(mapping));
}

/** Pages of the market, and their rows as figures of the day on which they were published. */
function readPages(tables: readonly CsvTable[], history: History<AssetColumn>): readonly ListingPage[] {
  const byDay = new Map<Day, Map<AssetId, Listing>>();
  for (const table of tables) {
    for (const row of textRows(table)) {
      const day = rowDay(table, row["date"]);
      const page = byDay.get(day) ?? new Map<AssetId, Listing>();
      byDay.set(day, page);
      const asset = row["asset"] || (row["symbol"] ?? "");
      // Symbols are not unique: the best ranked asset keeps one. A second split may repeat the page.
      const rank = Number(row["rank"]);
      if ((page.get(asset)?.rank ?? Number.POSITIVE_INFINITY) <= rank) continue;
      page.set(asset, {
        asset,
        name: row["name"] || (row["symbol"] ?? ""),
        category: row["cat"] || "coin",
        rank,
        marketCap: positive(row["market_cap"]),
        volume24h: positive(row["vol_24h"]),
      });
      for (const [column, name] of Object.entries(LISTED)) history.set(asset, name, day, positive(row[column]));
    }
  }
  return [...byDay].map(([day, page]) => ({ knownAt: firstKnown(day), listings: [...page.values()] }));
}

function readLabels(tables: readonly CsvTable[]): readonly LabelledHeadline[] {
  const found = new Map<string, LabelledHeadline>();
  for (const table of tables) {
    for (const row of textRows(table)) {
      const [text, label] = [row["text"] ?? "", Number(row["label"] || Number.NaN)];
      if (text === "" || (label !== -1 && label !== 0 && label !== 1)) continue;
      // Only the day is known: the headline was out by its last second.
      const at = firstKnown(rowDay(table, row["date"])) - 1;
      const known = found.get(`${at} ${text}`);
      if (known === undefined) found.set(`${at} ${text}`, { at, source: "csv/sentiment", text, label });
    }
  }
  return [...found.values()].sort((a, b) => a.at - b.at || (a.text < b.text ? -1 : 1));
}

/** Blank or nonsense is missing; it is never read as zero. */
function positive(text: string | undefined): number | null {
  const value = Number(text);
  return text !== undefined && text !== "" && Number.isFinite(value) && value > 0 ? value : null;
}
