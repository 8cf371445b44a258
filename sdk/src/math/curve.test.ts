import { expect } from "chai";
import { curveEnds, priceFactor } from "./curve.ts";
import { D18 } from "./fixed.ts";

describe("sdk math: curve", () => {
  const curve = { opensAt: 1_000n, curveLength: 100n, premium: D18 / 100n, discount: D18 / 50n };

  it("starts at 1 + premium, falls in a line towards 1 - discount, and starts again with the second curve", () => {
    expect(priceFactor({ ...curve, timestamp: 1_000n })).to.equal(D18 + D18 / 100n);
    expect(priceFactor({ ...curve, timestamp: 1_050n })).to.equal(D18 - D18 / 200n);
    expect(priceFactor({ ...curve, timestamp: 1_099n })).to.equal(D18 + D18 / 100n - (3n * D18 * 99n) / 10_000n);
    expect(priceFactor({ ...curve, timestamp: 1_100n })).to.equal(D18 + D18 / 100n);
  });

  it("clamps the discount to what the loss budget bears at full turnover", () => {
    const ends = { deviationBpsA: 50, deviationBpsB: 250 };
    expect(curveEnds({ ...ends, lossBps: 50, turnoverBps: 2_500 })).to.deep.equal({
      premium: (3n * D18) / 100n,
      discount: D18 / 50n,
    });
    expect(curveEnds({ ...ends, lossBps: 100, turnoverBps: 1_000 }).discount).to.equal((3n * D18) / 100n);
  });
});
