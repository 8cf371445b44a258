import { expect } from "chai";
import { createRandom } from "../data/random.ts";
import { neutralise } from "../math/neutral.ts";
import { correlation } from "../math/statistics.ts";
import { memberWeights, scoreWeek } from "./scoring.ts";
import { fullSpec } from "./specs.ts";

const params = fullSpec.params;
const random = createRandom(5);
const draw = (n: number) => Float64Array.from({ length: n }, () => random.normal());

describe("neutralise", () => {
  it("leaves nothing that goes along with an exposure, and keeps the rest", () => {
    const [a, b, own] = [draw(300), draw(300), draw(300)];
    const left = neutralise(
      own.map((value, i) => value + 2 * a[i]! - b[i]! + 7),
      [a, b],
    );
    expect(Math.abs(correlation(left, a))).to.be.lessThan(1e-6);
    expect(Math.abs(correlation(left, b))).to.be.lessThan(1e-6);
    expect(correlation(left, own)).to.be.greaterThan(0.99);
  });

  it("keeps what is missing missing", () => {
    const values = draw(20);
    values[3] = Number.NaN;
    const exposure = draw(20);
    exposure[5] = Number.NaN;
    const left = neutralise(values, [exposure]);
    expect([...left.keys()].filter((i) => Number.isNaN(left[i]))).to.deep.equal([3, 5]);
  });
});

describe("scoreWeek", () => {
  const exposures = { volatility: draw(200), beta: draw(200), size: draw(200) };

  it("a score that only follows volatility has a raw coefficient and no neutral one", () => {
    const returns = exposures.volatility.map((value) => -value + 0.3 * random.normal());
    const { raw, neutral } = scoreWeek(
      exposures.volatility.map((value) => -value),
      returns,
      exposures,
    );
    expect(raw).to.be.greaterThan(0.8);
    expect(Math.abs(neutral)).to.be.lessThan(0.1);
  });

  it("a score of its own keeps its neutral coefficient", () => {
    const own = draw(200);
    const returns = own.map((value, i) => value - exposures.volatility[i]!);
    expect(scoreWeek(own, returns, exposures).neutral).to.be.greaterThan(0.9);
  });

  it("is missing with fewer than ten assets", () => {
    expect(scoreWeek(draw(9), draw(9), exposures).raw).to.be.NaN;
  });
});

describe("memberWeights", () => {
  const steady = (level: number) => Array.from({ length: 26 }, (_, i) => level + (i % 2 === 0 ? 0.02 : -0.02));

  it("are equal without any result", () => {
    expect([...memberWeights([[], [], [], []], params)]).to.deep.equal([0.25, 0.25, 0.25, 0.25]);
  });

  it("favour what did better, sum to 1 and keep to the floor and the ceiling", () => {
    const weights = memberWeights([steady(0.3), steady(0.05), steady(0), steady(-0.3)], params);
    expect(weights.reduce((sum, value) => sum + value, 0)).to.be.closeTo(1, 1e-12);
    expect(weights[0]).to.be.greaterThan(weights[1]!);
    expect(Math.max(...weights)).to.be.at.most(params.mostWeightBps / 10_000 + 1e-9);
    expect(Math.min(...weights)).to.be.at.least(params.leastWeightBps / 10_000 - 1e-9);
  });

  it("forget: an old success counts less than a new one", () => {
    const old = [...Array.from({ length: 13 }, () => 0.2), ...Array.from({ length: 13 }, () => 0)];
    const [first, second] = memberWeights([old, old.toReversed(), steady(0), steady(0)], params);
    expect(first).to.be.lessThan(second!);
  });

  it("count a member without results as average", () => {
    const [good, bad, silent] = memberWeights([steady(0.2), steady(-0.2), []], params);
    expect(silent).to.be.within(bad!, good!);
  });
});
