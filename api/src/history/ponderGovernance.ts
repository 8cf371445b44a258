import type { Address } from "viem";
import {
  airdropClaimSpec,
  airdropWaveSpec,
  buybackSpec,
  commitmentSpec,
  delegateVotesSpec,
  delegationEventSpec,
  delegationSpec,
  lockEventSpec,
  lockSpec,
  optimisticSpec,
  proposalSpec,
  revenueClaimSpec,
  revenueSplitSpec,
  revenueWeekSpec,
  type StoredOptimistic,
  type StoredProposal,
  saleEventSpec,
  saleSpec,
  vetoSpec,
  voteSpec,
} from "./decodeGovernance.ts";
import type * as rows from "./governanceRows.ts";
import type { At, EventsOf, OfAccount, Page, PageOf } from "./history.ts";
import { type Condition, equals, IndexReader } from "./lists.ts";

/** The governance side of {@link PonderHistory}: locks, delegation, proposals, revenue, sales, airdrop. */
export class PonderGovernance {
  protected readonly reader: IndexReader;

  /** `url` of the indexer, and the chain that it must know. */
  constructor(url: string, chainId: number) {
    this.reader = new IndexReader(url, chainId);
  }

  async lock(account: Address, at: At = {}): Promise<rows.LockRow | null> {
    const until = await this.reader.until(at);
    const table = until.length === 0 ? "lock" : "lock_event";
    const order = until.length === 0 ? "" : "order by id desc";
    return this.reader.one(table, lockSpec, [...until, equals("account", account)], order);
  }

  async locks(page: PageOf & At = {}): Promise<Page<rows.LockRow>> {
    const until = await this.reader.until(page);
    const from = until.length === 0 ? "lock" : newest("lock_event", "account", until);
    const where: Condition[] = until.length === 0 ? [['"amount" > 0']] : [['"amount" > 0'], ["place = 1"]];
    return this.reader.page({ from, spec: lockSpec, key: ["amount", "account"], where, isDescending: true }, page);
  }

  lockEvents(page: EventsOf & OfAccount = {}) {
    return this.reader.events("lock_event", lockEventSpec, page, [equals("account", page.account)]);
  }

  async delegation(account: Address, at: At = {}): Promise<rows.DelegationRow | null> {
    const until = await this.reader.until(at);
    const from = until.length === 0 ? "delegation" : pastDelegations(until);
    const where = [equals("delegator", account), until.length === 0 ? undefined : (["place = 1"] as Condition)];
    return this.reader.one(from, delegationSpec, where);
  }

  async delegators(delegate: Address, page: PageOf & At = {}): Promise<Page<rows.DelegationRow>> {
    const until = await this.reader.until(page);
    const from = until.length === 0 ? "delegation" : pastDelegations(until);
    const where = [equals("delegate", delegate), until.length === 0 ? undefined : (["place = 1"] as Condition)];
    return this.reader.page({ from, spec: delegationSpec, key: ["block", "delegator"], where }, page);
  }

  delegationEvents(page: EventsOf & OfAccount = {}) {
    return this.reader.events("delegation_event", delegationEventSpec, page, [equals("delegator", page.account)]);
  }

  delegateVotes(page: EventsOf & OfAccount = {}) {
    return this.reader.events("delegate_votes", delegateVotesSpec, page, [equals("delegate", page.account)]);
  }

  async proposals(page: PageOf & At = {}): Promise<Page<rows.ProposalRow>> {
    const until = await this.reader.until(page);
    const found = await this.reader.page({ from: "proposal", spec: proposalSpec, key: ["number"], where: until }, page);
    return { rows: await Promise.all(found.rows.map((row) => this.#proposalAt(row, page, until))), next: found.next };
  }

  async proposal(id: bigint, at: At = {}): Promise<rows.ProposalRow | null> {
    const until = await this.reader.until(at);
    const found = await this.reader.one("proposal", proposalSpec, [...until, equals("id", id)]);
    return found === null ? null : this.#proposalAt(found, at, until);
  }

  async #proposalAt(stored: StoredProposal, at: At, until: readonly Condition[]): Promise<rows.ProposalRow> {
    const {
      queuedBlock,
      queuedTime,
      executedBlock,
      executedTime,
      cancelledBlock,
      cancelledTime,
      executableAt,
      ...row
    } = stored;
    const queued = momentAt(queuedBlock, queuedTime, at);
    const states = {
      queued,
      executed: momentAt(executedBlock, executedTime, at),
      cancelled: momentAt(cancelledBlock, cancelledTime, at),
      executableAt: queued === null ? null : executableAt,
    };
    if (until.length === 0) return { ...row, ...states };
    const votes = await this.reader.all("vote", voteSpec, [equals("proposal", row.id), ...until]);
    const sum = (support: rows.VoteRow["support"]) =>
      votes.reduce((total, vote) => (vote.support === support ? total + vote.weight : total), 0n);
    const tally = { forVotes: sum("for"), againstVotes: sum("against"), abstainVotes: sum("abstain") };
    return { ...row, ...states, ...tally, voters: votes.length };
  }

  votes(page: EventsOf & OfAccount & { readonly proposal?: bigint | undefined } = {}) {
    const where = [equals("voter", page.account), equals("proposal", page.proposal)];
    return this.reader.events("vote", voteSpec, page, where);
  }

  async optimisticProposals(page: PageOf & At = {}): Promise<Page<rows.OptimisticProposalRow>> {
    const until = await this.reader.until(page);
    const list = { from: "optimistic_proposal", spec: optimisticSpec, key: ["block", "id"], where: until } as const;
    const found = await this.reader.page(list, page);
    return { rows: await Promise.all(found.rows.map((row) => this.#optimisticAt(row, page, until))), next: found.next };
  }

  async #optimisticAt(
    stored: StoredOptimistic,
    at: At,
    until: readonly Condition[],
  ): Promise<rows.OptimisticProposalRow> {
    const { timelockId: operation, outcome: kind, outcomeBlock, outcomeTime, ...row } = stored;
    const moment = momentAt(outcomeBlock, outcomeTime, at);
    const outcome = kind === null || moment === null ? null : { kind, ...moment };
    if (until.length === 0) return { ...row, operation, outcome };
    const vetoes = await this.reader.all("veto", vetoSpec, [equals("proposal", row.id), ...until]);
    return { ...row, operation, outcome, vetoes: vetoes.reduce((sum, { votes }) => sum + votes, 0n) };
  }

  vetoes(page: EventsOf & { readonly proposal?: bigint | undefined } = {}) {
    return this.reader.events("veto", vetoSpec, page, [equals("proposal", page.proposal)]);
  }

  revenueSplits(page: EventsOf = {}) {
    return this.reader.events("revenue_split", revenueSplitSpec, page);
  }

  async revenueWeeks(page: PageOf & At & { readonly token?: Address | undefined } = {}) {
    const where = [...(await this.reader.until(page)), equals("token", page.token)];
    return this.reader.page({ from: "revenue_week", spec: revenueWeekSpec, key: ["week", "token"], where }, page);
  }

  revenueClaims(page: EventsOf & OfAccount = {}) {
    return this.reader.events("revenue_claim", revenueClaimSpec, page, [equals("account", page.account)]);
  }

  buybacks(page: EventsOf = {}) {
    return this.reader.events("buyback", buybackSpec, page);
  }

  async sales(page: PageOf & At = {}): Promise<Page<rows.SaleRow>> {
    const where = await this.reader.until(page);
    return this.reader.page({ from: "sale", spec: saleSpec, key: ["block", "round"], where }, page);
  }

  sale(round: Address): Promise<rows.SaleRow | null> {
    return this.reader.one("sale", saleSpec, [equals("round", round)]);
  }

  commitments(page: PageOf & OfAccount & { readonly round?: Address | undefined } = {}) {
    const where = [equals("round", page.round), equals("account", page.account)];
    return this.reader.page(
      { from: "commitment", spec: commitmentSpec, key: ["block", "round", "account"], where },
      page,
    );
  }

  saleEvents(page: EventsOf & OfAccount & { readonly round?: Address | undefined } = {}) {
    const where = [equals("round", page.round), equals("account", page.account)];
    return this.reader.events("sale_event", saleEventSpec, page, where);
  }

  airdropWaves(): Promise<readonly rows.AirdropWaveRow[]> {
    return this.reader.all("airdrop_wave", airdropWaveSpec, [], 'order by "wave"');
  }

  airdropClaims(page: EventsOf & OfAccount = {}) {
    return this.reader.events("airdrop_claim", airdropClaimSpec, page, [equals("account", page.account)]);
  }
}

function momentAt(block: number | null, time: number | null, { asOfBlock, asOf }: At): rows.Moment | null {
  if (block === null || time === null) return null;
  return block > (asOfBlock ?? block) || time > (asOf ?? time) ? null : { block, time };
}

/** Events with their place from the newest of each `owner`, up to a block or time. Values are whole numbers. */
function newest(table: string, owner: string, until: readonly Condition[], more = ""): string {
  const filter = until.map(([sql, value]) => sql.replace("?", String(Number(value)))).join(" and ");
  const place = `row_number() over (partition by "${owner}" order by id desc) as place`;
  return `(select ${table}.*, ${more}${place} from ${table} where ${filter}) past`;
}

function pastDelegations(until: readonly Condition[]): string {
  return newest("delegation_event", "delegator", until, '"to" as "delegate", ');
}
