import type { FigureRows } from "./csvTable.ts";
import type { Conflict } from "./months.ts";
import type { AssetId, ColumnTable } from "./source.ts";
import type { Day } from "./time.ts";

/** Figures of many assets, put together from many tables. */
export interface History<Name extends string> {
  /** {columns} names of the figures of a row, in their order. */
  add(rows: FigureRows, columns: readonly Name[]): void;
  set(asset: AssetId, column: Name, day: Day, value: number | null): void;
  table(asset: AssetId): ColumnTable<Name>;
  /** Figures that two rows tell differently. */
  conflicts(): readonly Conflict[];
}

interface Column {
  firstDay: Day;
  values: Float64Array;
}

interface Span {
  first: Day;
  last: Day;
}

/** Repeated figures are kept once. Where two rows disagree neither is used, and the conflict is told. */
export function createHistory<Name extends string>(): History<Name> {
  const assets = new Map<AssetId, Map<Name, Column>>();
  const tables = new Map<AssetId, ColumnTable<Name>>();
  const conflicts = new Map<string, Conflict>();

  const write = (asset: AssetId, name: Name, column: Column, day: Day, value: number) => {
    const index = day - column.firstDay;
    const known = column.values[index] ?? Number.NaN;
    const key = `${asset} ${name} ${day}`;
    if (Number.isNaN(known)) {
      if (conflicts.size === 0 || !conflicts.has(key)) column.values[index] = value;
    } else if (known !== value) {
      column.values[index] = Number.NaN;
      conflicts.set(key, { asset, column: name, day });
    }
  };

  return {
    add: (rows, columns) => {
      tables.clear();
      const spans = spansOf(rows);
      const targets: Column[] = [];
      for (let row = 0; row < rows.rows; row++) {
        const key = rows.key[row] ?? 0;
        const day = rows.day[row] ?? 0;
        for (let c = 0; c < columns.length; c++) {
          const value = rows.values[row * columns.length + c] ?? Number.NaN;
          const name = columns[c];
          if (Number.isNaN(value) || name === undefined) continue;
          const place = key * columns.length + c;
          const asset = rows.keys[key] ?? "";
          const column = targets[place] ?? room(assets, asset, name, spans[key] ?? { first: day, last: day });
          targets[place] = column;
          write(asset, name, column, day, value);
        }
      }
    },
    set: (asset, name, day, value) => {
      if (value === null) return;
      tables.delete(asset);
      write(asset, name, room(assets, asset, name, { first: day, last: day }), day, value);
    },
    table: (asset) => {
      const known = tables.get(asset) ?? toTable(assets.get(asset));
      tables.set(asset, known);
      return known;
    },
    conflicts: () => [...conflicts.values()],
  };
}

/** First and last day of each key. */
function spansOf({ rows, day, key }: FigureRows): readonly Span[] {
  const spans: Span[] = [];
  for (let row = 0; row < rows; row++) {
    const at = day[row] ?? 0;
    const span = spans[key[row] ?? 0];
    if (span === undefined) spans[key[row] ?? 0] = { first: at, last: at };
    else {
      span.first = Math.min(span.first, at);
      span.last = Math.max(span.last, at);
    }
  }
  return spans;
}

/** The column, made or grown until the span fits in. */
function room<Name extends string>(
  assets: Map<AssetId, Map<Name, Column>>,
  asset: AssetId,
  name: Name,
  { first, last }: Span,
): Column {
  const columns = assets.get(asset) ?? new Map<Name, Column>();
  assets.set(asset, columns);
  const known = columns.get(name);
  if (known === undefined) {
    const column = { firstDay: first, values: new Float64Array(last - first + 1).fill(Number.NaN) };
    columns.set(name, column);
    return column;
  }
  const lastKnown = known.firstDay + known.values.length - 1;
  if (first >= known.firstDay && last <= lastKnown) return known;
  const from = Math.min(first, known.firstDay);
  // Half as much again, so that a column that grows day by day is not copied each time.
  const to = last <= lastKnown ? lastKnown : last + (known.values.length >> 1);
  const values = new Float64Array(to - from + 1).fill(Number.NaN);
  values.set(known.values, known.firstDay - from);
  Object.assign(known, { firstDay: from, values });
  return known;
}

/** Columns of one asset from its first day on. */
function toTable<Name extends string>(columns: ReadonlyMap<Name, Column> = new Map()): ColumnTable<Name> {
  const firstDay = Math.min(...[...columns.values()].map((column) => column.firstDay));
  const padded = [...columns].map(([name, column]) => {
    if (column.firstDay === firstDay) return [name, column.values];
    const values = new Float64Array(column.firstDay - firstDay + column.values.length).fill(Number.NaN);
    values.set(column.values, column.firstDay - firstDay);
    return [name, values];
  });
  return { firstDay: columns.size === 0 ? 0 : firstDay, columns: Object.fromEntries(padded) };
}
