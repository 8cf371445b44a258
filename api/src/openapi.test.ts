import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { bodyOf, type Json, testApp, testContext } from "./app.fixture.ts";
import { openApiText, ROUTES } from "./app.ts";

const COMMITTED = join(import.meta.dirname, "../../docs/openapi.json");

/** Every value of a key, however deep. */
function* valuesOf(value: Json, key: string): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (name === key && typeof inner === "string") yield inner;
    yield* valuesOf(inner, key);
  }
}

describe("the API's description of itself", () => {
  const document: Json = JSON.parse(openApiText());
  const operations = Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
    Object.values<Json>(methods).map((operation) => ({ path, operation })),
  );

  it("is committed as it is generated: otherwise run npm run openapi", () => {
    expect(
      readFileSync(COMMITTED, "utf8") === openApiText(),
      "docs/openapi.json is stale: run npm run openapi",
    ).to.equal(true);
  });

  it("names each operation once and leads nowhere that is not there", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).to.equal(ids.length);
    for (const { id } of ROUTES) expect(ids).to.include(id);
    for (const reference of valuesOf(document, "$ref")) {
      const target = reference
        .split("/")
        .slice(1)
        .reduce((at: Json, part) => at?.[part], document);
      expect(target, reference).to.be.an("object");
    }
  });

  it("lets be null what may be null, and nothing else", () => {
    const { Address, Amount, Block, Hash, Time, IndexDetail } = document.components.schemas;
    expect([Address.type, Amount.type, Block.type, Hash.type, Time.type]).to.deep.equal([
      "string",
      "object",
      "integer",
      "string",
      "string",
    ]);
    const { curator } = IndexDetail.allOf[1].properties;
    expect(curator.anyOf).to.deep.equal([{ $ref: "#/components/schemas/Address" }, { type: "null" }]);
    expect(curator.description).to.equal("null: nobody may change its terms.");
    // All of a schema and of one with null: no value is both.
    expect(JSON.stringify(document)).not.to.match(/"allOf":\[\{"\$ref":"[^"]+"\},\{"type":\["[^\]]*"null"/);
  });

  it("declares every parameter of a path, and answers for success and for problems", () => {
    for (const { path, operation } of operations) {
      const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = (operation.parameters ?? []).filter((parameter: Json) => parameter.in === "path");
      expect(
        declared.map(({ name }: Json) => name),
        path,
      ).to.have.members(wanted);
      for (const parameter of declared) expect(parameter.required, path).to.equal(true);
      expect(Object.keys(operation.responses), path).to.include.members(["400", "404", "429", "500", "503"]);
      expect(
        Object.keys(operation.responses).some((status) => status.startsWith("2")),
        path,
      ).to.equal(true);
    }
  });

  it("is found through llms.txt and the catalogue, and every problem's type leads to words", async () => {
    const context = await testContext();
    const ask = testApp(context);
    const text = await (await ask("/llms.txt")).text();
    for (const { path } of ROUTES) expect(text).to.contain(path);
    const catalog = await ask("/.well-known/api-catalog");
    expect(catalog.headers.get("content-type")).to.match(/^application\/linkset\+json/);
    const [
      {
        "service-desc": [{ href }],
      },
    ] = (await bodyOf(catalog)).linkset;
    expect((await ask(new URL(href).pathname)).status).to.equal(200);
    const { type } = await bodyOf(ask("/v1/nothing"));
    expect([type, (await ask(type)).status]).to.deep.equal(["/problems/not-found", 200]);
    await context.store.close();
  });
});
