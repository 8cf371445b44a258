import { expect } from "chai";
import {
  costLeft,
  costOf,
  firstInFirstOut,
  gainOf,
  gainTotals,
  type Movement,
  proceedsOf,
  sharesLeft,
} from "./lots.ts";

const D18 = 10n ** 18n;
const share = (count: number): bigint => BigInt(count) * D18;

function movement(kind: Movement["kind"], shares: bigint, nav: bigint | null, feeShares = 0n): Movement {
  return { kind, shares, feeShares, nav };
}

/** Whole numbers below `most` from a seed; always the same. */
function numbers(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
}

/** The same by another way: every single share wei is a lot of its own with its own cost, and they leave one by one. */
function oneByOne(movements: readonly Movement[]) {
  const queue: (bigint | null)[] = [];
  const taken: { cost: bigint | null; proceeds: bigint | null; count: number }[] = [];
  const unitOf = (total: bigint | null, count: bigint, index: bigint): bigint | null =>
    total === null ? null : (total * (index + 1n)) / count - (total * index) / count;
  for (const { kind, shares, feeShares, nav } of movements) {
    const cost = nav === null ? null : ((shares + feeShares) * nav) / D18;
    if (kind === "bought" || kind === "received") {
      for (let index = 0n; index < shares; index++) queue.push(unitOf(cost, shares, index));
      continue;
    }
    const proceeds = kind === "sent" || nav === null ? null : (shares * nav) / D18;
    const entry = { cost: 0n as bigint | null, proceeds: proceeds === null ? null : 0n, count: 0 };
    for (let index = 0n; index < shares && queue.length > 0; index++) {
      const unit = queue.shift() as bigint | null;
      entry.cost = entry.cost === null || unit === null ? null : entry.cost + unit;
      const brought = unitOf(proceeds, shares, index);
      entry.proceeds = entry.proceeds === null || brought === null ? null : entry.proceeds + brought;
      entry.count += 1;
    }
    taken.push(entry);
  }
  return { queue, taken };
}

const total = (parts: readonly (bigint | null)[]): bigint | null =>
  parts.reduce((sum, part) => (sum === null || part === null ? null : sum + part), 0n);

describe("first in, first out", () => {
  it("sells the oldest lots first, and cuts the last one", () => {
    const { disposals, lots } = firstInFirstOut([
      movement("bought", share(10), 100n * D18),
      movement("bought", share(10), 200n * D18),
      movement("sold", share(15), 300n * D18),
    ]);
    expect(disposals[0]!.matches.map(({ shares, cost }) => [shares, cost])).to.deep.equal([
      [share(10), 1_000n * D18],
      [share(5), 1_000n * D18],
    ]);
    expect(disposals[0]!.matches.map(gainOf)).to.deep.equal([2_000n * D18, 500n * D18]);
    expect(lots.map((lot) => [sharesLeft(lot), costLeft(lot)])).to.deep.equal([[share(5), 1_000n * D18]]);
  });

  it("counts the mint fee as cost", () => {
    const bought = movement("bought", share(10), 100n * D18, share(1));
    expect(costOf(bought)).to.equal(1_100n * D18);
    const { realised } = gainTotals(firstInFirstOut([bought, movement("sold", share(10), 100n * D18)]), 100n * D18);
    expect(realised).to.equal(-100n * D18);
  });

  it("values what is received on the day, and realises nothing when shares are sent", () => {
    const gains = firstInFirstOut([
      movement("received", share(4), 50n * D18),
      movement("sent", share(1), 80n * D18),
      movement("sold", share(1), 90n * D18),
    ]);
    expect(gains.disposals[0]!.matches[0]).to.include({ cost: 50n * D18, proceeds: null });
    expect(gainOf(gains.disposals[0]!.matches[0]!)).to.equal(null);
    expect(gainTotals(gains, 100n * D18)).to.deep.equal({
      shares: share(2),
      cost: 100n * D18,
      value: 200n * D18,
      unrealised: 100n * D18,
      realisedCost: 50n * D18,
      proceeds: 90n * D18,
      realised: 40n * D18,
      unmatched: 0n,
    });
  });

  it("tells what no lot covers, and never makes a lot negative", () => {
    const gains = firstInFirstOut([
      movement("bought", 5n, D18),
      movement("sold", 8n, D18),
      movement("bought", 2n, 3n * D18),
    ]);
    expect(gains.disposals[0]!.unmatched).to.equal(3n);
    expect(gains.lots.map(sharesLeft)).to.deep.equal([2n]);
    const { realised, unmatched, cost } = gainTotals(gains, D18);
    expect([realised, unmatched, cost]).to.deep.equal([null, 3n, 6n]);
  });

  it("says null, not zero, where a NAV was missing", () => {
    const gains = firstInFirstOut([movement("bought", share(2), null), movement("sold", share(1), D18)]);
    expect(gainTotals(gains, D18)).to.include({ cost: null, unrealised: null, realised: null, proceeds: D18 });
    const empty = gainTotals(firstInFirstOut([]), null);
    expect(empty).to.include({ shares: 0n, cost: 0n, value: 0n, unrealised: 0n, realised: 0n });
  });

  it("equals a computation share by share over 400 random histories, to the last unit", () => {
    for (let seed = 1; seed <= 400; seed++) {
      const next = numbers(seed);
      const kinds = ["bought", "received", "sold", "sent"] as const;
      const movements = Array.from({ length: 3 + next(14) }, () => {
        const kind = kinds[next(4)]!;
        const nav = next(12) === 0 ? null : BigInt(1 + next(10 ** 9)) * 10n ** BigInt(next(12)) + BigInt(next(997));
        return movement(kind, BigInt(next(40)), nav, kind === "bought" ? BigInt(next(3)) : 0n);
      }).filter(({ shares }) => shares > 0n);
      const { disposals, lots } = firstInFirstOut(movements);
      const { queue, taken } = oneByOne(movements);
      expect(lots.reduce((sum, lot) => sum + sharesLeft(lot), 0n)).to.equal(BigInt(queue.length));
      expect(total(lots.map(costLeft))).to.equal(total(queue));
      expect(lots.every((lot) => sharesLeft(lot) > 0n)).to.equal(true);
      for (const [index, { matches, unmatched, movement: gone }] of disposals.entries()) {
        const expected = taken[index]!;
        expect(Number(gone.shares - unmatched)).to.equal(expected.count);
        expect(total(matches.map(({ cost }) => cost))).to.equal(expected.cost);
        if (expected.count > 0) expect(total(matches.map(({ proceeds }) => proceeds))).to.equal(expected.proceeds);
        if (unmatched === 0n) expect(total(matches.map(({ proceeds }) => proceeds))).to.equal(proceedsOf(gone));
      }
      const acquired = movements.filter(({ kind }) => kind === "bought" || kind === "received");
      const left = total(lots.map(costLeft));
      const gone = total(disposals.flatMap(({ matches }) => matches.map(({ cost }) => cost)));
      const spent = total(acquired.map(costOf));
      if (spent !== null && left !== null && gone !== null) expect(left + gone).to.equal(spent);
    }
  });
});
