import { columnOf, columnsOf, decode, type Spec } from "./decode.ts";
import { HistoryBehindError, HistoryCursorError, HistoryUnavailableError } from "./errors.ts";
import type { At, EventsOf, Head, Page, PageOf } from "./history.ts";
import { IndexSql, type SqlRow } from "./sql.ts";

export type Value = string | number | boolean;
/** A condition with ? for each of its values. */
export type Condition = readonly [sql: string, ...values: Value[]];

/** What a list is read from: a table or a subselect, its order and its conditions. */
export type ListOf<Row> = {
  readonly from: string;
  readonly spec: Spec<Row>;
  /** Fields whose values are unique together, in the order of the chain. */
  readonly key: readonly (keyof Row & string)[];
  readonly where?: readonly (Condition | undefined)[];
  /** Largest first whatever the page asks for. */
  readonly isDescending?: boolean;
};

const MOST = 1_000;
const FRESH = 200; // {ms} that a head is not asked for again
const KEPT = 5_000; // answers in the cache
const KEPT_ROWS = 200_000; // rows in them

/** Reads the index: numbers parameters, pages by key, and keeps answers until the next block is indexed. */
export class IndexReader {
  readonly #sql: IndexSql;
  readonly #chainId: number;
  #head: { readonly at: number; readonly value: Promise<Head> } | undefined;
  #revision = "";
  readonly #answers = new Map<string, Promise<readonly SqlRow[]>>();
  readonly #mostRows: number;
  #rows = 0; // in the answers that are kept

  constructor(url: string, chainId: number, mostRows = KEPT_ROWS) {
    this.#sql = new IndexSql(url);
    this.#chainId = chainId;
    this.#mostRows = mostRows;
  }

  /** Newest indexed block. Asked at most five times a second. */
  head(): Promise<Head> {
    const now = performance.now();
    if (this.#head !== undefined && now - this.#head.at < FRESH) return this.#head.value;
    const value = this.#askHead();
    this.#head = { at: now, value };
    value.catch(() => {
      this.#head = undefined;
    });
    return value;
  }

  async #askHead(): Promise<Head> {
    const [status, isReady] = await Promise.all([this.#sql.status(), this.#sql.isReady()]);
    const chain = Object.values(status).find(({ id }) => id === this.#chainId);
    if (chain === undefined) throw new HistoryUnavailableError(`it knows nothing of chain ${this.#chainId}`);
    if (!isReady) throw new HistoryUnavailableError(`it is still reading the past, at block ${chain.block.number}`);
    const revision = `${chain.block.number}:${chain.block.timestamp}`;
    if (revision !== this.#revision) this.#forget();
    this.#revision = revision;
    return { chainId: chain.id, block: chain.block.number, time: chain.block.timestamp };
  }

  /** Conditions of an "as of"; none when it asks for the newest. */
  async until(at: At = {}): Promise<Condition[]> {
    const { asOfBlock, asOf } = at;
    if (asOfBlock === undefined && asOf === undefined) return [];
    const { block, time } = await this.head();
    if (asOfBlock !== undefined && asOfBlock > block) throw new HistoryBehindError(`block ${asOfBlock}`, block, time);
    if (asOf !== undefined && asOf > time) throw new HistoryBehindError(`the time ${asOf} s`, block, time);
    return [
      ...(asOfBlock === undefined ? [] : [['"block" <= ?', asOfBlock] as const]),
      ...(asOf === undefined ? [] : [['"time" <= ?', asOf] as const]),
    ];
  }

  /** Rows of a statement with ? for its values. */
  async query(text: string, values: readonly Value[] = []): Promise<readonly SqlRow[]> {
    await this.head();
    let count = 0;
    const sql = text.replace(/\?/g, () => `$${++count}`);
    const key = `${sql}\n${JSON.stringify(values)}`;
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = this.#sql.rows(sql, values);
    if (this.#answers.size >= KEPT) this.#forget();
    this.#answers.set(key, answer);
    answer.then(
      ({ length }) => {
        if (this.#answers.get(key) !== answer) return;
        this.#rows += length;
        if (this.#rows > this.#mostRows) this.#forget();
      },
      () => this.#answers.delete(key),
    );
    return answer;
  }

  #forget(): void {
    this.#answers.clear();
    this.#rows = 0;
  }

  /** All rows that meet the conditions, in `order`. */
  async all<Row>(
    from: string,
    spec: Spec<Row>,
    where: readonly (Condition | undefined)[] = [],
    order = "",
  ): Promise<Row[]> {
    const conditions = where.filter((item) => item !== undefined);
    const filter = conditions.length === 0 ? "" : ` where ${conditions.map(([sql]) => `(${sql})`).join(" and ")}`;
    const text = `select ${columnsOf(spec)} from ${from}${filter}${order === "" ? "" : ` ${order}`}`;
    const found = await this.query(
      text,
      conditions.flatMap(([, ...values]) => values),
    );
    return found.map((row) => decode(spec, row));
  }

  /** The first such row, or null. */
  async one<Row>(from: string, spec: Spec<Row>, where: readonly (Condition | undefined)[], order = "") {
    const [row] = await this.all(from, spec, where, `${order} limit 1`.trim());
    return row ?? null;
  }

  /** One page of a list. */
  async page<Row extends object>(
    { from, spec, key, where = [], isDescending }: ListOf<Row>,
    page: PageOf = {},
  ): Promise<Page<Row>> {
    const { limit = 100, cursor, order = "newest" } = page;
    const size = Math.min(Math.max(1, Math.trunc(limit)), MOST);
    const isDown = isDescending ?? order === "newest";
    const columns = key.map(columnOf);
    const after: Condition[] = [];
    if (cursor !== undefined) {
      const marks = key.map(() => "?").join(", ");
      after.push([`(${columns.join(", ")}) ${isDown ? "<" : ">"} (${marks})`, ...readCursor(cursor, key.length)]);
    }
    const direction = isDown ? "desc" : "asc";
    const sorted = `order by ${columns.map((column) => `${column} ${direction}`).join(", ")} limit ${size + 1}`;
    const found = await this.all(from, spec, [...where, ...after], sorted);
    const rows = found.slice(0, size);
    const last = rows.at(-1);
    const next = found.length > size && last !== undefined ? writeCursor(key.map((field) => last[field])) : null;
    return { rows, next };
  }

  /** One page of rows of events. */
  async events<Row extends { readonly id: number }>(
    from: string,
    spec: Spec<Row>,
    page: EventsOf = {},
    where: readonly (Condition | undefined)[] = [],
  ): Promise<Page<Row>> {
    const after: Condition[] = page.afterId === undefined ? [] : [["id > ?", page.afterId]];
    return this.page({ from, spec, key: ["id"], where: [...(await this.until(page)), ...after, ...where] }, page);
  }
}

/** `column` is this value; nothing is asked when the value is left out. Addresses are kept in lower case. */
export function equals(column: string, value: Value | bigint | undefined): Condition | undefined {
  if (value === undefined) return undefined;
  return [`"${column}" = ?`, typeof value === "number" ? value : String(value).toLowerCase()];
}

/** One of these columns is this address. */
export function either(columns: readonly string[], value: string | undefined): Condition | undefined {
  if (value === undefined) return undefined;
  return [columns.map((column) => `"${column}" = ?`).join(" or "), ...columns.map(() => value.toLowerCase())];
}

function writeCursor(values: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(values.map((value) => String(value).toLowerCase()))).toString("base64url");
}

function readCursor(cursor: string, length: number): string[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    const isOurs = Array.isArray(values) && values.length === length;
    if (isOurs && values.every((value) => typeof value === "string" && /^[0-9a-fx]+$/.test(value))) return values;
  } catch {
    // Not even JSON: answered below, with every other cursor that is not ours.
  }
  throw new HistoryCursorError();
}
