import { readFileSync } from "node:fs";
import { expect } from "chai";
import { createRandom } from "../data/random.ts";
import { fitLogistic, type LogisticProblem, predictLogistic, type SparseRow } from "./logistic.ts";
import { minimize } from "./minimize.ts";

const fixture = JSON.parse(readFileSync(new URL("../../fixtures/linear.json", import.meta.url), "utf8")).logistic as {
  labels: number[];
  weights: number[];
  probabilities: number[];
};

/** The rows of make_linear.py. */
function planted(): LogisticProblem & { rowWeights: number[] } {
  const [count, columns, classes] = [240, 30, 3];
  const random = createRandom(7);
  const weights = Array.from({ length: columns * classes }, () => 2 * random.uniform() - 1);
  const rows: SparseRow[] = [];
  const labels: number[] = [];
  for (let r = 0; r < count; r++) {
    const scores = Array.from({ length: classes }, () => 1.5 * random.uniform());
    const row = { columns: [] as number[], values: [] as number[] };
    for (let c = 0; c < columns; c++) {
      if (random.uniform() >= 0.2) continue;
      const value = 1 + Math.floor(3 * random.uniform());
      row.columns.push(c);
      row.values.push(value);
      for (let k = 0; k < classes; k++) scores[k]! += value * weights[c * classes + k]!;
    }
    rows.push(row);
    labels.push(scores.indexOf(Math.max(...scores)));
  }
  const rowWeights = Array.from({ length: count }, () => 0.5 + random.uniform());
  return { rows, labels, rowWeights, columns, classes, lambda: 0.5 };
}

describe("fitLogistic", () => {
  it("finds scikit-learn's weights and probabilities", () => {
    const problem = planted();
    expect(problem.labels).to.deep.equal(fixture.labels);
    const model = fitLogistic(problem);
    fixture.weights.forEach((weight, i) => {
      expect(model.weights[i]).to.be.closeTo(weight, 1e-4);
    });
    const probabilities = problem.rows.slice(0, 10).flatMap((row) => [...predictLogistic(model, row)]);
    fixture.probabilities.forEach((probability, i) => {
      expect(probabilities[i]).to.be.closeTo(probability, 1e-4);
    });
  });

  it("says the classes' frequencies when no column says anything", () => {
    const rows = Array.from({ length: 10 }, () => ({ columns: [], values: [] }));
    const model = fitLogistic({ rows, labels: [0, 0, 0, 0, 0, 0, 0, 1, 1, 2], columns: 2, classes: 3, lambda: 1 });
    const probabilities = predictLogistic(model, { columns: [], values: [] });
    [0.7, 0.2, 0.1].forEach((frequency, k) => {
      expect(probabilities[k]).to.be.closeTo(frequency, 1e-5);
    });
  });

  it("counts a row of weight 2 like two rows", () => {
    const problem = planted();
    const twice = fitLogistic({ ...problem, rowWeights: problem.rowWeights.map((_, r) => (r < 5 ? 2 : 1)) });
    const { rows, labels } = problem;
    const repeated = {
      rows: [...rows, ...rows.slice(0, 5)],
      labels: [...Array.from(labels), ...Array.from(labels).slice(0, 5)],
    };
    const same = fitLogistic({ ...problem, ...repeated, rowWeights: undefined });
    twice.weights.forEach((weight, i) => {
      expect(weight).to.be.closeTo(same.weights[i]!, 1e-4);
    });
  });

  it("passes over columns that it was not fitted with", () => {
    const model = fitLogistic(planted());
    const known = predictLogistic(model, { columns: [3], values: [1] });
    expect(predictLogistic(model, { columns: [3, 99], values: [1, 5] })).to.deep.equal(known);
  });
});

describe("minimize", () => {
  /** A long narrow bowl around (1, 2, 3). */
  const bowl = (point: Float64Array, gradient: Float64Array) => {
    let value = 0;
    point.forEach((x, i) => {
      const [curvature, distance] = [100 ** i, x - (i + 1)];
      value += 0.5 * curvature * distance * distance;
      gradient[i] = curvature * distance;
    });
    return value;
  };

  it("finds the lowest point and says that it did", () => {
    const found = minimize(bowl, new Float64Array(3), { tolerance: 1e-9, iterations: 100 });
    expect(found.converged).to.equal(true);
    found.point.forEach((x, i) => {
      expect(x).to.be.closeTo(i + 1, 1e-8);
    });
  });

  it("says when the iterations ran out", () => {
    const found = minimize(bowl, new Float64Array(3), { tolerance: 1e-9, iterations: 2 });
    expect(found).to.deep.include({ converged: false, iterations: 2 });
  });
});
