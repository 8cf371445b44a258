/**
 * Splits `total` in proportion to `sizes`, in whole units that sum to it exactly, by largest remainder; ties go to the lower
 * index. While `total` is at most the sum of the sizes nobody gets more than its size. Without any size, nobody gets anything.
 *
 * @example
 * apportion(10n, [1n, 2n]); // [3n, 7n]
 */
export function apportion(total: bigint, sizes: readonly bigint[]): bigint[] {
  const sum = sizes.reduce((all, size) => all + size, 0n);
  if (sum === 0n) return sizes.map(() => 0n);
  const parts = sizes.map((size) => (total * size) / sum);
  const left = total - parts.reduce((all, part) => all + part, 0n);
  const byRemainder = sizes
    .map((size, index) => ({ index, remainder: (total * size) % sum }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  for (const { index } of byRemainder.slice(0, Number(left))) parts[index] = (parts[index] ?? 0n) + 1n;
  return parts;
}
