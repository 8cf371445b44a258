import { ArgumentInvalidError } from "../errors/base.ts";

const PER_WORD = 16;
const WEIGHT_BITS = 16n;
const WEIGHT_MASK = 0xffffn;
const TOTAL_BPS = 10_000;

/**
 * Packs weights as `proposeWeights` takes them: 16 weights of 16 bits a word, the first in the lowest bits.
 *
 * @example
 * packWeights([6000, 4000]); // [262144000 + 6000n ...] = [(4000n << 16n) | 6000n]
 */
export function packWeights(weights: readonly number[]): bigint[] {
  const words = new Array<bigint>(Math.ceil(weights.length / PER_WORD)).fill(0n);
  weights.forEach((weight, index) => {
    if (!Number.isInteger(weight) || weight < 0 || weight > TOTAL_BPS) {
      throw new ArgumentInvalidError(
        `weights[${index}]`,
        `must be whole basis points from 0 to ${TOTAL_BPS}, not ${weight}`,
      );
    }
    const word = Math.floor(index / PER_WORD);
    words[word] = (words[word] ?? 0n) | (BigInt(weight) << (BigInt(index % PER_WORD) * WEIGHT_BITS));
  });
  return words;
}

/** Weights of the first `count` tokens from packed words. The contract refuses words of any other length. */
export function unpackWeights(words: readonly bigint[], count: number): number[] {
  if (words.length !== Math.ceil(count / PER_WORD)) {
    throw new ArgumentInvalidError(
      "words",
      `must be ${Math.ceil(count / PER_WORD)} for ${count} tokens, not ${words.length}`,
    );
  }
  return Array.from({ length: count }, (_, index) => {
    const word = words[Math.floor(index / PER_WORD)] ?? 0n;
    return Number((word >> (BigInt(index % PER_WORD) * WEIGHT_BITS)) & WEIGHT_MASK);
  });
}

/**
 * Rounds shares of a whole to basis points that sum to `total` exactly, by largest remainder; ties go to the lower index,
 * so that everybody who recomputes a decision gets the same weights.
 *
 * @example
 * largestRemainderBps([1n, 1n, 1n]); // [3334, 3333, 3333]
 */
export function largestRemainderBps(values: readonly bigint[], total: number = TOTAL_BPS): number[] {
  const sum = values.reduce((acc, value) => acc + value, 0n);
  if (values.some((value) => value < 0n) || sum === 0n) {
    throw new ArgumentInvalidError("values", "must not be negative, and one of them must be positive");
  }
  const scaled = values.map((value) => value * BigInt(total));
  const floors = scaled.map((value) => Number(value / sum));
  const missing = total - floors.reduce((acc, value) => acc + value, 0);
  const byRemainder = scaled
    .map((value, index) => ({ index, remainder: value % sum }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  for (const { index } of byRemainder.slice(0, missing)) floors[index] = (floors[index] ?? 0) + 1;
  return floors;
}
