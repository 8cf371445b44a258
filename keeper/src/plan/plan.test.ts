import { expect } from "chai";
import { createRandom } from "../data/random.ts";
import { fixtureAsset, fixtureStable, fixtureVault } from "../data/vault.fixture.ts";
import { AssetFlag, BPS, Freeze, type VaultSnapshot } from "../data/vault.ts";
import {
  type AssetScores,
  buildTargets,
  capOf,
  currentWeights,
  destinationAssets,
  riskExposure,
  type TargetWeights,
} from "../weights/targets.ts";
import { measureDrift } from "./bands.ts";
import type { MarketFacts } from "./facts.ts";
import { clipDerisk, clipRisk, turnoverLeft } from "./limits.ts";
import { defaultPlanParams as params } from "./params.ts";
import { makePlan } from "./plan.ts";

const facts: MarketFacts = { assets: new Map(), marketVolatility: 0.04 };

function scoresOf(scores: Record<string, number | null>): AssetScores {
  return new Map(Object.entries(scores));
}

function target(weights: Record<string, number>, vault: VaultSnapshot): TargetWeights {
  const map = new Map(Object.entries(weights));
  return { weights: map, exposureBps: riskExposure(map, destinationAssets(vault)), reasons: [] };
}

const three = (btc: number, eth: number, usdc: number, over: Partial<VaultSnapshot> = {}) =>
  fixtureVault([fixtureAsset("BTC", 0, btc), fixtureAsset("ETH", 1, eth), fixtureStable("USDC", 2, usdc)], over);

const limitsOf = (vault: VaultSnapshot, over: Partial<VaultSnapshot["limits"]>) => ({ ...vault.limits, ...over });

describe("measureDrift", () => {
  it("triggers past the larger of 2 points and a quarter of the target, not at it", () => {
    const goal = new Map([
      ["A", 4_000],
      ["B", 400],
      ["C", 5_600],
    ]);
    const at = (a: number, b: number) =>
      measureDrift(
        new Map([
          ["A", a],
          ["B", b],
          ["C", BPS - a - b],
        ]),
        goal,
        params,
      );
    expect(at(4_000, 600).triggers).to.deep.equal([]);
    expect(at(4_000, 601).triggers.join()).to.contain("B is at 601");
    expect(at(4_499, 400).triggers).to.deep.equal([]);
    expect(at(5_001, 400).triggers.join(" ")).to.contain("A is at 5001");
  });

  it("triggers when more than 5% of the portfolio is off target, though each asset is within its band", () => {
    const goal = new Map([
      ["A", 5_000],
      ["B", 5_000],
    ]);
    const drift = measureDrift(
      new Map([
        ["A", 5_501],
        ["B", 4_499],
      ]),
      goal,
      params,
    );
    expect(drift.oneWayBps).to.equal(501);
    expect(drift.triggers).to.have.length(1);
    expect(
      measureDrift(
        new Map([
          ["A", 5_500],
          ["B", 4_500],
        ]),
        goal,
        params,
      ).triggers,
    ).to.deep.equal([]);
  });
});

describe("buildTargets", () => {
  it("follows capitalisation within tier and dollar caps, the rest of the risk to the stable", () => {
    const vault = fixtureVault([
      fixtureAsset("BTC", 0, 500, { maxWeightBps: 4_000 }),
      fixtureAsset("ETH", 1, 300, { usdCap: 250n }),
      fixtureAsset("SOL", 2, 100, { maxWeightBps: 2_000 }),
      fixtureStable("USDC", 3, 100),
    ]);
    const { weights, reasons } = buildTargets(scoresOf({ BTC: 80, ETH: 15, SOL: 5 }), BPS, vault);
    expect(Object.fromEntries(weights)).to.deep.equal({ BTC: 4_000, ETH: 2_450, SOL: 2_000, USDC: 1_550 });
    expect(reasons.join(" ")).to.contain("1550 bps");
  });

  it("keeps the share of a token the data says nothing about, and lets it fall with the exposure", () => {
    const vault = three(500, 300, 200);
    expect(buildTargets(scoresOf({ BTC: 10, ETH: null }), BPS, vault).weights.get("ETH")).to.equal(3_000);
    expect(buildTargets(scoresOf({ BTC: 10, ETH: null }), 5_000, vault).weights.get("ETH")).to.equal(1_500);
  });

  it("splits the stable part by the destinations' fixed split", () => {
    const assets = [fixtureAsset("BTC", 0, 900), fixtureStable("USDC", 1, 50), fixtureStable("DAI", 2, 50)];
    const { weights } = buildTargets(scoresOf({ BTC: 1 }), 3_333, fixtureVault(assets));
    expect(Object.fromEntries(weights)).to.deep.equal({ BTC: 3_333, USDC: 5_000, DAI: 1_667 });
  });

  it("keeps the share of a token that the data does not know at all", () => {
    expect(buildTargets(scoresOf({ BTC: 1 }), BPS, three(500, 300, 200)).weights.get("ETH")).to.equal(3_000);
  });
});

describe("clipRisk", () => {
  it("stays within the vault's largest change, less a margin", () => {
    const vault = three(5_000, 4_000, 1_000);
    const tight = { ...vault, limits: limitsOf(vault, { maxWeightChangeBps: 1_000 }) };
    const { weights, clips } = clipRisk(
      tight,
      currentWeights(tight),
      new Map([
        ["BTC", 7_000],
        ["ETH", 2_000],
        ["USDC", 1_000],
      ]),
      params,
    );
    expect(Object.fromEntries(weights)).to.deep.equal({ BTC: 5_950, ETH: 3_050, USDC: 1_000 });
    expect(clips.join()).to.contain("BTC, ETH");
  });

  it("takes a first step of at most 5% into a token that is not held", () => {
    const vault = fixtureVault([
      fixtureAsset("BTC", 0, 9_000),
      fixtureAsset("NEW", 1, 0, { isNew: true }),
      fixtureStable("USDC", 2, 1_000),
    ]);
    const { weights } = clipRisk(
      vault,
      currentWeights(vault),
      new Map([
        ["BTC", 7_000],
        ["NEW", 2_000],
        ["USDC", 1_000],
      ]),
      params,
    );
    expect(Object.fromEntries(weights)).to.deep.equal({ BTC: 8_500, NEW: 500, USDC: 1_000 });
  });

  for (const [title, change] of [
    ["frozen by the vault", { freeze: Freeze.BUY }],
    ["frozen by the registry", { flags: AssetFlag.FROZEN }],
    ["without a price", { price: 0n }],
  ] as const) {
    it(`leaves the weight of a token alone that is ${title}`, () => {
      const vault = fixtureVault([
        fixtureAsset("BTC", 0, 4_000, change),
        fixtureAsset("ETH", 1, 5_000),
        fixtureStable("USDC", 2, 1_000),
      ]);
      const current = currentWeights(vault);
      const goal = new Map([
        ["BTC", 1_000],
        ["ETH", 2_000],
        ["USDC", 7_000],
      ]);
      const { weights } = clipRisk(vault, current, goal, params);
      expect(weights.get("BTC")).to.equal(current.get("BTC"));
      expect(weights.get("USDC")).to.be.greaterThan(current.get("USDC")!);
    });
  }

  it("does not buy a token near its feed's minimum or off its peg, and may sell it", () => {
    for (const flag of [AssetFlag.NEAR_MINIMUM, AssetFlag.OFF_PEG]) {
      const coin = fixtureAsset("BTC", 0, 4_000, { flags: flag });
      const vault = fixtureVault([coin, fixtureAsset("ETH", 1, 5_000), fixtureStable("USDC", 2, 1_000)]);
      const move = (btc: number) => {
        const goal = new Map([
          ["BTC", btc],
          ["ETH", 5_000],
          ["USDC", 5_000 - btc],
        ]);
        return clipRisk(vault, currentWeights(vault), goal, params).weights.get("BTC");
      };
      expect(move(4_500)).to.equal(4_000);
      expect(move(3_500)).to.equal(3_500);
    }
  });

  it("shrinks both sides to what the turnover bucket has left", () => {
    const vault = three(9_000, 0, 1_000);
    const limits = limitsOf(vault, { turnoverBps: 2_000, riskDelay: 0, curveLength: 0 });
    const full = { ...vault, limits };
    const half = { ...full, turnoverUsed: 5n * 10n ** 16n };
    const goal = new Map([
      ["BTC", 3_000],
      ["ETH", 0],
      ["USDC", 7_000],
    ]);
    expect(turnoverLeft(full)).to.equal(1_000);
    expect(turnoverLeft(half)).to.equal(500);
    expect(turnoverLeft({ ...full, turnoverUsed: 2n * 10n ** 17n })).to.equal(0);
    expect(clipRisk(half, currentWeights(half), goal, params).weights.get("USDC")).to.equal(1_500);
  });

  it("brings a weight that rose above its cap down first, and says when it cannot", () => {
    const vault = fixtureVault([
      fixtureAsset("BTC", 0, 4_300, { maxWeightBps: 4_000 }),
      fixtureAsset("ETH", 1, 4_700),
      fixtureStable("USDC", 2, 1_000),
    ]);
    const goal = new Map([
      ["BTC", 4_000],
      ["ETH", 3_000],
      ["USDC", 3_000],
    ]);
    const limits = limitsOf(vault, { turnoverBps: 1_000, riskDelay: 0, curveLength: 0 });
    const enough = clipRisk({ ...vault, limits }, currentWeights(vault), goal, params);
    expect(Object.fromEntries(enough.weights)).to.deep.equal({ BTC: 4_000, ETH: 4_500, USDC: 1_500 });
    expect(enough.obstacle).to.equal(null);
    const starved = clipRisk({ ...vault, limits, turnoverUsed: 5n * 10n ** 16n }, currentWeights(vault), goal, params);
    expect(starved.obstacle).to.contain("BTC");
  });

  it("lets what leaves fall before what is only too large", () => {
    const vault = three(4_500, 500, 5_000);
    const limits = limitsOf(vault, { turnoverBps: 2_000, riskDelay: 0, curveLength: 0 });
    const goal = new Map([
      ["BTC", 1_000],
      ["ETH", 0],
      ["USDC", 9_000],
    ]);
    const { weights } = clipRisk({ ...vault, limits }, currentWeights(vault), goal, params, new Set(["ETH"]));
    expect(Object.fromEntries(weights)).to.deep.equal({ BTC: 4_000, ETH: 0, USDC: 6_000 });
  });

  it("property: for 500 random vaults the weights sum to 10,000 and every limit holds", () => {
    const random = createRandom(41);
    for (let round = 0; round < 500; round++) {
      const vault = randomVault(random);
      const current = currentWeights(vault);
      const scores = Object.fromEntries(vault.assets.slice(0, -2).map(({ asset }) => [asset, random.uniform() * 1e9]));
      const goal = buildTargets(scoresOf(scores), Math.floor(random.uniform() * 10_001), vault);
      const { weights, obstacle } = clipRisk(vault, current, goal.weights, params);
      expect([...weights.values()].reduce((sum, weight) => sum + weight, 0)).to.equal(BPS);
      expect(measureDrift(current, weights, params).oneWayBps).to.be.at.most(turnoverLeft(vault));
      for (const item of vault.assets) {
        const now = current.get(item.asset) ?? 0;
        const next = weights.get(item.asset) ?? 0;
        const goalWeight = goal.weights.get(item.asset) ?? 0;
        expect(next).to.be.within(Math.min(now, goalWeight), Math.max(now, goalWeight));
        expect(Math.abs(next - now)).to.be.at.most(vault.limits.maxWeightChangeBps);
        if (obstacle === null && next >= now) expect(next).to.be.at.most(capOf(item, vault));
      }
    }
  });
});

describe("clipDerisk", () => {
  it("property: nothing but destinations rises, and they get exactly their split", () => {
    const random = createRandom(43);
    for (let round = 0; round < 500; round++) {
      const vault = randomVault(random);
      const current = currentWeights(vault);
      const goal = new Map(vault.assets.map(({ asset }) => [asset, Math.floor(random.uniform() * 2_000)]));
      const { weights } = clipDerisk(vault, current, goal, params);
      const destinations = destinationAssets(vault);
      for (const [asset, weight] of weights) {
        if (!destinations.has(asset)) expect(weight).to.be.at.most(current.get(asset) ?? 0);
      }
      const stable = BPS - riskExposure(weights, destinations);
      expect([...weights.values()].reduce((sum, weight) => sum + weight, 0)).to.equal(BPS);
      vault.destinations.forEach(({ splitBps }, i) => {
        expect(weights.get([...destinations][i]!)).to.be.closeTo((stable * splitBps) / BPS, 1);
      });
    }
  });
});

describe("makePlan", () => {
  const plan = (
    vault: VaultSnapshot,
    goal: TargetWeights,
    { silent = [], weak = [], forced = [] }: { [name in "silent" | "weak" | "forced"]?: readonly string[] } = {},
  ) =>
    makePlan({
      vault,
      target: goal,
      forced: new Set(forced),
      weak: new Set(weak),
      silent: new Set(silent),
      regime: { regime: "unknown", trendStrengthBps: 0 },
      facts,
      params,
    });

  it("does nothing within the bands, and says so", () => {
    const vault = three(5_100, 3_900, 1_000);
    const result = plan(vault, target({ BTC: 5_000, ETH: 4_000, USDC: 1_000 }, vault));
    expect(result.action).to.equal("none");
    expect(result.reasons.join()).to.contain("Within every band");
    expect(result.proposed).to.deep.equal(result.current);
  });

  it("does nothing when the step costs more than it is worth", () => {
    const vault = three(5_600, 3_400, 1_000, { gasPrice: 10n ** 12n });
    const result = plan(vault, target({ BTC: 5_000, ETH: 4_000, USDC: 1_000 }, vault));
    expect(result.action).to.equal("none");
    expect(result.reasons.at(-1)).to.match(
      /^It does not pay: estimated benefit \d+\.\d\d bps of NAV, cost \d+\.\d\d bps\.$/,
    );
    expect(result.estimate?.gas).to.be.greaterThan(0);
  });

  it("sells of a weak sector whatever it costs, but not for a drift within the band", () => {
    const vault = three(5_600, 3_400, 1_000, { gasPrice: 10n ** 12n });
    const asked = plan(vault, target({ BTC: 4_000, ETH: 3_400, USDC: 2_600 }, vault), { weak: ["BTC"] });
    expect(asked.action).to.equal("propose");
    expect(asked.reasons.at(-1)).to.match(/^A rule asks for it, whatever it costs/);
    const few = target({ BTC: 5_580, ETH: 3_400, USDC: 1_020 }, vault);
    expect(plan(vault, few, { weak: ["BTC"] }).reasons.join()).to.contain("Within every band");
    expect(plan(vault, few, { forced: ["BTC"] }).action).to.equal("propose");
  });

  it("proposes through the RISK lane when off target, and records triggers and verdict", () => {
    const vault = three(7_000_000, 2_000_000, 1_000_000);
    const result = plan(vault, target({ BTC: 5_000, ETH: 4_000, USDC: 1_000 }, vault));
    expect([result.action, result.lane, result.turnoverBps]).to.deep.equal(["propose", "RISK", 1_375]);
    expect(result.reasons.join(" ")).to.contain("BTC is at 7000 bps").and.to.contain("It pays");
  });

  it("waits for the RISK lane's cooldown", () => {
    const asked = 1_652_054_400;
    const epoch = {
      id: 1,
      proposedAt: asked - 3_600,
      closesAt: asked,
      lastDeriskAt: 0,
      lane: "RISK",
      cancelled: false,
    } as const;
    const vault = three(7_000_000, 2_000_000, 1_000_000, { epoch });
    const result = plan(vault, target({ BTC: 5_000, ETH: 4_000, USDC: 1_000 }, vault));
    expect(result.action).to.equal("none");
    expect(result.reasons.join()).to.contain("cools down");
  });

  it("takes the DERISK lane for a large cut, once a period", () => {
    const asked = 1_652_054_400;
    const vault = three(6_000_000, 3_000_000, 1_000_000);
    const goal = target({ BTC: 0, ETH: 0, USDC: 10_000 }, vault);
    const first = plan(vault, goal);
    expect([first.action, first.lane]).to.deep.equal(["propose", "DERISK"]);
    expect(first.proposed.get("USDC")).to.equal(10_000);

    const epoch = {
      id: 1,
      proposedAt: 1,
      closesAt: 2,
      lastDeriskAt: asked - 86_400,
      lane: "DERISK",
      cancelled: false,
    } as const;
    const again = plan({ ...vault, epoch }, goal);
    expect([again.action, again.lane]).to.deep.equal(["propose", "RISK"]);
    expect(again.reasons.join()).to.contain("DERISK lane is used up");
  });

  it("does nothing for a vault that is paused, revoked or unknown to the data", () => {
    const vault = three(7_000, 2_000, 1_000);
    const goal = target({ BTC: 5_000, ETH: 4_000, USDC: 1_000 }, vault);
    expect(plan({ ...vault, proposalsPaused: true }, goal).reasons.join()).to.contain("paused");
    expect(plan({ ...vault, signersActive: false }, goal).reasons.join()).to.contain("revoked");
    expect(plan(vault, goal, { silent: ["ETH"] }).reasons.join()).to.contain("knows only 8000 bps");
  });
});

function randomVault(random: ReturnType<typeof createRandom>): VaultSnapshot {
  const count = 1 + Math.floor(random.uniform() * 20);
  const coins = Array.from({ length: count }, (_, i) => {
    const usd = Math.floor(random.uniform() * random.uniform() * 1e6);
    return fixtureAsset(`T${String(i).padStart(2, "0")}`, i, usd, {
      maxWeightBps: 500 + Math.floor(random.uniform() * 9_500),
    });
  });
  const stables = [fixtureStable("USDC", count, 1_000), fixtureStable("DAI", count + 1, 1_000)];
  const vault = fixtureVault([...coins, ...stables], { turnoverUsed: BigInt(Math.floor(random.uniform() * 6e17)) });
  const maxWeightChangeBps = 100 + Math.floor(random.uniform() * 9_900);
  return {
    ...vault,
    limits: limitsOf(vault, { maxWeightChangeBps, turnoverBps: 1_000 + Math.floor(random.uniform() * 9_000) }),
  };
}
