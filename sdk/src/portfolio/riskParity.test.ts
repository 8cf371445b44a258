import { expect } from "chai";
import { PortfolioInvalidError } from "./errors.ts";
import { seeded } from "./portfolio.fixture.ts";
import { equalRiskShares, inverseVolatility } from "./riskParity.ts";

/** A covariance from random factors: positive definite. */
function covarianceOf(seed: number, n: number): number[][] {
  const random = seeded(seed);
  const factors = Array.from({ length: n }, () => Array.from({ length: n + 2 }, () => random() - 0.4));
  return factors.map((a) => factors.map((b) => a.reduce((sum, value, k) => sum + value * (b[k] ?? 0), 0)));
}

describe("equalRiskShares", () => {
  it("gives each the same part of the risk, within 1e-10, on 50 random matrices", () => {
    for (let seed = 1; seed <= 50; seed++) {
      const n = 2 + (seed % 9);
      const covariance = covarianceOf(seed, n);
      const shares = equalRiskShares(covariance);
      const parts = covariance.map(
        (row, i) => shares[i]! * row.reduce((sum, value, j) => sum + value * (shares[j] ?? 0), 0),
      );
      const total = parts.reduce((sum, part) => sum + part, 0);
      for (const part of parts) expect(part / total, `seed ${seed}`).to.be.closeTo(1 / n, 1e-10);
      expect(shares.reduce((sum, share) => sum + share, 0)).to.be.closeTo(1, 1e-12);
      expect(shares.every((share) => share > 0)).to.equal(true);
    }
  });

  it("is inverse volatility where nothing is correlated", () => {
    const shares = equalRiskShares([
      [0.04, 0, 0],
      [0, 0.01, 0],
      [0, 0, 0.0025],
    ]);
    const plain = inverseVolatility([{ volatility: 0.2 }, { volatility: 0.1 }, { volatility: 0.05 }]);
    for (const [i, share] of [1 / 7, 2 / 7, 4 / 7].entries()) {
      expect(shares[i]).to.be.closeTo(share, 1e-12);
      expect(plain[i]).to.be.closeTo(share, 1e-12);
    }
  });

  it("refuses what is no covariance", () => {
    const refuses = (matrix: number[][], field: string) =>
      expect(() => equalRiskShares(matrix), field).to.throw(PortfolioInvalidError, field);
    refuses([[1, 0], [0]], "covariance[1]");
    refuses([[1, 0.1], [0.2, 1]], "covariance[0][1]"); // biome-ignore format: a matrix
    refuses([[0]], "covariance[0][0]");
    refuses([[1, Number.NaN], [Number.NaN, 1]], "covariance[0][1]"); // biome-ignore format: a matrix
    refuses([[1, 1.2], [1.2, 1]], "correlation"); // biome-ignore format: a matrix
    refuses([[1, -1], [-1, 1]], "no shares of equal risk"); // biome-ignore format: a matrix
  });
});
