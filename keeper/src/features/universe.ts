import type { MarketPanel } from "./marketPanel.ts";
import { isCopy, seriesOf } from "./panelSeries.ts";
import { newestKnown } from "./window.ts";

/** Which assets an index may choose from. Whole numbers, so that a record can hold them. */
export interface UniverseParams {
  readonly size: number; // best-ranked coins that are looked at; stable and wrapped coins do not count
  readonly minAge: number; // {days} with a known close
  readonly maxCloseAge: number; // {days} since the newest known close; 0 = it must be of the day itself
  readonly minVolume: number; // {USD/day} by the newest listing, when it names one
}

/** The usual universe. */
export const DEFAULT_UNIVERSE: UniverseParams = { size: 120, minAge: 60, maxCloseAge: 2, minVolume: 1_000_000 };

/** Why a listed coin cannot be chosen. */
export type Refusal = "noPrice" | "young" | "illiquid";

/** A coin among the best-ranked of the newest listing. */
export interface UniverseCandidate {
  readonly asset: number; // index into the panel
  readonly rank: number; // in the newest listing
  readonly refusal: Refusal | null;
}

/** Indices of the assets that could have been chosen from at the end of `day`, best rank first. */
export function universeAt(
  panel: MarketPanel,
  day: number,
  params: UniverseParams = DEFAULT_UNIVERSE,
): readonly number[] {
  return universeCandidates(panel, day, params).flatMap(({ asset, refusal }) => (refusal === null ? [asset] : []));
}

/**
 * The best-ranked coins of the newest listing of the market, each with the reason why it cannot be chosen, if there is one.
 * Empty without a listing of the last 45 days. Membership comes first and prices second, so that a coin without prices
 * takes a place and shows up as missing instead of leaving without a trace.
 */
export function universeCandidates(
  panel: MarketPanel,
  day: number,
  params: UniverseParams = DEFAULT_UNIVERSE,
): readonly UniverseCandidate[] {
  const { listed } = seriesOf(panel);
  const coins = panel.classes.flatMap((kind, asset) => {
    const rank = listed("listedRank", asset, day);
    return rank > 0 && !isCopy(kind) ? [{ asset, rank }] : [];
  });
  return coins
    .sort((a, b) => a.rank - b.rank || a.asset - b.asset)
    .slice(0, params.size)
    .map(({ asset, rank }) => ({ asset, rank, refusal: refusalOf(panel, asset, day, params) }));
}

function refusalOf(panel: MarketPanel, asset: number, day: number, params: UniverseParams): Refusal | null {
  const close = panel.column("close", asset);
  if (!(newestKnown(close, day, params.maxCloseAge + 1) > 0)) return "noPrice";
  let age = 0;
  for (let t = day; t >= 0 && age < params.minAge; t--) if (!Number.isNaN(close[t] ?? Number.NaN)) age++;
  if (age < params.minAge) return "young";
  return seriesOf(panel).listed("listedVolume", asset, day) < params.minVolume ? "illiquid" : null;
}
