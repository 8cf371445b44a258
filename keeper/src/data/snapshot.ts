import type { Hex } from "viem";
import { SnapshotError } from "../errors.ts";
import { type Canonical, canonicalJson, contentHash } from "./canonical.ts";
import type { AssetColumn, Headline, MacroColumn } from "./columns.ts";
import type { Conflict, MonthBlock, MonthColumns } from "./months.ts";
import { withOtherNames } from "./renames.ts";
import type { AssetId, Listing, PointInTimeView, SourceInfo } from "./source.ts";
import { classify } from "./taxonomy.ts";
import { type Day, firstKnown } from "./time.ts";

export type { Conflict, MonthBlock, MonthColumns } from "./months.ts";

/** A series of daily values; null = missing. */
export type Series = readonly (number | null)[];

/** What the newest listing of the market and the taxonomy say about an asset. */
export interface AssetProfile {
  readonly asset: AssetId;
  readonly category: string; // of the newest listing that had the asset; "unlisted" if none had
  readonly sector: string;
  readonly ecosystem: string;
  readonly rank: number | null; // null = not in the newest listing
  readonly volume24h: number | null; // {USD}
}

/** Everything about the market that one decision may use: a plain value, complete in itself. */
export interface MarketSnapshot {
  readonly source: SourceInfo;
  readonly asOf: number; // {s}
  readonly lastDay: Day;
  readonly profiles: readonly AssetProfile[]; // ascending by asset
  readonly months: readonly MonthBlock[];
}

/** A snapshot as it is stored: a manifest that names its month blocks by their sha256. */
export interface EncodedSnapshot {
  readonly hash: Hex;
  readonly manifest: string;
  readonly blobs: ReadonlyMap<Hex, string>;
}

/** What to read. */
export interface CaptureOptions {
  /** `listed`: every asset that a listing had which was known within the lookback, whatever became of it. */
  readonly assets: readonly AssetId[] | "listed";
  /** Assets beside the listed ones. */
  readonly also?: readonly AssetId[];
  readonly lookbackDays: number; // rounded up to whole months
}

/** Reads the market as it was known at the view's time. */
export async function captureMarket(view: PointInTimeView, options: CaptureOptions): Promise<MarketSnapshot> {
  const from = view.lastDay - options.lookbackDays + 1;
  const pages = await view.pages();
  // A page counts from when it was known until the next one replaced it.
  const recent = pages.filter((_, i) => (pages[i + 1]?.knownAt ?? view.asOf) >= firstKnown(from - 1));
  const asked =
    options.assets === "listed" ? recent.flatMap(({ listings }) => listings.map(({ asset }) => asset)) : options.assets;
  const ids = [...new Set(withOtherNames(asked, from, view.lastDay))].sort((a, b) => (a < b ? -1 : 1));
  const newest = new Map(pages.at(-1)?.listings.map((listing) => [listing.asset, listing]));
  const ever = new Map<AssetId, Listing>();
  for (const { listings } of pages) for (const listing of listings) ever.set(listing.asset, listing);

  return {
    source: view.info,
    asOf: view.asOf,
    lastDay: view.lastDay,
    profiles: ids.map((asset) => {
      const { rank = null, volume24h = null } = newest.get(asset) ?? {};
      const category = ever.get(asset)?.category ?? "unlisted";
      return { asset, category, ...classify(asset, category), rank, volume24h };
    }),
    months: await view.months(ids, from),
  };
}

/** The `count` best ranked assets of the newest listing, and `also`: what a decision looks at. Ascending. */
export async function bestRanked(
  view: PointInTimeView,
  count: number,
  also: readonly AssetId[],
): Promise<readonly AssetId[]> {
  const listed = (await view.universe()).slice(0, count).map(({ asset }) => asset);
  return [...new Set([...listed, ...also])].sort((a, b) => (a < b ? -1 : 1));
}

/** Turns a snapshot into its stored form. Equal snapshots give equal hashes. */
export function encodeSnapshot(snapshot: MarketSnapshot): EncodedSnapshot {
  const blobs = new Map<Hex, string>();
  const months = snapshot.months.map((block) => {
    const { hash, text } = encodeBlock(block);
    blobs.set(hash, text);
    return hash;
  });

  const manifest = canonicalJson({
    asOf: snapshot.asOf,
    lastDay: snapshot.lastDay,
    months,
    profiles: snapshot.profiles.map((profile) => ({
      ...profile,
      volume24h: profile.volume24h === null ? null : String(profile.volume24h),
    })),
    source: { ...snapshot.source },
  });
  return { hash: contentHash(manifest), manifest, blobs };
}

/** Finds a stored text by its hash. */
export type BlobReader = (hash: Hex) => Promise<string | undefined>;

/** Rebuilds a snapshot from its stored form, checking every hash on the way. */
export async function decodeSnapshot(hash: Hex, read: BlobReader): Promise<MarketSnapshot> {
  const manifest = JSON.parse(await readChecked(hash, read)) as StoredManifest;
  const profiles = manifest.profiles.map((profile) => ({
    ...profile,
    volume24h: profile.volume24h === null ? null : Number(profile.volume24h),
  }));
  const months: MonthBlock[] = [];
  for (const month of manifest.months) months.push(decodeMonth(month, await readChecked(month, read)));
  // Two vaults that decide at the same moment look at one market: work on it is done once.
  if (lastDecoded?.hash === hash) return lastDecoded.snapshot;
  const snapshot = { source: manifest.source, asOf: manifest.asOf, lastDay: manifest.lastDay, profiles, months };
  lastDecoded = { hash, snapshot };
  return snapshot;
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
  readonly assets: Readonly<Record<AssetId, Readonly<Record<string, string>>>>;
  readonly macro: Readonly<Record<string, string>>;
  readonly headlines: readonly Headline[];
  readonly conflicts: readonly Conflict[];
}

// A finished month is the same object in every snapshot of a source: its text and hash are worked out once, and the text
// of one asset's month even if the list of assets changes.
const encoded = new WeakMap<MonthBlock, { readonly hash: Hex; readonly text: string }>();
const columnTexts = new WeakMap<MonthColumns<string>, string>();

function encodeBlock(block: MonthBlock): { readonly hash: Hex; readonly text: string } {
  const known = encoded.get(block);
  if (known !== undefined) return known;
  const rest = canonicalJson({
    conflicts: block.conflicts as readonly (Conflict & Canonical)[],
    days: block.days,
    firstDay: block.firstDay,
    headlines: block.headlines as readonly (Headline & Canonical)[],
  });
  const assets = Object.keys(block.assets)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((asset) => `${JSON.stringify(asset)}:${columnsText(block.assets[asset] ?? {})}`);
  // Keys in their order: "assets" comes before and "macro" after all of `rest`.
  const text = `{"assets":{${assets.join(",")}},${rest.slice(1, -1)},"macro":${columnsText(block.macro)}}`;
  const result = { hash: contentHash(text), text };
  encoded.set(block, result);
  return result;
}

/** The figures of a column are one string: shortest decimal texts, which read back to the same doubles; nothing for NaN. */
function columnsText(columns: MonthColumns<string>): string {
  const known = columnTexts.get(columns);
  if (known !== undefined) return known;
  const names = Object.keys(columns).sort((a, b) => (a < b ? -1 : 1));
  const text = `{${names.map((name) => `"${name}":"${seriesText(columns[name] ?? new Float64Array())}"`).join(",")}}`;
  columnTexts.set(columns, text);
  return text;
}

function seriesText(series: Float64Array): string {
  let text = "";
  for (let i = 0; i < series.length; i++) {
    const value = series[i] ?? Number.NaN;
    if (i > 0) text += ",";
    if (!Number.isNaN(value)) text += value;
  }
  return text;
}

// Neighbouring snapshots share most of their months. What is stored is read and checked each time all the same.
const MONTHS_KEPT = 64;
const decodedMonths = new Map<Hex, MonthBlock>();
let lastDecoded: { readonly hash: Hex; readonly snapshot: MarketSnapshot } | undefined;

function decodeMonth(hash: Hex, text: string): MonthBlock {
  const known = decodedMonths.get(hash);
  if (known !== undefined) return known;
  const block = decodeBlock(text);
  encoded.set(block, { hash, text });
  decodedMonths.set(hash, block);
  const [oldest] = decodedMonths.keys();
  if (decodedMonths.size > MONTHS_KEPT && oldest !== undefined) decodedMonths.delete(oldest);
  return block;
}

function decodeBlock(text: string): MonthBlock {
  const { assets, macro, ...rest } = JSON.parse(text) as StoredBlock;
  const decoded = Object.entries(assets).map(([asset, columns]) => [asset, decodeColumns<AssetColumn>(columns)]);
  return { ...rest, assets: Object.fromEntries(decoded), macro: decodeColumns<MacroColumn>(macro) };
}

function decodeColumns<Name extends string>(columns: Readonly<Record<string, string>>): MonthColumns<Name> {
  const decoded = Object.entries(columns).map(([name, text]) => {
    return [name, Float64Array.from(text.split(","), (value) => (value === "" ? Number.NaN : Number(value)))];
  });
  return Object.fromEntries(decoded) as MonthColumns<Name>;
}

async function readChecked(hash: Hex, read: BlobReader): Promise<string> {
  const text = await read(hash);
  if (text === undefined)
    throw new SnapshotError("A stored input is missing. Restore the journal it belongs to.", { hash });
  const actual = contentHash(text);
  if (actual !== hash) throw new SnapshotError("A stored input was altered.", { expected: hash, actual });
  return text;
}
