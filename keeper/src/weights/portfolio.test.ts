import { expect } from "chai";
import { fixtureAsset, fixtureStable, fixtureVault } from "../data/vault.fixture.ts";
import { BPS, Freeze } from "../data/vault.ts";
import type { TokenMemory } from "../signals/opinion.ts";
import { judgeConviction } from "./conviction.ts";
import { defaultWeightParams, RISK_TIERS, type WeightParams, weightParamsOf } from "./params.ts";
import { fixtureOpinion, fixturePortfolio, fixtureRule, fixtureVaultOf } from "./portfolio.fixture.ts";
import { buildPortfolio, type Portfolio, type PortfolioInput } from "./portfolio.ts";
import { takeProfit, updateEntry } from "./profitLadder.ts";
import { capOf, currentWeights } from "./targets.ts";

const params = (over: Partial<Record<string, number>>): WeightParams => {
  return { ...defaultWeightParams, ...over } as WeightParams;
};
const memoryOf = (over: Partial<TokenMemory>): TokenMemory => {
  return {
    included: false,
    stance: "unknown",
    unwantedFor: 0,
    entryPrice: null,
    profitSteps: 0,
    traderGrade: null,
    ...over,
  };
};
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

/** Sum of the weights of each sector. */
function bySector(input: PortfolioInput, { weights }: Portfolio): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  input.panel.assets.forEach((asset, i) => {
    const { sector } = input.panel.classes[i]!;
    sums.set(sector, (sums.get(sector) ?? 0) + (weights.get(asset) ?? 0));
  });
  return sums;
}

describe("buildPortfolio", () => {
  it("sums to 10,000 bps, all of them whole, within every limit, for 30 random markets and every risk tier", () => {
    for (let seed = 1; seed <= 30; seed++) {
      const own = weightParamsOf[RISK_TIERS[seed % 3]!];
      const input = fixturePortfolio(seed, 10 + 2 * seed, {
        params: own,
        exposureBps: [10_000, 6_600, 3_300][seed % 3]!,
      });
      const found = buildPortfolio(input);
      const current = currentWeights(input.vault);
      expect(sum(found.weights.values())).to.equal(BPS);
      expect(found.exposureBps).to.be.at.most(input.exposureBps);
      let bought = 0;
      for (const item of input.vault.assets) {
        const weight = found.weights.get(item.asset)!;
        expect(Number.isInteger(weight)).to.equal(true);
        expect(weight).to.be.within(0, Math.max(capOf(item, input.vault), 0));
        if (item.asset === "USDC") continue;
        expect(weight).to.be.at.most(own.assetCapBps);
        bought += Math.max(0, weight - current.get(item.asset)!);
      }
      const now = BPS - current.get("USDC")!;
      expect(bought).to.be.at.most(own.turnoverBps + Math.max(0, input.exposureBps - now));
      for (const weight of bySector(input, found).values()) expect(weight).to.be.at.most(own.sectorCapBps);
    }
  });

  it("does not depend on the order of the basket, the opinions or the rules", () => {
    const input = fixturePortfolio(4, 40);
    const turned = {
      ...input,
      vault: { ...input.vault, assets: input.vault.assets.toReversed() },
      opinions: input.opinions.toReversed(),
      rules: input.rules.toReversed(),
    };
    const sorted = ({ weights }: Portfolio) => [...weights].sort(([a], [b]) => (a < b ? -1 : 1));
    expect(sorted(buildPortfolio(turned))).to.deep.equal(sorted(buildPortfolio(input)));
  });

  it("buys nothing that may not rise, and sells all that must leave", () => {
    const input = fixturePortfolio(6, 40);
    const current = currentWeights(input.vault);
    const held = input.panel.assets.filter((asset) => current.get(asset)! > 0);
    const rules = input.rules.map((rule) => ({ ...rule, mayIncrease: false, mustLeave: rule.asset === held[0] }));
    const { weights, reasons } = buildPortfolio({ ...input, rules });
    for (const asset of input.panel.assets) expect(weights.get(asset)).to.be.at.most(current.get(asset)!);
    expect(weights.get(held[0]!)).to.equal(0);
    expect(reasons.join(" ")).to.contain(`${held[0]} has to leave.`);
  });

  it("lets each limit bind in turn", () => {
    const base = fixturePortfolio(2, 60);
    const largest = (over: Partial<Record<string, number>>, input = base) => {
      const found = buildPortfolio({ ...input, params: params(over) });
      return { found, weight: Math.max(...input.panel.assets.map((asset) => found.weights.get(asset)!)) };
    };
    expect(largest({}).weight).to.be.greaterThan(900);
    expect(largest({ assetCapBps: 800 }).weight).to.equal(800);
    expect(largest({ calmVolatilityBps: 2_000 }).weight).to.be.lessThan(700);
    expect(largest({ volumeShareBps: 1 }).weight).to.be.lessThan(largest({}).weight);
    const sectors = bySector(base, largest({ sectorCapBps: 1_200 }).found);
    expect(Math.max(...sectors.values())).to.be.within(1_195, 1_200);
    const vault = {
      ...base.vault,
      assets: base.vault.assets.map((item) => ({ ...item, maxWeightBps: item.asset === "USDC" ? BPS : 500 })),
    };
    expect(largest({}, { ...base, vault }).weight).to.equal(500);
    const calm = largest({ targetVolatilityBps: 1_500 }).found;
    expect(calm.figures.volatilityBps).to.be.within(1_000, 1_501);
    expect(calm.reasons.join(" ")).to.contain("expected volatility is above its target");
    expect(calm.exposureBps).to.be.lessThan(5_000);
  });

  it("gives a token more for a higher score, all else equal", () => {
    const base = fixturePortfolio(9, 50);
    const candidates = base.opinions.filter(({ score }) => score! > 0.15).slice(0, 8);
    for (const { asset } of candidates) {
      const before = buildPortfolio(base).weights.get(asset)!;
      const opinions = base.opinions.map((one) => (one.asset === asset ? { ...one, score: one.score! + 0.02 } : one));
      expect(buildPortfolio({ ...base, opinions }).weights.get(asset), asset).to.be.at.least(before - 1);
    }
  });

  it("leaves what cannot be traded where it is, and keeps the share of what nothing is known about", () => {
    const input = fixturePortfolio(5, 20, { exposureBps: 5_000 });
    const usd = input.panel.assets.map((_, i) => (i < 2 ? 100_000 : 0));
    const vault = fixtureVaultOf(input.panel.assets, usd);
    const assets = vault.assets.map((item, i) => (i === 0 ? { ...item, freeze: Freeze.SELL } : item));
    const opinions = input.opinions.map((one, i) => (i === 1 ? fixtureOpinion(one.asset, null) : one));
    const found = buildPortfolio({ ...input, vault: { ...vault, assets }, opinions, rules: opinions.map(fixtureRule) });
    const current = currentWeights(vault);
    expect(found.weights.get("T000")).to.equal(current.get("T000"));
    expect(found.weights.get("T001")).to.be.within(current.get("T001")! - 1, current.get("T001")!);
    expect(found.reasons.join(" ")).to.contain("T000 cannot be traded now and stays.");
  });

  it("falls back when the covariance is unusable, and says so", () => {
    const input = fixturePortfolio(7, 30);
    const panel = { ...input.panel, column: () => new Float64Array(input.panel.days).fill(Number.NaN) };
    const found = buildPortfolio({ ...input, panel });
    expect(found.figures.method).to.equal("equal");
    expect(found.reasons.join(" ")).to.contain("The figures allow no optimised weights");
    expect(sum(found.weights.values())).to.equal(BPS);
  });

  it("goes to the stable destinations when the regime wants no risk", () => {
    const { weights } = buildPortfolio(fixturePortfolio(3, 25, { exposureBps: 0 }));
    expect(weights.get("USDC")).to.equal(BPS);
  });

  it("sells what the profit ladder asks for, and no more is bought", () => {
    const input = fixturePortfolio(11, 12);
    const asset = input.opinions.find(({ score }) => score! > 0.2)!.asset;
    const assets = [fixtureAsset(asset, 0, 100_000), fixtureStable("USDC", 1, 900_000)];
    const memory = {
      events: {},
      planned: null,
      tokens: { [asset]: memoryOf({ included: true, entryPrice: "0.625" }) },
    };
    const found = buildPortfolio({ ...input, vault: fixtureVault(assets), memory });
    expect(found.weights.get(asset)).to.be.at.most(765);
    expect(found.profitSteps.get(asset)).to.equal(2);
  });
});

describe("judgeConviction", () => {
  const names = Array.from({ length: 11 }, (_, i) => `T${String(i).padStart(2, "0")}`);
  const opinions = names.map((asset, i) => fixtureOpinion(asset, 0.5 - i / 10));
  const rules = new Map(opinions.map((one) => [one.asset, { ...fixtureRule(one), mayIncrease: true }]));
  const judge = (included: readonly string[], over: Partial<Record<string, number>>, held: readonly string[] = []) =>
    judgeConviction(
      opinions,
      rules,
      new Set(names),
      new Set(held),
      {
        events: {},
        planned: null,
        tokens: Object.fromEntries(included.map((asset) => [asset, memoryOf({ included: true })])),
      },
      params(over),
    );

  it("lets in above the upper percentile and out below the lower one", () => {
    expect([...judge([], {}).included]).to.deep.equal(["T00", "T01", "T02", "T03"]);
    const again = judge(["T00", "T05", "T06", "T07"], {});
    expect([...again.included].sort()).to.deep.equal(["T00", "T01", "T02", "T03", "T05", "T06"]);
    expect(again.left).to.deep.equal(["T07"]);
  });

  it("keeps what is held within twice the places, and never has more than there are", () => {
    const { included, left, entered } = judge(["T03", "T04"], { positions: 2 });
    expect([...included]).to.deep.equal(["T03", "T00"]);
    expect(left).to.deep.equal(["T04"]);
    expect(entered).to.deep.equal(["T00"]);
  });

  it("counts what is held as in", () => {
    expect([...judge([], {}, ["T06"]).included]).to.contain("T06");
  });
});

describe("profit ladder", () => {
  it("sells 10, 15 and 25% at +25, +50 and +100%, each rung once", () => {
    const held = memoryOf({ entryPrice: "2", profitSteps: 0 });
    expect(takeProfit(held, "2.499999")).to.deep.equal({ keepBps: 10_000, steps: 0 });
    expect(takeProfit(held, "2.5")).to.deep.equal({ keepBps: 9_000, steps: 1 });
    expect(takeProfit({ ...held, profitSteps: 1 }, "2.6")).to.deep.equal({ keepBps: 10_000, steps: 1 });
    expect(takeProfit({ ...held, profitSteps: 1 }, "3")).to.deep.equal({ keepBps: 8_500, steps: 2 });
    expect(takeProfit(held, "4")).to.deep.equal({ keepBps: 5_737, steps: 3 });
    expect(takeProfit(memoryOf({}), "4").keepBps).to.equal(10_000);
  });

  it("averages the entry price by what was paid, and forgets it with the position", () => {
    const first = updateEntry(undefined, "10", 0, 500);
    expect(first).to.deep.equal({ entryPrice: "10", profitSteps: 0 });
    // 25 tokens at 10 and, at 20, 25 tokens more.
    expect(updateEntry({ ...first, profitSteps: 1 }, "20", 500, 1_000)).to.deep.equal({
      entryPrice: "15",
      profitSteps: 1,
    });
    expect(updateEntry(first, "20", 500, 300)).to.deep.equal(first);
    expect(updateEntry(first, "20", 500, 0)).to.deep.equal({ entryPrice: null, profitSteps: 0 });
    expect(() => updateEntry(first, "1e5", 1, 2)).to.throw("decimal number");
  });
});
