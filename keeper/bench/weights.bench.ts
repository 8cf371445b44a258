import { createRandom } from "../src/data/random.ts";
import { shrunkCovariance } from "../src/weights/covariance.ts";
import { optimise } from "../src/weights/optimise.ts";
import { fixtureProblem } from "../src/weights/problem.fixture.ts";
import { type Benchmark, type Duration, scaled, seconds } from "./types.ts";

const ROUNDS = 7;

/** Median milliseconds of some runs after two to warm up. */
function medianOf(action: (round: number) => void): Duration {
  action(0);
  action(1);
  const times = Array.from({ length: ROUNDS }, (_, round) => seconds(() => action(round)));
  const middle = times.sort((a, b) => a.cpu - b.cpu)[Math.floor(ROUNDS / 2)];
  return scaled(middle ?? { cpu: Number.NaN, wall: Number.NaN }, 1_000);
}

function optimising(): Duration {
  const problems = Array.from({ length: ROUNDS }, (_, round) => fixtureProblem(700 + round, 100));
  return medianOf((round) => {
    const problem = problems[round];
    if (problem === undefined || optimise(problem) === null) throw new Error("The optimiser found no weights.");
  });
}

function shrinking(): Duration {
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
