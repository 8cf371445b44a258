import { expect } from "chai";
import { exp, log, power, sigmoid, tanh } from "./functions.ts";
import { cholesky, choleskySolve } from "./linear.ts";
import { centredRanks } from "./ranks.ts";
import { correlation, deviation } from "./statistics.ts";

describe("math", () => {
  it("exp, log, tanh and sigmoid are within a few units in the last place of the engine's", () => {
    for (let i = 0; i <= 20_000; i++) {
      const x = (i / 20_000 - 0.5) * 1_400;
      const y = Math.exp(x / 4);
      expect(Math.abs(exp(x) / Math.exp(x) - 1)).to.be.lessThan(4.5e-16);
      expect(Math.abs(log(y) - Math.log(y))).to.be.at.most(4.5e-16 * Math.max(1, Math.abs(Math.log(y))));
      expect(Math.abs(tanh(x / 50) - Math.tanh(x / 50))).to.be.lessThan(4.5e-16);
      expect(Math.abs(sigmoid(x) * (1 + Math.exp(-x)) - 1)).to.be.lessThan(7e-16);
    }
  });

  it("exp, log and tanh have the right ends", () => {
    expect([exp(-800), exp(0), exp(800), exp(Number.NaN)]).to.deep.equal([0, 1, Number.POSITIVE_INFINITY, Number.NaN]);
    expect([log(0), log(1), log(-1)]).to.deep.equal([Number.NEGATIVE_INFINITY, 0, Number.NaN]);
    expect(log(Number.MIN_VALUE)).to.be.closeTo(-744.44, 0.01);
    expect([tanh(-30), tanh(30), sigmoid(-800), sigmoid(800)]).to.deep.equal([-1, 1, 0, 1]);
    expect([power(2, 10), power(2, -2), power(3, 0)]).to.deep.equal([1024, 0.25, 1]);
  });

  it("centredRanks shares ties and keeps what is missing missing", () => {
    expect([...centredRanks([3, Number.NaN, 1, 3, 9])]).to.deep.equal([0, Number.NaN, -0.375, 0, 0.375]);
  });

  it("choleskySolve solves, and cholesky refuses what is not positive definite", () => {
    const lower = cholesky(Float64Array.of(4, 2, 2, 3), 2)!;
    const [a, b] = choleskySolve(lower, Float64Array.of(8, 7));
    expect(a).to.be.closeTo(1.25, 1e-15);
    expect(b).to.be.closeTo(1.5, 1e-15);
    expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).to.equal(null);
  });

  it("correlation and deviation agree with figures worked by hand", () => {
    expect(correlation([1, 2, 3], [2, 4, 6])).to.equal(1);
    expect(correlation([1, 2, 3], [5, 5, 5])).to.equal(0);
    expect(deviation([2, 4, 4, 4, 5, 5, 7, 9])).to.be.closeTo(Math.sqrt(32 / 7), 1e-15);
  });
});
