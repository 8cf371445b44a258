import { expect } from "chai";
import type { Hash } from "viem";
import type { ChainActivity } from "../../data/portfolio.ts";
import type { Activity } from "../../flow/activity.ts";
import { kindWords, mergeActivity } from "./activityWords.ts";

const hash = (digit: string) => `0x${digit.repeat(64)}` as Hash;
const own = { chainId: 1, account: "0x00000000000000000000000000000000000000AA", state: "confirmed" } as const;
const chain = (id: number, digit: string, at: number, kind: string): ChainActivity => ({
  ...{ id, at, kind, transaction: hash(digit), index: null, shares: null },
});

describe("the list of what an account did", () => {
  it("has every transaction once, the newest first, in this browser's words where it has some", () => {
    const mine: Activity[] = [{ ...own, id: hash("B"), hash: hash("B"), title: "Buy 2 GIM10", sentAt: 30 }];
    const theirs = [chain(1, "b", 29, "zapIn"), chain(2, "c", 40, "transfer"), chain(3, "d", 10, "vote")];
    const lines = mergeActivity(mine, theirs, ({ kind }) => kindWords(kind));
    expect(lines.map(({ title }) => title)).to.deep.equal(["Transfer", "Buy 2 GIM10", "Vote"]);
  });

  it("names everything that one transaction did, symbols as they are, and no transfer beside it", () => {
    const did = [chain(1, "b", 1, "mint"), chain(2, "b", 1, "transfer"), chain(3, "b", 1, "lock-create")];
    const [line] = mergeActivity([], did, ({ kind }) => `${kindWords(kind)} G100`);
    expect(line?.title).to.equal("Mint G100, lock create G100");
    const moved = [chain(1, "c", 1, "transfer"), chain(2, "c", 1, "transfer")];
    const [other] = mergeActivity([], moved, ({ kind }) => kindWords(kind));
    expect(other?.title).to.equal("Transfer, transfer");
  });

  it("keeps what is under way and why something failed", () => {
    const ended = { title: "Buy", sentAt: 1, state: "failed", reason: "Too dear." } as const;
    const failed: Activity = { ...own, ...ended, id: hash("1"), hash: hash("1") };
    const batch: Activity = { ...own, id: "batch", hash: null, title: "Sell", sentAt: 2, state: "pending" };
    expect(mergeActivity([failed, batch], [], () => "")).to.deep.equal([
      { id: "batch", hash: null, title: "Sell", at: 2, state: "pending", reason: undefined },
      { id: hash("1"), hash: hash("1"), title: "Buy", at: 1, state: "failed", reason: "Too dear." },
    ]);
    expect(kindWords("zapIn")).to.equal("Zap in");
  });
});
