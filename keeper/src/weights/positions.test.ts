import { expect } from "chai";
import { canonicalJson } from "../data/canonical.ts";
import { fixtureAsset, fixtureStable, fixtureVault } from "../data/vault.fixture.ts";
import type { VaultEpoch, VaultSnapshot } from "../data/vault.ts";
import { nextMemory } from "../signals/memory.ts";
import { type DecisionMemory, NO_MEMORY } from "../signals/opinion.ts";
import { memoryNow, positionsAfter } from "./positions.ts";
import { currentWeights } from "./targets.ts";

const DOLLAR = 10n ** 27n;

/** A vault of AAA, BBB and a stable, 1,000 dollars in all, after an epoch. */
function vaultOf(usd: { readonly AAA: number; readonly BBB: number }, epoch: Partial<VaultEpoch>, price = DOLLAR) {
  const assets = [
    fixtureAsset("AAA", 0, usd.AAA, { price }),
    fixtureAsset("BBB", 1, usd.BBB),
    fixtureStable("USDC", 2, 1_000 - usd.AAA - usd.BBB),
  ];
  const vault = fixtureVault(assets);
  return { ...vault, epoch: { ...vault.epoch, ...epoch } };
}

/** The memory of a decision that sells `sold` of AAA for the profit ladder's second rung and buys BBB with it. */
function decideOn(vault: VaultSnapshot, before: DecisionMemory, bps: { readonly AAA: number; readonly BBB: number }) {
  const memory = memoryNow(before, vault);
  const after = positionsAfter({
    vault,
    memory,
    current: currentWeights(vault),
    proposed: new Map([
      ["AAA", bps.AAA],
      ["BBB", bps.BBB],
      ["USDC", 10_000 - bps.AAA - bps.BBB],
    ]),
    included: new Set(["AAA", "BBB"]),
    profitSteps: new Map([["AAA", 2]]),
    acts: true,
  });
  const held = new Set(vault.assets.filter(({ holdings }) => holdings > 0n).map(({ asset }) => asset));
  const tracked = new Set(["AAA", "BBB"]);
  return nextMemory({ before: memory, opinions: [], held, judged: held, tracked, ...after, events: {} });
}

describe("the memory of a decision", () => {
  const start = vaultOf({ AAA: 400, BBB: 0 }, { id: 4 });
  const first = decideOn(start, NO_MEMORY, { AAA: 3_000, BBB: 1_000 });

  it("is integers and strings", () => {
    expect(canonicalJson(first)).to.contain('"planned":{"epoch":5,');
  });

  it("counts nothing of a proposal that was refused, or cancelled by the guardian", () => {
    for (const epoch of [{ id: 4 }, { id: 5, cancelled: true }]) {
      const { tokens } = memoryNow(first, vaultOf({ AAA: 400, BBB: 0 }, epoch, 2n * DOLLAR));
      expect(tokens.AAA).to.include({ entryPrice: "1.000000000000000000", profitSteps: 0, included: true });
      expect(tokens.BBB).to.include({ entryPrice: null, profitSteps: 0, included: false });
    }
  });

  it("counts what was proposed once the vault has opened the epoch and holds it", () => {
    const { tokens } = memoryNow(first, vaultOf({ AAA: 300, BBB: 100 }, { id: 5 }));
    expect(tokens.AAA).to.include({ entryPrice: "1.000000000000000000", profitSteps: 2 });
    expect(tokens.BBB).to.include({ entryPrice: "1", profitSteps: 0, included: true });
  });

  it("wants what is not held yet only while its epoch is open", () => {
    const now = start.block.timestamp;
    const wanted = (closesAt: number) =>
      memoryNow(first, vaultOf({ AAA: 300, BBB: 0 }, { id: 5, closesAt })).tokens.BBB;
    expect(wanted(now + 1)).to.include({ included: true, entryPrice: null });
    expect(wanted(now)?.included).to.equal(false);
  });

  it("keeps the entry price of what could not be sold, and forgets that of what is gone", () => {
    const sale = decideOn(vaultOf({ AAA: 300, BBB: 100 }, { id: 5 }), first, { AAA: 0, BBB: 1_000 });
    const kept = memoryNow(sale, vaultOf({ AAA: 300, BBB: 100 }, { id: 6 }, 3n * DOLLAR));
    expect(kept.tokens.AAA).to.include({ entryPrice: "1.000000000000000000", profitSteps: 2 });
    const gone = memoryNow(sale, vaultOf({ AAA: 0, BBB: 100 }, { id: 6 }));
    expect(gone.tokens.AAA).to.include({ entryPrice: null, profitSteps: 0, included: false });
  });

  it("takes the price of the day for what came in without a decision", () => {
    const { tokens } = memoryNow(first, vaultOf({ AAA: 400, BBB: 50 }, { id: 4 }));
    expect(tokens.BBB?.entryPrice).to.equal("1.000000000000000000");
  });
});
