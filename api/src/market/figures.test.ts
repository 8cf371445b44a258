import { expect } from "chai";
import { plantedPanel } from "../../../keeper/src/features/planted.fixture.ts";
import { barsOf } from "./bars.ts";
import { changeOver, decimalText, newest, rounded } from "./figures.ts";
import { nameOf, symbolOf } from "./names.ts";

const NONE = Number.NaN;

describe("figures of the market", () => {
  it("writes doubles as decimals without exponent that read back to the same double", () => {
    const texts = {
      "0.00000015": 1.5e-7,
      "123000000000000000000000": 1.23e23,
      "-0.0000001": -1e-7,
      "0": 0,
      "12.5": 12.5,
    };
    for (const [text, value] of Object.entries(texts)) expect(decimalText(value)).to.equal(text);
    for (const value of [5e-324, 1.7976931348623157e308, 1.2345678901234566e-9, 9.007199254740993e21]) {
      const text = decimalText(value);
      expect(text).to.match(/^\d+(\.\d+)?$/);
      expect(Number(text)).to.equal(value);
    }
  });

  it("rounds to eight digits and keeps what is unknown unknown", () => {
    expect([rounded(0.123456789), rounded(-0), rounded(null), rounded(NONE)]).to.deep.equal([
      0.12345679,
      0,
      null,
      null,
    ]);
  });

  it("takes the newest figure of the last week, with its day", () => {
    const series = Float64Array.from([7, 8, NONE, NONE, NONE, NONE, NONE, NONE, NONE]);
    expect(newest(series, 8, 100)).to.deep.equal({ value: 8, day: 101 });
    expect(newest(series, 1, 100)).to.deep.equal({ value: 8, day: 101 });
    expect(newest(Float64Array.of(8, ...new Array(8).fill(NONE)), 8, 100)).to.equal(null);
  });

  it("tells a change only between two known closes", () => {
    const series = Float64Array.of(10, NONE, 12, 9);
    expect(changeOver(series, 3, 1)).to.equal(-0.25);
    expect(changeOver(series, 2, 2)).to.be.closeTo(0.2, 1e-12);
    expect(changeOver(series, 2, 1)).to.equal(null);
    expect(changeOver(series, 3, 4)).to.equal(null);
  });

  it("names tokens as headlines do, and symbols without the ending that tells two apart", () => {
    expect([nameOf("BTC"), nameOf("1INCH"), nameOf("MKR"), nameOf("GRT"), nameOf("SIM001")]).to.deep.equal([
      "Bitcoin",
      "1inch",
      "MakerDAO",
      "The Graph",
      null,
    ]);
    expect([symbolOf("BEAM_OLD"), symbolOf("BTC")]).to.deep.equal(["BEAM", "BTC"]);
  });
});

describe("daily bars", () => {
  const columns = {
    open: [1, 2, NONE, 4],
    high: [2, 3, 5, 6],
    low: [0.5, 1, 2, 3],
    close: [1.5, 2.5, 3.5, NONE],
    volumeBinance: [10, 20, NONE, 40],
    volumeGlobal: [100, NONE, NONE, 400],
  };
  const panel = plantedPanel({ AAA: { columns } }, {}, 1_000);

  it("have a close alone where the sources have no whole bar, and no day without a close", () => {
    const bars = barsOf(panel, 0, 0, 2_000);
    expect(bars.map(({ day, basis }) => [day, basis])).to.deep.equal([
      [1_000, "ohlc"],
      [1_001, "ohlc"],
      [1_002, "close"],
    ]);
    expect(bars[2]).to.include({ open: null, high: null, low: null, close: 3.5, volume: null, volumeSource: null });
    expect(bars[0]).to.include({ open: 1, high: 2, low: 0.5, marketCap: null });
  });

  it("are no whole bar when a single part of it is missing", () => {
    for (const part of ["open", "high", "low"] as const) {
      const torn = plantedPanel({ AAA: { columns: { ...columns, [part]: [NONE, 1, 1, 1] } } }, {}, 1_000);
      expect(barsOf(torn, 0, 1_000, 1_000)[0], part).to.include({ basis: "close", open: null, high: null, low: null });
    }
  });

  it("say which way of counting their volume is", () => {
    const [first, second] = barsOf(panel, 0, 1_000, 1_001);
    expect(first).to.include({ volume: 100, volumeSource: "volumeGlobal" });
    expect(second).to.include({ volume: 20, volumeSource: "volumeBinance" });
  });

  it("are those of the wanted days", () => {
    expect(barsOf(panel, 0, 1_001, 1_001).map(({ day }) => day)).to.deep.equal([1_001]);
    expect(barsOf(panel, 0, 1_003, 5_000)).to.deep.equal([]);
    expect(barsOf(panel, 0, 0, 999)).to.deep.equal([]);
  });
});
