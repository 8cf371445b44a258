import { expect } from "chai";
import { createSimulation } from "../data/simulation.ts";
import { captureMarket } from "../data/snapshot.ts";
import { DAY, dayFromIso } from "../data/time.ts";
import { toMarketPanel } from "./marketPanel.ts";

const AS_OF = dayFromIso("2022-04-20") * DAY;

describe("toMarketPanel", () => {
  it("default: lays out every month; what is not there is missing, never zero", async () => {
    const source = createSimulation({ seed: 7, assets: 5 });
    const snapshot = await captureMarket(source.at(AS_OF), { assets: ["BTC", "NOBODY"], lookbackDays: 100 });
    const panel = toMarketPanel(snapshot);
    expect(panel.assets).to.deep.equal(["BTC", "NOBODY"]);
    expect(panel.firstDay + panel.days - 1).to.equal(snapshot.lastDay);
    const bars = await source.at(AS_OF).bars("BTC", panel.days);
    expect([...panel.column("close", 0)]).to.deep.equal(bars.map(({ close }) => close));
    expect([...panel.column("volumeBinance", 0)]).to.deep.equal(bars.map(({ volumeBinance }) => volumeBinance));
    expect(panel.column("close", 0)).to.equal(panel.column("close", 0));
    expect(panel.column("close", 1).every(Number.isNaN)).to.equal(true);
    expect(panel.column("newsScore", 0).every(Number.isNaN)).to.equal(true);
    expect(panel.macro("fearGreed").some(Number.isNaN)).to.equal(false);
    expect(panel.classes[0]).to.deep.equal({ category: "coin", sector: "payments", ecosystem: "own" });
  });

  it("default: news stand beside the figures", async () => {
    const source = createSimulation({ seed: 7, assets: 5 });
    const snapshot = await captureMarket(source.at(AS_OF), { assets: ["BTC", "ETH"], lookbackDays: 10 });
    const scores = new Float64Array(3).fill(0.5);
    const panel = toMarketPanel(snapshot, {
      asset: (name, asset) => (name === "newsScore" && asset === "ETH" ? scores : undefined),
      market: (name) => (name === "newsCount" ? scores : undefined),
    });
    expect(panel.column("newsScore", 1)).to.equal(scores);
    expect(panel.column("newsScore", 0).every(Number.isNaN)).to.equal(true);
    expect(panel.macro("newsCount")).to.equal(scores);
  });
});
