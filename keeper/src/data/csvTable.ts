import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { parse } from "csv-parse/sync";
import { DataFolderError } from "../errors.ts";
import { type Day, dayFromIso } from "./time.ts";

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
/** Powers of ten that a double holds exactly: up to here one division rounds as the language reads the text. */
const POWERS = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
const LARGEST_EXACT = 900_719_925_474_099;

/** One file of a folder, unpacked. */
export interface CsvTable {
  readonly path: string;
  readonly columns: readonly string[];
  readonly content: Buffer;
}

/** Rows of figures, in the order of the file. */
export interface FigureRows {
  readonly rows: number;
  readonly day: Int32Array;
  readonly key: Int32Array; // index into `keys`
  readonly keys: readonly string[];
  readonly values: Float64Array; // row-major rows x columns; NaN = missing
}

/** Names of the files of one kind, such as daily_public.csv.gz and daily_2025.csv: together they are one history. */
export function splitsOf(folder: string, kind: string): readonly string[] {
  const pattern = new RegExp(`^${kind}_[^.]+\\.csv(\\.gz)?$`);
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => pattern.test(name))
        .sort()
    : [];
}

/** Every split of a kind. Fails if there is none and it is needed. */
export async function readSplits(
  folder: string,
  kind: string,
  { needed, columns }: { readonly needed: boolean; readonly columns: readonly string[] },
): Promise<readonly CsvTable[]> {
  const names = splitsOf(folder, kind);
  if (names.length === 0 && needed) {
    throw new DataFolderError(
      `No ${kind}_<split>.csv.gz in the data folder. Point --data or GIMBAL_DATA at a folder that has it.`,
      { folder },
    );
  }
  return Promise.all(names.map((name) => readTable(join(folder, name), columns)));
}

async function readTable(path: string, needed: readonly string[]): Promise<CsvTable> {
  const stored = await readFile(path);
  const content = path.endsWith(".gz")
    ? await promisify(gunzip)(stored).catch((cause: unknown) => {
        throw new DataFolderError("A data file cannot be unpacked. Fetch it again.", { path }, { cause });
      })
    : stored;
  const end = content.indexOf(NEWLINE);
  const header = content.toString("utf8", 0, end < 0 ? content.length : end).replace(/^\uFEFF/, "");
  const columns = header.trimEnd().split(",");
  const missing = needed.filter((column) => !columns.includes(column));
  if (missing.length > 0) throw new DataFolderError(`A data file lacks columns: ${missing.join(", ")}.`, { path });
  return { path, columns, content };
}

/** Rows of a table with text in it, one record a row. */
export function textRows(table: CsvTable): readonly Readonly<Record<string, string | undefined>>[] {
  try {
    return parse(table.content, { columns: true, skip_empty_lines: true, bom: true });
  } catch (cause) {
    throw new DataFolderError("A data file is not valid CSV. Fetch it again.", { path: table.path }, { cause });
  }
}

/** Day of a row. */
export function rowDay(table: CsvTable, date: string | undefined): Day {
  const day = date !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(date) ? dayFromIso(date) : Number.NaN;
  if (Number.isNaN(day))
    throw new DataFolderError("A row has no ISO date.", { path: table.path, date: date ?? "(none)" });
  return day;
}

/** Parses a table of `date`, a key column (null = none) and figures. A column that the file lacks is missing. */
export function figureRows(table: CsvTable, keyColumn: string | null, figures: readonly string[]): FigureRows {
  const content = table.content.includes(QUOTE) ? withoutQuotes(table) : table.content;
  const places = placesOf(table, keyColumn, figures);
  const capacity = countLines(content);
  const day = new Int32Array(capacity);
  const key = new Int32Array(capacity);
  const values = new Float64Array(capacity * figures.length).fill(Number.NaN);
  const keys = new Map<string, number>([["", 0]]);
  const days = new Map<string, Day>();

  let rows = 0;
  for (let at = content.indexOf(NEWLINE) + 1; at > 0 && at < content.length; ) {
    let isBlank = true;
    let isDated = false;
    for (let column = 0; ; column++) {
      const start = at;
      while (at < content.length && content[at] !== COMMA && content[at] !== NEWLINE) at++;
      const end = content[at - 1] === RETURN && at > start ? at - 1 : at;
      if (end > start) isBlank = false;
      const place = places[column] ?? -1;
      if (place >= 0) values[rows * figures.length + place] = readNumber(content, start, end);
      else if (place === DATE_PLACE && end > start) {
        const date = content.toString("latin1", start, end);
        const known = days.get(date) ?? rowDay(table, date);
        days.set(date, known);
        day[rows] = known;
        isDated = true;
      } else if (place === KEY_PLACE) key[rows] = indexOf(keys, content.toString("utf8", start, end));
      if (at >= content.length || content[at] === NEWLINE) break;
      at++;
    }
    at++;
    if (isBlank) continue;
    if (!isDated) rowDay(table, undefined);
    rows++;
  }
  return { rows, day, key, keys: [...keys.keys()], values };
}

const DATE_PLACE = -2;
const KEY_PLACE = -3;

function placesOf(table: CsvTable, keyColumn: string | null, figures: readonly string[]): readonly number[] {
  return table.columns.map((name) => {
    if (name === "date") return DATE_PLACE;
    return name === keyColumn ? KEY_PLACE : figures.indexOf(name);
  });
}

function indexOf(keys: Map<string, number>, name: string): number {
  const known = keys.get(name);
  if (known !== undefined) return known;
  keys.set(name, keys.size);
  return keys.size - 1;
}

function countLines(content: Buffer): number {
  let lines = 1;
  for (let at = content.indexOf(NEWLINE); at >= 0; at = content.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}

/** Rare enough to be slow about: the same table with plain cells. */
function withoutQuotes(table: CsvTable): Buffer {
  const rows: readonly (readonly string[])[] = parse(table.content, { bom: true, relax_column_count: true });
  return Buffer.from(rows.map((cells) => cells.map((cell) => cell.replaceAll(/[,\n]/g, " ")).join(",")).join("\n"));
}

/** The double nearest to a decimal text, as `Number` reads it; NaN for anything else, such as an empty cell. */
export function readNumber(content: Buffer, start: number, end: number): number {
  let at = start;
  const isNegative = content[at] === MINUS;
  if (isNegative) at++;
  let digits = 0;
  let count = 0;
  let scale = -1;
  for (; at < end; at++) {
    const digit = (content[at] ?? 0) - ZERO;
    if (digit >= 0 && digit <= 9) {
      digits = digits * 10 + digit;
      count++;
      if (scale >= 0) scale++;
    } else if (content[at] === POINT && scale < 0) scale = 0;
    else break;
  }
  if (at < end || count === 0 || digits > LARGEST_EXACT || scale > 22) {
    const text = content.toString("latin1", start, end).trim();
    const value = text === "" ? Number.NaN : Number(text);
    return Number.isFinite(value) ? value : Number.NaN;
  }
  const value = scale > 0 ? digits / (POWERS[scale] ?? 1) : digits;
  return isNegative && value !== 0 ? -value : value;
}
