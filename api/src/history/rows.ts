import type { Address, Hash, Hex } from "viem";

/** Which block and transaction something happened in. `time` {s} since 1970. */
export type Stamp = { readonly block: number; readonly time: number; readonly transaction: Hash };

/** One event's row. `id` is block * 100,000 + number of the log: unique, in the order of the chain. */
export type EventRow = Stamp & { readonly id: number };

/** A token that an index holds or held. `symbol` is null where the token does not say. */
export type TokenRow = { readonly address: Address; readonly symbol: string | null; readonly decimals: number };

/** Net asset value at the end of a block. Amounts raw, their units beside them. */
export type NavRow = {
  readonly block: number;
  /** {s} */
  readonly time: number;
  /** "day": the first look at a new UTC day; "event": something in this block changed it. */
  readonly cause: "day" | "event";
  /** D18{USD} of the tokens with a price. */
  readonly total: bigint;
  /** D18{USD/share} */
  readonly perShare: bigint;
  /** {share wei} with accrued fee shares. */
  readonly supply: bigint;
  /** D27{1} */
  readonly multiplier: bigint;
  /** Tokens held without a price: the true NAV is higher by their worth. Empty: the NAV is complete. */
  readonly unpriced: readonly Address[];
};

/** An index. What it was created with, its terms as of the newest block, and its NAV at the time asked for. */
export type VaultRow = Stamp & {
  readonly address: Address;
  readonly creator: Address;
  readonly version: number;
  readonly name: string;
  readonly symbol: string;
  /** The zero address: nobody. */
  readonly curator: Address;
  readonly methodologyHash: Hash;
  readonly royaltyRecipient: Address;
  /** {bps of the creator's part of the fees} */
  readonly royaltyBps: number;
  /** D18{1/s} */
  readonly streamingRate: bigint;
  /** {bps of the shares minted} */
  readonly mintFeeBps: number;
  readonly feeRecipient: Address;
  readonly basketNonce: number;
  readonly batchDepositor: Address | null;
  /** Accounts with shares, the account of the dead shares included. */
  readonly holders: number;
  /** Bit 0 mint, bit 1 fill, bit 2 propose; over at `pausedUntil` {s}. */
  readonly pausedBits: number;
  readonly pausedUntil: number;
  /** Number of the last proposal of weights; 0: none yet. */
  readonly epoch: number;
  /** Newest snapshot at the time asked for; null: none yet. */
  readonly nav: NavRow | null;
};

/** One constituent. `price`, `value` and `weightBps` are null where the registry had no trustworthy price. */
export type HoldingRow = TokenRow & {
  /** In the basket, from 0. */
  readonly position: number;
  /** D27{tok/share at multiplier 1} */
  readonly units: bigint;
  /** D27{tok/share} */
  readonly unitsPerShare: bigint;
  /** {raw tokens} that the shares stand for. */
  readonly amount: bigint;
  /** D27{USD/tok} */
  readonly price: bigint | null;
  /** D18{USD} */
  readonly value: bigint | null;
  /** {bps of the priced NAV} */
  readonly weightBps: number | null;
};

/** A basket at one snapshot, in basket order. */
export type HoldingsRow = { readonly nav: NavRow; readonly holdings: readonly HoldingRow[] };

/**
 * NAV per share over one UTC day, D18{USD/share}: from the snapshots of it in which every token had a price, or from all
 * of them when there was none, and then `isComplete` is false and the true figures are higher.
 */
export type NavDayRow = {
  /** {day} since 1970 */
  readonly day: number;
  readonly open: bigint;
  readonly high: bigint;
  readonly low: bigint;
  readonly close: bigint;
  /** D18{USD} at the last of these snapshots. */
  readonly total: bigint;
  /** {share wei} at the last of these snapshots. */
  readonly supply: bigint;
  /** All of the day. */
  readonly snapshots: number;
  /** False: in every snapshot of the day a token had no price. */
  readonly isComplete: boolean;
  readonly closeBlock: number;
  /** {s} */
  readonly closeTime: number;
};

/** A token's part. Null: it had no price. */
export type WeightRow = { readonly token: Address; readonly weightBps: number | null };

/**
 * A proposal of weights. "waiting": before `opensAt`; "open"; "closed": early, because nothing was left to do;
 * "cancelled"; "ended": its window is over. Reasons are in the keeper's record with `decisionHash`.
 */
export type RebalanceRow = Stamp & {
  readonly vault: Address;
  readonly epoch: number;
  readonly lane: "RISK" | "DERISK";
  readonly decisionHash: Hash;
  /** {s} */
  readonly opensAt: number;
  /** {s} */
  readonly closesAt: number;
  readonly status: "waiting" | "open" | "closed" | "cancelled" | "ended";
  readonly weightsBefore: readonly WeightRow[];
  readonly weightsTarget: readonly WeightRow[];
  /** After the last fill so far; null: nothing was traded. */
  readonly weightsAfter: readonly WeightRow[] | null;
  readonly fills: number;
  /** D18{USD} sold at oracle prices, of fills whose token had a price. */
  readonly tradedValue: bigint;
  /** How it was closed or cancelled; null: not. */
  readonly outcome: (Stamp & { readonly by: Address | null }) | null;
};

/** An announced change of the basket. `applied` is null until it takes effect. */
export type BasketChangeRow = Stamp & {
  readonly vault: Address;
  readonly number: number;
  readonly decisionHash: Hash;
  readonly added: readonly Address[];
  readonly dropped: readonly Address[];
  /** {s} */
  readonly appliesAt: number;
  readonly applied: Stamp | null;
};

/** A trade of an epoch. */
export type FillRow = EventRow & {
  readonly vault: Address;
  readonly epoch: number;
  readonly filler: Address;
  readonly sellToken: Address;
  readonly buyToken: Address;
  /** {raw tokens} of sellToken that left the index. */
  readonly sold: bigint;
  /** {raw tokens} of buyToken that came in. */
  readonly paid: bigint;
  /** D18{USD} at oracle prices; null without a price. */
  readonly soldValue: bigint | null;
  readonly paidValue: bigint | null;
};

/** Fee shares {share wei}: charged with a mint, or accrued ones handed out. The parts are null for "mint". */
export type FeeRow = EventRow & {
  readonly vault: Address;
  readonly kind: "mint" | "distributed";
  readonly shares: bigint;
  readonly daoShares: bigint | null;
  readonly royaltyShares: bigint | null;
  readonly creatorShares: bigint | null;
};

/** Anything else that happened to an index: name and arguments of the contract's event, whole numbers as strings. */
export type VaultEventRow = EventRow & {
  readonly vault: Address;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
};

/** Shares in or out. A zap has its own row beside that of its mint or redemption, in the same transaction. */
export type FlowRow = EventRow & {
  readonly vault: Address;
  readonly kind: "mint" | "redeem" | "zapIn" | "zapOut";
  readonly caller: Address;
  readonly receiver: Address;
  /** {share wei} */
  readonly shares: bigint;
  /** {share wei} charged on top; "mint" only. */
  readonly feeShares: bigint | null;
  /** Paid or received; zaps only, otherwise in kind. */
  readonly token: Address | null;
  /** {raw tokens} of it. */
  readonly amount: bigint | null;
  /** Bit i: leg i became a claim. */
  readonly deferredBitmap: bigint | null;
};

/** Shares of an account. `block` and `time` {s} of the last change. */
export type ShareBalanceRow = {
  readonly vault: Address;
  readonly account: Address;
  /** {share wei} */
  readonly balance: bigint;
  readonly block: number;
  readonly time: number;
};

/** A transfer of shares. From the zero address: minted; to it: burned. Balances are those afterwards. */
export type ShareTransferRow = EventRow & {
  readonly vault: Address;
  readonly from: Address;
  readonly to: Address;
  /** {share wei} */
  readonly amount: bigint;
  readonly fromBalance: bigint;
  readonly toBalance: bigint;
};

/** A redemption leg that could not be paid, or its payment. */
export type DeferredLegRow = EventRow & {
  readonly vault: Address;
  readonly token: Address;
  readonly account: Address;
  readonly kind: "deferred" | "claimed";
  readonly receiver: Address | null;
  /** {raw tokens} */
  readonly amount: bigint;
};

/** A batch that was opened. Cash in raw cash, shares in share wei. */
export type BatchRow = Stamp & {
  readonly depositor: Address;
  readonly vault: Address;
  /** {day} since 1970 */
  readonly number: number;
  /** D27{raw cash/share wei} */
  readonly price: bigint;
  readonly assetsCrossed: bigint;
  readonly sharesCrossed: bigint;
  readonly sharesDelivered: bigint;
  readonly assetsForShares: bigint;
  readonly cashDelivered: bigint;
  readonly sharesForCash: bigint;
};

export type BatchEventKind =
  | "depositRequest"
  | "redeemRequest"
  | "depositCancelled"
  | "redeemCancelled"
  | "depositClaimed"
  | "redeemClaimed"
  | "depositRefunded"
  | "redeemRefunded";

/** A batch request or what became of it. `batch` is null for claims and refunds: they cover all settled batches. */
export type BatchEventRow = EventRow & {
  readonly depositor: Address;
  readonly vault: Address;
  readonly kind: BatchEventKind;
  /** {day} since 1970 */
  readonly batch: number | null;
  readonly controller: Address;
  readonly owner: Address | null;
  readonly receiver: Address | null;
  /** {raw cash} */
  readonly assets: bigint | null;
  /** {share wei} */
  readonly shares: bigint | null;
};

/** A recurring order as of the newest block. */
export type PlanRow = Stamp & {
  readonly id: bigint;
  readonly owner: Address;
  readonly depositor: Address;
  readonly vault: Address | null;
  readonly kind: "DEPOSIT" | "WITHDRAW_SUM" | "WITHDRAW_PART";
  readonly period: "ONE_WEEK" | "TWO_WEEKS" | "FOUR_WEEKS" | "MONTH";
  /** {raw cash} an order; WITHDRAW_PART: {bps of the owner's shares} */
  readonly amount: bigint;
  /** {raw cash} */
  readonly tipCap: bigint;
  /** Number of orders after which it ends; 0: no limit. */
  readonly orders: number;
  /** {day} since 1970; 0: no end. */
  readonly lastDay: number;
  /** {s} 0: none. */
  readonly next: number;
  readonly filed: number;
  readonly status: "active" | "cancelled" | "completed";
};

/** An order of a plan that was filed, or failed with `reason`, the error's data. */
export type PlanOrderRow = EventRow & {
  readonly plan: bigint;
  readonly kind: "filed" | "failed";
  readonly executor: Address | null;
  readonly requestId: bigint | null;
  /** {raw cash} of a deposit, {share wei} of a redemption. */
  readonly amount: bigint | null;
  /** {raw cash} */
  readonly tip: bigint | null;
  readonly reason: Hex | null;
};
