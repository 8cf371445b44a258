import { type Address, isAddressEqual } from "viem";
import type { AdoptionRow } from "../history/serviceRows.ts";

const DAY = 86_400; // {s}

/** Which index followed a strategy, and when. Days {day} since 1970. */
export interface Following {
  readonly vault: Address;
  readonly from: number;
  readonly until: number | null;
}

/** When indices followed a strategy. `adoptions`: those of this strategy, oldest first. */
export function followingsOf(adoptions: readonly AdoptionRow[]): readonly Following[] {
  const followings: (Following & { readonly endedBlock: number | null })[] = [];
  for (const { vault, block, time, ended } of adoptions) {
    const until = ended === null ? null : Math.floor(ended.time / DAY);
    const end = { until, endedBlock: ended?.block ?? null };
    // A new version, or another rate, of the same strategy goes on.
    const at = followings.findIndex((one) => isAddressEqual(one.vault, vault) && one.endedBlock === block);
    const before = followings[at];
    if (before === undefined) followings.push({ vault, from: Math.floor(time / DAY), ...end });
    else followings[at] = { ...before, ...end };
  }
  return followings.map(({ vault, from, until }) => ({ vault, from, until }));
}
