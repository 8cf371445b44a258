// Windows of daily series. The rule for gaps is the same everywhere: the newest day must be known, and of the days of a
// window at most one in ten may be missing. Missing days are left out, so that a window may be shorter than asked.

const DAYS_PER_GAP = 10;

/** The known values of the last `length` days up to `day`, oldest first; null when too many of them are missing. */
export function windowOf(series: Float64Array, day: number, length: number): Float64Array | null {
  const missing = missingDays([series], day, length);
  if (missing < 0) return null;
  if (missing === 0) return series.subarray(day - length + 1, day + 1);
  return series.subarray(Math.max(0, day - length + 1), day + 1).filter((value) => !Number.isNaN(value));
}

/** Several series on the days on which all of them are known; null when too many of those are missing. */
export function alignedWindows<T extends readonly Float64Array[]>(
  series: T,
  day: number,
  length: number,
): { [K in keyof T]: Float64Array } | null {
  const missing = missingDays(series, day, length);
  if (missing < 0) return null;
  const from = Math.max(0, day - length + 1);
  const whole = series.map((values) => values.subarray(from, day + 1));
  if (missing === 0) return whole as { [K in keyof T]: Float64Array };
  const known = (_: number, i: number) => whole.every((values) => !Number.isNaN(values[i] ?? Number.NaN));
  return whole.map((values) => values.filter(known)) as { [K in keyof T]: Float64Array };
}

/** The newest known value of the `reach` days up to `day`; NaN when there is none. */
export function newestKnown(series: Float64Array, day: number, reach: number): number {
  for (let t = day; t > day - reach && t >= 0; t--) {
    const value = series[t] ?? Number.NaN;
    if (!Number.isNaN(value)) return value;
  }
  return Number.NaN;
}

/** Number of days of a window that any of the series lacks; -1 when the window may not be used. */
function missingDays(series: readonly Float64Array[], day: number, length: number): number {
  const from = day - length + 1;
  let missing = from < 0 ? -from : 0;
  if (missing * DAYS_PER_GAP > length || hasGap(series, day)) return -1;
  for (let t = Math.max(0, from); t < day; t++) if (hasGap(series, t)) missing++;
  return missing * DAYS_PER_GAP > length ? -1 : missing;
}

function hasGap(series: readonly Float64Array[], day: number): boolean {
  for (let k = 0; k < series.length; k++) if (Number.isNaN(series[k]?.[day] ?? Number.NaN)) return true;
  return false;
}
