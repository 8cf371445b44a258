import { nameOn, RENAMES } from "../data/renames.ts";
import { captureMarket, type MarketSnapshot } from "../data/snapshot.ts";
import type { AssetId, MarketDataSource } from "../data/source.ts";
import { DAY, type Day, dayFromIso, firstKnown, lastCompleteDay } from "../data/time.ts";
import { BacktestError } from "../errors.ts";
import { type MarketPanel, toMarketPanel } from "../features/marketPanel.ts";
import { BASELINE_LOOKBACK, type Member } from "./baselines.ts";
import { createPriceBook, type ListedPrice, type PriceBook } from "./priceBook.ts";
import type { VolumeAt } from "./tradeCosts.ts";

/** Stable coin that the vault and the benchmarks go to. */
export const STABLE: AssetId = "USDC";

/** A token that goes on as another one: how many new ones an old one became, and from when on. */
export interface Conversion {
  readonly from: AssetId;
  readonly to: AssetId;
  readonly ratio: number;
  readonly day: Day; // first day of the new one
}

/** Renamed tokens one to one, and mergers at the ratio that their projects announced. */
export const CONVERSIONS: readonly Conversion[] = [
  ...RENAMES.map((rename) => ({ ...rename, ratio: 1 })),
  { from: "AGIX", to: "FET", ratio: 0.43335, day: dayFromIso("2024-07-01") },
  { from: "OCEAN", to: "FET", ratio: 0.433226, day: dayFromIso("2024-07-01") },
];

/** The market that a backtest runs through. Only `source` may be shown to a decision. */
export interface BacktestMarket {
  readonly source: MarketDataSource;
  readonly snapshot: MarketSnapshot;
  readonly panel: MarketPanel; // of the snapshot: the whole history up to the last day of the run
  readonly prices: PriceBook;
  readonly volumeAt: VolumeAt;
  /** The best ranked coins of the newest listing that have a current price, as known at `timestamp` {s}. */
  members(timestamp: number, count: number): Promise<Membership>;
}

/** Who is in, and how many listed coins could not be because nobody tells their price. */
export interface Membership {
  readonly members: readonly Member[];
  readonly unpriced: readonly AssetId[];
}

/** Reads everything that a run from `from` to `to` needs, with `before` days in front of it. */
export async function loadMarket(
  source: MarketDataSource,
  { from, to, before }: { readonly from: Day; readonly to: Day; readonly before: number },
): Promise<BacktestMarket> {
  const view = source.at(firstKnown(to));
  const lookbackDays = to - from + 1 + before;
  const listed = await captureMarket(view, { assets: "listed", lookbackDays });
  const extra = [STABLE, ...CONVERSIONS.flatMap((item) => [item.from, item.to])];
  const ids = [...listed.profiles.map(({ asset }) => asset), ...extra];
  const snapshot = await captureMarket(view, { assets: ids, lookbackDays });
  const panel = toMarketPanel(snapshot);
  const prices = bookOf(panel);
  if (prices.lastClose("BTC", to) === null) {
    throw new BacktestError("The data knows no price of BTC in this period. Choose another period or folder.");
  }
  return {
    source,
    snapshot,
    panel,
    prices,
    volumeAt: volumesOf(panel),
    members: (timestamp, count) => findMembers(source, panel, prices, timestamp, count),
  };
}

async function findMembers(
  source: MarketDataSource,
  panel: MarketPanel,
  prices: PriceBook,
  timestamp: number,
  count: number,
): Promise<Membership> {
  const listed = await source.at(timestamp).universe();
  const today = lastCompleteDay(timestamp);
  const coins = listed.filter(({ category }) => category === "coin").slice(0, count);
  const places = new Map(panel.assets.map((asset, i) => [asset, i]));
  const last = today - panel.firstDay;
  const members: Member[] = [];
  const unpriced: AssetId[] = [];
  for (const { asset: listedAs, marketCap } of coins) {
    const asset = nameOn(listedAs, today);
    const place = places.get(asset);
    if (place === undefined || !prices.isFresh(asset, timestamp)) {
      unpriced.push(asset);
      continue;
    }
    const closes = panel.column("close", place).subarray(Math.max(0, last - BASELINE_LOOKBACK), last + 1);
    const current = panel.column("marketCap", place)[last] ?? Number.NaN;
    members.push({ asset, marketCap: current > 0 ? current : (marketCap ?? 0), closes });
  }
  return { members, unpriced };
}

function bookOf(panel: MarketPanel): PriceBook {
  const closes = new Map(
    panel.assets.map((asset, i) => [asset, { firstDay: panel.firstDay, closes: panel.column("close", i) }]),
  );
  const listed = new Map(panel.assets.map((asset, i) => [asset, listedPrices(panel, i)]));
  return createPriceBook(closes, listed);
}

function listedPrices(panel: MarketPanel, asset: number): readonly ListedPrice[] {
  const cap = panel.column("listedCap", asset);
  const supply = panel.column("listedSupply", asset);
  const pages: ListedPrice[] = [];
  for (let i = 0; i < panel.days; i++) {
    const price = (cap[i] ?? Number.NaN) / (supply[i] ?? Number.NaN);
    if (price > 0 && Number.isFinite(price)) pages.push({ day: panel.firstDay + i, price });
  }
  return pages;
}

/** {days} that a listing's volume is looked back for. */
const VOLUME_AGE = 62;

function volumesOf(panel: MarketPanel): VolumeAt {
  const places = new Map(panel.assets.map((asset, i) => [asset, i]));
  return (asset, timestamp) => {
    const place = places.get(asset);
    if (place === undefined) return null;
    const column = panel.column("listedVolume", place);
    const last = Math.floor(timestamp / DAY) - 1 - panel.firstDay;
    for (let i = Math.min(last, panel.days - 1); i >= Math.max(0, last - VOLUME_AGE); i--) {
      const volume = column[i] ?? Number.NaN;
      if (volume > 0) return volume;
    }
    return null;
  };
}
