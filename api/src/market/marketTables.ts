import type { Row } from "../../../keeper/src/journal/database.ts";
import type { Migration } from "../store/store.ts";
import type { DayHead, PreviousGrades, TokenDay, TokenDetail } from "./gradeDay.ts";

/** Steps of the market's tables. A day is written once, with all of its tokens; days are never changed by later ones. */
export const marketMigrations: readonly Migration[] = [
  {
    id: "market/1",
    statements: [
      `CREATE TABLE market_days (
        day BIGINT PRIMARY KEY, as_of BIGINT NOT NULL, block BIGINT NOT NULL, decision TEXT NOT NULL, market TEXT NOT NULL,
        model TEXT, head TEXT NOT NULL
      )`,
      "CREATE INDEX market_days_by_time ON market_days (as_of)",
      "CREATE INDEX market_days_by_block ON market_days (block)",
      `CREATE TABLE market_tokens (
        day BIGINT NOT NULL REFERENCES market_days (day), token TEXT NOT NULL, symbol TEXT NOT NULL, name TEXT,
        category TEXT NOT NULL, sector TEXT NOT NULL, ecosystem TEXT NOT NULL, rank BIGINT, listing TEXT NOT NULL, price REAL, price_day BIGINT,
        market_cap REAL, volume REAL, volume_source TEXT, supply REAL, diluted_cap REAL, change1 REAL, change7 REAL,
        change30 REAL, trader_grade BIGINT, investor_grade BIGINT, stance TEXT NOT NULL, stance_since BIGINT NOT NULL,
        stance_at_least BIGINT NOT NULL, known BIGINT NOT NULL, previous TEXT, detail TEXT NOT NULL,
        PRIMARY KEY (day, token)
      ) WITHOUT ROWID`,
      "CREATE INDEX market_tokens_by_token ON market_tokens (token, day)",
      "CREATE INDEX market_tokens_by_cap ON market_tokens (day, market_cap)",
      "CREATE INDEX market_tokens_by_trader ON market_tokens (day, trader_grade)",
      "CREATE INDEX market_tokens_by_investor ON market_tokens (day, investor_grade)",
      // Daily figures of the newest graded day alone: those of earlier days are made again from the journal.
      `CREATE TABLE market_series (
        token TEXT NOT NULL, name TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (token, name)
      )`,
      `CREATE TABLE market_series_of (
        one BIGINT PRIMARY KEY, market TEXT NOT NULL, first_day BIGINT NOT NULL, days BIGINT NOT NULL
      )`,
    ],
  },
];

/** Columns of `market_tokens` in their order. */
export const TOKEN_COLUMNS = 27;

/** Values of a row of `market_tokens`. */
export function toTokenRow(day: number, token: TokenDay): readonly (string | number | null)[] {
  return [
    day,
    token.token,
    token.symbol,
    token.name,
    token.category,
    token.sector,
    token.ecosystem,
    token.rank,
    token.listing,
    token.price,
    token.priceDay,
    token.marketCap,
    token.volume,
    token.volumeSource,
    token.supply,
    token.dilutedCap,
    token.change1,
    token.change7,
    token.change30,
    token.traderGrade,
    token.investorGrade,
    token.stance,
    token.stanceSince,
    token.stanceAtLeast ? 1 : 0,
    token.known,
    token.previous === null ? null : JSON.stringify(token.previous),
    JSON.stringify(token.detail),
  ];
}

/** One token on one day, as it is stored. */
export type StoredToken = TokenDay & { readonly day: number };

/** Reads a row of `market_tokens`. */
export function fromTokenRow(row: Row): StoredToken {
  const previous = textOf(row.previous);
  return {
    day: Number(row.day),
    token: String(row.token),
    symbol: String(row.symbol),
    name: textOf(row.name),
    category: String(row.category),
    sector: String(row.sector),
    ecosystem: String(row.ecosystem),
    rank: numberOf(row.rank),
    listing: row.listing as TokenDay["listing"],
    price: numberOf(row.price),
    priceDay: numberOf(row.price_day),
    marketCap: numberOf(row.market_cap),
    volume: numberOf(row.volume),
    volumeSource: textOf(row.volume_source) as TokenDay["volumeSource"],
    supply: numberOf(row.supply),
    dilutedCap: numberOf(row.diluted_cap),
    change1: numberOf(row.change1),
    change7: numberOf(row.change7),
    change30: numberOf(row.change30),
    traderGrade: numberOf(row.trader_grade),
    investorGrade: numberOf(row.investor_grade),
    stance: row.stance as TokenDay["stance"],
    stanceSince: Number(row.stance_since),
    stanceAtLeast: Number(row.stance_at_least) === 1,
    known: Number(row.known),
    previous: previous === null ? null : (JSON.parse(previous) as PreviousGrades),
    detail: JSON.parse(String(row.detail)) as TokenDetail,
  };
}

/** Reads the `head` of a row of `market_days`. */
export function fromDayRow(row: Row): DayHead {
  return JSON.parse(String(row.head)) as DayHead;
}

function numberOf(value: Row[string] | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}

function textOf(value: Row[string] | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
