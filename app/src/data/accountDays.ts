import { type Address, getAddress } from "viem";
import { dateOf, type Range, spansOf } from "../charts/ranges.ts";
import { type Closes, MOST_AGE, type Stay, type ValueDay, valueDays } from "./accountValue.ts";
import type { Answers } from "./answers.d.ts";
import type { Api } from "./api.ts";
import { usdOf } from "./heldIndex.ts";
import { momentOf } from "./index/wire.ts";

const DAY = 86_400;

/** What an account was worth on past days. */
export interface AccountHistory {
  readonly days: readonly ValueDay[];
  /** Symbols of the indices that `parts` of each day are of. */
  readonly symbols: readonly string[];
  /** Shares left whose coming is not known: they are in no day. */
  readonly hasGaps: boolean;
  /** {s since 1970} */
  readonly asOf: number;
}

/** The past of an account, worked out from its gains and the prices of each index that it had. */
export async function readHistory(
  api: Api,
  address: Address,
  range: Range,
  signal: AbortSignal,
): Promise<AccountHistory> {
  const { data: gains, ...answer } = await api.get("/v1/accounts/{address}/gains", { address }, signal);
  const asOf = Date.parse(answer.asOf) / 1_000;
  const stays = gains.indices.flatMap(staysOf);
  const hasGaps = gains.indices.some(({ unmatched }) => (usdOf(unmatched) ?? 0n) > 0n);
  if (stays.length === 0) return { days: [], symbols: [], hasGaps, asOf };

  const last = Math.floor(asOf / DAY);
  const begun = Math.floor(Math.min(...stays.map(({ from }) => from)) / DAY);
  const first = range.days === null ? begun : Math.max(begun, last - range.days);
  // What went before the range is in none of its days.
  const seen = stays.filter(({ to }) => to === null || to >= first * DAY);
  const shown = gains.indices.filter(({ index }) => seen.some((stay) => stay.index === getAddress(index)));
  const indices = shown.map(({ index }) => getAddress(index));
  const closes = new Map<Address, Closes>();
  for (const index of indices) closes.set(index, await closesOf(api, index, { first, asOf }, signal));
  const days = valueDays(seen, closes, indices, { first, last });
  return { days, symbols: shown.map(({ symbol }) => symbol), hasGaps, asOf };
}

/** What is still there of each purchase, and what went of it, from when until when. */
function staysOf({
  index,
  lots,
  disposals,
}: Answers["/v1/accounts/{address}/gains"]["data"]["indices"][number]): readonly Stay[] {
  type Part = (typeof lots)[number] | (typeof disposals)[number]["lots"][number];
  const stay = ({ shares, cost, acquired }: Part, to: number | null): Stay => ({
    ...{ index: getAddress(index), shares: usdOf(shares) ?? 0n, cost: usdOf(cost), from: momentOf(acquired.at), to },
  });
  return [
    ...lots.map((lot) => stay(lot, null)),
    ...disposals.flatMap(({ at, lots: gone }) => gone.map((part) => stay(part, momentOf(at)))),
  ];
}

/** The last price of each day, from a week before the first one on. Bars in which a token had no price are left out. */
async function closesOf(
  api: Api,
  address: Address,
  { first, asOf }: { first: number; asOf: number },
  signal: AbortSignal,
): Promise<Closes> {
  const closes = new Map<number, bigint>();
  const since = (first - MOST_AGE) * DAY;
  for (const span of spansOf({ id: "", label: "", days: null }, asOf, since)) {
    const { data } = await api.get("/v1/indices/{address}/nav", { address, interval: "1d", ...span }, signal);
    for (const { from, close, isComplete } of data.bars) {
      const price = usdOf(close);
      if (isComplete && price !== null && price > 0n) closes.set(Math.floor(momentOf(from) / DAY), price);
    }
  }
  return closes;
}

/** The value as it is now in place of that of today's last price: the chart ends where the sum above it stands. */
export function withLive(
  history: AccountHistory,
  now: { readonly value: bigint | null; readonly asOf: number } | undefined,
): readonly ValueDay[] {
  const last = history.days.at(-1);
  if (last === undefined || now === undefined || now.value === null) return history.days;
  if (dateOf(now.asOf) !== last.date) return history.days;
  return [...history.days.slice(0, -1), { ...last, value: now.value }];
}
