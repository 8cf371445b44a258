import { expect } from "chai";
import { createRandom } from "../data/random.ts";
import { rankScore } from "../math/rankCorrelation.ts";
import { type PredictedEra, scorePredictors, summarise } from "./informationCoefficient.ts";

/** Weeks of 80 assets whose returns follow a planted signal a little and their volatility a lot. */
function plantedEras(weeks: number, seed: number): readonly PredictedEra[] {
  const random = createRandom(seed);
  const draw = () => Float64Array.from({ length: 80 }, () => random.normal());
  return Array.from({ length: weeks }, (_, week) => {
    const [signal, volatility, size, beta, noise, luck] = [draw(), draw(), draw(), draw(), draw(), draw()];
    const returns = signal.map((value, i) => 0.01 * (0.3 * value - 0.8 * volatility[i]! + noise[i]!));
    const scores = new Map([
      ["signal", signal],
      ["calm", volatility.map((value) => -value)],
      ["luck", luck],
    ]);
    return { day: 7 * week, scores, returns, exposures: [volatility, size, beta] };
  });
}

describe("backtest/informationCoefficient", () => {
  const [signal, calm, luck] = scorePredictors(plantedEras(60, 4));

  it("default: finds a planted signal, raw and neutral, in ranks and in money", () => {
    // Correlation of the planted part: 0.3 / sqrt(0.09 + 0.64 + 1), and without volatility 0.3 / sqrt(1.09).
    expect(signal!.raw.mean).to.be.closeTo(0.22, 0.03);
    expect(signal!.neutral.mean).to.be.closeTo(0.28, 0.03);
    expect(signal!.neutral.t).to.be.greaterThan(10);
    expect(signal!.money.spread).to.be.greaterThan(0.005);
    expect(signal!.money.spread).to.be.closeTo(signal!.money.top - signal!.money.bottom, 1e-15);
    expect(signal!.raw.weeks).to.equal(60);
  });

  it("behavior: a pure volatility score looks good raw and is nothing when neutral", () => {
    expect(calm!.raw.mean).to.be.greaterThan(0.5);
    expect(Math.abs(calm!.neutral.mean)).to.be.lessThan(0.03);
  });

  it("behavior: luck is within its noise", () => {
    expect(Math.abs(luck!.raw.t)).to.be.lessThan(2);
    expect(Math.abs(luck!.neutral.t)).to.be.lessThan(2);
    expect(luck!.raw.hitRate).to.be.within(0.3, 0.7);
  });

  it("behavior: leaves out what is unknown, and says nothing about a few assets", () => {
    const era = plantedEras(1, 8)[0]!;
    const scores = Float64Array.from(era.scores.get("signal")!).fill(Number.NaN, 0, 20);
    const returns = Float64Array.from(era.returns).fill(Number.NaN, 60);
    const cut = rankScore(scores, returns, era.exposures);
    const part = rankScore(
      scores.slice(20, 60),
      returns.slice(20, 60),
      era.exposures.map((values) => Array.from(values).slice(20, 60)),
    );
    expect(cut).to.deep.equal(part);
    expect(rankScore(scores.slice(20, 29), returns.slice(20, 29), []).raw).to.be.NaN;
  });

  it("behavior: an unknown exposure does not remove the asset", () => {
    const era = plantedEras(1, 8)[0]!;
    const blank = era.exposures.map((values) => Float64Array.from(values).fill(Number.NaN));
    const { raw, neutral } = rankScore(era.scores.get("signal")!, era.returns, blank);
    expect(neutral).to.be.closeTo(raw, 1e-6);
  });

  it("default: summary worked by hand", () => {
    const { mean, ratio, t, hitRate, weeks } = summarise([0.1, 0.3, Number.NaN, -0.1]);
    expect([weeks, hitRate]).to.deep.equal([3, 2 / 3]);
    expect(mean).to.be.closeTo(0.1, 1e-15);
    expect(ratio).to.be.closeTo(0.5, 1e-15);
    expect(t).to.be.closeTo(0.5 * Math.sqrt(3), 1e-15);
  });
});
