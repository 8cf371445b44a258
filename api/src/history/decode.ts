import { type Address, getAddress } from "viem";
import type * as governance from "./governanceRows.ts";
import type * as rows from "./rows.ts";
import type { Cell, SqlRow } from "./sql.ts";

/** How each field of a row is read from its column: the field's name in snake case. */
export type Spec<Row> = { readonly [Key in keyof Row]-?: (cell: Cell) => Row[Key] };

const address = (cell: Cell): Address => getAddress(String(cell));
const hex = (cell: Cell): `0x${string}` => String(cell) as `0x${string}`;
const big = (cell: Cell): bigint => BigInt(String(cell));
const int = (cell: Cell): number => Number(cell);
const text = (cell: Cell): string => String(cell);
const bool = (cell: Cell): boolean => cell === true || cell === "true";
const orNull =
  <T>(read: (cell: Cell) => T) =>
  (cell: Cell): T | null =>
    cell === null ? null : read(cell);
/** Text that is one of a few words, as the indexer writes them. */
const word = <T extends string>(cell: Cell): T => String(cell) as T;
const parsed = (cell: Cell): unknown => (typeof cell === "string" ? JSON.parse(cell) : cell);
const addresses = (cell: Cell): Address[] => (parsed(cell) as string[]).map((item) => getAddress(item));
const calls = (cell: Cell): governance.ProposalCallRow[] =>
  (parsed(cell) as governance.ProposalCallRow[]).map((call) => ({ ...call, target: getAddress(call.target) }));

/** Weights as the index keeps them, with checksummed tokens. */
export const weights = (cell: Cell): rows.WeightRow[] =>
  (parsed(cell) as rows.WeightRow[]).map(({ token, weightBps }) => ({ token: getAddress(token), weightBps }));

/** Column of a field. */
export function columnOf(field: string): string {
  return `"${field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}"`;
}

/** What a SELECT has to name for a row of this spec; `table` is put before each column. */
export function columnsOf<Row>(spec: Spec<Row>, table?: string): string {
  return Object.keys(spec)
    .map((field) => (table === undefined ? columnOf(field) : `${table}.${columnOf(field)}`))
    .join(", ");
}

/** A row as its spec says. */
export function decode<Row>(spec: Spec<Row>, row: SqlRow): Row {
  const entries = Object.entries(spec) as [keyof Row & string, (cell: Cell) => unknown][];
  return Object.fromEntries(
    entries.map(([field, read]) => [field, read(row[columnOf(field).slice(1, -1)] ?? null)]),
  ) as Row;
}

const stamp = { block: int, time: int, transaction: hex };
const event = { id: int, ...stamp };

export const tokenSpec: Spec<rows.TokenRow> = { address, symbol: orNull(text), decimals: int };
export const navSpec: Spec<rows.NavRow> = {
  block: int,
  time: int,
  cause: word,
  total: big,
  perShare: big,
  supply: big,
  multiplier: big,
  unpriced: addresses,
};
export const vaultSpec: Spec<Omit<rows.VaultRow, "nav">> = {
  ...stamp,
  address,
  creator: address,
  version: int,
  name: text,
  symbol: text,
  curator: address,
  methodologyHash: hex,
  royaltyRecipient: address,
  royaltyBps: int,
  streamingRate: big,
  mintFeeBps: int,
  feeRecipient: address,
  basketNonce: int,
  batchDepositor: orNull(address),
  holders: int,
  pausedBits: int,
  pausedUntil: int,
  epoch: int,
};
export const vaultEventSpec: Spec<rows.VaultEventRow> = {
  ...event,
  vault: address,
  name: text,
  args: (cell) => parsed(cell) as Readonly<Record<string, unknown>>,
};
/** Without the token's symbol and decimals, which stand in its own table. */
export const holdingSpec: Spec<Omit<rows.HoldingRow, "address" | "symbol" | "decimals"> & { token: Address }> = {
  token: address,
  position: int,
  units: big,
  unitsPerShare: big,
  amount: big,
  price: orNull(big),
  value: orNull(big),
  weightBps: orNull(int),
};
export const navDaySpec: Spec<rows.NavDayRow> = {
  day: int,
  open: big,
  high: big,
  low: big,
  close: big,
  total: big,
  supply: big,
  snapshots: int,
  isComplete: bool,
  closeBlock: int,
  closeTime: int,
};
/** A rebalance as the index keeps it. */
export type StoredRebalance = Omit<rows.RebalanceRow, "status" | "outcome"> & {
  readonly lastFillBlock: number | null;
  readonly outcome: "closed" | "cancelled" | null;
  readonly outcomeBlock: number | null;
  readonly outcomeTime: number | null;
  readonly outcomeTransaction: `0x${string}` | null;
  readonly outcomeBy: Address | null;
};
export const rebalanceSpec: Spec<StoredRebalance> = {
  ...stamp,
  vault: address,
  epoch: int,
  lane: word,
  decisionHash: hex,
  opensAt: int,
  closesAt: int,
  weightsBefore: weights,
  weightsTarget: weights,
  weightsAfter: orNull(weights),
  fills: int,
  tradedValue: big,
  lastFillBlock: orNull(int),
  outcome: orNull((cell: Cell) => word<"closed" | "cancelled">(cell)),
  outcomeBlock: orNull(int),
  outcomeTime: orNull(int),
  outcomeTransaction: orNull(hex),
  outcomeBy: orNull(address),
};
export type StoredBasketChange = Omit<rows.BasketChangeRow, "applied"> & {
  readonly appliedBlock: number | null;
  readonly appliedTime: number | null;
  readonly appliedTransaction: `0x${string}` | null;
};
export const basketChangeSpec: Spec<StoredBasketChange> = {
  ...stamp,
  vault: address,
  number: int,
  decisionHash: hex,
  added: addresses,
  dropped: addresses,
  appliesAt: int,
  appliedBlock: orNull(int),
  appliedTime: orNull(int),
  appliedTransaction: orNull(hex),
};
export const fillSpec: Spec<rows.FillRow> = {
  ...event,
  vault: address,
  epoch: int,
  filler: address,
  sellToken: address,
  buyToken: address,
  sold: big,
  paid: big,
  soldValue: orNull(big),
  paidValue: orNull(big),
};
export const feeSpec: Spec<rows.FeeRow> = {
  ...event,
  vault: address,
  kind: word,
  shares: big,
  daoShares: orNull(big),
  royaltyShares: orNull(big),
  creatorShares: orNull(big),
};
export const flowSpec: Spec<rows.FlowRow> = {
  ...event,
  vault: address,
  kind: word,
  caller: address,
  receiver: address,
  shares: big,
  feeShares: orNull(big),
  token: orNull(address),
  amount: orNull(big),
  deferredBitmap: orNull(big),
};
export const shareBalanceSpec: Spec<rows.ShareBalanceRow> = {
  vault: address,
  account: address,
  balance: big,
  block: int,
  time: int,
};
export const shareTransferSpec: Spec<rows.ShareTransferRow> = {
  ...event,
  vault: address,
  from: address,
  to: address,
  amount: big,
  fromBalance: big,
  toBalance: big,
};
export const deferredLegSpec: Spec<rows.DeferredLegRow> = {
  ...event,
  vault: address,
  token: address,
  account: address,
  kind: word,
  receiver: orNull(address),
  amount: big,
};
export const batchSpec: Spec<rows.BatchRow> = {
  ...stamp,
  depositor: address,
  vault: address,
  number: int,
  price: big,
  assetsCrossed: big,
  sharesCrossed: big,
  sharesDelivered: big,
  assetsForShares: big,
  cashDelivered: big,
  sharesForCash: big,
};
export const batchEventSpec: Spec<rows.BatchEventRow> = {
  ...event,
  depositor: address,
  vault: address,
  kind: word,
  batch: orNull(int),
  controller: address,
  owner: orNull(address),
  receiver: orNull(address),
  assets: orNull(big),
  shares: orNull(big),
};
export const planSpec: Spec<rows.PlanRow> = {
  ...stamp,
  id: big,
  owner: address,
  depositor: address,
  vault: orNull(address),
  kind: word,
  period: word,
  amount: big,
  tipCap: big,
  orders: int,
  lastDay: int,
  next: int,
  filed: int,
  status: word,
};
export const planOrderSpec: Spec<rows.PlanOrderRow> = {
  ...event,
  plan: big,
  kind: word,
  executor: orNull(address),
  requestId: orNull(big),
  amount: orNull(big),
  tip: orNull(big),
  reason: orNull(hex),
};
export const readers = { address, hex, big, int, text, bool, orNull, word, calls, stamp, event };
