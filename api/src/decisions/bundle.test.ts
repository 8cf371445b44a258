import { gunzipSync } from "node:zlib";
import { canonicalHash } from "@gimbal/sdk";
import { decisionHashOf, gradesRoot } from "@gimbal/sdk/grades";
import { expect } from "chai";
import { type Hex, keccak256 } from "viem";
import { VerificationError } from "../../../keeper/src/errors.ts";
import { type DecisionRecord, decisionParts, recordText } from "../../../keeper/src/plan/record.ts";
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

  it("tell what their hash is made of, and are refused when they tell it of another record", async () => {
    const { contentHash, gradesRoot: root } = bundle;
    const record = JSON.parse(bundle.record) as DecisionRecord;
    expect([contentHash, root]).to.deep.equal([canonicalHash(record), gradesRoot(record)]);
    expect(decisionHashOf(contentHash, root)).to.equal(hash);
    for (const field of ["contentHash", "gradesRoot"] as const) {
      const error = await rejectionOf(verify({ ...bundle, [field]: keccak256(bundle[field]) }));
      expect(error, field).to.be.instanceOf(VerificationError).with.property("message").that.contains("other hashes");
    }
  });

  it("are refused with grades that the decision's root does not have, whatever they say of themselves", async () => {
    const record = JSON.parse(bundle.record) as DecisionRecord;
    const assets = record.assets.map((asset) => ({ ...asset, traderGrade: 100 }));
    const better = { ...record, assets };
    const forged = { ...bundle, record: recordText(better), ...decisionParts(better) };
    const error = await rejectionOf(verify(forged));
    expect(error).to.be.instanceOf(VerificationError).with.property("message").that.contains(hash);
    // A content hash of the true text with a root of better grades is no decision either.
    const mixed = { ...bundle, gradesRoot: gradesRoot(better) };
    expect(await rejectionOf(verify(mixed))).to.be.instanceOf(VerificationError);
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
