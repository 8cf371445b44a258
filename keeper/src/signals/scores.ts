import { BPS } from "../data/vault.ts";
import { columnValues, valuesOf } from "../features/matrixColumns.ts";
import { centredRanks } from "../math/ranks.ts";
import type { Outlook } from "../models/outlook.ts";
import type { GradeParams } from "./gradeParams.ts";

/** Places within the day's universe: what the grades are made of. Arrays are in the order of the outlook; NaN = missing. */
export interface Scores {
  readonly trader: Float64Array; // 0 to 1
  readonly investor: Float64Array; // 0 to 1
  readonly combined: Float64Array; // -0.5 to 0.5: rank of the mix of both, for the weights
  readonly reversion: Float64Array; // -0.5 to 0.5: rank of how oversold a token is
  readonly reversionShare: number; // {1} of the trader score; 0 unless the market moves sideways
  /** Place, 0 to 1, that the token would have with another expected result of the week. */
  traderWith(row: number, week: number): number;
  /** Place, 0 to 1, that the token would have if it were neither oversold nor overbought. */
  traderWithoutReversion(row: number): number;
}

/** Parts of the investor grade beside the month's score: the ranks of data points, some of which count downwards. */
export const INVESTOR_PARTS = [
  {
    name: "fundamentals",
    weight: "fundamentalsWeight",
    points: [
      ["protocolFeesYield30", 1],
      ["lockedRatio", 1],
      ["valueLockedGrowth30", 1],
      ["dilution", -1],
    ],
  },
  {
    name: "onchain",
    weight: "onchainWeight",
    points: [
      ["activeAddressesGrowth30", 1],
      ["transactionsGrowth30", 1],
      ["transferValueYield30", 1],
      ["realizedRatio", -1],
    ],
  },
  {
    name: "liquidity",
    weight: "liquidityWeight",
    points: [
      ["listedVolume", 1],
      ["illiquidity30", -1],
    ],
  },
  { name: "size", weight: "sizeWeight", points: [["marketCap", 1]] },
] as const;

/** Ranks the universe for days and weeks (trader), for months (investor), and by both. */
export function scoreTokens(outlook: Outlook, sideways: boolean, params: GradeParams): Scores {
  const reversion = reversionRanks(outlook);
  const share = sideways ? params.reversionShareBps / BPS : 0;
  const week = centredRanks(outlook.week);
  const mixed = week.map((rank, row) => mix(rank, reversion[row] ?? Number.NaN, share));
  const trader = places(mixed);
  const investor = places(investorBlend(outlook, params));
  const traderShare = params.traderShareBps / BPS;
  const both = trader.map((place, row) => {
    const other = investor[row] ?? Number.NaN;
    return Number.isNaN(other) ? place : traderShare * place + (1 - traderShare) * other;
  });
  const sortedWeek = sortedKnown(outlook.week);
  const sortedMixed = sortedKnown(mixed);
  const placeOf = (rank: number, row: number) => place(mix(rank, reversion[row] ?? Number.NaN, share), sortedMixed);
  return {
    trader,
    investor,
    combined: centredRanks(both),
    reversion,
    reversionShare: share,
    traderWith: (row, value) => placeOf(place(value, sortedWeek) - 0.5, row),
    traderWithoutReversion: (row) => place(mix(week[row] ?? Number.NaN, 0, share), sortedMixed),
  };
}

/** A token without the second score is taken to be in the middle there. */
function mix(rank: number, other: number, share: number): number {
  return share === 0 ? rank : (1 - share) * rank + share * (Number.isNaN(other) ? 0 : other);
}

/** How far a token fell below its usual: high for a low RSI and a place at or under the lower Bollinger band. */
function reversionRanks(outlook: Outlook): Float64Array {
  const rsi = valuesOf(outlook.matrix, "rsi14");
  const band = valuesOf(outlook.matrix, "bollingerPlace20");
  return centredRanks(rsi.map((value, row) => -((value - 50) / 50 + 2 * ((band[row] ?? Number.NaN) - 0.5)) / 2));
}

/** One part of the investor grade: what it says of every token. */
export interface InvestorPart {
  readonly name: "month" | "fundamentals" | "onchain" | "liquidity" | "size";
  readonly weight: number;
  readonly values: Float64Array; // -0.5 to 0.5, in the order of the outlook; NaN = missing
}

/** The parts that the investor grade is blended from. */
export function investorParts(outlook: Outlook, params: GradeParams): readonly InvestorPart[] {
  const { features, rows } = outlook.matrix;
  const others = INVESTOR_PARTS.map(({ name, weight, points }): InvestorPart => {
    const known = points.map(([id, sign]) => ({ sign, ranks: columnValues(outlook.ranks, features, rows, id) }));
    const values = new Float64Array(rows).map((_, row) => {
      let [total, count] = [0, 0];
      for (const { sign, ranks } of known) {
        const value = ranks[row] ?? Number.NaN;
        if (Number.isNaN(value)) continue;
        total += sign * value;
        count++;
      }
      return count === 0 ? Number.NaN : total / count;
    });
    return { name, weight: params[weight], values };
  });
  return [{ name: "month", weight: params.monthWeight, values: centredRanks(outlook.month) }, ...others];
}

/** Weighted mean of the known parts of a row; NaN when too little weight is known. `without` leaves a part at the middle. */
export function blendOf(
  parts: readonly InvestorPart[],
  row: number,
  params: GradeParams,
  without?: InvestorPart["name"],
): number {
  let [sum, weights] = [0, 0];
  for (const { name, weight, values } of parts) {
    const value = values[row] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    if (name !== without) sum += weight * value;
    weights += weight;
  }
  return weights < params.leastWeight || weights === 0 ? Number.NaN : sum / weights;
}

function investorBlend(outlook: Outlook, params: GradeParams): Float64Array {
  const parts = investorParts(outlook, params);
  return new Float64Array(outlook.matrix.rows).map((_, row) => blendOf(parts, row, params));
}

/** Percentiles, 0 to 1; ties share theirs. */
function places(values: Float64Array): Float64Array {
  return centredRanks(values).map((rank) => rank + 0.5);
}

/** The known values, ascending. */
export function sortedKnown(values: Float64Array): Float64Array {
  return values.filter((value) => !Number.isNaN(value)).sort();
}

/** Percentile of a value among sorted ones, 0 to 1; equal ones count half. */
export function place(value: number, sorted: Float64Array): number {
  if (Number.isNaN(value) || sorted.length === 0) return Number.NaN;
  const below = countBelow(value, sorted, false);
  const upTo = countBelow(value, sorted, true);
  return (below + upTo) / 2 / sorted.length;
}

function countBelow(value: number, sorted: Float64Array, orEqual: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = sorted[middle] ?? Number.NaN;
    if (item < value || (orEqual && item === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
