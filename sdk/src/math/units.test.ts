import { expect } from "chai";
import { D27 } from "./fixed.ts";
import { mintAmounts, redeemAmounts, toAggregate, toAmountDown, toAmountUp, toShares } from "./units.ts";

const SHARE = 10n ** 18n;

describe("sdk math: units", () => {
  it("turns one share of one whole token into 10^decimals", () => {
    for (const decimals of [6, 8, 18, 27]) {
      expect(toAmountDown(D27, toAggregate(SHARE, D27), decimals)).to.equal(10n ** BigInt(decimals));
      expect(toAmountUp(D27, toAggregate(SHARE, D27), decimals)).to.equal(10n ** BigInt(decimals));
    }
  });

  it("rounds against the caller: up in, down out, never more than one wei apart", () => {
    const tokens = [{ units: 123_456_789n * 10n ** 12n, decimals: 6 }];
    const multiplier = 987_654_321n * 10n ** 18n;
    const [paid = 0n] = mintAmounts({ tokens, shares: 7n * 10n ** 17n + 1n, mintFeeBps: 0, multiplier }).amounts;
    const [received = 0n] = redeemAmounts({ tokens, shares: 7n * 10n ** 17n + 1n, multiplier });
    expect(paid - received).to.equal(1n);
  });

  it("asks at least one wei of a token with any units, and nothing of a token without", () => {
    const tokens = [
      { units: 1n, decimals: 6 },
      { units: 0n, decimals: 18 },
    ];
    expect(mintAmounts({ tokens, shares: 1n, mintFeeBps: 0, multiplier: D27 }).amounts).to.deep.equal([1n, 0n]);
  });

  it("adds the mint fee on top", () => {
    const tokens = [{ units: D27, decimals: 18 }];
    const { amounts, feeShares } = mintAmounts({ tokens, shares: SHARE, mintFeeBps: 100, multiplier: D27 });
    expect(feeShares).to.equal(SHARE / 100n);
    expect(amounts).to.deep.equal([SHARE + SHARE / 100n]);
  });

  it("counts more shares as the multiplier falls", () => {
    expect(toShares(toAggregate(SHARE, D27), D27 / 2n)).to.equal(2n * SHARE);
  });
});
