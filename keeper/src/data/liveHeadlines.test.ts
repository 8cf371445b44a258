import { expect } from "chai";
import { DataSourceError } from "../errors.ts";
import { createCsvSource, createFeedSource } from "./headlineSources.ts";
import { RSS, TABLE } from "./headlines.fixture.ts";
import { createLiveHeadlines } from "./liveHeadlines.ts";

const NOW = 1_620_100_000;

describe("createLiveHeadlines", () => {
  const answers = new Map<string, string>();
  let now = NOW;
  let asked = 0;
  const cache = {
    get: async (key: string) => answers.get(key),
    put: async (key: string, answer: string) => void answers.set(key, answer),
  };
  const read = async (location: string) => {
    asked += 1;
    if (location === "down") throw new DataSourceError("A source of headlines cannot be read.", {});
    return location === "rss" ? RSS : TABLE;
  };
  const failed: string[] = [];
  const open = (...names: readonly string[]) =>
    createLiveHeadlines({
      feeds: names.map((name) => {
        return (name === "table" ? createCsvSource : createFeedSource)({ name, location: name, read });
      }),
      cache,
      clock: () => now,
      onFailure: ({ source }) => failed.push(source),
    });
  beforeEach(() => {
    answers.clear();
    failed.length = 0;
    [now, asked] = [NOW, 0];
  });

  it("counts each item from when it was first seen, also after a restart and when it comes again", async () => {
    const first = await open("rss").headlines(NOW);
    expect(first.length).to.be.greaterThan(2);
    expect(first.every(({ at }) => at === NOW)).to.equal(true);
    now += 7_200;
    const later = await open("rss", "table").headlines(now);
    expect(later.slice(0, first.length)).to.deep.equal(first);
    expect(later.slice(first.length).map(({ at }) => at)).to.deep.equal([now, now]);
    expect(await open("rss", "table").headlines(NOW)).to.deep.equal(first);
  });

  it("asks once an hour, and goes on without a feed that is down", async () => {
    const source = open("down", "table");
    expect(await source.headlines(now)).to.have.length(2);
    now += 3_599;
    await source.headlines(now);
    expect(asked).to.equal(2);
    expect(failed).to.deep.equal(["rss/down"]);
    now += 1;
    await source.headlines(now);
    expect(asked).to.equal(4);
  });
});
