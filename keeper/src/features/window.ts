// Windows of daily series. The rule for gaps is the same everywhere: the newest day must be known, and of the days of a
// window at most one in ten may be missing. Missing days are left out, so that a window may be shorter than asked.

const DAYS_PER_GAP = 10;

/** The known values of the last `length` days up to `day`, oldest first; null when too many of them are missing. */
export function windowOf(series: Float64Array, day: number, length: number): Float64Array | null {
  const from = Math.max(0, day - length + 1);
  const missing = length - (day + 1 - from) + gaps(series, from, day);
  if (tooMany(missing, length) || Number.isNaN(series[day] ?? Number.NaN)) return null;
  const whole = series.subarray(from, day + 1);
  return missing === length - whole.length ? whole : whole.filter((value) => !Number.isNaN(value));
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
  const known = (_: number, i: number) => whole.every((values) => !Number.isNaN(values[i] ?? Number.NaN));
  const left = whole.map((values) => values.filter(known));
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

function gaps(series: Float64Array, from: number, to: number): number {
  let missing = 0;
  for (let t = from; t <= to; t++) if (Number.isNaN(series[t] ?? Number.NaN)) missing++;
  return missing;
}

function tooMany(missing: number, length: number): boolean {
  return missing * DAYS_PER_GAP > length;
}
