import { join } from "node:path";
import { expect } from "chai";
import { decisionHashes } from "./decisionEngines.fixture.ts";
import { onOtherEngines } from "./models/otherEngines.fixture.ts";

describe("training and decisions on other engines", function () {
  this.timeout(60_000);

  it("are equal to the byte, whichever release of Node makes them", async () => {
    const own = await decisionHashes();
    expect(own.spoke).to.equal("ensemble");
    const others = onOtherEngines(join(import.meta.dirname, "decisionEngines.fixture.ts"), "decisionHashes");
    for (const { version, result } of others) expect(result, version).to.deep.equal(own);
  });
});
