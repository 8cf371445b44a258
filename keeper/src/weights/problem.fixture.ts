import { createRandom, type Random } from "../data/random.ts";
import type { Candidate, PortfolioProblem } from "./problem.ts";

const SECTORS = ["defi", "games", "layer-1", "layer-2", "meme"];
const ECOSYSTEMS = ["ethereum", "own", "solana"];
const BANDS = ["large", "mid", "small"] as const;

/** A random problem of `size` assets with limits of every kind; equal seeds give equal bits. For tests. */
export function fixtureProblem(seed: number, size: number, over: Partial<PortfolioProblem> = {}): PortfolioProblem {
  const random = createRandom(seed);
  const pick = <T>(items: readonly T[], fallback: T) => items[Math.floor(random.uniform() * items.length)] ?? fallback;
  const held = Array.from({ length: size }, () => (random.uniform() < 0.5 ? random.uniform() : 0));
  const holdings = held.reduce((sum, weight) => sum + weight, 0) || 1;
  const invested = random.uniform();
  const candidates = held.map((weight, i): Candidate => {
    const cap = (1.5 / size) * (1 + 4 * random.uniform());
    return {
      asset: `T${String(i).padStart(3, "0")}`,
      score: 0.01 * random.normal(),
      current: (invested * weight) / holdings,
      cap: random.uniform() < 0.1 ? 0 : cap,
      floor: random.uniform() < 0.1 ? (cap * random.uniform()) / 4 : 0,
      sector: pick(SECTORS, "defi"),
      ecosystem: pick(ECOSYSTEMS, "own"),
      sizeBand: pick(BANDS, "mid"),
      costRate: random.uniform() < 0.1 ? 0 : 0.004 * random.uniform(),
    };
  });
  return {
    candidates,
    covariance: fixtureCovariance(random, size),
    exposure: 0.3 + 0.7 * random.uniform(),
    turnover: random.uniform() < 0.3 ? 1 : 0.1 + 0.5 * random.uniform(),
    sectorCap: 0.2 + 0.3 * random.uniform(),
    ecosystemCap: 0.3 + 0.5 * random.uniform(),
    sizeBandCaps: { large: 1, mid: 0.5, small: 0.1 + 0.3 * random.uniform() },
    riskAversion: 1 + 8 * random.uniform(),
    correlationPenalty: random.uniform() < 0.5 ? 0 : 0.01 * random.uniform(),
    ...over,
  };
}

/** Weekly covariance of three factors and each asset's own risk. */
function fixtureCovariance(random: Random, size: number): Float64Array {
  const loadings = Array.from({ length: size }, () => [
    0.08 + 0.03 * random.normal(),
    0.03 * random.normal(),
    0.03 * random.normal(),
  ]);
  const own = loadings.map(() => 0.002 + 0.02 * random.uniform());
  return Float64Array.from({ length: size * size }, (_, k) => {
    const [i, j] = [Math.floor(k / size), k % size];
    const shared = (loadings[i] ?? []).reduce((sum, value, f) => sum + value * (loadings[j]?.[f] ?? 0), 0);
    return shared + (i === j ? (own[i] ?? 0) : 0);
  });
}

/** Seeds and sizes of the problems that HiGHS has solved for fixtures/highs.json. */
export const HIGHS_PROBLEMS = Array.from({ length: 40 }, (_, i) => ({
  seed: 700 + i,
  size: Math.round(5 + (95 * i) / 39),
}));
