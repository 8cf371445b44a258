import { expect } from "chai";
import { ArgumentInvalidError } from "../errors/base.ts";
import { expWad } from "./exp.ts";
import { multiplierAt, toStreamingRate, yearlyFee } from "./fees.ts";
import { D18, D27 } from "./fixed.ts";

describe("sdk math: fees", () => {
  it("computes exp like Math.exp, as far as a double sees", () => {
    for (const x of [-40, -10, -1, -0.05, -1e-9, 0, 1e-9, 0.5, 1, 20, 100]) {
      const exact = Number(expWad(BigInt(Math.round(x * 1e18)))) / 1e18;
      expect(Math.abs(exact - Math.exp(x)) <= Math.exp(x) * 1e-13 + 1e-18, `exp(${x})`).to.equal(true);
    }
    expect(expWad(0n)).to.equal(D18);
    expect(expWad(-50n * D18)).to.equal(0n);
    expect(() => expWad(136n * D18)).to.throw(ArgumentInvalidError);
  });

  it("takes a yearly fee continuously, and depends on the clock alone", () => {
    const streamingRate = toStreamingRate(100);
    const year = 31_536_000n;
    const whole = multiplierAt({ checkpointMultiplier: D27, streamingRate, elapsed: year });
    expect(Number(whole) / 1e27).to.be.closeTo(Math.exp(-0.01), 1e-9);
    expect(multiplierAt({ checkpointMultiplier: D27, streamingRate, elapsed: 0n })).to.equal(D27);
    expect(Number(yearlyFee(streamingRate)) / 1e18).to.be.closeTo(1 - Math.exp(-0.01), 1e-9);
  });
});
