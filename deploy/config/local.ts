import type { LocalAsset } from "../lib/local.ts";
import type { Tier } from "./types.ts";

const DAY = 86_400;

const asset = (symbol: string, decimals: number, price: number, tier: Tier, deviationBps: number): LocalAsset => ({
  symbol,
  decimals,
  price,
  tier,
  deviationBps,
  heartbeat: DAY,
  usdCap: 0,
  breakable: true,
});

/** Tokens of a plain local deployment. The demo brings its own list and the prices of its first day. */
export const localAssets: readonly LocalAsset[] = [
  asset("WETH", 18, 3_000, "MAJOR", 50),
  asset("WBTC", 8, 60_000, "MAJOR", 50),
  asset("SOL", 18, 150, "LARGE", 50),
  asset("LINK", 18, 15, "LARGE", 50),
  asset("UNI", 18, 8, "LARGE", 100),
  asset("AAVE", 18, 100, "LARGE", 100),
  asset("MKR", 18, 2_000, "MID", 100),
  asset("CRV", 18, 0.4, "MID", 100),
  asset("SHIB", 18, 0.00002, "MID", 100),
  asset("USDC", 6, 1, "STABLE", 25),
  asset("USDT", 6, 1, "STABLE", 25),
  asset("DAI", 18, 1, "STABLE", 25),
];
