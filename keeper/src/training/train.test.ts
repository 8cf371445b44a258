import { expect } from "chai";
import type { MarketPanel } from "../features/marketPanel.ts";
import { deviation, mean } from "../math/statistics.ts";
import { buildExamples, erasBefore, trainingSet } from "./examples.ts";
import { createOutlook } from "./outlook.ts";
import { plantedMarket, plantedSpec, walkScores } from "./planted.fixture.ts";
import { type EnsembleState, encodeState } from "./state.ts";
import { trainPanel } from "./train.ts";
import { walkForward } from "./walkForward.ts";

const LEARNT = { inputs: "0x00", labels: "0x01", sentiment: null } as const;
const DAYS = 640;
const spec = plantedSpec;

describe("training", () => {
  const market = plantedMarket({ assets: 40, days: DAYS, seed: 11, strength: 0.012 });

  it("recovers at least 70% of what an oracle would have said, week after week, out of sample", function () {
    this.timeout(60_000);
    const { own, oracle } = walkScores(market, spec);
    expect(mean(own)).to.be.greaterThan(0.7 * mean(oracle));
    expect(mean(oracle)).to.be.greaterThan(0.2);
  });

  it("finds nothing where nothing is planted: |t| below 2", function () {
    this.timeout(60_000);
    const empty = plantedMarket({ assets: 40, days: DAYS, seed: 12, strength: 0 });
    const { own } = walkScores(empty, spec);
    expect(Math.abs(mean(own) / (deviation(own) / Math.sqrt(own.length)))).to.be.lessThan(2);
  });

  it("learns from no row whose label ends, with the embargo, after the cut", () => {
    const examples = buildExamples(market.panel, spec.params, 300, DAYS - 1);
    const cut = 500;
    const { weekDays, lagDays, embargoDays } = spec.params;
    const eras = erasBefore(examples, cut, weekDays, spec.params);
    expect(eras.length).to.be.greaterThan(20);
    for (const { day } of eras) expect(day + lagDays + weekDays + embargoDays).to.be.at.most(cut);
    const data = trainingSet(examples, eras, weekDays, spec.params);
    expect(data.weight[0]).to.be.lessThan(data.weight.at(-1)!);
    expect(data.target.some(Number.isNaN)).to.equal(false);
  });

  it("gives the same state when everything after the last known day is different", function () {
    this.timeout(60_000);
    const cut = 560;
    const [long, short] = [market.panel, truncate(market.panel, cut + 1)];
    const walked = walkForward(long, LEARNT, spec, long.firstDay + cut).at(long.firstDay + cut);
    const fresh = walkForward(short, LEARNT, spec, short.firstDay + cut).at(short.firstDay + cut);
    expect(encodeState(walked).hash).to.equal(encodeState(fresh).hash);
  });

  it("is a chain: each state names the one before, and training from it again gives the same bytes", function () {
    this.timeout(60_000);
    const first = trainPanel(truncate(market.panel, 553), LEARNT, null, spec);
    const panel = truncate(market.panel, 560);
    const second = trainPanel(panel, LEARNT, first, spec);
    expect([first.previous, second.previous]).to.deep.equal([null, encodeState(first).hash]);
    expect(encodeState(trainPanel(panel, LEARNT, first, spec)).text).to.equal(encodeState(second).text);
    expect(second.pending.at(-1)?.day).to.equal(panel.firstDay + 559);
    expect(second.outcomes.length).to.be.greaterThan(0);
  });

  it("keeps the champion, and says why, when a challenger rehearses worse", function () {
    this.timeout(60_000);
    const first = trainPanel(truncate(market.panel, 560), LEARNT, null, spec);
    const flattered: EnsembleState = {
      ...first,
      outcomes: first.outcomes.map((outcome) => ({ ...outcome, ensemble: ["0.99", "0.99"] as const })),
    };
    const second = trainPanel(truncate(market.panel, 567), LEARNT, flattered, spec);
    expect(second.verdict).to.match(/^No new model\./);
    expect(second.champion).to.deep.equal(first.champion);
  });
});

describe("outlook", () => {
  const market = plantedMarket({ assets: 40, days: DAYS, seed: 11, strength: 0.012 });
  let state: EnsembleState;

  before(function () {
    this.timeout(60_000);
    state = trainPanel(truncate(market.panel, 600), LEARNT, null, spec);
  });

  it("ranks every asset of the universe and explains those that were asked for", () => {
    const panel = truncate(market.panel, 602);
    const outlook = createOutlook(panel, state, spec, ["BTC"]);
    expect(outlook.source).to.equal("ensemble");
    expect(Math.max(...outlook.week)).to.be.greaterThan(0.4);
    const width = outlook.matrix.features.length;
    const parts = (row: number) => outlook.contributions.slice(row * width, (row + 1) * width);
    const row = outlook.assets.indexOf("BTC");
    expect(parts(row).some((part) => part !== 0)).to.equal(true);
    expect(parts(row + 1).every((part) => part === 0)).to.equal(true);
  });

  it("the fallback speaks, and says so, without a model, after its expiry and for other data points", () => {
    const at = (days: number) => truncate(market.panel, days);
    const [none] = createOutlook(at(602), null, spec, []).notes;
    expect(none).to.contain("No model yet");
    const late = createOutlook(at(600 + spec.params.expiryDays + 1), state, spec, []);
    expect([late.source, late.notes[0]]).to.deep.equal(["fallback", late.notes[0]]);
    expect(late.notes[0]).to.contain("has expired");
    const other = { ...state, champion: { ...state.champion!, columns: ["price/other@1"] } };
    expect(createOutlook(at(602), other, spec, []).notes[0]).to.contain("other data points");
  });
});

/** The panel as it was after its first `days` days. */
function truncate(panel: MarketPanel, days: number): MarketPanel {
  const cut = new WeakMap<Float64Array, Float64Array>();
  const shorten = (series: Float64Array) => {
    const known = cut.get(series) ?? series.slice(0, days);
    cut.set(series, known);
    return known;
  };
  return {
    ...panel,
    days,
    column: (name, asset) => shorten(panel.column(name, asset)),
    macro: (name) => shorten(panel.macro(name)),
  };
}
