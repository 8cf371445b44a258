import { expect } from "chai";
import type { ProposalView } from "../data/governance.ts";
import { descriptionOf, draftFault, EMPTY_DRAFT, keepDraft, readDraft } from "./draft.ts";
import { addressOf } from "./govern.fixture.ts";
import { mayCancel, nextOf, partsOf, quorumReached, rightsWords, stepsOf } from "./standing.ts";

const D18 = 10n ** 18n;
const NOW = 1_000_000;
const proposal: ProposalView = {
  ...{ id: 1n, path: "governor", title: "A", description: "# A", proposer: addressOf(1), state: "active", actions: [] },
  ...{ votes: { for: 60n * D18, against: 30n * D18, abstain: 10n * D18 }, vetoes: null, quorum: 140n * D18 },
  ...{ isQuorumReached: false, isMajority: true, proposedAt: null, votesFrom: NOW - 60, votesUntil: NOW + 7_200 },
  ...{ executableAt: null, endedAt: null },
};
const over = (more: Partial<ProposalView>): ProposalView => ({ ...proposal, ...more });

describe("where a proposal stands", () => {
  it("parts votes, and knows no parts when nobody voted", () => {
    expect(partsOf(proposal.votes!)).to.deep.equal({ for: 60, against: 30, abstain: 10 });
    expect(partsOf({ for: 0n, against: 0n, abstain: 0n })).to.equal(null);
  });

  it("counts for and abstain for the quorum, not against, and stops at the whole", () => {
    expect(quorumReached(proposal)).to.equal(5_000);
    expect(quorumReached(over({ quorum: 10n * D18 }))).to.equal(10_000);
    expect(quorumReached(over({ quorum: null }))).to.equal(null);
  });

  it("says what comes next by the chain's clock", () => {
    expect(nextOf(proposal, NOW)).to.equal("The vote ends in 2 hours");
    expect(nextOf(over({ state: "pending", votesFrom: NOW + 60 }), NOW)).to.equal("The vote begins in 60 seconds");
    const queued = over({ state: "queued", executableAt: NOW + 3_600 });
    expect(nextOf(queued, NOW)).to.equal("Can be executed in 60 minutes");
    expect(stepsOf(queued, NOW)).to.deep.equal({ vote: false, queue: false, execute: false });
    expect(stepsOf(queued, NOW + 3_600)).to.deep.equal({ vote: false, queue: false, execute: true });
    expect(stepsOf(over({ state: "succeeded" }), NOW).queue).to.equal(true);
  });

  it("lets the proposer cancel before the vote, the guardian until it is executed, and nobody else", () => {
    const [proposer, guardian, other] = [addressOf(1), addressOf(2), addressOf(3)];
    const may = (state: ProposalView["state"], account: string | undefined) =>
      mayCancel(over({ state }), account, guardian);
    expect([may("pending", proposer), may("active", proposer), may("queued", guardian)]).to.deep.equal([
      true,
      false,
      true,
    ]);
    expect([may("executed", guardian), may("pending", other), may("pending", undefined)]).to.deep.equal([
      false,
      false,
      false,
    ]);
  });

  it("says what is missing to propose", () => {
    const rights = {
      blockNumber: 1n,
      mayPropose: false,
      votes: 5n * D18,
      threshold: 10n * D18,
      used: 0n,
      allowed: 2n,
      launchGate: 0n,
    };
    const words = (given: typeof rights) => rightsWords(given, given.votes);
    expect(words(rights)).to.contain("you have 5 veGIM of votes and 10 veGIM are needed");
    const enough = { ...rights, votes: 10n * D18 };
    expect(words({ ...enough, allowed: 0n })).to.contain("tier 1");
    expect(words({ ...enough, used: 2n })).to.contain("used your 2 proposals");
    expect(words({ ...enough, launchGate: 100n * D18 })).to.contain("waits until 100 veGIM");
    expect(words({ ...enough, mayPropose: true })).to.contain("0 of your 2 proposals");
    expect(rightsWords(rights, 10n * D18)).to.contain("from the next block on");
  });
});

describe("the draft of a proposal", () => {
  const storage = new Map<string, string>();
  const place = {
    setItem: (key: string, value: string) => void storage.set(key, value),
    getItem: (key: string) => storage.get(key) ?? null,
  };

  it("survives a reload, for its own network only", () => {
    const draft = {
      title: " A ",
      body: "b",
      actions: [{ target: addressOf(1), value: 2n ** 80n, data: "0x12" }],
    } as const;
    keepDraft(place, 1, draft);
    expect(readDraft(place, 1)).to.deep.equal(draft);
    expect(readDraft(place, 2)).to.deep.equal(EMPTY_DRAFT);
    expect(descriptionOf(draft)).to.equal("# A\n\nb");
  });

  it("leaves out what cannot be read", () => {
    place.setItem("gimbal.proposal.3", '{"title":5,"actions":[{"target":"0x1","value":"1","data":"0x"},null]}');
    expect(readDraft(place, 3)).to.deep.equal(EMPTY_DRAFT);
    place.setItem("gimbal.proposal.3", "{");
    expect(readDraft(place, 3)).to.deep.equal(EMPTY_DRAFT);
  });

  it("wants a call, then a title", () => {
    expect(draftFault(EMPTY_DRAFT)).to.equal("Add a call first");
    expect(draftFault({ ...EMPTY_DRAFT, actions: [{ target: addressOf(1), value: 0n, data: "0x12" }] })).to.equal(
      "Write a title",
    );
  });
});
