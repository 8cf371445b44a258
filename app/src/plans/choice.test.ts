import { planPortfolio } from "@gimbal/sdk";
import { expect } from "chai";
import type { Address } from "viem";
import {
  DEFAULT_CHOICE,
  indicesOf,
  limitsOf,
  loadChoice,
  type PlanCandidate,
  type PlanChoice,
  saveChoice,
  sectorsFrom,
} from "./choice.ts";

const vault = (digit: number): Address => `0x${String(digit).repeat(40)}`;
const candidate = (digit: number, tier: PlanCandidate["tier"], volatility: number | null = 0.5): PlanCandidate => {
  return { vault: vault(digit), name: `I${digit}`, symbol: `I${digit}`, tier, sectors: null, volatility };
};
const all = [
  candidate(1, "conservative"),
  candidate(2, "conservative"),
  candidate(3, "balanced"),
  candidate(4, "balanced"),
  candidate(5, "aggressive"),
];

describe("a plan that a person chooses", () => {
  it("is made of the wanted indices whose tier is known", () => {
    const unknown = [...all, candidate(6, null)];
    expect(indicesOf(unknown, DEFAULT_CHOICE)).to.have.length(5);
    const named: PlanChoice = { ...DEFAULT_CHOICE, tiers: { [vault(6)]: "balanced" }, without: [vault(1)] };
    expect(indicesOf(unknown, named).map(({ name }) => name)).to.deep.equal(["I2", "I3", "I4", "I5", "I6"]);
  });

  it("leaves out of risk parity what has no volatility", () => {
    const list = [candidate(1, "conservative"), candidate(2, "balanced", null)];
    expect(indicesOf(list, { ...DEFAULT_CHOICE, kind: "risk-parity" })).to.have.length(1);
  });

  it("keeps the limits that were typed, and the SDK's plan with them", () => {
    const choice = { ...DEFAULT_CHOICE, limits: { ...DEFAULT_CHOICE.limits, indexMaxBps: "25.5" } };
    const limits = limitsOf(choice);
    expect(limits?.indexMaxBps).to.equal(2_550);
    const plan = planPortfolio({ kind: choice.kind, indices: indicesOf(all, choice), limits });
    expect(plan.indices.reduce((sum, { weightBps }) => sum + weightBps, 0)).to.equal(10_000);
    expect(Math.max(...plan.indices.map(({ weightBps }) => weightBps))).to.be.at.most(2_550);
    expect(limitsOf({ ...choice, limits: { ...choice.limits, sectorMaxBps: "101" } })).to.equal(undefined);
  });

  it("survives a reload", () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (k: string, v: string) => kept.set(k, v),
    };
    const choice: PlanChoice = { ...DEFAULT_CHOICE, kind: "barbell", tiers: { [vault(6)]: "balanced" } };
    saveChoice(storage as unknown as Storage, 1, choice);
    expect(loadChoice(storage, 1)).to.deep.equal(choice);
    kept.set("gimbal.plan.1", '{"kind":"?","tiers":{"x":"wild"},"limits":{"indexMaxBps":3}}');
    expect(loadChoice(storage, 1)).to.deep.equal(DEFAULT_CHOICE);
  });

  it("looks through an index into its sectors, never beyond the whole", () => {
    const sectorOf = new Map([
      ["WETH", "layer-1"],
      ["UNI", "defi"],
    ]);
    const holdings = [
      { symbol: "WETH", weightBps: 6_000 },
      { symbol: "Uni", weightBps: 4_001 },
      { symbol: "NEW", weightBps: 10 },
      { symbol: null, weightBps: null },
    ];
    expect(sectorsFrom(holdings, sectorOf)).to.deep.equal({ "layer-1": 6_000, defi: 4_000 });
    expect(sectorsFrom([], sectorOf)).to.equal(null);
  });
});
