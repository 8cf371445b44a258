import { createRandom } from "../src/data/random.ts";
import { shrunkCovariance } from "../src/weights/covariance.ts";
import { optimise } from "../src/weights/optimise.ts";
import { fixtureProblem } from "../src/weights/problem.fixture.ts";
import type { Benchmark } from "./types.ts";

const ROUNDS = 7;

/** Median milliseconds of some runs after two to warm up. */
function medianOf(action: (round: number) => void): number {
  action(0);
  action(1);
  const times = Array.from({ length: ROUNDS }, (_, round) => {
    const start = performance.now();
    action(round);
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
}

function optimising(): number {
  const problems = Array.from({ length: ROUNDS }, (_, round) => fixtureProblem(700 + round, 100));
  return medianOf((round) => {
    const problem = problems[round];
    if (problem === undefined || optimise(problem) === null) throw new Error("The optimiser found no weights.");
  });
}

function shrinking(): number {
  const [days, assets] = [365, 100];
  const random = createRandom(1);
  const returns = Float64Array.from({ length: days * assets }, () => 0.04 * random.normal());
  return medianOf(() => {
    const found = shrunkCovariance(returns, days, assets, {
      target: "constant-correlation",
      halfLife: 60,
      leastDays: 60,
    });
    if (found === null) throw new Error("There is no covariance.");
  });
}

export const benchmarks: readonly Benchmark[] = [
  { name: "weights of 100 assets with every limit", target: "<= 50 ms", unit: "ms", limit: 50, run: optimising },
  { name: "shrunk covariance of 100 assets, 365 days", target: "<= 50 ms", unit: "ms", limit: 50, run: shrinking },
];
