import { createReadStream, existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { createGunzip } from "node:zlib";
import { parse } from "csv-parse/sync";
import { DataFolderError } from "../errors.ts";
import {
  type AssetId,
  createSource,
  type DailyBar,
  type Listing,
  type ListingPage,
  type MarketAdapter,
  type MarketDataSource,
} from "./source.ts";
import { type Day, dayFromIso, firstKnown } from "./time.ts";

const DAILY = "daily_public.csv.gz";
const UNIVERSE = "universe_public.csv.gz";
const NEWLINE = 0x0a;
const COMMA = 0x2c;

/** Folder beside the repository that is used when neither a flag nor GIMBAL_DATA names one. */
const DEFAULT_FOLDER = resolve(dirname(fileURLToPath(import.meta.url)), "../../../../shared/data");

/** The folder to read: the one asked for, else GIMBAL_DATA, else ../shared/data beside the repository if it is there. */
export function findDataFolder(asked: string | undefined, fromEnvironment: string | undefined): string | undefined {
  const named = asked ?? fromEnvironment;
  if (named !== undefined) return resolve(named);
  return existsSync(join(DEFAULT_FOLDER, DAILY)) ? DEFAULT_FOLDER : undefined;
}

/**
 * Daily prices and monthly listings of a folder of CSV files.
 *
 * @example
 * const source = await openCsvFolder("../shared/data");
 * const bars = await source.at(1_651_363_200).bars("BTC", 30);
 */
export async function openCsvFolder(folder: string): Promise<MarketDataSource> {
  const [daily, universe] = await Promise.all([readTable(folder, DAILY), readTable(folder, UNIVERSE)]);
  return createSource(createCsvAdapter(daily, universe));
}

function createCsvAdapter(daily: Table, universe: Table): MarketAdapter {
  const rowsOf = indexRows(daily);
  const bars = new Map<AssetId, readonly DailyBar[]>();
  let pages: readonly ListingPage[] | undefined;

  return {
    info: { kind: "csv", id: `csv/${DAILY}`, label: "real daily prices (CSV folder)" },
    bars: async (asset) => {
      const known = bars.get(asset) ?? parseBars(daily, rowsOf.get(asset) ?? []);
      bars.set(asset, known);
      return known;
    },
    listingPages: async () => {
      pages ??= parsePages(universe);
      return pages;
    },
  };
}

interface Table {
  readonly path: string;
  readonly header: string;
  readonly content: Buffer;
}

async function readTable(folder: string, name: string): Promise<Table> {
  const path = join(folder, name);
  if (!existsSync(path)) {
    throw new DataFolderError(`No ${name} in the data folder. Point --data or GIMBAL_DATA at a folder that has it.`, {
      folder,
    });
  }
  const content = await buffer(createReadStream(path).pipe(createGunzip())).catch((cause: unknown) => {
    throw new DataFolderError(`${name} cannot be unpacked. Fetch it again.`, { path }, { cause });
  });
  return { path, header: content.toString("utf8", 0, content.indexOf(NEWLINE)), content };
}

// Most rows are never asked for: only the line starts of each asset are kept, and its lines are parsed on demand.
function indexRows(table: Table): ReadonlyMap<AssetId, readonly number[]> {
  requireColumns(table, ["date", "symbol", "close", "market_cap"]);
  if (!table.header.startsWith("date,symbol,")) {
    throw new DataFolderError("The daily table must start with the columns date,symbol.", { path: table.path });
  }

  const { content } = table;
  const rows = new Map<AssetId, number[]>();
  for (let start = content.indexOf(NEWLINE) + 1; start > 0 && start < content.length; ) {
    const comma = content.indexOf(COMMA, start);
    const symbol = content.toString("latin1", comma + 1, content.indexOf(COMMA, comma + 1));
    const known = rows.get(symbol);
    if (known === undefined) rows.set(symbol, [start]);
    else known.push(start);
    start = content.indexOf(NEWLINE, start) + 1;
  }
  return rows;
}

function parseBars(table: Table, starts: readonly number[]): readonly DailyBar[] {
  const lines = starts.map((start) => {
    const end = table.content.indexOf(NEWLINE, start);
    return table.content.toString("utf8", start, end < 0 ? table.content.length : end);
  });
  return parseRows(table, [table.header, ...lines].join("\n")).flatMap((row) => {
    const close = positive(row.close);
    return close === null ? [] : [{ day: toDay(table, row.date), close, marketCap: positive(row.market_cap) }];
  });
}

function parsePages(table: Table): readonly ListingPage[] {
  requireColumns(table, ["date", "rank", "name", "symbol", "asset", "cat", "market_cap", "vol_24h"]);
  const byDay = new Map<Day, Listing[]>();
  for (const row of parseRows(table, table.content.toString("utf8"))) {
    const day = toDay(table, row.date);
    const page = byDay.get(day) ?? [];
    byDay.set(day, page);
    page.push({
      asset: row.asset || (row.symbol ?? ""),
      name: row.name || (row.symbol ?? ""),
      category: row.cat || "coin",
      rank: Number(row.rank),
      marketCap: positive(row.market_cap),
      volume24h: positive(row.vol_24h),
    });
  }
  return [...byDay].map(([day, listings]) => ({ knownAt: firstKnown(day), listings }));
}

type Row = Readonly<Record<string, string | undefined>>;

function parseRows(table: Table, text: string): readonly Row[] {
  try {
    return parse(text, { columns: true, skip_empty_lines: true }) as unknown as readonly Row[];
  } catch (cause) {
    throw new DataFolderError("A data file is not valid CSV. Fetch it again.", { path: table.path }, { cause });
  }
}

function requireColumns(table: Table, needed: readonly string[]): void {
  const present = new Set(table.header.trimEnd().split(","));
  const missing = needed.filter((column) => !present.has(column));
  if (missing.length > 0) {
    throw new DataFolderError(`A data file lacks columns: ${missing.join(", ")}.`, { path: table.path });
  }
}

function toDay(table: Table, date: string | undefined): Day {
  if (date === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(date)) {
    throw new DataFolderError("A row has no ISO date.", { path: table.path, date: date ?? "(none)" });
  }
  return dayFromIso(date);
}

/** Blank or nonsense is missing; it is never read as zero. */
function positive(text: string | undefined): number | null {
  const value = Number(text);
  return text !== undefined && text !== "" && Number.isFinite(value) && value > 0 ? value : null;
}
