import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { createRandom } from "../data/random.ts";
import { cholesky } from "../math/linear.ts";
import { type CovarianceOptions, shrunkCovariance } from "./covariance.ts";

interface Shrunk {
  readonly matrix: number[];
  readonly shrinkage: number;
  readonly meanCorrelation?: number;
}

interface Case {
  readonly days: number;
  readonly assets: number;
  readonly halfLife: number | null;
  readonly returns: number[];
  readonly constantCorrelation: Shrunk;
  readonly identity?: Shrunk;
}

const fixture = JSON.parse(readFileSync(join(import.meta.dirname, "../../fixtures/weights.json"), "utf8")) as {
  readonly covariance: Case[];
};
const options: CovarianceOptions = { target: "constant-correlation", halfLife: null, leastDays: 2 };

/** Returns of assets that share a market; deterministic. */
function planted(seed: number, days: number, assets: number): Float64Array {
  const random = createRandom(seed);
  const returns = new Float64Array(days * assets);
  for (let t = 0; t < days; t++) {
    const market = 0.03 * random.normal();
    for (let i = 0; i < assets; i++) returns[t * assets + i] = market + 0.01 * (1 + (i % 4)) * random.normal();
  }
  return returns;
}

describe("shrunkCovariance", () => {
  for (const [index, item] of fixture.covariance.entries()) {
    for (const target of ["constant-correlation", "identity"] as const) {
      const expected = target === "identity" ? item.identity : item.constantCorrelation;
      if (expected === undefined) continue;
      it(`equals the reference within 1e-10: case ${index}, ${target}, half-life ${item.halfLife}`, () => {
        const { days, assets, halfLife } = item;
        const found = shrunkCovariance(Float64Array.from(item.returns), days, assets, {
          ...options,
          target,
          halfLife,
        })!;
        expect(found.shrinkage).to.be.closeTo(expected.shrinkage, 1e-10);
        for (const [k, value] of expected.matrix.entries()) expect(found.matrix[k]).to.be.closeTo(value, 1e-10);
        if (expected.meanCorrelation !== undefined) {
          expect(found.meanCorrelation).to.be.closeTo(expected.meanCorrelation, 1e-10);
        }
      });
    }
  }

  it("takes a covariance over the days that both assets have", () => {
    const [days, assets] = [80, 2];
    const returns = planted(3, days, assets);
    for (let t = 0; t < 30; t++) returns[t * assets + 1] = Number.NaN;
    const found = shrunkCovariance(returns, days, assets, options)!;
    // Two assets have one correlation, which is the target's too: the matrix is the sample.
    const column = (i: number, from: number) =>
      Array.from({ length: days - from }, (_, t) => returns[(t + from) * assets + i] ?? 0);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [meanA, meanB] = [mean(column(0, 0)), mean(column(1, 30))];
    const shared = mean(column(0, 30).map((value, t) => (value - meanA) * ((column(1, 30)[t] ?? 0) - meanB)));
    expect(found.matrix[1]).to.be.closeTo(shared, 1e-15);
    expect(found.matrix[3]).to.be.closeTo(mean(column(1, 30).map((value) => (value - meanB) ** 2)), 1e-15);
  });

  it("gives a young asset, and one that never moves, the largest variance and the mean correlation", () => {
    const [days, assets] = [90, 5];
    const returns = planted(5, days, assets);
    for (let t = 0; t < days; t++) {
      if (t < 70) returns[t * assets + 1] = Number.NaN;
      returns[t * assets + 4] = 0;
    }
    const found = shrunkCovariance(returns, days, assets, { ...options, leastDays: 30 })!;
    expect(found.assumed).to.deep.equal([1, 4]);
    const largest = Math.max(...[0, 2, 3].map((i) => found.matrix[i * assets + i]!));
    expect(found.matrix[1 * assets + 1]).to.equal(largest);
    expect(found.matrix[4 * assets + 1]).to.be.closeTo(found.meanCorrelation * largest, 1e-15);
    expect(cholesky(found.matrix, assets)).to.not.equal(null);
  });

  it("is positive definite however the days are missing", () => {
    for (let seed = 1; seed <= 25; seed++) {
      const [days, assets] = [30, 12];
      const random = createRandom(1_000 + seed);
      const returns = planted(seed, days, assets).map((value) => (random.uniform() < 0.5 ? Number.NaN : value));
      const found = shrunkCovariance(returns, days, assets, { ...options, leastDays: 5, halfLife: 10 });
      expect(found, `seed ${seed}`).to.not.equal(null);
      expect(cholesky(found!.matrix, assets), `seed ${seed}`).to.not.equal(null);
    }
  });

  it("has nothing to say when no asset has returns", () => {
    expect(shrunkCovariance(new Float64Array(20).fill(Number.NaN), 10, 2, options)).to.equal(null);
  });

  it("weighs a new day more the shorter the half-life is", () => {
    const [days, assets] = [100, 2];
    const returns = planted(9, days, assets).map((value, k) => (k >= 80 * assets ? 3 * value : value));
    const variance = (halfLife: number | null) =>
      shrunkCovariance(returns, days, assets, { ...options, halfLife })!.matrix[0]!;
    expect(variance(10)).to.be.greaterThan(variance(40));
    expect(variance(40)).to.be.greaterThan(variance(null));
  });
});
