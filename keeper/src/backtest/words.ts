const MISSING = "–";

/** "12.3%"; a dash when unknown. */
export function percent(value: number): string {
  return Number.isFinite(value) ? `${(100 * value).toFixed(Math.abs(value) >= 1 ? 0 : 1)}%` : MISSING;
}

/** "+12.3%". */
export function signedPercent(value: number): string {
  return Number.isFinite(value) ? `${value > 0 ? "+" : value < 0 ? "−" : ""}${percent(Math.abs(value))}` : MISSING;
}

/** "1.23". */
export function decimal(value: number): string {
  return Number.isFinite(value) ? value.toFixed(2).replace("-", "−") : MISSING;
}

/** A probability in whole percent, never rounded to certainty. */
export function probability(value: number): string {
  if (!Number.isFinite(value)) return MISSING;
  if (value > 0.99) return "over 99%";
  return value < 0.01 ? "under 1%" : `${Math.round(100 * value)}%`;
}

/** "1.2 days". */
export function days(value: number): string {
  return Number.isFinite(value) ? `${value >= 10 ? Math.round(value) : value.toFixed(1)} days` : MISSING;
}
