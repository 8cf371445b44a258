import { expect } from "chai";
import { type Headline, NEWS_COLUMNS } from "../data/columns.ts";
import { createRandom } from "../data/random.ts";
import { DAY } from "../data/time.ts";
import { MAX_SOURCE_SHARE, sourceWeights } from "./floodGuard.ts";
import { MAX_HEADLINES_A_DAY, newsTable } from "./newsTable.ts";
import { lexiconScorer } from "./scorer.ts";

const FIRST = 18_000;
const shape = (days: number) => ({ firstDay: FIRST, days, assets: ["BTC", "ETH", "SOL"] });
const at = (day: number, second = 3_600) => (FIRST + day) * DAY + second;
const line = (day: number, text: string, source = "rss/a"): Headline => ({ at: at(day), source, text });

const STORIES = [
  "Bitcoin surges on strong demand",
  "Ethereum hacked",
  "Solana outage hurts validators",
  "Regulator sues exchange",
];

function history(days: number): Headline[] {
  const random = createRandom(7);
  return Array.from({ length: days * 4 }, (_, i) => ({
    at: at(Math.floor(i / 4), Math.floor(random.uniform() * DAY)),
    source: `rss/${Math.floor(random.uniform() * 4)}`,
    text: `${STORIES[Math.floor(random.uniform() * STORIES.length)]} ${["alpha", "beta", "gamma"][i % 3]}${i}`,
  }));
}

describe("news table", () => {
  it("counts a headline on the day in which it became known", () => {
    const last = { at: at(2) - 3_600 - 1, source: "rss/a", text: "Bitcoin surges" }; // last second of day 1
    const next = { at: at(2) - 3_600, source: "rss/a", text: "Bitcoin plunges" };
    const table = newsTable([next, last, line(5, "too late for the panel")], lexiconScorer, shape(4));
    expect([...table.asset("newsCount", "BTC")!]).to.deep.equal([Number.NaN, 1, 1, 0]);
    expect([...table.market("newsCount")!]).to.deep.equal([Number.NaN, 1, 1, 0]);
    const score = table.asset("newsScore", "BTC")!;
    expect(score[1]).to.be.greaterThan(0.2);
    expect(score[2]).to.be.lessThan(-0.2);
    expect(score[3]).to.deep.equal(Number.NaN);
    expect(table.asset("newsScore", "ETH")).to.equal(undefined);
  });

  it("gives headlines about no asset to the market alone", () => {
    const table = newsTable([line(0, "Regulator sues exchange")], lexiconScorer, shape(1));
    expect(table.asset("newsCount", "BTC")).to.equal(undefined);
    expect(table.market("newsScore")![0]).to.be.lessThan(0);
    expect(newsTable([], lexiconScorer, shape(3)).market("newsCount")).to.equal(undefined);
  });

  it("knows nothing of later headlines", () => {
    const all = history(80);
    const whole = newsTable(all, lexiconScorer, shape(80));
    for (const days of [10, 41, 79]) {
      const known = all.filter((headline) => headline.at < at(days, 0));
      const cut = newsTable(known, lexiconScorer, shape(days));
      for (const name of NEWS_COLUMNS) {
        expect(cut.market(name), `market ${name}`).to.deep.equal(whole.market(name)!.slice(0, days));
        for (const asset of ["BTC", "ETH", "SOL"]) {
          expect(cut.asset(name, asset), `${asset} ${name}`).to.deep.equal(whole.asset(name, asset)!.slice(0, days));
        }
      }
    }
  });

  it("does not depend on the order of its headlines", () => {
    const all = history(40);
    const [one, other] = [all, [...all].reverse()].map((list) => newsTable(list, lexiconScorer, shape(40)));
    for (const name of NEWS_COLUMNS) expect(one!.market(name)).to.deep.equal(other!.market(name));
  });

  it("counts identical texts once, whoever repeats them", () => {
    const copies = ["rss/a", "rss/b", "rss/c"].map((source) => line(0, "Bitcoin  SURGES!", source));
    const table = newsTable(
      [...copies, line(3, "bitcoin surges"), line(9, "bitcoin surges")],
      lexiconScorer,
      shape(10),
    );
    expect([...table.market("newsCount")!]).to.deep.equal([1, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it("rises in novelty when the words change", () => {
    const old = Array.from({ length: 40 }, (_, day) =>
      line(day, `Bitcoin miners expand hash power in Texas report number ${"abcdefghij"[day % 10]}${day}x`),
    );
    const fresh = Array.from({ length: 3 }, (_, day) =>
      line(40 + day, `Bitcoin spot fund receives approval from regulators today ${day}y`),
    );
    const value = newsTable([...old, ...fresh], lexiconScorer, shape(43)).asset("newsNovelty", "BTC")!;
    expect(value[0]).to.deep.equal(Number.NaN);
    expect(value[39]).to.be.lessThan(0.25);
    expect(value[42]).to.be.greaterThan(0.8);
    expect(value[40]!).to.be.within(value[39]!, value[42]!);
  });
});

describe("flood guard", () => {
  it("holds a source to its share and gives the rest to the others", () => {
    expect(sourceWeights([1, 1])).to.deep.equal([0.5, 0.5]);
    expect(sourceWeights([1, 1, 1, 1])).to.deep.equal([0.25, 0.25, 0.25, 0.25]);
    expect(sourceWeights([98, 1, 1])).to.deep.equal([0.5, 0.25, 0.25]);
    expect(sourceWeights([7])).to.deep.equal([MAX_SOURCE_SHARE]);
    const random = createRandom(3);
    for (let trial = 0; trial < 200; trial++) {
      const counts = Array.from(
        { length: 1 + Math.floor(random.uniform() * 6) },
        () => 1 + Math.floor(random.uniform() * 40),
      );
      const weights = sourceWeights(counts);
      expect(Math.max(...weights)).to.be.at.most(MAX_SOURCE_SHARE);
      expect(weights.reduce((sum, weight) => sum + weight, 0)).to.be.closeTo(counts.length === 1 ? 0.5 : 1, 1e-12);
    }
  });

  it("keeps a source that writes nonsense from turning a day, and reports it", () => {
    const calm = ["rss/a", "rss/b", "rss/c"].flatMap((source) =>
      [1, 2].map((i) => line(0, `Bitcoin adoption grows in region ${source.at(-1)}${i}x`, source)),
    );
    const flood = Array.from({ length: 500 }, (_, i) => line(0, `Bitcoin collapses in fraud wave ${i}x`, "reddit/new"));
    const before = newsTable(calm, lexiconScorer, shape(1)).market("newsScore")![0]!;
    const table = newsTable([...calm, ...flood], lexiconScorer, shape(1));
    const after = table.market("newsScore")![0]!;
    // Without the guard the mean would be that of the flood.
    expect(after).to.be.at.least(MAX_SOURCE_SHARE * before - MAX_SOURCE_SHARE);
    expect(table.market("newsCount")![0]).to.equal(calm.length + MAX_HEADLINES_A_DAY);
    expect(table.floods).to.deep.equal([
      { day: FIRST, source: "reddit/new", headlines: 500, counted: MAX_HEADLINES_A_DAY },
    ]);
    expect(newsTable(calm, lexiconScorer, shape(1)).floods).to.deep.equal([]);
  });

  it("lets a lone source move a score half as far as several that agree", () => {
    const alone = newsTable([line(0, "Bitcoin surges"), line(0, "Bitcoin soars")], lexiconScorer, shape(1));
    const both = newsTable([line(0, "Bitcoin surges"), line(0, "Bitcoin soars", "rss/b")], lexiconScorer, shape(1));
    expect(alone.market("newsScore")![0]).to.be.closeTo(both.market("newsScore")![0]! / 2, 1e-12);
  });
});
