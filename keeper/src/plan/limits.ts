import type { AssetId } from "../data/source.ts";
import { AssetFlag, BPS, type VaultAsset, type VaultSnapshot } from "../data/vault.ts";
import { apportion } from "../weights/apportion.ts";
import { capOf, destinationAssets, splitStable, type Weights } from "../weights/targets.ts";
import type { PlanParams } from "./params.ts";

/** Weights that the vault will accept, and what had to give for that. */
export interface ClippedWeights {
  readonly weights: Weights;
  readonly clips: readonly string[];
  readonly obstacle: string | null; // why the vault would refuse even these
}

const WEEK = 604_800n;
const D18 = 1_000_000_000_000_000_000n;

/**
 * Goes from the current weights towards the target as far as one RISK proposal may: within the largest change, the caps,
 * the first step of a new token, the sides that are frozen and the turnover that the bucket has. Both sides shrink in
 * proportion, so that every weight stays between where it is and where it should be; but what is above a cap, and then what is
 * `leaving`, falls before the rest.
 */
export function clipRisk(
  vault: VaultSnapshot,
  current: Weights,
  target: Weights,
  params: PlanParams,
  leaving: ReadonlySet<AssetId> = new Set(),
): ClippedWeights {
  const clips: string[] = [];
  const steps = vault.assets.map((item) => ({
    asset: item.asset,
    step: clipStep(vault, item, current, target, params),
  }));
  const clipped = steps
    .filter(({ asset, step }) => step !== goalStep(asset, current, target))
    .map(({ asset }) => asset);
  if (clipped.length > 0) clips.push(`One proposal may not go further in: ${clipped.join(", ")}.`);

  const rises = steps.map(({ asset, step }) => ({ asset, size: BigInt(Math.max(0, step)) }));
  const falls = steps.map(({ asset, step }) => ({ asset, size: BigInt(Math.max(0, -step)) }));
  const wanted = Math.min(total(rises), total(falls));
  const moved = Math.min(wanted, turnoverLeft(vault));
  if (moved < wanted) clips.push(`The turnover budget allows ${moved} of ${wanted} bps in this epoch.`);

  const down = inOrder(moved, [
    aboveCaps(vault, current, falls),
    falls.filter(({ asset }) => leaving.has(asset)),
    falls,
  ]);
  const up = apportion(moved, rises);
  const weights = new Map(
    vault.assets.map(({ asset }) => {
      return [asset, (current.get(asset) ?? 0) + (up.get(asset) ?? 0) - (down.get(asset) ?? 0)];
    }),
  );
  return { weights, clips, obstacle: findAboveCap(vault, current, weights) };
}

/**
 * Moves everything that should fall to the destinations at once: nothing else may rise, and the destinations get exactly
 * their fixed split. Ignores the largest change and the turnover bucket, which this lane may overdraw.
 */
export function clipDerisk(
  vault: VaultSnapshot,
  current: Weights,
  target: Weights,
  params: PlanParams,
): ClippedWeights {
  const destinations = destinationAssets(vault);
  const risk = new Map<AssetId, number>();
  for (const { asset } of vault.assets) {
    if (destinations.has(asset)) continue;
    const ceiling = Math.floor(((current.get(asset) ?? 0) * (BPS - params.deriskMarginBps)) / BPS);
    risk.set(asset, Math.min(target.get(asset) ?? 0, ceiling));
  }
  const stable = splitStable(vault, BPS - [...risk.values()].reduce((sum, weight) => sum + weight, 0));
  const weights = new Map(vault.assets.map(({ asset }) => [asset, stable.get(asset) ?? risk.get(asset) ?? 0]));
  return { weights, clips: [], obstacle: findAboveCap(vault, current, weights) };
}

/** {bps} that the turnover bucket lets go between the opening and the end of an epoch that is proposed now. */
export function turnoverLeft(vault: VaultSnapshot): number {
  const { turnoverBps, riskDelay, curveLength } = vault.limits;
  // The bucket holds half of the weekly figure; the other half flows back over seven days.
  const half = (BigInt(turnoverBps) * D18) / BigInt(2 * BPS);
  const used = vault.turnoverUsed - (half * BigInt(riskDelay)) / WEEK;
  const atOpening = half - (used > 0n ? used : 0n);
  const left = atOpening + (half * BigInt(2 * curveLength)) / WEEK;
  return left <= 0n ? 0 : Math.min(turnoverBps, Number((left * BigInt(BPS)) / D18));
}

interface Fall {
  readonly asset: AssetId;
  readonly size: bigint; // {bps}
}

/** The part of each fall down to the cap: the vault refuses a proposal that leaves it above. */
function aboveCaps(vault: VaultSnapshot, current: Weights, falls: readonly Fall[]): readonly Fall[] {
  return vault.assets.map((item, i) => {
    const over = BigInt(Math.max(0, (current.get(item.asset) ?? 0) - capOf(item, vault)));
    return { asset: item.asset, size: minimum(over, falls[i]?.size ?? 0n) };
  });
}

/** Gives `amount` {bps} to the groups, one after the other; within a group in proportion, less what an asset has already. */
function inOrder(amount: number, groups: readonly (readonly Fall[])[]): Weights {
  const given = new Map<AssetId, number>();
  let left = amount;
  for (const group of groups) {
    const open = group.map(({ asset, size }) => {
      const rest = size - BigInt(given.get(asset) ?? 0);
      return { asset, size: rest > 0n ? rest : 0n };
    });
    const now = Math.min(left, total(open));
    for (const [asset, part] of apportion(now, open)) given.set(asset, (given.get(asset) ?? 0) + part);
    left -= now;
  }
  return given;
}

function clipStep(
  vault: VaultSnapshot,
  item: VaultAsset,
  current: Weights,
  target: Weights,
  params: PlanParams,
): number {
  const now = current.get(item.asset) ?? 0;
  const largest = Math.max(0, vault.limits.maxWeightChangeBps - params.changeMarginBps);
  const rise = item.isNew ? Math.min(largest, params.firstStepBps) : largest;
  const step = goalStep(item.asset, current, target);
  // What a vault cannot trade must keep its weight, or the weights of all others are measured on another scale.
  if (!mayTrade(item) || (step > 0 && !mayBuy(item))) return 0;
  return Math.max(-largest, Math.min(step, rise, Math.max(0, capOf(item, vault) - now)));
}

function goalStep(asset: AssetId, current: Weights, target: Weights): number {
  return (target.get(asset) ?? 0) - (current.get(asset) ?? 0);
}

function mayTrade(item: VaultAsset): boolean {
  return item.price > 0n && item.freeze === 0 && (item.flags & AssetFlag.FROZEN) === 0;
}

function mayBuy(item: VaultAsset): boolean {
  return (item.flags & (AssetFlag.NEAR_MINIMUM | AssetFlag.OFF_PEG)) === 0;
}

function total(claims: readonly { readonly size: bigint }[]): number {
  return Number(claims.reduce((sum, { size }) => sum + size, 0n));
}

function minimum(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** A weight may be above its cap only on the way down. */
function findAboveCap(vault: VaultSnapshot, current: Weights, weights: Weights): string | null {
  const over = vault.assets.filter((item) => {
    const weight = weights.get(item.asset) ?? 0;
    return mayTrade(item) && weight > capOf(item, vault) && weight >= (current.get(item.asset) ?? 0);
  });
  return over.length === 0
    ? null
    : `The vault would refuse a weight above its cap: ${over.map(({ asset }) => asset).join(", ")}.`;
}
