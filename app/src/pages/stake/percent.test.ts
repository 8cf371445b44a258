import { expect } from "chai";
import { parsePercent } from "./percent.ts";

describe("a percentage as it is typed", () => {
  it("becomes whole basis points", () => {
    expect(parsePercent("1", 1_000)).to.deep.equal({ bps: 100, fault: undefined });
    expect(parsePercent(" 0.05 ", 1_000)).to.deep.equal({ bps: 5, fault: undefined });
    expect(parsePercent("2.5", 1_000).bps).to.equal(250);
    expect(parsePercent("", 1_000)).to.deep.equal({ bps: 0, fault: undefined });
  });

  it("is refused when it is none, too exact or too much", () => {
    for (const text of ["x", "-1", "1.234", ".", "1,5"]) expect(parsePercent(text, 1_000).fault).to.match(/^Write/);
    expect(parsePercent("10.01", 1_000).fault).to.equal("At most 10%");
  });
});
