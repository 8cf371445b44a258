import { expect } from "chai";
import { canonicalJson } from "../data/canonical.ts";
import type { LabelledHeadline } from "../data/columns.ts";
import { createRandom } from "../data/random.ts";
import { createClassifier, MIN_LABELLED_ROWS, textKey, trainSentiment, withoutRepeats } from "./classifier.ts";
import { restoreSentiment, serializeSentiment } from "./modelText.ts";
import { measureQuality } from "./quality.ts";

const WORDS = { "-1": ["grumps", "wocket"], 0: ["plinth", "tabard"], 1: ["zibble", "quenby"] } as const;
const NOISE = ["alder", "birch", "cedar", "dogwood", "elder", "fir", "gum", "hazel", "iris", "juniper"];

/** Headlines in made-up words, so that the lexicon knows nothing and everything has to be learnt. */
function madeUp(count: number, seed: number): LabelledHeadline[] {
  const random = createRandom(seed);
  const pick = (list: readonly string[]) => list[Math.floor(random.uniform() * list.length)] ?? "";
  return Array.from({ length: count }, (_, i) => {
    const u = random.uniform();
    const label = u < 0.6 ? 1 : u < 0.85 ? 0 : -1;
    const text = [pick(NOISE), pick(WORDS[label]), pick(NOISE), pick(NOISE), `n${i}`].join(" ");
    return { at: 1_000_000 + i * 3_600, source: "test", text, label };
  });
}

describe("sentiment classifier", () => {
  const train = madeUp(400, 1);
  const model = trainSentiment(train);
  if (model === null) throw new Error("expected a model");

  it("learns words that the lexicon does not know, the rare class too", () => {
    const test = madeUp(200, 2);
    const scorer = createClassifier(model);
    const quality = measureQuality(
      test.map(({ label }) => label),
      test.map(({ text }) => scorer.score(text).label),
    );
    expect(quality.macroF1).to.be.greaterThan(0.95);
  });

  it("learns nothing from shuffled labels", () => {
    const shuffled = train.map((row, i) => ({ ...row, label: (train[(i * 37 + 11) % train.length] ?? row).label }));
    const scorer = createClassifier(trainSentiment(shuffled)!);
    const test = madeUp(300, 3);
    const quality = measureQuality(
      test.map(({ label }) => label),
      test.map(({ text }) => scorer.score(text).label),
    );
    expect(quality.macroF1).to.be.lessThan(0.45);
  });

  it("keeps its bits through a record, and does not depend on the order of its rows", () => {
    const text = canonicalJson(serializeSentiment(model));
    const restored = restoreSentiment(JSON.parse(text));
    expect(restored).to.deep.equal(model);
    expect(createClassifier(restored).score("birch zibble fir")).to.deep.equal(
      createClassifier(model).score("birch zibble fir"),
    );
    expect(canonicalJson(serializeSentiment(trainSentiment([...train].reverse())!))).to.equal(text);
  });

  it("refuses a record that is cut short or of another kind", () => {
    const record = serializeSentiment(model) as Record<string, string>;
    for (const broken of [null, "x", { ...record, format: "other" }, { ...record, weights: record.intercepts ?? "" }]) {
      expect(() => restoreSentiment(broken)).to.throw("Train it again");
    }
  });

  it("stays silent when there is too little to learn from, repeats counted once", () => {
    expect(trainSentiment([])).to.equal(null);
    expect(trainSentiment(train.slice(0, MIN_LABELLED_ROWS - 1))).to.equal(null);
    const repeated = Array.from({ length: 500 }, (_, i) => ({ ...train[i % 20]!, at: i }));
    expect(trainSentiment(repeated)).to.equal(null);
    expect(trainSentiment(train.slice(0, MIN_LABELLED_ROWS))).not.to.equal(null);
  });

  it("takes texts that differ in spaces, case and marks for one, the earliest", () => {
    expect(textKey("  Bitcoin: UP, 5%!")).to.equal(textKey("bitcoin up 5"));
    const rows = withoutRepeats([
      { at: 9, source: "b", text: "A  headline!", label: -1 },
      { at: 3, source: "a", text: "a headline", label: 1 },
    ]);
    expect(rows.map(({ at }) => at)).to.deep.equal([3]);
  });
});
