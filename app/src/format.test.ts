import { expect } from "chai";
import { ago, amount, change, exactAmount, percent, shortAddress, time, UNKNOWN, usd, usd18 } from "./format.ts";

describe("figures of the app", () => {
  it("show amounts without loss, and never more than there is", () => {
    expect(exactAmount(1_234_567_890_123_456_789n, 18)).to.equal("1.234567890123456789");
    expect(exactAmount(1_999_999n, 6, 2)).to.equal("1.99");
    expect(exactAmount(-1_500_000n, 6)).to.equal("-1.5");
    expect(exactAmount(-500_000n, 6)).to.equal("-0.5");
    expect(exactAmount(12_345_678_000_000n, 6)).to.equal("12,345,678");
    expect(amount(1_999_999n, 6, "USDC", 2)).to.deep.equal({ short: "1.99 USDC", exact: "1.999999 USDC" });
  });

  it("say that a small amount is small, not that it is nothing", () => {
    expect(amount(1n, 18, "GIM").short).to.equal("< 0.0001 GIM");
    expect(amount(0n, 18, "GIM").short).to.equal("0 GIM");
  });

  it("show what is not known as unknown, never as 0", () => {
    for (const shown of [
      amount(null, 18, "GIM"),
      usd(null),
      usd18(undefined),
      percent(null),
      change(undefined),
      time(null),
    ]) {
      expect(shown).to.deep.equal({ short: UNKNOWN, exact: "not known" });
    }
    expect(usd(Number.NaN).short).to.equal(UNKNOWN);
  });

  it("are short and exact at once", () => {
    expect(usd(1_234_567.891)).to.deep.equal({ short: "$1.23M", exact: "$1,234,567.891" });
    expect(usd(-12.5).short).to.equal("-$12.50");
    expect(usd(0.000123).short).to.equal("$0.000123");
    expect(usd18(76_252_461_010_000_000_000n).short).to.equal("$76.25");
    expect(percent(12.34).short).to.equal("0.12%");
    expect(change(150).short).to.equal("+1.50%");
    expect(change(-150).short).to.equal("-1.50%");
    expect(change(0).short).to.equal("0.00%");
  });

  it("tell times in UTC and how long ago they were", () => {
    expect(time(1_700_000_000)).to.deep.equal({ short: "14 Nov 2023", exact: "14 Nov 2023, 22:13 UTC" });
    expect([ago(0, 1), ago(0, 89), ago(0, 3_600), ago(0, 86_400), ago(0, 200_000)]).to.deep.equal([
      "1 second ago",
      "89 seconds ago",
      "60 minutes ago",
      "24 hours ago",
      "2 days ago",
    ]);
    expect(ago(7_200, 0)).to.equal("in 2 hours");
    expect(shortAddress("0x1234567890123456789012345678901234567890")).to.equal("0x1234…7890");
  });
});
