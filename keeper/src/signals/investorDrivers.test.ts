import { expect } from "chai";
import { plantedPanel } from "../features/planted.fixture.ts";
import { defaultGradeParams } from "./gradeParams.ts";
import { investorDrivers } from "./investorDrivers.ts";
import { plantedOutlook } from "./outlook.fixture.ts";
import { scoreTokens } from "./scores.ts";

const NONE = Number.NaN;
const columns = { close: [1] };
const panel = plantedPanel({ A: { columns }, B: { columns }, C: { columns }, D: { columns } });

describe("investorDrivers", () => {
  it("says by how much lower the grade would be with each part in the middle, largest first", () => {
    // Months: A last, D first. Sizes: A largest by far in rank, D smallest.
    const outlook = plantedOutlook(panel, {
      week: [0, 0, 0, 0],
      month: [1, 2, 3, 4],
      points: { marketCap: [40, 30, 20, 10] },
    });
    const drivers = investorDrivers(outlook, defaultGradeParams);
    // Blends, over a weight of 60: (50 x month + 10 x size) with ranks of -3/8, -1/8, 1/8, 3/8.
    const { investor } = scoreTokens(outlook, false, defaultGradeParams);
    expect([...investor]).to.deep.equal([0.125, 0.375, 0.625, 0.875]);
    // Without the month, D's blend is -3.75/60: between B (-5/60) and C (5/60), two of four below it.
    expect(drivers[3]).to.deep.equal([
      { feature: "month", words: "expected result of the month", value: "88 of 100", effectBps: 3_750 },
      // Without its smallness D would stand above all four.
      { feature: "size", words: "size", value: "13 of 100", effectBps: -1_250 },
    ]);
    expect(drivers[0]![0]).to.deep.include({ feature: "month", effectBps: -3_750, value: "13 of 100" });
  });

  it("names no part that is unknown, and nothing where there is no grade", () => {
    const outlook = plantedOutlook(panel, {
      week: [0, 0, 0, 0],
      month: [1, 2, NONE, 4],
      points: { listedVolume: [1, 2, 3, 9], marketCap: [NONE, NONE, 5, 6] },
    });
    const drivers = investorDrivers(outlook, defaultGradeParams);
    expect(drivers[2]).to.deep.equal([]);
    expect(drivers[0]!.map(({ feature }) => feature)).not.to.include("size");
    for (const own of drivers) {
      const sizes = own.map(({ effectBps }) => Math.abs(effectBps));
      expect(sizes).to.deep.equal(sizes.toSorted((a, b) => b - a));
      expect(sizes).not.to.include(0);
    }
  });
});
