import { type Address, isAddressEqual, zeroAddress } from "viem";
import type { BatchEventRow, EventRow, FlowRow, NavRow, ShareTransferRow } from "../history/rows.ts";
import type { Movement, MovementKind } from "./lots.ts";

/** A movement with where it happened. */
export type AccountMovement = Movement & EventRow & { readonly vault: Address };

/** What the index knows about one account and one index, in the order of the chain. */
export type AccountRecords = {
  readonly account: Address;
  readonly transfers: readonly ShareTransferRow[];
  readonly flows: readonly FlowRow[];
  /** Those that the account controls. */
  readonly batchEvents: readonly BatchEventRow[];
  /** Snapshots of the index. */
  readonly navs: readonly NavRow[];
  /** The transaction that created the index: its seed is bought, not received. */
  readonly createdIn: string;
};

/** D18{USD/share} at the end of a block, by the last snapshot before it; null when there is none or a token had no price. */
export function navAt(navs: readonly NavRow[], block: number): bigint | null {
  let [low, high] = [0, navs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((navs[middle]?.block ?? 0) <= block) low = middle + 1;
    else high = middle;
  }
  const nav = navs[low - 1];
  return nav === undefined || nav.unpriced.length > 0 ? null : nav.perShare;
}

/** Takes the first row that fits out of a list: each row explains one transfer. */
function take<Row>(rows: Row[], fits: (row: Row) => boolean): Row | undefined {
  const place = rows.findIndex(fits);
  return place < 0 ? undefined : rows.splice(place, 1)[0];
}

type Rest = { flows: FlowRow[]; events: BatchEventRow[] };

/** What a transfer to the account was; undefined for one that only brings back what was the account's all the time. */
function incoming(transfer: ShareTransferRow, records: AccountRecords, { flows, events }: Rest) {
  const { account, createdIn } = records;
  const { amount, from, transaction } = transfer;
  const isReturn = ({ kind, receiver, shares, depositor }: BatchEventRow): boolean =>
    (kind === "redeemCancelled" || kind === "redeemRefunded") &&
    receiver !== null &&
    isAddressEqual(receiver, account) &&
    isAddressEqual(depositor, from) &&
    shares === amount;
  if (take(events, isReturn) !== undefined) return undefined;
  const isClaim = ({ kind, shares, depositor }: BatchEventRow): boolean =>
    kind === "depositClaimed" && isAddressEqual(depositor, from) && shares === amount;
  if (take(events, isClaim) !== undefined) return { kind: "bought" as const, feeShares: 0n };
  if (!isAddressEqual(from, zeroAddress)) return { kind: "received" as const, feeShares: 0n };
  const minted = take(
    flows,
    ({ kind, shares, receiver }) => kind === "mint" && shares === amount && isAddressEqual(receiver, account),
  );
  if (minted !== undefined) return { kind: "bought" as const, feeShares: minted.feeShares ?? 0n };
  return { kind: transaction === createdIn ? ("bought" as const) : ("received" as const), feeShares: 0n };
}

/** What a transfer from the account was; undefined for a request to a batch, in which the shares stay the account's. */
function outgoing(transfer: ShareTransferRow, { account }: AccountRecords, { flows, events }: Rest) {
  const { amount, to } = transfer;
  const isRequest = ({ kind, owner, shares, depositor }: BatchEventRow): boolean =>
    kind === "redeemRequest" &&
    owner !== null &&
    isAddressEqual(owner, account) &&
    isAddressEqual(depositor, to) &&
    shares === amount;
  if (take(events, isRequest) !== undefined) return undefined;
  if (isAddressEqual(to, zeroAddress)) return { kind: "sold" as const, feeShares: 0n };
  const isZap = ({ kind, caller, shares }: FlowRow): boolean =>
    kind === "zapOut" && shares === amount && isAddressEqual(caller, account);
  return { kind: take(flows, isZap) === undefined ? ("sent" as const) : ("sold" as const), feeShares: 0n };
}

/**
 * What is left of the batch events once the transfers are explained: shares that somebody else put into a batch for the account,
 * that were exchanged there for cash, or that went back to somebody else.
 */
function ofBatch({ kind, owner, receiver }: BatchEventRow, account: Address): MovementKind | undefined {
  const isOther = (address: Address | null): boolean => address !== null && !isAddressEqual(address, account);
  if (kind === "redeemClaimed") return "sold";
  if (kind === "redeemRequest") return isOther(owner) ? "received" : undefined;
  if (kind === "redeemCancelled" || kind === "redeemRefunded") return isOther(receiver) ? "sent" : undefined;
  return undefined;
}

/**
 * How an account's shares of one index came and went, in the order of the chain. Shares in a batch of redemptions stay the
 * account's until they are exchanged: a request, its cancelling and its refund are no movements.
 */
export function movementsOf(records: AccountRecords): readonly AccountMovement[] {
  const { account, transfers, flows, batchEvents, navs } = records;
  const restOf = Map.groupBy(flows, ({ transaction }) => transaction);
  const eventsOf = Map.groupBy(batchEvents, ({ transaction }) => transaction);
  const place = ({ id, block, time, transaction }: EventRow) => ({
    id,
    block,
    time,
    transaction,
    nav: navAt(navs, block),
  });
  const movements: AccountMovement[] = [];
  for (const transfer of transfers) {
    const { from, to, vault, amount, transaction } = transfer;
    if (isAddressEqual(from, to) || amount === 0n) continue;
    const rest = { flows: restOf.get(transaction) ?? [], events: eventsOf.get(transaction) ?? [] };
    const found = isAddressEqual(to, account) ? incoming(transfer, records, rest) : outgoing(transfer, records, rest);
    if (found !== undefined) movements.push({ ...place(transfer), ...found, vault, shares: amount });
  }
  for (const event of [...eventsOf.values()].flat()) {
    const kind = ofBatch(event, account);
    const shares = event.shares ?? 0n;
    if (kind === undefined || shares === 0n) continue;
    movements.push({ ...place(event), kind, vault: event.vault, shares, feeShares: 0n });
  }
  return movements.sort((a, b) => a.id - b.id);
}
