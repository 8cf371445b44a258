import { expect } from "chai";
import { D18, D27 } from "./fixed.ts";
import { oracleWeight, targetUnits, weightCapByValue } from "./targets.ts";

const base = { navUnit: 100n * D18, tradableBps: 10_000, weightBps: 2_500, price: 5n * D27, units: D27, freeze: 0 };

describe("sdk math: targets", () => {
  it("spreads the NAV of the tradable part by weight over the snapshot price", () => {
    expect(targetUnits(base)).to.equal(5n * D27);
    expect(targetUnits({ ...base, tradableBps: 5_000 })).to.equal(10n * D27);
  });

  it("keeps the units of a token that may not trade in that direction, has no price, or no epoch", () => {
    expect(targetUnits({ ...base, freeze: 2 })).to.equal(D27);
    expect(targetUnits({ ...base, freeze: 1 })).to.equal(5n * D27);
    expect(targetUnits({ ...base, freeze: 1, units: 9n * D27 })).to.equal(9n * D27);
    expect(targetUnits({ ...base, freeze: 2, units: 9n * D27 })).to.equal(5n * D27);
    expect(targetUnits({ ...base, freeze: 3 })).to.equal(D27);
    expect(targetUnits({ ...base, price: 0n })).to.equal(D27);
    expect(targetUnits({ ...base, tradableBps: 0 })).to.equal(D27);
  });

  it("rounds weights now and dollar caps down", () => {
    expect(oracleWeight(D18, 3n * D18, 10_000)).to.equal(3_333);
    expect(weightCapByValue(1_000n, 3_000n * D18, 10_000)).to.equal(3_333n);
  });
});
