import { expect } from "chai";
import { ArgumentInvalidError } from "../errors/base.ts";
import { dayOfMonth, followingOrder, type Schedule, upcomingOrders } from "./schedule.ts";

const DAY = 86_400;
const at = (text: string): number => Date.parse(text) / 1_000;
const words = (times: readonly number[]): string[] => times.map((time) => new Date(time * 1_000).toISOString());

const monthly: Schedule = { period: "month", next: at("2027-01-31T08:30:00Z"), day: 31, lastDay: 0, ordersLeft: 0 };

describe("sdk recurring: schedule", () => {
  it("keeps the wanted day of the month in mind, or takes the last day", () => {
    expect(words(upcomingOrders(monthly, 5))).to.deep.equal([
      "2027-01-31T08:30:00.000Z",
      "2027-02-28T08:30:00.000Z",
      "2027-03-31T08:30:00.000Z",
      "2027-04-30T08:30:00.000Z",
      "2027-05-31T08:30:00.000Z",
    ]);
    const leap = { ...monthly, next: at("2027-12-30T00:00:00Z"), day: 30 };
    expect(words(upcomingOrders(leap, 3)).map((text) => text.slice(0, 10))).to.deep.equal([
      "2027-12-30",
      "2028-01-30",
      "2028-02-29",
    ]);
  });

  it("counts weeks in days, whatever the calendar does", () => {
    for (const [period, days] of [
      ["1-week", 7],
      ["2-weeks", 14],
      ["4-weeks", 28],
    ] as const) {
      const [first = 0, second = 0, third = 0] = upcomingOrders({ ...monthly, period }, 3);
      expect([second - first, third - second]).to.deep.equal([days * DAY, days * DAY]);
    }
  });

  it("skips what was missed: the next date is the first after the time given", () => {
    expect(followingOrder({ ...monthly, period: "1-week" }, monthly.next + 15 * DAY)).to.equal(monthly.next + 21 * DAY);
    expect(followingOrder(monthly, at("2027-06-30T08:29:59Z"))).to.equal(at("2027-06-30T08:30:00Z"));
    expect(followingOrder(monthly, at("2027-06-30T08:30:00Z"))).to.equal(at("2027-07-31T08:30:00Z"));
    expect(followingOrder(monthly, at("2027-12-31T08:30:00Z"))).to.equal(at("2028-01-31T08:30:00Z"));
  });

  it("ends with the number of orders, or after the last day", () => {
    expect(upcomingOrders({ ...monthly, ordersLeft: 2 }, 10)).to.have.length(2);
    const until = (text: string) => upcomingOrders({ ...monthly, lastDay: Math.floor(at(text) / DAY) }, 10).length;
    expect(until("2027-03-30T00:00:00Z")).to.equal(2);
    expect(until("2027-03-31T00:00:00Z")).to.equal(3);
    expect(upcomingOrders(monthly, 0)).to.deep.equal([]);
  });

  it("refuses a time before the order that is due, and a number that is not whole", () => {
    expect(() => followingOrder(monthly, monthly.next - 1)).to.throw(ArgumentInvalidError);
    for (const count of [-1, 1.5, Number.NaN]) {
      expect(() => upcomingOrders(monthly, count)).to.throw(ArgumentInvalidError);
    }
  });

  it("reads the day of the month in UTC", () => {
    expect(dayOfMonth(at("2027-01-31T23:59:59Z"))).to.equal(31);
    expect(dayOfMonth(at("2027-02-01T00:00:00Z"))).to.equal(1);
  });
});
