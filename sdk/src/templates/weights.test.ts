import { expect } from "chai";
import type { Address, Hex } from "viem";
import { methodologyHash } from "../methodology/methodologyHash.ts";
import { seeded } from "../portfolio/portfolio.fixture.ts";
import { intrinsicGas, measuredCreationGas } from "./creationGas.ts";
import { TemplateInvalidError } from "./errors.ts";
import { seedAmounts, seedShares } from "./seed.ts";
import { TEMPLATES, templateMethodology } from "./templateMethodology.ts";
import { cappedWeights, equalWeights, fixedWeights } from "./weights.ts";

const token = (number: number): Address => `0x${number.toString(16).padStart(40, "0")}`;
const bps = (list: readonly { weightBps: number }[]): number[] => list.map(({ weightBps }) => weightBps);

describe("templates: weights", () => {
  it("are equal to a basis point, the first ones get the rest", () => {
    expect(bps(equalWeights([1, 2, 3].map(token)))).to.deep.equal([3_334, 3_333, 3_333]);
    const all = bps(equalWeights(Array.from({ length: 128 }, (_, i) => token(i + 1))));
    expect([all.reduce((sum, value) => sum + value, 0), Math.min(...all), Math.max(...all)]).to.deep.equal([
      10_000, 78, 79,
    ]);
  });

  it("follow sizes up to the cap, and what is cut off goes to the others in proportion", () => {
    const sized = [900n, 90n, 10n].map((size, i) => ({ token: token(i + 1), size }));
    expect(bps(cappedWeights(sized, 5_000))).to.deep.equal([5_000, 4_500, 500]);
    expect(bps(cappedWeights(sized, 4_000))).to.deep.equal([4_000, 4_000, 2_000]);
    expect(bps(cappedWeights(sized, 10_000))).to.deep.equal([9_000, 900, 100]);
    expect(() => cappedWeights(sized, 3_333)).to.throw(TemplateInvalidError, "too few");
  });

  it("never exceed the cap, sum to the whole and keep the order of sizes, on 500 random markets", () => {
    for (let seed = 1; seed <= 500; seed++) {
      const random = seeded(seed);
      const count = 2 + Math.floor(random() * 60);
      const sized = Array.from({ length: count }, (_, i) => ({
        token: token(i + 1),
        size: 10n ** 9n + BigInt(Math.floor(random() * 10 ** (6 + random() * 4))),
      })).sort((a, b) => (a.size > b.size ? -1 : 1));
      const cap = Math.ceil(10_000 / count) + Math.floor(random() * 3_000);
      const weights = bps(cappedWeights(sized, Math.min(cap, 10_000)));
      expect(
        weights.reduce((sum, weight) => sum + weight, 0),
        `seed ${seed}`,
      ).to.equal(10_000);
      expect(Math.max(...weights), `seed ${seed}`).to.be.at.most(cap);
      for (const [i, weight] of weights.slice(1).entries()) expect(weight).to.be.at.most(weights[i]! + 1);
    }
  });

  it("refuse what cannot be right", () => {
    expect(() => equalWeights([])).to.throw(TemplateInvalidError, "1 to 128");
    expect(() => equalWeights([token(1), token(1)])).to.throw(TemplateInvalidError, "twice");
    expect(() => cappedWeights([{ token: token(1), size: 0n }], 10_000)).to.throw(TemplateInvalidError, "size");
    const dust = [
      { token: token(1), size: 10n ** 9n },
      { token: token(2), size: 1n },
    ];
    expect(() => cappedWeights(dust, 10_000)).to.throw(TemplateInvalidError, "too small");
    const fixed = (...parts: number[]) =>
      fixedWeights(parts.map((weightBps, i) => ({ token: token(i + 1), weightBps })));
    expect(() => fixed(6_000, 3_999)).to.throw(TemplateInvalidError, "sum");
    expect(() => fixed(10_000, 0)).to.throw(TemplateInvalidError, "1 to 10000");
    expect(bps(fixed(6_000, 4_000))).to.deep.equal([6_000, 4_000]);
  });
});

describe("templates: seed and gas", () => {
  it("are never worth less than asked for, and at most a unit of each token more", () => {
    const seedUsd = 1_000n * 10n ** 18n;
    const tokens = [
      { token: token(1), decimals: 18, price: 3_000n * 10n ** 27n, weightBps: 6_667 },
      { token: token(2), decimals: 6, price: 10n ** 27n, weightBps: 3_333 },
      { token: token(3), decimals: 18, price: 0n, weightBps: 0 },
    ];
    const amounts = seedAmounts(tokens, seedUsd);
    expect(amounts).to.deep.equal([222_233_333_333_333_334n, 333_300_001n, 0n]);
    const worth = tokens.reduce((sum, { decimals, price }, i) => {
      return sum + (amounts[i]! * price) / 10n ** BigInt(decimals + 9);
    }, 0n);
    expect(worth >= seedUsd && worth - seedUsd < 10n ** 13n).to.equal(true);
    expect(seedShares(seedUsd)).to.equal(10n * 10n ** 18n);
  });

  it("lies on the measured figures at their sizes, and between them in between", () => {
    const snapshot = { "create index of 10 tokens, exec": 1_000_000, "create index of 100 tokens, exec": 5_500_000 };
    const data: Hex = "0x00ff";
    expect(intrinsicGas(data)).to.equal(21_020n);
    expect(measuredCreationGas(snapshot, 10, data)).to.equal(1_021_020n);
    expect(measuredCreationGas(snapshot, 100, data)).to.equal(5_521_020n);
    expect(measuredCreationGas(snapshot, 55, data)).to.equal(3_271_020n);
    expect(() => measuredCreationGas({}, 10, data)).to.throw(TemplateInvalidError, "create index of 10");
  });
});

describe("templates: documents", () => {
  const weights = [
    { symbol: "WETH", weightBps: 6_000 },
    { symbol: "USDC", weightBps: 4_000 },
  ];
  const parameters = {
    name: "My index",
    symbol: "MINE",
    weights,
    stables: ["USDC"],
    fees: { streamingBps: 50, mintBps: 10 },
  };

  it("are documents of the format, one hash for each set of rules", () => {
    const hashes = TEMPLATES.map((template) => methodologyHash(templateMethodology({ ...parameters, template })));
    expect(new Set(hashes).size).to.equal(TEMPLATES.length);
    const fixed = templateMethodology({ ...parameters, template: "fixed" });
    expect(fixed.weighting).to.deep.equal({ kind: "fixed", weightsBps: { WETH: 6_000, USDC: 4_000 } });
    expect(fixed.universe).to.deep.include({ list: ["WETH", "USDC"], allow: ["stable", "wrapped"], count: 2 });
    expect(fixed.caps.exposureBps, "the stable part stays").to.equal(6_000);
    const ai = templateMethodology({ ...parameters, template: "ai", tier: "conservative", capBps: 1_500 });
    expect(ai).to.deep.include({ ensemble: "full-2", rebalance: "weekly", weighting: { kind: "grades" } });
    expect(ai.regime).to.include({ mode: "ladder", bullBps: 6_600, bearBps: 0 });
    expect(ai.caps).to.include({ assetBps: 1_500, exposureBps: 10_000 });
  });
});
