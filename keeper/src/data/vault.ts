import type { Address, Hex } from "viem";
import { VaultStateError } from "../errors.ts";
import { type Canonical, canonicalJson, contentHash } from "./canonical.ts";
import type { AssetId } from "./source.ts";

/** Bits of a quote's flags, as in contracts/types/AssetFlags.sol. */
export const AssetFlag = {
  STABLE: 1,
  FROZEN: 2,
  MAY_SHRINK: 4,
  CROSS_CHECK: 8,
  NEAR_MINIMUM: 16,
  OFF_PEG: 32,
} as const;

/** Bits of a freeze. */
export const Freeze = { SELL: 1, BUY: 2 } as const;

/** One token of a vault's basket, in basket order, as the chain saw it. */
export interface VaultAsset {
  readonly token: Address;
  readonly asset: AssetId; // the same token's name in the market data
  readonly decimals: number;
  readonly holdings: bigint; // {raw tokens}
  readonly price: bigint; // D27{USD/tok}; 0 = no trustworthy price
  readonly maxWeightBps: number; // {bps of NAV} cap of the token's tier
  readonly usdCap: bigint; // {USD} largest position
  readonly depthUsd: bigint | null; // {USD} that move the price by 1% in its best pool; null = no usable pool is known
  readonly deviationBps: number; // {bps} of the feed
  readonly flags: number; // AssetFlag
  readonly freeze: number; // Freeze, as it would be in a proposal now
  readonly isNew: boolean; // added to the basket and never part of a proposal
}

/** Limits of a vault, as in contracts/types/VaultTypes.sol. */
export interface VaultLimits {
  readonly turnoverBps: number;
  readonly lossBps: number;
  readonly deriskLossBps: number;
  readonly maxWeightChangeBps: number;
  readonly riskDelay: number; // {s}
  readonly basketDelay: number; // {s}
  readonly curveLength: number; // {s}
  readonly cooldown: number; // {s}
  readonly deriskPeriod: number; // {s}
}

/** Where DERISK goes. */
export interface VaultDestination {
  readonly token: Address;
  readonly splitBps: number;
}

/** What a vault's last proposal left behind. */
export interface VaultEpoch {
  readonly id: number;
  readonly proposedAt: number; // {s}; 0 = never
  readonly closesAt: number; // {s}
  readonly lastDeriskAt: number; // {s}; 0 = never
  readonly lane: "RISK" | "DERISK";
  readonly cancelled: boolean;
}

/** Everything about a vault that one decision may use, read at one block. */
export interface VaultSnapshot {
  readonly chainId: number;
  readonly vault: Address;
  readonly block: { readonly number: bigint; readonly hash: Hex; readonly timestamp: number };
  readonly assets: readonly VaultAsset[];
  readonly limits: VaultLimits;
  readonly destinations: readonly VaultDestination[];
  readonly epoch: VaultEpoch;
  readonly turnoverUsed: bigint; // D18{1} of NAV/share, not yet leaked out of the bucket
  readonly proposalsPaused: boolean;
  readonly signersActive: boolean;
  readonly gasPrice: bigint; // {wei}
  readonly nativeUsd: bigint; // D18{USD/ETH}
}

/** {bps} in one. */
export const BPS = 10_000;

/** Whether a token is pegged to one USD. */
export function isStable(asset: Pick<VaultAsset, "flags">): boolean {
  return (asset.flags & AssetFlag.STABLE) !== 0;
}

/** Tokens of the basket that cannot be sold now, each with the reason, in words that end a sentence. */
export function unsellable({ assets }: Pick<VaultSnapshot, "assets">): ReadonlyMap<AssetId, string> {
  const reasons = new Map<AssetId, string>();
  for (const { asset, price, freeze, flags } of assets) {
    if (price === 0n) reasons.set(asset, "it has no price that can be trusted");
    else if ((freeze & Freeze.SELL) !== 0 || (flags & AssetFlag.FROZEN) !== 0) reasons.set(asset, "it is frozen");
  }
  return reasons;
}

/** D27{USD} worth of a holding. */
export function holdingValue(asset: Pick<VaultAsset, "holdings" | "price" | "decimals">): bigint {
  let unit = 1n;
  for (let i = 0; i < asset.decimals; i++) unit *= 10n;
  return (asset.holdings * asset.price) / unit;
}

/** D27{USD} Dust below it has no weights that could be worked with. */
const LEAST_VALUE = 10n ** 21n;

/** D27{USD} of everything that has a price; at least a millionth of a dollar. */
export function netAssetValue(vault: VaultSnapshot): bigint {
  const nav = vault.assets.reduce((sum, asset) => sum + holdingValue(asset), 0n);
  if (nav < LEAST_VALUE) throw new VaultStateError("The vault holds nothing that has a price.", { vault: vault.vault });
  return nav;
}

/** {USD} that move each asset's price by 1%, of those whose pools are known. */
export function poolDepths(vault: VaultSnapshot): ReadonlyMap<AssetId, number> {
  return new Map(
    vault.assets.flatMap(({ asset, depthUsd }) => (depthUsd === null ? [] : [[asset, Number(depthUsd)] as const])),
  );
}

/** Stored form of a vault snapshot and its content hash. */
export function encodeVault(vault: VaultSnapshot): { readonly hash: Hex; readonly text: string } {
  const text = canonicalJson(stringifyIntegers(vault));
  return { hash: contentHash(text), text };
}

/** Rebuilds a vault snapshot from its stored form. */
export function decodeVault(text: string): VaultSnapshot {
  const stored = JSON.parse(text) as Stored<VaultSnapshot>;
  return {
    ...stored,
    block: { ...stored.block, number: BigInt(stored.block.number) },
    assets: stored.assets.map((asset) => ({
      ...asset,
      holdings: BigInt(asset.holdings),
      price: BigInt(asset.price),
      usdCap: BigInt(asset.usdCap),
      depthUsd: asset.depthUsd === null ? null : BigInt(asset.depthUsd),
    })),
    turnoverUsed: BigInt(stored.turnoverUsed),
    gasPrice: BigInt(stored.gasPrice),
    nativeUsd: BigInt(stored.nativeUsd),
  };
}

/** A value with every bigint written as a decimal string. */
type Stored<T> = T extends bigint ? string : T extends object ? { readonly [K in keyof T]: Stored<T[K]> } : T;

function stringifyIntegers(value: unknown): Canonical {
  return JSON.parse(JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? String(item) : item)));
}
