import { expect } from "chai";
import { WEEK } from "../math/fixed.ts";
import { type Line, lineOf, MAX_TERM, NO_LINE, type Point, powerAt, pushPoint } from "./lines.ts";
import { appendEpoch, claimableByWeeks, claimableOf, type RevenueEpoch, type RevenueWeek } from "./revenue.ts";
import { EMPTY_SUM, replaceLine, sumAt } from "./sums.ts";

const FIRST = 3_000n;
const WEEKS = 80;

/** Deterministic small numbers (a linear congruential generator). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type World = { histories: (readonly Point[])[]; weeks: RevenueWeek[]; epochs: readonly RevenueEpoch[] };

/** Six holders over 80 weeks: locks, extensions, exits, permanence; pots in two weeks of three. */
function world(seed: number): World {
  const next = generator(seed);
  const histories: (readonly Point[])[] = Array(6).fill([]);
  const lines: Line[] = Array(6).fill(NO_LINE);
  const weeks: RevenueWeek[] = [];
  let [sum, epochs]: [typeof EMPTY_SUM, readonly RevenueEpoch[]] = [EMPTY_SUM, []];
  for (let index = 0; index < WEEKS; index++) {
    const week = FIRST + BigInt(index);
    // Some act at the very start of a week, some in the middle of it.
    const timestamp = week * WEEK + BigInt(next(3) === 0 ? 0 : next(604_800));
    const account = next(6);
    const held = lines[account] ?? NO_LINE;
    const old = held.end !== 0n && held.end <= timestamp ? { ...NO_LINE, amount: held.amount } : held;
    const end = (week + 1n + BigInt(next(52))) * WEEK;
    const amount = MAX_TERM * BigInt(1 + next(10_000)) + BigInt(next(1_000_000));
    const line = next(5) === 0 ? NO_LINE : lineOf({ amount, end, permanent: next(6) === 0, timestamp });
    sum = replaceLine(sum, { old, line, timestamp });
    lines[account] = line;
    const point = { since: timestamp, slope: line.slope, bias: line.bias };
    histories[account] = pushPoint(histories[account] ?? [], point);
    const supply = sumAt(sum, week * WEEK);
    if (supply === 0n || next(3) === 0) continue;
    const paid = { week, pot: BigInt(1 + next(2 ** 30)) * 10n ** BigInt(next(12)), supply };
    weeks.push(paid);
    epochs = appendEpoch(epochs, paid);
  }
  return { histories, weeks, epochs };
}

describe("sdk governance: revenue", () => {
  it("pays by sums what a loop over the weeks pays, within a wei a week, and never more than the pots", () => {
    for (let seed = 1; seed <= 40; seed++) {
      const { histories, weeks, epochs } = world(seed);
      const claims = histories.map((points) => claimableOf({ points, epochs }));
      claims.forEach((claim, account) => {
        const naive = claimableByWeeks(histories[account] ?? [], weeks);
        const difference = claim > naive ? claim - naive : naive - claim;
        expect(difference <= BigInt(weeks.length), `seed ${seed}, account ${account}: ${claim}, ${naive}`).to.equal(
          true,
        );
      });
      const paid = claims.reduce((total, claim) => total + claim, 0n);
      const pots = weeks.reduce((total, { pot }) => total + pot, 0n);
      expect(paid <= pots && paid > pots - BigInt(2 * weeks.length), `seed ${seed}`).to.equal(true);
    }
  });

  it("pays exactly what the rates say, week by week", () => {
    const { histories, epochs } = world(7);
    for (const points of histories) {
      for (const fromEpoch of [0, 1, 17, epochs.length - 1, epochs.length]) {
        const exact = epochs.slice(fromEpoch).reduce((total, { week, rates }, index) => {
          const rate = rates - (epochs[fromEpoch + index - 1]?.rates ?? 0n);
          const point = points.filter(({ since }) => since <= week * WEEK).at(-1);
          return total + rate * (point === undefined ? 0n : powerAt(point, week * WEEK));
        }, 0n);
        expect(claimableOf({ points, epochs, fromEpoch })).to.equal(exact >> 128n);
      }
    }
  });

  it("pays nothing without a history, without pots, or twice", () => {
    const { histories, epochs } = world(3);
    expect(claimableOf({ points: [], epochs })).to.equal(0n);
    expect(claimableOf({ points: histories[0] ?? [], epochs: [] })).to.equal(0n);
    expect(claimableOf({ points: histories[0] ?? [], epochs, fromEpoch: epochs.length })).to.equal(0n);
  });
});
