import { expect } from "chai";
import { createRandom } from "../data/random.ts";
import { PERIODS, type SlotTime, slotAt } from "./calendar.ts";
import { dueBy, type LastDecision, type Moment, nextDue, type Schedule, whatIsDue } from "./schedule.ts";

const MONDAYS: SlotTime = { hour: 0, minute: 15, weekday: "monday", day: 1 };
const WEEKLY: Schedule = { every: "weekly", at: MONDAYS, cooldown: 21_600 };
const SEED = 4_711;
const HOUR = 3_600;
const DAY = 86_400;
const at = (text: string) => Date.parse(`${text}Z`) / 1000;

function moment(now: number | string, last?: LastDecision, schedule = WEEKLY, looks: Moment["looks"] = {}): Moment {
  return { schedule, now: typeof now === "number" ? now : at(now), last, looks };
}

/** The decision that is due at a moment, as the next moment knows it. */
function decided(asked: Moment): LastDecision {
  const { decide } = whatIsDue(asked);
  if (decide === null) throw new Error("nothing is due");
  return { asOf: asked.now + 12, due: decide };
}

describe("whatIsDue", () => {
  it("is the first decision at once, which counts for the running slot", () => {
    const first = decided(moment("2026-11-21T10:00"));
    expect(first.due).to.deep.equal({
      trigger: "schedule",
      slot: { id: "2026-W47", start: at("2026-11-16T00:15") },
      reason: "The vault's first decision; it counts for 2026-W47.",
    });
    expect(whatIsDue(moment("2026-11-23T00:14", first)).decide).to.equal(null);
    expect(whatIsDue(moment("2026-11-23T00:15", first)).decide?.reason).to.equal(
      "The weekly decision of 2026-W48, due since 2026-11-23 00:15 UTC.",
    );
  });

  it("is one decision for a slot that a keeper was down for, and tells which older ones are skipped", () => {
    const last = decided(moment("2026-11-02T00:15"));
    const late = moment("2026-11-28T23:00", last);
    expect(whatIsDue(late).decide?.reason).to.equal(
      "The weekly decision of 2026-W48, due since 2026-11-23 00:15 UTC. " +
        "2026-W46 to 2026-W47 passed without their decisions: these 2 are skipped.",
    );
    expect(whatIsDue(moment("2026-11-29T00:00", decided(late))).decide).to.equal(null);
    expect(whatIsDue(moment("2026-11-30T00:15", decided(late))).decide?.slot?.id).to.equal("2026-W49");

    const one = whatIsDue(moment("2026-11-16T00:15", last)).decide;
    expect(one?.reason).to.contain("2026-W46 passed without its decision and is skipped.");
    expect(whatIsDue(moment("2026-11-09T00:15", last)).decide?.reason).not.to.contain("skipped");
  });

  it("takes a record without a reason for the decision of its own time", () => {
    expect(whatIsDue(moment("2026-11-22T00:00", { asOf: at("2026-11-16T00:15") })).decide).to.equal(null);
    expect(whatIsDue(moment("2026-11-22T00:00", { asOf: at("2026-11-16T00:14") })).decide?.slot?.id).to.equal(
      "2026-W47",
    );
  });

  it("makes no second decision for a slot after a change of hour or period, nor after a clock that went back", () => {
    const last = decided(moment("2026-11-16T00:15"));
    const later = { ...WEEKLY, at: { ...MONDAYS, hour: 18 } };
    expect(whatIsDue(moment("2026-11-16T19:00", last, later)).decide).to.equal(null);
    const next = whatIsDue(moment("2026-11-23T18:15", last, later)).decide;
    expect(next?.reason).to.equal("The weekly decision of 2026-W48, due since 2026-11-23 18:15 UTC.");
    expect(whatIsDue(moment("2026-11-30T18:15", last, later)).decide?.reason).to.contain("2026-W48 passed");

    expect(whatIsDue(moment("2026-11-20T00:00", last, { ...WEEKLY, every: "monthly" })).decide).to.equal(null);
    const daily = whatIsDue(moment("2026-11-20T00:15", last, { ...WEEKLY, every: "daily" })).decide;
    expect([daily?.slot?.id, daily?.reason.includes("skipped")]).to.deep.equal(["2026-11-20", false]);

    expect(whatIsDue(moment("2026-11-15T23:00", last)).decide).to.equal(null);
    expect(nextDue(moment("2026-11-15T23:00", last)).at).to.equal(at("2026-11-23T00:15"));
    expect(nextDue(moment("2026-11-02T23:00", last)).at).to.equal(at("2026-11-23T00:15"));
  });

  it("decides again in a slot whose decision never reached the chain, and has the next slot all the same", () => {
    const last = decided(moment("2026-11-16T00:15"));
    const lost = { ...moment("2026-11-17T00:00", last), isLost: true };
    expect(whatIsDue(lost).decide).to.deep.equal({
      trigger: "schedule",
      slot: last.due?.slot,
      reason: "The last decision could not be proposed in time: another one is made in 2026-W47.",
    });
    expect(nextDue(lost).at).to.be.at.most(lost.now);
    const second = decided(lost);
    expect(whatIsDue(moment("2026-11-22T23:59", second)).decide).to.equal(null);
    const next = whatIsDue({ ...moment("2026-11-23T00:15", second), isLost: true }).decide;
    expect([next?.slot?.id, next?.reason.includes("another")]).to.deep.equal(["2026-W48", false]);
    // So many seconds after the decision before is what it says.
    const byAge: Schedule = { ...WEEKLY, every: { seconds: DAY } };
    expect(whatIsDue({ ...moment(DAY, { asOf: 1 }, byAge), isLost: true }).decide).to.equal(null);
  });

  it("leaves the slot alone when a trigger made the decision", () => {
    const last = decided(moment("2026-11-16T00:15"));
    const asked = moment("2026-11-22T23:00", last);
    const early = { asOf: asked.now, due: dueBy("drift", "Drift.", asked) };
    expect(early.due).to.deep.equal({ trigger: "drift", slot: last.due?.slot, reason: "Drift." });
    const again = moment("2026-11-23T00:14", early);
    expect(whatIsDue(again).decide).to.equal(null);
    // The slot does not wait for the cooldown of six hours.
    expect(whatIsDue(moment("2026-11-23T00:15", early)).decide?.slot?.id).to.equal("2026-W48");
    // Two in a row carry the same slot on.
    const twice = { asOf: again.now, due: dueBy("regime", "Regime.", again) };
    expect(whatIsDue(moment("2026-11-23T00:15", twice)).decide?.slot?.id).to.equal("2026-W48");
  });

  it("goes by the age of the newest decision when the period is in seconds", () => {
    const schedule: Schedule = { ...WEEKLY, every: { seconds: 6 * DAY } };
    expect(whatIsDue(moment(1_000, undefined, schedule)).decide?.reason).to.equal("The vault's first decision.");
    expect(whatIsDue(moment(6 * DAY + 99, { asOf: 100 }, schedule)).decide).to.equal(null);
    expect(whatIsDue(moment(6 * DAY + 100, { asOf: 100 }, schedule)).decide).to.deep.equal({
      trigger: "schedule",
      slot: null,
      reason: "A decision is due 6 days after the one before.",
    });
  });
});

describe("looks", () => {
  const schedule: Schedule = {
    ...WEEKLY,
    drift: { checkEvery: HOUR, largestBps: 500, oneWayBps: 1_000 },
    events: { checkEvery: 2 * HOUR },
    regime: { checkEvery: 12 * HOUR },
  };
  const last = decided(moment("2026-11-16T00:15"));

  it("rest after a decision for the cooldown, then come each at its own interval", () => {
    const look = (hours: number, looks: Moment["looks"] = {}) =>
      whatIsDue(moment(last.asOf + hours * HOUR, last, schedule, looks)).look;
    expect(look(5.99)).to.deep.equal([]);
    expect(look(6)).to.deep.equal(["drift", "events"]);
    expect(look(12)).to.deep.equal(["drift", "events", "regime"]);
    const looks = { drift: last.asOf + 6 * HOUR, events: last.asOf + 6 * HOUR };
    expect(look(6.99, looks)).to.deep.equal([]);
    expect(look(7, looks)).to.deep.equal(["drift"]);
    expect(look(8, looks)).to.deep.equal(["drift", "events"]);
  });

  it("are not asked for when none is configured, when a decision is due anyway, and before the first decision", () => {
    expect(whatIsDue(moment(last.asOf + DAY, last)).look).to.deep.equal([]);
    expect(whatIsDue(moment("2026-11-23T00:15", last, schedule)).look).to.deep.equal([]);
    expect(whatIsDue(moment("2026-11-23T00:15", undefined, schedule)).look).to.deep.equal([]);
  });

  it("are told with the next decision", () => {
    const next = nextDue(moment(last.asOf + HOUR, last, schedule, { regime: last.asOf + HOUR }));
    expect(next).to.deep.equal({
      at: at("2026-11-23T00:15"),
      reason: "The weekly decision of 2026-W48.",
      looks: { drift: last.asOf + 6 * HOUR, events: last.asOf + 6 * HOUR, regime: last.asOf + 13 * HOUR },
    });
  });
});

describe("nextDue", () => {
  it("tells since when a decision is due, or when one will be", () => {
    expect(nextDue(moment("2026-11-21T10:00")).at).to.equal(at("2026-11-21T10:00"));
    const last = decided(moment("2026-11-16T00:15"));
    expect(nextDue(moment("2026-11-25T00:00", last)).at).to.equal(at("2026-11-23T00:15"));
    const byAge: Schedule = { ...WEEKLY, every: { seconds: DAY } };
    expect(nextDue(moment(200, { asOf: 100 }, byAge))).to.deep.include({
      at: DAY + 100,
      reason: "Due 1 day after the decision before.",
    });
    // Moved to Fridays after this week's decision was made: that Friday is no second one.
    const fridays = { ...WEEKLY, at: { ...MONDAYS, weekday: "friday" as const } };
    expect(nextDue(moment("2026-11-18T00:00", last, fridays)).at).to.equal(at("2026-11-27T00:15"));
  });
});

describe(`several keepers with one journal, seed ${SEED}`, () => {
  const random = createRandom(SEED);
  const below = (limit: number) => Math.floor(random.uniform() * limit);

  for (const every of PERIODS) {
    it(`${every}: each slot gets one decision or is told to be skipped, whatever runs, is down or triggers`, () => {
      const schedule: Schedule = {
        ...WEEKLY,
        every,
        at: { ...MONDAYS, day: 31, hour: below(24) },
        drift: { checkEvery: HOUR, largestBps: 1, oneWayBps: 1 },
      };
      let now = at("2024-01-30T12:00");
      let last: LastDecision | undefined;
      let kept: number | null = null;
      let early = 0;
      const served: string[] = [];
      for (let step = 0; step < 4_000; step++) {
        // Mostly minutes, at times hours, and now and then everybody is down for long.
        const kind = random.uniform();
        now += 1 + below(kind < 0.6 ? 20 * 60 : kind < 0.995 ? 9 * HOUR : 100 * DAY);
        const asked = moment(now, last, schedule);
        const newest = slotAt(every, schedule.at, now);
        const promised = last === undefined ? now : nextDue(asked).at;
        const { decide, look } = whatIsDue(asked);
        expect(decide !== null, "what was promised").to.equal(promised <= now);
        if (decide !== null) {
          expect(decide.slot?.id).to.equal(newest.id);
          const skips: number = kept === null ? 0 : newest.index - kept - 1;
          const told = / these (\d+) are skipped/.exec(decide.reason)?.[1];
          expect(Number(told ?? (decide.reason.endsWith("is skipped.") ? 1 : 0)), decide.reason).to.equal(skips);
          served.push(newest.id);
          kept = newest.index;
          last = { asOf: now, due: decide };
        } else if (look.length > 0 && random.uniform() < 0.3) {
          expect(now - (last?.asOf ?? 0)).to.be.at.least(schedule.cooldown);
          last = { asOf: now, due: dueBy("drift", "Drift.", asked) };
          early++;
        }
        expect(kept, "the newest slot has its decision").to.equal(newest.index);
      }
      expect(new Set(served).size, "a slot was decided twice").to.equal(served.length);
      expect(early).to.be.greaterThan(100);
      expect(served.length).to.be.greaterThan(every === "quarterly" ? 5 : 20);
    });
  }
});
