import { join } from "node:path";
import { expect } from "chai";
import { fitHashes } from "./engines.fixture.ts";
import { onOtherEngines } from "./otherEngines.fixture.ts";

describe("models on other engines", () => {
  it("are equal to the bit, whichever release of Node fits them", () => {
    const own = fitHashes();
    expect(Object.keys(own).length).to.equal(6);
    expect(new Set(Object.values(own)).size).to.equal(6);
    const others = onOtherEngines(join(import.meta.dirname, "engines.fixture.ts"), "fitHashes");
    for (const { version, result } of others) expect(result, version).to.deep.equal(own);
  });
});
