import { expect } from "chai";
import { fixtureWorld } from "../world.fixture.ts";
import { contextRecords, cut } from "./contextRecords.ts";

describe("assistant: records of a context", () => {
  it("compares an index with a benchmark over the same days, and ends where both have figures", async () => {
    const { context, vault } = await fixtureWorld();
    const { time } = await context.history.head();
    const today = Math.floor(time / 86_400);
    const prices = new Map([
      [today - 2, 100],
      [today, 110],
    ]);
    const records = contextRecords(context, async (coin, day) => (coin === "BTC" ? (prices.get(day) ?? null) : null));
    expect(await records.performance(vault, null)).to.deep.include({
      returned: "0.250000",
      benchmarks: [
        { name: "BTC", returned: "0.100000" },
        { name: "ETH", returned: null },
      ],
    });
  });

  it("cuts figures for people without rounding them, and never to nothing", () => {
    expect(cut("1.23456789", 6)).to.equal("1.234567");
    expect(cut("1.999", 2)).to.equal("1.99");
    expect(cut("5.000", 2)).to.equal("5");
    expect(cut("0.0000000012", 6)).to.equal("0.0000000012");
  });
});
