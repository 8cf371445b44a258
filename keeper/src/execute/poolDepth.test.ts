import { expect } from "chai";
import { type PoolState, usableDepth } from "./poolDepth.ts";

const E27 = 10n ** 27n;

/**
 * A pool of a token of 18 decimals at $2,000 against dollars of 6, with $4 million a side over all prices.
 * L = sqrt(2000e18 * 4e12), sqrt(price) = sqrt(4e12 / 2000e18).
 */
function pool(over: Partial<PoolState> = {}): PoolState {
  return {
    sqrtPriceX96: (447_213_595_499_957_939n * 2n ** 96n) / 10n ** 22n,
    liquidity: 89_442_719_099_991_587n,
    isFirst: true,
    token: { price: 2_000n * E27, decimals: 18, balance: 2_000n * 10n ** 18n },
    hub: { price: E27, decimals: 6, balance: 4_000_000n * 10n ** 6n },
    ...over,
  };
}

describe("usableDepth", () => {
  it("default: 1% of the price takes sqrt(1.01) - 1 of the reserves", () => {
    expect(Number(usableDepth(pool()))).to.be.closeTo(4_000_000 * 0.00498756, 1);
  });

  it("behavior: does not depend on the order of the two tokens", () => {
    const { sqrtPriceX96 } = pool();
    const turned = pool({ isFirst: false, sqrtPriceX96: 2n ** 192n / sqrtPriceX96 });
    expect(Number(usableDepth(turned))).to.be.closeTo(Number(usableDepth(pool())), 1);
  });

  it("behavior: is no deeper than what the pool holds of either token", () => {
    const poorHub = pool({ hub: { ...pool().hub, balance: 700n * 10n ** 6n } });
    const poorToken = pool({ token: { ...pool().token, balance: 10n ** 18n } });
    expect([usableDepth(poorHub), usableDepth(poorToken)]).to.deep.equal([700n, 2_000n]);
  });

  it("behavior: a pool away from the registry's price is not used", () => {
    const at = (price: bigint) => usableDepth(pool({ token: { ...pool().token, price: price * E27 } }));
    expect(at(2_200n)).not.to.equal(null);
    expect([at(2_300n), at(1_750n), at(1n)]).to.deep.equal([null, null, null]);
  });

  it("behavior: an empty or unopened pool has no depth", () => {
    expect([usableDepth(pool({ liquidity: 0n })), usableDepth(pool({ sqrtPriceX96: 0n }))]).to.deep.equal([null, null]);
  });
});
