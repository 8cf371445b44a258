import { expect } from "chai";
import { createRandom } from "../data/random.ts";
import { DAY, dayFromIso } from "../data/time.ts";
import { PERIODS, type SlotTime, slotAt, slotOf, WEEKDAYS } from "./calendar.ts";

const MIDNIGHT: SlotTime = { hour: 0, minute: 0, weekday: "monday", day: 1 };
const SEED = 20_261_121;
const at = (text: string) => Date.parse(`${text}Z`) / 1000;
const iso = (time: number) => new Date(time * 1000).toISOString().slice(0, 16);
const chosen = (time: Partial<SlotTime>): SlotTime => ({ ...MIDNIGHT, ...time });

describe("slotAt", () => {
  it("names the ISO week of a day, around the ends of years too", () => {
    // From the calendar of ISO 8601: years with 52 and 53 weeks, leap years, a year's first days in the week before.
    for (const [day, week] of [
      ["1970-01-01", "1970-W01"],
      ["2004-12-31", "2004-W53"],
      ["2005-01-02", "2004-W53"],
      ["2005-01-03", "2005-W01"],
      ["2007-12-30", "2007-W52"],
      ["2007-12-31", "2008-W01"],
      ["2008-12-29", "2009-W01"],
      ["2010-01-03", "2009-W53"],
      ["2020-12-31", "2020-W53"],
      ["2021-01-03", "2020-W53"],
      ["2021-01-04", "2021-W01"],
      ["2024-12-30", "2025-W01"],
      ["2026-11-16", "2026-W47"],
      ["2026-11-22", "2026-W47"],
      ["2027-01-03", "2026-W53"],
      ["2027-01-04", "2027-W01"],
      ["2100-03-01", "2100-W09"],
    ] as const) {
      expect(slotAt("weekly", MIDNIGHT, at(`${day}T00:00`)).id, day).to.equal(week);
      expect(slotAt("weekly", MIDNIGHT, at(`${day}T23:59`)).id, day).to.equal(week);
    }
  });

  it("begins each year's first week with the one of January 4", () => {
    for (let year = 1970; year <= 2400; year++) {
      const slot = slotAt("weekly", MIDNIGHT, at(`${year}-01-04T12:00`));
      expect(slot.id).to.equal(`${year}-W01`);
      expect(new Date(slot.start * 1000).getUTCDay(), slot.id).to.equal(1);
    }
  });

  it("waits for weekday, hour and minute", () => {
    const time = chosen({ weekday: "wednesday", hour: 13, minute: 30 });
    expect(slotAt("weekly", time, at("2026-11-18T13:29")).id).to.equal("2026-W46");
    const slot = slotAt("weekly", time, at("2026-11-18T13:30"));
    expect([slot.id, iso(slot.start)]).to.deep.equal(["2026-W47", "2026-11-18T13:30"]);
    expect(slotAt("daily", time, at("2026-03-01T13:29")).id).to.equal("2026-02-28");
    expect(slotAt("daily", time, at("2024-03-01T13:29")).id).to.equal("2024-02-29");
    const sunday = slotAt("weekly", chosen({ weekday: "sunday" }), at("2027-01-03T00:00"));
    expect([sunday.id, iso(sunday.start)]).to.deep.equal(["2026-W53", "2027-01-03T00:00"]);
  });

  it("takes the last day of a month that is too short", () => {
    for (const [day, now, id, start] of [
      [31, "2026-02-28T00:00", "2026-02", "2026-02-28T00:00"],
      [31, "2026-02-27T23:59", "2026-01", "2026-01-31T00:00"],
      [31, "2024-02-28T23:59", "2024-01", "2024-01-31T00:00"],
      [31, "2024-02-29T00:00", "2024-02", "2024-02-29T00:00"],
      [30, "2100-02-28T00:00", "2100-02", "2100-02-28T00:00"],
      [30, "2000-02-29T00:00", "2000-02", "2000-02-29T00:00"],
      [31, "2026-04-30T00:00", "2026-04", "2026-04-30T00:00"],
      [29, "2026-12-31T23:59", "2026-12", "2026-12-29T00:00"],
      [29, "2027-01-01T00:00", "2026-12", "2026-12-29T00:00"],
    ] as const) {
      const slot = slotAt("monthly", chosen({ day }), at(now));
      expect([slot.id, iso(slot.start)], now).to.deep.equal([id, start]);
    }
  });

  it("begins a quarter in its first month", () => {
    for (const [now, id, start] of [
      ["2026-11-21T00:00", "2026-Q4", "2026-10-15T06:00"],
      ["2026-10-15T05:59", "2026-Q3", "2026-07-15T06:00"],
      ["2026-01-01T00:00", "2025-Q4", "2025-10-15T06:00"],
      ["2026-12-31T23:59", "2026-Q4", "2026-10-15T06:00"],
      ["2027-01-15T06:00", "2027-Q1", "2027-01-15T06:00"],
    ] as const) {
      const slot = slotAt("quarterly", chosen({ day: 15, hour: 6 }), at(now));
      expect([slot.id, iso(slot.start)], now).to.deep.equal([id, start]);
    }
  });

  it("joins two weeks, also across the end of a year", () => {
    expect(slotAt("two-weekly", MIDNIGHT, at("2026-11-21T00:00")).id).to.equal("2026-W47/W48");
    expect(slotAt("two-weekly", MIDNIGHT, at("2026-11-30T00:00")).id).to.equal("2026-W49/W50");
    expect(slotAt("two-weekly", MIDNIGHT, at("2027-01-05T00:00")).id).to.equal("2026-W53/W01");
    const ids = Array.from({ length: 3_000 }, (_, i) => slotOf("two-weekly", MIDNIGHT, i).id);
    expect(new Set(ids).size).to.equal(ids.length);
  });
});

describe(`slots, seed ${SEED}`, () => {
  const random = createRandom(SEED);
  const below = (limit: number) => Math.floor(random.uniform() * limit);
  const anyTime = () =>
    chosen({ hour: below(24), minute: below(60), weekday: WEEKDAYS[below(7)] ?? "monday", day: 1 + below(31) });
  const lengths = { daily: [1, 1], weekly: [7, 7], "two-weekly": [14, 14], monthly: [28, 31], quarterly: [90, 92] };

  for (const period of PERIODS) {
    it(`${period}: one at every moment, without gap or overlap, named once`, () => {
      for (let i = 0; i < 3_000; i++) {
        const time = anyTime();
        const now = below(13_000_000_000); // until the year 2381
        const slot = slotAt(period, time, now);
        const next = slotOf(period, time, slot.index + 1);
        const where = `${period} ${JSON.stringify(time)} at ${iso(now)}`;
        expect(slot.start <= now && now < next.start, where).to.equal(true);
        expect(slotAt(period, time, slot.start), where).to.deep.equal(slot);
        expect(slotAt(period, time, next.start - 1), where).to.deep.equal(slot);
        expect(slotAt(period, time, next.start), where).to.deep.equal(next);
        expect(slot.id < next.id, `${where}: ${slot.id} before ${next.id}`).to.equal(true);
        // A start that a shorter month moves stays within three days of the others.
        const days = (next.start - slot.start) / DAY;
        const [least = 0, most = 0] = lengths[period];
        expect(days, where).to.be.within(least - (most === least ? 0 : 3), most + (most === least ? 0 : 3));
        const { hour, minute } = time;
        expect(slot.start % DAY, where).to.equal(hour * 3_600 + minute * 60);
      }
    });
  }

  it("monthly: on the day asked for, or the month's last", () => {
    for (let i = 0; i < 3_000; i++) {
      const time = anyTime();
      const { id, start } = slotAt("monthly", time, below(13_000_000_000));
      const day = Math.floor(start / DAY) - dayFromIso(`${id}-01`) + 1;
      const isLast = new Date((start + DAY) * 1000).getUTCDate() === 1;
      expect(iso(start).slice(0, 7)).to.equal(id);
      expect(day === time.day || (day < time.day && isLast), `${id}, day ${day} for ${time.day}`).to.equal(true);
    }
  });
});
