import type { AssetId } from "./source.ts";
import { type Day, dayFromIso } from "./time.ts";

/** A token that goes on under another name, one old for one new. */
export interface Rename {
  readonly from: AssetId;
  readonly to: AssetId;
  readonly day: Day; // first day of the new name
}

/** Renamed tokens, by the old name. A token that was merged into another at a ratio has ended and is not here. */
export const RENAMES: readonly Rename[] = [
  rename("EOS", "A", "2025-05-28"),
  rename("FTM", "S", "2025-01-13"),
  rename("GNT", "GLM", "2020-11-19"),
  rename("KLAY", "KAIA", "2024-10-31"),
  rename("MATIC", "POL", "2024-09-04"),
  rename("NANO", "XNO", "2021-11-15"),
  rename("PAX", "USDP", "2021-08-24"),
  rename("RNDR", "RENDER", "2024-07-22"),
];

/** Renames that had happened by `lastDay`. */
export function renamesUntil(lastDay: Day): readonly Rename[] {
  return RENAMES.filter(({ day }) => day <= lastDay);
}

/** Name of an asset on `lastDay`: the one under which a cleaned snapshot has its history. */
export function nameOn(asset: AssetId, lastDay: Day): AssetId {
  return renamesUntil(lastDay).find(({ from }) => from === asset)?.to ?? asset;
}

/** The assets, with the other names of those that were renamed from `firstDay` on, so that histories can be joined. */
export function withOtherNames(assets: readonly AssetId[], firstDay: Day, lastDay: Day): readonly AssetId[] {
  const asked = new Set(assets);
  const others = renamesUntil(lastDay).flatMap(({ from, to, day }) => {
    return asked.has(from) || (asked.has(to) && day >= firstDay) ? [from, to] : [];
  });
  return [...asked, ...others];
}

function rename(from: AssetId, to: AssetId, date: string): Rename {
  return { from, to, day: dayFromIso(date) };
}
