import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { DataSourceError } from "../errors.ts";
import { createCsvSource, createFeedSource, createRedditSource } from "./headlineSources.ts";
import { ATOM, LISTING, RSS, TABLE } from "./headlines.fixture.ts";
import {
  collectHeadlines,
  MAX_ANSWER_LENGTH,
  MAX_HEADLINE_LENGTH,
  MAX_ITEMS,
  parseMoment,
  toBatch,
} from "./headlines.ts";
import { createHttpReader } from "./httpReader.ts";

const MORNING = Date.UTC(2021, 4, 3, 10) / 1_000;
const FETCHED = Date.UTC(2021, 4, 4) / 1_000;

const options = (text: string) => ({ name: "desk", location: "somewhere", read: async () => text });

async function failure(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => expect.fail("expected a failure"),
    (error: Error) => error,
  );
}

describe("headline sources", () => {
  it("reads RSS: plain texts, exact moments, nothing from the future, what is left out counted", async () => {
    const { headlines, skipped } = await createFeedSource(options(RSS)).fetch(FETCHED);
    const source = "rss/desk";
    expect(headlines).to.deep.equal([
      { at: Date.UTC(2021, 4, 2, 13) / 1_000, source, text: "2021" },
      { at: MORNING, source, text: "Bitcoin fund wins approval" },
      { at: Date.UTC(2021, 4, 3, 13, 30) / 1_000, source, text: "Exchange’s fees & spreads fall" },
      { at: FETCHED, source, text: "From next year" },
    ]);
    expect(skipped).to.deep.equal({ noText: 1, noDate: 2, repeated: 1, tooMany: 0, tooOld: 1 });
  });

  it("reads Atom, and a feed without items", async () => {
    const { headlines } = await createFeedSource(options(ATOM)).fetch(FETCHED);
    expect(headlines).to.deep.equal([{ at: MORNING - 7_200, source: "rss/desk", text: "Network upgrade goes live" }]);
    for (const empty of [
      "<rss><channel></channel></rss>",
      "<feed/>",
      "<rss><channel><title>x</title></channel></rss>",
    ]) {
      expect((await createFeedSource(options(empty)).fetch(FETCHED)).headlines, empty).to.deep.equal([]);
    }
  });

  it("reads a Reddit-style listing and leaves out broken posts", async () => {
    const { headlines, skipped } = await createRedditSource(options(LISTING)).fetch(FETCHED);
    expect(headlines.map(({ at, text }) => [at, text])).to.deep.equal([
      [MORNING, "Dogecoin to the moon 🚀"],
      [FETCHED, "Posted tomorrow"],
    ]);
    expect(skipped).to.include({ noText: 2, noDate: 1 });
  });

  it("reads a table; a date without an hour counts from its last second", async () => {
    const { headlines, skipped } = await createCsvSource(options(TABLE)).fetch(FETCHED);
    expect(headlines.map(({ at, text }) => [at, text])).to.deep.equal([
      [MORNING, "Miner expands"],
      [FETCHED - 1, "Bitcoin, ether rise"],
    ]);
    expect(skipped.noDate).to.equal(1);
  });

  it("refuses what is not in the format, too large, or declares entities", async () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaa">]><rss><channel><item><title>&a;</title></item></channel></rss>`;
    const bad = [
      createFeedSource(options("<html><body>Sign in</body></html>")),
      createFeedSource(options("<rss><channel><item></channel></rss>")),
      createFeedSource(options(bomb)),
      createFeedSource(options("x".repeat(MAX_ANSWER_LENGTH + 1))),
      createRedditSource(options("{}")),
      createRedditSource(options("not JSON")),
      createCsvSource(options("a,b\n1,2\n")),
    ];
    for (const source of bad) expect(await failure(source.fetch(FETCHED))).to.be.instanceOf(DataSourceError);
  });

  it("takes no more items, and no longer texts, than it has measure for", () => {
    const many = Array.from({ length: MAX_ITEMS + 7 }, (_, i) => ({
      text: `n${i} ${"x".repeat(900)}`,
      published: MORNING,
    }));
    const { headlines, skipped } = toBatch("rss/x", many, FETCHED);
    expect(headlines.length).to.equal(MAX_ITEMS);
    expect(skipped.tooMany).to.equal(7);
    expect(headlines[0]?.text.length).to.equal(MAX_HEADLINE_LENGTH);
    const split = toBatch("rss/x", [{ text: `${"x".repeat(MAX_HEADLINE_LENGTH - 1)}🚀`, published: MORNING }], FETCHED);
    expect(split.headlines[0]?.text.isWellFormed()).to.equal(true);
  });

  it("joins sources by time and reports the one that fails without losing the others", async () => {
    const { headlines, batches, failures } = await collectHeadlines(
      [createRedditSource(options(LISTING)), createFeedSource(options("nonsense")), createFeedSource(options(ATOM))],
      FETCHED,
    );
    expect(headlines.map(({ at }) => at)).to.deep.equal([MORNING - 7_200, MORNING, FETCHED]);
    expect(Object.keys(batches)).to.deep.equal(["reddit/desk", "rss/desk"]);
    expect(failures.map(({ source }) => source)).to.deep.equal(["rss/desk"]);
  });

  it("reads dates as feeds write them and no others", () => {
    for (const same of [
      "2021-05-03T10:00:00Z",
      "2021-05-03T12:00:00+0200",
      "Mon, 3 May 2021 06:00:00 EDT",
      "2021-05-03 10:00",
    ]) {
      expect(parseMoment(same), same).to.equal(MORNING);
    }
    for (const none of [
      "",
      "yesterday",
      "2021-02-30",
      "2021-05-03T25:00:00Z",
      "03/05/2021",
      "3 Foo 2021 10:00:00 GMT",
    ]) {
      expect(parseMoment(none), none).to.equal(undefined);
    }
  });
});

describe("HTTP reader", () => {
  let hits = 0;
  const server = createServer((request, response) => {
    hits += 1;
    const status = request.url === "/gone" ? 404 : request.url === "/flaky" && hits === 1 ? 503 : 200;
    response.writeHead(status).end(request.url === "/large" ? "x".repeat(2_000) : ATOM);
  });
  const address = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const read = createHttpReader({ minRetryDelay: 1, maxBytes: 1_000 });

  before((done) => {
    server.listen(0, "127.0.0.1", done);
  });
  after((done) => {
    server.close(done);
  });
  beforeEach(() => {
    hits = 0;
  });

  it("reads a feed, asking again when the server stumbles", async () => {
    const source = createFeedSource({ name: "notes", location: address("/flaky"), read });
    expect((await source.fetch(FETCHED)).headlines.length).to.equal(1);
    expect(hits).to.equal(2);
  });

  it("gives up at once on a refusal and on an answer without end", async () => {
    expect(await failure(read(address("/gone")))).to.be.instanceOf(DataSourceError);
    expect(await failure(read(address("/large")))).to.be.instanceOf(DataSourceError);
    expect(hits).to.equal(2);
  });
});
