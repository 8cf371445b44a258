import { expect } from "chai";
import { parseEther } from "viem";
import { simulateCrowd, toCsv } from "../../../scripts/demo/lib/crowd.ts";

describe("simulated crowd", () => {
  const total = parseEther("520000000");

  it("shares the total to the last wei, everybody something", () => {
    const crowd = simulateCrowd(7, 1_000, total);

    expect(crowd.reduce((sum, { amount }) => sum + amount, 0n)).to.equal(total);
    expect(crowd.every(({ amount }) => amount > 0n)).to.equal(true);
    expect(new Set(crowd.map(({ account }) => account)).size).to.equal(1_000);
  });

  it("is the same for the same seed, and another one for another", () => {
    expect(toCsv(simulateCrowd(7, 50, total))).to.equal(toCsv(simulateCrowd(7, 50, total)));
    expect(toCsv(simulateCrowd(8, 50, total))).to.not.equal(toCsv(simulateCrowd(7, 50, total)));
  });

  it("is written in whole GIM with all of its decimals", () => {
    const account = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

    expect(toCsv([{ account, amount: 1_500_000_000_000_000_001n }])).to.equal(
      `account,amount\n${account},1.500000000000000001\n`,
    );
  });
});
