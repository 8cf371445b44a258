import { expect } from "chai";
import { fixtureAsset, fixtureStable, fixtureVault } from "../data/vault.fixture.ts";
import type { VaultSnapshot } from "../data/vault.ts";
import { estimate } from "./costs.ts";
import type { MarketFacts } from "./facts.ts";
import { defaultPlanParams as params } from "./params.ts";

const three = (btc: number, eth: number, usdc: number, over: Partial<VaultSnapshot> = {}) =>
  fixtureVault([fixtureAsset("BTC", 0, btc), fixtureAsset("ETH", 1, eth), fixtureStable("USDC", 2, usdc)], over);

describe("estimate", () => {
  const step = {
    from: new Map([
      ["BTC", 5_000],
      ["ETH", 4_000],
      ["USDC", 1_000],
    ]),
    to: new Map([
      ["BTC", 4_000],
      ["ETH", 5_000],
      ["USDC", 1_000],
    ]),
  };
  const volumes = (dailyVolume: number | null): MarketFacts => {
    const fact = { dailyVolatility: 0.05, dailyVolume, depth: null };
    return {
      assets: new Map([
        ["BTC", fact],
        ["ETH", fact],
      ]),
      marketVolatility: 0.04,
    };
  };
  const cost = (vault: VaultSnapshot, market: MarketFacts) => estimate(vault, step.from, step.to, market, params);

  it("charges fee and spread on what is sold, and impact by the square root of the part of a day's volume", () => {
    const vault = three(5_000_000, 4_000_000, 1_000_000);
    // A tenth of ten million is sold at 40 bps; both sides trade 1% of a day: 500 bps * sqrt(0.01) = 50 bps on a fifth.
    const figures = cost(vault, volumes(100_000_000));
    expect(figures.feeAndSpread).to.equal(400);
    expect(figures.impact).to.equal(1_000);
    expect(cost(vault, volumes(400_000_000)).impact).to.equal(500);
    expect(cost(vault, volumes(null)).impact).to.equal(1_000);
    expect(figures.cost).to.equal(figures.gas + figures.feeAndSpread + figures.impact);
  });

  it("charges gas in dollars against the vault's size", () => {
    const vault = three(5_000, 4_000, 1_000, { gasPrice: 10n ** 10n });
    // 300k + 3 * 28k + 2 * 250k gas at 10 gwei and $2,000 are $17.68 of $10,000.
    expect(cost(vault, volumes(null)).gas).to.equal(1_768);
    expect(cost(three(50_000, 40_000, 10_000, { gasPrice: 10n ** 10n }), volumes(null)).gas).to.equal(177);
  });

  it("values the active risk that goes away", () => {
    const vault = three(5_000_000, 4_000_000, 1_000_000);
    // 40 / 2 * 28 days * 2 * (0.1 * 0.05)^2, and no change of exposure.
    expect(cost(vault, volumes(null)).benefit).to.equal(Math.round(20 * 28 * 2 * 0.000025 * 1e6));
    const out = new Map([
      ["BTC", 4_000],
      ["ETH", 4_000],
      ["USDC", 2_000],
    ]);
    const less = estimate(vault, step.from, out, volumes(null), params);
    expect(less.benefit).to.equal(Math.round(20 * 28 * (0.000025 + 0.000016) * 1e6));
  });
});
