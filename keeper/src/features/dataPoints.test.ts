import { expect } from "chai";
import { FeatureError } from "../errors.ts";
import { BINS } from "../models/learner.ts";
import {
  availability,
  computeBins,
  computeMatrix,
  createRegistry,
  dataPoints,
  FEATURE_LOOKBACK,
  families,
} from "./dataPoints.ts";
import { createFamily, single } from "./family.ts";
import { FAMILIES } from "./featureSpec.ts";
import { syntheticPanel } from "./panel.fixture.ts";
import { assertInputsDeclared, assertPointInTime, slicePanel } from "./pointInTime.ts";
import { rankRows, TRAILING_YEAR, toBins } from "./ranks.ts";

const DAYS = FEATURE_LOOKBACK + 120;
const ASSETS = 18;
const whole = syntheticPanel({ assets: ASSETS, days: DAYS, seed: 11 });
const holed = syntheticPanel({ assets: ASSETS, days: DAYS, seed: 12, holes: 0.02 });
const cuts = [40, 100, 250, FEATURE_LOOKBACK, DAYS - 30, DAYS - 2];

const rowsOf = (days: readonly number[], assets: number) => ({
  day: Int32Array.from(days.flatMap((day) => Array.from({ length: assets }, () => day))),
  asset: Int32Array.from(days.flatMap(() => Array.from({ length: assets }, (_, i) => i))),
});

const peeking = createFamily("price", { source: "tomorrow", compared: "cross" }, [
  single(
    { id: "tomorrow", lookback: 1, inputs: ["close"], words: "tomorrow's close", unit: "usd" },
    ({ panel }, asset, day) => panel.column("close", asset)[day + 1] ?? 0,
  ),
]);

describe("data points", () => {
  for (const family of families) {
    it(`${family.id}: no value changes when later days, or days before its lookback, are deleted`, () => {
      assertPointInTime(family, whole, cuts);
      assertPointInTime(family, holed, cuts);
    });

    it(`${family.id}: reads no column that it does not declare`, () => {
      assertInputsDeclared(family, whole, DAYS - 1);
    });
  }

  it("have a finite value for every asset once their lookback is over", () => {
    const matrix = computeMatrix(whole, rowsOf([FEATURE_LOOKBACK - 1, DAYS - 1], ASSETS));
    for (let row = 0; row < matrix.rows; row++) {
      for (const [column, { id }] of dataPoints.entries()) {
        expect(matrix.values[row * dataPoints.length + column], `${id} of row ${row}`).to.be.finite;
      }
    }
  });

  it("vary from day to day, and among assets where they are compared with others", () => {
    const matrix = computeMatrix(whole, rowsOf([DAYS - 40, DAYS - 1], ASSETS));
    for (const [column, { id, compared }] of dataPoints.entries()) {
      const valueIn = (row: number) => matrix.values[row * dataPoints.length + column];
      if (id === "age") continue; // all of these are old
      if (compared === "cross") expect(new Set([...Array(ASSETS).keys()].map(valueIn)).size, id).to.be.greaterThan(1);
      else expect(valueIn(0), id).not.to.equal(valueIn(ASSETS));
    }
  });

  it("keep most of their values when one day in fifty is missing", () => {
    const matrix = computeMatrix(holed, rowsOf([DAYS - 1], ASSETS));
    const known = [...Array(ASSETS).keys()].map((row) => availability(matrix, row).known / dataPoints.length);
    expect(Math.max(...known)).to.be.greaterThan(0.8);
    expect(known.filter((share) => share > 0.6).length).to.be.greaterThan(ASSETS / 2);
  });

  it("that need the close are missing on a day without one", () => {
    const day = [...holed.column("close", 4).keys()].findLast((t) => Number.isNaN(holed.column("close", 4)[t]))!;
    const matrix = computeMatrix(holed, { day: Int32Array.of(day), asset: Int32Array.of(4) });
    expect(day).to.be.greaterThan(FEATURE_LOOKBACK);
    for (const [column, { id, family, inputs }] of dataPoints.entries()) {
      if (family === "macro" || inputs.join() !== "close") continue;
      if (id !== "sectorStrength30") expect(matrix.values[column], id).to.deep.equal(Number.NaN);
    }
  });

  it("are listed once each, in the order of the families", () => {
    expect(new Set(dataPoints.map(({ id }) => id)).size).to.equal(dataPoints.length);
    expect(new Set(dataPoints.map(({ words }) => words)).size).to.equal(dataPoints.length);
    const order = families.map(({ id }) => FAMILIES.indexOf(id));
    expect(order).to.deep.equal([...order].sort((a, b) => a - b));
  });
});

describe("data points: refusals", () => {
  it("a feature that peeks at tomorrow is caught", () => {
    expect(() => assertPointInTime(peeking, whole, [300])).to.throw(FeatureError, '"tomorrow" looks into the future');
  });

  it("a feature that looks further back than it says is caught", () => {
    const long = createFamily("price", { source: "candles", compared: "cross" }, [
      single(
        { id: "yesterday", lookback: 1, inputs: ["close"], words: "yesterday's close", unit: "usd" },
        ({ panel }, asset, day) => panel.column("close", asset)[day - 1] ?? Number.NaN,
      ),
    ]);
    expect(() => assertPointInTime(long, whole, [300])).to.throw(FeatureError, "further back");
  });

  it("a feature that reads more than it declares is caught", () => {
    const sly = createFamily("price", { source: "candles", compared: "cross" }, [
      single(
        { id: "sly", lookback: 1, inputs: ["close"], words: "the open", unit: "usd" },
        ({ panel }, asset, day) => panel.column("open", asset)[day] ?? Number.NaN,
      ),
    ]);
    expect(() => assertInputsDeclared(sly, whole, 300)).to.throw(FeatureError, '"sly" reads a column');
  });

  it("an input that is not known at the end of its day is refused, and so is what is declared twice or badly", () => {
    const [point] = peeking.features;
    const declare = (over: object) => [{ ...peeking, features: [{ ...point!, ...over }] }];
    expect(() => createRegistry(declare({ inputs: ["closeTomorrow"] }))).to.throw(FeatureError, "closeTomorrow");
    expect(() => createRegistry([...declare({}), ...declare({})])).to.throw(FeatureError, "twice");
    for (const over of [{ lookback: 0.5 }, { version: 0 }, { inputs: [] }, { family: "macro" }]) {
      expect(() => createRegistry(declare(over)), JSON.stringify(over)).to.throw(FeatureError);
    }
  });

  it("rows outside the panel or out of order are refused", () => {
    const rows = (day: number[], asset: number[]) => ({ day: Int32Array.from(day), asset: Int32Array.from(asset) });
    for (const bad of [rows([DAYS], [0]), rows([5], [ASSETS]), rows([-1], [0]), rows([6, 5], [0, 0])]) {
      expect(() => computeMatrix(whole, bad)).to.throw(FeatureError, "inside the panel");
    }
  });
});

describe("ranks and bins", () => {
  const days = [DAYS - 8, DAYS - 1];
  const matrix = computeMatrix(holed, rowsOf(days, ASSETS));
  const ranks = rankRows(matrix);
  const width = dataPoints.length;

  it("ranks lie from -0.5 to 0.5, are missing where the value is, and follow the values of the day", () => {
    for (const [column, { compared, id }] of dataPoints.entries()) {
      if (compared === "time") continue;
      for (let row = 0; row < matrix.rows; row++) {
        const [value, rank] = [matrix.values[row * width + column]!, ranks[row * width + column]!];
        expect(Number.isNaN(rank), id).to.equal(Number.isNaN(value));
        if (!Number.isNaN(rank)) expect(Math.abs(rank)).to.be.at.most(0.5);
        for (let other = row < ASSETS ? 0 : ASSETS; other < row; other++) {
          const order = Math.sign(value - matrix.values[other * width + column]!);
          if (!Number.isNaN(order)) expect(Math.sign(rank - ranks[other * width + column]!), id).to.equal(order);
        }
      }
    }
  });

  it("a day's ranks do not depend on the other days of the matrix", () => {
    const alone = rankRows(computeMatrix(slicePanel(holed, 0, DAYS - 7), rowsOf([DAYS - 8], ASSETS)));
    expect(alone).to.deep.equal(ranks.subarray(0, ASSETS * width));
  });

  it("a feature of the whole market is ranked within its own last year", () => {
    const panel = syntheticPanel({ assets: 2, days: 500, seed: 3 });
    const family = createFamily("macro", { source: "index", compared: "time" }, [
      single(
        { id: "fear", lookback: 1, inputs: ["fearGreed"], words: "fear and greed", unit: "number" },
        (series, _, day) => series.panel.macro("fearGreed")[day] ?? Number.NaN,
      ),
    ]);
    const year = panel.macro("fearGreed").subarray(500 - TRAILING_YEAR, 500);
    const below = year.filter((value) => value < year.at(-1)!).length;
    const [first, second] = rankRows(computeMatrix(panel, rowsOf([499], 2), [family]));
    expect(first).to.be.closeTo((below + 0.5) / TRAILING_YEAR - 0.5, 1e-15);
    expect(second).to.equal(first);
    expect(rankRows(computeMatrix(panel, rowsOf([170], 1), [family]))).to.deep.equal(Float64Array.of(Number.NaN));
  });

  it("bins are column-major, 0 where missing, and 1 to 63 in equal steps of the rank", () => {
    const bins = toBins(Float64Array.of(-0.5, Number.NaN, 0, 0.499, 0.5, -0.5 + 1 / 63), 3, 2);
    expect([...bins]).to.deep.equal([1, 32, 63, 0, 63, 2]);
    expect([...toBins(Float64Array.of(-0.5, 0.5), 2, 1)]).to.deep.equal([1, BINS - 1]);
  });

  it("bins of many rows are those of the whole matrix, however the rows are cut", () => {
    const rows = rowsOf([DAYS - 15, DAYS - 8, DAYS - 1], ASSETS);
    const all = computeMatrix(holed, rows);
    const expected = toBins(rankRows(all), all.rows, width);
    for (const batch of [1, ASSETS + 1, 10_000]) expect(computeBins(holed, rows, batch)).to.deep.equal(expected);
  });

  it("availability counts what is known by family", () => {
    const young = computeMatrix(slicePanel(whole, DAYS - 45, DAYS), rowsOf([44], 1));
    const { known, possible, byFamily } = availability(young, 0);
    expect(possible).to.equal(width);
    expect(known).to.be.within(20, width - 20);
    const parts = Object.values(byFamily);
    expect(parts.reduce((sum, part) => sum + part.known, 0)).to.equal(known);
    expect(byFamily.price.known).to.be.lessThan(byFamily.price.possible);
  });
});
