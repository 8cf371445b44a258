import { readFileSync } from "node:fs";
import { expect } from "chai";
import { canonicalHash, canonicalJson } from "../data/canonical.ts";
import { createRandom } from "../data/random.ts";
import { ModelError } from "../errors.ts";
import { correlation } from "../math/statistics.ts";
import type { Dataset } from "./learner.ts";
import { ridge } from "./ridge.ts";

const fixture = JSON.parse(readFileSync(new URL("../../fixtures/linear.json", import.meta.url), "utf8")).ridge as {
  coefficients: number[];
  intercept: number;
};
const config = { lambda: 5, missingPercent: 20 };

/** The rows of make_linear.py: column 2 misses often, every tenth target is unknown. */
function planted(): Dataset {
  const [rows, columns] = [400, 6];
  const random = createRandom(11);
  const bins = new Uint8Array(rows * columns);
  const target = new Float64Array(rows);
  const weight = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    let total = random.uniform();
    for (let c = 0; c < columns; c++) {
      const missing = c === 2 && random.uniform() < 0.3;
      const bin = missing ? 0 : 1 + Math.floor(63 * random.uniform());
      bins[c * rows + r] = bin;
      total += missing ? 0.4 : ((c - 2.5) * (bin - 32)) / 62;
    }
    target[r] = r % 10 === 0 ? Number.NaN : total;
    weight[r] = 0.5 + random.uniform();
  }
  const names = Array.from({ length: columns }, (_, c) => `column ${c}`);
  return { rows, columns: names, bins, target, weight, era: new Int32Array(rows), sequences: null };
}

describe("ridge", () => {
  it("finds scikit-learn's coefficients with row weights, a missing flag and unknown targets", () => {
    const model = ridge.fit(planted(), config);
    expect(model.coefficients.length).to.equal(7);
    fixture.coefficients.forEach((coefficient, i) => {
      expect(model.coefficients[i]).to.be.closeTo(coefficient, 1e-8);
    });
    expect(model.intercept).to.be.closeTo(fixture.intercept, 1e-8);
  });

  it("recovers a planted linear signal", () => {
    const data = planted();
    const predicted = ridge.fit(data, config).predict(data);
    const known = [...data.target.keys()].filter((row) => row % 10 !== 0);
    const score = correlation(
      Float64Array.from(known, (row) => predicted[row]!),
      Float64Array.from(known, (row) => data.target[row]!),
    );
    expect(score).to.be.greaterThan(0.95);
    expect(predicted.every((value) => Number.isFinite(value))).to.equal(true);
  });

  it("gives no flag to a column that misses less often than asked", () => {
    expect(ridge.fit(planted(), { lambda: 5, missingPercent: 50 }).coefficients.length).to.equal(6);
  });

  it("shrinks with lambda", () => {
    const size = (lambda: number) =>
      ridge.fit(planted(), { lambda, missingPercent: 101 }).coefficients.reduce((sum, x) => sum + x * x, 0);
    expect(size(1000)).to.be.lessThan(size(10) / 4);
  });

  it("explains a prediction: intercept and contributions add up to it", () => {
    const data = planted();
    const model = ridge.fit(data, config);
    const predicted = model.predict(data);
    for (let row = 0; row < data.rows; row++) {
      const sum = model.contributions(data, row).reduce((total, part) => total + part, model.intercept);
      expect(sum).to.equal(predicted[row]);
    }
  });

  it("comes back from its stored form to the bit", () => {
    const data = planted();
    const model = ridge.fit(data, config);
    const stored = model.serialize();
    const again = ridge.restore(JSON.parse(canonicalJson(stored)));
    expect(canonicalJson(again.serialize())).to.equal(canonicalJson(stored));
    expect([...again.predict(data)]).to.deep.equal([...model.predict(data)]);
  });

  it("fits the same bits as ever", () => {
    expect(canonicalHash(ridge.fit(planted(), config).serialize())).to.equal(
      "0x94b137704af30f64813c0116be85cb85a074b2b167931a805e33a188493a6368",
    );
  });

  it("refuses a lambda below 1, targets that are all unknown, other columns and damaged stored models", () => {
    const data = planted();
    const model = ridge.fit(data, config);
    const stored = model.serialize() as { [name: string]: string };
    const unknown = { ...data, target: data.target.map(() => Number.NaN) };
    expect(() => ridge.fit(data, { ...config, lambda: 0 })).to.throw(ModelError, "lambda");
    expect(() => ridge.fit(unknown, config)).to.throw(ModelError, "known target");
    expect(() => model.predict({ ...data, columns: data.columns.toReversed() })).to.throw(ModelError, "other features");
    expect(() => ridge.restore({ ...stored, version: 2 })).to.throw(ModelError, "another kind");
    expect(() => ridge.restore({ ...stored, intercept: "" })).to.throw(ModelError, "damaged");
    expect(() => ridge.restore({ ...stored, columns: 5 })).to.throw(ModelError, "damaged");
    expect(() => ridge.restore({ ...stored, flagged: ["x"] })).to.throw(ModelError, "damaged");
  });
});
