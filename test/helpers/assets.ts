import type { Addressable, Signer } from "ethers";
import { resolveAddress, ZeroAddress } from "ethers";
import { type AssetRegistry, type TokenMock, TokenMock__factory } from "../../typechain-types/index.js";
import { deployFeed, type FeedOptions, type ProxiedFeed } from "./feeds.ts";

/** Bits of contracts/types/AssetFlags.sol. */
export const Flags = {
  STABLE: 1n,
  FROZEN: 2n,
  MAY_SHRINK: 4n,
  CROSS_CHECK: 8n,
  NEAR_MINIMUM: 16n,
  OFF_PEG: 32n,
} as const;
export const SecondaryKind = { NONE: 0n, AGGREGATOR: 1n, UNISWAP_V3_TWAP: 2n } as const;

export const USD = 10n ** 27n; // D27{USD/tok} one dollar
export const HEARTBEAT = 3_600n; // {s}
export const TIER = 1n;

/** `AssetConfig` of the contracts, in the order of its fields. */
export interface AssetConfig {
  feed: string;
  heartbeat: bigint;
  feedDecimals: bigint;
  tokenDecimals: bigint;
  tier: bigint;
  deviationBps: bigint;
  flags: bigint;
  minPrice: bigint;
  secondary: string;
  secondaryKind: bigint;
  secondaryDecimals: bigint;
  secondaryWindow: bigint;
  usdCap: bigint;
}

export interface ListedAsset extends ProxiedFeed {
  token: TokenMock;
  tokenAddress: string;
  config: AssetConfig;
}

/** A listing without second source. */
export function assetConfig(feed: string, overrides: Partial<AssetConfig> = {}): AssetConfig {
  return {
    feed,
    heartbeat: HEARTBEAT,
    feedDecimals: 8n,
    tokenDecimals: 18n,
    tier: TIER,
    deviationBps: 50n,
    flags: 0n,
    minPrice: 0n,
    secondary: ZeroAddress,
    secondaryKind: SecondaryKind.NONE,
    secondaryDecimals: 0n,
    secondaryWindow: 0n,
    usdCap: 0n,
    ...overrides,
  };
}

/** Deploys a token and its feed with `answer`, and lists both. */
export async function listAsset(
  registry: AssetRegistry,
  signer: Signer,
  answer: bigint | undefined,
  overrides: Partial<AssetConfig> = {},
  feedOptions: FeedOptions = {},
): Promise<ListedAsset> {
  const tokenDecimals = overrides.tokenDecimals ?? 18n;
  const token = await new TokenMock__factory(signer).deploy("Token", "TOK", tokenDecimals);
  const proxied = await deployFeed(signer, answer, { decimals: Number(overrides.feedDecimals ?? 8n), ...feedOptions });
  const config = assetConfig(proxied.address, overrides);
  const tokenAddress = await addressOf(token);
  await registry.setAsset(tokenAddress, config);
  return { ...proxied, token, tokenAddress, config };
}

export async function addressOf(target: Addressable | string): Promise<string> {
  return resolveAddress(target);
}
