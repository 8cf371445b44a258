import { expect } from "chai";
import { D18, D27 } from "./fixed.ts";
import { payFor, sizeFill, soldFor, toUsdDown, toUsdUp, usdToRaw } from "./trade.ts";

const weth = { decimals: 18, price: 3_000n * D27 };
const usdc = { decimals: 6, price: D27 };

describe("sdk math: trade", () => {
  it("values amounts in USD, down and up by at most one unit", () => {
    expect(toUsdDown(10n ** 18n, weth)).to.equal(3_000n * D18);
    expect(toUsdUp(1n, { decimals: 27, price: 1n })).to.equal(1n);
    expect(toUsdDown(1n, { decimals: 27, price: 1n })).to.equal(0n);
    expect(usdToRaw(3_000n * D18, weth)).to.equal(10n ** 18n);
  });

  it("charges the cross price times the factor, rounded up", () => {
    expect(payFor(10n ** 18n, weth, usdc, D18)).to.equal(3_000_000_000n);
    expect(payFor(10n ** 18n, weth, usdc, D18 + D18 / 100n)).to.equal(3_030_000_000n);
    expect(payFor(1n, weth, usdc, D18)).to.equal(1n);
  });

  it("never sells more for a payment than that payment is asked for", () => {
    for (const paid of [1n, 7n, 3_000_000_001n, 123_456_789_012n]) {
      for (const factor of [D18 - D18 / 97n, D18, D18 + D18 / 89n]) {
        const sold = soldFor(paid, weth, usdc, factor);
        expect(payFor(sold, weth, usdc, factor) <= paid).to.equal(true);
      }
    }
  });

  it("clamps to surplus, wish, deficit and turnover", () => {
    const base = {
      sell: { ...weth, snapshot: 2_500n * D27 },
      buy: usdc,
      surplus: 10n ** 18n,
      deficit: 10n ** 12n,
      maxSell: 10n ** 19n,
      factor: D18,
      turnoverLeft: undefined,
      nav: 10_000n * D18,
    };
    expect(sizeFill(base)).to.deep.equal({ sold: 10n ** 18n, owed: 3_000_000_000n });
    expect(sizeFill({ ...base, maxSell: 10n ** 17n })).to.deep.equal({ sold: 10n ** 17n, owed: 300_000_000n });
    expect(sizeFill({ ...base, deficit: 600_000_000n })).to.deep.equal({ sold: 2n * 10n ** 17n, owed: 600_000_000n });
    // 3% of 10,000 USD at 3,000 USD, the higher of the two prices
    const limited = sizeFill({ ...base, turnoverLeft: (3n * D18) / 100n });
    expect(limited).to.deep.equal({ sold: 10n ** 17n, owed: 300_000_000n });
  });
});
