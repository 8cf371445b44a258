import { expect } from "chai";
import type { Address } from "viem";
import { revenueOf, sumByDay } from "./protocolSums.ts";

describe("what all indices held", () => {
  it("counts each from its first day on, and its last known value on days without one", () => {
    const old = [
      { time: 0, tvl: 100 },
      { time: 2, tvl: 120 },
    ];
    const young = [
      { time: 1, tvl: 50 },
      { time: 3, tvl: 60 },
    ];
    expect(sumByDay([old, young, []])).to.deep.equal([
      { time: 0, tvl: 100 },
      { time: 1, tvl: 150 },
      { time: 2, tvl: 170 },
      { time: 3, tvl: 180 },
    ]);
    expect(sumByDay([])).to.deep.equal([]);
  });
});

describe("revenue", () => {
  const [usdc, gim]: Address[] = [
    "0x00000000000000000000000000000000000000AA",
    "0x00000000000000000000000000000000000000bb",
  ];
  const parts = { stakers: 5n, buyback: 2n, burned: 0n, treasury: 2n, keepers: 1n };

  it("is added up by token, and nothing of it is lost", () => {
    const splits = [
      { token: usdc as Address, parts },
      { token: gim as Address, parts: { ...parts, buyback: 0n, burned: 7n } },
      { token: usdc as Address, parts: { ...parts, stakers: 100n } },
    ];
    expect(revenueOf(splits)).to.deep.equal([
      { token: usdc, stakers: 105n, buyback: 4n, burned: 0n, treasury: 4n, keepers: 2n, all: 115n },
      { token: gim, stakers: 5n, buyback: 0n, burned: 7n, treasury: 2n, keepers: 1n, all: 15n },
    ]);
  });
});
