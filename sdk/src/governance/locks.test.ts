import { expect } from "chai";
import { ArgumentInvalidError } from "../errors/base.ts";
import { WEEK } from "../math/fixed.ts";
import { latestEnd, MAX_TERM } from "./lines.ts";
import {
  exitOpensAt,
  exitPenalty,
  isRunning,
  lockPower,
  lockScore,
  NO_LOCK,
  previewLock,
  previewPermanent,
} from "./locks.ts";

const start = 3_000n * WEEK + 12_345n;
const amount = 1_000n * MAX_TERM;
const held = previewLock(NO_LOCK, { amount, newEnd: start + 10n * WEEK + 99n, timestamp: start });

describe("sdk governance: locks", () => {
  it("previews a new lock, a top-up, an extension and both at once", () => {
    expect(held).to.deep.equal({ amount, end: 3_010n * WEEK, heldSince: start, permanent: false });
    const later = start + WEEK;
    expect(previewLock(held, { amount: 5n, timestamp: later })).to.include({ amount: amount + 5n, end: held.end });
    const extended = previewLock(held, { amount: 0n, newEnd: latestEnd(later), timestamp: later });
    expect(extended).to.include({ amount, end: 3_053n * WEEK, heldSince: later });
    expect(lockPower(extended, later) > lockPower(held, later)).to.equal(true);
  });

  it("refuses what the escrow refuses", () => {
    const refuses = (run: () => unknown, word: string) => expect(run).to.throw(ArgumentInvalidError, word);
    const make = (values: { amount?: bigint; newEnd?: bigint }) => () =>
      previewLock(NO_LOCK, { amount, newEnd: start + WEEK, timestamp: start, ...values });
    refuses(make({ amount: 0n }), "amount");
    refuses(make({ amount: MAX_TERM - 1n }), "at least");
    refuses(make({ amount: -1n }), "amount");
    refuses(make({ newEnd: 0n }), "newEnd");
    refuses(make({ newEnd: start }), "newEnd");
    refuses(make({ newEnd: latestEnd(start) + WEEK }), "newEnd");
    refuses(() => previewLock(held, { amount: 0n, timestamp: start }), "amount");
    refuses(() => previewLock(held, { amount, newEnd: held.end - WEEK, timestamp: start }), "newEnd");
    refuses(() => previewLock(held, { amount, timestamp: held.end }), "ended");
    refuses(() => previewPermanent(NO_LOCK, true, start), "empty");
    refuses(() => previewPermanent(held, false, start), "already");
    refuses(() => previewPermanent(held, true, held.end), "ended");
  });

  it("turns permanent and back to 52 weeks", () => {
    const later = start + WEEK;
    const permanent = previewPermanent(held, true, later);
    expect(permanent).to.deep.equal({ amount, end: 0n, heldSince: later, permanent: true });
    expect(lockPower(permanent, later * 2n)).to.equal(amount);
    expect(lockScore(permanent, later)).to.equal(2n * amount);
    expect(previewLock(permanent, { amount: 1n, newEnd: 7n, timestamp: later })).to.include({ end: 0n });
    const back = previewPermanent(permanent, false, later + 5n);
    expect(back).to.deep.equal({ amount, end: latestEnd(later + 5n), heldSince: later, permanent: false });
  });

  it("charges the time left, rounded up, and nothing after the end", () => {
    expect(exitPenalty({ ...held, permanent: true, end: 0n }, 5_000, start)).to.equal(amount / 2n);
    expect(exitPenalty(held, 5_000, held.end - WEEK)).to.equal(500n * WEEK);
    expect(exitPenalty({ ...held, amount: amount + 1n }, 5_000, held.end - WEEK)).to.equal(500n * WEEK + 1n);
    expect(exitPenalty(held, 5_000, held.end)).to.equal(0n);
    expect(exitPenalty(held, 0, start)).to.equal(0n);
    expect(exitOpensAt(held)).to.equal(start + WEEK);
    expect(isRunning(held, held.end - 1n)).to.equal(true);
    expect(isRunning(held, held.end)).to.equal(false);
    expect(lockScore(held, held.end)).to.equal(0n);
  });
});
