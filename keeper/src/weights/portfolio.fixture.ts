import { createRandom } from "../data/random.ts";
import { fixtureAsset, fixtureStable, fixtureVault } from "../data/vault.fixture.ts";
import type { VaultSnapshot } from "../data/vault.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import { NO_MEMORY, type Opinion, type TokenRule } from "../signals/opinion.ts";
import { defaultWeightParams } from "./params.ts";
import type { PortfolioInput } from "./portfolio.ts";

const SECTORS = ["defi", "games", "layer-1", "layer-2", "meme", "oracle"];
const ECOSYSTEMS = ["ethereum", "own", "solana"];
const DAYS = 200;

/** A market of `size` tokens with one common factor, a vault over all of them, and an opinion about each. For tests. */
export function fixturePortfolio(seed: number, size: number, over: Partial<PortfolioInput> = {}): PortfolioInput {
  const random = createRandom(seed);
  const names = Array.from({ length: size }, (_, i) => `T${String(i).padStart(3, "0")}`);
  const opinions = names.map((asset) => fixtureOpinion(asset, random.uniform() - 0.5));
  const usd = names.map(() => (random.uniform() < 0.15 ? Math.floor(100_000 * random.uniform()) : 0));
  return {
    vault: fixtureVaultOf(names, usd),
    panel: fixturePanel(seed, names),
    opinions,
    rules: opinions.map(fixtureRule),
    memory: NO_MEMORY,
    exposureBps: 10_000,
    params: defaultWeightParams,
    costs: { poolFeeBps: 30, halfSpreadBps: 5, dayVolumeImpactBps: 500, unknownImpactBps: 50 },
    ...over,
  };
}

/** A vault that holds these dollars of tokens and of a stable. */
export function fixtureVaultOf(names: readonly string[], usd: readonly number[], stable = 1_000_000): VaultSnapshot {
  const coins = names.map((asset, i) => fixtureAsset(asset, i, usd[i] ?? 0, { maxWeightBps: 2_000 }));
  return fixtureVault([...coins, fixtureStable("USDC", names.length, stable)]);
}

/** An opinion whose stance follows its score. */
export function fixtureOpinion(asset: string, score: number | null): Opinion {
  return {
    asset,
    stance: score === null ? "unknown" : score > 0 ? "bullish" : "bearish",
    score,
    traderGrade: null,
    investorGrade: null,
    known: 1,
    possible: 1,
    drivers: [],
    suspicious: false,
    reasons: [],
  };
}

/** Only what is bullish may rise. */
export function fixtureRule({ asset, stance }: Opinion): TokenRule {
  return { asset, mayIncrease: stance === "bullish", mustLeave: false, reasons: [] };
}

function fixturePanel(seed: number, names: readonly string[]): MarketPanel {
  const random = createRandom(seed + 1_000);
  const market = Array.from({ length: DAYS }, () => 0.03 * random.normal());
  const columns = names.map(() => {
    const beta = 0.6 + 0.8 * random.uniform();
    const own = 0.015 + 0.05 * random.uniform();
    let price = 1 + 10 * random.uniform();
    const close = Float64Array.from(market, (factor) => {
      price *= 1 + Math.max(-0.5, beta * factor + own * random.normal());
      return price;
    });
    const cap = 1e8 * (1 + 300 * random.uniform() * random.uniform());
    const volume = cap * (0.02 + 0.1 * random.uniform());
    return { close, marketCap: new Float64Array(DAYS).fill(cap), volumeGlobal: new Float64Array(DAYS).fill(volume) };
  });
  const missing = new Float64Array(DAYS).fill(Number.NaN);
  return {
    firstDay: 18_000,
    days: DAYS,
    assets: names,
    classes: names.map((_, i) => ({
      category: "coin",
      sector: SECTORS[i % SECTORS.length] ?? "other",
      ecosystem: ECOSYSTEMS[i % ECOSYSTEMS.length] ?? "own",
    })),
    column: (name, asset) => {
      const own = columns[asset];
      return own !== undefined && (name === "close" || name === "marketCap" || name === "volumeGlobal")
        ? own[name]
        : missing;
    },
    macro: () => missing,
  };
}
