import type { Hex } from "viem";
import type { AssetColumn } from "../../../keeper/src/data/columns.ts";
import type { Day } from "../../../keeper/src/data/time.ts";
import type { MarketPanel } from "../../../keeper/src/features/marketPanel.ts";
import type { Database, Row, SqlValue } from "../../../keeper/src/journal/database.ts";
import type { At } from "../history/history.ts";
import type { DayBefore, DayHead, MarketDay, TokenBefore } from "./gradeDay.ts";
import { fromDayRow, fromTokenRow, type StoredToken, TOKEN_COLUMNS, toTokenRow } from "./marketTables.ts";

export type { StoredToken } from "./marketTables.ts";

/** What tokens can be ordered by, and the columns that hold it. */
const SORT_COLUMNS = {
  rank: "rank",
  symbol: "token",
  price: "price",
  marketCap: "market_cap",
  volume: "volume",
  change24h: "change1",
  change7d: "change7",
  change30d: "change30",
  traderGrade: "trader_grade",
  investorGrade: "investor_grade",
} as const;

/** Name of an order. */
export type TokenSort = keyof typeof SORT_COLUMNS;
/** Names of all orders. */
export const TOKEN_SORTS = Object.keys(SORT_COLUMNS) as [TokenSort, ...TokenSort[]];

/** Place behind which a page begins: the value that the list is ordered by, then the token. */
export type TokenPlace = readonly [value: number | string | null, token: string];

/** Bounds of a figure, both included; left out: none. A token that lacks the figure is outside. */
export interface Bounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** Which tokens. */
export interface TokenFilter {
  readonly tokens?: readonly string[] | undefined;
  readonly symbols?: readonly string[] | undefined;
  readonly category?: string | undefined;
  readonly sector?: string | undefined;
  readonly listing?: string | undefined;
  readonly stance?: string | undefined;
  readonly isGraded?: boolean | undefined; // with a trader grade
  readonly marketCap?: Bounds;
  readonly volume?: Bounds;
  readonly traderGrade?: Bounds;
  readonly investorGrade?: Bounds;
}

/** One page of a day. */
export interface TokenPage {
  readonly day: Day;
  readonly filter: TokenFilter;
  readonly sort: TokenSort;
  readonly order: "asc" | "desc";
  readonly limit: number;
  readonly after: TokenPlace | null;
}

/** One page of the history, newest day first. */
export interface HistoryPage {
  readonly from: Day;
  readonly to: Day;
  readonly until: number; // {s} no day whose decision is younger
  readonly filter: TokenFilter;
  readonly limit: number;
  readonly after: readonly [day: Day, token: string] | null;
}

/** Columns of a panel that answers are made from; kept for the newest day. */
export const SERIES_COLUMNS = [
  "open",
  "high",
  "low",
  "close",
  "marketCap",
  "volumeGlobal",
  "volumeBinance",
  "volumeCoinbase",
] as const satisfies readonly AssetColumn[];

/** Graded days in the store's file, as rows that a restart finds again. */
export class MarketStore {
  readonly #db: Database;

  constructor(database: Database) {
    this.#db = database;
  }

  /** Keeps a day and all of its tokens, all or nothing; the same day is replaced. `panel`: what the day was graded from. */
  async save({ head, tokens }: MarketDay, panel: MarketPanel): Promise<void> {
    const marks = Array.from({ length: TOKEN_COLUMNS }, () => "?").join(", ");
    await this.#db.atomically(async (db) => {
      await db.run("DELETE FROM market_tokens WHERE day = ?", head.day);
      await db.run("DELETE FROM market_days WHERE day = ?", head.day);
      const { day, asOf, block, decision, market, model } = head;
      const values = [day, asOf, Number(block.number), decision, market, model.hash, JSON.stringify(head)] as const;
      await db.run("INSERT INTO market_days VALUES (?, ?, ?, ?, ?, ?, ?)", ...values);
      for (const token of tokens)
        await db.run(`INSERT INTO market_tokens VALUES (${marks})`, ...toTokenRow(day, token));
      const newest = await db.get("SELECT MAX(day) AS day FROM market_days");
      if (Number(newest?.day) === day) await saveSeries(db, head, panel);
    });
  }

  /** The newest graded day that was known by then; undefined: none. */
  async head({ asOf, asOfBlock }: At = {}): Promise<DayHead | undefined> {
    const where = new Conditions();
    where.add("day >= 0");
    if (asOf !== undefined) where.add("as_of <= ?", asOf);
    if (asOfBlock !== undefined) where.add("block <= ?", asOfBlock);
    const sql = `SELECT head FROM market_days WHERE ${where.text} ORDER BY day DESC LIMIT 1`;
    const row = await this.#db.get(sql, ...where.values);
    return row && fromDayRow(row);
  }

  /** Heads of the given days. */
  async heads(days: readonly Day[]): Promise<ReadonlyMap<Day, DayHead>> {
    if (days.length === 0) return new Map();
    const rows = await this.#db.all(`SELECT head FROM market_days WHERE day IN (${marksOf(days)})`, ...days);
    return new Map(rows.map((row) => [fromDayRow(row).day, fromDayRow(row)]));
  }

  /** Graded days from `from` to `to` that were known by `until` {s}, newest first, at most `limit`, before day `after`. */
  async days(from: Day, to: Day, until: number, limit: number, after: Day | null): Promise<readonly DayHead[]> {
    const rows = await this.#db.all(
      "SELECT head FROM market_days WHERE day BETWEEN ? AND ? AND as_of <= ? ORDER BY day DESC LIMIT ?",
      from,
      after === null ? to : Math.min(to, after - 1),
      until,
      limit,
    );
    return rows.map(fromDayRow);
  }

  /** One page of a day's tokens in the wanted order; those that lack the figure come last, equal ones by token. */
  async page({ day, filter, sort, order, limit, after }: TokenPage): Promise<readonly StoredToken[]> {
    const column = SORT_COLUMNS[sort];
    const where = new Conditions();
    where.add("day = ?", day);
    addFilter(where, filter);
    if (after !== null) {
      const [value, token] = after;
      const beyond = order === "asc" ? ">" : "<";
      if (value === null) where.add(`${column} IS NULL AND token > ?`, token);
      else {
        where.add(`(${column} ${beyond} ? OR (${column} = ? AND token > ?) OR ${column} IS NULL)`, value, value, token);
      }
    }
    const rows = await this.#db.all(
      `SELECT * FROM market_tokens WHERE ${where.text} ORDER BY ${column} ${order.toUpperCase()} NULLS LAST, token LIMIT ?`,
      ...where.values,
      limit,
    );
    return rows.map(fromTokenRow);
  }

  /** One page of tokens over days, newest day first. */
  async history({ from, to, until, filter, limit, after }: HistoryPage): Promise<readonly StoredToken[]> {
    const where = new Conditions();
    where.add("day BETWEEN ? AND ?", from, to);
    where.add("day IN (SELECT day FROM market_days WHERE as_of <= ?)", until);
    addFilter(where, filter);
    if (after !== null) where.add("(day < ? OR (day = ? AND token > ?))", after[0], after[0], after[1]);
    const rows = await this.#db.all(
      `SELECT * FROM market_tokens WHERE ${where.text} ORDER BY day DESC, token LIMIT ?`,
      ...where.values,
      limit,
    );
    return rows.map(fromTokenRow);
  }

  /** How many tokens of a day a filter takes. */
  async count(day: Day, filter: TokenFilter): Promise<number> {
    const where = new Conditions();
    where.add("day = ?", day);
    addFilter(where, filter);
    const row = await this.#db.get(`SELECT COUNT(*) AS n FROM market_tokens WHERE ${where.text}`, ...where.values);
    return Number(row?.n);
  }

  /** What the newest graded day before `day` hands on; null: there is none. */
  async before(day: Day): Promise<DayBefore | null> {
    const last = await this.#db.get("SELECT MAX(day) AS day FROM market_days WHERE day < ?", day);
    if (last === undefined || last.day === null) return null;
    const rows = await this.#db.all("SELECT * FROM market_tokens WHERE day = ? AND known > 0", last.day ?? null);
    const tokens = rows.map((row): readonly [string, TokenBefore] => [String(row.token), fromTokenRow(row)]);
    return { day: Number(last.day), tokens: new Map(tokens) };
  }

  /** Daily figures of tokens on the day that they are kept for; undefined: they are kept for another snapshot. */
  async series(
    market: Hex,
    tokens: readonly string[] | "all",
    names: readonly (typeof SERIES_COLUMNS)[number][],
  ): Promise<MarketPanel | undefined> {
    const of = await this.#db.get("SELECT * FROM market_series_of WHERE market = ?", market);
    if (of === undefined) return undefined;
    const where = new Conditions();
    where.add(`name IN (${marksOf(names)})`, ...names);
    if (tokens !== "all") where.add(`token IN (${marksOf(tokens)})`, ...tokens);
    const rows = await this.#db.all(`SELECT token, name, body FROM market_series WHERE ${where.text}`, ...where.values);
    return toPanel(rows, Number(of.first_day), Number(of.days));
  }

  /** Changes with every graded day. */
  async revision(): Promise<string> {
    const row = await this.#db.get("SELECT COUNT(*) AS n, MAX(as_of) AS newest FROM market_days");
    return `${row?.n}.${row?.newest ?? 0}`;
  }
}

/** Conditions of a statement, all of which must hold. */
class Conditions {
  readonly #conditions: string[] = [];
  readonly values: SqlValue[] = [];

  add(condition: string, ...values: readonly SqlValue[]): void {
    this.#conditions.push(`(${condition})`);
    this.values.push(...values);
  }

  get text(): string {
    return this.#conditions.join(" AND ");
  }
}

function addFilter(where: Conditions, filter: TokenFilter): void {
  const { tokens, symbols, category, sector, listing, stance, isGraded } = filter;
  if (tokens !== undefined) where.add(tokens.length === 0 ? "0 = 1" : `token IN (${marksOf(tokens)})`, ...tokens);
  if (symbols !== undefined) where.add(symbols.length === 0 ? "0 = 1" : `symbol IN (${marksOf(symbols)})`, ...symbols);
  if (category !== undefined) where.add("category = ?", category);
  if (sector !== undefined) where.add("sector = ?", sector);
  if (listing !== undefined) where.add("listing = ?", listing);
  if (stance !== undefined) where.add("stance = ?", stance);
  if (isGraded !== undefined) where.add(`trader_grade IS ${isGraded ? "NOT NULL" : "NULL"}`);
  addBounds(where, "market_cap", filter.marketCap);
  addBounds(where, "volume", filter.volume);
  addBounds(where, "trader_grade", filter.traderGrade);
  addBounds(where, "investor_grade", filter.investorGrade);
}

function addBounds(where: Conditions, column: string, bounds: Bounds = {}): void {
  if (bounds.min !== undefined) where.add(`${column} >= ?`, bounds.min);
  if (bounds.max !== undefined) where.add(`${column} <= ?`, bounds.max);
}

function marksOf(values: readonly unknown[]): string {
  return values.map(() => "?").join(", ");
}

async function saveSeries(db: Database, { market }: DayHead, panel: MarketPanel): Promise<void> {
  await db.run("DELETE FROM market_series");
  await db.run("DELETE FROM market_series_of");
  await db.run("INSERT INTO market_series_of VALUES (1, ?, ?, ?)", market, panel.firstDay, panel.days);
  for (const [i, token] of panel.assets.entries()) {
    for (const name of SERIES_COLUMNS) {
      const values = panel.column(name, i);
      if (!values.some((value) => !Number.isNaN(value))) continue;
      const body = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      await db.run("INSERT INTO market_series VALUES (?, ?, ?)", token, name, body);
    }
  }
}

/** A panel of the stored columns alone; what nobody loaded is missing. */
function toPanel(rows: readonly Row[], firstDay: Day, days: number): MarketPanel {
  const columns = new Map(rows.map((row) => [`${row.name} ${row.token}`, toFloats(row.body as Uint8Array)]));
  const assets = [...new Set(rows.map((row) => String(row.token)))].sort((a, b) => (a < b ? -1 : 1));
  const missing = new Float64Array(days).fill(Number.NaN);
  return {
    firstDay,
    days,
    assets,
    classes: assets.map(() => ({ category: "coin", sector: "other", ecosystem: "unknown" })),
    column: (name, asset) => columns.get(`${name} ${assets[asset]}`) ?? missing,
    macro: () => missing,
  };
}

/** The bytes of doubles of this machine. Copied: a view needs them to begin at a multiple of eight. */
function toFloats(body: Uint8Array): Float64Array {
  return new Float64Array(body.slice().buffer);
}
