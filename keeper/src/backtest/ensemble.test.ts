import { expect } from "chai";
import { createSimulation } from "../data/simulation.ts";
import { captureMarket } from "../data/snapshot.ts";
import type { AssetId } from "../data/source.ts";
import { type Day, firstKnown } from "../data/time.ts";
import { DECISION_LOOKBACK } from "../features/dataPoints.ts";
import type { MarketPanel } from "../features/marketPanel.ts";
import { eraAt } from "../training/examples.ts";
import { prepareMarket } from "../training/sentimentHead.ts";
import { smallSpec } from "../training/specs.ts";
import { parseDay } from "./run.ts";

const simulated = createSimulation({ seed: 7 });
const DAY = parseDay("2021-03-14");
const LATER = parseDay("2021-06-30");
/** Coins that have a price on the day, and are listed only after it. */
const UNKNOWN: readonly AssetId[] = ["SIM011", "SIM012", "SIM013", "SIM014", "SIM015"];

async function panelOf(lastDay: Day, lookbackDays: number, assets: readonly AssetId[]): Promise<MarketPanel> {
  const market = await captureMarket(simulated.at(firstKnown(lastDay)), { assets, lookbackDays });
  return prepareMarket(market, null).panel;
}

/** The panel as if the unknown coins had been listed on the day after. */
function listedLater(panel: MarketPanel): MarketPanel {
  const blind = new Float64Array(panel.days).fill(Number.NaN);
  return {
    ...panel,
    column: (name, asset) => {
      const values = panel.column(name, asset);
      if (!name.startsWith("listed") || !UNKNOWN.includes(panel.assets[asset] ?? "")) return values;
      return Float64Array.from(values, (value, t) => (t > DAY - panel.firstDay ? value : (blind[t] ?? value)));
    },
  };
}

describe("backtest/ensemble", () => {
  it("behavior: a row of the walk is the row that the decision's own snapshot gives", async () => {
    const listed = (await simulated.at(firstKnown(DAY)).universe()).map(({ asset }) => asset);
    const known = listed.filter((asset) => !UNKNOWN.includes(asset));
    expect(listed.length - known.length).to.equal(UNKNOWN.length);
    const whole = listedLater(await panelOf(LATER, LATER - DAY + DECISION_LOOKBACK, listed));
    const own = await panelOf(DAY, DECISION_LOOKBACK, known);

    const walked = eraAt(whole, DAY - whole.firstDay, smallSpec.params)!;
    const seen = eraAt(own, own.days - 1, smallSpec.params)!;
    const names = (panel: MarketPanel, assets: Int32Array) => Array.from(assets, (asset) => panel.assets[asset]);
    expect(names(whole, walked.assets)).to.deep.equal(names(own, seen.assets));
    expect(walked.assets.length).to.be.greaterThan(50);
    expect(Buffer.from(walked.bins).equals(Buffer.from(seen.bins)), "bins").to.equal(true);
    expect(walked.exposures).to.deep.equal(seen.exposures);
  });
});
