import { expect } from "chai";
import { bucketCapacity, bucketLeft, bucketLevel } from "./buckets.ts";
import { WEEK } from "./fixed.ts";

const WEEKLY = 25n * 10n ** 16n;

describe("sdk math: buckets", () => {
  it("holds half of the weekly figure and leaks the other half in a week", () => {
    expect(bucketCapacity(WEEKLY)).to.equal(WEEKLY / 2n);
    expect(bucketLevel(WEEKLY / 2n, WEEKLY, WEEK)).to.equal(0n);
    expect(bucketLevel(WEEKLY / 2n, WEEKLY, WEEK / 2n)).to.equal(WEEKLY / 4n);
    expect(bucketLeft(WEEKLY / 2n, WEEKLY, 0n)).to.equal(0n);
  });

  it("never falls below empty", () => {
    expect(bucketLevel(1n, WEEKLY, 10n * WEEK)).to.equal(0n);
    expect(bucketLeft(0n, WEEKLY, 10n * WEEK)).to.equal(WEEKLY / 2n);
  });

  it("lets no seven days spend more than the weekly figure, however it is spent", () => {
    for (const step of [1n, 3_600n, 86_400n, WEEK]) {
      let level = 0n;
      let spent = 0n;
      for (let at = 0n; at <= WEEK; at += step === 1n ? WEEK : step) {
        level = bucketLevel(level, WEEKLY, at === 0n ? 0n : step === 1n ? WEEK : step);
        const take = bucketCapacity(WEEKLY) - level;
        level += take;
        spent += take;
      }
      expect(spent <= WEEKLY).to.equal(true);
    }
  });
});
