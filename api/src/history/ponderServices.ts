import type { Address } from "viem";
import {
  accessPlanSpec,
  accountPlanSpec,
  adoptionSpec,
  assetTotalSpec,
  creditAccountSpec,
  creditPriceSpec,
  listingSaleSpec,
  listingSpec,
  noticeSpec,
  roundSpec,
  royaltyTotalSpec,
  type StoredAdoption,
  sessionKeySpec,
  settingSpec,
  strategyLockSpec,
  strategySpec,
  trialSpec,
  versionSpec,
} from "./decodeServices.ts";
import type { At, EventsOf, OfAccount, OfVault, Page, PageOf } from "./history.ts";
import { type Condition, either, equals } from "./lists.ts";
import { PonderGovernance } from "./ponderGovernance.ts";
import type { OfMarket, OfStrategy, ServiceHistory } from "./serviceHistory.ts";
import type * as rows from "./serviceRows.ts";

/** The services' side of {@link PonderHistory}: strategies, their shares, the market, access. */
export class PonderServices extends PonderGovernance implements ServiceHistory {
  async strategies(page: PageOf & At & { readonly kind?: rows.StrategyRow["kind"] | undefined } = {}) {
    const ofKind: Condition | undefined = page.kind === undefined ? undefined : ['"kind" = ?', page.kind];
    const where = [...(await this.reader.until(page)), ofKind];
    return this.reader.page({ from: "strategy", spec: strategySpec, key: ["id"], where }, page);
  }

  strategy(id: bigint): Promise<rows.StrategyRow | null> {
    return this.reader.one("strategy", strategySpec, [equals("id", id)]);
  }

  async strategyVersions(strategy: bigint, page: PageOf & At = {}): Promise<Page<rows.StrategyVersionRow>> {
    const where = [...(await this.reader.until(page)), equals("strategy", strategy)];
    return this.reader.page({ from: "strategy_version", spec: versionSpec, key: ["number"], where }, page);
  }

  async adoptions(page: EventsOf & OfVault & OfStrategy = {}): Promise<Page<rows.AdoptionRow>> {
    const where = [equals("vault", page.vault), equals("strategy", page.strategy)];
    const found = await this.reader.events("adoption", adoptionSpec, page, where);
    return { rows: found.rows.map((row) => adoptionAt(row, page)), next: found.next };
  }

  adoptionNotices(page: PageOf & OfVault & OfStrategy = {}): Promise<Page<rows.AdoptionNoticeRow>> {
    const where = [equals("vault", page.vault), equals("strategy", page.strategy)];
    const key = ["block", "vault", "changeHash"] as const;
    return this.reader.page({ from: "adoption_notice", spec: noticeSpec, key, where }, page);
  }

  async royaltyTotals(strategy: bigint, tokens: readonly Address[]): Promise<readonly rows.RoyaltyTotalRow[]> {
    const where = [equals("strategy", strategy), oneOf("token", tokens)];
    return this.reader.all("royalty_total", royaltyTotalSpec, where, 'order by "token"');
  }

  assetTotals(asset: bigint): Promise<readonly rows.AssetTotalRow[]> {
    return this.reader.all("asset_total", assetTotalSpec, [equals("asset", asset)], 'order by "currency"');
  }

  strategyLock(shares: Address): Promise<rows.StrategyLockRow | null> {
    return this.reader.one("strategy_lock", strategyLockSpec, [equals("shares", shares)]);
  }

  async royaltyRounds(
    shares: Address,
    tokens: readonly Address[],
    page: PageOf & At = {},
  ): Promise<Page<rows.RoyaltyRoundRow>> {
    const where = [...(await this.reader.until(page)), equals("shares", shares), oneOf("token", tokens)];
    const key = ["block", "token", "number"] as const;
    return this.reader.page({ from: "royalty_round", spec: roundSpec, key, where }, page);
  }

  async listings(
    page: PageOf &
      OfMarket & { readonly seller?: Address | undefined; readonly isAvailable?: boolean | undefined } = {},
  ): Promise<Page<rows.ListingRow>> {
    const { time } = await this.reader.head();
    const where = [
      ...ofMarket(page),
      equals("seller", page.seller),
      page.isAvailable === true ? (['"available" > 0'] as Condition) : undefined,
    ];
    return this.reader.page({ from: openListings(time), spec: listingSpec, key: ["id"], where }, page);
  }

  listingSales(page: EventsOf & OfAccount & OfMarket = {}): Promise<Page<rows.ListingSaleRow>> {
    const where = [...ofMarket(page), either(["buyer", "seller"], page.account)];
    return this.reader.events("listing_sale", listingSaleSpec, page, where);
  }

  creditPrices(): Promise<readonly rows.CreditPriceRow[]> {
    return this.reader.all("credit_price", creditPriceSpec, [], 'order by "credit"');
  }

  accessPlans(): Promise<readonly rows.AccessPlanRow[]> {
    return this.reader.all("access_plan", accessPlanSpec, [], 'order by "number"');
  }

  serviceSettings(): Promise<readonly rows.ServiceSettingRow[]> {
    return this.reader.all("service_setting", settingSpec, [], 'order by "name"');
  }

  creditAccounts(account: Address): Promise<readonly rows.CreditAccountRow[]> {
    return this.reader.all("credit_account", creditAccountSpec, [equals("account", account)], 'order by "credit"');
  }

  accountPlans(account: Address): Promise<readonly rows.AccountPlanRow[]> {
    return this.reader.all("account_plan", accountPlanSpec, [equals("account", account)], 'order by "plan"');
  }

  trial(account: Address): Promise<rows.TrialRow | null> {
    return this.reader.one("trial", trialSpec, [equals("account", account)]);
  }

  sessionKey(account: Address): Promise<rows.SessionKeyRow | null> {
    return this.reader.one("session_key", sessionKeySpec, [equals("account", account)]);
  }
}

function adoptionAt({ endedBlock: block, endedTime: time, ...row }: StoredAdoption, at: At): rows.AdoptionRow {
  const isOver = block !== null && time !== null && block <= (at.asOfBlock ?? block) && time <= (at.asOf ?? time);
  return { ...row, ended: isOver ? { block, time } : null };
}

function oneOf(column: string, addresses: readonly Address[]): Condition {
  if (addresses.length === 0) return ["false"];
  const marks = addresses.map(() => "?").join(", ");
  return [`"${column}" in (${marks})`, ...addresses.map((address) => address.toLowerCase())];
}

function ofMarket({ kind, currency, tokenId }: OfMarket): readonly (Condition | undefined)[] {
  return [equals("kind", kind), equals("currency", currency), equals("token_id", tokenId)];
}

/**
 * Listings that stand, with how many units could be bought at a time {s}, by the rules of the market's `availableUnits`: its time
 * is not over, the seller lets the market move it, and the strategy has not moved, or the credits are still in the wallet.
 */
function openListings(time: number): string {
  const mayMove = 'coalesce(a."is_approved", false) or coalesce(s."approved" = l."market", false)';
  const hasMoved = 's."transfer_nonce" <> l."transfer_nonce"';
  const inWallet = 'least(l."left", coalesce(c."wallet", 0))';
  const units = `case when l."until" <= ${Number(time)} or not (${mayMove}) then 0
    when l."kind" = 'credits' then ${inWallet} when ${hasMoved} then 0 else 1 end`;
  return `(select l.*, ${units} as "available" from listing l
    left join strategy s on l."kind" = 'strategy' and s."id" = l."token_id"
    left join credit_account c on l."kind" = 'credits' and c."account" = l."seller" and c."credit" = l."token_id"
    left join market_approval a on a."collection" = l."collection" and a."account" = l."seller"
    where l."status" = 'open') standing`;
}
