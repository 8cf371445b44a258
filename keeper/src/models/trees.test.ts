import { expect } from "chai";
import reference from "../../fixtures/trees.json" with { type: "json" };
import { canonicalHash } from "../data/canonical.ts";
import { createRandom } from "../data/random.ts";
import { ModelError } from "../errors.ts";
import { applyBins, binColumns } from "./binning.ts";
import { type GradientBoostingConfig, gradientBoosting } from "./gradientBoosting.ts";
import type { Dataset } from "./learner.ts";
import { type RandomForestConfig, randomForest } from "./randomForest.ts";
import { createWeightedDraw, drawIndices } from "./sampling.ts";
import { type FittedTrees, featureImportance } from "./tree.ts";
import { datasetOf, explained, plantedTable, regressionTable, trainAndTest } from "./trees.fixture.ts";

const BOOSTING: GradientBoostingConfig = {
  trees: 150,
  leaves: 31,
  learningRateBps: 1_000,
  minLeafWeight: 20,
  l2Bps: 10_000,
  columnsBps: 10_000,
  rowsBps: 10_000,
};
const FOREST: RandomForestConfig = { trees: 100, leaves: 4_096, depth: 12, minLeafWeight: 5, columnsBps: 3_300 };
const SMALL = { ...BOOSTING, trees: 12, leaves: 8, columnsBps: 5_000, rowsBps: 7_000 };

const table = regressionTable(1);
const { train, test } = trainAndTest(table, true);
const few = firstRows(train, 1_000);

function firstRows(data: Dataset, rows: number): Dataset {
  const bins = new Uint8Array(rows * data.columns.length);
  data.columns.forEach((_, c) => {
    bins.set(data.bins.subarray(c * data.rows, c * data.rows + rows), c * rows);
  });
  const cut = { target: data.target.slice(0, rows), weight: data.weight.slice(0, rows), era: data.era.slice(0, rows) };
  return { ...data, ...cut, rows, bins };
}

/** The largest distance between a prediction and the base plus the contributions of its row. */
function attributionError(fitted: FittedTrees, data: Dataset): number {
  const predicted = fitted.predict(data);
  return Math.max(
    ...Array.from({ length: 200 }, (_, row) => {
      const sum = fitted.contributions(data, row).reduce((before, own) => before + own, fitted.base);
      return Math.abs(sum - predicted[row]!);
    }),
  );
}

describe("models/trees", () => {
  it("work on the numbers that the reference was made from", () => {
    const planted = plantedTable(11);
    const found = [table.values[7 * 20 + 3], table.target[4_321], planted.values[5_999 * 20 + 19]];
    found.forEach((value, i) => {
      expect(value).to.be.closeTo(reference.check[i]!, 1e-12);
    });
  });

  it("gradientBoosting explains as much as scikit-learn's on rows it has not seen", () => {
    const fitted = gradientBoosting.fit(train, BOOSTING, 1);
    expect(explained(test.target, fitted.predict(test))).to.be.closeTo(reference.boostingR2, 0.01);
  });

  it("randomForest explains as much as scikit-learn's on rows it has not seen", () => {
    const whole = trainAndTest(table, false);
    const fitted = randomForest.fit(whole.train, FOREST, 1);
    expect(explained(whole.test.target, fitted.predict(whole.test))).to.be.closeTo(reference.forestR2, 0.02);
  });

  for (const [name, fit, restore] of [
    [
      "gradientBoosting",
      (data: Dataset, seed: number) => gradientBoosting.fit(data, SMALL, seed),
      gradientBoosting.restore,
    ],
    [
      "randomForest",
      (data: Dataset, seed: number) => randomForest.fit(data, { ...FOREST, trees: 12, leaves: 40 }, seed),
      randomForest.restore,
    ],
  ] as const) {
    it(`${name}: contributions and the base sum to the prediction`, () => {
      expect(attributionError(fit(few, 3), test)).to.be.lessThan(1e-12);
    });

    it(`${name}: what is stored predicts the same bits, and another seed others`, () => {
      const fitted = fit(few, 3);
      const stored = JSON.parse(JSON.stringify(fitted.serialize()));
      expect(restore(stored).predict(test)).to.deep.equal(fitted.predict(test));
      expect(canonicalHash(restore(stored).serialize())).to.equal(canonicalHash(fitted.serialize()));
      expect(canonicalHash(fit(few, 4).serialize())).to.not.equal(canonicalHash(fitted.serialize()));
    });

    it(`${name}: heavier rows pull the prediction`, () => {
      const heavy = { ...few, weight: few.weight.map((_, row) => (few.target[row]! > 1 ? 5 : 1)) };
      const mean = (data: Dataset) =>
        fit(data, 3)
          .predict(test)
          .reduce((sum, own) => sum + own, 0) / test.rows;
      expect(mean(heavy)).to.be.greaterThan(mean(few) + 0.3);
    });

    it(`${name}: refuses data that it cannot learn from`, () => {
      expect(() => fit({ ...few, rows: 20_000_000 }, 1)).to.throw(ModelError, "Take a sample");
      const cases: Dataset[] = [
        firstRows(few, 0),
        { ...few, target: few.target.map((value, row) => (row === 7 ? Number.NaN : value)) },
        { ...few, weight: few.weight.map((value, row) => (row === 7 ? 0 : value)) },
        { ...few, target: few.target.slice(1) },
        { ...few, bins: few.bins.slice(1) },
        { ...few, bins: few.bins.map((bin, i) => (i === 9 ? 64 : bin)) },
      ];
      for (const data of cases) expect(() => fit(data, 1)).to.throw(ModelError);
    });

    it(`${name}: refuses to predict for other columns and to restore something else`, () => {
      const fitted = fit(few, 3);
      const renamed = { ...test, columns: test.columns.map((id, c) => (c === 2 ? "other" : id)) };
      expect(() => fitted.predict(renamed)).to.throw(ModelError, "missing: x2");
      expect(() => fitted.contributions(renamed, 0)).to.throw(ModelError);
      const stored = fitted.serialize() as Record<string, never>;
      for (const broken of [null, "x", { ...stored, version: 9 }, { ...stored, split: "AAAA" }]) {
        expect(() => restore(broken)).to.throw(ModelError);
      }
    });
  }

  it("fits the same bits on every machine", () => {
    const stored = () => canonicalHash(gradientBoosting.fit(few, SMALL, 3).serialize());
    expect(stored()).to.equal(stored());
    expect(stored()).to.equal("0x1c60fcfca477ea2be7337b76a914041d907dc641c41ec0bd26c3929916509a2d");
    const forest = randomForest.fit(few, { ...FOREST, trees: 12, leaves: 40 }, 3);
    expect(canonicalHash(forest.serialize())).to.equal(
      "0x8cd2f506ed9222d31fb03d392b3d11cacaf3aca1286589e5b7cb94be22829f50",
    );
  });

  it("gradientBoosting learns from a value being missing, and sends it where it belongs", () => {
    // Missing behaves like the highest values: neither a bin below the others nor the mean.
    const random = createRandom(5);
    const bins = Uint8Array.from({ length: 2_000 }, () => Math.floor(random.uniform() * 64));
    const target = Float64Array.from(bins, (bin) => (bin === 0 || bin > 40 ? 1 : -1));
    const data = datasetOf(bins, 1, target);
    const one = gradientBoosting.fit(data, { ...BOOSTING, trees: 1, leaves: 2, learningRateBps: 10_000, l2Bps: 0 }, 1);
    const predicted = one.predict(data);
    target.forEach((value, row) => {
      expect(predicted[row]).to.be.closeTo(value, 1e-6);
    });
  });

  it("gradientBoosting sends missing with the heavier side when it never saw one", () => {
    const bins = Uint8Array.from({ length: 100 }, (_, row) => (row < 30 ? 5 : 9));
    const data = datasetOf(
      bins,
      1,
      Float64Array.from(bins, (bin) => bin),
    );
    const config = { ...BOOSTING, trees: 1, leaves: 2, learningRateBps: 10_000, l2Bps: 0 };
    const asked = datasetOf(Uint8Array.of(0, 5, 9, 40), 1, new Float64Array(4));
    expect([...gradientBoosting.fit(data, config, 1).predict(asked)].map(Math.round)).to.deep.equal([9, 5, 9, 9]);
  });

  it("leaves hold at least the least weight, and trees at most the leaves and the depth", () => {
    const { model } = gradientBoosting.fit(few, { ...SMALL, minLeafWeight: 300, rowsBps: 10_000 }, 3);
    expect(Math.max(...model.first.slice(1).map((end, t) => end - model.first[t]!))).to.be.at.most(5);
    const forest = randomForest.fit(few, { ...FOREST, trees: 5, depth: 2, minLeafWeight: 1 }, 3).model;
    expect(Math.max(...forest.first.slice(1).map((end, t) => end - forest.first[t]!))).to.equal(7);
    const stumps = gradientBoosting.fit(few, { ...SMALL, leaves: 2 }, 3).model;
    expect(stumps.column.length).to.equal(36);
  });

  it("stores 200 trees of 31 leaves in 200 kB", () => {
    const fitted = gradientBoosting.fit(train, { ...BOOSTING, trees: 200 }, 1);
    expect(fitted.model.column.length).to.be.greaterThan(10_000);
    expect(JSON.stringify(fitted.serialize()).length).to.be.lessThan(200_000);
  });

  it("featureImportance names the columns that the target is made of", () => {
    const importance = featureImportance(gradientBoosting.fit(train, BOOSTING, 1).model);
    const strongest = [...importance.keys()].sort((a, b) => importance[b]! - importance[a]!).slice(0, 6);
    expect(strongest.sort()).to.deep.equal([0, 1, 2, 3, 4, 6].sort());
    expect(importance.reduce((sum, own) => sum + own, 0)).to.be.closeTo(1, 1e-12);
  });

  it("refuses a configuration out of range", () => {
    for (const wrong of [{ trees: 0 }, { leaves: 1 }, { learningRateBps: 10_001 }, { rowsBps: 0.5 }, { l2Bps: -1 }]) {
      expect(() => gradientBoosting.fit(few, { ...SMALL, ...wrong }, 1)).to.throw(ModelError);
    }
  });

  it("drawIndices gives every column the same chance, ascending and without repeats", () => {
    const random = createRandom(9);
    const counts = new Float64Array(10);
    for (let i = 0; i < 5_000; i++) {
      const drawn = drawIndices(10, 3, random);
      expect([...drawn]).to.deep.equal([...new Set(drawn)].sort((a, b) => a - b));
      for (const c of drawn) counts[c]! += 1;
    }
    for (const count of counts) expect(count).to.be.closeTo(1_500, 150);
  });

  it("createWeightedDraw draws in proportion to the weights", () => {
    const random = createRandom(9);
    const weight = Float64Array.of(1, 2, 3, 4, 0.5);
    const draw = createWeightedDraw(weight);
    const counts = new Float64Array(5);
    for (let i = 0; i < 42_000; i++) counts[draw(random)]! += 1;
    counts.forEach((count, i) => {
      expect(count).to.be.closeTo(4_000 * weight[i]!, 250);
    });
  });
});

describe("models/binning", () => {
  it("gives few values a bin each and many values even bins; missing is bin 0", () => {
    const fewValues = binColumns([3, 1, Number.NaN, 2, 1], 5, 1);
    expect([...fewValues.bins]).to.deep.equal([3, 1, 0, 2, 1]);
    const random = createRandom(1);
    const many = binColumns(
      Float64Array.from({ length: 6_300 }, () => random.uniform()),
      6_300,
      1,
    );
    const counts = new Float64Array(64);
    for (const bin of many.bins) counts[bin]! += 1;
    expect([...counts]).to.deep.equal([0, ...new Array(63).fill(100)]);
  });

  it("keeps a frequent value apart from its neighbours", () => {
    const values = Float64Array.from({ length: 1_000 }, (_, i) => (i < 900 ? 0 : i));
    const { bins } = binColumns(values, 1_000, 1);
    expect(new Set(bins.slice(0, 900))).to.deep.equal(new Set([1]));
    expect(Math.min(...bins.slice(900))).to.equal(2);
    expect(binColumns([1, 1, 2], 3, 1).edges).to.deep.equal([Float64Array.of(1.5)]);
  });

  it("applies edges to columns of row-major values, also beyond what was seen", () => {
    const { bins, edges } = binColumns([1, 10, 2, 20, 3, Number.NaN], 3, 2);
    expect([...bins]).to.deep.equal([1, 2, 3, 1, 2, 0]);
    expect([...applyBins([-5, 15.5, 2.4, 99], 2, edges)]).to.deep.equal([1, 2, 2, 2]);
    expect(() => applyBins([1, 2, 3], 2, edges)).to.throw(ModelError);
  });
});
