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
  const first = snapshot.months[0];
  if (first === undefined)
    throw new VaultStateError("The market snapshot covers no day.", { asOf: String(snapshot.asOf) });
  const assets = snapshot.profiles.map((profile) => profile.asset);
  const join = (asset: AssetId, column: "close" | "marketCap"): Series =>
    snapshot.months.flatMap(({ assets: known, days }) => {
      const values = known[asset]?.[column] ?? new Float64Array(days);
      return Array.from(values, (value) => (value > 0 ? value : null));
    });
  return {
    firstDay: first.firstDay,
    days: snapshot.months.reduce((sum, month) => sum + month.days, 0),
    assets,
    close: assets.map((asset) => join(asset, "close")),
    marketCap: assets.map((asset) => join(asset, "marketCap")),
  };
}
