import type { Random } from "../data/random.ts";

/** The weights, scaled so that their mean is 1. */
export function meanOne(weight: Float64Array): Float64Array {
  let sum = 0;
  for (const own of weight) sum += own;
  return weight.map((own) => (own * weight.length) / sum);
}

/** Weighted mean. */
export function weightedMean(values: Float64Array, weight: Float64Array): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    sum += (values[i] as number) * (weight[i] as number);
    total += weight[i] as number;
  }
  return sum / total;
}

/** `wanted` of the indices 0 to size - 1, ascending, each set equally likely. Draws nothing when all are wanted. */
export function drawIndices(size: number, wanted: number, random: Random): Int32Array {
  if (wanted >= size) return Int32Array.from({ length: size }, (_, i) => i);
  // A shuffle of all indices, of which only the places that have changed are held.
  const moved = new Map<number, number>();
  const drawn = new Int32Array(wanted);
  for (let q = 0; q < wanted; q++) {
    const other = q + Math.floor(random.uniform() * (size - q));
    drawn[q] = moved.get(other) ?? other;
    moved.set(other, moved.get(q) ?? q);
  }
  return drawn.sort();
}

/**
 * Draws indices with probabilities in proportion to the weights, in constant time each (Walker's alias method): every
 * index has a slot, and what its weight leaves free of the slot belongs to one other index.
 */
export function createWeightedDraw(weight: Float64Array): (random: Random) => number {
  const size = weight.length;
  const share = meanOne(weight);
  const alias = Int32Array.from({ length: size }, (_, i) => i);
  const small: number[] = [];
  const large: number[] = [];
  for (let i = 0; i < size; i++) ((share[i] as number) < 1 ? small : large).push(i);
  while (small.length > 0 && large.length > 0) {
    const slot = small.pop() as number;
    const giver = large.at(-1) as number;
    alias[slot] = giver;
    share[giver] = (share[giver] as number) - (1 - (share[slot] as number));
    if ((share[giver] as number) < 1) small.push(large.pop() as number);
  }
  // What is left over is full but for rounding.
  for (const slot of [...small, ...large]) share[slot] = 1;
  return (random) => {
    const slot = Math.floor(random.uniform() * size);
    return random.uniform() < (share[slot] as number) ? slot : (alias[slot] as number);
  };
}
