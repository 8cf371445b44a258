import { mulDiv } from "@gimbal/sdk";
import type { Address } from "viem";
import { dateOf } from "../charts/ranges.ts";

const DAY = 86_400;
const D18 = 10n ** 18n;
/** {days} A price that is older than this is not known any more. */
export const MOST_AGE = 7;

/** Shares that an account had for a while. */
export interface Stay {
  readonly index: Address;
  /** {share wei} */
  readonly shares: bigint;
  /** D18{USD} what they cost; null: not known. */
  readonly cost: bigint | null;
  /** {s since 1970} when they came */
  readonly from: number;
  /** {s since 1970} when they went; null: they are still there. */
  readonly to: number | null;
}

/** D18{USD/share} at the end of days {days since 1970}; days without a whole price are left out. */
export type Closes = ReadonlyMap<number, bigint>;

/** What an account was worth at the end of a day. */
export interface ValueDay {
  /** 2026-11-21, in UTC */
  readonly date: string;
  /** {s since 1970} its start */
  readonly time: number;
  /** D18{USD} of all that it held; null: a price is not known. */
  readonly value: bigint | null;
  /** D18{USD} that this cost; null: of a part it is not known. */
  readonly cost: bigint | null;
  /** D18{USD} of each index, in the order of `indices`; null: its price is not known. */
  readonly parts: readonly (bigint | null)[];
}

/** Where days begin and end, both included. {days since 1970} */
export interface DaySpan {
  readonly first: number;
  readonly last: number;
}

/**
 * The value of an account at the end of each day: the shares that it had then, at the price of that day. A day on which nobody
 * looked at an index counts the last price before it, of at most a week ago.
 */
export function valueDays(
  stays: readonly Stay[],
  closes: ReadonlyMap<Address, Closes>,
  indices: readonly Address[],
  { first, last }: DaySpan,
): readonly ValueDay[] {
  const days: ValueDay[] = [];
  for (let day = first; day <= last; day++) {
    const end = (day + 1) * DAY;
    const there = stays.filter(({ from, to }) => from < end && (to === null || to >= end));
    const parts = indices.map((index) => {
      const shares = there.filter((stay) => stay.index === index).reduce((sum, stay) => sum + stay.shares, 0n);
      if (shares === 0n) return 0n;
      const price = priceOn(closes.get(index), day);
      return price === null ? null : mulDiv(shares, price, D18);
    });
    const [value, cost] = [sum(parts), sum(there.map((stay) => stay.cost))];
    days.push({ date: dateOf(day * DAY), time: day * DAY, value, cost, parts });
  }
  return days;
}

function priceOn(closes: Closes | undefined, day: number): bigint | null {
  for (let age = 0; age <= MOST_AGE; age++) {
    const price = closes?.get(day - age);
    if (price !== undefined) return price;
  }
  return null;
}

/** A sum of what is known; null when a part is not. */
function sum(parts: readonly (bigint | null)[]): bigint | null {
  return parts.reduce<bigint | null>((all, part) => (all === null || part === null ? null : all + part), 0n);
}
