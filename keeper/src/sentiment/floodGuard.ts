/** Largest share of a day's score that one source has, however much it writes. */
export const MAX_SOURCE_SHARE = 0.5;

/**
 * Weight of each source in a day's mean, in the order of `counts` (headlines of each source, all above 0). In proportion to the
 * headlines, but none above `MAX_SOURCE_SHARE`; what is cut goes to the others. The weights sum to 1, or to less when all are
 * cut: the rest then counts as neutral, so that a lone source moves a score half as far as several that agree.
 */
export function sourceWeights(counts: readonly number[]): readonly number[] {
  const weights = counts.map(() => 0);
  const isCut = counts.map(() => false);
  let left = 1;
  for (;;) {
    const free = counts.reduce((sum, count, i) => sum + (isCut[i] ? 0 : count), 0);
    if (free === 0) return weights;
    const share = left;
    const over = counts.map((count, i) => !isCut[i] && (share * count) / free > MAX_SOURCE_SHARE);
    if (!over.includes(true))
      return weights.map((weight, i) => (isCut[i] ? weight : (share * (counts[i] ?? 0)) / free));
    over.forEach((tooMuch, i) => {
      if (!tooMuch) return;
      isCut[i] = true;
      weights[i] = MAX_SOURCE_SHARE;
      left -= MAX_SOURCE_SHARE;
    });
  }
}
