import { expect } from "chai";
import { createRandom } from "../data/random.ts";
import { type RealisedFill, refitCosts } from "./costRefit.ts";
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
