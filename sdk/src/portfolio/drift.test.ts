import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { apportion } from "./apportion.ts";
import { cashValue, compareWithPlan, type Position, splitDeposit, splitWithdrawal, suggestRebalance } from "./drift.ts";
import { PortfolioInvalidError, WithdrawalTooLargeError } from "./errors.ts";
import { fixtureVault, seeded } from "./portfolio.fixture.ts";
import { planDeposit } from "./requests.ts";

const { splits } = JSON.parse(readFileSync(join(import.meta.dirname, "../../fixtures/portfolio.json"), "utf8")) as {
  readonly splits: readonly {
    readonly targetsBps: number[];
    readonly values: string[];
    readonly deposit: string;
    readonly deposits: string[];
    readonly withdrawal: string;
    readonly withdrawals: string[];
  }[];
};

const positionsOf = (targets: readonly number[], values: readonly bigint[]): Position[] =>
  targets.map((targetBps, i) => ({ vault: fixtureVault(i + 1), targetBps, value: values[i] ?? 0n }));
const amountsOf = (list: readonly { amount: bigint }[]): bigint[] => list.map(({ amount }) => amount);
const sumOf = (list: readonly bigint[]): bigint => list.reduce((sum, value) => sum + value, 0n);

/** Random holdings, targets among them that are zero. */
function holdings(seed: number): Position[] {
  const random = seeded(seed);
  const count = 1 + Math.floor(random() * 8);
  const sizes = Array.from({ length: count }, () => BigInt(Math.floor(random() * 1_000)));
  const targets = sumOf(sizes) === 0n ? [10_000n, ...sizes.slice(1)] : apportion(10_000n, sizes);
  const values = targets.map(() => (random() < 0.2 ? 0n : BigInt(Math.floor(random() * 10 ** (random() * 12)))));
  return positionsOf(targets.map(Number), values);
}

describe("splitDeposit and splitWithdrawal", () => {
  for (const [i, { targetsBps, values, deposit, deposits, withdrawal, withdrawals }] of splits.entries()) {
    it(`split ${i} as an independent calculation does, to the unit`, () => {
      const positions = positionsOf(targetsBps, values.map(BigInt));
      expect(amountsOf(splitDeposit(positions, BigInt(deposit))).map(String)).to.deep.equal(deposits);
      if (withdrawal === "0") return;
      expect(amountsOf(splitWithdrawal(positions, BigInt(withdrawal))).map(String)).to.deep.equal(withdrawals);
    });
  }

  it("go to the underweight only and come from the overweight only, on 1,000 random holdings", () => {
    for (let seed = 1; seed <= 1_000; seed++) {
      const positions = holdings(seed);
      const random = seeded(seed + 10_000);
      const held = sumOf(positions.map(({ value }) => value));
      const deposit = BigInt(1 + Math.floor(random() * 10 ** (random() * 12)));
      const gaps = apportion(
        held + deposit,
        positions.map(({ targetBps }) => BigInt(targetBps)),
      ).map((target, i) => target - positions[i]!.value);
      const parts = amountsOf(splitDeposit(positions, deposit));
      expect(sumOf(parts), `deposit of ${seed}`).to.equal(deposit);
      for (const [i, part] of parts.entries()) {
        expect(part >= 0n && (part === 0n || part <= gaps[i]!), `part ${i} of ${seed}`).to.equal(true);
      }
      if (held === 0n) continue;
      const withdrawal = 1n + (held - 1n) / BigInt(1 + Math.floor(random() * 4));
      const taken = amountsOf(splitWithdrawal(positions, withdrawal));
      expect(sumOf(taken), `withdrawal of ${seed}`).to.equal(withdrawal);
      const stays = apportion(
        held - withdrawal,
        positions.map(({ targetBps }) => BigInt(targetBps)),
      );
      for (const [i, part] of taken.entries()) {
        const spare = positions[i]!.value - stays[i]!;
        expect(part >= 0n && (part === 0n || part <= spare), `taken ${i} of ${seed}`).to.equal(true);
      }
    }
  });

  it("leave small parts to the positions that lack most", () => {
    const positions = positionsOf([9_000, 900, 100], [0n, 0n, 0n]);
    expect(amountsOf(splitDeposit(positions, 1_000n, 50n))).to.deep.equal([909n, 91n, 0n]);
    expect(amountsOf(splitDeposit(positions, 1_000n, 2_000n))).to.deep.equal([1_000n, 0n, 0n]);
    expect(amountsOf(splitDeposit(positions, 1_000n))).to.deep.equal([900n, 90n, 10n]);
  });

  it("refuse what cannot be right", () => {
    const two = positionsOf([5_000, 5_000], [10n, 20n]);
    expect(() => splitWithdrawal(two, 31n)).to.throw(WithdrawalTooLargeError, "worth 30");
    expect(amountsOf(splitWithdrawal(two, 30n))).to.deep.equal([10n, 20n]);
    expect(() => splitDeposit(two, 0n)).to.throw(PortfolioInvalidError, "deposit");
    expect(() => splitWithdrawal(two, -1n)).to.throw(PortfolioInvalidError, "withdrawal");
    expect(() => splitDeposit(positionsOf([5_000, 4_999], []), 1n)).to.throw(PortfolioInvalidError, "10000");
    expect(() => splitDeposit([two[0]!, two[0]!], 1n)).to.throw(PortfolioInvalidError, "second time");
    expect(() => splitDeposit(positionsOf([10_000], [-1n]), 1n)).to.throw(PortfolioInvalidError, "negative");
  });
});

describe("compareWithPlan", () => {
  it("shows each difference in basis points and cash", () => {
    const { positions, total, driftBps } = compareWithPlan(positionsOf([5_000, 3_000, 2_000], [600n, 300n, 100n]));
    expect(total).to.equal(1_000n);
    expect(positions.map(({ differenceBps }) => differenceBps)).to.deep.equal([1_000, 0, -1_000]);
    expect(positions.map(({ difference }) => difference)).to.deep.equal([100n, 0n, -100n]);
    expect(positions.map(({ beyond }) => beyond)).to.deep.equal([["absolute"], [], ["absolute", "relative"]]);
    expect(driftBps).to.equal(1_000);
  });

  it("is past a threshold one unit beyond it and not on it", () => {
    const at = (value: bigint, thresholds: { absoluteBps: number; relativeBps: number }) =>
      compareWithPlan(positionsOf([5_000, 5_000], [value, 1_000_000n - value]), thresholds).positions[0]!.beyond;
    const absolute = { absoluteBps: 500, relativeBps: 100_000 };
    expect(at(550_000n, absolute)).to.deep.equal([]);
    expect(at(550_001n, absolute)).to.deep.equal(["absolute"]);
    expect(at(449_999n, absolute)).to.deep.equal(["absolute"]);
    const relative = { absoluteBps: 10_000, relativeBps: 2_500 };
    expect(at(625_000n, relative)).to.deep.equal([]);
    expect(at(625_001n, relative)).to.deep.equal(["relative"]);
    expect(compareWithPlan(positionsOf([10_000, 0], [990n, 10n])).isBeyond, "no quarter of nothing").to.equal(false);
    expect(() => at(1n, { absoluteBps: -1, relativeBps: 0 })).to.throw(PortfolioInvalidError, "absoluteBps");
  });

  it("counts nothing held as no drift", () => {
    const report = compareWithPlan(positionsOf([6_000, 4_000], []));
    expect(report).to.include({ total: 0n, driftBps: 0, isBeyond: false });
  });
});

describe("suggestRebalance", () => {
  it("suggests nothing within the thresholds, and the least that brings back what is past them", () => {
    expect(suggestRebalance(positionsOf([5_000, 5_000], [540n, 460n]))).to.deep.equal({ sells: [], buys: [] });
    const { sells, buys } = suggestRebalance(positionsOf([4_000, 3_000, 3_000], [500n, 240n, 260n]));
    expect(sells).to.deep.equal([{ vault: fixtureVault(1), amount: 100n }]);
    expect(buys).to.deep.equal([
      { vault: fixtureVault(2), amount: 60n },
      { vault: fixtureVault(3), amount: 40n },
    ]);
  });

  it("balances to the unit and leaves nobody past a threshold, on 1,000 random holdings", () => {
    let moved = 0;
    for (let seed = 1; seed <= 1_000; seed++) {
      const positions = holdings(seed);
      const { sells, buys } = suggestRebalance(positions);
      expect(sumOf(amountsOf(sells)), `seed ${seed}`).to.equal(sumOf(amountsOf(buys)));
      const change = new Map(positions.map(({ vault }) => [vault, 0n]));
      for (const { vault, amount } of buys) change.set(vault, change.get(vault)! + amount);
      for (const { vault, amount } of sells) change.set(vault, change.get(vault)! - amount);
      const after = positions.map((item) => ({ ...item, value: item.value + change.get(item.vault)! }));
      expect(
        after.every(({ value }) => value >= 0n),
        `never below zero, seed ${seed}`,
      ).to.equal(true);
      // A unit of cash may be more than a threshold of next to nothing.
      if (sumOf(after.map(({ value }) => value)) < 10_000_000n) continue;
      const left = compareWithPlan(after).positions.filter(({ difference }) => difference > 1n || difference < -1n);
      expect(
        left.every(({ beyond }) => beyond.length === 0),
        `seed ${seed}`,
      ).to.equal(true);
      if (sells.length > 0) moved++;
    }
    expect(moved).to.be.greaterThan(300);
  });
});

describe("planDeposit", () => {
  it("names the requests of one action, and refuses an index that nobody can deposit into", () => {
    const positions = positionsOf([5_000, 3_000, 2_000], [600n, 0n, 0n]);
    const batchDepositors = positions.map(({ vault }, i) => ({ vault, batchDepositor: fixtureVault(100 + i) }));
    expect(planDeposit({ positions, deposit: 400n, batchDepositors }).deposits).to.deep.equal([
      { batchDepositor: fixtureVault(101), assets: 240n },
      { batchDepositor: fixtureVault(102), assets: 160n },
    ]);
    const without = () => planDeposit({ positions, deposit: 400n, batchDepositors: batchDepositors.slice(0, 2) });
    expect(without).to.throw(PortfolioInvalidError, "BatchFactory.create");
  });

  it("counts shares in cash, rounded down", () => {
    expect(cashValue(10n ** 18n, 123_456_789n * 10n ** 10n, 6)).to.equal(1_234_567n);
    expect(cashValue(1n, 10n ** 18n, 6)).to.equal(0n);
  });
});
