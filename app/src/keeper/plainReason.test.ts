import { expect } from "chai";
import { plainReason } from "./plainReason.ts";

describe("a reason of the keeper", () => {
  const said: Readonly<Record<string, string>> = {
    "7 assets are outside their bands, most of all USDC (at 2447 bps, target 6000), BTC (at 1397 bps, target 0).":
      "7 assets are outside their bands, most of all USDC (at 24.47%, target 60%), BTC (at 13.97%, target 0%).",
    "5921 bps would have to be sold, more than the portfolio's band of 500.":
      "59.21% would have to be sold, more than the portfolio's band of 5%.",
    "XRP is at 599 bps, target 1109 bps, more than its band of 207 bps away.":
      "XRP is at 5.99%, target 11.09%, more than its band of 2.07% away.",
    "Exposure goes from 5921 to 0 bps: at once, through the DERISK lane.":
      "Exposure goes from 59.21% to 0%: at once, in the fast lane to safety.",
    "Exposure goes from 516 to 0 bps, through the RISK lane.": "Exposure goes from 5.16% to 0%, in the usual lane.",
    "It pays: estimated benefit 6379.93 bps of NAV, cost 32.94 bps.":
      "It pays: estimated benefit 63.7993% of NAV, cost 0.3294%.",
    "Within every band; 4 bps off target in all.": "Within every band; 0.04% off target in all.",
    "DOT has to leave.": "DOT has to leave.",
  };
  for (const [written, read] of Object.entries(said)) {
    it(`says "${read}"`, () => expect(plainReason(written)).to.equal(read));
  }
});
