import type { ContractCallFuture, IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import {
  type AssetListing,
  FLAGS,
  HEARTBEAT_SLACK,
  type NetworkConfig,
  SECONDARY,
  TIERS,
  ZERO_ADDRESS,
} from "../config/types.ts";
import type { CoreContracts } from "./Core.ts";

/** Lists every asset of the configuration, each in a step of its own, so that a bad one can be corrected alone. */
export function listAssets(
  m: IgnitionModuleBuilder,
  config: NetworkConfig,
  { AssetRegistry }: CoreContracts,
  tiers: ContractCallFuture<string, string>[],
): ContractCallFuture<string, string>[] {
  return config.assets.map((asset) =>
    m.call(AssetRegistry, "setAsset", [asset.token, { ...listingOf(asset) }], {
      id: `list_${asset.symbol}`,
      after: tiers,
    }),
  );
}

/** The registry's AssetConfig of a listing. */
export function listingOf(asset: AssetListing) {
  const { secondary } = asset;
  const stable = asset.tier === "STABLE" ? FLAGS.STABLE : 0;
  return {
    feed: asset.feed,
    heartbeat: asset.heartbeat + HEARTBEAT_SLACK,
    feedDecimals: asset.feedDecimals,
    tokenDecimals: asset.decimals,
    tier: TIERS[asset.tier].id,
    deviationBps: asset.deviationBps,
    flags: secondary === undefined ? stable : stable | FLAGS.CROSS_CHECK,
    minPrice: 0,
    secondary: secondary?.source ?? ZERO_ADDRESS,
    secondaryKind: SECONDARY[secondary?.kind ?? "NONE"],
    secondaryDecimals: secondary?.decimals ?? 0,
    secondaryWindow: secondary?.window ?? 0,
    usdCap: asset.usdCap,
  };
}
