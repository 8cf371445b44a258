import { expect } from "chai";
import { toCsv } from "./csv.ts";
import { downSample, RANGES, type Range, spansOf } from "./ranges.ts";
import { stackOf } from "./stack.ts";
import { tilesOf } from "./tiles.ts";

const at = (date: string) => Date.parse(date) / 1_000;
const range = (id: string) => RANGES.find((one) => one.id === id) as Range;

describe("spans of a range", () => {
  it("end today and begin with the range, but not before the index", () => {
    const asOf = at("2026-11-22T09:00:00Z");
    expect(spansOf(range("7d"), asOf, at("2020-01-01"))).to.deep.equal([{ from: "2026-11-15", to: "2026-11-22" }]);
    expect(spansOf(range("30d"), asOf, at("2026-11-20T23:59:59Z"))).to.deep.equal([
      { from: "2026-11-20", to: "2026-11-22" },
    ]);
  });

  it("cover every day once, in pieces that the API takes", () => {
    const spans = spansOf(range("all"), at("2026-11-22"), at("2021-11-22"), 1_000);
    expect(spans).to.deep.equal([
      { from: "2021-11-22", to: "2024-02-26" },
      { from: "2024-02-27", to: "2026-11-22" },
    ]);
  });

  it("of an index that is younger than the clock of who asks is one day", () => {
    expect(spansOf(range("1y"), at("2026-11-22"), at("2026-11-25"))).to.deep.equal([
      { from: "2026-11-22", to: "2026-11-22" },
    ]);
  });
});

describe("down-sampling", () => {
  it("keeps the first and the last, and as many as are asked for", () => {
    const all = Array.from({ length: 1_826 }, (_, i) => i);
    const few = downSample(all, 200);
    expect(few).to.have.length(200);
    expect([few[0], few.at(-1)]).to.deep.equal([0, 1_825]);
    expect(new Set(few).size).to.equal(200);
    expect(downSample(all, 1_826)).to.equal(all);
    expect(downSample([1, 2, 3], 1)).to.deep.equal([3]);
  });
});

describe("a file of a chart", () => {
  it("quotes what must be, leaves empty what is not known, and disarms formulas", () => {
    expect(
      toCsv(
        ["Day", 'A "b"'],
        [
          ["2026-11-22", 1.5],
          ["x,y", null],
          ["=1+1", -2],
        ],
      ),
    ).to.equal('Day,"A ""b"""\r\n2026-11-22,1.5\r\n"x,y",\r\n\'=1+1,-2\r\n');
  });
});

describe("a stack of weights", () => {
  const day = (date: string, weights: Record<string, number | null>) => ({
    date,
    weights: new Map(Object.entries(weights)),
  });

  it("puts the largest first and the small ones together, and loses nothing", () => {
    const stack = stackOf(
      [day("1", { a: 1_000, b: 6_000, c: 3_000 }), day("2", { b: 5_000, c: 4_000, d: 1_000, never: 0 })],
      2,
    );
    expect(stack.parts).to.deep.equal(["b", "c"]);
    expect(stack.rest).to.equal(2);
    expect(stack.days.map(({ weights }) => weights)).to.deep.equal([
      [6_000, 3_000, 1_000],
      [5_000, 4_000, 1_000],
    ]);
  });

  it("leaves days out on which a weight is not known", () => {
    const stack = stackOf([day("1", { a: 10_000 }), day("2", { a: null, b: 4_000 }), day("3", {})], 8);
    expect(stack.days.map(({ date }) => date)).to.deep.equal(["1"]);
    expect(stack.rest).to.equal(0);
  });
});

describe("tiles", () => {
  it("fill their rectangle in proportion, the largest at the top left", () => {
    const part = (id: string, size: number) => ({ id, name: id, size, words: "", change: null });
    const tiles = tilesOf([part("small", 2_000), part("large", 8_000), part("none", 0)], 400, 200);
    expect(tiles.map(({ part: { id } }) => id)).to.deep.equal(["large", "small"]);
    const [large, small] = tiles.map(({ w, h }) => w * h);
    expect((large ?? 0) / (small ?? 1)).to.be.closeTo(4, 0.15);
    expect((large ?? 0) + (small ?? 0)).to.be.closeTo(400 * 200, 2 * 200 * 2);
    expect(tiles[0]).to.include({ x: 0, y: 0 });
  });
});
