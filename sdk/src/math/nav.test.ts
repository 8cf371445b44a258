import { expect } from "chai";
import { D18, D27 } from "./fixed.ts";
import { navPerShare, navUnit, oneWayDrift, weightsForDisplay } from "./nav.ts";

const tokens = [
  { units: D27, price: 30n * D27 },
  { units: 2n * D27, price: 30n * D27 },
];

describe("sdk math: nav", () => {
  it("adds units times price, and follows the multiplier down", () => {
    expect(navUnit(tokens)).to.equal(90n * D18);
    expect(navPerShare(navUnit(tokens), (D27 * 9n) / 10n)).to.equal(81n * D18);
  });

  it("counts a token without a price as nothing", () => {
    expect(navUnit([...tokens, { units: D27, price: 0n }])).to.equal(90n * D18);
    expect(weightsForDisplay([{ units: D27, price: 0n }])).to.deep.equal([0]);
  });

  it("rounds weights to a whole for the screen", () => {
    expect(weightsForDisplay(tokens)).to.deep.equal([3333, 6667]);
  });

  it("measures drift one way", () => {
    expect(oneWayDrift([5000, 3000, 2000], [4000, 3500, 2500])).to.equal(1000);
  });
});
