import { D18, max, min, mulDiv, mulDivUp } from "./fixed.ts";

export type PricedToken = {
  decimals: number;
  /** D27{USD/tok} */
  price: bigint;
};

/** D27{USD/tok} * {raw tokens} carries the token's decimals and 9 digits beyond D18{USD}. */
const usdScale = (decimals: number): bigint => 10n ** (BigInt(decimals) + 9n);

/** D18{USD} of an amount, rounded down. */
export function toUsdDown(raw: bigint, { price, decimals }: PricedToken): bigint {
  return mulDiv(raw, price, usdScale(decimals));
}

/** D18{USD} of an amount, rounded up. */
export function toUsdUp(raw: bigint, { price, decimals }: PricedToken): bigint {
  return mulDivUp(raw, price, usdScale(decimals));
}

/** {raw tokens} worth D18{USD}, rounded down. */
export function usdToRaw(usd: bigint, { price, decimals }: PricedToken): bigint {
  return mulDiv(usd, usdScale(decimals), price);
}

/** {raw tokens} of the bought token that `sold` of the other costs at the curve's factor D18{1}, rounded up. */
export function payFor(sold: bigint, sell: PricedToken, buy: PricedToken, factor: bigint): bigint {
  const usd = mulDivUp(sold, sell.price, 10n ** BigInt(sell.decimals));
  return mulDivUp(mulDivUp(usd, factor, D18), 10n ** BigInt(buy.decimals), buy.price);
}

/** {raw tokens} of the sold token that `paid` of the other buys, rounded down. The inverse of `payFor`. */
export function soldFor(paid: bigint, sell: PricedToken, buy: PricedToken, factor: bigint): bigint {
  const usd = mulDiv(paid, buy.price, 10n ** BigInt(buy.decimals));
  return mulDiv(mulDiv(usd, D18, factor), 10n ** BigInt(sell.decimals), sell.price);
}

export type SizeFillParameters = {
  /** `snapshot` D27{USD/tok}: turnover counts at the higher of both prices */
  sell: PricedToken & { snapshot: bigint };
  buy: PricedToken;
  /** {raw tokens} above the target, and below it */
  surplus: bigint;
  deficit: bigint;
  maxSell: bigint;
  /** D18{1} of the curve */
  factor: bigint;
  /** D18{1} of NAV that may still be sold; undefined = no limit (DERISK) */
  turnoverLeft: bigint | undefined;
  /** D18{USD} of the vault */
  nav: bigint;
};

/**
 * What a fill would sell and cost, clamped as the vault clamps it.
 *
 * @example
 * const { sold, owed } = sizeFill({ sell, buy, surplus, deficit, maxSell, factor, turnoverLeft, nav });
 */
export function sizeFill(parameters: SizeFillParameters): { sold: bigint; owed: bigint } {
  const { sell, buy, surplus, deficit, maxSell, factor, turnoverLeft, nav } = parameters;
  const wanted = min(surplus, maxSell);
  const dearest = { decimals: sell.decimals, price: max(sell.price, sell.snapshot) };
  const sold = turnoverLeft === undefined ? wanted : min(wanted, usdToRaw(mulDiv(turnoverLeft, nav, D18), dearest));
  const owed = payFor(sold, sell, buy, factor);
  return owed <= deficit ? { sold, owed } : { sold: min(sold, soldFor(deficit, sell, buy, factor)), owed: deficit };
}
