import { expect } from "chai";
import { faultsOf, lengthOf } from "./guardWords.ts";
import { riskFigures, unknownBenchmark } from "./riskWords.ts";

type Performance = Parameters<typeof riskFigures>[0];
type Token = Parameters<typeof faultsOf>[0];

const metrics = {
  ...{ days: 91, totalReturn: 0.1234, annualReturn: 0.6, volatility: 0.5, sharpe: 1.2, sortino: 1.8, calmar: null },
  ...{ maxDrawdown: 0.2, valueAtRisk95: 0.031, expectedShortfall95: 0.045 },
};
const alone = { metrics, benchmarkMetrics: null, comparison: null } as unknown as Performance;

describe("risk in words", () => {
  it("says of which days no benchmark is known", () => {
    const words = unknownBenchmark("Bitcoin", [{ date: "2022-04-09" }, { date: "2022-05-01" }, { date: "2022-12-08" }]);
    expect(words).to.contain("No price of Bitcoin is known between 2022-04-09 and 2022-12-08");
  });

  it("writes fractions as percent, ratios as they are, and a dash for what is not known", () => {
    const found = new Map(riskFigures(alone, undefined).map((one) => [one.key, one]));
    expect(found.get("totalReturn")).to.include({ figure: "12.34%", beside: null });
    expect(found.get("valueAtRisk95")?.words).to.contain("more than 3.10%");
    expect(found.get("sharpe")?.figure).to.equal("1.20");
    expect(found.get("calmar")?.figure).to.equal("–");
    expect(found.has("beta")).to.equal(false);
  });

  it("has beta and tracking error beside a benchmark, and its figures", () => {
    const comparison = { beta: 0.8, correlation: 0.9, trackingError: null, informationRatio: 0.1, excessReturn: -0.02 };
    const beside = { ...alone, benchmarkMetrics: { ...metrics, volatility: 0.7 }, comparison } as Performance;
    const found = new Map(riskFigures(beside, "Bitcoin").map((one) => [one.key, one]));
    expect(found.get("volatility")).to.include({ figure: "50.00%", beside: "70.00%" });
    expect(found.get("beta")).to.include({ figure: "0.80" });
    expect(found.get("trackingError")?.figure).to.equal("–");
    expect(found.get("excessReturn")?.figure).to.equal("-2.00%");
  });
});

describe("guard rails in words", () => {
  it("tell lengths in hours below two days", () => {
    expect([3_600, 5_400, 86_400, 172_800, 1_209_600].map(lengthOf)).to.deep.equal([
      "1 hour",
      "1.5 hours",
      "24 hours",
      "2 days",
      "14 days",
    ]);
  });

  it("name each fault of a token once", () => {
    const well = { priced: true, listed: true, frozen: false, offPeg: false, nearMinimum: false, readable: true };
    const of = (over: Partial<Token>) => faultsOf({ ...well, shortfall: 0n, ...over } as Token);
    expect(of({})).to.deep.equal([]);
    expect(of({ priced: false })).to.have.length(1);
    expect(of({ priced: false, frozen: true })).to.deep.equal(["stopped by the guardian or the DAO, it is not traded"]);
    expect(of({ priced: false, listed: false })).to.have.length(1);
    expect(of({ shortfall: 1n, offPeg: true })).to.have.length(2);
  });
});
