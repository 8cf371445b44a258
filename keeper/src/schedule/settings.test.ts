import { expect } from "chai";
import { scheduleSchema, toSchedule } from "./settings.ts";

const USUAL = { decideEvery: 86_400, eventEvery: 3_600 };
const AI = { rebalance: "monthly", weighting: { kind: "grades" } } as const;
const RULE = { rebalance: "two-weekly", weighting: { kind: "market-cap", capBps: 1_000 } } as never;

describe("toSchedule", () => {
  it("goes by the age of decisions where nothing is set, and looks for events", () => {
    expect(toSchedule(undefined, USUAL, null)).to.deep.include({
      every: { seconds: 86_400 },
      cooldown: 0,
      events: { checkEvery: 3_600 },
    });
    expect(toSchedule(undefined, USUAL, AI)).to.deep.include({ every: { seconds: 28 * 86_400 } });
    expect(toSchedule(undefined, USUAL, RULE)).to.deep.include({ every: { seconds: 14 * 86_400 }, events: undefined });
    expect(toSchedule(undefined, { decideEvery: 60 }, null).events).to.equal(undefined);
  });

  it("takes what is set, and of triggers only those", () => {
    const settings = scheduleSchema.parse({ every: "weekly", at: { weekday: "friday", hour: 14 }, drift: {} });
    expect(toSchedule(settings, USUAL, null)).to.deep.equal({
      every: "weekly",
      at: { hour: 14, minute: 15, weekday: "friday", day: 1 },
      cooldown: 21_600,
      drift: { largestBps: 500, oneWayBps: 1_000, checkEvery: 3_600 },
      events: undefined,
      regime: undefined,
    });
    expect(toSchedule(scheduleSchema.parse({}), USUAL, null).every).to.deep.equal({ seconds: 86_400 });
  });

  it("leaves the period to a methodology's document, and a rule to its own days", () => {
    const settings = scheduleSchema.parse({ at: { day: 5 }, drift: {}, events: {}, regime: {} });
    expect(toSchedule(settings, USUAL, AI)).to.deep.include({ every: "monthly", events: { checkEvery: 3_600 } });
    const rule = toSchedule(settings, USUAL, RULE);
    expect([rule.every, rule.drift, rule.events, rule.regime]).to.deep.equal([
      "two-weekly",
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("scheduleSchema", () => {
  it("refuses what no calendar has, and says what it takes", () => {
    for (const wrong of [
      { at: { hour: 24 } },
      { at: { minute: 60 } },
      { at: { day: 0 } },
      { at: { day: 32 } },
      { at: { weekday: "mon" } },
      { every: { seconds: 0 } },
      { every: "hourly" },
      { drift: { largestBps: 0 } },
      { events: { checkEvery: 0.5 } },
      { cooldown: -1 },
      { hour: 3 },
    ]) {
      expect(scheduleSchema.safeParse(wrong).success, JSON.stringify(wrong)).to.equal(false);
    }
    const said = scheduleSchema.safeParse({ every: "hourly" }).error?.issues[0]?.message;
    expect(said).to.equal('must be one of daily, weekly, two-weekly, monthly, quarterly, or { "seconds": a number }');
  });
});
