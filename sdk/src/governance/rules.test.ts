import { expect } from "chai";
import { saleCapOf, saleResult, vestedAt } from "./sales.ts";
import { scoreToNextTier, tierOfScore } from "./tiers.ts";
import { isMajority, isPassed, isQuorumReached, quorumOf, votesMissing } from "./votes.ts";

const tally = (forVotes: bigint, againstVotes: bigint, abstainVotes: bigint) => ({
  forVotes,
  againstVotes,
  abstainVotes,
});

describe("sdk governance: tiers", () => {
  it("counts the thresholds that a score reaches, and says what the next one asks for", () => {
    const [first, second] = [2_200n * 10n ** 18n, 11_100n * 10n ** 18n];
    const scores = [0n, first - 1n, first, second - 1n, second, 10n ** 30n];
    expect(scores.map((score) => tierOfScore(score))).to.deep.equal([0, 0, 1, 1, 2, 10]);
    expect([0n, first, 10n ** 30n].map((score) => scoreToNextTier(score))).to.deep.equal([first, second - first, 0n]);
  });
});

describe("sdk governance: votes", () => {
  it("bounds the quorum by a floor and a cap", () => {
    expect(quorumOf({ supply: 1_009n, numerator: 10n })).to.equal(100n);
    expect(quorumOf({ supply: 1_009n, numerator: 10n, floor: 500n })).to.equal(500n);
    expect(quorumOf({ supply: 10_000n, numerator: 10n, floor: 500n, cap: 600n })).to.equal(600n);
  });

  it("counts abstentions for the quorum, and asks for more than 1.10 times as many for as against", () => {
    expect(isQuorumReached(tally(60n, 900n, 39n), 100n)).to.equal(false);
    expect(isQuorumReached(tally(60n, 0n, 40n), 100n)).to.equal(true);
    expect(isMajority(tally(110n, 100n, 0n))).to.equal(false);
    expect(isMajority(tally(111n, 100n, 0n))).to.equal(true);
    expect(isMajority(tally(0n, 0n, 100n))).to.equal(false);
    expect(isPassed(tally(111n, 100n, 0n), 112n)).to.equal(false);
    expect(isPassed(tally(111n, 100n, 1n), 112n)).to.equal(true);
  });

  it("says how many votes are missing, and not one less would do", () => {
    for (const [forVotes, against, abstain, quorum] of [
      [0n, 0n, 0n, 0n],
      [50n, 0n, 20n, 100n],
      [50n, 99n, 0n, 10n],
      [200n, 100n, 0n, 100n],
    ] as const) {
      const before = tally(forVotes, against, abstain);
      const missing = votesMissing(before, quorum);
      expect(isPassed(tally(forVotes + missing, against, abstain), quorum)).to.equal(true);
      expect(missing === 0n || !isPassed(tally(forVotes + missing - 1n, against, abstain), quorum)).to.equal(true);
    }
  });
});

describe("sdk governance: sales", () => {
  const terms = { hardCap: 1_000n, softCap: 300n, saleAmount: 7_000n };

  it("accepts everything up to the hard cap", () => {
    expect(saleResult({ ...terms, committed: 400n, totalCommitted: 1_000n })).to.deep.equal({
      accepted: 400n,
      refund: 0n,
      bought: 2_800n,
    });
  });

  it("refunds in proportion above it, so that no order of refunds runs out", () => {
    const commitments = [1n, 3n, 7n, 333n, 999n, 2_000n];
    const totalCommitted = commitments.reduce((sum, amount) => sum + amount, 0n);
    const results = commitments.map((committed) => saleResult({ ...terms, committed, totalCommitted }));
    const accepted = results.reduce((sum, result) => sum + result.accepted, 0n);
    expect(accepted >= 1_000n && accepted <= 1_000n + BigInt(commitments.length)).to.equal(true);
    const bought = results.reduce((sum, result) => sum + result.bought, 0n);
    expect(bought <= terms.saleAmount && bought > terms.saleAmount - 7n).to.equal(true);
    results.forEach(({ accepted, refund }, index) => {
      expect(accepted + refund).to.equal(commitments[index]);
    });
  });

  it("sells when the soft cap is met exactly", () => {
    expect(saleResult({ ...terms, committed: 100n, totalCommitted: 300n })).to.include({
      accepted: 100n,
      bought: 700n,
    });
  });

  it("refunds all below the soft cap and after a cancellation", () => {
    const all = { accepted: 0n, refund: 100n, bought: 0n };
    expect(saleResult({ ...terms, committed: 100n, totalCommitted: 299n })).to.deep.equal(all);
    expect(saleResult({ ...terms, committed: 100n, totalCommitted: 900n, cancelled: true })).to.deep.equal(all);
    expect(saleResult({ ...terms, softCap: 0n, committed: 0n, totalCommitted: 0n }).refund).to.equal(0n);
  });

  it("vests nothing before the cliff, then in line, then all", () => {
    const vesting = { bought: 1_000n, end: 5_000n, cliff: 100n, vesting: 1_000n };
    const at = (time: bigint) => vestedAt(vesting, time);
    expect([0n, 5_000n, 5_099n, 5_100n, 5_999n, 6_000n, 9_999n].map(at)).to.deep.equal([
      0n,
      0n,
      0n,
      100n,
      999n,
      1_000n,
      1_000n,
    ]);
    expect(vestedAt({ ...vesting, cliff: 0n, vesting: 0n }, 5_000n)).to.equal(1_000n);
    expect(saleCapOf({ saleCapUsd: 2_000, launchMultiplierBps: 15_000 }, 6)).to.equal(3_000_000_000n);
  });
});
