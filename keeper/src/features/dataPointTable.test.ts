import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { dataPoints } from "./dataPoints.ts";
import { dataPointTable } from "./dataPointTable.ts";

const DOCS = join(import.meta.dirname, "../../../docs");

describe("docs/DATA-POINTS.md", () => {
  it("is what `npm run data-points` writes", () => {
    expect(readFileSync(join(DOCS, "DATA-POINTS.md"), "utf8")).to.equal(dataPointTable());
  });

  it("has at least 86 data points, and docs/GLOSSARY.md every abbreviation in their words", () => {
    expect(dataPoints.length).to.be.at.least(86);
    const glossary = readFileSync(join(DOCS, "GLOSSARY.md"), "utf8");
    const coins = ["BTC", "ETH"];
    for (const { words } of dataPoints) {
      for (const [short] of words.matchAll(/\b[A-Z]{2,}\b/g)) {
        if (!coins.includes(short))
          expect(glossary, short).to.match(new RegExp(`^\\| [^|]*\\b${short}\\b[^|]* \\|`, "m"));
      }
    }
  });
});
