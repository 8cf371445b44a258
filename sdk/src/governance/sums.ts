import { WEEK } from "../math/fixed.ts";
import { type Line, type Point, pointAt, pushPoint } from "./lines.ts";

/**
 * Sum of many lines with its history, as the escrow keeps it for the total supply and for each delegate. Nothing in it
 * is rounded, so that a sum is exact at every second.
 */
export type LineSum = {
  /** {GIM wei} committed by all lines, expired ones included */
  amount: bigint;
  points: readonly Point[];
  /** {veGIM wei/s} slope that ends at the start of a week, by {weeks since 1970} */
  endings: ReadonlyMap<bigint, bigint>;
};

export const EMPTY_SUM: LineSum = Object.freeze({ amount: 0n, points: [], endings: new Map<bigint, bigint>() });

/** Slope and bias of a point once every end in (since, timestamp] has been applied. */
function advance({ endings }: LineSum, point: Point, timestamp: bigint): { slope: bigint; bias: bigint } {
  let { slope, bias } = point;
  const last = timestamp / WEEK;
  for (let week = point.since / WEEK + 1n; week <= last && slope !== 0n; week++) {
    const ended = endings.get(week) ?? 0n;
    slope -= ended;
    bias -= ended * week * WEEK;
  }
  return { slope, bias };
}

/** {veGIM wei} value of a sum at a time. For a past time it never changes again. */
export function sumAt(sum: LineSum, timestamp: bigint): bigint {
  const point = pointAt(sum.points, timestamp);
  if (point === undefined) return 0n;
  const { slope, bias } = advance(sum, point, timestamp);
  return bias - slope * timestamp;
}

function withEndings(endings: ReadonlyMap<bigint, bigint>, old: Line, line: Line): ReadonlyMap<bigint, bigint> {
  if (old.slope === line.slope && old.end === line.end) return endings;
  const changed = new Map(endings);
  const add = (end: bigint, slope: bigint) => changed.set(end / WEEK, (changed.get(end / WEEK) ?? 0n) + slope);
  if (old.slope !== 0n) add(old.end, -old.slope);
  if (line.slope !== 0n) add(line.end, line.slope);
  return changed;
}

export type ReplaceLineParameters = {
  /** The line that leaves, as it is a moment before; `NO_LINE` for none. */
  old: Line;
  /** The line that comes; `NO_LINE` for none. */
  line: Line;
  /** {s} now: not before the last change of the sum */
  timestamp: bigint;
};

/** The sum with one line replaced. The sum that was given stays as it is. */
export function replaceLine(sum: LineSum, { old, line, timestamp }: ReplaceLineParameters): LineSum {
  const last = sum.points.at(-1);
  const { slope, bias } = last === undefined ? { slope: 0n, bias: 0n } : advance(sum, last, timestamp);
  const point = { since: timestamp, slope: slope + line.slope - old.slope, bias: bias + line.bias - old.bias };
  return {
    amount: sum.amount + line.amount - old.amount,
    points: pushPoint(sum.points, point),
    endings: withEndings(sum.endings, old, line),
  };
}
