/** Days whose words are compared with those of the days before them. */
export const NOVELTY_RECENT_DAYS = 3;
/** Days before those. */
export const NOVELTY_PAST_DAYS = 30;
/** Fewer words than this on either side tell nothing. */
const MIN_WORDS = 8;

/**
 * How little the words of the last 3 days resemble those of the 30 days before, day by day: 1 - cosine of the two word counts,
 * 0 (the same story) to 1 (a new one); NaN where there are too few words. `words[t]` are the words of day t with repetition.
 * Day t depends on days up to t only.
 */
export function novelty(words: readonly (readonly string[])[]): Float64Array {
  const recent = new Tally();
  const past = new Tally();
  return Float64Array.from(words, (today, t) => {
    const aged = words[t - NOVELTY_RECENT_DAYS] ?? [];
    for (const word of today) recent.count(word, 1);
    for (const word of aged) recent.count(word, -1);
    for (const word of aged) past.count(word, 1);
    for (const word of words[t - NOVELTY_RECENT_DAYS - NOVELTY_PAST_DAYS] ?? []) past.count(word, -1);
    if (recent.total < MIN_WORDS || past.total < MIN_WORDS) return Number.NaN;
    const cosine = recent.dot(past) / Math.sqrt(recent.squares * past.squares);
    return Math.max(0, 1 - cosine);
  });
}

/** Word counts. Sums of whole numbers are exact, so that adding and taking away leave no trace. */
class Tally {
  readonly counts = new Map<string, number>();
  total = 0;
  squares = 0;

  count(word: string, change: 1 | -1): void {
    const before = this.counts.get(word) ?? 0;
    const after = before + change;
    if (after === 0) this.counts.delete(word);
    else this.counts.set(word, after);
    this.total += change;
    this.squares += after * after - before * before;
  }

  dot(other: Tally): number {
    let sum = 0;
    for (const [word, count] of this.counts) sum += count * (other.counts.get(word) ?? 0);
    return sum;
  }
}
