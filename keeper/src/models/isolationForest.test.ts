import { expect } from "chai";
import reference from "../../fixtures/trees.json" with { type: "json" };
import { canonicalHash } from "../data/canonical.ts";
import { ModelError } from "../errors.ts";
import { binColumns } from "./binning.ts";
import { isolationForest, type Points } from "./isolationForest.ts";
import { datasetOf, plantedTable } from "./trees.fixture.ts";

const CONFIG = { trees: 100, sampleRows: 256, referenceRows: 2_000 };

const table = plantedTable(11);
const points = pointsOf(table.values, table.rows, table.columns);
const fitted = isolationForest.fit(points, CONFIG, 1);
const scores = fitted.scores(points);

/** Row-major values as points. */
function pointsOf(values: ArrayLike<number>, rows: number, columns: number): Points {
  const turned = new Float64Array(rows * columns);
  for (let i = 0; i < turned.length; i++) turned[(i % columns) * rows + Math.floor(i / columns)] = values[i]!;
  return { rows, columns: Array.from({ length: columns }, (_, c) => `x${c}`), values: turned };
}

/** How often a planted row has a higher score than another. */
function areaUnderCurve(values: Float64Array): number {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
  const ranks = order.flatMap((row, rank) => (table.planted[row] ? [rank + 1] : []));
  const sum = ranks.reduce((before, rank) => before + rank, 0);
  return (sum - (ranks.length * (ranks.length + 1)) / 2) / (ranks.length * (values.length - ranks.length));
}

describe("models/isolationForest", () => {
  it("finds planted rows as well as scikit-learn's", () => {
    expect(areaUnderCurve(scores)).to.be.closeTo(reference.isolationAuc, 0.02);
  });

  it("scores usual rows below a half and sets far ones above it", () => {
    expect(scores.reduce((sum, own) => sum + own, 0) / scores.length).to.be.within(0.4, 0.5);
    const far = fitted.scores(pointsOf(new Float64Array(20).fill(6), 1, 20))[0]!;
    expect(far).to.be.within(0.6, 1);
  });

  it("predicts the share of training rows that were less unusual", () => {
    const shares = fitted.predict(points);
    const sorted = Float64Array.from(shares).sort();
    [0.1, 0.5, 0.9].forEach((share) => {
      expect(sorted[Math.floor(share * table.rows)]).to.be.closeTo(share, 0.03);
    });
    const highest = scores.indexOf(Math.max(...scores));
    expect(shares[highest]).to.be.greaterThan(0.999);
    expect(shares[scores.indexOf(Math.min(...scores))]).to.equal(0);
  });

  it("does not take a row for unusual because much of it is missing", () => {
    const holes = Float64Array.from(points.values, (value, i) =>
      i % table.rows < 100 && i % 3 === 0 ? Number.NaN : value,
    );
    const shares = fitted.predict({ ...points, values: holes }).slice(0, 100);
    expect(shares.reduce((sum, own) => sum + own, 0) / 100).to.be.lessThan(0.5);
  });

  it("learns from bins, where 0 is missing", () => {
    const rows = 500;
    const bins = Uint8Array.from({ length: 4 * rows }, (_, i) => (i % 7 === 0 ? 0 : 30 + (i % 5)));
    for (let c = 0; c < 4; c++) bins[c * rows + 123] = 63;
    const data = datasetOf(bins, 4, new Float64Array(rows));
    const shares = isolationForest.fit(data, { ...CONFIG, sampleRows: 500 }, 1).predict(data);
    expect(shares.indexOf(Math.max(...shares))).to.equal(123);
    const { bins: ranked } = binColumns(table.values, table.rows, table.columns);
    const ranks = datasetOf(ranked, table.columns, new Float64Array(table.rows));
    // Ranks hide how far away a value is: weaker than on the numbers, far better than chance.
    const forest = isolationForest.fit(ranks, CONFIG, 1);
    expect(areaUnderCurve(forest.scores(ranks))).to.be.within(0.75, 0.9);
    const holed = { ...ranks, bins: ranked.map((bin, i) => (i % 7 === 0 ? 0 : bin)) };
    const numbers = Float64Array.from(holed.bins, (bin) => (bin === 0 ? Number.NaN : bin));
    expect(forest.scores(holed)).to.deep.equal(
      forest.scores({ rows: table.rows, columns: ranks.columns, values: numbers }),
    );
  });

  it("what is stored predicts the same bits, equal on every machine", () => {
    const stored = JSON.parse(JSON.stringify(fitted.serialize()));
    expect(JSON.stringify(stored).length).to.be.lessThan(200_000);
    expect(isolationForest.restore(stored).predict(points)).to.deep.equal(fitted.predict(points));
    expect(canonicalHash(isolationForest.restore(stored).serialize())).to.equal(canonicalHash(fitted.serialize()));
    expect(canonicalHash(isolationForest.fit(points, CONFIG, 1).serialize())).to.equal(canonicalHash(stored));
    expect(canonicalHash(stored)).to.equal("0xa53bbb46bad401bf71f95c0f5a9ff081cfcdb193fbdb9c5659032c70963f0989");
    expect(canonicalHash(isolationForest.fit(points, CONFIG, 2).serialize())).to.not.equal(canonicalHash(stored));
  });

  it("scores rows that are all equal, and all missing, without an answer out of range", () => {
    for (const value of [1, Number.NaN]) {
      const same = pointsOf(new Float64Array(60).fill(value), 20, 3);
      expect(new Set(isolationForest.fit(same, CONFIG, 1).predict(same))).to.deep.equal(new Set([0]));
    }
  });

  it("refuses too few rows, other columns and a damaged store", () => {
    expect(() => isolationForest.fit(pointsOf([1, 2, 3], 1, 3), CONFIG, 1)).to.throw(ModelError);
    expect(() => isolationForest.fit(points, { ...CONFIG, trees: 0 }, 1)).to.throw(ModelError);
    expect(() => fitted.predict({ ...points, columns: points.columns.slice(1) })).to.throw(ModelError, "missing: x0");
    const stored = fitted.serialize() as Record<string, never>;
    expect(() => isolationForest.restore({ ...stored, value: "AAAA" })).to.throw(ModelError);
    expect(() => isolationForest.restore({ ...stored, learner: "ridge" })).to.throw(ModelError);
  });
});
