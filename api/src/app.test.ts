import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { decisionHash } from "../../keeper/src/plan/record.ts";
import { bodyOf, fixtureJournal, testApp, testContext } from "./app.fixture.ts";
import { createApp } from "./app.ts";
import type { ApiContext } from "./context.ts";
import { JournalDecisions } from "./decisions/decisions.ts";

describe("the API's skeleton", () => {
  let context: ApiContext;
  let hashes: readonly string[];
  let ask: ReturnType<typeof testApp>;
  before(async () => {
    const fixture = await fixtureJournal();
    hashes = fixture.hashes;
    context = await testContext({ decisions: new JournalDecisions(fixture.database, 31_337) });
    ask = testApp(context);
  });
  after(() => context.store.close());

  const json = (path: string) => bodyOf(ask(path));

  it("answers a decision with its reasons, and a record that has the hash", async () => {
    const response = await ask(`/v1/decisions/${hashes[2]}`);
    expect(response.status).to.equal(200);
    expect(response.headers.get("content-type")).to.equal("application/json");
    const { data, asOf, asOfBlock } = await bodyOf(response);
    expect([asOf, asOfBlock]).to.deep.equal(["2022-05-11T00:00:00Z", 102]);
    expect(decisionHash(data.record)).to.equal(hashes[2]);
    expect(data.assets.map(({ symbol }: { symbol: string }) => symbol)).to.deep.equal(["BTC", "ETH", "SIM003", "USDC"]);
    expect(data.reasons).not.to.be.empty;
  });

  it("lists decisions newest first, page by page, each once", async () => {
    const first = await json("/v1/decisions?limit=2");
    expect(first.data.map(({ hash }: { hash: string }) => hash)).to.deep.equal([hashes[2], hashes[1]]);
    const second = await json(`/v1/decisions?limit=2&cursor=${first.next}`);
    expect(second.data.map(({ hash }: { hash: string }) => hash)).to.deep.equal([hashes[0]]);
    expect(second).not.to.have.property("next");
  });

  it("refuses a cursor that was altered, cut, or made for other parameters", async () => {
    const { next } = await json("/v1/decisions?limit=1");
    const altered = next.slice(0, -2) + (next.endsWith("AA") ? "BB" : "AA");
    for (const query of [
      `cursor=${altered}`,
      `cursor=${next.slice(0, 9)}`,
      "cursor=%F0",
      `action=none&cursor=${next}`,
    ]) {
      const response = await ask(`/v1/decisions?${query}`);
      expect([response.status, (await bodyOf(response)).code], query).to.deep.equal([400, "CURSOR_INVALID"]);
    }
  });

  it("names every wrong parameter in a problem", async () => {
    const response = await ask("/v1/decisions?limit=101&indx=1&index=0x12");
    expect(response.status).to.equal(400);
    expect(response.headers.get("content-type")).to.equal("application/problem+json");
    const problem = await bodyOf(response);
    expect(problem).to.include({ type: "/problems/request-invalid", status: 400, code: "REQUEST_INVALID" });
    expect(problem.instance).to.equal(`urn:uuid:${response.headers.get("x-request-id")}`);
    const places = problem.errors.map(({ at }: { at: string }) => at);
    expect(places).to.have.members(["query.limit", "query.indx", "query.index"]);
    expect((await json("/v1/decisions?limit=1&limit=2")).errors[0].at).to.equal("query.limit");
  });

  it("says what is not there, and which methods a path takes", async () => {
    const none = await ask(`/v1/decisions/0x${"0".repeat(64)}`);
    expect([none.status, (await bodyOf(none)).code]).to.deep.equal([404, "NOT_FOUND"]);
    expect((await ask("/v1/nothing")).status).to.equal(404);
    const wrong = await ask("/v1/decisions", { method: "POST", body: "{}" });
    expect([wrong.status, wrong.headers.get("allow")]).to.deep.equal([405, "GET, HEAD"]);
    expect((await bodyOf(wrong)).code).to.equal("METHOD_NOT_ALLOWED");
  });

  it("hides what went wrong inside, and logs it under the id that the caller got", async () => {
    const lines: object[] = [];
    const error = (fields: object) => lines.push(fields);
    const byHash = async () => {
      throw new Error("secret path");
    };
    const broken = testApp({
      ...context,
      decisions: Object.assign(Object.create(context.decisions), { byHash, revision: async () => "1" }),
      logger: { ...context.logger, error },
    });
    const response = await broken(`/v1/decisions/${hashes[0]}`);
    expect(response.status).to.equal(500);
    const text = await response.text();
    expect(text).not.to.contain("secret");
    expect(lines[0]).to.include({ requestId: response.headers.get("x-request-id") });
    expect(lines[0]).to.have.nested.property("err.message", "secret path");
  });

  it("packs what is worth it for whoever takes gzip: the same text under the same ETag", async () => {
    const plain = await ask("/v1/decisions");
    const packed = await ask("/v1/decisions", { headers: { "accept-encoding": "br, gzip" } });
    expect(plain.headers.get("content-encoding")).to.equal(null);
    const told = ["content-encoding", "vary", "etag"].map((name) => packed.headers.get(name));
    expect(told).to.deep.equal(["gzip", "accept-encoding", plain.headers.get("etag")]);
    const bytes = new Uint8Array(await packed.arrayBuffer());
    expect(packed.headers.get("content-length")).to.equal(String(bytes.byteLength));
    expect(gunzipSync(bytes).toString()).to.equal(await plain.text());
    for (const [path, accepted] of [
      ["/v1/decisions?limit=1&asOf=2000-01-01", "gzip"], // a few bytes
      ["/v1/decisions", "br, gzip;q=0"],
      ["/v1/decisions", "x-gzip"],
    ] as const) {
      const answer = await ask(path, { headers: { "accept-encoding": accepted } });
      expect(answer.headers.get("content-encoding"), accepted).to.equal(null);
    }
  });

  it("answers 304 to whoever has the bytes, and new bytes once there is another decision", async () => {
    const { database, journal } = await fixtureJournal();
    const own = testApp(await testContext({ decisions: new JournalDecisions(database, 31_337), store: context.store }));
    const first = await own("/v1/decisions");
    const etag = first.headers.get("etag") ?? "";
    const again = await own("/v1/decisions", { headers: { "if-none-match": `"other", ${etag.replace("W/", "")}` } });
    expect([again.status, await again.text()]).to.deep.equal([304, ""]);
    const record = (await journal.decision(hashes[2] as `0x${string}`))!;
    const text = JSON.stringify({ ...record, asOf: record.asOf + 1 });
    const more = "INSERT INTO decisions SELECT ?, chain, vault, epoch, as_of + 1, action, ? FROM decisions LIMIT 1";
    await database.run(more, `0x${"1".repeat(64)}`, text);
    const changed = await own("/v1/decisions", { headers: { "if-none-match": etag } });
    expect(changed.status).to.equal(200);
    expect(changed.headers.get("etag")).not.to.equal(etag);
  });

  it("answers HEAD like GET without a body, and lets every origin read", async () => {
    const head = await ask("/v1/decisions", { method: "HEAD", headers: { origin: "https://example.org" } });
    expect([head.status, await head.text()]).to.deep.equal([200, ""]);
    expect(head.headers.get("access-control-allow-origin")).to.equal("*");
    expect(head.headers.get("access-control-expose-headers")).to.contain("etag");
    const preflight = await ask("/v1/decisions", {
      method: "OPTIONS",
      headers: { origin: "https://example.org", "access-control-request-method": "GET" },
    });
    expect(preflight.status).to.equal(204);
  });

  it("keeps the id of a request that is a UUID, and no other", async () => {
    const id = "0192f3a0-0000-7000-8000-000000000001";
    const kept = await ask("/v1/decisions", { headers: { "x-request-id": id } });
    expect(kept.headers.get("x-request-id")).to.equal(id);
    const other = await ask("/v1/decisions", { headers: { "x-request-id": "a\tb" } });
    expect(other.headers.get("x-request-id")).to.match(/^[0-9a-f-]{36}$/);
  });

  it("describes each of its routes in OpenAPI 3.1", async () => {
    const document = await json("/openapi.json");
    expect(document.openapi).to.equal("3.1.0");
    const { get } = document.paths["/v1/decisions/{hash}"];
    expect(get).to.include({ operationId: "getDecision" });
    expect(get.parameters[0]).to.include({ name: "hash", in: "path", required: true });
    expect(get.responses["200"].content["application/json"].schema.required).to.include("asOfBlock");
  });

  it("tells what the keeper did last and does next, also while the keeper itself is silent", async () => {
    const { data } = await json("/v1/keeper/status");
    expect(data.indices).to.have.length(1);
    expect(data.indices[0]).to.deep.include({ nextRun: null, ageSeconds: 1_652_400_000 - 1_652_227_200 });
    expect(data.indices[0].lastDecision.hash).to.equal(hashes[2]);
    expect(data.live.isUp).to.equal(false);
    const due = { vaults: [{ vault: data.indices[0].index.toLowerCase(), due: { at: 1_652_486_400 } }] };
    const own = testApp({ ...context, keeperPage: async () => due });
    const { data: told } = await bodyOf(own("/v1/keeper/status"));
    expect([told.live.isUp, told.indices[0].nextRun]).to.deep.equal([true, "2022-05-14T00:00:00Z"]);
  });

  it("refuses a body that is too long", async () => {
    const app = createApp(context);
    const response = await app.request("/v1/decisions", { method: "POST", body: "x".repeat(70_000) });
    expect(response.status).to.equal(413);
  });
});
