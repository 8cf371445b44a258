import { expect } from "chai";
import { countTrials, NO_TRIALS, type Trial, withTrial } from "./trials.ts";

const trial: Trial = {
  hash: "0xaa",
  id: "ai",
  words: "first",
  data: "files",
  from: "2021-01-01",
  to: "2022-12-31",
  dailySharpe: "0.05",
  neutralIc: null,
};

describe("training/trials", () => {
  it("default: counts configurations, and what was only counted where it chose returns", () => {
    const other: Trial = { ...trial, hash: "0xbb", dailySharpe: "-0.01" };
    const again: Trial = { ...trial, from: "2022-01-01", dailySharpe: null };
    const ledger = [other, again, trial].reduce(withTrial, {
      ...NO_TRIALS,
      counted: [
        { id: "regime", words: "thresholds", count: 10, ofReturns: true },
        { id: "sentiment", words: "headlines", count: 60, ofReturns: false },
      ],
    });
    expect(ledger.trials.map(({ hash, from }) => `${hash} ${from}`)).to.deep.equal([
      "0xaa 2021-01-01",
      "0xaa 2022-01-01",
      "0xbb 2021-01-01",
    ]);
    expect(countTrials(ledger, trial)).to.deep.equal({ count: 12, dailySharpes: [-0.01] });
    expect(countTrials(ledger, { ...trial, hash: "0xcc" })).to.deep.equal({ count: 13, dailySharpes: [0.05, -0.01] });
  });

  it("behavior: the same configuration on the same period is one trial with the newer figures", () => {
    const ledger = withTrial(withTrial(NO_TRIALS, trial), { ...trial, dailySharpe: "0.07" });
    expect(ledger.trials).to.have.length(1);
    expect(ledger.trials[0]!.dailySharpe).to.equal("0.07");
    expect(countTrials(NO_TRIALS, trial)).to.deep.equal({ count: 1, dailySharpes: [] });
  });
});
