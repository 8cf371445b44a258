import { dateOf } from "../../charts/ranges.ts";

/** A day of an index. {USD/share} */
interface Day {
  /** {s since 1970} its start */
  readonly time: number;
  readonly open: number;
  readonly close: number;
}

/** What an index did in one month of the calendar, UTC. */
export interface Month {
  readonly year: number;
  /** 1 is January. */
  readonly month: number;
  /** Fraction: 0.05 means 5%. */
  readonly return: number;
  /** It began or ended within the month: the return is of a part of it. */
  readonly isPartial: boolean;
}

/** {s} */
const DAY = 86_400;

const monthOf = ({ time }: Day) => dateOf(time).slice(0, 7);

/**
 * Returns by month, oldest first: from the close of the month before, in the first one from the first price that there is.
 *
 * @param days oldest first
 */
export function monthsOf(days: readonly Day[]): readonly Month[] {
  const names = [...new Set(days.map(monthOf))];
  let base = days[0]?.open;
  return names.flatMap((name, i) => {
    const own = days.filter((day) => monthOf(day) === name);
    const [first, last] = [own[0], own.at(-1)];
    if (first === undefined || last === undefined || base === undefined || base === 0) return [];
    const gained = last.close / base - 1;
    base = last.close;
    const begins = i === 0 && !dateOf(first.time).endsWith("-01");
    const ends = i === names.length - 1 && dateOf(last.time + DAY).slice(0, 7) === name;
    const [year, month] = name.split("-").map(Number) as [number, number];
    return [{ year, month, return: gained, isPartial: begins || ends }];
  });
}

/** Returns one after another. */
export function compound(months: readonly Pick<Month, "return">[]): number {
  return months.reduce((value, month) => value * (1 + month.return), 1) - 1;
}

/** The return of the last `length` days {fraction}; null: it is not that old. */
export function returnOver(days: readonly Day[], length: number): number | null {
  const last = days.at(-1);
  if (last === undefined) return null;
  const base = days.findLast(({ time }) => time <= last.time - length * DAY);
  return base === undefined || base.close === 0 ? null : last.close / base.close - 1;
}
