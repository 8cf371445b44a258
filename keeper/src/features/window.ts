// Windows of daily series. The rule for gaps is the same everywhere: the newest day must be known, and of the days of a
// window at most one in ten may be missing. Missing days are left out, so that a window may be shorter than asked.

const DAYS_PER_GAP = 10;

/** The known values of the last `length` days up to `day`, oldest first; null when too many of them are missing. */
export function windowOf(series: Float64Array, day: number, length: number): Float64Array | null {
  const from = Math.max(0, day - length + 1);
  const missing = length - (day + 1 - from) + gaps(series, from, day);
  if (tooMany(missing, length) || Number.isNaN(series[day] ?? Number.NaN)) return null;
  const whole = series.subarray(from, day + 1);
  return missing === length - whole.length ? whole : knownOf(whole, [whole]);
}

/** Several series on the days on which all of them are known; null when too many of those are missing. */
export function alignedWindows<T extends readonly Float64Array[]>(
  series: T,
  day: number,
  length: number,
): { [K in keyof T]: Float64Array } | null {
  const from = Math.max(0, day - length + 1);
  const before = length - (day + 1 - from);
  let most = 0; // days that lack any series are at least as many as those that lack one
  let any = false;
  for (const values of series) {
    const missing = gaps(values, from, day);
    if (missing > most) most = missing;
    if (missing > 0) any = true;
    if (tooMany(before + most, length) || Number.isNaN(values[day] ?? Number.NaN)) return null;
  }
  const whole = series.map((values) => values.subarray(from, day + 1));
  if (!any) return whole as { [K in keyof T]: Float64Array };
  const left = whole.map((values) => knownOf(values, whole));
  return tooMany(length - (left[0]?.length ?? 0), length) ? null : (left as { [K in keyof T]: Float64Array });
}

/** The newest known value of the `reach` days up to `day`; NaN when there is none. */
export function newestKnown(series: Float64Array, day: number, reach: number): number {
  for (let t = day; t > day - reach && t >= 0; t--) {
    const value = series[t] ?? Number.NaN;
    if (!Number.isNaN(value)) return value;
  }
  return Number.NaN;
}

/** The values at the places where all of `others` are known. */
function knownOf(values: Float64Array, others: readonly Float64Array[]): Float64Array {
  const left = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    let known = true;
    for (let k = 0; k < others.length && known; k++) known = !Number.isNaN(others[k]?.[i] ?? Number.NaN);
    if (known) left[count++] = values[i] ?? Number.NaN;
  }
  return left.subarray(0, count);
}

/** What is known about the gaps of a series on the days up to one day. */
interface Scan {
  series: Float64Array;
  day: number;
  from: number; // earliest day looked at
  readonly gaps: number[]; // unknown days from there on, newest first
}

// Many data points of a row look back from the same day of the same few series, over other lengths. Looking each time would
// take a fifth of the time of all data points. Series are never written to, see MarketPanel.
const SCANS_KEPT = 8;
const scans: Scan[] = Array.from({ length: SCANS_KEPT }, () => {
  return { series: new Float64Array(0), day: -1, from: 0, gaps: [] };
});
let oldest = 0;

/** Unknown values from day `from` to day `to`. */
function gaps(series: Float64Array, from: number, to: number): number {
  const scan = scanOf(series, to);
  while (scan.from > from) {
    scan.from--;
    if (Number.isNaN(series[scan.from] ?? Number.NaN)) scan.gaps.push(scan.from);
  }
  let missing = scan.gaps.length;
  while (missing > 0 && (scan.gaps[missing - 1] ?? 0) < from) missing--;
  return missing;
}

function scanOf(series: Float64Array, day: number): Scan {
  for (let k = 0; k < SCANS_KEPT; k++) {
    const scan = scans[k] as Scan;
    if (scan.series === series && scan.day === day) return scan;
  }
  const scan = scans[oldest] as Scan;
  oldest = (oldest + 1) % SCANS_KEPT;
  scan.series = series;
  scan.day = day;
  scan.from = day + 1;
  scan.gaps.length = 0;
  return scan;
}

function tooMany(missing: number, length: number): boolean {
  return missing * DAYS_PER_GAP > length;
}
