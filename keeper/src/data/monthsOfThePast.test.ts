import { expect } from "chai";
import { createSimulation } from "./simulation.ts";
import { captureMarket, encodeSnapshot } from "./snapshot.ts";
import { DAY, dayFromIso } from "./time.ts";

describe("a view of the past after a view of the future", () => {
  it("behavior: shows nothing of what the later view has seen, with the same list of assets", async () => {
    const [early, late] = [dayFromIso("2022-03-09") * DAY, dayFromIso("2022-08-20") * DAY];
    const options = { assets: ["BTC", "ETH"], lookbackDays: 120 };
    const expected = encodeSnapshot(await captureMarket(createSimulation({ seed: 7 }).at(early), options)).hash;
    const source = createSimulation({ seed: 7 });
    const later = await captureMarket(source.at(late), { ...options, lookbackDays: 300 });
    const again = await captureMarket(source.at(early), options);
    expect(encodeSnapshot(again).hash).to.equal(expected);
    expect(again.months.at(-1)!.days).to.equal(8);
    // Finished months are still shared.
    expect(again.months[0]!.assets["BTC"]).to.equal(
      later.months.find(({ firstDay }) => firstDay === again.months[0]!.firstDay)!.assets["BTC"],
    );
  });
});
