import { ASSET_COLUMNS, type AssetColumn, type Headline, type LabelledHeadline, type MacroColumn } from "./columns.ts";
import { type Conflict, createMonthReader, cutColumns, type MonthBlock } from "./months.ts";
import { type Day, dayKnown, lastCompleteDay } from "./time.ts";

/** Name of an asset in the data, such as "BTC". Also the last tie-break wherever an order is needed. */
export type AssetId = string;

/** Where figures come from. `label` stands beside every figure that is shown. */
export interface SourceInfo {
  readonly kind: "csv" | "live" | "simulation";
  readonly id: string;
  readonly label: string;
  /** Ids of the strategy registry, ascending: the data sets in it whose owners earn by decisions that use them. */
  readonly datasets: readonly number[];
}

/** One finished day of one asset that has a price. null = not known, which is not zero. */
export type DailyBar = { readonly day: Day; readonly close: number } & {
  readonly [name in Exclude<AssetColumn, "close">]: number | null;
};

/** Daily figures as an adapter has them: one array a column, whose first value is of `firstDay`; NaN = missing. */
export interface ColumnTable<Name extends string> {
  readonly firstDay: Day;
  readonly columns: { readonly [name in Name]?: Float64Array };
}

/** An asset as a listing of the whole market saw it. */
export interface Listing {
  readonly asset: AssetId;
  readonly name: string;
  readonly category: string; // "coin", "stable", "wrapped", ...
  readonly rank: number;
  readonly marketCap: number | null; // {USD}
  readonly volume24h: number | null; // {USD}
}

/** A listing of the whole market and the moment {s} from which it could be known. */
export interface ListingPage {
  readonly knownAt: number;
  readonly listings: readonly Listing[];
}

/** Where a live source gets its headlines from. */
export interface HeadlineSource {
  /** Headlines that could be read by `asOf` {s}. */
  headlines(asOf: number): Promise<readonly Headline[]>;
}

/** {days} after the end of its day from which a figure can be known, where that is more than none. */
export type Lags = { readonly [name in AssetColumn | MacroColumn]?: number };

/** What an adapter implements. It may hand out anything it has; `createSource` cuts it at the decision's time. */
export interface MarketAdapter {
  readonly info: SourceInfo;
  /** Whether what it says about a day never changes, so that finished months may be kept. */
  readonly isStatic?: boolean;
  readonly lags?: Lags;
  /** Fetches what is new and tells from when {s} on it may be seen. Only needed where data is fetched. */
  prepare?(): Promise<number>;
  assetTable(asset: AssetId, from: Day, to: Day, asOf: number): Promise<ColumnTable<AssetColumn>>;
  macroTable?(from: Day, to: Day, asOf: number): Promise<ColumnTable<MacroColumn>>;
  /** Every page it has, or at least the newest one that was known at `asOf` {s}. */
  listingPages(asOf: number): Promise<readonly ListingPage[]>;
  headlines?(asOf: number): Promise<readonly Headline[]>;
  labels?(asOf: number): Promise<readonly LabelledHeadline[]>;
  /** Figures that its rows tell differently; the tables have none there. */
  conflicts?(): Promise<readonly Conflict[]>;
}

/** The market as it could be known at `asOf`. There is no way to ask for anything later. */
export interface PointInTimeView {
  readonly info: SourceInfo;
  readonly asOf: number; // {s}
  readonly lastDay: Day;
  /** The last `days` finished days, oldest first; days without a price are absent. */
  bars(asset: AssetId, days: number): Promise<readonly DailyBar[]>;
  /** Whole months of all figures, from the one that holds `from`. {assets} ascending, without repetition. */
  months(assets: readonly AssetId[], from: Day): Promise<readonly MonthBlock[]>;
  /** The newest listing of the market, best rank first. Empty when there is none yet. */
  universe(): Promise<readonly Listing[]>;
  /** Every listing of the market that was known, oldest first. */
  pages(): Promise<readonly ListingPage[]>;
  /** Headlines that people have judged, oldest first. */
  labels(): Promise<readonly LabelledHeadline[]>;
}

/** Market data that can only be read as of a moment. */
export interface MarketDataSource {
  readonly info: SourceInfo;
  /** Fetches what is new; a view taken at the returned moment {s} or later shows it. */
  prepare(): Promise<number>;
  at(asOf: number): PointInTimeView;
}

/** The one way from an adapter to a source: rows after the last finished day never leave this function. */
export function createSource(adapter: MarketAdapter): MarketDataSource {
  const reader = createMonthReader(adapter);
  return Object.freeze({
    info: adapter.info,
    prepare: async () => (await adapter.prepare?.()) ?? 0,
    at: (asOf: number) => createView(adapter, asOf, reader),
  });
}

/** The same source, whose snapshots and decisions name these data sets. */
export function namingDatasets(source: MarketDataSource, datasets: readonly number[]): MarketDataSource {
  if (datasets.length === 0) return source;
  const info = Object.freeze({ ...source.info, datasets });
  return Object.freeze({
    info,
    prepare: () => source.prepare(),
    at: (asOf: number) => Object.freeze({ ...source.at(asOf), info }),
  });
}

function createView(
  adapter: MarketAdapter,
  asOf: number,
  reader: ReturnType<typeof createMonthReader>,
): PointInTimeView {
  const lastDay = lastCompleteDay(asOf);
  const knownPages = async () => {
    const pages = (await adapter.listingPages(asOf)).filter((page) => page.knownAt <= asOf);
    return pages.sort((a, b) => a.knownAt - b.knownAt);
  };

  return Object.freeze({
    info: adapter.info,
    asOf,
    lastDay,
    bars: async (asset: AssetId, days: number) => {
      const from = lastDay - days + 1;
      const table = await adapter.assetTable(asset, from, lastDay, asOf);
      return toBars(cutColumns(ASSET_COLUMNS, table, adapter.lags, from, days), from);
    },
    months: (assets: readonly AssetId[], from: Day) => reader(assets, from, lastDay, asOf),
    universe: async () => byRank((await knownPages()).at(-1)?.listings ?? []),
    pages: async () => (await knownPages()).map((page) => ({ ...page, listings: byRank(page.listings) })),
    labels: async () => {
      const labels = (await adapter.labels?.(asOf)) ?? [];
      return labels.filter(({ at }) => at <= asOf && dayKnown(at) <= lastDay).sort((a, b) => a.at - b.at);
    },
  });
}

function byRank(listings: readonly Listing[]): readonly Listing[] {
  return listings.toSorted((a, b) => a.rank - b.rank || (a.asset < b.asset ? -1 : 1));
}

function toBars(columns: { readonly [name in AssetColumn]?: Float64Array }, firstDay: Day): readonly DailyBar[] {
  const bars: DailyBar[] = [];
  columns.close?.forEach((close, i) => {
    if (Number.isNaN(close)) return;
    const figures = ASSET_COLUMNS.map((name) => {
      const value = columns[name]?.[i] ?? Number.NaN;
      return [name, Number.isNaN(value) ? null : value];
    });
    bars.push({ ...Object.fromEntries(figures), day: firstDay + i, close });
  });
  return bars;
}
