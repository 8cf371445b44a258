import { readFileSync } from "node:fs";
import { expect } from "chai";
import { canonicalHash, canonicalJson, packFloats } from "../data/canonical.ts";
import { createRandom } from "../data/random.ts";
import { ModelError } from "../errors.ts";
import { fitHiddenMarkov, restoreHiddenMarkov } from "./hiddenMarkov.ts";

const fixture = JSON.parse(readFileSync(new URL("../../fixtures/linear.json", import.meta.url), "utf8"))
  .hiddenMarkov as {
  logLikelihood: number;
  filtered: number[];
};

/** Days in states that last long, with the given means and deviations; every 50th return is missing. */
function planted(means: number[], deviations: number[], days: number, seed: number) {
  const random = createRandom(seed);
  const truth: number[] = [];
  const returns = new Float64Array(days);
  let state = 0;
  for (let day = 0; day < days; day++) {
    if (random.uniform() < 0.02) state = (state + 1 + Math.floor(random.uniform() * (means.length - 1))) % means.length;
    truth.push(state);
    returns[day] = day % 50 === 49 ? Number.NaN : means[state]! + deviations[state]! * random.normal();
  }
  return { truth, returns };
}

describe("fitHiddenMarkov", () => {
  const calm = planted([0.002, -0.004], [0.012, 0.05], 1_500, 3);
  const model = fitHiddenMarkov(calm.returns, { states: 2, iterations: 200 });

  it("has the likelihood and the filtered chances that numpy computes", () => {
    const known = restoreHiddenMarkov({
      learner: "hiddenMarkov",
      version: 1,
      states: 2,
      means: packFloats([0.001, -0.002]),
      deviations: packFloats([0.015, 0.05]),
      transitions: packFloats([0.97, 0.03, 0.08, 0.92]),
    });
    const random = createRandom(17);
    const returns = Float64Array.from(
      { length: 500 },
      (_, day) => (0.1 * random.uniform() - 0.05) * (day % 100 >= 80 ? 3 : 0.6),
    );
    returns[40] = Number.NaN;
    returns[411] = Number.NaN;
    expect(known.logLikelihood(returns)).to.be.closeTo(fixture.logLikelihood, 1e-9);
    const filtered = known.filter(returns);
    const days = [...returns.keys()].filter((day) => day % 50 === 11 || Number.isNaN(returns[day]));
    expect(days.length).to.equal(fixture.filtered.length);
    days.forEach((day, i) => {
      expect(filtered[day * 2]).to.be.closeTo(fixture.filtered[i]!, 1e-9);
    });
  });

  it("recovers two planted regimes: deviations, means, how long they last, and which day is which", () => {
    expect(model.deviations[0]).to.be.closeTo(0.012, 0.001);
    expect(model.deviations[1]).to.be.closeTo(0.05, 0.004);
    expect(model.means[0]).to.be.closeTo(0.002, 0.001);
    expect(model.transitions[0]).to.be.within(0.96, 0.995);
    const chances = model.filter(calm.returns);
    const right = calm.truth.filter((state, day) => chances[day * 2 + state]! > 0.5).length;
    expect(right / calm.truth.length).to.be.greaterThan(0.95);
  });

  it("recovers three planted regimes, the calmest first", () => {
    const wild = planted([-0.003, 0.001, 0.003], [0.1, 0.01, 0.035], 3_000, 4);
    const three = fitHiddenMarkov(wild.returns, { states: 3, iterations: 300 });
    [0.01, 0.035, 0.1].forEach((deviation, state) => {
      expect(three.deviations[state]! / deviation).to.be.within(0.9, 1.1);
    });
  });

  it("never lets later days change what it said about earlier ones", () => {
    const whole = model.filter(calm.returns);
    for (const days of [1, 2, 49, 50, 51, 700, 1_499]) {
      expect([...model.filter(calm.returns.slice(0, days))]).to.deep.equal([...whole.slice(0, days * 2)]);
    }
  });

  it("climbs in likelihood with every round", () => {
    let before = Number.NEGATIVE_INFINITY;
    for (const iterations of [0, 1, 2, 3, 4]) {
      const likelihood = fitHiddenMarkov(calm.returns, { states: 2, iterations }).logLikelihood(calm.returns);
      expect(likelihood).to.be.greaterThan(before);
      before = likelihood;
    }
  });

  it("moves on by its transitions over missing days, and stands an absurd return", () => {
    const gap = new Float64Array(400).fill(Number.NaN);
    gap[0] = 0;
    const chances = model.filter(gap);
    const [leave, enter] = [model.transitions[1]!, model.transitions[2]!];
    expect(chances[0]).to.be.greaterThan(0.7);
    expect(chances[2]).to.be.closeTo(chances[0]! * (1 - leave) + chances[1]! * enter, 1e-12);
    expect(chances[798]).to.be.closeTo(enter / (enter + leave), 1e-6);
    const absurd = model.filter([0.001, 1e6, -1e9, 0.001]);
    expect(absurd.every((chance) => chance >= 0 && chance <= 1)).to.equal(true);
    expect(absurd[3]).to.be.greaterThan(0.9);
  });

  it("comes back from its stored form to the bit", () => {
    const again = restoreHiddenMarkov(JSON.parse(canonicalJson(model.serialize())));
    expect(canonicalJson(again.serialize())).to.equal(canonicalJson(model.serialize()));
    expect([...again.filter(calm.returns)]).to.deep.equal([...model.filter(calm.returns)]);
  });

  it("fits the same bits as ever", () => {
    expect(canonicalHash(model.serialize())).to.equal(
      "0xa3ce9e641a93f8ff1769efcf4c1dd82cd545ed03822797763f4260dbce66b2f0",
    );
  });

  it("refuses too few returns, ones that do not vary, and damaged stored models", () => {
    const config = { states: 2, iterations: 10 } as const;
    const stored = model.serialize() as { [name: string]: string };
    expect(() => fitHiddenMarkov(calm.returns.slice(0, 39), config)).to.throw(ModelError, "20 known returns");
    expect(() => fitHiddenMarkov(calm.returns.slice(0, 40), config)).not.to.throw();
    expect(() => fitHiddenMarkov(new Float64Array(100).fill(0.01), config)).to.throw(ModelError, "vary");
    expect(() => restoreHiddenMarkov({ ...stored, means: packFloats([1]) })).to.throw(ModelError, "damaged");
  });
});
