import type { Address } from "viem";
import { PLAN_KINDS, type PlanKind, type PortfolioIndex, type PortfolioLimits, RISK_TIERS } from "./types.ts";

/** Numbers from a seed (mulberry32), the same on every machine. {1} from 0 up to 1 */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SECTORS = ["layer-1", "defi", "ai", "stable", "gaming", "memecoin"];

export function fixtureVault(number: number): Address {
  return `0x${number.toString(16).padStart(40, "0")}`;
}

function sectorsOf(random: () => number): Record<string, number> {
  const sectors: Record<string, number> = {};
  let left = 10_000;
  for (let k = 0; k < 3 && left > 0; k++) {
    const part = k === 2 && random() < 0.7 ? left : Math.floor(random() * (left + 1));
    const sector = SECTORS[Math.floor(random() * SECTORS.length)] ?? "other";
    sectors[sector] = (sectors[sector] ?? 0) + part;
    left -= part;
  }
  return sectors;
}

export type PlanProblem = { kind: PlanKind; indices: PortfolioIndex[]; limits: PortfolioLimits };

/** A random plan: 2 to 14 indices in any tiers, limits around the defaults. Many can be met, some cannot. */
export function planProblem(seed: number): PlanProblem {
  const random = seeded(seed);
  const count = 2 + Math.floor(random() * 13);
  const indices = Array.from({ length: count }, (_, i): PortfolioIndex => {
    const tier = RISK_TIERS[Math.floor(random() * RISK_TIERS.length)] ?? "balanced";
    return {
      vault: fixtureVault(i + 1),
      name: `Index ${i + 1}`,
      tier,
      sectors: sectorsOf(random),
      volatility: (20 + Math.floor(random() * 120)) / 100,
    };
  });
  return {
    kind: PLAN_KINDS[seed % PLAN_KINDS.length] ?? "three-tier",
    indices,
    limits: {
      indexMaxBps: 2_000 + Math.floor(random() * 20) * 100,
      sectorMaxBps: 3_000 + Math.floor(random() * 40) * 100,
      aggressiveMaxBps: 2_000 + Math.floor(random() * 30) * 100,
      conservativeMinBps: Math.floor(random() * 45) * 100,
    },
  };
}
