import { expect } from "chai";
import { bucketCapacity, bucketLeft, bucketLevel } from "./buckets.ts";
import { WEEK } from "./fixed.ts";

const WEEKLY_BPS = 2_500;
const WEEKLY = 25n * 10n ** 16n;

/** Spends all there is every `step` seconds from a full bucket on, for seven days. */
function spendGreedily(step: bigint): bigint {
  let level = 0n;
  let spent = 0n;
  for (let at = 0n; at <= WEEK; at += step) {
    level = at === 0n ? level : bucketLevel(level, WEEKLY_BPS, step);
    spent += bucketLeft(level, WEEKLY_BPS);
    level = bucketCapacity(WEEKLY_BPS);
  }
  return spent;
}

describe("sdk math: buckets", () => {
  it("holds half of the weekly figure and leaks the other half in a week", () => {
    expect(bucketCapacity(WEEKLY_BPS)).to.equal(WEEKLY / 2n);
    expect(bucketLevel(WEEKLY / 2n, WEEKLY_BPS, WEEK)).to.equal(0n);
    expect(bucketLevel(WEEKLY / 2n, WEEKLY_BPS, WEEK / 2n)).to.equal(WEEKLY / 4n);
    expect(bucketLeft(WEEKLY / 2n, WEEKLY_BPS)).to.equal(0n);
  });

  it("never falls below empty", () => {
    expect(bucketLevel(1n, WEEKLY_BPS, 10n * WEEK)).to.equal(0n);
    expect(bucketLeft(WEEKLY, WEEKLY_BPS)).to.equal(0n);
  });

  it("lets no seven days spend more than the weekly figure, however often it is spent", () => {
    for (const step of [3_600n, 7_001n, 86_400n, WEEK]) {
      const spent = spendGreedily(step);
      expect(spent <= WEEKLY, `${spent} every ${step} s`).to.equal(true);
      expect(spent > (WEEKLY * 9n) / 10n, `${spent} every ${step} s`).to.equal(true);
    }
  });
});
