import type { Address } from "viem";
import type { At, EventsOf, OfAccount, OfVault, Page, PageOf } from "./history.ts";
import type {
  AccessPlanRow,
  AccountPlanRow,
  AdoptionNoticeRow,
  AdoptionRow,
  AssetTotalRow,
  CreditAccountRow,
  CreditPriceRow,
  ListingKind,
  ListingRow,
  ListingSaleRow,
  RoyaltyRoundRow,
  RoyaltyTotalRow,
  ServiceSettingRow,
  SessionKeyRow,
  StrategyLockRow,
  StrategyRow,
  StrategyVersionRow,
  TrialRow,
} from "./serviceRows.ts";

/** Of one token of the registry, or of all. */
export type OfStrategy = { readonly strategy?: bigint | undefined };

/** What of the market is asked for; whatever is left out: all. */
export type OfMarket = {
  readonly kind?: ListingKind | undefined;
  readonly currency?: Address | undefined;
  readonly tokenId?: bigint | undefined;
};

/**
 * What the index knows of strategies, of the market and of access to services. Empty where a deployment has none of them.
 * Adoptions, versions and sales are as of the time asked for; all else is as of the newest block.
 */
export interface ServiceHistory {
  /** By id. With a time, those that were registered by then. */
  strategies(page?: PageOf & At & { readonly kind?: StrategyRow["kind"] | undefined }): Promise<Page<StrategyRow>>;
  strategy(id: bigint): Promise<StrategyRow | null>;
  strategyVersions(strategy: bigint, page?: PageOf & At): Promise<Page<StrategyVersionRow>>;
  adoptions(page?: EventsOf & OfVault & OfStrategy): Promise<Page<AdoptionRow>>;
  /** Also those that are void by now. */
  adoptionNotices(page?: PageOf & OfVault & OfStrategy): Promise<Page<AdoptionNoticeRow>>;
  /** Of some tokens: anybody may pay out any other. */
  royaltyTotals(strategy: bigint, tokens: readonly Address[]): Promise<readonly RoyaltyTotalRow[]>;
  assetTotals(asset: bigint): Promise<readonly AssetTotalRow[]>;

  strategyLock(shares: Address): Promise<StrategyLockRow | null>;
  /** Rounds of some tokens. */
  royaltyRounds(shares: Address, tokens: readonly Address[], page?: PageOf & At): Promise<Page<RoyaltyRoundRow>>;

  /** Listings that were neither sold out nor taken back. `isAvailable`: of which something could be bought now. */
  listings(
    page?: PageOf & OfMarket & { readonly seller?: Address | undefined; readonly isAvailable?: boolean | undefined },
  ): Promise<Page<ListingRow>>;
  /** `account` bought or sold. */
  listingSales(page?: EventsOf & OfAccount & OfMarket): Promise<Page<ListingSaleRow>>;

  creditPrices(): Promise<readonly CreditPriceRow[]>;
  accessPlans(): Promise<readonly AccessPlanRow[]>;
  serviceSettings(): Promise<readonly ServiceSettingRow[]>;
  creditAccounts(account: Address): Promise<readonly CreditAccountRow[]>;
  accountPlans(account: Address): Promise<readonly AccountPlanRow[]>;
  trial(account: Address): Promise<TrialRow | null>;
  /** Null: the account never named a key. */
  sessionKey(account: Address): Promise<SessionKeyRow | null>;
}
