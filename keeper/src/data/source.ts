import { type Day, lastCompleteDay } from "./time.ts";

/** Name of an asset in the data, such as "BTC". Also the last tie-break wherever an order is needed. */
export type AssetId = string;

/** Where figures come from. `label` stands beside every figure that is shown. */
export interface SourceInfo {
  readonly kind: "csv" | "live" | "simulation";
  readonly id: string;
  readonly label: string;
}

/** One finished day of one asset. */
export interface DailyBar {
  readonly day: Day;
  readonly close: number; // {USD}
  readonly marketCap: number | null; // {USD}; null = not known, which is not zero
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

/** What an adapter implements. It may hand out anything it has; `createSource` cuts it at the decision's time. */
export interface MarketAdapter {
  readonly info: SourceInfo;
  /** Fetches what is new and tells from when {s} on it may be seen. Only needed where data is fetched. */
  prepare?(): Promise<number>;
  bars(asset: AssetId, from: Day, to: Day, asOf: number): Promise<readonly DailyBar[]>;
  /** Every page it has, or at least the newest one that was known at `asOf` {s}. */
  listingPages(asOf: number): Promise<readonly ListingPage[]>;
}

/** The market as it could be known at `asOf`. There is no way to ask for anything later. */
export interface PointInTimeView {
  readonly info: SourceInfo;
  readonly asOf: number; // {s}
  readonly lastDay: Day;
  /** The last `days` finished days, oldest first; days without a price are absent. */
  bars(asset: AssetId, days: number): Promise<readonly DailyBar[]>;
  /** The newest listing of the market, best rank first. Empty when there is none yet. */
  universe(): Promise<readonly Listing[]>;
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
  return Object.freeze({
    info: adapter.info,
    prepare: async () => (await adapter.prepare?.()) ?? 0,
    at: (asOf: number) => createView(adapter, asOf),
  });
}

function createView(adapter: MarketAdapter, asOf: number): PointInTimeView {
  const lastDay = lastCompleteDay(asOf);

  return Object.freeze({
    info: adapter.info,
    asOf,
    lastDay,
    bars: async (asset: AssetId, days: number) => {
      const from = lastDay - days + 1;
      const rows = await adapter.bars(asset, from, lastDay, asOf);
      return rows.filter((bar) => bar.day >= from && bar.day <= lastDay).sort((a, b) => a.day - b.day);
    },
    universe: async () => {
      const known = (await adapter.listingPages(asOf)).filter((page) => page.knownAt <= asOf);
      const newest = known.reduce<ListingPage | undefined>((best, page) => {
        return best === undefined || page.knownAt > best.knownAt ? page : best;
      }, undefined);
      const listings = [...(newest?.listings ?? [])];
      return listings.sort((a, b) => a.rank - b.rank || (a.asset < b.asset ? -1 : 1));
    },
  });
}
