/** A span of time that a chart shows. */
export interface Range {
  readonly id: string;
  readonly label: string;
  /** null: all that is known. */
  readonly days: number | null;
}

/** What a chart shows before anybody chose. */
export const USUAL_RANGE: Range = { id: "90d", label: "90 d", days: 90 };
export const ALL_DAYS: Range = { id: "all", label: "All", days: null };

export const RANGES: readonly Range[] = [
  { id: "7d", label: "7 d", days: 7 },
  { id: "30d", label: "30 d", days: 30 },
  USUAL_RANGE,
  { id: "1y", label: "1 y", days: 365 },
  ALL_DAYS,
];

const DAY = 86_400;

/** The day of a moment {s since 1970}, in UTC: 2026-11-21. */
export function dateOf(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().slice(0, 10);
}

/** Spans of days, both ends included, oldest first. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

/**
 * The days of a range up to a moment, cut into spans that the API takes: `most` days each, the oldest may be shorter. `since`
 * is the first moment of which anything can be known.
 *
 * @param asOf {s since 1970}
 * @param since {s since 1970}
 */
export function spansOf(range: Range, asOf: number, since: number, most = 1_000): readonly Span[] {
  const last = Math.floor(asOf / DAY);
  const wanted = range.days === null ? Number.NEGATIVE_INFINITY : last - range.days;
  const first = Math.min(last, Math.max(Math.floor(since / DAY), wanted));
  const spans: Span[] = [];
  for (let end = last; end >= first; end -= most) {
    spans.unshift({ from: dateOf(Math.max(first, end - most + 1) * DAY), to: dateOf(end * DAY) });
  }
  return spans;
}

/** At most `most` of the points, evenly spaced; the first and the last stay. */
export function downSample<T>(points: readonly T[], most: number): readonly T[] {
  if (points.length <= most) return points;
  if (most < 2) return points.slice(-1);
  const step = (points.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, i) => points[Math.round(i * step)] as T);
}
