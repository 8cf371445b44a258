/** One side of a pool. */
export interface PoolSide {
  readonly price: bigint; // D27{USD/tok}
  readonly decimals: number;
  readonly balance: bigint; // {raw tokens} that the pool holds
}

/** A Uniswap V3 pool of a token and what it is traded against. */
export interface PoolState {
  readonly sqrtPriceX96: bigint;
  readonly liquidity: bigint; // in range
  readonly isFirst: boolean; // the token is the pool's token0
  readonly token: PoolSide;
  readonly hub: PoolSide;
}

const Q96 = 2n ** 96n;
const E27 = 10n ** 27n;
/** D9{1} part of the reserves that a change of the price by 1% takes: sqrt(1.01) - 1. */
const ONE_PERCENT = 4_987_562n;
/** {%} that a pool's price may be away from the registry's. */
const LARGEST_GAP = 10n;

/**
 * {USD} that move the price by 1%, whole dollars, or null when the pool is empty or its price is away from the registry's.
 * The liquidity in range is taken to reach that far; what the pool holds bounds it, so that a thin range does not look deep.
 */
export function usableDepth({ sqrtPriceX96, liquidity, isFirst, token, hub }: PoolState): bigint | null {
  if (sqrtPriceX96 === 0n || liquidity === 0n) return null;
  const first = (liquidity * Q96) / sqrtPriceX96;
  const second = (liquidity * sqrtPriceX96) / Q96;
  const own = worthOf(isFirst ? first : second, token);
  const other = worthOf(isFirst ? second : first, hub);
  // At the right price both virtual reserves are worth the same.
  const [less, more] = own < other ? [own, other] : [other, own];
  if ((more - less) * 100n > more * LARGEST_GAP) return null;
  const depth = least((less * ONE_PERCENT) / 1_000_000_000n, worthOf(token.balance, token), worthOf(hub.balance, hub));
  return depth < E27 ? null : depth / E27;
}

/** D27{USD} */
function worthOf(amount: bigint, { price, decimals }: PoolSide): bigint {
  return (amount * price) / 10n ** BigInt(decimals);
}

function least(...values: readonly [bigint, ...bigint[]]): bigint {
  return values.reduce((a, b) => (b < a ? b : a));
}
