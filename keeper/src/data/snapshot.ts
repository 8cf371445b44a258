import type { Hex } from "viem";
import { SnapshotError } from "../errors.ts";
import { type Canonical, canonicalJson, contentHash } from "./canonical.ts";
import type { AssetId, DailyBar, PointInTimeView, SourceInfo } from "./source.ts";
import { type Day, isoFromDay, monthStart } from "./time.ts";

/** A series of daily values; null = missing. */
export type Series = readonly (number | null)[];

/** One calendar month of every asset asked for. Finished months never change, so that they are stored once. */
export interface MonthBlock {
  readonly firstDay: Day;
  readonly days: number;
  readonly close: readonly Series[]; // by asset, in the snapshot's order
  readonly marketCap: readonly Series[];
}

/** What the listing of the market said about an asset. */
export interface AssetProfile {
  readonly asset: AssetId;
  readonly category: string;
  readonly rank: number | null;
  readonly volume24h: number | null; // {USD}
}

/** Everything about the market that one decision may use: a plain value, complete in itself. */
export interface MarketSnapshot {
  readonly source: SourceInfo;
  readonly asOf: number; // {s}
  readonly lastDay: Day;
  readonly profiles: readonly AssetProfile[]; // ascending by asset
  readonly blocks: readonly MonthBlock[];
}

/** A snapshot as it is stored: a manifest that names its month blocks by their sha256. */
export interface EncodedSnapshot {
  readonly hash: Hex;
  readonly manifest: string;
  readonly blobs: ReadonlyMap<Hex, string>;
}

/** Reads `lookbackDays` (rounded up to whole months) of the given assets as they were known at the view's time. */
export async function captureMarket(
  view: PointInTimeView,
  assets: readonly AssetId[],
  lookbackDays: number,
): Promise<MarketSnapshot> {
  const ids = [...new Set(assets)].sort((a, b) => (a < b ? -1 : 1));
  const firstDay = monthStart(view.lastDay - lookbackDays + 1);
  const days = view.lastDay - firstDay + 1;
  const listings = new Map((await view.universe()).map((listing) => [listing.asset, listing]));
  const bars = await Promise.all(ids.map((asset) => view.bars(asset, days)));

  return {
    source: view.info,
    asOf: view.asOf,
    lastDay: view.lastDay,
    profiles: ids.map((asset) => {
      const listing = listings.get(asset);
      const { category = "unlisted", rank = null, volume24h = null } = listing ?? {};
      return { asset, category, rank, volume24h };
    }),
    blocks: monthsBetween(firstDay, view.lastDay).map((month) => toBlock(month, bars)),
  };
}

/** Turns a snapshot into its stored form. Equal snapshots give equal hashes. */
export function encodeSnapshot(snapshot: MarketSnapshot): EncodedSnapshot {
  const blobs = new Map<Hex, string>();
  const months = snapshot.blocks.map((block) => {
    const text = canonicalJson({
      close: block.close.map(encodeSeries),
      days: block.days,
      firstDay: block.firstDay,
      marketCap: block.marketCap.map(encodeSeries),
    });
    const hash = contentHash(text);
    blobs.set(hash, text);
    return hash;
  });

  const manifest = canonicalJson({
    asOf: snapshot.asOf,
    lastDay: snapshot.lastDay,
    months,
    profiles: snapshot.profiles.map(({ asset, category, rank, volume24h }) => ({
      asset,
      category,
      rank,
      volume24h: volume24h === null ? null : String(volume24h),
    })),
    source: { ...snapshot.source },
  });
  return { hash: contentHash(manifest), manifest, blobs };
}

/** Rebuilds a snapshot from its stored form, checking every hash on the way. */
export function decodeSnapshot(hash: Hex, read: (hash: Hex) => string | undefined): MarketSnapshot {
  const manifest = JSON.parse(readChecked(hash, read)) as StoredManifest;
  const profiles = manifest.profiles.map((profile) => ({
    ...profile,
    volume24h: profile.volume24h === null ? null : Number(profile.volume24h),
  }));
  const blocks = manifest.months.map((month) => {
    const block = JSON.parse(readChecked(month, read)) as StoredBlock;
    return { ...block, close: block.close.map(decodeSeries), marketCap: block.marketCap.map(decodeSeries) };
  });
  return { source: manifest.source, asOf: manifest.asOf, lastDay: manifest.lastDay, profiles, blocks };
}

interface StoredManifest {
  readonly asOf: number;
  readonly lastDay: number;
  readonly months: readonly Hex[];
  readonly profiles: readonly (Omit<AssetProfile, "volume24h"> & { readonly volume24h: string | null })[];
  readonly source: SourceInfo;
}

interface StoredBlock {
  readonly firstDay: Day;
  readonly days: number;
  readonly close: readonly (readonly (string | null)[])[];
  readonly marketCap: readonly (readonly (string | null)[])[];
}

function monthsBetween(firstDay: Day, lastDay: Day): readonly { firstDay: Day; days: number }[] {
  const months: { firstDay: Day; days: number }[] = [];
  for (let start = firstDay; start <= lastDay; ) {
    // Day 32 of any month lies in the next one.
    const next = monthStart(start + 31);
    months.push({ firstDay: start, days: Math.min(next, lastDay + 1) - start });
    start = next;
  }
  return months;
}

function toBlock(month: { firstDay: Day; days: number }, bars: readonly (readonly DailyBar[])[]): MonthBlock {
  const close: Series[] = [];
  const marketCap: Series[] = [];
  for (const series of bars) {
    const closes = new Array<number | null>(month.days).fill(null);
    const caps = new Array<number | null>(month.days).fill(null);
    for (const bar of series) {
      const index = bar.day - month.firstDay;
      if (index < 0 || index >= month.days) continue;
      closes[index] = bar.close;
      caps[index] = bar.marketCap;
    }
    close.push(closes);
    marketCap.push(caps);
  }
  return { ...month, close, marketCap };
}

// The shortest decimal text of a double is fixed by the language and reads back to the same double.
function encodeSeries(series: Series): Canonical {
  return series.map((value) => (value === null ? null : String(value)));
}

function decodeSeries(series: readonly (string | null)[]): Series {
  return series.map((value) => (value === null ? null : Number(value)));
}

function readChecked(hash: Hex, read: (hash: Hex) => string | undefined): string {
  const text = read(hash);
  if (text === undefined)
    throw new SnapshotError("A stored input is missing. Restore the journal it belongs to.", { hash });
  const actual = contentHash(text);
  if (actual !== hash) throw new SnapshotError("A stored input was altered.", { expected: hash, actual });
  return text;
}

/** ISO date of the last day that a snapshot covers. */
export function snapshotDate(snapshot: MarketSnapshot): string {
  return isoFromDay(snapshot.lastDay);
}
