import { expect } from "chai";
import { ApiError } from "./api.ts";
import { backtestProblem, periodFault } from "./backtest.ts";

describe("a backtest", () => {
  it("asks for 27 to 366 days", () => {
    expect(periodFault("2026-01-01", "2026-01-28")).to.equal(undefined);
    expect(periodFault("2026-01-01", "2026-01-27")).to.contain("27 to 366");
    expect(periodFault("2026-01-01", "2027-01-02")).to.equal(undefined);
    expect(periodFault("2026-01-01", "2027-01-03")).to.contain("27 to 366");
    expect(periodFault("", "2027-01-03")).to.equal("Name both days");
  });

  it("says what to do when it has to be paid for, when there were too many, and when nobody answers", () => {
    expect(backtestProblem(new ApiError(402, "PAYMENT_REQUIRED", "x"))).to.contain("COMPUTE credits");
    expect(backtestProblem(new ApiError(429, "TOO_MANY_REQUESTS", "x"))).to.contain("Wait a minute");
    expect(backtestProblem(new ApiError(0, "UNREACHABLE", "x"))).to.contain("without one");
    expect(backtestProblem(new ApiError(503, "UNAVAILABLE", "No prices."))).to.match(/^No prices\. You can/);
    expect(backtestProblem(new ApiError(400, "INVALID", "body.to is wrong"))).to.equal("body.to is wrong");
  });
});
