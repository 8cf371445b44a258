import { ArgumentInvalidError } from "../errors/base.ts";

/** Time between two orders; "month" is a calendar month. In the order of the contract's `Period`. */
export const ORDER_PERIODS = ["1-week", "2-weeks", "4-weeks", "month"] as const;
export type OrderPeriod = (typeof ORDER_PERIODS)[number];

/** What an order does. In the order of the contract's `OrderKind`. */
export const ORDER_KINDS = ["deposit", "withdraw-sum", "withdraw-part"] as const;
export type OrderKind = (typeof ORDER_KINDS)[number];

/** What decides about the dates of a plan. */
export type Schedule = {
  period: OrderPeriod;
  /** {s} when the next order is due; of a new plan: its start */
  next: number;
  /** {day} of the month wanted, 1 to 31; of a new plan: `dayOfMonth(start)` */
  day: number;
  /** {day} since 1970, UTC; no order after it; 0 = no end */
  lastDay: number;
  /** Orders still to come; 0 = no limit. */
  ordersLeft: number;
};

const DAY = 86_400; // {s}
const WEEK = 7 * DAY; // {s}

/** {day} of the month in UTC. */
export function dayOfMonth(timestamp: number): number {
  return new Date(timestamp * 1_000).getUTCDate();
}

/** {s} the wanted day of a month, or its last day when it has no such day. Month 12 is January of the year after. */
function inMonth(year: number, month: number, day: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(day, last)) / 1_000;
}

/**
 * First date of a plan's grid after `timestamp` {s}, as the contract reckons it: dates before it are skipped.
 *
 * @example
 * followingOrder({ period: "month", next: Date.UTC(2027, 0, 31) / 1000, day: 31 }, now); // 28 February 2027
 */
export function followingOrder({ period, next, day }: Pick<Schedule, "period" | "next" | "day">, timestamp: number) {
  if (timestamp < next) throw new ArgumentInvalidError("timestamp", "must not be before the order that is due");
  if (period !== "month") {
    const length = WEEK << ORDER_PERIODS.indexOf(period);
    return next + (Math.floor((timestamp - next) / length) + 1) * length;
  }
  const date = new Date(timestamp * 1_000);
  const [year, month, time] = [date.getUTCFullYear(), date.getUTCMonth(), next % DAY];
  const same = inMonth(year, month, day) + time;
  return same > timestamp ? same : inMonth(year, month + 1, day) + time;
}

/**
 * The next dates {s} of a plan, at most `count`, when each order is filed on its day.
 *
 * @example
 * const dates = upcomingOrders(plan, 12).map((date) => new Date(date * 1000).toISOString());
 */
export function upcomingOrders(schedule: Schedule, count: number): readonly number[] {
  if (!Number.isInteger(count) || count < 0) throw new ArgumentInvalidError("count", `must be whole, not ${count}`);
  const most = schedule.ordersLeft === 0 ? count : Math.min(count, schedule.ordersLeft);
  const dates: number[] = [];
  let next = schedule.next;
  while (dates.length < most && (schedule.lastDay === 0 || Math.floor(next / DAY) <= schedule.lastDay)) {
    dates.push(next);
    next = followingOrder({ ...schedule, next }, next);
  }
  return Object.freeze(dates);
}
