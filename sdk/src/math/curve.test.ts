import { expect } from "chai";
import { Lane } from "../eip712.ts";
import { curveEnds, priceFactor, releasedTurnover, turnoverLeft } from "./curve.ts";
import { D18 } from "./fixed.ts";

const limits = { turnoverBps: 2_500, lossBps: 50, deriskLossBps: 100, curveLength: 100 };
const risk = { limits, lane: Lane.RISK, deviationBps: 100 };

describe("sdk math: curve", () => {
  it("starts at 1 + premium, falls in a line towards 1 - discount, and starts again with the second curve", () => {
    expect(priceFactor({ ...risk, elapsed: 0n })).to.equal(D18 + D18 / 100n);
    expect(priceFactor({ ...risk, elapsed: 50n })).to.equal(D18);
    expect(priceFactor({ ...risk, elapsed: 99n })).to.equal(D18 + D18 / 100n - (2n * D18 * 99n) / 10_000n);
    expect(priceFactor({ ...risk, elapsed: 100n })).to.equal(D18 + D18 / 100n);
  });

  it("clamps the discount to what the loss figure bears at full turnover", () => {
    const premium = (3n * D18) / 100n;
    expect(curveEnds({ ...risk, deviationBps: 300 })).to.deep.equal({ premium, discount: D18 / 50n });
    const derisk = { ...risk, lane: Lane.DERISK, deviationBps: 300 };
    expect(curveEnds(derisk)).to.deep.equal({ premium, discount: D18 / 100n });
  });

  it("releases the weekly turnover in a line over two curves, within the bucket", () => {
    expect(releasedTurnover(limits, 200n)).to.equal(D18 / 4n);
    expect(releasedTurnover(limits, 50n)).to.equal(D18 / 16n);
    expect(turnoverLeft({ limits, elapsed: 50n, turnoverUsed: D18 / 32n, bucketLeft: D18 })).to.equal(D18 / 32n);
    expect(turnoverLeft({ limits, elapsed: 50n, turnoverUsed: D18, bucketLeft: D18 })).to.equal(0n);
    expect(turnoverLeft({ limits, elapsed: 200n, turnoverUsed: 0n, bucketLeft: 7n })).to.equal(7n);
  });
});
