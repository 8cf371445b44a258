import { ASSET_COLUMNS, type AssetColumn, type MacroColumn } from "./columns.ts";
import { MarketEditor } from "./editor.ts";
import type { MonthColumns } from "./months.ts";
import { judgePrices, type PriceEvent, type PriceVerdict } from "./priceRules.ts";
import { renamesUntil } from "./renames.ts";
import type { MarketSnapshot } from "./snapshot.ts";
import type { AssetId } from "./source.ts";
import { type Day, dayFromIso } from "./time.ts";

/** What can be wrong with data. */
export type FindingFamily =
  | "conflict"
  | "delisted"
  | "gap"
  | "redenomination"
  | "renamed"
  | "source"
  | "spike"
  | "stale"
  | "zero";

/** Something wrong with the data and what was done about it. Integers and strings: it goes into records. */
export type Finding = {
  readonly family: FindingFamily;
  readonly asset: AssetId | null; // null = the market as a whole
  readonly firstDay: string; // ISO
  readonly days: number;
  readonly action: "dropped" | "accepted" | "rescaled" | "joined" | "left missing";
  readonly words: string;
};

/** A snapshot without what cannot be trusted, and everything that was found. */
export interface CleanedMarket {
  readonly snapshot: MarketSnapshot;
  readonly findings: readonly Finding[];
}

const PRICES = ["open", "high", "low", "close", "marketCap"] as const satisfies readonly AssetColumn[];
const QUOTES = ["open", "high", "low", "close"] as const satisfies readonly AssetColumn[];
const SUPPLIES = ["listedSupply"] as const satisfies readonly AssetColumn[];
const POSITIVE: readonly AssetColumn[] = [
  ...PRICES,
  "realizedCap",
  "listedRank",
  "listedCap",
  "listedSupply",
  "dilutedCap",
];
const SIGNED: readonly AssetColumn[] = ["fundingRate"];

/** Largest values of the world's shares and moods; the least is zero. */
const BOUNDS = { fearGreed: 100, bitcoinDominance: 1, stableShare: 1 } as const satisfies {
  [name in MacroColumn]?: number;
};
/** Figures of the world that are levels, as prices are. */
const LEVELS: readonly MacroColumn[] = ["dollarIndex", "equities", "technology", "gold", "totalCap"];
/** {rows} of the same close, from the last of which on it is taken for no price. */
const STALE_ROWS = 5;
/** {1} mean move of the market, below which standing still is nothing strange. */
const STILL_MARKET = 0.005;
/** {rows} without a price after which an asset counts as ended. */
const ENDED_ROWS = 7;
/** {1} of the assets with something wrong on one day, above which the source is not believed for that day. */
const MAD_SHARE = 0.2;
const LEAST_ASSETS = 10;
/** {1} moves of the middle asset in one day that no market has made. */
const MAD_RISE = 1.5;
const MAD_FALL = 0.45;
const WILD_MARKET = 0.3;
/** {1} by which a high may lie below the close. */
const ROUNDING = 1e-4;

/**
 * Takes out what cannot be trusted and says so. Each row is judged by the rows up to it: adding later days never changes
 * what became of earlier ones, except for the unit of a redenominated price and the name of a renamed token.
 *
 * @example
 * const { snapshot, findings } = cleanMarket(await captureMarket(view, { assets: "listed", lookbackDays: 400 }));
 */
export function cleanMarket(snapshot: MarketSnapshot): CleanedMarket {
  const editor = new MarketEditor(snapshot);
  const findings: Finding[] = [];
  const say: Say = (family, asset, row, days, action, words) => {
    findings.push({ family, asset, firstDay: editor.dateOf(row), days, action, words });
  };
  const problems = new Int32Array(editor.days);

  tellConflicts(editor, say, problems);
  joinRenamed(editor, snapshot.lastDay, say);
  dropInvalid(editor, say, problems);
  const active = countActive(editor);
  tellGaps(editor, active, say);
  const verdicts = new Map(editor.profiles.map(({ asset }) => [asset, judge(editor, asset)]));
  const hasMadDay = dropMadDays(editor, active, problems, [...verdicts.values()], say);
  for (const { asset } of editor.profiles) {
    const verdict = hasMadDay ? undefined : verdicts.get(asset);
    applyVerdict(editor, asset, verdict ?? judge(editor, asset), say);
  }
  dropStale(editor, say);
  checkWorld(editor, say);

  findings.sort((a, b) => {
    return compare(a.firstDay, b.firstDay) || compare(a.family, b.family) || compare(a.asset ?? "", b.asset ?? "");
  });
  return { snapshot: editor.finish(), findings };
}

/** Findings that reach into the last `days` days: what a decision's record tells. */
export function recentFindings(findings: readonly Finding[], lastDay: Day, days: number): readonly Finding[] {
  return findings.filter((finding) => dayFromIso(finding.firstDay) + finding.days > lastDay - days + 1);
}

type Say = (
  family: FindingFamily,
  asset: AssetId | null,
  row: number,
  days: number,
  action: Finding["action"],
  words: string,
) => void;

function tellConflicts(editor: MarketEditor, say: Say, problems: Int32Array): void {
  for (const { conflicts } of editor.months) {
    for (const { asset, column, day } of conflicts) {
      const row = day - editor.firstDay;
      if (asset !== null) problems[row] = (problems[row] ?? 0) + 1;
      say("conflict", asset, row, 1, "dropped", `two rows tell the ${column} of the day differently; neither is used`);
    }
  }
}

function joinRenamed(editor: MarketEditor, lastDay: Day, say: Say): void {
  for (const { from, to, day } of renamesUntil(lastDay)) {
    const known = new Set(editor.profiles.map(({ asset }) => asset));
    if (!known.has(from) || !known.has(to)) continue;
    editor.join(from, to, ASSET_COLUMNS);
    const row = day - editor.firstDay;
    if (row >= 0) say("renamed", to, row, 1, "joined", `${from} goes on as ${to}: one history`);
  }
}

/** Prices that are zero or less, figures that cannot be negative, highs and lows that do not hold the close. */
function dropInvalid(editor: MarketEditor, say: Say, problems: Int32Array): void {
  const known = new Set(editor.profiles.map(({ asset }) => asset));
  let start = 0;
  for (const { assets, days } of editor.months) {
    for (const [asset, columns] of Object.entries(assets)) {
      if (!known.has(asset)) continue;
      for (const name of Object.keys(columns) as AssetColumn[]) {
        for (const t of invalidRows(columns[name] ?? new Float64Array(), name)) {
          const row = start + t;
          editor.drop(asset, name === "close" ? PRICES : [name], row);
          if (name === "close") problems[row] = (problems[row] ?? 0) + 1;
          say("zero", asset, row, 1, "dropped", `the ${name} of the day is zero or negative`);
        }
      }
      for (const t of brokenRanges(columns)) {
        editor.drop(asset, ["high", "low"], start + t);
        say("zero", asset, start + t, 1, "dropped", "high and low of the day do not hold its open and close");
      }
    }
    start += days;
  }
}

function invalidRows(values: Float64Array, name: AssetColumn): readonly number[] {
  const rows: number[] = [];
  if (SIGNED.includes(name)) return rows;
  const isPositive = POSITIVE.includes(name);
  for (let t = 0; t < values.length; t++) {
    const value = values[t] ?? Number.NaN;
    if (value < 0 || (isPositive && value === 0)) rows.push(t);
  }
  return rows;
}

function brokenRanges({ open, high, low, close }: MonthColumns<AssetColumn>): readonly number[] {
  const rows: number[] = [];
  for (let t = 0; close !== undefined && t < close.length; t++) {
    const last = close[t] ?? Number.NaN;
    const first = open?.[t] ?? Number.NaN;
    if (!(last > 0)) continue;
    const [top, bottom] = first > 0 ? [Math.max(last, first), Math.min(last, first)] : [last, last];
    // Files round open, high, low and close each for itself.
    if ((high?.[t] ?? top) < top * (1 - ROUNDING) || (low?.[t] ?? bottom) > bottom * (1 + ROUNDING)) rows.push(t);
  }
  return rows;
}

/** Assets with a close, by row. */
function countActive(editor: MarketEditor): Int32Array {
  const active = new Int32Array(editor.days);
  for (const { asset } of editor.profiles) {
    editor.column(asset, "close")?.forEach((value, t) => {
      if (!Number.isNaN(value)) active[t] = (active[t] ?? 0) + 1;
    });
  }
  return active;
}

function tellGaps(editor: MarketEditor, active: Int32Array, say: Say): void {
  const lastRow = active.findLastIndex((count) => count > 0);
  for (const { asset } of editor.profiles) {
    const close = editor.column(asset, "close");
    const first = close?.findIndex((value) => !Number.isNaN(value)) ?? -1;
    if (close === undefined || first < 0) continue;
    let last = first;
    for (let t = first + 1; t < editor.days; t++) {
      if (Number.isNaN(close[t])) continue;
      if (t - last > 1) say("gap", asset, last + 1, t - last - 1, "left missing", "no price on these days");
      last = t;
    }
    if (lastRow - last > ENDED_ROWS) {
      say("delisted", asset, last + 1, lastRow - last, "left missing", "no price since, while others go on: it ended");
    } else if (lastRow > last) say("gap", asset, last + 1, lastRow - last, "left missing", "no price on the last days");
  }
}

/** Days on which so much is wrong at once that the fault is the source's: nothing that it says of prices is used. */
function dropMadDays(
  editor: MarketEditor,
  active: Int32Array,
  problems: Int32Array,
  verdicts: readonly PriceVerdict[],
  say: Say,
): boolean {
  for (const { doubtfulPrices } of verdicts) {
    for (const row of doubtfulPrices) problems[row] = (problems[row] ?? 0) + 1;
  }
  const market = meanMoves(editor);
  let hasMadDay = false;
  for (let row = 0; row < editor.days; row++) {
    const rows = Math.max(active[row] ?? 0, problems[row] ?? 0);
    if (rows < LEAST_ASSETS) continue;
    const isMad = (problems[row] ?? 0) > MAD_SHARE * rows;
    // The middle move is only worth sorting for on a wild day.
    const middle = (market[row] ?? 0) > WILD_MARKET ? middleMove(editor, row) : 1;
    if (!isMad && middle < MAD_RISE && middle > MAD_FALL) continue;
    for (const { asset } of editor.profiles) editor.drop(asset, PRICES, row);
    const what = isMad
      ? `${problems[row]} of ${rows} prices of the day are doubtful`
      : `the middle one of ${rows} prices moved to ${Math.round(100 * middle)}% of the day before's`;
    say("source", null, row, 1, "dropped", `${what}; no price of the day is used`);
    hasMadDay = true;
  }
  return hasMadDay;
}

function middleMove(editor: MarketEditor, row: number): number {
  const moves = editor.profiles.flatMap(({ asset, sector }) => {
    const close = sector === "stable" ? undefined : editor.column(asset, "close");
    const move = (close?.[row] ?? Number.NaN) / (close?.[row - 1] ?? Number.NaN);
    return Number.isNaN(move) ? [] : [move];
  });
  return moves.length < LEAST_ASSETS ? 1 : (moves.sort((a, b) => a - b)[moves.length >> 1] ?? 1);
}

function judge(editor: MarketEditor, asset: AssetId): PriceVerdict {
  const close = editor.column(asset, "close") ?? new Float64Array();
  const marketCap = editor.column(asset, "marketCap");
  return judgePrices({ close, marketCap, listedSupply: editor.column(asset, "listedSupply") });
}

function applyVerdict(editor: MarketEditor, asset: AssetId, first: PriceVerdict, say: Say): void {
  let verdict = first;
  // In its new unit the history is judged again.
  for (let tries = 0; tries < 5; tries++) {
    const change = verdict.events.find(({ kind }) => kind === "redenomination");
    if (change === undefined) break;
    editor.scaleBefore(asset, QUOTES, change.row, change.factor);
    editor.scaleBefore(asset, SUPPLIES, change.row, 1 / change.factor);
    const unit =
      change.factor > 1
        ? `${Math.round(change.factor)} old for 1 new`
        : `1 old for ${Math.round(1 / change.factor)} new`;
    say("redenomination", asset, change.row, 1, "rescaled", `new unit, ${unit}: earlier prices are told in it`);
    verdict = judge(editor, asset);
  }
  for (const row of verdict.doubtfulPrices) editor.drop(asset, PRICES, row);
  for (const row of verdict.doubtfulCaps) editor.drop(asset, ["marketCap"], row);
  for (const event of verdict.events) tellEvent(asset, event, say);
}

function tellEvent(asset: AssetId, { kind, row, rows, factor }: PriceEvent, say: Say): void {
  const percent = `${Math.round(100 * factor)}% of the last one`;
  if (kind === "spike") say("spike", asset, row, rows, "dropped", `the price was ${percent} and came back`);
  if (kind === "pending") say("spike", asset, row, rows, "dropped", `the price is ${percent}: not used until it holds`);
  if (kind === "jump") say("spike", asset, row, rows, "accepted", `the price was ${percent} and held: used again`);
  if (kind === "supply")
    say("spike", asset, row, rows, "dropped", `the supply behind the capitalisation was ${percent}`);
}

/** A close that stands still while the market moves is no price any more. */
function dropStale(editor: MarketEditor, say: Say): void {
  const market = meanMoves(editor);
  for (const { asset, sector } of editor.profiles) {
    const close = editor.column(asset, "close");
    if (close === undefined || sector === "stable") continue;
    const original = close.slice();
    let run = 1;
    let dropped = 0;
    for (let t = 1; t <= original.length; t++) {
      if (t < original.length && original[t] === original[t - 1]) run += 1;
      else {
        if (dropped > 0) say("stale", asset, t - dropped, dropped, "dropped", "the same close while the market moved");
        run = 1;
        dropped = 0;
      }
      if (run < STALE_ROWS || (market[t] ?? 0) < STILL_MARKET) continue;
      editor.drop(asset, PRICES, t);
      dropped += 1;
    }
  }
}

/** Figures of the world are judged as prices are; shares and moods by their bounds. */
function checkWorld(editor: MarketEditor, say: Say): void {
  for (const [name, bound] of Object.entries(BOUNDS) as [MacroColumn, number][]) {
    const values = editor.macro(name);
    const rows = [...values.keys()].filter((row) => (values[row] ?? 0) < 0 || (values[row] ?? 0) > bound);
    if (rows.length > 0) editor.dropMacro(name, rows);
    for (const row of rows) say("zero", null, row, 1, "dropped", `the ${name} of the day is out of its bounds`);
  }
  for (const name of LEVELS) {
    const values = editor.macro(name);
    const rows = [...values.keys()].filter((row) => (values[row] ?? 1) <= 0);
    if (rows.length > 0) editor.dropMacro(name, rows);
    for (const row of rows) say("zero", null, row, 1, "dropped", `the ${name} of the day is zero or negative`);
    const verdict = judgePrices({ close: editor.macro(name), marketCap: undefined, listedSupply: undefined });
    if (verdict.doubtfulPrices.length === 0) continue;
    editor.dropMacro(name, verdict.doubtfulPrices);
    for (const { row, rows: days, factor } of verdict.events) {
      say("spike", null, row, days, "dropped", `the ${name} was ${Math.round(100 * factor)}% of the last one`);
    }
  }
}

/** {1} mean absolute move of the assets that are not stable, by row. */
function meanMoves(editor: MarketEditor): Float64Array {
  const sum = new Float64Array(editor.days);
  const count = new Int32Array(editor.days);
  for (const { asset, sector } of editor.profiles) {
    const close = editor.column(asset, "close");
    if (close === undefined || sector === "stable") continue;
    for (let t = 1; t < close.length; t++) {
      const move = Math.abs((close[t] ?? Number.NaN) / (close[t - 1] ?? Number.NaN) - 1);
      if (Number.isNaN(move)) continue;
      sum[t] = (sum[t] ?? 0) + Math.min(move, 1);
      count[t] = (count[t] ?? 0) + 1;
    }
  }
  return sum.map((value, t) => ((count[t] ?? 0) < 3 ? 0 : value / (count[t] ?? 1)));
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
