import { expect } from "chai";
import { WEEK } from "../math/fixed.ts";
import { type Line, lineOf, MAX_TERM, NO_LINE, powerAt } from "./lines.ts";
import { EMPTY_SUM, type LineSum, replaceLine, sumAt } from "./sums.ts";

const start = 3_000n * WEEK;

/** Deterministic small numbers (a linear congruential generator). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Change = { timestamp: bigint; lines: readonly Line[]; sum: LineSum };

/** 300 changes of twelve lines, up to ten weeks apart. */
function history(): Change[] {
  const next = generator(11);
  const lines: Line[] = Array(12).fill(NO_LINE);
  const changes: Change[] = [];
  let sum = EMPTY_SUM;
  let timestamp = start;
  for (let step = 0; step < 300; step++) {
    timestamp += BigInt(next(4) === 0 ? next(10) * 604_800 : next(40_000));
    const index = next(lines.length);
    const held = lines[index] ?? NO_LINE;
    const isOver = held.end !== 0n && held.end <= timestamp;
    const old = isOver ? { ...NO_LINE, amount: held.amount } : held;
    const end = ((timestamp + BigInt(1 + next(52)) * WEEK) / WEEK) * WEEK;
    const fresh = MAX_TERM * BigInt(1 + next(1_000_000)) + BigInt(next(31_449_600));
    // Some only move the end, and keep their slope.
    const amount = next(3) === 0 && old.slope !== 0n ? old.amount : fresh;
    const line = next(4) === 0 ? NO_LINE : lineOf({ amount, end, permanent: next(5) === 0, timestamp });
    sum = replaceLine(sum, { old, line, timestamp });
    lines[index] = line;
    changes.push({ timestamp, lines: [...lines], sum });
  }
  return changes;
}

describe("sdk governance: sums of lines", () => {
  it("are the sum of their lines at every second, then and ever after", () => {
    const changes = history();
    const last = changes.at(-1)!.sum;
    changes.forEach(({ timestamp, lines, sum }, index) => {
      const until = changes[index + 1]?.timestamp ?? timestamp + 2n * MAX_TERM;
      const span = until - timestamp;
      if (span === 0n) return;
      for (const part of [0n, span / 3n, span / 2n, span - 1n]) {
        const time = timestamp + part;
        const expected = lines.reduce((total, line) => total + powerAt(line, time), 0n);
        expect(sumAt(sum, time), `change ${index} after ${part} s`).to.equal(expected);
        expect(sumAt(last, time), `change ${index} after ${part} s, seen from the end`).to.equal(expected);
      }
    });
  });

  it("start from nothing and leave what they were given as it was", () => {
    expect(sumAt(EMPTY_SUM, start)).to.equal(0n);
    const line = lineOf({ amount: MAX_TERM, end: start + WEEK, permanent: false, timestamp: start });
    const sum = replaceLine(EMPTY_SUM, { old: NO_LINE, line, timestamp: start });
    replaceLine(sum, { old: line, line: NO_LINE, timestamp: start + 1n });
    expect(sumAt(sum, start - 1n)).to.equal(0n);
    expect(sumAt(sum, start + WEEK - 1n)).to.equal(1n);
    expect(sumAt(sum, start + WEEK)).to.equal(0n);
    expect(sum.amount).to.equal(MAX_TERM);
    expect(EMPTY_SUM.points).to.deep.equal([]);
  });
});
