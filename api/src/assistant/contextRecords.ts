// The assistant's records, read from the index, the keeper's journal and the chain. Reads only.
import { type Address, formatUnits, getAddress } from "viem";
import { type Period, slotAt, slotOf, WEEKDAYS } from "../../../keeper/src/schedule/calendar.ts";
import { ALIASES } from "../../../keeper/src/sentiment/aliases.ts";
import { yearlyFee } from "../../../sdk/src/index.ts";
import type { ApiContext } from "../context.ts";
import type { HoldingRow, NavDayRow, RebalanceRow, TokenRow, VaultRow } from "../history/rows.ts";
import { UnavailableError, UnprocessableError } from "../http/problem.ts";
import { askKeeper } from "../keeperPage.ts";
import { accountRecords } from "./accountRecords.ts";
import type { DaySpan } from "./dates.ts";
import type { FeeFacts, HoldingFacts, IndexEntry, Range, Records, Sum } from "./records.ts";

const DAY = 86_400;
/** Decisions whose names of tokens are known. */
const NEWEST = 50;
/** Rows of one look into the index. */
const PAGE = 1_000;
/** Most indices that are searched for a name. */
const MOST_INDICES = 10_000;
const NAV_UNIT = "USD";
/** {days} of a performance when the question names none. */
const USUAL_DAYS = 30;

/** Price of a coin at the end of a day {USD}; null: not on record. */
export type Closes = (symbol: string, day: number) => Promise<number | null>;

/** Closes as the newest graded decision knew them; null where it knew none. */
export function marketCloses({ market }: Pick<ApiContext, "market">): Closes {
  return async (coin, day) => {
    try {
      const panel = await market.panel(await market.at({}), [coin], ["close"]);
      const asset = panel.assets.indexOf(coin);
      const value = asset < 0 ? undefined : panel.column("close", asset)[day - panel.firstDay];
      return value !== undefined && Number.isFinite(value) && value > 0 ? value : null;
    } catch (error) {
      // Nothing was graded yet: the index's own figures are still there to be told.
      if (error instanceof UnprocessableError) return null;
      throw error;
    }
  };
}

/** The records over a context. `closes`: of the benchmarks. */
export function contextRecords(context: ApiContext, closes: Closes): Records {
  const { history } = context;
  let kept: { block: number; indices: Promise<readonly IndexEntry[]> } | null = null;
  return {
    newest: async () => {
      const { time, block } = await history.head();
      return { time, block };
    },
    indices: async () => {
      const { block } = await history.head();
      if (kept?.block !== block) {
        const indices = readIndices(context);
        kept = { block, indices };
        indices.catch(() => {
          kept = null;
        });
      }
      return kept.indices;
    },
    tokens: async () => {
      const listed = (await history.tokens()).map(({ address, symbol }) => named(address, symbol));
      const symbols = new Map(listed.map(({ address, symbol }) => [address, symbol]));
      const decided = await decidedNames(context);
      return [...listed, ...decided.filter(({ address, symbol }) => symbols.get(address) !== symbol)];
    },
    decisions: (index, range) => readDecisions(context, index, range),
    fills: (index, range) => readFills(context, index, range),
    holdings: (index) => readHoldings(context, index),
    performance: (index, span) => readPerformance(context, closes, index, span),
    fees: async (index) => {
      const vault = await history.vault(index);
      return vault === null ? noIndex : { fees: feesOf(vault) };
    },
    next: (index) => readNext(context, index),
    ...accountRecords(context),
  };
}

const noIndex = { missing: "The records hold no such index." };

/** What the best-known tokens are called. */
const NAMES = new Map(
  ALIASES.flatMap(({ asset, names: [name] }) => (name === undefined ? [] : [[asset, name] as const])),
);

const named = (address: Address, symbol: string | null) => ({
  address,
  symbol: symbol ?? `${address.slice(0, 6)}...${address.slice(-4)}`,
  name: symbol === null ? address : (NAMES.get(symbol) ?? symbol),
});

/** Tokens under the names that decisions call them by, which the chain may spell otherwise. */
async function decidedNames({ decisions }: ApiContext): Promise<readonly ReturnType<typeof named>[]> {
  try {
    const newest = await decisions.list({}, NEWEST, null);
    const names = newest.flatMap(({ record }) =>
      record.assets.map(({ token, asset }) => named(getAddress(token), asset)),
    );
    return [...new Map(names.map((item) => [`${item.address}/${item.symbol}`, item])).values()];
  } catch (error) {
    // Without the journal the chain's own names have to do.
    if (error instanceof UnavailableError) return [];
    throw error;
  }
}

async function readIndices({ history }: ApiContext): Promise<readonly IndexEntry[]> {
  const found: IndexEntry[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof history.vaults>> = await history.vaults({
      limit: PAGE,
      order: "oldest",
      ...(cursor === null ? {} : { cursor }),
    });
    found.push(...page.rows.map(({ address, name, symbol }) => ({ address: getAddress(address), name, symbol })));
    cursor = page.next;
  } while (cursor !== null && found.length < MOST_INDICES);
  return found;
}

const startOf = (span: DaySpan | null): number => (span === null ? 0 : span.from * DAY);
const endOf = (span: DaySpan | null): number => (span === null ? Number.MAX_SAFE_INTEGER : (span.to + 1) * DAY - 1);

async function readDecisions({ decisions, history }: ApiContext, index: Address, { span, limit }: Range) {
  const until = span === null ? {} : { until: endOf(span) };
  const found = await decisions.list({ vault: index, ...until }, limit, null);
  const inside = found.filter(({ record }) => record.asOf >= startOf(span));
  const proposals = inside.filter(({ record }) => record.action === "propose");
  if (proposals.length === 0) return inside.map((item) => ({ ...item, transaction: null }));
  const rows = await history.rebalances({ vault: index, limit: PAGE });
  const sent = new Map(rows.rows.map(({ decisionHash, transaction }) => [decisionHash.toLowerCase(), transaction]));
  return inside.map((item) => ({ ...item, transaction: sent.get(item.hash.toLowerCase()) ?? null }));
}

async function readFills({ history }: ApiContext, index: Address, { span, limit }: Range) {
  const [{ time }, tokens] = await Promise.all([history.head(), history.tokens()]);
  const { rows } = await history.fills({ vault: index, limit, asOf: Math.min(endOf(span), time) });
  const byAddress = new Map(tokens.map((token) => [token.address, token]));
  return rows
    .filter((row) => row.time >= startOf(span))
    .map(({ time: at, transaction, sellToken, buyToken, sold, paid }) => ({
      time: at,
      transaction,
      sold: tokenSum(byAddress.get(sellToken), sellToken, sold),
      bought: tokenSum(byAddress.get(buyToken), buyToken, paid),
    }));
}

/** Raw units when a token's decimals are not known: never a guess. */
export function tokenSum(token: TokenRow | undefined, address: Address, raw: bigint): Sum {
  if (token === undefined) return { amount: String(raw), unit: `raw units of ${address}` };
  return { amount: cut(formatUnits(raw, token.decimals), 6), unit: named(address, token.symbol).symbol };
}

/** {USD} from D18, cut to cents. */
const dollars = (value: bigint): Sum => ({ amount: cut(formatUnits(value, 18), 2), unit: NAV_UNIT });

/** A decimal text with at most so many digits behind the point; a sum too small for them keeps all. */
export function cut(decimal: string, digits: number): string {
  const [whole = "0", part = ""] = decimal.split(".");
  const short = part.slice(0, digits).replace(/0+$/, "");
  if (whole.replace("-", "") === "0" && short === "" && /[1-9]/.test(part)) return decimal;
  return short === "" ? whole : `${whole}.${short}`;
}

async function readHoldings({ history }: ApiContext, index: Address) {
  const [row, rebalances] = await Promise.all([
    history.holdings(index),
    history.rebalances({ vault: index, limit: 1 }),
  ]);
  if (row === null) return { missing: "The records hold no snapshot of this index yet." };
  const nav = row.nav.unpriced.length === 0 ? dollars(row.nav.total) : null;
  return { holdings: row.holdings.map((holding) => holdingOf(holding, rebalances.rows[0])), nav };
}

function holdingOf(row: HoldingRow, rebalance: RebalanceRow | undefined): HoldingFacts {
  const target = rebalance?.weightsTarget.find(({ token }) => token === row.address);
  return {
    symbol: named(row.address, row.symbol).symbol,
    token: row.address,
    weightBps: row.weightBps,
    targetBps: target?.weightBps ?? null,
    amount: tokenSum(row, row.address, row.amount),
    value: row.value === null ? null : dollars(row.value),
  };
}

const BENCHMARKS = ["BTC", "ETH"];
/** {days} before the newest that are looked at for a close of the benchmark: today's is known tomorrow. */
const LATE = 3;

/** The newest day that the benchmark has a close of too, so that both figures are of the same days; else the newest. */
async function lastCompared(closes: Closes, rows: readonly NavDayRow[]): Promise<NavDayRow | undefined> {
  for (const row of rows.slice(1).slice(-LATE).reverse()) {
    if ((await closes("BTC", row.day)) !== null) return row;
  }
  return rows.at(-1);
}

async function readPerformance({ history }: ApiContext, closes: Closes, index: Address, asked: DaySpan | null) {
  const { time } = await history.head();
  const today = Math.floor(time / DAY);
  const span = asked ?? { from: today - USUAL_DAYS, to: today };
  const days = await history.navDays(index, { from: span.from, to: span.to, order: "oldest", limit: PAGE });
  const first = days.rows[0];
  const last = await lastCompared(closes, days.rows);
  if (first === undefined || last === undefined || first.day === last.day) {
    return { missing: "The records hold fewer than two days of this index for that time." };
  }
  if (days.rows.some(({ isComplete }) => !isComplete)) {
    return { missing: "On a day of that time a token of this index had no price, so its performance is not known." };
  }
  const benchmarks = await Promise.all(
    BENCHMARKS.map(async (name) => {
      const [from, to] = await Promise.all([closes(name, first.day), closes(name, last.day)]);
      return { name, returned: from === null || to === null ? null : (to / from - 1).toFixed(6) };
    }),
  );
  const returned = (Number((last.close * 10n ** 9n) / first.close) / 1e9 - 1).toFixed(6);
  const iso = (day: number) => new Date(day * DAY * 1_000).toISOString().slice(0, 10);
  return { from: iso(first.day), to: iso(last.day), returned, benchmarks };
}

function feesOf({ streamingRate, mintFeeBps, royaltyBps }: VaultRow): readonly FeeFacts[] {
  const yearly = cut(formatUnits(yearlyFee(streamingRate), 16), 3);
  return [
    { name: "streaming fee, as new shares", value: `${yearly}% a year of what is held` },
    { name: "mint fee", value: `${mintFeeBps / 100}% of the shares minted` },
    { name: "of the fees, the methodology's author gets", value: `${royaltyBps / 100}% of the creator's part` },
    { name: "redemption fee", value: "none" },
  ].filter(({ name }) => royaltyBps > 0 || !name.startsWith("of the fees"));
}

const PERIODS: readonly (readonly [form: RegExp, period: Period])[] = [
  [/^\d{4}-\d\d-\d\d$/, "daily"],
  [/^\d{4}-W\d\d$/, "weekly"],
  [/^\d{4}-W\d\d\/W\d\d$/, "two-weekly"],
  [/^\d{4}-\d\d$/, "monthly"],
  [/^\d{4}-Q\d$/, "quarterly"],
];

/** The slot after the one that the newest decision served; where it names none, what the keeper itself says. */
async function readNext({ decisions, history, keeperPage }: ApiContext, index: Address) {
  const [newest, rebalances] = await Promise.all([
    decisions.newest(index),
    history.rebalances({ vault: index, limit: 1 }),
  ]);
  const slot = newest !== undefined && "due" in newest.record ? newest.record.due.slot : null;
  const planned = slot === null ? null : slotAfter(slot);
  const epoch = epochWords(rebalances.rows[0]);
  if (planned !== null) return { ...planned, epoch };
  const { due, live } = await askKeeper(keeperPage);
  const at = due.get(index.toLowerCase()) ?? null;
  if (at !== null) return { at, reason: "The keeper itself says so.", epoch };
  if (newest === undefined)
    return { missing: "The records hold no decision of this index yet, so none of its schedule." };
  const silence = live.isUp ? "the keeper itself does not know yet." : `of the keeper: ${live.detail}`;
  return { at, reason: `The newest decision names no slot of a calendar, and ${silence}`, epoch };
}

/** The name of a slot tells the period, its start the hour. Null: it is not of a calendar. */
function slotAfter({ id, start: begin }: { readonly id: string; readonly start: number }) {
  const period = PERIODS.find(([form]) => form.test(id))?.[1];
  if (period === undefined) return null;
  const start = new Date(begin * 1_000);
  const weekday = WEEKDAYS[(start.getUTCDay() + 6) % 7] ?? "monday";
  const at = { hour: start.getUTCHours(), minute: start.getUTCMinutes(), weekday, day: start.getUTCDate() };
  const next = slotOf(period, at, slotAt(period, at, begin).index + 1);
  return { at: next.start, reason: `It is the ${period} decision of ${next.id}, after that of ${id}.` };
}

function epochWords(row: RebalanceRow | undefined): string | null {
  if (row === undefined || (row.status !== "open" && row.status !== "waiting")) return null;
  const until = new Date(row.closesAt * 1_000).toISOString().slice(0, 16).replace("T", " ");
  const from = new Date(row.opensAt * 1_000).toISOString().slice(0, 16).replace("T", " ");
  if (row.status === "waiting") return `Epoch ${row.epoch} waits until ${from} UTC before it trades.`;
  return `Epoch ${row.epoch} is trading now, until ${until} UTC at the latest.`;
}
