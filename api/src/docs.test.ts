import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { fixtureJournal, testApp, testContext } from "./app.fixture.ts";
import { ROUTES } from "./app.ts";
import { JournalDecisions } from "./decisions/decisions.ts";
import { fixtureHistory } from "./history/history.fixture.ts";
import { fixtureRows } from "./routes/indices.fixture.ts";

const PAGE = readFileSync(join(import.meta.dirname, "../../docs/API.md"), "utf8");
const TAGS = ["Indices", "Rebalances", "Decisions", "Keeper", "Strategies", "Services"];
const EXAMPLE = /^curl .*"\$API(\/[^"]*)"/gm;

describe("docs/API.md", () => {
  const examples = [...PAGE.matchAll(EXAMPLE)].map(([, path = ""]) => path);

  it("has examples that are answered", async () => {
    const { database, hashes } = await fixtureJournal();
    const hash = hashes[2] as `0x${string}`;
    const decisions = new JournalDecisions(database, 31_337);
    const context = await testContext({ decisions, history: fixtureHistory(fixtureRows(hash)) });
    const ask = testApp(context);
    expect(examples).to.have.length.above(18);
    for (const example of examples) {
      const response = await ask(example.replace("$HASH", hash));
      expect(response.status, example).to.equal(200);
    }
    await context.store.close();
  });

  it("has an example of every route of indices, rebalances, decisions, the keeper, strategies and services", () => {
    const shown = examples.map((example) => example.split("?")[0] ?? "");
    const resources = ROUTES.filter(({ tag }) => TAGS.includes(tag));
    for (const { path } of resources) {
      const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
      expect(
        shown.some((example) => pattern.test(example)),
        path,
      ).to.equal(true);
    }
  });
});
