import { expect } from "chai";
import { compound, monthsOf, returnOver } from "./months.ts";

const day = (date: string, close: number, open = close) => ({ time: Date.parse(date) / 1_000, open, close });

describe("months of an index", () => {
  const days = [
    day("2025-11-29", 110, 100),
    day("2025-11-30", 120),
    day("2025-12-15", 60),
    day("2025-12-31", 90),
    day("2026-01-01", 99),
    day("2026-01-02", 180),
  ];

  it("begin at the close of the month before, the first one at the first price", () => {
    const found = monthsOf(days).map(({ year, month, return: gained }) => [year, month, Number(gained.toFixed(6))]);
    expect(found).to.deep.equal([
      [2025, 11, 0.2],
      [2025, 12, -0.25],
      [2026, 1, 1],
    ]);
  });

  it("are marked when only a part of them is known, and multiply to the whole", () => {
    const months = monthsOf(days);
    expect(months.map(({ isPartial }) => isPartial)).to.deep.equal([true, false, true]);
    expect(compound(months)).to.be.closeTo(180 / 100 - 1, 1e-12);
    expect(monthsOf([])).to.deep.equal([]);
  });

  it("tell the return of a span only when the index is that old", () => {
    expect(returnOver(days, 1)).to.be.closeTo(180 / 99 - 1, 1e-12);
    expect(returnOver(days, 10), "the last close before that day").to.be.closeTo(180 / 60 - 1, 1e-12);
    expect(returnOver(days, 34)).to.be.closeTo(180 / 110 - 1, 1e-12);
    expect([returnOver(days, 35), returnOver([], 1)]).to.deep.equal([null, null]);
  });
});
