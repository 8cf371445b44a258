import { expect } from "chai";
import { drawCharts } from "../../../scripts/demo/lib/chart.ts";
import { journeysOf } from "../../../scripts/demo/lib/journeys.ts";
import { formatTable } from "../../../scripts/demo/lib/table.ts";

const DAY = 86_400;

describe("closing report", () => {
  it("writes where the figures come from into the picture", () => {
    const chart = { title: "A & B", timestamps: [0, DAY], lines: [], exposure: [0, 1] };

    const svg = drawCharts([{ ...chart, label: "SIMULATION <seed 7>" }]);

    expect(svg).to.contain("SIMULATION &lt;seed 7&gt;").and.to.contain("A &amp; B");
  });

  it("draws a value of twice the start twice as high as the start", () => {
    const lines = [{ name: "x", color: "red", values: [100, 200] }];

    const svg = drawCharts([{ title: "", label: "", timestamps: [0, DAY], lines, exposure: [0, 0] }]);

    const [first, second] = (/polyline[^>]*points='([^']+)'/.exec(svg)?.[1] ?? "").split(" ").map((point) => {
      return 280 - Number(point.split(",")[1]); // above the base line
    });
    expect(Math.abs((second ?? 0) - 2 * (first ?? 0))).to.be.lessThan(0.2);
  });

  it("aligns columns", () => {
    expect(
      formatTable([
        ["a", "b"],
        ["long", "1"],
      ]),
    ).to.deep.equal(["a     b", "----  -", "long  1"]);
  });
});

describe("days to exit and to re-enter", () => {
  const wish = (day: number, from: number, to: number) => ({ timestamp: day * DAY, from, to });
  const at = (day: number, exposure: number) => ({ timestamp: day * DAY, exposure });

  it("counts from the first decision that wanted it until 95% of the way is done", () => {
    const wishes = [wish(0, 1, 0), wish(7, 0.5, 0), wish(21, 0, 0.66), wish(28, 0.3, 0.66)];
    const exposures = [at(1, 0.5), at(8, 0.02), at(22, 0.3), at(30, 0.65)];

    expect(journeysOf({ wishes, exposures })).to.deep.equal({ exits: [8], entries: [9] });
  });

  it("counts nothing for a journey that is given up", () => {
    const wishes = [wish(0, 1, 0), wish(7, 0.6, 0.66)];

    expect(journeysOf({ wishes, exposures: [at(1, 0.6), at(8, 0.66)] })).to.deep.equal({ exits: [], entries: [] });
  });
});
