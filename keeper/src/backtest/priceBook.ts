import type { AssetId } from "../data/source.ts";
import { DAY, type Day, lastCompleteDay } from "../data/time.ts";

/** {days} without a close after which a price is stale: its feed would have missed its heartbeat. */
const FRESH_DAYS = 0;

/** Daily closes of one asset from `firstDay` on; NaN = no close that day. */
export interface CloseSeries {
  readonly firstDay: Day;
  readonly closes: ArrayLike<number>;
}

/** A price {USD} that a listing of the whole market showed on a day. */
export interface ListedPrice {
  readonly day: Day;
  readonly price: number;
}

/** What the simulated vault needs to know about prices. It is the market, not the decision's view of it. */
export interface PriceBook {
  /** {USD} at `timestamp` {s}: on the line between two closes, the last known one when the next is missing; NaN = none. */
  priceAt(asset: AssetId, timestamp: number): number;
  /** {USD} worth in the books: as `priceAt`, but a newer listing speaks for an asset whose closes stopped. */
  markAt(asset: AssetId, timestamp: number): number;
  /** Whether a feed would have a current price. */
  isFresh(asset: AssetId, timestamp: number): boolean;
  /** Last day with a close on or before `day`; null = none. */
  lastClose(asset: AssetId, day: Day): Day | null;
  /** Last day on or before `day` on which a listing showed a price; -Infinity = none. */
  listedDay(asset: AssetId, day: Day): Day;
}

/** Looks prices up in series of closes and, after their end, in listings. */
export function createPriceBook(
  closes: ReadonlyMap<AssetId, CloseSeries>,
  listed: ReadonlyMap<AssetId, readonly ListedPrice[]>,
): PriceBook {
  const filled = new Map([...closes].map(([asset, series]) => [asset, fillForward(series)]));

  const find = (asset: AssetId, day: Day): Known | null => {
    const series = filled.get(asset);
    if (series === undefined) return null;
    const index = Math.min(day - series.firstDay, series.price.length - 1);
    const price = index < 0 ? Number.NaN : (series.price[index] ?? Number.NaN);
    return Number.isNaN(price) ? null : { price, day: series.day[index] ?? 0 };
  };
  const priceAt = (asset: AssetId, timestamp: number): number => {
    const day = lastCompleteDay(timestamp);
    const known = find(asset, day);
    if (known === null) return Number.NaN;
    const next = find(asset, day + 1);
    const part = (timestamp % DAY) / DAY;
    return next === null || next.day !== day + 1 ? known.price : known.price + part * (next.price - known.price);
  };
  return {
    priceAt,
    markAt: (asset, timestamp) => {
      const day = lastCompleteDay(timestamp);
      const known = find(asset, day);
      const page = (listed.get(asset) ?? []).findLast((item) => item.day <= day);
      const isNewer = page !== undefined && (known === null || page.day > known.day + FRESH_DAYS);
      return isNewer ? page.price : priceAt(asset, timestamp);
    },
    isFresh: (asset, timestamp) => {
      const day = lastCompleteDay(timestamp);
      const known = find(asset, day);
      return known !== null && day - known.day <= FRESH_DAYS;
    },
    lastClose: (asset, day) => find(asset, day)?.day ?? null,
    listedDay: (asset, day) => {
      return (listed.get(asset) ?? []).findLast((page) => page.day <= day)?.day ?? Number.NEGATIVE_INFINITY;
    },
  };
}

interface Known {
  readonly price: number;
  readonly day: Day;
}

interface FilledSeries {
  readonly firstDay: Day;
  readonly price: Float64Array; // last close up to each day
  readonly day: Int32Array; // the day of that close
}

function fillForward({ firstDay, closes }: CloseSeries): FilledSeries {
  const price = new Float64Array(closes.length);
  const day = new Int32Array(closes.length);
  let last = Number.NaN;
  let lastDay = firstDay;
  for (let i = 0; i < closes.length; i++) {
    const close = closes[i] ?? Number.NaN;
    if (close > 0) {
      last = close;
      lastDay = firstDay + i;
    }
    price[i] = last;
    day[i] = lastDay;
  }
  return { firstDay, price, day };
}
