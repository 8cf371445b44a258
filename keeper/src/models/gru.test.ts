import { readFileSync } from "node:fs";
import { expect } from "chai";
import { canonicalHash, canonicalJson } from "../data/canonical.ts";
import { createRandom } from "../data/random.ts";
import { ModelError } from "../errors.ts";
import { centredRanks } from "../math/ranks.ts";
import { correlation } from "../math/statistics.ts";
import { type GruConfig, gru } from "./gru.ts";
import { createGruNetwork, gruParameters, gruSize } from "./gruNetwork.ts";
import type { Dataset } from "./learner.ts";

const fixture = JSON.parse(readFileSync(new URL("../../fixtures/linear.json", import.meta.url), "utf8")).gru as {
  outputs: number[];
};
const config: GruConfig = {
  hidden: 8,
  epochs: 4,
  batch: 32,
  learningRate: 10_000,
  maxRows: 10_000,
  gradientLimit: 1_000,
};

/** Histories whose first input tells the target through its fading memory; the last row has no history. */
function planted(rows: number, seed: number): Dataset {
  const [steps, inputs] = [12, 3];
  const random = createRandom(seed);
  const values = Float32Array.from({ length: (rows + steps) * inputs }, (_, i) => random.normal() * (1 + (i % inputs)));
  const start = Int32Array.from({ length: rows }, (_, row) => (row === rows - 1 ? -1 : row * inputs));
  const target = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let memory = 0;
    for (let step = 0; step < steps; step++) memory = 0.7 * memory + values[(row + step) * inputs]!;
    target[row] = Math.sign(memory) * 0.3 + 0.2 * random.normal();
  }
  const weight = Float64Array.from({ length: rows }, () => 0.5 + random.uniform());
  const sequences = { steps, inputs, values, start };
  return { rows, columns: [], bins: new Uint8Array(0), target, weight, era: new Int32Array(rows), sequences };
}

/** Rank correlation over the rows with a history. */
function rankScore(data: Dataset, predicted: ArrayLike<number>): number {
  const rows = Array.from({ length: data.rows - 1 }, (_, row) => row);
  return correlation(
    centredRanks(rows.map((row) => predicted[row]!)),
    centredRanks(rows.map((row) => data.target[row]!)),
  );
}

describe("the recurrent network", () => {
  const draw = (random: { uniform(): number }, length: number) =>
    Float64Array.from({ length }, () => 2 * random.uniform() - 1);

  it("computes what numpy computes with the same numbers", () => {
    const shape = { steps: 6, inputs: 3, hidden: 8 };
    const random = createRandom(13);
    const network = createGruNetwork(shape, gruParameters(shape, draw(random, gruSize(shape))));
    for (const output of fixture.outputs) expect(network.forward(draw(random, 18))).to.be.closeTo(output, 1e-12);
  });

  it("has the gradient that small changes of each parameter show", () => {
    const shape = { steps: 5, inputs: 3, hidden: 8 };
    const random = createRandom(5);
    const parameters = gruParameters(shape, draw(random, gruSize(shape)));
    const gradient = gruParameters(shape, new Float64Array(gruSize(shape)));
    const network = createGruNetwork(shape, parameters);
    const windows = [draw(random, 15), draw(random, 15)];
    for (const window of windows) network.backward(window, network.forward(window) - 0.3, gradient);
    const loss = () => windows.reduce((sum, window) => sum + 0.5 * (network.forward(window) - 0.3) ** 2, 0);
    parameters.all.forEach((value, i) => {
      const change = 1e-5;
      parameters.all[i] = value + change;
      const above = loss();
      parameters.all[i] = value - change;
      const below = loss();
      parameters.all[i] = value;
      expect(Math.abs(gradient.all[i]! - (above - below) / (2 * change)), `parameter ${i}`).to.be.lessThan(1e-8);
    });
  });
});

describe("gru", () => {
  const data = planted(1_500, 1);
  const model = gru.fit(data, config, 7);

  it("recovers a signal planted in the histories, on rows that it has not seen", () => {
    const unseen = planted(600, 2);
    const { steps, inputs, values, start } = unseen.sequences!;
    const lastValue = Float64Array.from(start, (from) => values[from + (steps - 1) * inputs]!);
    const score = rankScore(unseen, model.predict(unseen));
    const baseline = rankScore(unseen, lastValue);
    expect(baseline).to.be.within(0.3, 0.65);
    expect(score).to.be.greaterThan(baseline + 0.15);
  });

  it("says nothing about rows without a history", () => {
    const predicted = model.predict(data);
    expect(predicted[data.rows - 1]).to.be.NaN;
    expect(predicted.slice(0, -1).every((value) => Number.isFinite(value))).to.equal(true);
    expect([...model.predict({ ...data, sequences: null })]).to.deep.equal(Array(data.rows).fill(Number.NaN));
  });

  it("does not depend on the scale of an input, and a spike does not run away", () => {
    const sequences = data.sequences!;
    const scaled = { ...data, sequences: { ...sequences, values: sequences.values.map((value) => value * 1024) } };
    const short = { ...config, epochs: 1, maxRows: 200 };
    const [plain, large] = [gru.fit(data, short, 7).predict(data), gru.fit(scaled, short, 7).predict(scaled)];
    for (let row = 0; row < 50; row++) expect(large[row]).to.be.closeTo(plain[row]!, 1e-6);
    const spike = { ...data, sequences: { ...sequences, values: sequences.values.map(() => 1e30) } };
    expect(Math.abs(model.predict(spike)[0]!)).to.be.lessThan(5);
  });

  it("learns nothing from rows of no weight", () => {
    const short = { ...config, epochs: 1 };
    const odd = (row: number) => row % 2 === 1;
    const weight = data.weight.map((value, row) => (odd(row) ? 1e-300 : value));
    const wrong = data.target.map((value, row) => (odd(row) ? -value : value));
    const [a, b] = [gru.fit({ ...data, weight }, short, 3), gru.fit({ ...data, weight, target: wrong }, short, 3)];
    expect(canonicalHash(a.serialize())).to.equal(canonicalHash(b.serialize()));
  });

  it("gives other bits for another seed or sample, the same ones for the same", () => {
    const short = { ...config, epochs: 1, maxRows: 300 };
    const hash = (seed: number, changed: Partial<GruConfig> = {}) =>
      canonicalHash(gru.fit(data, { ...short, ...changed }, seed).serialize());
    expect(hash(1)).to.equal(hash(1));
    expect(new Set([hash(1), hash(2), hash(1, { maxRows: 299 }), hash(1, { gradientLimit: 10 })]).size).to.equal(4);
  });

  it("comes back from its stored form to the bit", () => {
    const stored = model.serialize();
    const again = gru.restore(JSON.parse(canonicalJson(stored)));
    expect(canonicalJson(again.serialize())).to.equal(canonicalJson(stored));
    expect([...again.predict(data)]).to.deep.equal([...model.predict(data)]);
  });

  it("fits the same bits as ever", () => {
    expect(canonicalHash(model.serialize())).to.equal(
      "0x779b272b6c641710f2ef46c6d013fca2a174a9afc30e6d02d8a760d5eec44b10",
    );
  });

  it("refuses an odd size, rows without a target, other histories and damaged stored models", () => {
    const stored = model.serialize() as { [name: string]: string };
    const unknown = { ...data, target: data.target.map(() => Number.NaN) };
    expect(() => gru.fit(data, { ...config, hidden: 12 }, 1)).to.throw(ModelError, "multiple of 8");
    expect(() => gru.fit(unknown, config, 1)).to.throw(ModelError, "known target");
    expect(() => gru.fit({ ...data, sequences: null }, config, 1)).to.throw(ModelError, "history");
    const longer = { ...data, sequences: { ...data.sequences!, steps: 13 } };
    expect(() => model.predict(longer)).to.throw(ModelError, "other histories");
    expect(() => gru.restore({ ...stored, hidden: 16 })).to.throw(ModelError, "damaged");
    expect(() => gru.restore({ ...stored, steps: 0 })).to.throw(ModelError, "damaged");
  });
});
