import { expect } from "chai";
import { createRandom } from "../data/random.ts";
import { costsInForce, expectedCostBps, type RealisedFill, refitCosts, withCosts } from "./costRefit.ts";
import { defaultPlanParams as params } from "./params.ts";

/** Fills of a market with this half spread and impact, and noise; every eighth is nonsense when asked for. */
function planted(seed: number, count: number, halfSpread: number, impact: number, nonsense = false): RealisedFill[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, i) => {
    const [size, dailyVolume] = [1_000 + 50_000 * random.uniform(), 1e7];
    const cost = params.poolFeeBps + 2 * halfSpread + impact * Math.sqrt(size / dailyVolume) + random.normal() / 4;
    return { size, dailyVolume, costBps: nonsense && i % 8 === 0 ? 5_000 : cost };
  });
}

describe("refitCosts", () => {
  it("finds planted costs, as far as the number of fills allows", () => {
    const { params: found, report } = refitCosts(planted(1, 300, 8, 700), params);
    // 300 fills against 40: 700 * 300 / 340 + 500 * 40 / 340 = 676, and 7.6.
    expect(found.dayVolumeImpactBps).to.be.closeTo(676, 12);
    expect(found.halfSpreadBps).to.equal(8);
    expect(report.refitted).to.equal(true);
    expect(report.realisedBps).to.be.greaterThan(report.expectedBps);
    expect(report.dayVolumeImpactBps).to.deep.equal({ before: 500, after: found.dayVolumeImpactBps });
  });

  it("is not moved by nonsense in an eighth of the fills", () => {
    const found = refitCosts(planted(2, 200, 8, 700, true), params).params;
    expect(found.dayVolumeImpactBps).to.be.within(630, 780);
    expect(found.halfSpreadBps).to.be.within(6, 9);
  });

  it("moves no further than by a factor of two in a week, and stays where the costs are as expected", () => {
    const far = refitCosts(planted(3, 300, 60, 5_000), params).params;
    expect([far.dayVolumeImpactBps, far.halfSpreadBps]).to.deep.equal([1_000, 10]);
    const low = refitCosts(planted(3, 300, -10, 10), params).params;
    expect([low.dayVolumeImpactBps, low.halfSpreadBps]).to.deep.equal([250, 3]);
    const same = refitCosts(planted(4, 300, 5, 500), params).params;
    expect(same.dayVolumeImpactBps).to.be.closeTo(500, 12);
    expect(same.halfSpreadBps).to.equal(5);
  });

  it("changes nothing before there are 20 fills", () => {
    const { params: found, report } = refitCosts(planted(5, 19, 30, 2_000), params);
    expect(found).to.equal(params);
    expect(report).to.deep.include({ fills: 19, refitted: false });
    expect(refitCosts(planted(5, 20, 30, 2_000), params).report.refitted).to.equal(true);
    expect(refitCosts([], params).report.fills).to.equal(0);
  });
});

describe("costsInForce", () => {
  const WEEK = 7 * 86_400;
  const none = () => [];

  it("looks once a week, and until then goes on with the last look", () => {
    const first = costsInForce(params, null, 1_000, () => planted(1, 100, 8, 700));
    const early = costsInForce(params, first, 1_000 + WEEK - 1, () => planted(2, 100, 20, 100));
    expect(early).to.equal(first);
    expect(withCosts(params, early).dayVolumeImpactBps).to.equal(first.dayVolumeImpactBps.after);
    const next = costsInForce(params, first, 1_000 + WEEK, none);
    expect([next.at, next.refitted]).to.deep.equal([1_000 + WEEK, false]);
  });

  it("counts each fill once: only those since the last refit, which too few fills do not end", () => {
    const asked: number[] = [];
    const look = (count: number) => (since: number) => {
      asked.push(since);
      return planted(3, count, 8, 700);
    };
    const first = costsInForce(params, null, WEEK, look(100));
    const few = costsInForce(params, first, 2 * WEEK, look(19));
    costsInForce(params, few, 3 * WEEK, look(100));
    expect(asked).to.deep.equal([0, WEEK, WEEK]);
    expect(few.words).to.contain("unchanged: 19 fills").and.contain("20 are needed");
    expect(withCosts(params, few)).to.deep.equal(withCosts(params, first));
    expect(first.words).to.contain("refit from 100 fills").and.contain("500 to");
  });

  it("starts again when the configuration changes", () => {
    const first = costsInForce(params, null, WEEK, () => planted(4, 100, 8, 700));
    const other = costsInForce({ ...params, dayVolumeImpactBps: 300 }, first, WEEK + 1, none);
    expect([other.at, other.dayVolumeImpactBps.after, other.since]).to.deep.equal([WEEK + 1, 300, 0]);
  });

  it("expects what the parameters say", () => {
    expect(expectedCostBps({ size: 10_000, dailyVolume: 1_000_000 }, params)).to.be.closeTo(30 + 10 + 50, 1e-9);
  });
});
