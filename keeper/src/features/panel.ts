import type { MarketSnapshot, Series } from "../data/snapshot.ts";
import type { AssetId } from "../data/source.ts";
import type { Day } from "../data/time.ts";
import { VaultStateError } from "../errors.ts";

/** A snapshot laid out for statistics: one row a day, one series an asset. */
export interface Panel {
  readonly firstDay: Day;
  readonly days: number;
  readonly assets: readonly AssetId[];
  readonly close: readonly Series[];
  readonly marketCap: readonly Series[];
}

/** Joins the months of a snapshot. */
export function toPanel(snapshot: MarketSnapshot): Panel {
  const first = snapshot.blocks[0];
  if (first === undefined)
    throw new VaultStateError("The market snapshot covers no day.", { asOf: String(snapshot.asOf) });
  const assets = snapshot.profiles.map((profile) => profile.asset);
  return {
    firstDay: first.firstDay,
    days: snapshot.blocks.reduce((sum, block) => sum + block.days, 0),
    assets,
    close: assets.map((_, i) => snapshot.blocks.flatMap((block) => block.close[i] ?? [])),
    marketCap: assets.map((_, i) => snapshot.blocks.flatMap((block) => block.marketCap[i] ?? [])),
  };
}
