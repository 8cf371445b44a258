import { expect } from "chai";
import { ArgumentInvalidError } from "../errors/base.ts";
import { largestRemainderBps, packWeights, unpackWeights } from "./weights.ts";

describe("sdk math: weights", () => {
  it("packs the first weight into the lowest bits and starts a word every 16 weights", () => {
    expect(packWeights([6000, 4000])).to.deep.equal([(4000n << 16n) | 6000n]);
    const weights = Array.from({ length: 17 }, (_, index) => index + 1);
    expect(packWeights(weights)).to.have.length(2);
    expect(packWeights(weights)[0]).to.equal(
      BigInt(`0x${"0010000f000e000d000c000b000a0009"}0008000700060005000400030002${"0001"}`),
    );
    expect(packWeights(weights)[1]).to.equal(17n);
  });

  it("unpacks what it packed, for every basket size", () => {
    for (let size = 1; size <= 128; size++) {
      const weights = Array.from({ length: size }, (_, index) => (index * 7919) % 10_001);
      expect(unpackWeights(packWeights(weights), size)).to.deep.equal(weights);
    }
  });

  it("rejects weights that are no whole basis points, and words that do not fit the basket", () => {
    expect(() => packWeights([1.5])).to.throw(ArgumentInvalidError, "weights[0]");
    expect(() => packWeights([0, 10_001])).to.throw(ArgumentInvalidError, "weights[1]");
    expect(() => packWeights([-1])).to.throw(ArgumentInvalidError);
    expect(() => unpackWeights([1n], 17)).to.throw(ArgumentInvalidError, "must be 2");
  });

  it("rounds to the total exactly, the largest remainder and then the lowest index first", () => {
    expect(largestRemainderBps([1n, 1n, 1n])).to.deep.equal([3334, 3333, 3333]);
    expect(largestRemainderBps([1n, 2n], 10)).to.deep.equal([3, 7]);
    expect(largestRemainderBps([0n, 5n])).to.deep.equal([0, 10_000]);
    const many = Array.from({ length: 100 }, (_, index) => BigInt(index * index + 1));
    expect(largestRemainderBps(many).reduce((sum, weight) => sum + weight, 0)).to.equal(10_000);
  });

  it("rejects values without a positive sum", () => {
    expect(() => largestRemainderBps([0n, 0n])).to.throw(ArgumentInvalidError);
    expect(() => largestRemainderBps([-1n, 2n])).to.throw(ArgumentInvalidError);
  });
});
