import type { AssetId } from "../data/source.ts";
import { BPS, holdingValue, isStable, netAssetValue, type VaultAsset, type VaultSnapshot } from "../data/vault.ts";
import { VaultStateError, WeightsError } from "../errors.ts";
import { apportion, apportionGrouped } from "./apportion.ts";

/** Weights {bps} by asset; every basket asset is present and they sum to 10,000. */
export type Weights = ReadonlyMap<AssetId, number>;

/** Where the vault should be, before its limits on how fast it may get there. */
export interface TargetWeights {
  readonly weights: Weights;
  readonly exposureBps: number; // sum of everything that is no destination
  readonly reasons: readonly string[];
}

const USD_CAP_MARGIN_BPS = 200;
const D27 = 1_000_000_000_000_000_000_000_000_000n;

/** One score an asset, higher is better; null or absent = nothing can be said, which is not a low score. */
export type AssetScores = ReadonlyMap<AssetId, number | null>;

/** A cap {bps of NAV} that the tokens of a sector share. */
export interface SectorCap {
  readonly capBps: number;
  readonly sectorOf: (asset: AssetId) => string;
}

const NO_SECTOR_CAP: SectorCap = { capBps: BPS, sectorOf: () => "" };

/**
 * Turns scores into weights: in proportion, within the vault's caps, and the rest to its stable destinations.
 * `regimeExposureBps` null: nothing is known of the market, the exposure stays as it is.
 */
export function buildTargets(
  scores: AssetScores,
  regimeExposureBps: number | null,
  vault: VaultSnapshot,
  sectors: SectorCap = NO_SECTOR_CAP,
): TargetWeights {
  const destinations = destinationAssets(vault);
  const current = currentWeights(vault);
  const exposure = regimeExposureBps ?? riskExposure(current, destinations);
  const reasons: string[] = [];

  const held = new Map<AssetId, number>();
  const claims = [];
  for (const item of vault.assets) {
    // A stable that is no destination has no place in either part.
    if (destinations.has(item.asset) || isStable(item)) continue;
    const score = scores.get(item.asset) ?? null;
    if (score === null) {
      // Data that stopped is no reason to sell: the part is kept, and falls with the exposure like the rest.
      const kept = Math.floor(((current.get(item.asset) ?? 0) * exposure) / BPS);
      held.set(item.asset, Math.min(kept, capOf(item, vault)));
      reasons.push(`${item.asset} keeps its share: the market data says nothing about it.`);
    } else {
      const claim = { asset: item.asset, size: BigInt(Math.round(score)), cap: capOf(item, vault) };
      claims.push({ ...claim, group: sectors.sectorOf(item.asset) });
    }
  }

  const heldBps = [...held.values()].reduce((sum, weight) => sum + weight, 0);
  const { parts, unplaced } = apportionGrouped(Math.max(0, exposure - heldBps), claims, sectors.capBps);
  if (unplaced > 0) reasons.push(`The caps leave no room for ${unplaced} bps; they go to the stable destinations.`);
  const capped = claims.filter(({ asset, cap }) => parts.get(asset) === cap && cap > 0).map(({ asset }) => asset);
  if (capped.length > 0) reasons.push(`At their cap: ${capped.join(", ")}.`);

  return finish(vault, new Map([...held, ...parts]), reasons);
}

function finish(vault: VaultSnapshot, risk: Weights, reasons: readonly string[]): TargetWeights {
  const exposureBps = [...risk.values()].reduce((sum, weight) => sum + weight, 0);
  const stable = splitStable(vault, BPS - exposureBps);
  for (const item of vault.assets) {
    const weight = stable.get(item.asset);
    if (weight !== undefined && weight > capOf(item, vault)) {
      throw new WeightsError("A stable destination would be above its cap. Raise the cap or add a destination.", {
        asset: item.asset,
        weight: `${weight} bps`,
        cap: `${capOf(item, vault)} bps`,
      });
    }
  }
  const weights = new Map(vault.assets.map(({ asset }) => [asset, stable.get(asset) ?? risk.get(asset) ?? 0]));
  return { weights, exposureBps, reasons };
}

/** The destinations' parts of `total` {bps}, by their fixed split. */
export function splitStable(vault: VaultSnapshot, total: number): Weights {
  const assets = [...destinationAssets(vault)];
  return apportion(
    total,
    vault.destinations.map(({ splitBps }, i) => ({ asset: assets[i] ?? "", size: BigInt(splitBps) })),
  );
}

/** Names of the destinations, in their order. */
export function destinationAssets(vault: VaultSnapshot): ReadonlySet<AssetId> {
  const names = new Map(vault.assets.map(({ token, asset }) => [token.toLowerCase(), asset]));
  return new Set(
    vault.destinations.map(({ token }) => {
      const asset = names.get(token.toLowerCase());
      if (asset === undefined) throw new VaultStateError("A destination is not in the basket.", { token });
      return asset;
    }),
  );
}

/** Oracle weights {bps} of what the vault holds now; tokens without a price count as nothing. */
export function currentWeights(vault: VaultSnapshot): Weights {
  netAssetValue(vault);
  return apportion(
    BPS,
    vault.assets.map((item) => ({ asset: item.asset, size: holdingValue(item) })),
  );
}

/** {bps} of everything that is no destination. */
export function riskExposure(weights: Weights, destinations: ReadonlySet<AssetId>): number {
  return [...weights].reduce((sum, [asset, weight]) => sum + (destinations.has(asset) ? 0 : weight), 0);
}

/** {bps} largest weight of an asset: its tier's cap, or its dollar cap when that is less. */
export function capOf(item: VaultAsset, vault: VaultSnapshot): number {
  // A little less than the dollar cap: the vault may be worth more by the time it is asked.
  const byDollar = (item.usdCap * D27 * BigInt(BPS - USD_CAP_MARGIN_BPS)) / netAssetValue(vault);
  return item.usdCap === 0n || byDollar > BigInt(item.maxWeightBps) ? item.maxWeightBps : Number(byDollar);
}
