import { type Address, isAddressEqual } from "viem";
import { dayOf } from "./days.ts";
import { HistoryBehindError, HistoryCursorError } from "./errors.ts";
import type * as governance from "./governanceRows.ts";
import type { At, EventsOf, Head, History, Page, PageOf } from "./history.ts";
import type * as rows from "./rows.ts";
import { fixtureServices, type ServiceRows } from "./services.fixture.ts";

/** What a test's history holds. Rows in the order of the chain; whatever is left out is empty. */
export type FixtureRows = ServiceRows & {
  readonly head: Head;
  readonly tokens: readonly rows.TokenRow[];
  /** `nav` is looked up in `baskets`. */
  readonly vaults: readonly rows.VaultRow[];
  readonly vaultEvents: readonly rows.VaultEventRow[];
  /** Snapshots: NAV and holdings. */
  readonly baskets: readonly (rows.HoldingsRow & { readonly vault: Address })[];
  readonly rebalances: readonly rows.RebalanceRow[];
  readonly basketChanges: readonly rows.BasketChangeRow[];
  readonly fills: readonly rows.FillRow[];
  readonly fees: readonly rows.FeeRow[];
  readonly flows: readonly rows.FlowRow[];
  readonly shareBalances: readonly rows.ShareBalanceRow[];
  readonly shareTransfers: readonly rows.ShareTransferRow[];
  readonly deferredLegs: readonly rows.DeferredLegRow[];
  readonly batches: readonly rows.BatchRow[];
  readonly batchEvents: readonly rows.BatchEventRow[];
  readonly plans: readonly rows.PlanRow[];
  readonly planOrders: readonly rows.PlanOrderRow[];
  readonly locks: readonly governance.LockRow[];
  readonly lockEvents: readonly governance.LockEventRow[];
  readonly delegations: readonly governance.DelegationRow[];
  readonly delegationEvents: readonly governance.DelegationEventRow[];
  readonly delegateVotes: readonly governance.DelegateVotesRow[];
  readonly proposals: readonly governance.ProposalRow[];
  readonly votes: readonly governance.VoteRow[];
  readonly optimisticProposals: readonly governance.OptimisticProposalRow[];
  readonly vetoes: readonly governance.VetoRow[];
  readonly revenueSplits: readonly governance.RevenueSplitRow[];
  readonly revenueWeeks: readonly governance.RevenueWeekRow[];
  readonly revenueClaims: readonly governance.RevenueClaimRow[];
  readonly buybacks: readonly governance.BuybackRow[];
  readonly sales: readonly governance.SaleRow[];
  readonly commitments: readonly governance.CommitmentRow[];
  readonly saleEvents: readonly governance.SaleEventRow[];
  readonly airdropWaves: readonly governance.AirdropWaveRow[];
  readonly airdropClaims: readonly governance.AirdropClaimRow[];
};

const EMPTY = new Proxy({}, { get: () => [] }) as Omit<FixtureRows, "head">;
const DAY = 86_400;

const same = (a: Address | null | undefined, wanted: Address | undefined): boolean =>
  wanted === undefined || (a != null && isAddressEqual(a, wanted));
const is = <T>(a: T, wanted: T | undefined): boolean => wanted === undefined || a === wanted;

/** A history in memory for tests of what reads it: same filters, order and paging as the real one, rows as given. */
export function fixtureHistory(given: Partial<FixtureRows> = {}): History {
  const head = given.head ?? { chainId: 31337, block: 1_000, time: 1_800_000_000 };
  const of = <K extends keyof typeof EMPTY>(table: K) => (given[table] ?? EMPTY[table]) as FixtureRows[K];

  const until = <Row extends { readonly block: number; readonly time: number }>(list: readonly Row[], at: At = {}) => {
    if (at.asOfBlock !== undefined && at.asOfBlock > head.block) {
      throw new HistoryBehindError(`block ${at.asOfBlock}`, head.block, head.time);
    }
    if (at.asOf !== undefined && at.asOf > head.time) {
      throw new HistoryBehindError(`the time ${at.asOf}`, head.block, head.time);
    }
    const { asOfBlock = head.block, asOf = head.time } = at;
    return list.filter(({ block, time }) => block <= asOfBlock && time <= asOf);
  };

  const pageOf = <Row>(list: readonly Row[], { limit = 100, cursor, order = "newest" }: PageOf = {}): Page<Row> => {
    const start = cursor === undefined ? 0 : Number(cursor);
    if (!Number.isInteger(start) || start < 0) throw new HistoryCursorError();
    const sorted = order === "newest" ? [...list].reverse() : list;
    const end = start + limit;
    return { rows: sorted.slice(start, end), next: end < sorted.length ? String(end) : null };
  };

  const events = <Row extends rows.EventRow>(list: readonly Row[], page: EventsOf = {}, keep: (row: Row) => boolean) =>
    pageOf(
      until(list, page).filter((row) => row.id > (page.afterId ?? -1) && keep(row)),
      page,
    );

  const baskets = (vault: Address, at?: At) =>
    until(
      of("baskets").map((basket) => ({ ...basket, block: basket.nav.block, time: basket.nav.time })),
      at,
    )
      .filter((basket) => isAddressEqual(basket.vault, vault))
      .map(({ nav, holdings }) => ({ nav, holdings }));
  const byDay = (vault: Address, at?: At) => Map.groupBy(baskets(vault, at), ({ nav }) => Math.floor(nav.time / DAY));
  const within = (day: number, { from = 0, to = Number.MAX_SAFE_INTEGER }: { from?: number; to?: number }) =>
    day >= from && day <= to;
  const withNav = (vault: rows.VaultRow, at?: At): rows.VaultRow => ({
    ...vault,
    nav: baskets(vault.address, at).at(-1)?.nav ?? vault.nav,
  });

  return {
    head: async () => head,
    vaults: async (page = {}) => {
      const list = until(of("vaults"), page).filter((vault) => same(vault.creator, page.creator));
      return pageOf(
        list.map((vault) => withNav(vault, page)),
        page,
      );
    },
    vault: async (address, at) => {
      const found = until(of("vaults"), at).find((vault) => isAddressEqual(vault.address, address));
      return found === undefined ? null : withNav(found, at);
    },
    tokens: async () => of("tokens"),
    vaultEvents: async (p = {}) => events(of("vaultEvents"), p, (r) => same(r.vault, p.vault) && is(r.name, p.name)),

    holdings: async (vault, at) => baskets(vault, at).at(-1) ?? null,
    holdingDays: async (vault, page = {}) => {
      const days = [...byDay(vault, page)].filter(([day]) => within(day, page as { from?: number; to?: number }));
      return pageOf(
        days.flatMap(([, list]) => list.slice(-1)),
        page,
      );
    },
    navs: async (vault, page = {}) =>
      pageOf(
        baskets(vault, page).map(({ nav }) => nav),
        page,
      ),
    navDays: async (vault, page = {}) => {
      const days = [...byDay(vault, page)].filter(([day]) => within(day, page as { from?: number; to?: number }));
      return pageOf(
        days.map(([day, list]) =>
          dayOf(
            day,
            list.map(({ nav }) => nav),
          ),
        ),
        page,
      );
    },

    rebalances: async (p = {}) =>
      pageOf(
        until(of("rebalances"), p).filter((r) => same(r.vault, p.vault)),
        p,
      ),
    rebalance: async (vault, epoch, at) =>
      until(of("rebalances"), at).find((r) => isAddressEqual(r.vault, vault) && r.epoch === epoch) ?? null,
    rebalanceOf: async (hash, at) => until(of("rebalances"), at).find((r) => r.decisionHash === hash) ?? null,
    basketChanges: async (p = {}) =>
      pageOf(
        until(of("basketChanges"), p).filter((r) => same(r.vault, p.vault)),
        p,
      ),
    fills: async (p = {}) => events(of("fills"), p, (r) => same(r.vault, p.vault) && is(r.epoch, p.epoch)),
    fees: async (p = {}) => events(of("fees"), p, (r) => same(r.vault, p.vault)),

    flows: async (p = {}) =>
      events(
        of("flows"),
        p,
        (r) => same(r.vault, p.vault) && (same(r.caller, p.account) || same(r.receiver, p.account)),
      ),
    shareBalances: async (p = {}) => {
      const held = until(of("shareBalances"), p).filter(
        (r) => r.balance > 0n && same(r.vault, p.vault) && same(r.account, p.account),
      );
      return pageOf(
        held.toSorted((a, b) => Number(b.balance - a.balance)),
        { ...p, order: "oldest" },
      );
    },
    shareTransfers: async (p = {}) =>
      events(
        of("shareTransfers"),
        p,
        (r) => same(r.vault, p.vault) && (same(r.from, p.account) || same(r.to, p.account)),
      ),
    deferredLegs: async (p = {}) =>
      events(of("deferredLegs"), p, (r) => same(r.vault, p.vault) && same(r.account, p.account)),
    batches: async (p = {}) =>
      pageOf(
        until(of("batches"), p).filter((r) => same(r.vault, p.vault)),
        p,
      ),
    batchEvents: async (p = {}) =>
      events(of("batchEvents"), p, (r) => same(r.vault, p.vault) && same(r.controller, p.account)),
    plans: async (p = {}) =>
      pageOf(
        of("plans").filter((r) => same(r.vault, p.vault) && same(r.owner, p.account)),
        p,
      ),
    planOrders: async (p = {}) => events(of("planOrders"), p, (r) => is(r.plan, p.plan)),

    lock: async (account, at) => until(of("locks"), at).find((r) => isAddressEqual(r.account, account)) ?? null,
    locks: async (p = {}) => {
      const held = until(of("locks"), p).filter((r) => r.amount > 0n);
      return pageOf(
        held.toSorted((a, b) => Number(b.amount - a.amount)),
        { ...p, order: "oldest" },
      );
    },
    lockEvents: async (p = {}) => events(of("lockEvents"), p, (r) => same(r.account, p.account)),
    delegation: async (account, at) =>
      until(of("delegations"), at).find((r) => isAddressEqual(r.delegator, account)) ?? null,
    delegators: async (delegate, p = {}) =>
      pageOf(
        until(of("delegations"), p).filter((r) => isAddressEqual(r.delegate, delegate)),
        p,
      ),
    delegationEvents: async (p = {}) => events(of("delegationEvents"), p, (r) => same(r.delegator, p.account)),
    delegateVotes: async (p = {}) => events(of("delegateVotes"), p, (r) => same(r.delegate, p.account)),

    proposals: async (p = {}) => pageOf(until(of("proposals"), p), p),
    proposal: async (id, at) => until(of("proposals"), at).find((r) => r.id === id) ?? null,
    votes: async (p = {}) => events(of("votes"), p, (r) => same(r.voter, p.account) && is(r.proposal, p.proposal)),
    optimisticProposals: async (p = {}) => pageOf(until(of("optimisticProposals"), p), p),
    vetoes: async (p = {}) => events(of("vetoes"), p, (r) => is(r.proposal, p.proposal)),

    revenueSplits: async (p = {}) => events(of("revenueSplits"), p, () => true),
    revenueWeeks: async (p = {}) =>
      pageOf(
        until(of("revenueWeeks"), p).filter((r) => same(r.token, p.token)),
        p,
      ),
    revenueClaims: async (p = {}) => events(of("revenueClaims"), p, (r) => same(r.account, p.account)),
    buybacks: async (p = {}) => events(of("buybacks"), p, () => true),

    sales: async (p = {}) => pageOf(until(of("sales"), p), p),
    sale: async (round) => of("sales").find((r) => isAddressEqual(r.round, round)) ?? null,
    commitments: async (p = {}) =>
      pageOf(
        of("commitments").filter((r) => same(r.round, p.round) && same(r.account, p.account)),
        p,
      ),
    saleEvents: async (p = {}) =>
      events(of("saleEvents"), p, (r) => same(r.round, p.round) && same(r.account, p.account)),
    airdropWaves: async () => of("airdropWaves"),
    airdropClaims: async (p = {}) => events(of("airdropClaims"), p, (r) => same(r.account, p.account)),

    ...fixtureServices(of, { until, pageOf, events }),
  };
}
