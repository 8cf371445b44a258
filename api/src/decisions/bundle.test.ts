import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import type { Hex } from "viem";
import { rejectionOf } from "../../../keeper/src/rejection.fixture.ts";
import { verifyDecision } from "../../../keeper/src/verify.ts";
import { bodyOf, fixtureJournal, testApp, testContext } from "../app.fixture.ts";
import type { ApiContext } from "../context.ts";
import { type Bundle, openBundle } from "./bundle.ts";
import { JournalDecisions } from "./decisions.ts";

describe("bundles of decisions", () => {
  let context: ApiContext;
  let hash: Hex;
  let bundle: Bundle;
  before(async () => {
    const { database, hashes } = await fixtureJournal();
    hash = hashes[1] as Hex;
    context = await testContext({ decisions: new JournalDecisions(database, 31_337) });
    bundle = await bodyOf(testApp(context)(`/v1/decisions/${hash}/bundle`));
  });
  after(() => context.store.close());

  const verify = async (changed: Bundle) => {
    const journal = await openBundle(changed);
    try {
      return await verifyDecision(changed.hash, journal, undefined, "stored");
    } finally {
      await journal.close();
    }
  };

  it("lead to the same decision, without the journal that they are from", async () => {
    expect((await verify(bundle)).hash).to.equal(hash);
  });

  it("name the text of which a byte was changed", async () => {
    for (const [name, text] of Object.entries(bundle.texts)) {
      const changed = {
        ...bundle,
        texts: { ...bundle.texts, [name]: text.replace(/\d(?=\D*$)/, (d) => String((+d + 1) % 10)) },
      };
      const error = await rejectionOf(verify(changed));
      expect(error, name).to.be.instanceOf(Error).with.property("message").that.contains(name);
    }
    const record = bundle.record.replace('"lane":null', '"lane":"RISK"').replace('"lane":"DERISK"', '"lane":"RISK"');
    const altered = record === bundle.record ? bundle.record.replace('"lane":"RISK"', '"lane":null') : record;
    expect(await rejectionOf(verify({ ...bundle, record: altered })))
      .to.be.instanceOf(Error)
      .with.property("message")
      .that.contains(hash);
  });

  it("come packed for whoever takes that, as a file, and are not sent twice", async () => {
    const ask = testApp(context);
    const packed = await ask(`/v1/decisions/${hash}/bundle`, { headers: { "accept-encoding": "br, gzip" } });
    expect(packed.headers.get("content-encoding")).to.equal("gzip");
    expect(packed.headers.get("content-disposition")).to.match(/^attachment; filename="decision-0x/);
    expect(JSON.parse(gunzipSync(await packed.arrayBuffer()).toString())).to.deep.equal(bundle);
    const etag = packed.headers.get("etag") ?? "";
    expect((await ask(`/v1/decisions/${hash}/bundle`, { headers: { "if-none-match": etag } })).status).to.equal(304);
    expect((await ask(`/v1/decisions/0x${"0".repeat(64)}/bundle`)).status).to.equal(404);
  });
});
