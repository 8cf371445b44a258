import { batchWindow } from "@gimbal/sdk";
import { expect } from "chai";
import { impactWords } from "./impact.ts";
import { requestState, stateWords } from "./requestState.ts";
import { hasReadRisks, rememberRisks } from "./riskNotice.ts";
import { DEFAULT_SLIPPAGE, readSlippage } from "./slippage.ts";

describe("a price impact in words", () => {
  it("warns above 1%, and has to be accepted above 5% or when nobody knows it", () => {
    const toneOf = (impact: number | null) => impactWords(impact, "buy").tone;
    expect([-50, 0, 100, 101, 500, 501, null].map(toneOf)).to.deep.equal([
      ...["calm", "calm", "calm", "amber", "amber", "agree", "agree"],
    ]);
    expect(impactWords(250, "sell").sentence).to.equal(
      "You lose 2.50% of the net asset value, by the prices and fees of the pools.",
    );
    expect(impactWords(-20, "buy").sentence).to.equal("The pools are 0.20% better than the net asset value.");
    expect(impactWords(null, "sell").sentence).to.contain("nobody can tell");
  });
});

describe("slippage", () => {
  it("is a percentage of two decimals, of 10 at most", () => {
    expect(DEFAULT_SLIPPAGE).to.equal(50);
    expect(readSlippage("0.5")).to.deep.equal({ raw: 50 });
    expect(readSlippage("10")).to.deep.equal({ raw: 1_000 });
    expect(readSlippage("")).to.deep.equal({});
    expect(readSlippage("10.01").fault).to.equal("At most 10%.");
    expect(readSlippage("0.005").fault).to.equal("A percentage has at most 2 decimals.");
  });
});

describe("a request in a batch", () => {
  it("is open, locked, being exchanged and over by the contract's own times", () => {
    const { lockedAt, opensAt, closesAt } = batchWindow(20_000n);
    const at = (now: bigint) => requestState(20_000n, now);
    expect([at(lockedAt), at(lockedAt + 1n), at(opensAt), at(closesAt - 1n), at(closesAt)]).to.deep.equal([
      ...["open", "locked", "settling", "settling", "over"],
    ]);
    expect(stateWords("open", 20_000n)).to.equal("Waiting. It can be taken back until 3 Oct 2024, 23:30 UTC.");
  });
});

describe("the notice of risks", () => {
  it("is remembered by browsers that keep things, and shown again by others", () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
    expect(hasReadRisks(storage)).to.equal(false);
    rememberRisks(storage);
    expect(hasReadRisks(storage)).to.equal(true);
    const shut = () => {
      throw new Error("The browser keeps nothing.");
    };
    rememberRisks({ setItem: shut });
    expect(hasReadRisks({ getItem: shut })).to.equal(false);
  });
});
