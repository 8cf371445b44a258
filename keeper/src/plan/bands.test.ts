import { expect } from "chai";
import { createRandom } from "../data/random.ts";
import { fixtureAsset, fixtureStable, fixtureVault } from "../data/vault.fixture.ts";
import { BPS } from "../data/vault.ts";
import { bandFactorBps, measureDrift, tradeTo } from "./bands.ts";
import { estimate } from "./costs.ts";
import { defaultPlanParams as params } from "./params.ts";
import { makePlan } from "./plan.ts";

const vault = fixtureVault([fixtureAsset("A", 0, 1), fixtureAsset("B", 1, 1), fixtureStable("USDC", 2, 1)]);
const weights = (a: number, b: number) =>
  new Map([
    ["A", a],
    ["B", b],
    ["USDC", BPS - a - b],
  ]);

describe("bandFactorBps", () => {
  it("widens bands in trends with their strength and narrows them in ranges", () => {
    expect(bandFactorBps("bull", 10_000, params)).to.equal(15_000);
    expect(bandFactorBps("bear", 5_000, params)).to.equal(12_500);
    expect(bandFactorBps("bull", 0, params)).to.equal(10_000);
    expect(bandFactorBps("range", 10_000, params)).to.equal(7_500);
    expect(bandFactorBps("unknown", 10_000, params)).to.equal(10_000);
  });

  it("moves the point at which an asset triggers", () => {
    const triggers = (factor: number) => measureDrift(weights(4_000, 1_250), weights(4_000, 1_500), params, factor);
    expect(triggers(10_000).triggers).to.deep.equal([]);
    expect(triggers(6_000).triggers).to.have.length(1);
  });
});

describe("tradeTo", () => {
  const to = (a: number, b: number, goalA: number, goalB: number, forced: readonly string[] = [], factor = BPS) =>
    Object.fromEntries(tradeTo(vault, weights(a, b), weights(goalA, goalB), new Set(forced), params, factor));

  it("goes to the inner edge of the band, and stays within the band", () => {
    // The band of 2,000 is 500; its inner edge is 250 from the target.
    expect(to(3_000, 1_000, 2_000, 1_100)).to.deep.equal({ A: 2_250, B: 1_000, USDC: 6_750 });
    expect(to(2_500, 1_000, 2_000, 1_000)).to.deep.equal({ A: 2_500, B: 1_000, USDC: 6_500 });
    expect(to(1_000, 1_000, 2_000, 1_000)).to.deep.equal({ A: 1_750, B: 1_000, USDC: 7_250 });
  });

  it("goes to the target when forced, and by wider or narrower bands", () => {
    expect(to(3_000, 1_000, 2_000, 1_000, ["A"]).A).to.equal(2_000);
    expect(to(100, 1_000, 0, 1_000, ["A"]).A).to.equal(0);
    expect(to(2_600, 1_000, 2_000, 1_000, [], 15_000).A).to.equal(2_600);
    expect(to(2_450, 1_000, 2_000, 1_000, [], 7_500).A).to.equal(2_187);
  });

  it("buys only what sales and spare stables pay for, and always sums to 10,000", () => {
    expect(to(6_000, 4_000, 5_000, 5_000).USDC).to.equal(0);
    expect(to(2_900, 7_000, 4_000, 6_000)).to.deep.equal({ A: 3_000, B: 7_000, USDC: 0 });
    const random = createRandom(3);
    const draw = () => {
      const a = Math.floor(10_001 * random.uniform());
      return weights(a, Math.floor((10_001 - a) * random.uniform()));
    };
    for (let round = 0; round < 500; round++) {
      const [current, target] = [draw(), draw()];
      const forced = new Set(random.uniform() < 0.3 ? ["A"] : []);
      const found = tradeTo(vault, current, target, forced, params);
      expect([...found.values()].reduce((sum, weight) => sum + weight, 0)).to.equal(BPS);
      const most = BPS - Math.min(current.get("USDC")!, target.get("USDC")!);
      expect(BPS - found.get("USDC")!).to.be.at.most(most);
      for (const asset of ["A", "B"]) {
        const [low, high] = [current.get(asset)!, target.get(asset)!].sort((x, y) => x - y);
        expect(found.get(asset)).to.be.within(low!, high!);
      }
    }
  });
});

describe("estimate with the depth of pools", () => {
  it("charges 50 bps for a trade that moves the price by 1%, in proportion to its size", () => {
    const rich = fixtureVault([fixtureAsset("A", 0, 500_000), fixtureStable("USDC", 1, 500_000)]);
    const impact = (share: number, depth: number) => {
      const assets = new Map([["A", { dailyVolatility: 0.05, dailyVolume: 1e6, depth }]]);
      const [from, to] = [share, 0].map(
        (step) =>
          new Map([
            ["A", 5_000 - step],
            ["USDC", 5_000 + step],
          ]),
      );
      return estimate(rich, to!, from!, { assets, marketVolatility: 0.04 }, params).impact;
    };
    // A tenth of a million against a depth of as much: 50 bps of a tenth, in hundredths.
    expect(impact(1_000, 100_000)).to.equal(500);
    expect(impact(1_000, 200_000)).to.equal(250);
    expect(impact(2_000, 100_000)).to.equal(2_000);
  });
});

describe("makePlan with bands", () => {
  const held = fixtureVault([
    fixtureAsset("A", 0, 500_000),
    fixtureAsset("B", 1, 300_000),
    fixtureStable("USDC", 2, 200_000),
  ]);
  const facts = { assets: new Map(), marketVolatility: 0.04 };
  const plan = (a: number, b: number, forced: readonly string[]) =>
    makePlan({
      vault: held,
      target: { weights: weights(a, b), exposureBps: a + b },
      forced: new Set(forced),
      weak: new Set(),
      silent: new Set(),
      regime: { regime: "unknown", trendStrengthBps: 0 },
      facts,
      params: { ...params, benefitMultipleBps: 0 },
    });

  it("goes to the inner edge, or to the target when forced", () => {
    expect(plan(2_000, 6_000, []).proposed.get("A")).to.equal(2_250);
    expect(plan(2_000, 6_000, ["A"]).proposed.get("A")).to.equal(2_000);
  });

  it("goes all the way when the exposure changes", () => {
    expect(plan(2_000, 3_000, []).proposed.get("A")).to.equal(2_000);
  });

  it("acts for a forced asset within its band", () => {
    expect(plan(5_000, 2_900, []).action).to.equal("none");
    const { action, proposed, reasons } = plan(5_000, 2_900, ["B"]);
    expect([action, proposed.get("B")]).to.deep.equal(["propose", 2_900]);
    expect(reasons.join(" ")).to.contain("At once to a lower target: B.");
  });
});
