import { expect } from "chai";
import { createRandom } from "../data/random.ts";
import { fillHistogram, packWords } from "./histogram.ts";
import { BINS } from "./learner.ts";
import { gradientOf, packRows, sumOf, weightOf } from "./sums.ts";

const ROWS = 100_000;

/** Rows with heavy tails, so that one of them may outweigh thousands. */
function rowsOf(seed: number) {
  const random = createRandom(seed);
  const heavy = () => random.normal() / (0.001 + random.uniform());
  const gradient = Float64Array.from({ length: ROWS }, heavy);
  const weight = Float64Array.from({ length: ROWS }, () => Math.abs(heavy()));
  const order = Int32Array.from({ length: ROWS }, (_, row) => row);
  const packed = new Float64Array(ROWS);
  return { gradient, weight, order, packed, units: packRows(gradient, weight, order, ROWS, packed) };
}

describe("models/sums", () => {
  it("carry a gradient and a weight in one number, each to half a unit a row", () => {
    const { gradient, weight, order, packed, units } = rowsOf(1);
    for (const [start, end] of [
      [0, 1],
      [7, 8],
      [500, 900],
      [0, ROWS],
    ] as const) {
      const sums = sumOf(packed, order, start, end);
      const rows = end - start;
      const tolerance = 0.5 * rows + 1e-6 * rows;
      expect(gradientOf(sums)).to.be.closeTo(sumOf(gradient, order, start, end) / units.gradient, tolerance);
      expect(weightOf(sums)).to.be.closeTo(sumOf(weight, order, start, end) / units.weight, 2 * tolerance);
    }
  });

  it("do not depend on the order, and a whole minus a part is the rest", () => {
    const { order, packed } = rowsOf(2);
    const whole = sumOf(packed, order, 0, ROWS);
    expect(sumOf(packed, order.slice().reverse(), 0, ROWS)).to.equal(whole);
    expect(whole - sumOf(packed, order, 0, 30_000)).to.equal(sumOf(packed, order, 30_000, ROWS));
  });

  it("stay whole when all gradients have one sign, and every row weighs something", () => {
    const gradient = new Float64Array(ROWS).fill(-3);
    const weight = new Float64Array(ROWS).fill(1e-9);
    weight[0] = 1;
    const order = Int32Array.from(gradient, (_, row) => row);
    const packed = new Float64Array(ROWS);
    packRows(gradient, weight, order, ROWS, packed);
    const sums = sumOf(packed, order, 0, ROWS);
    expect(Math.abs(sums)).to.be.lessThan(Number.MAX_SAFE_INTEGER);
    expect(gradientOf(sums)).to.equal(ROWS * gradientOf(packed[5]!));
    expect(weightOf(packed[5]!)).to.equal(1);
    expect(weightOf(sums)).to.equal(weightOf(packed[0]!) + ROWS - 1);
  });

  it("keep whole weights exactly, and take gradients that are all 0", () => {
    const weight = Float64Array.of(3, 1, 2);
    const packed = new Float64Array(3);
    const units = packRows(new Float64Array(3), weight, Int32Array.of(0, 1, 2), 3, packed);
    expect([...packed].map((own) => weightOf(own) * units.weight)).to.deep.equal([3, 1, 2]);
    expect([...packed].map(gradientOf)).to.deep.equal([0, 0, 0]);
  });

  it("fill the same histogram column by column, eight at a time, and from four bins in one number", () => {
    const [rows, columns] = [500, 19];
    const random = createRandom(4);
    const bins = Uint8Array.from({ length: rows * columns }, () => Math.floor(random.uniform() * BINS));
    const packed = Float64Array.from({ length: rows }, () => Math.floor(random.uniform() * 1e9));
    const order = Int32Array.from({ length: 200 }, (_, k) => 2 * k + 1);
    const expected = new Float64Array(columns * BINS);
    for (let column = 0; column < columns; column++) {
      for (const row of order.subarray(20, 150)) {
        expected[column * BINS + bins[column * rows + row]!]! += packed[row]!;
      }
    }
    const all = Int32Array.from({ length: columns }, (_, column) => column);
    for (const words of [null, packWords(bins, rows, columns)]) {
      const own = { rows, bins, words, gradient: packed, weight: packed, order };
      const histogram = new Float64Array(columns * BINS).fill(7);
      fillHistogram(own, packed, all, 20, 150, histogram, new Float64Array(rows));
      expect(histogram).to.deep.equal(expected);
    }
  });
});
