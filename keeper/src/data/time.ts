/** Seconds in a day. */
export const DAY = 86_400;

/** Days since 1970-01-01 UTC. A daily bar carries the day whose close it is. */
export type Day = number;

/** Last day whose close is known at `timestamp` {s}: the bar of day D is complete, hence known, from D+1 00:00 UTC. */
export function lastCompleteDay(timestamp: number): Day {
  return Math.floor(timestamp / DAY) - 1;
}

/** {s} from which what is dated `day` is known: the reverse of `lastCompleteDay`. */
export function firstKnown(day: Day): number {
  return (day + 1) * DAY;
}

/** Day of an ISO date such as "2022-05-01". */
export function dayFromIso(date: string): Day {
  const year = Number(date.slice(0, 4));
  const month = Number(date.slice(5, 7));
  return Date.UTC(year, month - 1, Number(date.slice(8, 10))) / (DAY * 1000);
}

/** ISO date of a day. */
export function isoFromDay(day: Day): string {
  return new Date(day * DAY * 1000).toISOString().slice(0, 10);
}

/** First day of the month that `day` is in. */
export function monthStart(day: Day): Day {
  return dayFromIso(`${isoFromDay(day).slice(0, 7)}-01`);
}

/** Day at whose end what became known at `timestamp` {s} is known: the row of the day in which it first counts. */
export function dayKnown(timestamp: number): Day {
  return Math.ceil(timestamp / DAY) - 1;
}
