import { indexGovernorAbi, setProtocolFee } from "@gimbal/sdk";
import { expect } from "chai";
import { createPublicClient, custom, encodeFunctionResult, zeroAddress } from "viem";
import { bodyOf, FIXTURE_DEPLOYMENT, type Json } from "../app.fixture.ts";
import type { OptimisticProposalRow, ProposalRow } from "../history/governanceRows.ts";
import type { PlanRow } from "../history/rows.ts";
import {
  address,
  HEAD,
  hash,
  historyApp,
  ME,
  mintRow,
  OTHER,
  place,
  SHARE,
  timeOf,
  transferRow,
  VAULT,
} from "./accounts.fixture.ts";
import { optimisticState, proposalState } from "./proposals.ts";

const FEE = setProtocolFee({ factory: VAULT, bps: 500, recipient: OTHER });
const CALLS = [{ target: FEE.target, value: "0", data: FEE.data }];

function proposal(over: Partial<ProposalRow> = {}): ProposalRow {
  return {
    ...place(10),
    ...{ id: 77n, number: 1, proposer: ME, calls: CALLS, description: "# Lower the fee\n\nBecause." },
    ...{ voteStart: timeOf(12), voteEnd: timeOf(19), forVotes: 30n * SHARE, againstVotes: 10n * SHARE },
    ...{ abstainVotes: 0n, voters: 2, executableAt: null, queued: null, executed: null, cancelled: null },
    ...over,
  };
}

function optimistic(over: Partial<OptimisticProposalRow> = {}): OptimisticProposalRow {
  return {
    ...place(11),
    ...{ id: 3n, proposer: ME, calls: CALLS, description: "Small", snapshot: timeOf(11), vetoEnd: timeOf(14) },
    ...{ vetoThreshold: 5n, vetoes: 4n, operation: null, readyAt: null, outcome: null },
    ...over,
  };
}

/** A chain that knows one thing: the quorum. */
function chainWithQuorum(quorum: bigint) {
  const result = encodeFunctionResult({ abi: indexGovernorAbi, functionName: "quorum", result: quorum });
  const request = async ({ method }: { method: string }) => (method === "eth_call" ? result : "0x7a69");
  return createPublicClient({ transport: custom({ request }, { retryCount: 0 }) });
}

const NAMES = ["GovernanceToken", "VotingEscrow", "ScoreRegistry", "RevenueDistributor", "FeeSplitter", "Buyback"];
const MORE = ["Compounder", "MerkleAirdrop", "SaleRoundFactory", "IndexGovernor", "IndexTimelock", "OptimisticModule"];
const dao = Object.fromEntries([...NAMES, ...MORE].map((name) => [name, VAULT]));
const deployment = { ...FIXTURE_DEPLOYMENT, contracts: { ...FIXTURE_DEPLOYMENT.contracts, ...dao } };

describe("proposal routes", () => {
  it("tell actions in words, votes, quorum and where a proposal stands, now and then", async () => {
    const proposals = [proposal(), proposal({ ...place(20), id: 78n, voteStart: timeOf(41), voteEnd: timeOf(48) })];
    const fetch = await historyApp({ proposals }, { client: chainWithQuorum(25n * SHARE), deployment });
    const { data } = await bodyOf(fetch("/v1/proposals"));
    expect(data.map(({ id, state }: Json) => [id, state])).to.deep.equal([
      ["78", "pending"],
      ["77", "succeeded"],
    ]);
    expect(data[1]).to.deep.include({ title: "Lower the fee", isQuorumReached: true, isMajority: true });
    expect(data[1].actions[0]).to.deep.include({ signature: "setProtocolFee(uint16,address)" });
    expect(data[1].actions[0].args[0]).to.deep.include({ value: "500" });
    expect([data[0].quorum, data[1].quorum.amount]).to.deep.equal([null, "25"]);
    const then = await bodyOf(fetch(`/v1/proposals/77?asOf=${new Date(timeOf(15) * 1_000).toISOString()}`));
    expect(then.data.state).to.equal("active");
    const first = await bodyOf(fetch("/v1/proposals?limit=1"));
    const second = await bodyOf(fetch(`/v1/proposals?limit=1&cursor=${first.next}`));
    expect([first.data[0].id, second.data[0].id, second.next]).to.deep.equal(["78", "77", undefined]);
  });

  it("tell what passes unless it is vetoed, and refuse numbers that are none", async () => {
    const fetch = await historyApp({ optimisticProposals: [optimistic()] });
    const { data } = await bodyOf(fetch("/v1/proposals?path=optimistic"));
    expect(data[0]).to.deep.include({ id: "3", votes: null, state: "expired" });
    expect((await bodyOf(fetch("/v1/proposals/3"))).data.vetoes.threshold.raw).to.equal("5");
    expect((await fetch("/v1/proposals/4")).status).to.equal(404);
    for (const id of ["0x4", "-1", "1.0", "9".repeat(79)]) {
      expect((await bodyOf(fetch(`/v1/proposals/${id}`))).errors[0].at, id).to.equal("params.id");
    }
    expect((await bodyOf(fetch("/v1/proposals?path=both"))).errors[0].at).to.equal("query.path");
  });

  it("follow the contracts' order of states", () => {
    const done = { block: 1, time: 1 };
    const at = (row: Partial<ProposalRow>, now: number, quorum = 25n * SHARE) =>
      proposalState(proposal(row), quorum, now);
    expect([at({}, timeOf(12)), at({}, timeOf(12) + 1), at({}, timeOf(19))]).to.deep.equal([
      "pending",
      "active",
      "active",
    ]);
    expect([at({}, timeOf(20)), at({}, timeOf(20), 31n * SHARE)]).to.deep.equal(["succeeded", "defeated"]);
    expect(at({ againstVotes: 28n * SHARE }, timeOf(20))).to.equal("defeated");
    expect(at({ queued: done }, timeOf(20))).to.equal("queued");
    expect(at({ queued: done, executed: done }, timeOf(20))).to.equal("executed");
    expect(at({ cancelled: done }, timeOf(11))).to.equal("canceled");
    const veto = (row: Partial<OptimisticProposalRow>, now: number) => optimisticState(optimistic(row), now);
    expect([veto({}, timeOf(14) - 1), veto({}, timeOf(14))]).to.deep.equal(["open", "passed"]);
    expect([veto({}, timeOf(28) - 1), veto({}, timeOf(28))]).to.deep.equal(["passed", "expired"]);
    expect([veto({ vetoes: 5n }, timeOf(12)), veto({ operation: hash(1) }, timeOf(40))]).to.deep.equal([
      "rejected",
      "queued",
    ]);
  });
});

describe("activity and recurring plans of an account", () => {
  it("list everything newest first, each once, whatever the length of a page", async () => {
    const many = Array.from({ length: 7 }, (_, n) => ({ ...transferRow(9, OTHER, ME, SHARE), id: 900_000 + n }));
    const fetch = await historyApp({
      shareTransfers: [transferRow(2, zeroAddress, ME, SHARE), ...many, transferRow(12, OTHER, address(5), SHARE)],
      flows: [{ ...mintRow(2, ME, SHARE, 1n), id: 200_001 }],
    });
    const ids: number[] = [];
    let cursor = "";
    do {
      const page = await bodyOf(fetch(`/v1/accounts/${ME}/activity?limit=2${cursor}`));
      ids.push(...page.data.map(({ id }: Json) => id));
      cursor = page.next === undefined ? "" : `&cursor=${page.next}`;
    } while (cursor !== "");
    expect(ids).to.deep.equal([900_006, 900_005, 900_004, 900_003, 900_002, 900_001, 900_000, 200_001, 200_000]);
    const past = await bodyOf(fetch(`/v1/accounts/${ME}/activity?asOfBlock=40`));
    expect(past.data.at(-1)).to.deep.include({ kind: "transfer", index: VAULT });
    expect(past.data.at(-2).details).to.deep.include({ feeShares: "1", receiver: ME });
  });

  it("tell the next dates of a plan, and none of one that is over", async () => {
    const row: PlanRow = {
      ...{ ...place(5), id: 1n, owner: ME, depositor: OTHER, vault: VAULT, kind: "DEPOSIT", period: "ONE_WEEK" },
      ...{ amount: 1_000_000n, tipCap: 0n, orders: 4, lastDay: 0, next: HEAD.time + 60, filed: 2, status: "active" },
    };
    const part = { ...row, id: 2n, kind: "WITHDRAW_PART", amount: 250n, orders: 0, status: "cancelled" } as const;
    const fetch = await historyApp({ plans: [row, part] });
    const { data } = await bodyOf(fetch(`/v1/recurring/${ME}`));
    expect(data.map(({ partBps, amountRaw, next }: Json) => [partBps, amountRaw, next.length])).to.deep.equal([
      [250, null, 0],
      [null, "1000000", 2],
    ]);
    expect((await bodyOf(fetch("/v1/recurring/me"))).errors[0].at).to.equal("params.account");
    expect((await bodyOf(fetch("/v1/sales"))).data).to.deep.equal([]);
    expect((await bodyOf(fetch("/v1/sales?account=1"))).errors[0].at).to.equal("query.account");
  });
});
