import { expect } from "chai";
import type { MethodologyResult } from "./methodologyRun.ts";
import { csvTable, type MethodologyTable, markdownTable, terminalTable } from "./methodologyTable.ts";
import { measurePerformance } from "./metrics.ts";

const coverage = { meanMembers: 4.25, fewestMembers: 3, wanted: 5, meanUnpriced: 0.5 };
const losing = measurePerformance([100, 80, 50]);
const winning = measurePerformance([100, 150, 200]);
const result: MethodologyResult = {
  id: "top",
  name: "Top",
  from: "2020-01-01",
  to: "2020-12-31",
  coverage,
  performance: losing,
  turnoverWeekly: 0.03,
  costShare: 0.011,
  decisions: 53,
  acted: 7,
  btc: winning,
  capWeight: losing,
  note: 'says "so"',
};
const table: MethodologyTable = {
  schema: "gimbal.methodologies/1",
  period: { from: "2020-01-01", to: "2020-12-31" },
  source: "a test",
  costs: "30 bps",
  models: "no models",
  results: [result],
  gaps: [{ id: "new", name: "New", coverage: { ...coverage, meanMembers: 0.5 }, missing: "fewer than 3 constituents" }],
  biases: [],
};

describe("the table of methodologies", () => {
  it("shows a loss as a loss, beside what was held instead, and says where data is missing", () => {
    const text = terminalTable(table);
    expect(text).to.contain("−50.0%").and.to.contain("+100%").and.to.contain("4.3 of 5");
    expect(text).to.match(/New .*0\.5 of 5 +not enough data/);
    expect(text).to.contain(
      "New: not enough data: fewer than 3 constituents (0.5 on average, 0.5 more without a price).",
    );
    const [head, , first, second] = markdownTable(table).split("\n");
    expect(new Set([head, first, second].map((line) => line?.split("|").length)).size).to.equal(1);
  });

  it("has as many cells in every row of the CSV as in its head, none of them a figure where there is none", () => {
    const [head, first, gap] = csvTable(table).trim().split("\n");
    const count = head?.split(",").length;
    expect([first?.split(",").length, gap?.split(",").length]).to.deep.equal([count, count]);
    expect(first).to.contain('"says ""so"""').and.to.contain(",-0.500000,");
    expect(gap).to.match(/^new,"New",,,0\.500000,3,5,0\.500000,,,/);
  });
});
