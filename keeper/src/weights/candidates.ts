import type { AssetId } from "../data/source.ts";
import { AssetFlag, BPS, netAssetValue, type VaultAsset, type VaultSnapshot } from "../data/vault.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import type { DecisionMemory, Opinion, TokenRule } from "../signals/opinion.ts";
import { type TokenFigures, tokenFigures } from "./figures.ts";
import type { WeightParams } from "./params.ts";
import { priceOf } from "./positions.ts";
import type { Candidate } from "./problem.ts";
import { takeProfit } from "./profitLadder.ts";
import { capOf } from "./targets.ts";

/** {bps} What trading costs. The plan's parameters fit. */
export interface TradingCosts {
  readonly poolFeeBps: number;
  readonly halfSpreadBps: number;
  readonly dayVolumeImpactBps: number; // of a trade as large as a day's volume; falls with the square root
  readonly unknownImpactBps: number;
}

/** {USD} that move a token's price by 1% in the pools that the vault trades in. */
export type DepthTable = ReadonlyMap<AssetId, number>;

/** What candidates are made from. */
export interface CandidateInput {
  readonly vault: VaultSnapshot;
  readonly panel: MarketPanel;
  readonly opinions: readonly Opinion[];
  readonly rules: ReadonlyMap<AssetId, TokenRule>;
  readonly memory: DecisionMemory;
  readonly included: ReadonlySet<AssetId>;
  readonly current: ReadonlyMap<AssetId, number>; // {bps}
  readonly exposureRatio: number; // {1} wanted exposure over the present one, at most 1
  readonly volatility: ReadonlyMap<AssetId, number>; // {1/year}; absent = unknown
  readonly params: WeightParams;
  readonly costs: TradingCosts;
  readonly depth: DepthTable;
}

/** A candidate, why it may not weigh more, and the rungs of the profit ladder that it has taken with this. */
export interface Bounded {
  readonly candidate: Candidate;
  readonly reasons: readonly string[];
  readonly profitSteps: number;
}

const LARGEST_DEVIATION = 3;
const MILLION = 1_000_000;
const UNKNOWN_FIGURES: TokenFigures = {
  sector: "other",
  ecosystem: "unknown",
  marketCap: Number.NaN,
  dailyVolume: Number.NaN,
  close: Number.NaN,
};

/** One candidate for each of the given basket tokens, in their order. */
export function buildCandidates(items: readonly VaultAsset[], input: CandidateInput): readonly Bounded[] {
  const scores = scoreDeviations(input.opinions);
  const nav = Number(netAssetValue(input.vault) / 1_000_000_000_000_000_000_000n) / 1e6;
  return items.map((item) => bound(item, input, scores.get(item.asset) ?? null, nav));
}

function bound(item: VaultAsset, input: CandidateInput, deviation: number | null, nav: number): Bounded {
  const { params, costs } = input;
  const { asset } = item;
  const current = (input.current.get(asset) ?? 0) / BPS;
  const figures = tokenFigures(input.panel, asset) ?? UNKNOWN_FIGURES;
  const size = Math.max(current, params.assetCapBps / BPS / 2) * nav;
  const profit = profitOf(input.memory, item);
  const { cap, floor, reasons } = rangeOf(item, input, figures, current, deviation, nav, profit.keepBps);
  return {
    candidate: {
      asset,
      score: ((deviation ?? 0) * params.scoreValueBps) / BPS,
      current,
      cap,
      floor,
      sector: figures.sector,
      ecosystem: figures.ecosystem,
      sizeBand: sizeBandOf(figures.marketCap, params),
      costRate:
        (tradeCostBps(size, figures.dailyVolume, input.depth.get(asset), costs) * params.costShareBps) / BPS / BPS,
    },
    reasons,
    profitSteps: profit.steps,
  };
}

interface Range {
  readonly cap: number; // {1 of NAV}
  readonly floor: number; // {1 of NAV}
  readonly reasons: readonly string[];
}

/** The strictest of all limits on one token. What cannot be traded keeps its weight; what must leave goes to 0. */
function rangeOf(
  item: VaultAsset,
  input: CandidateInput,
  figures: TokenFigures,
  current: number,
  deviation: number | null,
  nav: number,
  keepBps: number,
): Range {
  const { asset } = item;
  const rule = input.rules.get(asset);
  if (item.price === 0n || item.freeze !== 0 || (item.flags & AssetFlag.FROZEN) !== 0) {
    return { cap: current, floor: current, reasons: current > 0 ? [`${asset} cannot be traded now and stays.`] : [] };
  }
  if (rule?.mustLeave === true) return { cap: 0, floor: 0, reasons: current > 0 ? [`${asset} has to leave.`] : [] };
  if (!input.included.has(asset)) return { cap: 0, floor: 0, reasons: [] };

  const reasons: string[] = [];
  const limits = marketCaps(item, input, figures, nav);
  let cap = Math.min(...limits.values());
  const opinion = input.opinions.find((one) => one.asset === asset);
  const unfit = (item.flags & (AssetFlag.NEAR_MINIMUM | AssetFlag.OFF_PEG)) !== 0 || opinion?.suspicious === true;
  if (rule?.mayIncrease !== true || unfit || deviation === null) cap = Math.min(cap, current);
  if (keepBps < BPS) {
    cap = Math.min(cap, (current * keepBps) / BPS);
    reasons.push(`Profit is taken on ${asset}: ${BPS - keepBps} bps of the position.`);
  }
  if (deviation === null && current > 0) {
    // Data that stopped is no reason to sell: the part is kept, and falls with the exposure like the rest.
    reasons.push(`${asset} keeps its share: nothing can be said about it.`);
    return { cap, floor: Math.min(cap, current * input.exposureRatio), reasons };
  }
  return { cap, floor: 0, reasons };
}

/** {1 of NAV} by what limits it: the index, volatility, the vault's tier, and how much can be sold in a day. */
function marketCaps(
  item: VaultAsset,
  { vault, params, volatility, costs, depth }: CandidateInput,
  { dailyVolume }: TokenFigures,
  nav: number,
): ReadonlyMap<string, number> {
  const caps = new Map([
    ["index", params.assetCapBps / BPS],
    ["vault", capOf(item, vault) / BPS],
  ]);
  const yearly = volatility.get(item.asset);
  if (yearly !== undefined && yearly > 0) {
    caps.set("volatility", ((params.assetCapBps / BPS) * params.calmVolatilityBps) / BPS / yearly);
  }
  const liquid = largestPosition(dailyVolume, depth.get(item.asset), params, costs);
  caps.set("liquidity", liquid === null ? params.unknownVolumeCapBps / BPS : liquid / nav);
  return caps;
}

/** {USD} that can be left again: a part of a day's volume, and no more than what moves the price by the limit. */
function largestPosition(
  dailyVolume: number,
  depth: number | undefined,
  params: WeightParams,
  costs: TradingCosts,
): number | null {
  const known = dailyVolume >= 0;
  const share = params.positionImpactBps / costs.dayVolumeImpactBps;
  const byImpact = depth !== undefined ? (depth * params.positionImpactBps) / 100 : dailyVolume * share * share;
  if (!known) return depth === undefined ? null : byImpact;
  return Math.min((dailyVolume * params.volumeShareBps) / BPS, byImpact);
}

/** {bps} of a trade: half of the fee of a swap between two risk tokens, half of the spread, and impact. */
function tradeCostBps(usd: number, dailyVolume: number, depth: number | undefined, costs: TradingCosts): number {
  const own = costs.poolFeeBps / 2 + costs.halfSpreadBps;
  if (depth !== undefined && depth > 0) return own + (50 * usd) / depth;
  if (!(dailyVolume > 0)) return own + costs.unknownImpactBps;
  return own + Math.min(BPS, costs.dayVolumeImpactBps * Math.sqrt(usd / dailyVolume));
}

function sizeBandOf(marketCap: number, params: WeightParams): Candidate["sizeBand"] {
  if (marketCap >= params.largeFrom * MILLION) return "large";
  return marketCap >= params.midFrom * MILLION ? "mid" : "small";
}

/** By the vault's own price, as entry prices are: what the market data says may be in another unit. */
function profitOf(memory: DecisionMemory, { asset, price }: VaultAsset) {
  const own = memory.tokens[asset];
  return price === 0n ? { keepBps: BPS, steps: own?.profitSteps ?? 0 } : takeProfit(own, priceOf(price));
}

/** Scores in deviations from the mean of the day, within +-3. */
function scoreDeviations(opinions: readonly Opinion[]): ReadonlyMap<AssetId, number> {
  const known = opinions
    .flatMap(({ asset, score }) => (score === null || Number.isNaN(score) ? [] : [{ asset, score }]))
    .sort((a, b) => (a.asset < b.asset ? -1 : 1));
  const mean = known.reduce((sum, { score }) => sum + score, 0) / known.length;
  const variance = known.reduce((sum, { score }) => sum + (score - mean) * (score - mean), 0) / known.length;
  const scale = variance > 0 ? Math.sqrt(variance) : 1;
  return new Map(
    known.map(({ asset, score }) => {
      const deviation = (score - mean) / scale;
      return [asset, Math.max(-LARGEST_DEVIATION, Math.min(LARGEST_DEVIATION, deviation))];
    }),
  );
}
