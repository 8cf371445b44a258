import type { AssetId } from "../data/source.ts";
import { BPS, netAssetValue, type VaultSnapshot } from "../data/vault.ts";
import { destinationAssets, type Weights } from "../weights/targets.ts";
import type { MarketFacts } from "./facts.ts";
import type { PlanParams } from "./params.ts";

/** An estimate in hundredths of a basis point of NAV, so that it stays an integer. */
export interface Estimate {
  readonly gas: number;
  readonly feeAndSpread: number;
  readonly impact: number;
  readonly cost: number; // the three together
  readonly benefit: number;
  /** What each asset's trade costs, without gas: half of a trade's fee and spread is borne by what is sold, half by what is bought. */
  readonly byAsset: ReadonlyMap<AssetId, number>;
}

const CENTI = 100;
const HALF_OF_ONE_PERCENT = 50; // {bps}

/** Estimates what a change of weights costs and what it is worth. Only ever compared with each other. */
export function estimate(
  vault: VaultSnapshot,
  current: Weights,
  next: Weights,
  facts: MarketFacts,
  params: PlanParams,
): Estimate {
  const nav = toUsd(netAssetValue(vault));
  const steps = vault.assets.map(({ asset }) => ({
    asset,
    step: ((next.get(asset) ?? 0) - (current.get(asset) ?? 0)) / BPS,
  }));

  const sold = steps.reduce((sum, { step }) => sum + Math.max(0, -step), 0);
  const feeAndSpread = toCenti(sold * (params.poolFeeBps + 2 * params.halfSpreadBps));
  const impacts = steps.map((item) => impactOf(item, nav, vault, facts, params));
  const impact = toCenti(impacts.reduce((sum, part) => sum + part, 0));
  const rate = (params.poolFeeBps + 2 * params.halfSpreadBps) / 2;
  const byAsset = new Map(
    steps.map(({ asset, step }, i) => [asset, toCenti(Math.abs(step) * rate + (impacts[i] ?? 0))] as const),
  );
  const gas = toCenti((gasUsd(vault, steps.filter(({ step }) => step !== 0).length, params) / nav) * BPS);
  const benefit = toCenti(benefitOf(steps, vault, facts, params) * BPS);
  return { gas, feeAndSpread, impact, cost: gas + feeAndSpread + impact, benefit, byAsset };
}

interface Step {
  readonly asset: AssetId;
  readonly step: number; // fraction of NAV
}

/**
 * {bps of NAV} By the depth of the pools where it is known: along their curve the mean price moves half as far as the last
 * one, 50 bps for what moves it by 1%. Else it grows with the square root of the trade's part of a day's volume. Stable
 * destinations are deep.
 */
function impactOf(
  { asset, step }: Step,
  nav: number,
  vault: VaultSnapshot,
  facts: MarketFacts,
  params: PlanParams,
): number {
  if (step === 0 || destinationAssets(vault).has(asset)) return 0;
  const size = Math.abs(step);
  const depth = facts.assets.get(asset)?.depth ?? null;
  if (depth !== null && depth > 0) return (size * HALF_OF_ONE_PERCENT * size * nav) / depth;
  const volume = facts.assets.get(asset)?.dailyVolume ?? null;
  const perUnit =
    volume === null ? params.unknownImpactBps : params.dayVolumeImpactBps * Math.sqrt((size * nav) / volume);
  return size * perUnit;
}

/** Active risk that goes away, at its price: each asset's own, and the market's through the change of exposure. */
function benefitOf(steps: readonly Step[], vault: VaultSnapshot, facts: MarketFacts, params: PlanParams): number {
  const destinations = destinationAssets(vault);
  const assumed = params.assumedVolatilityBps / BPS;
  let own = 0;
  let exposure = 0;
  for (const { asset, step } of steps) {
    if (destinations.has(asset)) continue;
    const risk = step * (facts.assets.get(asset)?.dailyVolatility ?? assumed);
    own += risk * risk;
    exposure += step;
  }
  const market = exposure * (facts.marketVolatility ?? assumed);
  return (params.riskAversion / 2) * params.horizonDays * (own + market * market);
}

function gasUsd(vault: VaultSnapshot, legs: number, params: PlanParams): number {
  const gas = params.proposalGas + params.proposalGasPerToken * vault.assets.length + params.fillGas * legs;
  // {gas} * {wei/gas} * D18{USD/ETH} -> D36{USD}; down to micro-dollars before it becomes a number.
  return Number((BigInt(gas) * vault.gasPrice * vault.nativeUsd) / 1_000_000_000_000_000_000_000_000_000_000n) / 1e6;
}

/** D27{USD} to {USD}, exact to a millionth. */
function toUsd(value: bigint): number {
  return Number(value / 1_000_000_000_000_000_000_000n) / 1e6;
}

function toCenti(bps: number): number {
  return Math.round(bps * CENTI);
}
