import type { Series } from "../data/snapshot.ts";

/** Mean of the last `window` values at each day; missing unless every one of them is there. */
export function movingAverage(series: Series, window: number): Series {
  let sum = 0;
  let present = 0;
  return series.map((value, t) => {
    if (value !== null) {
      sum += value;
      present++;
    }
    const old = t >= window ? series[t - window] : null;
    if (old !== null && old !== undefined) {
      sum -= old;
      present--;
    }
    return present === window ? sum / window : null;
  });
}

/** Change against the value `lag` days before, as a fraction. */
export function change(series: Series, lag: number): Series {
  return series.map((value, t) => {
    const before = t >= lag ? series[t - lag] : null;
    return value === null || before === null || before === undefined ? null : value / before - 1;
  });
}

/** Standard deviation of the last `window` values at each day; missing unless at least `least` of them are there. */
export function rollingDeviation(series: Series, window: number, least: number = window): Series {
  return series.map((_, t) => deviation(series.slice(Math.max(0, t - window + 1), t + 1), least));
}

/** Share of the last `window` values that lie below the newest one; missing unless every one of them is there. */
export function rollingPercentile(series: Series, window: number): Series {
  return series.map((value, t) => {
    if (value === null || t + 1 < window) return null;
    const recent = series.slice(t + 1 - window, t + 1);
    if (recent.includes(null)) return null;
    return recent.filter((item) => item !== null && item < value).length / window;
  });
}

/** Distance from the highest of the last `window` values, as a fraction <= 0. */
export function drawdown(series: Series, window: number): Series {
  return series.map((value, t) => {
    if (value === null || t + 1 < window) return null;
    const high = series.slice(t + 1 - window, t + 1).reduce((top: number, item) => Math.max(top, item ?? top), value);
    return value / high - 1;
  });
}

/** `a / b - 1` day by day. */
export function gap(a: Series, b: Series): Series {
  return a.map((value, t) => {
    const base = b[t];
    return value === null || base === null || base === undefined ? null : value / base - 1;
  });
}

function deviation(values: Series, least: number): number | null {
  const present = values.filter((value) => value !== null);
  if (present.length < least || present.length < 2) return null;
  const mean = present.reduce((sum, value) => sum + value, 0) / present.length;
  const squares = present.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return Math.sqrt(squares / (present.length - 1));
}
