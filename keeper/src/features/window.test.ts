import { expect } from "chai";
import { createRandom } from "../data/random.ts";
import { alignedWindows, windowOf } from "./window.ts";

const DAYS = 200;

/** Values from 0 to 1, of which a share is unknown. */
function series(seed: number, holes: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: DAYS }, () => (random.uniform() < holes ? Number.NaN : random.uniform()));
}

/** The rule as it is told at the head of window.ts, without anything remembered. */
function plainWindow(values: Float64Array, day: number, length: number): number[] | null {
  const known = [...values.slice(Math.max(0, day - length + 1), day + 1)].filter((value) => !Number.isNaN(value));
  return (length - known.length) * 10 > length || Number.isNaN(values[day]!) ? null : known;
}

describe("features/window", () => {
  it("keeps the rule for gaps whatever was asked before: series, days and lengths in any order", () => {
    const random = createRandom(5);
    const all = Array.from({ length: 12 }, (_, i) => series(i, i / 100));
    let [found, refused] = [0, 0];
    for (let round = 0; round < 4_000; round++) {
      const values = all[Math.floor(random.uniform() * all.length)]!;
      const [day, length] = [Math.floor(random.uniform() * DAYS), 1 + Math.floor(random.uniform() * 90)];
      const expected = plainWindow(values, day, length);
      const window = windowOf(values, day, length);
      expect(window === null ? null : [...window]).to.deep.equal(expected);
      if (expected === null) refused++;
      else found++;
    }
    expect(Math.min(found, refused)).to.be.greaterThan(500);
  });

  it("aligns series on the days on which all are known", () => {
    const [a, b] = [series(1, 0.02), series(2, 0.02)];
    const windows = alignedWindows([a, b] as const, 150, 60)!;
    const days = Array.from({ length: 60 }, (_, i) => 91 + i).filter((day) => !Number.isNaN(a[day]! + b[day]!));
    expect(days.length).to.be.lessThan(60);
    expect([...windows[0]]).to.deep.equal(days.map((day) => a[day]));
    expect([...windows[1]]).to.deep.equal(days.map((day) => b[day]));
  });
});
