import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { feasibleLimits } from "./limits.ts";
import { objectiveOf, optimise } from "./optimise.ts";
import { fixtureProblem } from "./problem.fixture.ts";
import type { Candidate, PortfolioProblem } from "./problem.ts";

const solved = JSON.parse(readFileSync(join(import.meta.dirname, "../../fixtures/highs.json"), "utf8")) as {
  readonly seed: number;
  readonly size: number;
  readonly placed: number;
  readonly objective: number;
}[];

const total = (weights: ArrayLike<number>) => Array.from(weights).reduce((sum, weight) => sum + weight, 0);

/** Equal, unrelated assets without any limit that binds. */
function plain(scores: readonly number[], over: Partial<PortfolioProblem> = {}, each: Partial<Candidate> = {}) {
  const size = scores.length;
  return {
    candidates: scores.map((score, i) => ({
      asset: `T${i}`,
      score,
      current: 0,
      cap: 1,
      floor: 0,
      sector: `sector${i}`,
      ecosystem: `ecosystem${i}`,
      sizeBand: "large" as const,
      costRate: 0,
      ...each,
    })),
    covariance: Float64Array.from({ length: size * size }, (_, k) => (k % (size + 1) === 0 ? 0.01 : 0.002)),
    exposure: 1,
    turnover: 2,
    sectorCap: 1,
    ecosystemCap: 1,
    sizeBandCaps: { large: 1, mid: 1, small: 1 },
    riskAversion: 4,
    correlationPenalty: 0,
    ...over,
  } satisfies PortfolioProblem;
}

function expectWithinLimits(problem: PortfolioProblem, weights: Float64Array, margin: number, title: string) {
  const limits = feasibleLimits(problem);
  const bought = problem.candidates.reduce((sum, { current }, i) => sum + Math.max(0, weights[i]! - current), 0);
  expect(bought, `${title}: turnover`).to.be.at.most(limits.turnover + margin);
  expect(total(weights), `${title}: exposure`).to.be.at.most(limits.exposure + margin);
  for (const { name, members, cap } of limits.groups) {
    expect(total(members.map((i) => weights[i]!)), `${title}: ${name}`).to.be.at.most(cap + margin);
  }
  weights.forEach((weight, i) => {
    expect(weight, `${title}: asset ${i}`).to.be.within(limits.lower[i]! - margin, limits.upper[i]! + margin);
  });
}

describe("optimise", () => {
  it("reaches the objective of HiGHS within 1e-7 on 38 problems of 5 to 100 assets, within every limit by 1e-9", () => {
    expect(solved.length).to.be.at.least(30);
    for (const { seed, size, placed, objective } of solved) {
      const problem = fixtureProblem(seed, size);
      const found = optimise(problem)!;
      expect(found, `problem ${seed}`).to.not.equal(null);
      expect(found.objective, `problem ${seed}`).to.be.closeTo(objective, 1e-7);
      expect(total(found.weights), `problem ${seed}`).to.be.closeTo(placed, 1e-9);
      expectWithinLimits(problem, found.weights, 1e-9, `problem ${seed}`);
    }
  });

  it("solves the equation of a problem that has an inside solution", () => {
    // Two unrelated assets: aversion * variance * (w1 - w2) = s1 - s2 and w1 + w2 = 1.
    const problem = plain([0.03, 0.01], { covariance: Float64Array.of(0.01, 0, 0, 0.01) });
    const { weights } = optimise(problem)!;
    expect(weights[0]).to.be.closeTo(0.75, 1e-9);
    expect(weights[1]).to.be.closeTo(0.25, 1e-9);
  });

  it("holds each limit where it binds", () => {
    const scores = [0.03, 0.02, 0.01, 0];
    const limited = (over: Partial<PortfolioProblem>, each: Partial<Candidate> = {}) =>
      optimise(plain(scores, over, each))!.weights;
    expect(limited({}, { cap: 0.3 })[0]).to.be.closeTo(0.3, 1e-9);
    expect(limited({ exposure: 0.4 }).reduce((sum, weight) => sum + weight)).to.be.closeTo(0.4, 1e-9);
    expect(limited({ sectorCap: 0.28 })[0]).to.be.closeTo(0.28, 1e-9);
    expect(limited({ ecosystemCap: 0.29 })[0]).to.be.closeTo(0.29, 1e-9);
    expect(total(limited({ sizeBandCaps: { large: 0.5, mid: 1, small: 1 } }))).to.be.closeTo(0.5, 1e-9);
    expect(limited({}, { floor: 0.2 })[3]).to.be.closeTo(0.2, 1e-9);
    expect(total(limited({ turnover: 0.35 }))).to.be.closeTo(0.35, 1e-9);
  });

  it("says how much of the exposure the limits leave no room for", () => {
    const found = optimise(plain([0.03, 0.02], {}, { cap: 0.2 }))!;
    expect(found.unplaced).to.be.closeTo(0.6, 1e-8);
    expect(optimise(plain([0.03, 0.02]))!.unplaced).to.equal(0);
  });

  it("stays where it is when a trade costs more than it brings", () => {
    const problem = plain([0.012, 0.01], {}, { current: 0.5 });
    const still = { ...problem, candidates: problem.candidates.map((item) => ({ ...item, costRate: 0.002 })) };
    expect(optimise(problem)!.weights[0]).to.be.greaterThan(0.52);
    expect(optimise(still)!.weights[0]).to.be.closeTo(0.5, 1e-8);
  });

  it("prefers less correlated assets under the correlation penalty, by half of w'Rw", () => {
    // Three equal assets, of which the first two move together.
    const covariance = Float64Array.of(0.01, 0.009, 0, 0.009, 0.01, 0, 0, 0, 0.01);
    const weightOfLoner = (correlationPenalty: number) =>
      optimise(plain([0.02, 0.02, 0], { covariance, correlationPenalty }))!.weights[2]!;
    expect(weightOfLoner(0.05)).to.be.greaterThan(weightOfLoner(0) + 0.05);
    const weights = Float64Array.of(0.5, 0.3, 0.2);
    const without = objectiveOf(plain([0, 0, 0], { covariance }), weights);
    const withPenalty = objectiveOf(plain([0, 0, 0], { covariance, correlationPenalty: 0.1 }), weights);
    expect(without - withPenalty).to.be.closeTo(0.05 * (0.25 + 0.09 + 0.04 + 2 * 0.9 * 0.15), 1e-12);
  });

  it("never gives a higher score less weight, all else equal", () => {
    for (let seed = 1; seed <= 12; seed++) {
      const problem = fixtureProblem(seed, 15);
      const raise = (i: number): PortfolioProblem => {
        const candidates = problem.candidates.map((item, k) =>
          k === i ? { ...item, score: item.score + 0.004 } : item,
        );
        return { ...problem, candidates };
      };
      const before = optimise(problem)!.weights;
      for (let i = 0; i < 15; i++) expect(optimise(raise(i))!.weights[i]).to.be.at.least(before[i]! - 1e-6);
    }
    const { weights } = optimise(plain([0.01, 0.03, 0.02, 0.005, 0.02]))!;
    expect(weights[1]).to.be.greaterThan(weights[2]!);
    expect(weights[2]).to.be.closeTo(weights[4]!, 1e-9);
    expect(weights[4]).to.be.greaterThan(weights[0]!);
  });

  it("relaxes what cannot be fulfilled together in the documented order, and never an asset's cap", () => {
    const base = plain([0.01, 0.01, 0.01], { sectorCap: 0.3, exposure: 0.5, turnover: 0.05 });
    const candidates = base.candidates.map((item, i) => (i === 0 ? { ...item, floor: 0.6, cap: 0.4 } : item));
    const found = optimise({ ...base, candidates })!;
    expect(found.weights[0]).to.be.closeTo(0.4, 1e-12);
    expect(found.reasons).to.deep.equal([
      "The least weight of T0 gives way to its cap.",
      "The cap of sector sector0 gives way to what may not be sold.",
      "The turnover limit gives way to what may not be sold.",
    ]);
    expect(total(found.weights)).to.be.closeTo(0.4, 1e-9);
  });

  it("works where a limit leaves no room at all", () => {
    expect(total(optimise(plain([0.01, 0.02], { exposure: 0 }))!.weights)).to.equal(0);
    expect(total(optimise(plain([0.01, 0.02], { sectorCap: 0 }))!.weights)).to.equal(0);
    const held = optimise(plain([0.01, 0.02], { turnover: 0 }, { current: 0.2 }))!;
    expect(total(held.weights)).to.be.closeTo(0.4, 1e-8);
    expect(held.unplaced).to.be.closeTo(0.6, 1e-8);
  });

  it("has no answer to figures that are none", () => {
    expect(optimise(plain([0.01, Number.NaN]))).to.equal(null);
    expect(optimise(plain([0.01, 0.02], { covariance: Float64Array.of(0.01, Number.NaN, 0, 0.01) }))).to.equal(null);
  });
});
