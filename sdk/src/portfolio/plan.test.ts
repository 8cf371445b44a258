import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { PortfolioInfeasibleError, PortfolioInvalidError } from "./errors.ts";
import { nearestPoint } from "./nearest.ts";
import { planPortfolio, THREE_TIER } from "./plan.ts";
import { fixtureVault, type PlanProblem, planProblem } from "./portfolio.fixture.ts";
import { type PlanKind, type PortfolioIndex, RISK_TIERS, type RiskTier } from "./types.ts";

const { plans } = JSON.parse(readFileSync(join(import.meta.dirname, "../../fixtures/portfolio.json"), "utf8")) as {
  readonly plans: readonly { readonly seed: number; readonly weightsBps: readonly number[] | null }[];
};

const index = (
  number: number,
  tier: RiskTier,
  sectors: Record<string, number>,
  volatility: number,
): PortfolioIndex => ({
  vault: fixtureVault(number),
  name: `Index ${number}`,
  tier,
  sectors,
  volatility,
});

const SIX: readonly PortfolioIndex[] = [
  index(1, "conservative", { stable: 6_000, "layer-1": 4_000 }, 0.2),
  index(2, "conservative", { "layer-1": 5_000, defi: 5_000 }, 0.4),
  index(3, "balanced", { "layer-1": 3_000, defi: 4_000 }, 0.6),
  index(4, "balanced", { "layer-1": 8_000 }, 0.7),
  index(5, "aggressive", { ai: 10_000 }, 1.1),
  index(6, "aggressive", { memecoin: 10_000 }, 1.5),
];

const weightsOf = (parameters: Parameters<typeof planPortfolio>[0]) =>
  planPortfolio(parameters).indices.map(({ weightBps }) => weightBps);

function conflictOf(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof PortfolioInfeasibleError) return error.rules.map(({ id }) => id);
    throw error;
  }
  return [];
}

/** The rules as they are told, counted anew. */
function requireKept({ kind, indices, limits }: PlanProblem, weights: readonly number[], title: string): void {
  const sum = (part: (index: PortfolioIndex) => number) =>
    indices.reduce((all, item, i) => all + (weights[i] ?? 0) * part(item), 0);
  const tier = (...names: RiskTier[]) => sum((item) => (names.includes(item.tier) ? 1 : 0));
  expect(Math.max(...weights), title).to.be.at.most(limits.indexMaxBps);
  expect(tier("aggressive"), title).to.be.at.most(limits.aggressiveMaxBps);
  expect(tier("conservative"), title).to.be.at.least(limits.conservativeMinBps);
  for (const sector of new Set(indices.flatMap(({ sectors }) => Object.keys(sectors)))) {
    const inSector = sum(({ sectors }) => sectors[sector] ?? 0);
    expect(inSector, `${title}: ${sector}`).to.be.at.most(limits.sectorMaxBps * 10_000);
  }
  if (kind === "core-satellite") expect(tier("conservative", "balanced"), title).to.equal(7_000);
  if (kind === "barbell") expect(tier("conservative"), title).to.equal(6_000);
  if (kind !== "three-tier") return;
  for (const name of RISK_TIERS) expect(tier(name), `${title}: ${name}`).to.be.within(...THREE_TIER[name]);
}

describe("nearestPoint", () => {
  const root = Math.sqrt(1 / 3);
  const all = { normal: [root, root, root], bound: root };
  const atMost = (bound: number) => ({ normal: [-1, 0, 0], bound: -bound });

  it("finds the foot of the perpendicular to a billionth", () => {
    const expected = [0.499_5, 0.500_25, 0.000_25];
    const found = nearestPoint([0.5, 0.5, 0], all, [atMost(0.499_5)])!;
    for (const [i, value] of expected.entries()) expect(found[i]).to.be.closeTo(value, 1e-9);
  });

  it("knows that there is none", () => {
    const atLeast = (own: number, bound: number) => ({ normal: [0, 1, 2].map((i) => (i === own ? 1 : 0)), bound });
    expect(nearestPoint([1, 0, 0], all, [atLeast(0, 0.6), atLeast(1, 0.4), atLeast(2, 1e-6)])).to.equal(null);
    expect(nearestPoint([1, 0, 0], all, [atLeast(0, 0.6), atLeast(1, 0.4), atLeast(2, 0)])).to.not.equal(null);
  });
});

describe("planPortfolio", () => {
  it("gives the named plans with the default limits", () => {
    const tiers = (kind: PlanKind) => planPortfolio({ kind, indices: SIX }).tiers;
    expect(tiers("core-satellite")).to.deep.equal({ conservative: 4_000, balanced: 3_000, aggressive: 3_000 });
    expect(tiers("barbell")).to.deep.equal({ conservative: 6_000, balanced: 1_000, aggressive: 3_000 });
    for (const tier of RISK_TIERS) {
      const [from, to] = THREE_TIER[tier];
      expect(tiers("three-tier")[tier], tier).to.be.within(from, to);
      expect(tiers("three-tier")[tier], tier).to.be.closeTo(from + 1_000 / 3, 1.5);
    }
    const calm = weightsOf({ kind: "risk-parity", indices: SIX });
    expect(calm[0], "the calmest stands at the cap").to.equal(3_000);
    expect(calm).to.deep.equal(
      [...calm].sort((a, b) => b - a),
      "a calmer one never gets less",
    );
  });

  it("is 60/40 to the letter where the limits allow it, and takes the core that is named", () => {
    const indices = SIX.filter(({ tier }) => tier !== "balanced");
    const limits = { aggressiveMaxBps: 4_000 };
    expect(weightsOf({ kind: "barbell", indices, limits })).to.deep.equal([3_000, 3_000, 2_000, 2_000]);
    const core = [fixtureVault(1), fixtureVault(2), fixtureVault(4)];
    const plan = planPortfolio({ kind: "core-satellite", indices: SIX, core });
    const inCore = plan.indices.filter(({ vault }) => core.includes(vault));
    expect(inCore.reduce((sum, { weightBps }) => sum + weightBps, 0)).to.equal(7_000);
  });

  it("weights by equal risk when a covariance is given", () => {
    const deviations = [0.2, 0.4, 0.6, 0.7, 1.1, 1.5];
    const covariance = deviations.map((a, i) => deviations.map((b, j) => a * b * (i === j ? 1 : 0.5)));
    const limits = { indexMaxBps: 10_000, sectorMaxBps: 10_000, aggressiveMaxBps: 10_000, conservativeMinBps: 0 };
    const weights = weightsOf({ kind: "risk-parity", indices: SIX, covariance, limits });
    // With one correlation for all pairs, equal risk is inverse volatility.
    expect(weights).to.deep.equal(weightsOf({ kind: "risk-parity", indices: SIX, limits }));
  });

  it("says which rules exclude each other, and no rule that does not matter", () => {
    const plan = (kind: PlanKind, indices: readonly PortfolioIndex[]) => () => planPortfolio({ kind, indices });
    expect(conflictOf(plan("three-tier", SIX.slice(1)))).to.deep.equal(["index-max", "conservative-min"]);
    expect(conflictOf(plan("risk-parity", SIX.slice(0, 3)))).to.deep.equal(["index-max"]);
    expect(conflictOf(plan("risk-parity", SIX.slice(2)))).to.deep.equal(["conservative-min"]);
    const four = [1, 2, 3, 4].map((i) => index(i, "conservative", { "layer-1": 8_000 }, 0.5));
    expect(conflictOf(plan("risk-parity", four))).to.deep.equal(["sector-max:layer-1"]);
    const ends = [1, 2, 3, 4, 5].map((i) => index(i, i < 4 ? "conservative" : "aggressive", {}, 0.5));
    expect(conflictOf(plan("barbell", ends))).to.deep.equal(["plan:barbell", "aggressive-max"]);
    expect(plan("barbell", ends)).to.throw(PortfolioInfeasibleError, "at most 30% in aggressive indices");
  });

  for (const { seed, weightsBps } of plans) {
    const problem = planProblem(seed);
    it(`agrees with HiGHS on plan ${seed}: ${problem.kind}, ${weightsBps === null ? "no answer" : "an answer"}`, () => {
      if (weightsBps === null) {
        const rules = conflictOf(() => planPortfolio(problem));
        expect(rules).to.not.deep.equal([]);
        return;
      }
      const found = weightsOf(problem);
      for (const [i, weight] of weightsBps.entries()) expect(found[i], `index ${i}`).to.be.closeTo(weight, 1.5);
    });
  }

  it("keeps every limit exactly and sums to 10,000 on 2,000 random plans", () => {
    let met = 0;
    for (let seed = 5_000; seed < 7_000; seed++) {
      const problem = planProblem(seed);
      try {
        const plan = planPortfolio(problem);
        const weights = plan.indices.map(({ weightBps }) => weightBps);
        expect(
          weights.reduce((sum, weight) => sum + weight, 0),
          `sum of ${seed}`,
        ).to.equal(10_000);
        expect(
          weights.every((weight) => Number.isInteger(weight) && weight >= 0),
          `whole of ${seed}`,
        ).to.equal(true);
        requireKept(problem, weights, `plan ${seed}`);
        met++;
      } catch (error) {
        if (!(error instanceof PortfolioInfeasibleError)) throw error;
        expect(error.details, `rounding of ${seed}`).to.not.contain("parts of a basis point");
      }
    }
    expect(met).to.be.greaterThan(800);
  });

  it("refuses what cannot be right", () => {
    const [first] = SIX;
    const refuses = (change: object, field: string) => {
      const indices = [{ ...first!, ...change }, ...SIX.slice(1)];
      expect(() => planPortfolio({ kind: "risk-parity", indices }), field).to.throw(PortfolioInvalidError, field);
    };
    refuses({ vault: fixtureVault(2) }, "indices[1].vault");
    refuses({ name: " " }, "indices[0].name");
    refuses({ tier: "bold" }, "indices[0].tier");
    refuses({ sectors: { ai: 6_000, defi: 5_000 } }, "indices[0].sectors");
    refuses({ sectors: { ai: 0.5 } }, "indices[0].sectors.ai");
    for (const volatility of [undefined, 0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      refuses({ volatility }, "indices[0].volatility");
    }
    const plan = (over: object) => () => planPortfolio({ kind: "risk-parity", indices: SIX, ...over });
    expect(plan({ indices: [] })).to.throw(PortfolioInvalidError, "indices");
    expect(plan({ kind: "magic" })).to.throw(PortfolioInvalidError, "kind");
    expect(plan({ limits: { indexMaxBps: 10_001 } })).to.throw(PortfolioInvalidError, "limits.indexMaxBps");
    expect(plan({ covariance: [[1]] })).to.throw(PortfolioInvalidError, "6 rows");
    expect(plan({ kind: "core-satellite", core: [fixtureVault(9)] })).to.throw(PortfolioInvalidError, "core[0]");
  });
});
