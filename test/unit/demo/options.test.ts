import { expect } from "chai";
import { OptionError, parseOptions } from "../../../scripts/demo/lib/options.ts";

describe("flags of the demo", () => {
  it("covers 2022 with May and November when nothing is said", () => {
    const { from, to, source, keep } = parseOptions([]);

    const date = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);
    expect([date(from), date(to), source, keep]).to.deep.equal(["2022-04-11", "2022-11-28", "auto", false]);
  });

  it("compiles the contracts unless it is told not to", () => {
    expect([parseOptions([]).compile, parseOptions(["--no-compile"]).compile]).to.deep.equal([true, false]);
  });

  for (const [what, args] of Object.entries({
    "an unknown flag": ["--speed", "9"],
    "an unknown source": ["--source", "tarot"],
    "a date that does not exist": ["--from", "2022-02-30"],
    "a date that is no date": ["--to", "christmas"],
    "a period that ends before it begins": ["--from", "2022-06-01", "--to", "2022-05-01"],
    "a port that is no number": ["--port", "eighty"],
  })) {
    it(`refuses ${what} and says how it is used`, () => {
      expect(() => parseOptions(args)).to.throw(OptionError, /npm start -- \[flags\]/);
    });
  }
});
