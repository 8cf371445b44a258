import type { Address, Hash } from "viem";
import type {
  AirdropClaimRow,
  AirdropWaveRow,
  BuybackRow,
  CommitmentRow,
  DelegateVotesRow,
  DelegationEventRow,
  DelegationRow,
  LockEventRow,
  LockRow,
  OptimisticProposalRow,
  ProposalRow,
  RevenueClaimRow,
  RevenueSplitRow,
  RevenueWeekRow,
  SaleEventRow,
  SaleRow,
  VetoRow,
  VoteRow,
} from "./governanceRows.ts";
import type {
  BasketChangeRow,
  BatchEventRow,
  BatchRow,
  DeferredLegRow,
  FeeRow,
  FillRow,
  FlowRow,
  HoldingsRow,
  NavDayRow,
  NavRow,
  PlanOrderRow,
  PlanRow,
  RebalanceRow,
  ShareBalanceRow,
  ShareTransferRow,
  TokenRow,
  VaultEventRow,
  VaultRow,
} from "./rows.ts";
import type { ServiceHistory } from "./serviceHistory.ts";

/** The newest block that the index holds. `time` {s}. Every answer is of this block unless an earlier one is asked for. */
export type Head = { readonly chainId: number; readonly block: number; readonly time: number };

/** Up to which block or time {s} history counts; both: the earlier. Neither: the newest indexed block. */
export type At = { readonly asOfBlock?: number | undefined; readonly asOf?: number | undefined };

/** Part of a list. `cursor` is `next` of the answer before; `limit` from 1 to 1,000, 100 unless told. */
export type PageOf = {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  /** "newest" first unless told. */
  readonly order?: "newest" | "oldest" | undefined;
};

/** For rows of events: only those after this id (exclusive). With order "oldest" it follows the chain. */
export type EventsOf = PageOf & At & { readonly afterId?: number | undefined };

/** One page. `next` is null on the last one. */
export type Page<Row> = { readonly rows: readonly Row[]; readonly next: string | null };

/** Days {day} since 1970, both included. */
export type Days = { readonly from?: number | undefined; readonly to?: number | undefined };

/** Of one index, or of all. */
export type OfVault = { readonly vault?: Address | undefined };

/** Of one account, or of all. */
export type OfAccount = { readonly account?: Address | undefined };

/**
 * All that the API asks of the index. Lists and single rows never throw for what is not there: they are empty or null.
 * Addresses in answers are checksummed; those in questions may have any case.
 *
 * What "as of" covers: every row of an event, snapshots, holdings, NAV, balances, locks, delegations, rebalances, votes
 * and the state of proposals. Terms of an index (fees, curator, pause), plans, sales, commitments and waves are as of the
 * newest block; their events tell the rest.
 *
 * @throws {@link HistoryUnavailableError} when the index does not answer or is not ready.
 * @throws {@link HistoryBehindError} when a block or time is asked for that it has not reached.
 * @throws {@link HistoryCursorError} when a cursor is not one of its own.
 */
export interface History extends ServiceHistory {
  head(): Promise<Head>;

  vaults(page?: PageOf & At & { readonly creator?: Address | undefined }): Promise<Page<VaultRow>>;
  vault(address: Address, at?: At): Promise<VaultRow | null>;
  tokens(): Promise<readonly TokenRow[]>;
  vaultEvents(page?: EventsOf & OfVault & { readonly name?: string | undefined }): Promise<Page<VaultEventRow>>;

  /** The basket at the newest snapshot. Null: no such index then. */
  holdings(vault: Address, at?: At): Promise<HoldingsRow | null>;
  /** The basket at the last snapshot of each UTC day. Days without one are left out. */
  holdingDays(vault: Address, page?: PageOf & At & Days): Promise<Page<HoldingsRow>>;
  /** Every snapshot of NAV. */
  navs(vault: Address, page?: PageOf & At): Promise<Page<NavRow>>;
  /** NAV per share by UTC day. Days without a snapshot are left out; with `asOf` within a day, it ends there. */
  navDays(vault: Address, page?: PageOf & At & Days): Promise<Page<NavDayRow>>;

  rebalances(page?: PageOf & At & OfVault): Promise<Page<RebalanceRow>>;
  rebalance(vault: Address, epoch: number, at?: At): Promise<RebalanceRow | null>;
  /** The proposal that committed to this record. */
  rebalanceOf(decisionHash: Hash, at?: At): Promise<RebalanceRow | null>;
  basketChanges(page?: PageOf & At & OfVault): Promise<Page<BasketChangeRow>>;
  fills(page?: EventsOf & OfVault & { readonly epoch?: number | undefined }): Promise<Page<FillRow>>;
  fees(page?: EventsOf & OfVault): Promise<Page<FeeRow>>;

  /** `account` is the caller or the receiver. */
  flows(page?: EventsOf & OfVault & OfAccount): Promise<Page<FlowRow>>;
  /** Balances that are not zero, largest first whatever the order. */
  shareBalances(page?: PageOf & At & OfVault & OfAccount): Promise<Page<ShareBalanceRow>>;
  /** `account` sent or received them. */
  shareTransfers(page?: EventsOf & OfVault & OfAccount): Promise<Page<ShareTransferRow>>;
  deferredLegs(page?: EventsOf & OfVault & OfAccount): Promise<Page<DeferredLegRow>>;
  batches(page?: PageOf & At & OfVault): Promise<Page<BatchRow>>;
  /** `account` is the controller. */
  batchEvents(page?: EventsOf & OfVault & OfAccount): Promise<Page<BatchEventRow>>;
  /** `account` is the owner. */
  plans(page?: PageOf & OfVault & OfAccount): Promise<Page<PlanRow>>;
  planOrders(page?: EventsOf & { readonly plan?: bigint | undefined }): Promise<Page<PlanOrderRow>>;

  lock(account: Address, at?: At): Promise<LockRow | null>;
  /** Locks that are not empty, largest first whatever the order. */
  locks(page?: PageOf & At): Promise<Page<LockRow>>;
  lockEvents(page?: EventsOf & OfAccount): Promise<Page<LockEventRow>>;
  /** Null: the account never locked. */
  delegation(account: Address, at?: At): Promise<DelegationRow | null>;
  /** Whose locks vote through `delegate`. */
  delegators(delegate: Address, page?: PageOf & At): Promise<Page<DelegationRow>>;
  delegationEvents(page?: EventsOf & OfAccount): Promise<Page<DelegationEventRow>>;
  delegateVotes(page?: EventsOf & OfAccount): Promise<Page<DelegateVotesRow>>;

  proposals(page?: PageOf & At): Promise<Page<ProposalRow>>;
  proposal(id: bigint, at?: At): Promise<ProposalRow | null>;
  /** `account` is the voter. */
  votes(page?: EventsOf & OfAccount & { readonly proposal?: bigint | undefined }): Promise<Page<VoteRow>>;
  optimisticProposals(page?: PageOf & At): Promise<Page<OptimisticProposalRow>>;
  vetoes(page?: EventsOf & { readonly proposal?: bigint | undefined }): Promise<Page<VetoRow>>;

  revenueSplits(page?: EventsOf): Promise<Page<RevenueSplitRow>>;
  revenueWeeks(page?: PageOf & At & { readonly token?: Address | undefined }): Promise<Page<RevenueWeekRow>>;
  revenueClaims(page?: EventsOf & OfAccount): Promise<Page<RevenueClaimRow>>;
  buybacks(page?: EventsOf): Promise<Page<BuybackRow>>;

  sales(page?: PageOf & At): Promise<Page<SaleRow>>;
  sale(round: Address): Promise<SaleRow | null>;
  commitments(page?: PageOf & OfAccount & { readonly round?: Address | undefined }): Promise<Page<CommitmentRow>>;
  saleEvents(page?: EventsOf & OfAccount & { readonly round?: Address | undefined }): Promise<Page<SaleEventRow>>;
  airdropWaves(): Promise<readonly AirdropWaveRow[]>;
  airdropClaims(page?: EventsOf & OfAccount): Promise<Page<AirdropClaimRow>>;
}
