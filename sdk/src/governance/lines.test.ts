import { expect } from "chai";
import { WEEK } from "../math/fixed.ts";
import {
  countUntil,
  earliestEnd,
  lastWeekStart,
  latestEnd,
  lineOf,
  MAX_TERM,
  pointAt,
  powerAt,
  pushPoint,
  scoreAt,
  weekStart,
} from "./lines.ts";

const GIM = 10n ** 18n;
const start = 3_000n * WEEK;

describe("sdk governance: lines", () => {
  it("rounds times to weeks as the escrow does", () => {
    for (const offset of [0n, 1n, WEEK - 1n]) {
      expect(weekStart(start + offset)).to.equal(start);
      expect(earliestEnd(start + offset)).to.equal(start + WEEK);
      expect(latestEnd(start + offset)).to.equal(start + MAX_TERM);
    }
    expect(lastWeekStart(start)).to.equal(start - WEEK);
    expect(lastWeekStart(start + 1n)).to.equal(start);
  });

  it("falls in whole integers from the amount to zero, and scores 1x to 2x", () => {
    const amount = 52n * WEEK * 1_000n;
    const line = lineOf({ amount, end: start + MAX_TERM, permanent: false, timestamp: start });
    expect(powerAt(line, start)).to.equal(amount);
    expect(scoreAt(line, start)).to.equal(2n * amount);
    expect(powerAt(line, start + MAX_TERM / 2n)).to.equal(amount / 2n);
    expect(scoreAt(line, start + MAX_TERM - 1n)).to.equal(amount + 1_000n);
    expect(powerAt(line, start + MAX_TERM)).to.equal(0n);
    expect(scoreAt(line, start + MAX_TERM)).to.equal(0n);
    expect(powerAt(line, start + 2n * MAX_TERM)).to.equal(0n);
  });

  it("loses less than one wei a second by rounding", () => {
    const amount = 1_234_567n * GIM + 1n;
    const line = lineOf({ amount, end: start + MAX_TERM, permanent: false, timestamp: start });
    const lost = amount - powerAt(line, start);
    expect(lost >= 0n && lost < MAX_TERM).to.equal(true);
  });

  it("keeps a permanent lock whole and gives an ended one nothing", () => {
    const permanent = lineOf({ amount: 5n * GIM, end: 0n, permanent: true, timestamp: start });
    expect(powerAt(permanent, start * 9n)).to.equal(5n * GIM);
    expect(scoreAt(permanent, start * 9n)).to.equal(10n * GIM);
    const ended = lineOf({ amount: 5n * GIM, end: start, permanent: false, timestamp: start });
    expect(ended).to.deep.equal({ amount: 5n * GIM, slope: 0n, bias: 0n, end: 0n });
  });

  it("finds the point that rules a time and replaces one of the same second", () => {
    const points = [3n, 7n, 7n, 20n].reduce<readonly { since: bigint; slope: bigint; bias: bigint }[]>(
      (history, since, index) => pushPoint(history, { since, slope: BigInt(index), bias: 0n }),
      [],
    );
    expect(points.map(({ since, slope }) => [since, slope])).to.deep.equal([
      [3n, 0n],
      [7n, 2n],
      [20n, 3n],
    ]);
    expect([2n, 3n, 6n, 7n, 19n, 20n, 99n].map((time) => countUntil(points, time))).to.deep.equal([
      0, 1, 1, 2, 2, 3, 3,
    ]);
    expect(pointAt(points, 2n)).to.equal(undefined);
    expect(pointAt(points, 8n)?.since).to.equal(7n);
  });
});
