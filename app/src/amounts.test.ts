import { expect } from "chai";
import { parseAmount } from "./amounts.ts";

describe("an amount as it is typed", () => {
  it("is read to the last digit", () => {
    expect(parseAmount("1", 18).raw).to.equal(10n ** 18n);
    expect(parseAmount(" 0.000000000000000001 ", 18).raw).to.equal(1n);
    expect(parseAmount(".5", 6).raw).to.equal(500_000n);
    expect(parseAmount("12.", 6).raw).to.equal(12_000_000n);
  });

  it("is neither an amount nor a fault while the field is empty", () => {
    expect(parseAmount("  ", 18)).to.deep.equal({ raw: undefined, fault: undefined });
  });

  it("is refused when it could be misread", () => {
    for (const text of ["-1", "+1", "1e3", "1,5", "1.2.3", ".", "0x10", "one"]) {
      expect(parseAmount(text, 18), text).to.deep.equal({
        raw: undefined,
        fault: "Write digits, with a point before the decimals.",
      });
    }
    expect(parseAmount("0.1234567", 6).fault).to.equal("It has at most 6 decimals.");
  });
});
