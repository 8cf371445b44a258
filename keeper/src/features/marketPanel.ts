import { type AssetColumn, MACRO_COLUMNS, type MacroColumn, NEWS_COLUMNS, type NewsColumn } from "../data/columns.ts";
import type { MarketSnapshot } from "../data/snapshot.ts";
import type { AssetId } from "../data/source.ts";
import type { Day } from "../data/time.ts";
import { VaultStateError } from "../errors.ts";

/** What does not change about an asset, as the taxonomy of this project sees it. */
export interface AssetClass {
  readonly category: string; // "coin", "stable", "wrapped", "unlisted"
  readonly sector: string; // "defi", "layer-1", "layer-2", "meme", ...; "other" when unknown
  readonly ecosystem: string; // "ethereum", "solana", ...; "own" for a chain's own coin
}

/**
 * Everything known about the market up to its last day, laid out for statistics: one Float64Array of `days` values for each
 * asset and column, NaN = missing. The arrays are shared and must not be written to.
 */
export interface MarketPanel {
  readonly firstDay: Day;
  readonly days: number;
  readonly assets: readonly AssetId[]; // ascending
  readonly classes: readonly AssetClass[]; // in the order of `assets`
  /** A column without any value is an array of NaN: asking is always allowed. */
  column(name: AssetColumn | NewsColumn, asset: number): Float64Array;
  macro(name: MacroColumn | NewsColumn): Float64Array; // news: of the whole market
}

/** What the news said, day by day as a panel of the same market counts them; `sentiment/` makes it. NaN = missing. */
export interface NewsTable {
  /** Nothing about the asset: undefined. */
  asset(name: NewsColumn, asset: AssetId): Float64Array | undefined;
  market(name: NewsColumn): Float64Array | undefined;
}

/** Lays out a snapshot and the news. An array is made when it is first asked for. */
export function toMarketPanel(snapshot: MarketSnapshot, news?: NewsTable): MarketPanel {
  const { months, profiles } = snapshot;
  const first = months[0];
  if (first === undefined)
    throw new VaultStateError("The market snapshot covers no day.", { asOf: String(snapshot.asOf) });
  const days = months.reduce((sum, month) => sum + month.days, 0);
  const made = new Map<string, Float64Array>();
  const missing = new Float64Array(days).fill(Number.NaN);
  const remember = (key: string, make: () => Float64Array): Float64Array => {
    const known = made.get(key) ?? make();
    made.set(key, known);
    return known;
  };

  return {
    firstDay: first.firstDay,
    days,
    assets: profiles.map(({ asset }) => asset),
    classes: profiles.map(({ category, sector, ecosystem }) => ({ category, sector, ecosystem })),
    column: (name, index) => {
      const asset = profiles[index]?.asset ?? "";
      if (isNews(name)) return news?.asset(name, asset) ?? missing;
      return remember(`${name} ${index}`, () => join(months, missing, (month) => month.assets[asset]?.[name]));
    },
    macro: (name) => {
      if (!isMacro(name)) return news?.market(name) ?? missing;
      return remember(name, () => join(months, missing, (month) => month.macro[name]));
    },
  };
}

type Months = MarketSnapshot["months"];

/** One array over all months; the shared array of missing values if no month has the column. */
function join(
  months: Months,
  missing: Float64Array,
  pick: (month: Months[number]) => Float64Array | undefined,
): Float64Array {
  let whole: Float64Array | undefined;
  let start = 0;
  for (const month of months) {
    const values = pick(month);
    if (values !== undefined) {
      whole ??= missing.slice();
      whole.set(values, start);
    }
    start += month.days;
  }
  return whole ?? missing;
}

function isNews(name: AssetColumn | NewsColumn): name is NewsColumn {
  return NEWS_COLUMNS.includes(name as NewsColumn);
}

function isMacro(name: MacroColumn | NewsColumn): name is MacroColumn {
  return MACRO_COLUMNS.includes(name as MacroColumn);
}
