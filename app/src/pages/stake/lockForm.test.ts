import { type GetLockReturnType, latestEnd, lockPower, MAX_TERM, NO_LOCK, SCORE_TIERS, WEEK } from "@gimbal/sdk";
import { expect } from "chai";
import { curveEnd, powerCurve } from "./curve.ts";
import { endOf, nextWeek, planLock, type Term, tierAt } from "./lockForm.ts";

const GIM = 10n ** 18n;
/** A Saturday, 31 January 2026, 12:00 UTC. */
const NOW = BigInt(Date.UTC(2026, 0, 31, 12) / 1_000);
const day = (text: string) => BigInt(Date.parse(`${text}T00:00:00Z`) / 1_000);
const LONGEST: Term = { kind: "longest" };
const KEEP: Term = { kind: "keep" };

const nothing = { ...NO_LOCK, status: "none", timestamp: NOW - 1n } as GetLockReturnType;
const running = {
  ...{ amount: 100n * GIM, end: day("2026-05-07"), heldSince: NOW - 100n, permanent: false },
  ...{ status: "running", timestamp: NOW - 1n },
} as GetLockReturnType;
const plan = (over: Partial<Parameters<typeof planLock>[0]>) =>
  planLock({ amountText: "", term: KEEP, lock: running, balance: 50n * GIM, ...over });

describe("the end of a lock", () => {
  it("is a Thursday, at or before the month asked for", () => {
    // One month after 31 January is 28 February, a Saturday.
    expect(endOf({ kind: "months", months: 1 }, NO_LOCK, NOW)).to.equal(day("2026-02-26"));
    expect(endOf({ kind: "months", months: 3 }, NO_LOCK, NOW)).to.equal(day("2026-04-30"));
    expect(endOf({ kind: "day", day: "2026-06-10" }, NO_LOCK, NOW)).to.equal(day("2026-06-04"));
  });

  it("never lies beyond what the escrow takes", () => {
    expect(endOf({ kind: "months", months: 12 }, NO_LOCK, NOW)).to.equal(latestEnd(NOW));
    expect(endOf(LONGEST, NO_LOCK, NOW)).to.equal(latestEnd(NOW));
    expect(endOf({ kind: "day", day: "" }, NO_LOCK, NOW)).to.equal(undefined);
  });
});

describe("the form of a lock", () => {
  it("shows the lock that the escrow would make", () => {
    const { next, newEnd, fault } = plan({ amountText: "10", term: LONGEST, lock: nothing });
    expect(fault).to.equal(undefined);
    expect(newEnd).to.equal(latestEnd(NOW));
    expect(next).to.deep.include({ amount: 10n * GIM, end: latestEnd(NOW), permanent: false });
  });

  it("adds without moving the end, and moves the end without adding", () => {
    expect(plan({ amountText: "5" })).to.deep.include({ amount: 5n * GIM, newEnd: undefined, fault: undefined });
    expect(plan({ term: LONGEST })).to.deep.include({ amount: 0n, newEnd: latestEnd(NOW), fault: undefined });
    const permanent = { ...running, permanent: true, end: 0n, status: "permanent" } as GetLockReturnType;
    expect(plan({ amountText: "5", lock: permanent, term: LONGEST }).next).to.deep.include({
      ...{ amount: 105n * GIM, end: 0n, permanent: true },
    });
  });

  it("says why it cannot be sent", () => {
    const expired = { ...running, status: "expired", end: NOW - WEEK } as GetLockReturnType;
    expect(plan({ lock: expired, amountText: "1" }).fault).to.match(/^Withdraw/);
    expect(plan({ amountText: "x" }).fault).to.equal("Correct the amount");
    expect(plan({ amountText: "51" })).to.deep.include({ fault: "Not enough GIM" });
    expect(plan({ amountText: "51" }).amountFault).to.equal("You have 50 GIM to lock.");
    expect(plan({}).fault).to.equal("Type an amount or choose a later end");
    expect(plan({ lock: nothing, term: LONGEST }).fault).to.equal("Type an amount");
    expect(plan({ term: { kind: "day", day: "2026-03-05" } }).fault).to.equal("Choose a day from 7 May 2026 on");
    expect(plan({ term: { kind: "day", day: "2027-03-05" } }).fault).to.equal("Choose a day until 28 Jan 2027");
    expect(plan({ term: { kind: "day", day: "" } }).fault).to.equal("Choose a day");
    const dust = plan({ lock: nothing, term: LONGEST, amountText: "0.000000000000000001" });
    expect(dust.fault).to.equal("This amount is too small to lock");
  });

  it("counts a change from next Thursday on", () => {
    expect(nextWeek(NOW)).to.equal(day("2026-02-05"));
    const lock = { amount: 5_550n * GIM, end: 0n, heldSince: 0n, permanent: true };
    expect(tierAt(lock, nextWeek(NOW), SCORE_TIERS)).to.equal(2);
  });
});

describe("the curve of power", () => {
  it("falls to zero at the end of a lock and stays level for a permanent one", () => {
    const to = curveEnd([running], NOW);
    const points = powerCurve(running, NOW, to);
    expect(to).to.equal(running.end + WEEK);
    expect(points[0]).to.deep.equal({ at: NOW, power: lockPower(running, NOW) });
    expect(points.find(({ at }) => at === running.end)?.power).to.equal(0n);
    expect(points.at(-1)).to.deep.equal({ at: to, power: 0n });
    const permanent = { ...running, permanent: true, end: 0n };
    expect(curveEnd([permanent], NOW) > NOW + MAX_TERM - WEEK).to.equal(true);
    expect(powerCurve(permanent, NOW, to).every(({ power }) => power === permanent.amount)).to.equal(true);
  });
});
