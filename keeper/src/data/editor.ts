import type { AssetColumn, MacroColumn } from "./columns.ts";
import type { MonthBlock, MonthColumns } from "./months.ts";
import type { AssetProfile, MarketSnapshot } from "./snapshot.ts";
import type { AssetId } from "./source.ts";
import { classify } from "./taxonomy.ts";
import { type Day, isoFromDay } from "./time.ts";

type Columns = Map<AssetColumn, Float64Array>;

/** A snapshot under correction. Rows are counted from its first day; what is not touched stays the same object. */
export class MarketEditor {
  readonly firstDay: Day;
  readonly days: number;
  readonly months: readonly MonthBlock[];
  #profiles: readonly AssetProfile[];
  readonly #snapshot: MarketSnapshot;
  readonly #starts: readonly number[];
  readonly #joined = new Map<AssetId, Columns>();
  readonly #touched = new Set<AssetId>();
  readonly #removed = new Set<AssetId>();
  readonly #world = new Map<MacroColumn, Float64Array>();

  constructor(snapshot: MarketSnapshot) {
    this.#snapshot = snapshot;
    this.#profiles = snapshot.profiles;
    this.months = snapshot.months;
    this.firstDay = snapshot.months[0]?.firstDay ?? snapshot.lastDay;
    let start = 0;
    this.#starts = snapshot.months.map(({ days }) => {
      start += days;
      return start - days;
    });
    this.days = start;
  }

  get profiles(): readonly AssetProfile[] {
    return this.#profiles;
  }

  dateOf(row: number): string {
    return isoFromDay(this.firstDay + row);
  }

  /** {rows} of a column; undefined if it has no value. Not to be written to. */
  column(asset: AssetId, name: AssetColumn): Float64Array | undefined {
    const columns = this.#columns(asset);
    const known = columns.get(name);
    if (known !== undefined) return known;
    let joined: Float64Array | undefined;
    this.months.forEach(({ assets }, m) => {
      const values = assets[asset]?.[name];
      if (values === undefined) return;
      joined ??= new Float64Array(this.days).fill(Number.NaN);
      joined.set(values, this.#starts[m]);
    });
    if (joined !== undefined) columns.set(name, joined);
    return joined;
  }

  /** {rows} of a figure of the world, NaN = missing. Not to be written to. */
  macro(name: MacroColumn): Float64Array {
    const values = this.#world.get(name)?.slice() ?? new Float64Array(this.days).fill(Number.NaN);
    if (this.#world.has(name)) return values;
    this.months.forEach(({ macro }, m) => {
      values.set(macro[name] ?? [], this.#starts[m]);
    });
    return values;
  }

  /** Makes a figure of the world missing in some rows. */
  dropMacro(name: MacroColumn, rows: readonly number[]): void {
    const values = this.macro(name);
    for (const row of rows) values[row] = Number.NaN;
    this.#world.set(name, values);
  }

  /** Makes figures of one row missing. */
  drop(asset: AssetId, names: readonly AssetColumn[], row: number): void {
    for (const name of names) {
      const values = this.column(asset, name);
      if (values === undefined || Number.isNaN(values[row])) continue;
      values[row] = Number.NaN;
      this.#touched.add(asset);
    }
  }

  /** Multiplies the figures of the rows before `row`. */
  scaleBefore(asset: AssetId, names: readonly AssetColumn[], row: number, factor: number): void {
    for (const name of names) {
      const values = this.column(asset, name);
      if (values === undefined) continue;
      for (let t = 0; t < row; t++) values[t] = (values[t] ?? Number.NaN) * factor;
      this.#touched.add(asset);
    }
  }

  /**
   * Gives the rows of `from` to `to` wherever `to` has none, and takes `from` out. Until a listing has the new name, what the
   * newest one said of the old name counts.
   */
  join(from: AssetId, to: AssetId, names: readonly AssetColumn[]): void {
    const own = this.#columns(to);
    for (const name of names) {
      const older = this.column(from, name);
      const newer = this.column(to, name);
      if (older === undefined) continue;
      own.set(name, newer === undefined ? older.slice() : newer.map((v, t) => (Number.isNaN(v) ? (older[t] ?? v) : v)));
    }
    this.#touched.add(to);
    this.#removed.add(from);
    const older = this.#profiles.find(({ asset }) => asset === from);
    this.#profiles = this.#profiles
      .filter(({ asset }) => asset !== from)
      .map((own) =>
        own.asset === to && own.category === "unlisted" && older !== undefined ? inherit(own, older) : own,
      );
  }

  finish(): MarketSnapshot {
    if (this.#touched.size + this.#removed.size + this.#world.size === 0) return this.#snapshot;
    const months = this.months.map((block, m) => {
      const assets: Record<AssetId, MonthColumns<AssetColumn>> = { ...block.assets };
      for (const asset of this.#touched) assets[asset] = this.#cut(asset, block, m);
      for (const asset of this.#removed) delete assets[asset];
      const macro = { ...block.macro };
      const start = this.#starts[m] ?? 0;
      for (const [name, values] of this.#world) {
        if (macro[name] !== undefined) Object.assign(macro, { [name]: values.slice(start, start + block.days) });
      }
      return { ...block, assets, macro };
    });
    return { ...this.#snapshot, profiles: this.#profiles, months };
  }

  #columns(asset: AssetId): Columns {
    const known = this.#joined.get(asset) ?? new Map();
    this.#joined.set(asset, known);
    return known;
  }

  #cut(asset: AssetId, block: MonthBlock, m: number): MonthColumns<AssetColumn> {
    const start = this.#starts[m] ?? 0;
    const cut: { [name in AssetColumn]?: Float64Array } = { ...block.assets[asset] };
    for (const [name, values] of this.#columns(asset)) {
      const rows = values.slice(start, start + block.days);
      if (rows.some((value) => !Number.isNaN(value))) cut[name] = rows;
      else delete cut[name];
    }
    return cut;
  }
}

function inherit({ asset }: AssetProfile, older: AssetProfile): AssetProfile {
  return { ...older, asset, ...classify(asset, older.category) };
}
