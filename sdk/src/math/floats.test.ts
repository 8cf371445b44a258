import { expect } from "chai";
import { packFloatPrice, packMinPrice, packUnits, roundUnits, unpackFloatPrice, unpackMinPrice } from "./floats.ts";

describe("sdk math: floats", () => {
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

  it("keeps units of up to 76 bits and rounds larger ones down by less than 2^-75 of them", () => {
    for (const units of [0n, 1n, 2n ** 76n - 1n]) expect(roundUnits(units)).to.equal(units);
    for (const units of [2n ** 76n + 1n, 123_456_789n * 10n ** 30n + 7n, 2n ** 160n - 1n]) {
      const rounded = roundUnits(units);
      expect(rounded <= units && (units - rounded) * 2n ** 75n < units).to.equal(true);
      expect(roundUnits(rounded)).to.equal(rounded);
      expect(packUnits(units) < 2n ** 84n).to.equal(true);
      expect(packUnits(units)).to.equal(packUnits(rounded));
    }
  });

  it("rounds a feed's minimum answer up by at most 2^-15 of it", () => {
    for (const price of [0n, 1n, 2n ** 16n - 1n, 2n ** 127n]) {
      expect(unpackMinPrice(packMinPrice(price))).to.equal(price);
    }
    for (const price of [2n ** 16n + 1n, 2n ** 20n - 1n, 15n * 10n ** 25n, 2n ** 128n - 2n ** 112n - 1n]) {
      const back = unpackMinPrice(packMinPrice(price));
      expect(back >= price && (back - price) * 2n ** 15n <= price).to.equal(true);
      expect(packMinPrice(price) < 2 ** 24).to.equal(true);
    }
    expect(() => packMinPrice(2n ** 128n)).to.throw("minimum price");
    expect(() => packMinPrice(-1n)).to.throw("minimum price");
  });
});
