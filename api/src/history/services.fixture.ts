import { type Address, isAddressEqual } from "viem";
import type { At, EventsOf, Page, PageOf } from "./history.ts";
import type { EventRow } from "./rows.ts";
import type { OfMarket, ServiceHistory } from "./serviceHistory.ts";
import type * as services from "./serviceRows.ts";

/** What a test's history holds of the services. */
export type ServiceRows = {
  readonly strategies: readonly services.StrategyRow[];
  readonly strategyVersions: readonly services.StrategyVersionRow[];
  readonly adoptions: readonly services.AdoptionRow[];
  readonly adoptionNotices: readonly services.AdoptionNoticeRow[];
  readonly royaltyTotals: readonly services.RoyaltyTotalRow[];
  readonly assetTotals: readonly services.AssetTotalRow[];
  readonly strategyLocks: readonly services.StrategyLockRow[];
  readonly royaltyRounds: readonly services.RoyaltyRoundRow[];
  /** `available` as given. */
  readonly listings: readonly services.ListingRow[];
  readonly listingSales: readonly services.ListingSaleRow[];
  readonly creditPrices: readonly services.CreditPriceRow[];
  readonly accessPlans: readonly services.AccessPlanRow[];
  readonly serviceSettings: readonly services.ServiceSettingRow[];
  readonly creditAccounts: readonly services.CreditAccountRow[];
  readonly accountPlans: readonly services.AccountPlanRow[];
  readonly trials: readonly services.TrialRow[];
  readonly sessionKeys: readonly services.SessionKeyRow[];
};

/** How the fixture cuts, pages and filters. */
interface Tools {
  until<Row extends { readonly block: number; readonly time: number }>(list: readonly Row[], at?: At): readonly Row[];
  pageOf<Row>(list: readonly Row[], page?: PageOf): Page<Row>;
  events<Row extends EventRow>(
    list: readonly Row[],
    page: EventsOf | undefined,
    keep: (row: Row) => boolean,
  ): Page<Row>;
}

const same = (a: Address | null, wanted: Address | undefined): boolean =>
  wanted === undefined || (a !== null && isAddressEqual(a, wanted));
const is = <T>(a: T, wanted: T | undefined): boolean => wanted === undefined || a === wanted;
const isWanted = (row: services.ListingRow | services.ListingSaleRow, { kind, currency, tokenId }: OfMarket) =>
  is(row.kind, kind) && same(row.currency, currency) && is(row.tokenId, tokenId);

/** The services' side of a history in memory. */
export function fixtureServices(
  of: <K extends keyof ServiceRows>(table: K) => ServiceRows[K],
  { until, pageOf, events }: Tools,
): ServiceHistory {
  return {
    strategies: async (p = {}) =>
      pageOf(
        until(of("strategies"), p).filter((r) => is(r.kind, p.kind)),
        p,
      ),
    strategy: async (id) => of("strategies").find((r) => r.id === id) ?? null,
    strategyVersions: async (strategy, p = {}) =>
      pageOf(
        until(of("strategyVersions"), p).filter((r) => r.strategy === strategy),
        p,
      ),
    adoptions: async (p = {}) => {
      const found = events(of("adoptions"), p, (r) => same(r.vault, p.vault) && is(r.strategy, p.strategy));
      const { asOfBlock = Number.MAX_SAFE_INTEGER, asOf = Number.MAX_SAFE_INTEGER } = p;
      const isOver = ({ ended }: services.AdoptionRow) =>
        ended !== null && ended.block <= asOfBlock && ended.time <= asOf;
      return { ...found, rows: found.rows.map((row) => (isOver(row) ? row : { ...row, ended: null })) };
    },
    adoptionNotices: async (p = {}) =>
      pageOf(
        of("adoptionNotices").filter((r) => same(r.vault, p.vault) && is(r.strategy, p.strategy)),
        p,
      ),
    royaltyTotals: async (strategy, tokens) =>
      of("royaltyTotals").filter((r) => r.strategy === strategy && tokens.some((token) => same(r.token, token))),
    assetTotals: async (asset) => of("assetTotals").filter((r) => r.asset === asset),
    strategyLock: async (shares) => of("strategyLocks").find((r) => same(r.shares, shares)) ?? null,
    royaltyRounds: async (shares, tokens, p = {}) =>
      pageOf(
        until(of("royaltyRounds"), p).filter(
          (r) => same(r.shares, shares) && tokens.some((token) => same(r.token, token)),
        ),
        p,
      ),
    listings: async (p = {}) => {
      const keep = (r: services.ListingRow) =>
        isWanted(r, p) && same(r.seller, p.seller) && (p.isAvailable !== true || r.available > 0n);
      return pageOf(of("listings").filter(keep), p);
    },
    listingSales: async (p = {}) =>
      events(of("listingSales"), p, (r) => isWanted(r, p) && (same(r.buyer, p.account) || same(r.seller, p.account))),
    creditPrices: async () => of("creditPrices"),
    accessPlans: async () => of("accessPlans"),
    serviceSettings: async () => of("serviceSettings"),
    creditAccounts: async (account) => of("creditAccounts").filter((r) => same(r.account, account)),
    accountPlans: async (account) => of("accountPlans").filter((r) => same(r.account, account)),
    trial: async (account) => of("trials").find((r) => same(r.account, account)) ?? null,
    sessionKey: async (account) => of("sessionKeys").find((r) => same(r.account, account)) ?? null,
  };
}
