import { expect } from "chai";
import type { MarketSnapshot } from "../../../keeper/src/data/snapshot.ts";
import { DAY } from "../../../keeper/src/data/time.ts";
import { plantedPanel } from "../../../keeper/src/features/planted.fixture.ts";
import { lexiconScorer } from "../../../keeper/src/sentiment/scorer.ts";
import { newestHeadlines, sentimentOf } from "./news.ts";

const LAST = 19_000;
const NONE = Number.NaN;

describe("newestHeadlines", () => {
  const at = (day: number, second = 0) => day * DAY + second;
  const headline = (time: number, text: string) => ({ at: time, source: "rss/test", text });
  const read = (headlines: readonly ReturnType<typeof headline>[]) => {
    const month = { firstDay: LAST - 30, days: 31, assets: {}, macro: {}, headlines, conflicts: [] };
    const snapshot = { months: [month] } as never as MarketSnapshot;
    return newestHeadlines(snapshot, { assets: ["BTC", "ETH"] }, LAST, lexiconScorer);
  };

  it("are the newest five of the week, newest first, repeats once, each with its score", () => {
    const week = Array.from({ length: 7 }, (_, i) => headline(at(LAST - i, 60), `Bitcoin rallies again, part ${i}`));
    const { market, ofAsset } = read([...week, headline(at(LAST, 30), "Bitcoin rallies again, part 0")]);
    expect(market.map(({ text }) => text.slice(-1))).to.deep.equal(["0", "1", "2", "3", "4"]);
    expect(ofAsset.get("BTC")).to.deep.equal(market);
    expect(ofAsset.has("ETH")).to.equal(false);
    expect(market[0]!.score).to.equal(lexiconScorer.score(market[0]!.text).polarity);
    expect(market[0]!.score).to.be.greaterThan(0);
  });

  it("are none of the week before", () => {
    expect(read([headline(at(LAST - 6), "Bitcoin holds")]).market).to.have.length(1);
    expect(read([headline(at(LAST - 6) - 1, "Bitcoin holds")]).market).to.deep.equal([]);
  });
});

describe("sentimentOf", () => {
  const of = (columns: Record<string, readonly number[]>, t: number) => {
    const panel = plantedPanel({ AAA: { columns: { close: new Array(40).fill(1), ...columns } } });
    return sentimentOf((name) => panel.column(name, 0), t, []);
  };
  const on = (day: number, value: number) => Array.from({ length: 40 }, (_, t) => (t === day ? value : NONE));

  it("is null once the last headline is 35 days old", () => {
    const columns = { newsScore: on(3, 0.5), newsCount: on(3, 2) };
    expect(of(columns, 37)?.scoreHalved7).to.be.closeTo(0.5, 1e-12);
    expect(of(columns, 38)).to.equal(null);
    expect(of({}, 39)).to.equal(null);
  });

  it("weighs days by their headlines, older ones less, and leaves unknown what no day says", () => {
    const newsScore = [...new Array(37).fill(NONE), 1, NONE, -0.5];
    const newsCount = [...new Array(37).fill(NONE), 4, 0, 2];
    const found = of({ newsScore, newsCount }, 39)!;
    expect(found).to.include({ headlines7: 6, score: -0.5, disagreement7: null, novelty7: null });
    // Two days back count a quarter when halved every day: (4 x 1/4 x 1 - 2 x 0.5) / (4/4 + 2).
    expect(found.scoreHalved1).to.be.closeTo(0, 1e-12);
    expect(of({ newsScore, newsCount }, 38)).to.include({ score: null, headlines7: 4 });
  });
});
