import type { Address } from "viem";

/** What an index held at the end of a day {USD}. */
interface Held {
  /** {s since 1970} start of the day */
  readonly time: number;
  readonly tvl: number;
}

/**
 * What all indices held together, day by day, oldest first. An index counts from its first day on; a day on which nobody looked
 * at it counts what it held before.
 */
export function sumByDay(series: readonly (readonly Held[])[]): readonly Held[] {
  const times = [...new Set(series.flatMap((days) => days.map(({ time }) => time)))].toSorted((a, b) => a - b);
  const next = series.map(() => 0);
  const held = series.map(() => 0);
  return times.map((time) => {
    series.forEach((days, i) => {
      for (let day = days[next[i] ?? 0]; day !== undefined && day.time <= time; day = days[next[i] ?? 0]) {
        held[i] = day.tvl;
        next[i] = (next[i] ?? 0) + 1;
      }
    });
    return { time, tvl: held.reduce((sum, tvl) => sum + tvl, 0) };
  });
}

/** Where revenue of one token went. {raw tokens} */
export interface Split {
  readonly stakers: bigint;
  readonly buyback: bigint;
  readonly burned: bigint;
  readonly treasury: bigint;
  readonly keepers: bigint;
}

/** Revenue of one token, all splits together. {raw tokens} */
export interface TokenRevenue extends Split {
  readonly token: Address;
  readonly all: bigint;
}

const NOTHING: Split = { stakers: 0n, buyback: 0n, burned: 0n, treasury: 0n, keepers: 0n };

/** Splits added up by token, in the order in which tokens first came. */
export function revenueOf(
  splits: readonly { readonly token: Address; readonly parts: Split }[],
): readonly TokenRevenue[] {
  const sums = new Map<Address, Split>();
  for (const { token, parts } of splits) {
    const sum = sums.get(token) ?? NOTHING;
    sums.set(token, {
      stakers: sum.stakers + parts.stakers,
      buyback: sum.buyback + parts.buyback,
      burned: sum.burned + parts.burned,
      treasury: sum.treasury + parts.treasury,
      keepers: sum.keepers + parts.keepers,
    });
  }
  return [...sums].map(([token, sum]) => {
    return { token, ...sum, all: sum.stakers + sum.buyback + sum.burned + sum.treasury + sum.keepers };
  });
}
