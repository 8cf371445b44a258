import { expect } from "chai";
import { createRandom } from "../data/random.ts";
import { WeightsError } from "../errors.ts";
import { apportion, apportionCapped, apportionGrouped, type CappedClaim } from "./apportion.ts";

const sumOf = (parts: ReadonlyMap<string, number>) => [...parts.values()].reduce((sum, part) => sum + part, 0);

describe("apportion", () => {
  it("default: splits in proportion and gives leftovers to the largest remainders", () => {
    const claims = [
      { asset: "A", size: 1n },
      { asset: "B", size: 1n },
      { asset: "C", size: 1n },
      { asset: "D", size: 4n },
    ];
    // Exact parts are 1428.57 thrice and 5714.29: two units are left over and go to the first two of the .57.
    expect(Object.fromEntries(apportion(10_000, claims))).to.deep.equal({ A: 1_429, B: 1_429, C: 1_428, D: 5_714 });
  });

  it("behavior: equal remainders go to the alphabetically first, in whatever order they come", () => {
    const claims = ["C", "A", "B"].map((asset) => ({ asset, size: 1n }));
    const expected = { A: 3_334, B: 3_333, C: 3_333 };
    expect(Object.fromEntries(apportion(10_000, claims))).to.deep.equal(expected);
    expect(Object.fromEntries(apportion(10_000, claims.toReversed()))).to.deep.equal(expected);
  });

  it("behavior: nobody gets more than its size when the total is at most the sum of the sizes", () => {
    const random = createRandom(11);
    for (let round = 0; round < 500; round++) {
      const claims = randomClaims(random, 1 + Math.floor(random.uniform() * 30), 400);
      const sizes = claims.reduce((sum, { size }) => sum + Number(size), 0);
      const total = Math.floor(random.uniform() * (sizes + 1));
      const parts = apportion(total, claims);
      expect(sumOf(parts)).to.equal(total);
      for (const { asset, size } of claims) expect(parts.get(asset)).to.be.at.most(Number(size));
    }
  });

  it("error: has nothing to split among", () => {
    expect(() => apportion(5, [{ asset: "A", size: 0n }])).to.throw(WeightsError);
    expect(sumOf(apportion(0, [{ asset: "A", size: 0n }]))).to.equal(0);
  });
});

describe("apportionCapped", () => {
  it("default: hands what is over a cap to the others, again and again", () => {
    const claims = [
      { asset: "A", size: 80n, cap: 4_000 },
      { asset: "B", size: 15n, cap: 3_500 },
      { asset: "C", size: 5n, cap: 10_000 },
    ];
    const { parts, unplaced } = apportionCapped(10_000, claims);
    expect(Object.fromEntries(parts)).to.deep.equal({ A: 4_000, B: 3_500, C: 2_500 });
    expect(unplaced).to.equal(0);
  });

  it("behavior: sums, caps, order of sizes and independence of input order hold for 300 random cases", () => {
    const random = createRandom(23);
    for (let round = 0; round < 300; round++) {
      const claims: CappedClaim[] = randomClaims(random, 1 + Math.floor(random.uniform() * 40), 1_000_000).map(
        (claim) => {
          return { ...claim, cap: Math.floor(random.uniform() * 3_000) };
        },
      );
      const total = Math.floor(random.uniform() * 10_001);
      const { parts, unplaced } = apportionCapped(total, claims);
      expect(sumOf(parts) + unplaced).to.equal(total);
      for (const { asset, cap, size } of claims) {
        expect(parts.get(asset)).to.be.within(0, size === 0n ? 0 : cap);
      }
      if (unplaced > 0)
        for (const { asset, cap, size } of claims) expect(parts.get(asset)).to.equal(size === 0n ? 0 : cap);
      for (const a of claims) {
        for (const b of claims) {
          if (a.size <= b.size || parts.get(a.asset) === a.cap) continue;
          const least = Math.min(parts.get(b.asset) ?? 0, a.cap);
          if ((parts.get(a.asset) ?? 0) < least) expect.fail(`${a.asset} is larger than ${b.asset} and gets less`);
        }
      }
      expect(Object.fromEntries(apportionCapped(total, claims.toReversed()).parts)).to.deep.equal(
        Object.fromEntries(parts),
      );
    }
  });
});

function randomClaims(random: ReturnType<typeof createRandom>, count: number, largest: number) {
  return Array.from({ length: count }, (_, i) => ({
    asset: `T${String(i).padStart(3, "0")}`,
    size: BigInt(Math.floor(random.uniform() * random.uniform() * largest)) + (i === 0 ? 1n : 0n),
  }));
}

describe("apportionGrouped", () => {
  const claims = (sizes: Record<string, readonly [size: bigint, cap: number, group: string]>) =>
    Object.entries(sizes).map(([asset, [size, cap, group]]) => ({ asset, size, cap, group }));

  it("default: a group over its cap gets the cap, and the others what it leaves", () => {
    const { parts, unplaced } = apportionGrouped(
      10_000,
      claims({ A: [60n, 10_000, "x"], B: [20n, 10_000, "x"], C: [20n, 10_000, "y"] }),
      6_000,
    );
    expect([Object.fromEntries(parts), unplaced]).to.deep.equal([{ A: 4_500, B: 1_500, C: 4_000 }, 0]);
  });

  it("behavior: both caps hold, nothing is lost, and who is below every cap loses nothing", () => {
    const random = createRandom(5);
    for (let round = 0; round < 300; round++) {
      const list = Array.from({ length: 1 + Math.floor(random.uniform() * 12) }, (_, i) => ({
        asset: `T${i}`,
        size: BigInt(Math.floor(random.uniform() * 1_000)),
        cap: Math.floor(random.uniform() * 5_000),
        group: `g${Math.floor(random.uniform() * 3)}`,
      }));
      const groupCap = Math.floor(random.uniform() * 6_000);
      const { parts, unplaced } = apportionGrouped(10_000, list, groupCap);
      expect(sumOf(parts) + unplaced).to.equal(10_000);
      expect(unplaced).to.be.at.least(0);
      for (const { asset, cap } of list) expect(parts.get(asset)).to.be.at.most(cap);
      for (const group of ["g0", "g1", "g2"]) {
        const sum = list.reduce((all, claim) => all + (claim.group === group ? (parts.get(claim.asset) ?? 0) : 0), 0);
        expect(sum).to.be.at.most(groupCap);
      }
      expect(apportionGrouped(10_000, list, 10_000).parts).to.deep.equal(apportionCapped(10_000, list).parts);
    }
  });
});
