import type { Address, Hash } from "viem";
import { dayOf } from "./days.ts";
import {
  basketChangeSpec,
  batchEventSpec,
  batchSpec,
  columnsOf,
  decode,
  deferredLegSpec,
  feeSpec,
  fillSpec,
  flowSpec,
  holdingSpec,
  navDaySpec,
  navSpec,
  planOrderSpec,
  planSpec,
  readers,
  rebalanceSpec,
  type StoredBasketChange,
  type StoredRebalance,
  shareBalanceSpec,
  shareTransferSpec,
  tokenSpec,
  vaultEventSpec,
  vaultSpec,
} from "./decode.ts";
import type { At, Days, EventsOf, History, OfAccount, OfVault, Page, PageOf } from "./history.ts";
import { type Condition, either, equals } from "./lists.ts";
import { PonderServices } from "./ponderServices.ts";
import type * as rows from "./rows.ts";

const DAY = 86_400;
const NOBODY = "0x0000000000000000000000000000000000000000";

/**
 * {@link History} over the SQL that the indexer answers over HTTP. Answers are kept until the next block is indexed.
 *
 * @example
 * const history = new PonderHistory("http://127.0.0.1:42069", 31337);
 * const { rows } = await history.rebalances({ vault, limit: 1 });
 */
export class PonderHistory extends PonderServices implements History {
  head() {
    return this.reader.head();
  }

  async vaults(page: PageOf & At & { readonly creator?: Address | undefined } = {}): Promise<Page<rows.VaultRow>> {
    const where = [...(await this.reader.until(page)), equals("creator", page.creator)];
    const found = await this.reader.page({ from: "vault", spec: vaultSpec, key: ["block", "address"], where }, page);
    return { rows: await this.#withNav(found.rows, page), next: found.next };
  }

  async vault(address: Address, at: At = {}): Promise<rows.VaultRow | null> {
    const where = [...(await this.reader.until(at)), equals("address", address)];
    const found = await this.reader.one("vault", vaultSpec, where);
    return found === null ? null : ((await this.#withNav([found], at))[0] ?? null);
  }

  async #withNav(vaults: readonly Omit<rows.VaultRow, "nav">[], at: At): Promise<rows.VaultRow[]> {
    if (vaults.length === 0) return [];
    const until = await this.reader.until(at);
    const these = `"vault" in (${vaults.map(() => "?").join(", ")})`;
    const where = [[these, ...vaults.map(({ address }) => address.toLowerCase())] as Condition, ...until];
    const filter = where.map(([sql]) => sql).join(" and ");
    const newest = `(select "vault" as v, max("block") as b from nav_snapshot where ${filter} group by "vault") newest`;
    const text = `select n."vault", ${columnsOf(navSpec, "n")} from nav_snapshot n join ${newest} on n."vault" = v and n."block" = b`;
    const found = await this.reader.query(
      text,
      where.flatMap(([, ...values]) => values),
    );
    const navs = new Map(found.map((row) => [String(row["vault"]), decode(navSpec, row)]));
    return vaults.map((vault) => ({ ...vault, nav: navs.get(vault.address.toLowerCase()) ?? null }));
  }

  tokens(): Promise<readonly rows.TokenRow[]> {
    return this.reader.all("token", tokenSpec, [], 'order by "address"');
  }

  vaultEvents(page: EventsOf & OfVault & { readonly name?: string | undefined } = {}) {
    const named: Condition | undefined = page.name === undefined ? undefined : ['"name" = ?', page.name];
    return this.reader.events("vault_event", vaultEventSpec, page, [equals("vault", page.vault), named]);
  }

  async holdings(vault: Address, at: At = {}): Promise<rows.HoldingsRow | null> {
    const where = [...(await this.reader.until(at)), equals("vault", vault)];
    const nav = await this.reader.one("nav_snapshot", navSpec, where, 'order by "block" desc');
    return nav === null ? null : ((await this.#baskets(vault, [nav]))[0] ?? null);
  }

  /** Baskets at these snapshots of one index. */
  async #baskets(vault: Address, navs: readonly rows.NavRow[]): Promise<rows.HoldingsRow[]> {
    if (navs.length === 0) return [];
    const tokens = new Map((await this.tokens()).map((token) => [token.address, token]));
    const these: Condition = [`"block" in (${navs.map(() => "?").join(", ")})`, ...navs.map(({ block }) => block)];
    const spec = { ...holdingSpec, block: readers.int };
    const where = [equals("vault", vault), these];
    const found = await this.reader.all("holding_snapshot", spec, where, 'order by "block", "position"');
    const byBlock = Map.groupBy(found, ({ block }) => block);
    return navs.map((nav) => ({
      nav,
      holdings: (byBlock.get(nav.block) ?? []).map(({ token, block: _, ...holding }) => ({
        ...(tokens.get(token) ?? { address: token, symbol: null, decimals: 18 }),
        ...holding,
      })),
    }));
  }

  async holdingDays(vault: Address, page: PageOf & At & Days = {}): Promise<Page<rows.HoldingsRow>> {
    const days = await this.navDays(vault, page);
    if (days.rows.length === 0) return { rows: [], next: null };
    const blocks = days.rows.map(({ closeBlock }) => closeBlock);
    const these: Condition = [`"block" in (${blocks.map(() => "?").join(", ")})`, ...blocks];
    const navs = await this.reader.all("nav_snapshot", navSpec, [equals("vault", vault), these]);
    const byBlock = new Map(navs.map((nav) => [nav.block, nav]));
    const ordered = blocks.map((block) => byBlock.get(block)).filter((nav) => nav !== undefined);
    return { rows: await this.#baskets(vault, ordered), next: days.next };
  }

  async navs(vault: Address, page: PageOf & At = {}): Promise<Page<rows.NavRow>> {
    const where = [...(await this.reader.until(page)), equals("vault", vault)];
    return this.reader.page({ from: "nav_snapshot", spec: navSpec, key: ["block"], where }, page);
  }

  async navDays(vault: Address, page: PageOf & At & Days = {}): Promise<Page<rows.NavDayRow>> {
    const until = await this.reader.until(page);
    const { from, to } = page;
    const where: (Condition | undefined)[] = [
      equals("vault", vault),
      from === undefined ? undefined : ['"day" >= ?', from],
      to === undefined ? undefined : ['"day" <= ?', to],
    ];
    const list = { from: "nav_day", spec: navDaySpec, key: ["day"] } as const;
    if (until.length === 0) return this.reader.page({ ...list, where }, page);
    const last = await this.reader.one(
      "nav_snapshot",
      navSpec,
      [...until, equals("vault", vault)],
      'order by "block" desc',
    );
    if (last === null) return { rows: [], next: null };
    const cut = Math.floor(last.time / DAY);
    const found = await this.reader.page({ ...list, where: [...where, ['"day" <= ?', cut]] }, page);
    const days = found.rows.map((day) => (day.day === cut ? this.#dayUntil(vault, cut, until) : day));
    return { rows: await Promise.all(days), next: found.next };
  }

  /** The part of a day up to a block or time, from its snapshots. */
  async #dayUntil(vault: Address, day: number, until: readonly Condition[]): Promise<rows.NavDayRow> {
    const where = [equals("vault", vault), ['"day" = ?', day] as Condition, ...until];
    const navs = await this.reader.all("nav_snapshot", navSpec, where, 'order by "block"');
    return dayOf(day, navs);
  }

  async rebalances(page: PageOf & At & OfVault = {}): Promise<Page<rows.RebalanceRow>> {
    const where = [...(await this.reader.until(page)), equals("vault", page.vault)];
    const list = { from: "rebalance", spec: rebalanceSpec, key: ["block", "vault", "epoch"], where } as const;
    const found = await this.reader.page(list, page);
    return { rows: await this.#asOf(found.rows, page), next: found.next };
  }

  async rebalance(vault: Address, epoch: number, at: At = {}): Promise<rows.RebalanceRow | null> {
    return this.#oneRebalance([equals("vault", vault), equals("epoch", epoch)], at);
  }

  async rebalanceOf(decisionHash: Hash, at: At = {}): Promise<rows.RebalanceRow | null> {
    return this.#oneRebalance([equals("decision_hash", decisionHash)], at);
  }

  async #oneRebalance(where: readonly (Condition | undefined)[], at: At): Promise<rows.RebalanceRow | null> {
    const until = await this.reader.until(at);
    const found = await this.reader.one("rebalance", rebalanceSpec, [...until, ...where], 'order by "block"');
    return found === null ? null : ((await this.#asOf([found], at))[0] ?? null);
  }

  /** Rebalances as they stood: without what came later. */
  async #asOf(stored: readonly StoredRebalance[], at: At): Promise<rows.RebalanceRow[]> {
    if (stored.length === 0) return [];
    const until = await this.reader.until(at);
    const { block: newest, time: clock } = await this.reader.head();
    if (until.length === 0) return stored.map((row) => rebalanceAt(row, newest, clock));
    // The time of a block without events is not kept: the newest snapshot before it stands for it.
    const last = await this.reader.one("nav_snapshot", navSpec, until, 'order by "block" desc');
    const block = Math.min(at.asOfBlock ?? newest, at.asOf === undefined ? newest : (last?.block ?? 0));
    const time = at.asOf ?? last?.time ?? clock;
    return Promise.all(
      stored.map(async (row) => rebalanceAt(await this.#traded(row, until, block), at.asOfBlock ?? newest, time)),
    );
  }

  async #traded(row: StoredRebalance, until: readonly Condition[], block: number): Promise<StoredRebalance> {
    if (row.lastFillBlock === null || row.lastFillBlock <= block) return row;
    const where = [equals("vault", row.vault), equals("epoch", row.epoch), ...until];
    const fills = await this.reader.all("fill", fillSpec, where, "order by id");
    const last = fills.at(-1);
    const basket = last === undefined ? null : await this.holdings(row.vault, { asOfBlock: last.block });
    const weightsAfter = basket?.holdings.map(({ address: token, weightBps }) => ({ token, weightBps })) ?? null;
    const tradedValue = fills.reduce((sum, { soldValue }) => sum + (soldValue ?? 0n), 0n);
    return { ...row, fills: fills.length, tradedValue, weightsAfter };
  }

  async basketChanges(page: PageOf & At & OfVault = {}): Promise<Page<rows.BasketChangeRow>> {
    const where = [...(await this.reader.until(page)), equals("vault", page.vault)];
    const key = ["block", "vault", "number"] as const;
    const found = await this.reader.page({ from: "basket_change", spec: basketChangeSpec, key, where }, page);
    return { rows: found.rows.map((row) => basketChangeAt(row, page)), next: found.next };
  }

  fills(page: EventsOf & OfVault & { readonly epoch?: number | undefined } = {}) {
    const where = [equals("vault", page.vault), equals("epoch", page.epoch)];
    return this.reader.events("fill", fillSpec, page, where);
  }

  fees(page: EventsOf & OfVault = {}) {
    return this.reader.events("fee", feeSpec, page, [equals("vault", page.vault)]);
  }

  flows(page: EventsOf & OfVault & OfAccount = {}) {
    const where = [equals("vault", page.vault), either(["caller", "receiver"], page.account)];
    return this.reader.events("flow", flowSpec, page, where);
  }

  async shareBalances(page: PageOf & At & OfVault & OfAccount = {}): Promise<Page<rows.ShareBalanceRow>> {
    const until = await this.reader.until(page);
    const where: (Condition | undefined)[] = [
      ['"balance" > 0'],
      equals("vault", page.vault),
      equals("account", page.account),
    ];
    const from = until.length === 0 ? "share_balance" : pastBalances(until);
    const key = ["balance", "vault", "account"] as const;
    const list = {
      from,
      spec: shareBalanceSpec,
      key,
      where: until.length === 0 ? where : [...where, ["place = 1"] as Condition],
      isDescending: true,
    };
    return this.reader.page(list, page);
  }

  shareTransfers(page: EventsOf & OfVault & OfAccount = {}) {
    const where = [equals("vault", page.vault), either(["from", "to"], page.account)];
    return this.reader.events("share_transfer", shareTransferSpec, page, where);
  }

  deferredLegs(page: EventsOf & OfVault & OfAccount = {}) {
    const where = [equals("vault", page.vault), equals("account", page.account)];
    return this.reader.events("deferred_leg", deferredLegSpec, page, where);
  }

  async batches(page: PageOf & At & OfVault = {}): Promise<Page<rows.BatchRow>> {
    const where = [...(await this.reader.until(page)), equals("vault", page.vault)];
    return this.reader.page({ from: "batch", spec: batchSpec, key: ["block", "depositor", "number"], where }, page);
  }

  batchEvents(page: EventsOf & OfVault & OfAccount = {}) {
    const where = [equals("vault", page.vault), equals("controller", page.account)];
    return this.reader.events("batch_event", batchEventSpec, page, where);
  }

  plans(page: PageOf & OfVault & OfAccount = {}): Promise<Page<rows.PlanRow>> {
    const where = [equals("vault", page.vault), equals("owner", page.account)];
    return this.reader.page({ from: "plan", spec: planSpec, key: ["id"], where }, page);
  }

  planOrders(page: EventsOf & { readonly plan?: bigint | undefined } = {}) {
    return this.reader.events("plan_order", planOrderSpec, page, [equals("plan", page.plan)]);
  }
}

function rebalanceAt(row: StoredRebalance, block: number, time: number): rows.RebalanceRow {
  const { outcome, outcomeBlock, outcomeTime, outcomeTransaction, outcomeBy, lastFillBlock: _, ...rest } = row;
  const isOver = outcome !== null && outcomeBlock !== null && outcomeBlock <= block && (outcomeTime ?? 0) <= time;
  const stamp = { block: outcomeBlock ?? 0, time: outcomeTime ?? 0, transaction: outcomeTransaction ?? "0x" } as const;
  if (isOver) return { ...rest, status: outcome, outcome: { ...stamp, by: outcomeBy } };
  const status = time < row.opensAt ? "waiting" : time < row.closesAt ? "open" : "ended";
  return { ...rest, status, outcome: null };
}

function basketChangeAt(row: StoredBasketChange, { asOfBlock, asOf }: At): rows.BasketChangeRow {
  const { appliedBlock: block, appliedTime: time, appliedTransaction: transaction, ...rest } = row;
  const isApplied = block !== null && time !== null && transaction !== null;
  if (!isApplied || block > (asOfBlock ?? block) || time > (asOf ?? time)) return { ...rest, applied: null };
  return { ...rest, applied: { block, time, transaction } };
}

/** Balances at a block or time: those after each account's last transfer until then. Values are whole numbers. */
function pastBalances(until: readonly Condition[]): string {
  const filter = until.map(([sql, value]) => sql.replace("?", String(Number(value)))).join(" and ");
  const side = (account: string, balance: string) =>
    `select "vault", "${account}" as "account", "${balance}" as "balance", "block", "time", id from share_transfer where ${filter} and "${account}" <> '${NOBODY}'`;
  const both = `${side("from", "from_balance")} union all ${side("to", "to_balance")}`;
  return `(select moves.*, row_number() over (partition by "vault", "account" order by id desc) as place from (${both}) moves) past`;
}
