import type { AssetId } from "./source.ts";

/** Tokens that stand for another one, one for one: the market data knows that one. */
const WRAPPED: Readonly<Record<string, AssetId>> = { WETH: "ETH", WBTC: "BTC", CBBTC: "BTC" };

/** What a token is called in the market data when it only stands for another one. */
export function unwrapped(symbol: AssetId): AssetId {
  return WRAPPED[symbol.toUpperCase()] ?? symbol;
}
