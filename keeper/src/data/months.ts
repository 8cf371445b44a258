import { ASSET_COLUMNS, type AssetColumn, type Headline, MACRO_COLUMNS, type MacroColumn } from "./columns.ts";
import type { AssetId, ColumnTable, Lags, MarketAdapter } from "./source.ts";
import { type Day, dayKnown, monthStart } from "./time.ts";

/** Daily figures of one calendar month by column, NaN = missing; only columns with a value. Never written to. */
export type MonthColumns<Name extends string> = { readonly [name in Name]?: Float64Array };

/** A figure that two rows of the data tell differently; neither is used. */
export interface Conflict {
  readonly asset: AssetId | null; // null = a figure of the world
  readonly column: string;
  readonly day: Day;
}

/**
 * One calendar month of the market. The row of day D holds what was known when D ended. Finished months never change, so
 * that they are stored once.
 */
export interface MonthBlock {
  readonly firstDay: Day;
  readonly days: number;
  readonly assets: { readonly [asset: AssetId]: MonthColumns<AssetColumn> }; // only assets with a value
  readonly macro: MonthColumns<MacroColumn>;
  readonly headlines: readonly Headline[]; // by time, source, text
  readonly conflicts: readonly Conflict[]; // by day, asset, column
}

/** Whole months of `assets` (ascending, without repetition) from the month of `from` to the last day. */
export type MonthReader = (
  assets: readonly AssetId[],
  from: Day,
  lastDay: Day,
  asOf: number,
) => Promise<readonly MonthBlock[]>;

interface Month {
  readonly firstDay: Day;
  readonly days: number;
  readonly isFinished: boolean;
}

type AssetMonths = Map<Day, MonthColumns<AssetColumn>>;

/** Lists of assets whose blocks are kept: one for training, a few for decisions. */
const KEPT_LISTS = 6;

/** Cuts an adapter's figures into months. The same finished month is the same object, if the adapter is static. */
export function createMonthReader(adapter: MarketAdapter): MonthReader {
  const isStatic = adapter.isStatic === true;
  const cut = new Map<AssetId, AssetMonths>();
  const lists = new Map<string, Map<Day, MonthBlock>>();

  return async (assets, from, lastDay, asOf) => {
    const months = monthsBetween(monthStart(from), lastDay);
    const kept = isStatic ? latest(lists, assets.join(",")) : new Map<Day, MonthBlock>();
    // A month that a later view has kept as finished is not finished yet for an earlier one.
    const wanted = months.filter(({ firstDay, isFinished }) => !(isFinished && kept.has(firstDay)));
    const first = wanted[0]?.firstDay ?? lastDay;

    const world = await readWorld(adapter, first, lastDay, asOf);
    const read = await Promise.all(
      assets.map(async (asset) => {
        const known = (isStatic ? cut.get(asset) : undefined) ?? new Map();
        if (isStatic) cut.set(asset, known);
        if (wanted.every(({ firstDay, isFinished }) => isFinished && known.has(firstDay))) return known;
        return cutMonths(adapter, await adapter.assetTable(asset, first, lastDay, asOf), wanted, known);
      }),
    );
    const fresh = new Map(wanted.map((month) => [month.firstDay, toBlock(month, assets, read, world, adapter)]));
    for (const { firstDay, isFinished } of wanted) {
      const block = fresh.get(firstDay);
      if (isFinished && block !== undefined) kept.set(firstDay, block);
    }
    return months.flatMap(({ firstDay }) => fresh.get(firstDay) ?? kept.get(firstDay) ?? []);
  };
}

/** Columns of `days` rows from `first` on. A figure of day D stands in the row of the day at whose end it was known. */
export function cutColumns<Name extends AssetColumn | MacroColumn>(
  names: readonly Name[],
  table: ColumnTable<Name>,
  lags: Lags = {},
  first: Day,
  days: number,
): MonthColumns<Name> {
  const cut: { [name in Name]?: Float64Array } = {};
  for (const name of names) {
    const values = table.columns[name];
    if (values === undefined) continue;
    const shift = first - table.firstDay - (lags[name] ?? 0);
    const from = Math.max(0, shift);
    const to = Math.min(values.length, shift + days);
    const rows = values.subarray(from, Math.max(from, to));
    if (!rows.some((value) => !Number.isNaN(value))) continue;
    // A copy: behind a view of the array one could still find the days to come.
    const column = new Float64Array(days).fill(Number.NaN);
    column.set(rows, from - shift);
    cut[name] = column;
  }
  return cut;
}

interface World {
  readonly macro: ColumnTable<MacroColumn>;
  readonly headlines: readonly Headline[];
  readonly conflicts: readonly Conflict[];
}

async function readWorld(adapter: MarketAdapter, from: Day, lastDay: Day, asOf: number): Promise<World> {
  const [macro, headlines, conflicts] = await Promise.all([
    adapter.macroTable?.(from, lastDay, asOf),
    adapter.headlines?.(asOf),
    adapter.conflicts?.(),
  ]);
  return {
    macro: macro ?? { firstDay: from, columns: {} },
    headlines: (headlines ?? []).filter(({ at }) => at <= asOf && dayKnown(at) >= from),
    conflicts: (conflicts ?? []).filter(({ day }) => day >= from - 1),
  };
}

/** A finished month that was cut before is not cut again: it is the same object wherever it appears. */
function cutMonths(
  adapter: MarketAdapter,
  table: ColumnTable<AssetColumn>,
  months: readonly Month[],
  known: AssetMonths,
): AssetMonths {
  const cut: AssetMonths = new Map();
  for (const { firstDay, days, isFinished } of months) {
    const columns =
      (isFinished ? known.get(firstDay) : undefined) ?? cutColumns(ASSET_COLUMNS, table, adapter.lags, firstDay, days);
    if (isFinished) known.set(firstDay, columns);
    cut.set(firstDay, columns);
  }
  return cut;
}

function toBlock(
  { firstDay, days }: Month,
  assets: readonly AssetId[],
  read: readonly AssetMonths[],
  world: World,
  { lags = {} }: MarketAdapter,
): MonthBlock {
  const entries = assets.flatMap((asset, i) => {
    const columns = read[i]?.get(firstDay);
    return columns === undefined || Object.keys(columns).length === 0 ? [] : [[asset, columns] as const];
  });
  const isIn = (day: Day) => day >= firstDay && day < firstDay + days;
  const listed = new Set<AssetId | null>([...assets, null]);
  const conflicts = world.conflicts.map((conflict) => {
    return { ...conflict, day: conflict.day + (lags[conflict.column as AssetColumn] ?? 0) };
  });
  return {
    firstDay,
    days,
    assets: Object.fromEntries(entries),
    macro: cutColumns(MACRO_COLUMNS, world.macro, lags, firstDay, days),
    headlines: world.headlines
      .filter(({ at }) => isIn(dayKnown(at)))
      .map(({ at, source, text }) => ({ at, source, text }))
      .sort((a, b) => a.at - b.at || compare(a.source, b.source) || compare(a.text, b.text)),
    conflicts: conflicts
      .filter(({ asset, day }) => isIn(day) && listed.has(asset))
      .sort((a, b) => a.day - b.day || compare(a.asset ?? "", b.asset ?? "") || compare(a.column, b.column)),
  };
}

function monthsBetween(firstDay: Day, lastDay: Day): readonly Month[] {
  const months: Month[] = [];
  for (let start = firstDay; start <= lastDay; ) {
    // Day 32 of any month lies in the next one.
    const next = monthStart(start + 31);
    months.push({ firstDay: start, days: Math.min(next, lastDay + 1) - start, isFinished: next <= lastDay + 1 });
    start = next;
  }
  return months;
}

/** The entry of `key`, moved to the end; the entry that was not used for longest makes room. */
function latest(lists: Map<string, Map<Day, MonthBlock>>, key: string): Map<Day, MonthBlock> {
  const entry = lists.get(key) ?? new Map<Day, MonthBlock>();
  lists.delete(key);
  lists.set(key, entry);
  const [oldest] = lists.keys();
  if (lists.size > KEPT_LISTS && oldest !== undefined) lists.delete(oldest);
  return entry;
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
