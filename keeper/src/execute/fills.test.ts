import { expect } from "chai";
import { zeroAddress } from "viem";
import { createRandom } from "../data/random.ts";
import { type Pair, pairLots } from "./fills.ts";

const D18 = 10n ** 18n;

/** A lot at a price of two dollars a whole token of 18 decimals. */
const lot = (surplusUsd: bigint, deficitUsd: bigint) => ({
  token: zeroAddress,
  freeze: 0,
  price: 2n * 10n ** 27n,
  surplus: (surplusUsd * D18) / 2n,
  surplusValue: surplusUsd * D18,
  deficit: (deficitUsd * D18) / 2n,
  deficitValue: deficitUsd * D18,
});

const plain = ({ i, j, usd }: Pair) => [i, j, Number(usd / D18)];

describe("pairLots", () => {
  it("default: pairs the largest surplus with the largest deficit until one side is used up", () => {
    const lots = [lot(100n, 0n), lot(0n, 70n), lot(300n, 0n), lot(0n, 330n), lot(0n, 0n)];
    expect(pairLots(lots, 1n).map(plain)).to.deep.equal([
      [2, 3, 300],
      [0, 3, 30],
      [0, 1, 70],
    ]);
    expect(pairLots(lots, 1n)[0]?.maxSell).to.equal(150n * D18);
  });

  it("behavior: leaves out pairs that are not worth their gas", () => {
    const lots = [lot(100n, 0n), lot(0n, 40n), lot(0n, 60n)];
    expect(pairLots(lots, 50n * D18).map(plain)).to.deep.equal([[0, 2, 60]]);
  });

  it("behavior: has nothing to do when nothing is sold or nothing is wanted", () => {
    expect(pairLots([lot(5n, 0n), lot(7n, 0n)], 1n)).to.deep.equal([]);
    expect(pairLots([], 1n)).to.deep.equal([]);
  });

  it("property: never sells more than a surplus nor buys more than a deficit", () => {
    const random = createRandom(5);
    for (let round = 0; round < 300; round++) {
      const lots = Array.from({ length: 2 + Math.floor(random.uniform() * 40) }, () => {
        const usd = BigInt(Math.floor(random.uniform() * 10_000));
        return random.uniform() < 0.5 ? lot(usd, 0n) : lot(0n, usd);
      });
      const sold = lots.map(() => 0n);
      const bought = lots.map(() => 0n);
      const pairs = pairLots(lots, 1n);
      for (const { i, j, maxSell, usd } of pairs) {
        sold[i] = (sold[i] ?? 0n) + maxSell;
        bought[j] = (bought[j] ?? 0n) + usd;
      }
      lots.forEach(({ surplus, deficitValue }, k) => {
        expect(sold[k]! <= surplus && bought[k]! <= deficitValue, `lot ${k}`).to.equal(true);
      });
      expect(pairs.length).to.be.lessThan(lots.length);
    }
  });
});
