import type { CopyKind, MethodologyUniverse } from "@gimbal/sdk";
import { nameOn } from "../data/renames.ts";
import type { AssetId } from "../data/source.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import { isCopy, seriesOf } from "../features/panelSeries.ts";
import { newestKnown } from "../features/window.ts";

/** {days} since the newest known close: an older one is no price. */
const CLOSE_AGE = 2;

/** Why a listed token that fits the rules is not a member. */
export type Refusal = "noPrice" | "young" | "illiquid";

/** Who is in on a day. */
export interface Selection {
  /** Largest first. */
  readonly members: readonly AssetId[];
  /** Tokens that the rules name or rank in, with the reason why they are not in. */
  readonly refused: readonly { readonly asset: AssetId; readonly reason: Refusal }[];
  /** False: no listing of the market is known on that day. */
  readonly isListed: boolean;
}

interface Candidate {
  readonly asset: AssetId; // name on the day
  readonly column: number; // of the panel: where its prices are
  readonly listed: number; // of the panel: where its listing is
}

/**
 * Members of a methodology's universe at the end of a day of the panel, from what was known then: listing, prices and volumes
 * up to that day. `held`: tokens of the vault, for the buffer. A token that has no price keeps its place, so that it shows up
 * as missing; one that is held and lost its price stays, since missing data is no reason to sell.
 */
export function selectMembers(
  panel: MarketPanel,
  day: number,
  rules: MethodologyUniverse,
  held: ReadonlySet<AssetId>,
): Selection {
  const listing = listingAt(panel, day);
  const isListed = listing.length > 0;
  // Without a listing nothing is known of who ranks where: nobody is sent away for that, and nobody comes in.
  if (!isListed && rules.list.length === 0) return { members: [...held], refused: [], isListed };
  const refused: { asset: AssetId; reason: Refusal }[] = [];
  const eligible: { asset: AssetId; isPriced: boolean }[] = [];
  for (const candidate of [...listing, ...unlisted(panel, listing, rules)].filter((item) => fits(item, rules))) {
    const reason = refusalOf(panel, day, candidate, rules);
    const { asset } = candidate;
    if (reason === null || (reason === "noPrice" && held.has(asset))) eligible.push({ asset, isPriced: true });
    else {
      refused.push({ asset, reason });
      if (reason === "noPrice") eligible.push({ asset, isPriced: false });
    }
  }
  const members = withBuffer(eligible, rules, held);
  return { members, refused, isListed };
}

/** Newest listing of the market at `day`, best rank first, with the place among the coins. */
function listingAt(panel: MarketPanel, day: number): readonly (Candidate & Placed)[] {
  const { listed } = seriesOf(panel);
  const columns = new Map(panel.assets.map((asset, i) => [asset, i]));
  const ranked = panel.assets.flatMap((asset, i) => {
    const rank = listed("listedRank", i, day);
    return rank > 0 ? [{ listedAs: asset, listed: i, rank }] : [];
  });
  ranked.sort((a, b) => a.rank - b.rank || a.listed - b.listed);
  let place = 0;
  return ranked.map(({ listedAs, listed: row }) => {
    const kind = panel.classes[row];
    const copy = kind !== undefined && isCopy(kind);
    if (!copy) place++;
    const asset = nameOn(listedAs, panel.firstDay + day);
    const kinds = [kind?.category, kind?.sector];
    const copyOf: CopyKind = kinds.includes("stable") ? "stable" : "wrapped";
    return {
      asset,
      column: columns.get(asset) ?? row,
      listed: row,
      place: copy ? null : place,
      copyOf: copy ? copyOf : null,
      sector: kind?.sector ?? "other",
    };
  });
}

/** Tokens that a document names and no listing does. */
function unlisted(
  panel: MarketPanel,
  listing: readonly Candidate[],
  { list }: MethodologyUniverse,
): readonly (Candidate & Placed)[] {
  const known = new Set(listing.map(({ asset }) => asset));
  return list.flatMap((asset) => {
    if (known.has(asset)) return [];
    const column = panel.assets.indexOf(asset);
    return [
      { asset, column, listed: column, place: null, copyOf: null, sector: panel.classes[column]?.sector ?? "other" },
    ];
  });
}

interface Placed {
  readonly place: number | null; // among the coins; null for a copy, and for one that is not listed
  readonly copyOf: CopyKind | null;
  readonly sector: string;
}

function fits({ asset, place, copyOf, sector }: Candidate & Placed, rules: MethodologyUniverse): boolean {
  if (rules.list.length > 0 && !rules.list.includes(asset)) return false;
  if (rules.exclude.includes(asset)) return false;
  if (rules.sectors.length > 0 && !rules.sectors.includes(sector)) return false;
  if (copyOf !== null) return rules.allow.includes(copyOf);
  if (place === null) return rules.list.length > 0;
  return place >= rules.rankFrom && place <= rules.rankTo;
}

function refusalOf(
  panel: MarketPanel,
  day: number,
  { asset, column, listed }: Candidate,
  { minHistoryDays, minVolumeUsd }: MethodologyUniverse,
): Refusal | null {
  if (column < 0 || !(newestKnown(panel.column("close", column), day, CLOSE_AGE + 1) > 0)) return "noPrice";
  if (ageOf(panel, day, asset, minHistoryDays) < minHistoryDays) return "young";
  return seriesOf(panel).listed("listedVolume", listed, day) < minVolumeUsd ? "illiquid" : null;
}

/** {days} with a known close, under this name or the one before it; no more than `enough` are counted. */
function ageOf(panel: MarketPanel, day: number, asset: AssetId, enough: number): number {
  const today = panel.firstDay + day;
  const closes = panel.assets.flatMap((name, i) => (nameOn(name, today) === asset ? [panel.column("close", i)] : []));
  let age = 0;
  for (let t = day; t >= 0 && age < enough; t--) if (closes.some((close) => (close[t] ?? Number.NaN) > 0)) age++;
  return age;
}

/** The first `count`; who is held may stay a few places longer and so keeps another one out. */
function withBuffer(
  eligible: readonly { readonly asset: AssetId; readonly isPriced: boolean }[],
  { count, bufferRanks }: MethodologyUniverse,
  held: ReadonlySet<AssetId>,
): readonly AssetId[] {
  const near = eligible.slice(0, count + bufferRanks);
  const staying = near.filter(({ asset }) => held.has(asset)).slice(0, count);
  const chosen = new Set(staying.map(({ asset }) => asset));
  for (const { asset } of near) {
    if (chosen.size >= count) break;
    chosen.add(asset);
  }
  return near.flatMap(({ asset, isPriced }) => (chosen.has(asset) && isPriced ? [asset] : []));
}
