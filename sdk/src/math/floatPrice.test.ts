import { expect } from "chai";
import { packFloatPrice, unpackFloatPrice } from "./floatPrice.ts";

describe("sdk math: float price", () => {
  it("keeps what fits 56 bits exactly", () => {
    for (const price of [0n, 1n, 2n ** 56n - 1n]) expect(unpackFloatPrice(packFloatPrice(price))).to.equal(price);
  });

  it("rounds down by less than 2^-55 of the price, up to the largest word", () => {
    for (const price of [2n ** 56n + 1n, 10n ** 21n + 1n, 123_456_789n * 10n ** 24n + 12_345n, 2n ** 256n - 1n]) {
      const back = unpackFloatPrice(packFloatPrice(price));
      expect(back <= price).to.equal(true);
      expect((price - back) * 2n ** 55n < price).to.equal(true);
      expect(packFloatPrice(price) < 2n ** 64n).to.equal(true);
    }
  });

  it("gives the same word again for what it unpacked", () => {
    const word = packFloatPrice(98_765_432_109_876n * 10n ** 20n);
    expect(packFloatPrice(unpackFloatPrice(word))).to.equal(word);
  });
});
