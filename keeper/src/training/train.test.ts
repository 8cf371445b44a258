import { expect } from "chai";
import type { MarketPanel } from "../features/marketPanel.ts";
import { deviation, mean } from "../math/statistics.ts";
import { apart, buildExamples, eraAt, erasBefore, trainingSet } from "./examples.ts";
import { createOutlook } from "./outlook.ts";
import { plantedMarket, plantedSpec, walkScores } from "./planted.fixture.ts";
import { buildSequences, SEQUENCE_INPUTS, type SequenceStore } from "./sequences.ts";
import { type EnsembleState, encodeState, stateHash } from "./state.ts";
import { trainPanel } from "./train.ts";
import { walkForward } from "./walkForward.ts";

const LEARNT = { inputs: "0x00", labels: "0x01", sentiment: null } as const;
const DAYS = 590;
const FITTED = 560; // days of the panel that the second state of the chain was trained on
const spec = plantedSpec;
const market = plantedMarket({ assets: 40, days: DAYS, seed: 11, strength: 0.012 });

interface Chain {
  readonly first: EnsembleState;
  readonly second: EnsembleState;
}

let trained: Chain | undefined;

/** Two weekly states, the second from the first; trained once for all tests. */
function chain(): Chain {
  if (trained !== undefined) return trained;
  const first = trainPanel(truncate(market.panel, FITTED - 7), LEARNT, null, spec);
  trained = { first, second: trainPanel(truncate(market.panel, FITTED), LEARNT, first, spec) };
  return trained;
}

describe("training", () => {
  it("recovers at least 70% of what an oracle would have said, week after week, out of sample", function () {
    this.timeout(180_000);
    const { own, oracle } = walkScores(market, spec);
    expect(mean(own)).to.be.greaterThan(0.7 * mean(oracle));
    expect(mean(oracle)).to.be.greaterThan(0.2);
  });

  it("finds nothing where nothing is planted: |t| below 2", function () {
    this.timeout(180_000);
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

  it("gives an era of many the same rows as one that is computed alone", () => {
    const { eras } = buildExamples(market.panel, { ...spec.params, stepDays: 1 }, 440, DAYS - 1);
    expect(eras.length * 40).to.be.greaterThan(5_000);
    for (const era of [eras[0]!, eras[100]!, eras.at(-1)!]) {
      const alone = eraAt(market.panel, era.day, spec.params)!;
      expect([alone.assets, alone.bins, alone.exposures]).to.deep.equal([era.assets, era.bins, era.exposures]);
    }
  });

  it("sees the same histories when only those of one day are kept", () => {
    const [steps, day] = [30, 500];
    const [all, last] = [buildSequences(market.panel, steps), buildSequences(market.panel, steps, day)];
    for (const asset of [0, 7, 39]) {
      const window = (store: SequenceStore) => {
        const start = store.startOf(asset, day);
        expect(start).to.be.at.least(0);
        return store.values.slice(start, start + steps * SEQUENCE_INPUTS.length);
      };
      expect(window(last)).to.deep.equal(window(all));
    }
    expect(last.startOf(0, day - 1)).to.equal(-1);
  });

  it("sees a drawdown of 0 on days of the highest close of 60 days, and one below 0 on the others", () => {
    const [steps, day] = [30, 500];
    const { values, startOf } = buildSequences(market.panel, steps);
    let highs = 0;
    for (let asset = 0; asset < 40; asset++) {
      const close = market.panel.column("close", asset);
      for (let step = 0; step < steps; step++) {
        const t = day - steps + 1 + step;
        const isHigh = close[t] === Math.max(...close.slice(t - 59, t + 1));
        if (isHigh) highs++;
        expect(values[startOf(asset, day) + step * SEQUENCE_INPUTS.length + 4]! < 0, `${asset} ${t}`).to.equal(!isHigh);
      }
    }
    expect(highs).to.be.within(30, 600);
  });

  it("rehearses on the newest era, and on others so far apart that their labels have little in common", () => {
    const { eras } = buildExamples(market.panel, { ...spec.params, stepDays: 1 }, 460, 475);
    expect(apart(eras, 4).map(({ day }) => day)).to.deep.equal([463, 467, 471, 475]);
    expect(apart(eras, 1)).to.deep.equal(eras);
    expect(apart([], 4)).to.deep.equal([]);
  });

  it("gives the same state when everything after the last known day is different", function () {
    this.timeout(180_000);
    const cut = 560;
    const [long, short] = [market.panel, truncate(market.panel, cut + 1)];
    const walked = walkForward(long, LEARNT, spec, long.firstDay + cut).at(long.firstDay + cut);
    const fresh = walkForward(short, LEARNT, spec, short.firstDay + cut).at(short.firstDay + cut);
    expect(encodeState(walked).hash).to.equal(encodeState(fresh).hash);
  });

  it("is a chain: each state names the one before, and training from it again gives the same bytes", function () {
    this.timeout(180_000);
    const { first, second } = chain();
    const panel = truncate(market.panel, FITTED);
    expect([first.previous, second.previous]).to.deep.equal([null, encodeState(first).hash]);
    expect(stateHash(first)).to.equal(encodeState(first).hash);
    expect(encodeState(trainPanel(panel, LEARNT, first, spec)).text).to.equal(encodeState(second).text);
    expect(second.pending.at(-1)?.day).to.equal(panel.firstDay + FITTED - 1);
    expect(second.outcomes.length).to.be.greaterThan(0);
  });

  it("keeps the champion, and says why, when a challenger rehearses worse", function () {
    this.timeout(180_000);
    const { second: before } = chain();
    expect(before.outcomes).to.have.length(spec.params.rehearsalWeeks);
    const flattered: EnsembleState = {
      ...before,
      pending: [], // else the newest week would count as it was
      outcomes: before.outcomes.map((outcome) => ({ ...outcome, ensemble: ["0.99", "0.99"] as const })),
    };
    const after = trainPanel(truncate(market.panel, FITTED + 7), LEARNT, flattered, spec);
    expect(after.verdict).to.match(/^No new model\./);
    expect(after.champion).to.deep.equal(before.champion);
  });
});

describe("outlook", () => {
  let state: EnsembleState;

  before(function () {
    this.timeout(180_000);
    state = chain().second;
  });

  it("ranks every asset of the universe and explains those that were asked for", () => {
    const panel = truncate(market.panel, FITTED + 2);
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
    const [none] = createOutlook(at(FITTED + 2), null, spec, []).notes;
    expect(none).to.contain("No model yet");
    const late = createOutlook(at(FITTED + spec.params.expiryDays + 1), state, spec, []);
    expect([late.source, late.notes[0]]).to.deep.equal(["fallback", late.notes[0]]);
    expect(late.notes[0]).to.contain("has expired");
    const other = { ...state, champion: { ...state.champion!, columns: ["price/other@1"] } };
    expect(createOutlook(at(FITTED + 2), other, spec, []).notes[0]).to.contain("other data points");
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
