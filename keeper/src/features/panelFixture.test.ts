import { expect } from "chai";
import { ASSET_COLUMNS, MACRO_COLUMNS, NEWS_COLUMNS } from "../data/columns.ts";
import { syntheticPanel } from "./panel.fixture.ts";

describe("synthetic panel", () => {
  it("fills every column, and the same seed gives the same bits", () => {
    const options = { assets: 5, days: 90, seed: 7 };
    const panel = syntheticPanel(options);
    const again = syntheticPanel(options);
    const other = syntheticPanel({ ...options, seed: 8 });
    expect([...panel.assets].sort()).to.deep.equal(panel.assets);
    for (const name of [...ASSET_COLUMNS, ...NEWS_COLUMNS]) {
      const values = panel.column(name, 3);
      const known = values.filter(Number.isFinite).length;
      expect(known, name).to.equal(/^listed|^diluted/.test(name) ? 3 : 90);
      expect(values, name).to.deep.equal(again.column(name, 3));
    }
    for (const name of [...MACRO_COLUMNS, ...NEWS_COLUMNS]) {
      expect(panel.macro(name).every(Number.isFinite), name).to.equal(true);
    }
    expect(panel.column("close", 0)).not.to.deep.equal(other.column("close", 0));
    expect([...Array(5).keys()].map((i) => panel.column("listedRank", i)[60]).sort()).to.deep.equal([1, 2, 3, 4, 5]);
  });

  it("holes leave about the asked share missing", () => {
    const close = syntheticPanel({ assets: 2, days: 2_000, seed: 1, holes: 0.05 }).column("close", 1);
    expect(close.filter(Number.isNaN).length / 2_000).to.be.within(0.03, 0.07);
  });
});
