import type { AssetId } from "../data/source.ts";
import { BPS, type VaultSnapshot } from "../data/vault.ts";
import { apportion } from "../weights/apportion.ts";
import { destinationAssets, splitStable, type Weights } from "../weights/targets.ts";
import type { PlanParams } from "./params.ts";

/**
 * {bps} of the normal width: bands widen with the strength of a trend, 0 to 10,000, so that what runs may run, and narrow in
 * a range, where what rose is sold again. Without a regime they are normal.
 */
export function bandFactorBps(regime: string, trendStrengthBps: number, params: PlanParams): number {
  if (regime === "range") return params.rangeBandBps;
  if (regime !== "bull" && regime !== "bear") return BPS;
  const strength = Math.max(0, Math.min(BPS, trendStrengthBps));
  return BPS + Math.floor(((params.trendBandBps - BPS) * strength) / BPS);
}

/** {bps} that an asset may be off its target {bps}. */
export function bandOf(goal: number, params: PlanParams, factorBps = BPS): number {
  const width = Math.max(params.assetBandBps, Math.floor((goal * params.assetBandRelativeBps) / BPS));
  return Math.floor((width * factorBps) / BPS);
}

/**
 * Where to trade to: an asset within its band stays, one outside goes to the inner edge of its band, and a forced one (it
 * must leave, is above its cap, or the exposure is cut) to its target. Purchases shrink to what the sales and the stables
 * beyond their target pay for, so that the exposure ends between where it is and where it should be. The stable destinations
 * take the rest by their split: the weights sum to 10,000.
 */
export function tradeTo(
  vault: VaultSnapshot,
  current: Weights,
  target: Weights,
  forced: ReadonlySet<AssetId>,
  params: PlanParams,
  factorBps = BPS,
): Weights {
  const destinations = destinationAssets(vault);
  const risk = vault.assets.map(({ asset }) => asset).filter((asset) => !destinations.has(asset));
  const steps = risk.map((asset) => {
    const now = current.get(asset) ?? 0;
    const goal = target.get(asset) ?? 0;
    return { asset, now, step: forced.has(asset) ? goal - now : stepTo(now, goal, params, factorBps) };
  });
  const stable = (weights: Weights) => BPS - risk.reduce((sum, asset) => sum + (weights.get(asset) ?? 0), 0);
  const sold = steps.reduce((sum, { step }) => sum + Math.max(0, -step), 0);
  const payable = sold + Math.max(0, stable(current) - stable(target));
  const rises = steps.map(({ asset, step }) => ({ asset, size: BigInt(Math.max(0, step)) }));
  const wanted = rises.reduce((sum, { size }) => sum + Number(size), 0);
  const bought = apportion(Math.min(wanted, payable), rises);
  const weights = new Map(
    steps.map(({ asset, now, step }) => [asset, now + Math.min(0, step) + (bought.get(asset) ?? 0)]),
  );
  const rest = splitStable(vault, stable(weights));
  return new Map(vault.assets.map(({ asset }) => [asset, rest.get(asset) ?? weights.get(asset) ?? 0]));
}

/** {bps} signed, from `now` to the inner edge of the band around `goal`; 0 within the band. */
function stepTo(now: number, goal: number, params: PlanParams, factorBps: number): number {
  const band = bandOf(goal, params, factorBps);
  if (Math.abs(now - goal) <= band) return 0;
  const inner = Math.floor((band * params.innerBandBps) / BPS);
  return goal - now + (now > goal ? inner : -inner);
}

/** How far a portfolio is from its target. */
export interface Drift {
  readonly oneWayBps: number; // what would have to be sold
  readonly triggers: readonly string[]; // in words; empty = within every band
  readonly portfolioTriggers: number; // how many of them are about the portfolio as a whole: 0 or 1
}

/** Assets that are told one by one; of more, the largest drifts in one sentence. */
const TOLD = 5;

/** Compares weights with their target, asset by asset and as a whole. */
export function measureDrift(current: Weights, target: Weights, params: PlanParams, factorBps = BPS): Drift {
  const outside: Outside[] = [];
  let oneWayBps = 0;
  for (const [asset, goal] of target) {
    const now = current.get(asset) ?? 0;
    const band = bandOf(goal, params, factorBps);
    oneWayBps += Math.max(0, now - goal);
    if (Math.abs(now - goal) > band) outside.push({ asset, now, goal, band });
  }
  const triggers = [...describe(outside)];
  if (oneWayBps > params.portfolioBandBps) {
    triggers.push(
      `${oneWayBps} bps would have to be sold, more than the portfolio's band of ${params.portfolioBandBps}.`,
    );
  }
  return { oneWayBps, triggers, portfolioTriggers: oneWayBps > params.portfolioBandBps ? 1 : 0 };
}

interface Outside {
  readonly asset: AssetId;
  readonly now: number; // {bps}
  readonly goal: number; // {bps}
  readonly band: number; // {bps}
}

function describe(outside: readonly Outside[]): readonly string[] {
  if (outside.length <= TOLD) {
    return outside.map(
      ({ asset, now, goal, band }) =>
        `${asset} is at ${now} bps, target ${goal} bps, more than its band of ${band} bps away.`,
    );
  }
  const size = ({ now, goal }: Outside) => Math.abs(now - goal);
  const largest = outside.toSorted((a, b) => size(b) - size(a) || (a.asset < b.asset ? -1 : 1)).slice(0, TOLD);
  const told = largest.map(({ asset, now, goal }) => `${asset} (at ${now} bps, target ${goal})`).join(", ");
  return [`${outside.length} assets are outside their bands, most of all ${told}.`];
}
