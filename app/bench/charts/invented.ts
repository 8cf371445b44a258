import type { WeightDay } from "../../src/charts/stack.ts";
import type { Bar, Point } from "../../src/charts/TimeChart.tsx";

/** Five years, with a day for the leap. */
const DAYS = 1_826;
const TOKENS = 12;
const DAY = 86_400;
const FIRST = Date.UTC(2021, 0, 1) / 1_000;

/** Numbers between 0 and 1 from a seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A price a day that walks by at most 3%. */
export function inventLine(seed: number): readonly (Point & { readonly value: number })[] {
  const random = randomOf(seed);
  let value = 100;
  return Array.from({ length: DAYS }, (_, day) => {
    value *= 1 + 0.06 * (random() - 0.5);
    return { time: FIRST + day * DAY, value };
  });
}

/** The same walk as bars, with a spread around it. */
export function inventBars(seed: number): readonly Bar[] {
  const line = inventLine(seed);
  return line.map(({ time, value: close }, day) => {
    const open = line[day - 1]?.value ?? close;
    return { time, open, high: 1.01 * Math.max(open, close), low: 0.99 * Math.min(open, close), close };
  });
}

/** Weights of a dozen tokens a day, which sum to the whole. */
export function inventWeights(seed: number): readonly WeightDay[] {
  const random = randomOf(seed);
  const sizes = Array.from({ length: TOKENS }, (_, i) => 1 / (i + 1));
  return Array.from({ length: DAYS }, (_, day) => {
    for (const [i, size] of sizes.entries()) sizes[i] = size * (1 + 0.06 * (random() - 0.5));
    const sum = sizes.reduce((total, size) => total + size, 0);
    const weights = sizes.map((size, i) => [`Token ${i + 1}`, (10_000 * size) / sum] as const);
    return { date: new Date((FIRST + day * DAY) * 1_000).toISOString().slice(0, 10), weights: new Map(weights) };
  });
}
