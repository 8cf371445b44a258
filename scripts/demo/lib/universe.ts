import { findDataFolder, openCsvFolder } from "../../../keeper/src/data/csvFolder.ts";
import { type CsvTable, readSplits } from "../../../keeper/src/data/csvTable.ts";
import { createSimulation } from "../../../keeper/src/data/simulation.ts";
import type { AssetId, MarketDataSource } from "../../../keeper/src/data/source.ts";
import { DAY, firstKnown, isoFromDay } from "../../../keeper/src/data/time.ts";
import type { DemoOptions } from "./options.ts";

/** Prices of the replay: what the keeper may read, and what the market does. */
export interface Replay {
  source: MarketDataSource;
  /** Stands beside every figure. */
  label: string;
  isReal: boolean;
  /** Coins that an index could hold on the first day, largest first. */
  coins: readonly AssetId[];
  /** Stable tokens with a price on the first day. */
  stables: readonly AssetId[];
  /** {USD} capitalisation on the first day. */
  capOf(asset: AssetId): number;
  /** {USD} close of `day`, if that day has one. */
  closeOn(asset: AssetId, day: number): number | undefined;
  /** {USD} last close on or before `day`. */
  lastClose(asset: AssetId, day: number): number;
}

/** In order of preference; an index holds the first two that have prices. */
const STABLES: readonly AssetId[] = ["USDC", "USDP", "DAI", "USDT"];
const EXCHANGE_SOURCES = /^(bin|binh|cb)$/;

export async function openReplay(options: DemoOptions): Promise<Replay> {
  const { source, folder } = await openSource(options);
  const eligible = folder === undefined ? undefined : await pricedByAnExchange(folder, options.from - 1);
  return createReplay(source, folder !== undefined, options, eligible);
}

/** The prices that the flags ask for; no folder: the simulation. */
export async function openSource(
  options: Pick<DemoOptions, "source" | "data" | "seed">,
): Promise<{ source: MarketDataSource; folder: string | undefined }> {
  const folder = options.source === "simulation" ? undefined : findDataFolder(options.data, process.env.GIMBAL_DATA);
  if (options.source === "real" && folder === undefined) {
    throw new Error("No market data found. Name its folder with --data or GIMBAL_DATA, or use --source simulation.");
  }
  const source = folder === undefined ? createSimulation({ seed: options.seed }) : await openCsvFolder(folder);
  return { source, folder };
}

async function createReplay(
  source: MarketDataSource,
  isReal: boolean,
  { from, to }: DemoOptions,
  eligible: ReadonlySet<AssetId> | undefined,
): Promise<Replay> {
  const listed = await source.at(firstKnown(from - 1)).universe();
  const market = source.at(firstKnown(to));
  const closes = new Map<AssetId, ReadonlyMap<number, number>>();
  const caps = new Map<AssetId, number>();
  for (const asset of new Set([...listed.map((listing) => listing.asset), ...STABLES])) {
    const bars = await market.bars(asset, to - from + 40);
    const first = bars.findLast((bar) => bar.day < from);
    if (first === undefined || first.day < from - 7) continue;
    closes.set(asset, new Map(bars.map((bar) => [bar.day, bar.close])));
    caps.set(asset, first.marketCap ?? 0);
  }

  const coins = listed.filter(
    ({ asset, category }) =>
      category === "coin" && (caps.get(asset) ?? 0) > 0 && (eligible === undefined || eligible.has(asset)),
  );
  const lastClose = (asset: AssetId, day: number): number => {
    const known = closes.get(asset);
    for (let d = day; d >= from - 40; --d) {
      const close = known?.get(d);
      if (close !== undefined) return close;
    }
    throw new Error(`${asset} has no price on or before ${isoFromDay(day)}`);
  };
  return {
    source,
    label: source.info.label,
    isReal,
    coins: coins.map(({ asset }) => asset),
    stables: STABLES.filter((asset) => closes.has(asset)),
    capOf: (asset) => caps.get(asset) ?? 0,
    closeOn: (asset, day) => closes.get(asset)?.get(day),
    lastClose,
  };
}

/**
 * Assets whose price on `day` came from an exchange. The rest is priced by an aggregator's pages, whose copy ends in
 * February 2022; who is left out is decided by what was known that day, not by who survived. Undefined when no table says
 * where its prices are from.
 */
async function pricedByAnExchange(folder: string, day: number): Promise<ReadonlySet<AssetId> | undefined> {
  const tables = await readSplits(folder, "daily", { needed: true, columns: ["date", "symbol"] });
  const telling = tables.filter(({ columns }) => columns.includes("px_src"));
  return telling.length === 0 ? undefined : new Set(telling.flatMap((table) => pricedIn(table, isoFromDay(day))));
}

function pricedIn({ columns, content }: CsvTable, date: string): readonly AssetId[] {
  const place = { date: columns.indexOf("date"), symbol: columns.indexOf("symbol"), origin: columns.indexOf("px_src") };
  const found: AssetId[] = [];
  // Only the lines that hold the date are taken apart.
  for (let at = content.indexOf(date); at >= 0; ) {
    const start = content.lastIndexOf("\n", at) + 1;
    const next = content.indexOf("\n", at);
    const end = next < 0 ? content.length : next;
    const cells = content.toString("utf8", start, end).split(",");
    if (cells[place.date] === date && EXCHANGE_SOURCES.test(cells[place.origin] ?? ""))
      found.push(cells[place.symbol] ?? "");
    at = content.indexOf(date, end);
  }
  return found;
}

/** {s} UTC midnight that begins `day`. */
export function startOf(day: number): number {
  return day * DAY;
}
