import { readFileSync } from "node:fs";
import { expect } from "chai";
import { fitLogistic, predictLogistic } from "../math/logistic.ts";
import { fitComplementNaiveBayes, scoreNaiveBayes } from "./naiveBayes.ts";
import { softmax } from "./scorer.ts";
import { distinct, textFeatures } from "./textFeatures.ts";

interface Fixture {
  readonly lambda: number;
  readonly smoothing: number;
  readonly rows: readonly { readonly text: string; readonly label: number }[];
  readonly tests: readonly string[];
  readonly columns: number;
  readonly logistic: readonly (readonly number[])[];
  readonly bayes: readonly (readonly number[])[];
}

describe("text classification beside scikit-learn (fixtures/make_text.py)", () => {
  const path = new URL("../../fixtures/text.json", import.meta.url);
  const fixture = JSON.parse(readFileSync(path, "utf8")) as Fixture;
  const labels = fixture.rows.map(({ label }) => label + 1);
  const wordsOf = (text: string) => textFeatures(text).words;
  const termsOf = (text: string) => [...wordsOf(text), ...textFeatures(text).pairs];
  const columnsOf = (known: readonly string[], terms: readonly string[]) =>
    terms.map((term) => known.indexOf(term)).filter((column) => column >= 0);

  function expectClose(found: Iterable<number>, expected: readonly number[] | undefined, text: string): void {
    [...found].forEach((value, k) => {
      expect(value, `${text}, class ${k}`).to.be.closeTo(expected?.[k] ?? Number.NaN, 1e-4);
    });
  }

  it("gives the probabilities of CountVectorizer and LogisticRegression", () => {
    const known = distinct(fixture.rows.flatMap(({ text }) => termsOf(text)));
    expect(known.length).to.equal(fixture.columns);
    const rowOf = (text: string) => {
      const columns = columnsOf(known, termsOf(text));
      return { columns, values: columns.map(() => 1) };
    };
    const model = fitLogistic({
      rows: fixture.rows.map(({ text }) => rowOf(text)),
      labels,
      rowWeights: labels.map((label) => labels.length / (3 * labels.filter((other) => other === label).length)),
      columns: known.length,
      classes: 3,
      lambda: fixture.lambda,
    });
    fixture.tests.forEach((text, i) => {
      expectClose(predictLogistic(model, rowOf(text)), fixture.logistic[i], text);
    });
  });

  it("gives the probabilities of ComplementNB", () => {
    const known = distinct(fixture.rows.flatMap(({ text }) => wordsOf(text)));
    const weights = fitComplementNaiveBayes({
      rows: fixture.rows.map(({ text }) => columnsOf(known, wordsOf(text))),
      labels,
      columns: known.length,
      classes: 3,
      smoothing: fixture.smoothing,
    });
    fixture.tests.forEach((text, i) => {
      const [a = 0, b = 0, c = 0] = scoreNaiveBayes(weights, 3, columnsOf(known, wordsOf(text)));
      expectClose(softmax([a, b, c]), fixture.bayes[i], text);
    });
  });
});
