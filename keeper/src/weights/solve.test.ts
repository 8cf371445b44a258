import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { hierarchicalShares } from "./hierarchical.ts";
import { feasibleLimits } from "./limits.ts";
import { fixtureProblem } from "./problem.fixture.ts";
import { METHODS, type Method } from "./problem.ts";
import { inverseVolatilityShares, riskParityShares } from "./riskParity.ts";
import { solvePortfolio } from "./solve.ts";

const { hierarchical } = JSON.parse(readFileSync(join(import.meta.dirname, "../../fixtures/weights.json"), "utf8")) as {
  readonly hierarchical: { readonly assets: number; readonly matrix: number[]; weights: number[]; order: number[] }[];
};

describe("riskParityShares", () => {
  it("gives every asset the same part of the risk, within 1e-10", () => {
    for (const { assets: n, matrix } of hierarchical) {
      const shares = riskParityShares(Float64Array.from(matrix), n)!;
      const parts = shares.map((share, i) => {
        return share * shares.reduce((sum, other, j) => sum + matrix[i * n + j]! * other, 0);
      });
      const total = parts.reduce((sum, part) => sum + part, 0);
      for (const part of parts) expect(part / total).to.be.closeTo(1 / n, 1e-10);
      expect(shares.reduce((sum, share) => sum + share, 0)).to.be.closeTo(1, 1e-12);
    }
  });

  it("is inverse volatility where nothing is correlated", () => {
    const diagonal = Float64Array.of(0.04, 0, 0, 0, 0.01, 0, 0, 0, 0.0025);
    const expected = [1 / 7, 2 / 7, 4 / 7];
    for (const shares of [riskParityShares(diagonal, 3)!, inverseVolatilityShares(diagonal, 3)!]) {
      for (const [i, share] of shares.entries()) expect(share).to.be.closeTo(expected[i]!, 1e-12);
    }
  });
});

describe("hierarchicalShares", () => {
  it("equals the reference within 1e-10, leaves in the same order", () => {
    for (const { assets, matrix, weights, order } of hierarchical) {
      const found = hierarchicalShares(Float64Array.from(matrix), assets)!;
      expect(found.order).to.deep.equal(order);
      for (const [i, weight] of weights.entries()) expect(found.shares[i]).to.be.closeTo(weight, 1e-10);
    }
  });
});

describe("solvePortfolio", () => {
  const random = fixtureProblem(3, 12, { exposure: 0.5 });
  const problem = {
    ...random,
    candidates: random.candidates.map((item) => ({ ...item, cap: Math.max(item.cap, 0.1) })),
  };
  const spoilt = (indices: readonly number[]) =>
    problem.covariance.map((value, k) => (indices.includes(k) ? Number.NaN : value));

  it("takes the next method that works, and names the ones that did not", () => {
    const cases: readonly [readonly number[], Method, number][] = [
      [[], "optimised", 0],
      [[5, 60], "inverse-volatility", 3],
      [[...problem.covariance.keys()], "equal", 4],
    ];
    for (const [holes, method, failures] of cases) {
      const found = solvePortfolio({ ...problem, covariance: spoilt(holes) });
      expect(found.method).to.equal(method);
      expect(found.reasons.filter((reason) => reason.includes("next method"))).to.have.length(failures);
    }
    const scoreless = { ...problem.candidates[0]!, score: Number.NaN };
    const found = solvePortfolio({ ...problem, candidates: [scoreless, ...problem.candidates.slice(1)] });
    expect(found.method).to.equal("risk-parity");
  });

  for (const method of METHODS) {
    it(`keeps every limit on 40 random problems: ${method}`, () => {
      for (let seed = 1; seed <= 40; seed++) {
        const random = fixtureProblem(seed, 4 + seed);
        const { weights, method: used } = solvePortfolio(random, method);
        expect(used).to.equal(method);
        const limits = feasibleLimits(random);
        const sum = (members: readonly number[]) => members.reduce((total, i) => total + weights[i]!, 0);
        for (const { name, members, cap } of limits.groups) expect(sum(members), name).to.be.at.most(cap + 1e-9);
        expect(sum([...weights.keys()])).to.be.at.most(limits.exposure + 1e-9);
        const bought = random.candidates.reduce(
          (total, { current }, i) => total + Math.max(0, weights[i]! - current),
          0,
        );
        expect(bought).to.be.at.most(limits.turnover + 1e-9);
        for (const [i, weight] of weights.entries()) {
          expect(weight).to.be.within(limits.lower[i]! - 1e-9, limits.upper[i]! + 1e-9);
        }
      }
    });
  }

  it("places all of the exposure where the limits have room", () => {
    const size = 10;
    const roomy = fixtureProblem(8, size, { exposure: 0.6, turnover: 2, sectorCap: 1, ecosystemCap: 1 });
    const candidates = roomy.candidates.map((item) => ({ ...item, cap: 0.2, floor: 0, sizeBand: "large" as const }));
    for (const method of METHODS) {
      const { weights, unplaced } = solvePortfolio({ ...roomy, candidates }, method);
      expect(weights.reduce((sum, weight) => sum + weight, 0)).to.be.closeTo(0.6, 1e-9);
      expect(unplaced).to.equal(0);
    }
  });
});
