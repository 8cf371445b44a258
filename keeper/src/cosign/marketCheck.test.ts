import { expect } from "chai";
import type { MonthBlock } from "../data/months.ts";
import { createSimulation } from "../data/simulation.ts";
import { captureMarket, type MarketSnapshot } from "../data/snapshot.ts";
import { dayFromIso, firstKnown } from "../data/time.ts";
import { checkMarket, defaultMarketLimits as limits } from "./marketCheck.ts";
import { CosignRefusal } from "./refusal.ts";

const source = createSimulation({ seed: 7, assets: 20, to: "2022-12-31" });
const DAY = dayFromIso("2022-05-11");
const BASKET = ["BTC", "ETH"];

/** Why a market is refused, with the words; null: it is not. */
function refusalOf(theirs: MarketSnapshot, own: MarketSnapshot, over: Partial<typeof limits> = {}): string | null {
  try {
    checkMarket(theirs, own, BASKET, { ...limits, ...over });
    return null;
  } catch (error) {
    if (!(error instanceof CosignRefusal)) throw error;
    return `${error.refusal}: ${error.words}`;
  }
}

type Change = (value: number, day: number) => number;

/** The market with another column of one asset. */
function altered(
  market: MarketSnapshot,
  asset: string,
  column: "close" | "volumeGlobal",
  change: Change,
): MarketSnapshot {
  return withMonths(market, (month) => {
    const values = month.assets[asset]?.[column];
    if (values === undefined) return month;
    const other = values.map((value, i) => change(value, month.firstDay + i));
    return { ...month, assets: { ...month.assets, [asset]: { ...month.assets[asset], [column]: other } } };
  });
}

function withMonths(market: MarketSnapshot, change: (month: MonthBlock) => MonthBlock): MarketSnapshot {
  return { ...market, months: market.months.map(change) };
}

describe("checkMarket", () => {
  let own: MarketSnapshot;

  before(async () => {
    own = await captureMarket(source.at(firstKnown(DAY)), { assets: "listed", lookbackDays: 120 });
  });

  it("is content with the very same market, and says nothing", () => {
    expect(checkMarket(structuredClone(own), own, BASKET, limits)).to.deep.equal([]);
  });

  it("allows a price of the basket to be as far off as configured, on any day and in either direction", () => {
    for (const day of [own.lastDay, own.lastDay - 100]) {
      for (const factor of [1.0199, 1 / 1.0199]) {
        const near = altered(own, "ETH", "close", (price, of) => (of === day ? price * factor : price));
        expect(refusalOf(near, own), `${day} ${factor}`).to.equal(null);
      }
      for (const factor of [1.0201, 1 / 1.0201]) {
        const far = altered(own, "ETH", "close", (price, of) => (of === day ? price * factor : price));
        expect(refusalOf(far, own), `${day} ${factor}`).to.match(/^PRICES_DIFFER: .*the basket .*1 of .*ETH on 2022/);
      }
    }
  });

  it("judges the universe by how many prices differ", () => {
    const other = own.profiles.map(({ asset }) => asset).filter((asset) => !BASKET.includes(asset));
    const wild = (market: MarketSnapshot, assets: readonly string[]) =>
      assets.reduce((so, asset) => altered(so, asset, "close", (price) => price * 2), market);
    expect(refusalOf(wild(own, other.slice(0, 1)), own, { shareBps: 1_000 })).to.equal(null);
    expect(refusalOf(wild(own, other.slice(0, 1)), own, { shareBps: 100 })).to.match(/^PRICES_DIFFER: .*the universe/);
    expect(refusalOf(wild(own, other), own)).to.match(/^PRICES_DIFFER: .*the universe/);
  });

  it("refuses gaps in the last days of the basket that it would allow long ago", () => {
    // Every month differs a little, so that all of them are compared.
    const near = altered(own, "BTC", "close", (price) => price * 1.001);
    const gap = (from: number) =>
      altered(near, "ETH", "close", (price, day) => (day > from && day <= from + 5 ? Number.NaN : price));
    expect(refusalOf(gap(own.lastDay - 100), own)).to.equal(null);
    expect(refusalOf(gap(own.lastDay - 5), own)).to.match(/^TOKENS_MISSING: .*the basket's last days/);
    expect(refusalOf(own, gap(own.lastDay - 5))).to.match(/^TOKENS_MISSING: .*the basket's last days/);
    expect(refusalOf(gap(own.lastDay - 5), own, { shareBps: 1_000 })).to.equal(null);
  });

  it("refuses other figures of the basket that differ or were left out, however many other tokens there are", () => {
    const doubled = altered(own, "ETH", "volumeGlobal", (value) => value * 2);
    expect(refusalOf(doubled, own)).to.match(/^FIGURES_DIFFER: .*the basket in "volumeGlobal"/);
    const silent = altered(own, "ETH", "volumeGlobal", () => Number.NaN);
    expect(refusalOf(silent, own)).to.match(/^FIGURES_DIFFER: .*"volumeGlobal" were left out/);
    const near = altered(own, "ETH", "volumeGlobal", (value) => value * 1.1);
    expect(refusalOf(near, own)).to.equal(null);
    expect(checkMarket(own, silent, BASKET, limits).join(" ")).to.contain(
      'of the basket in "volumeGlobal" are not known',
    );
  });

  it("refuses other figures of the world, and other headlines", () => {
    const macro = withMonths(own, (month) => {
      const fearGreed = month.macro.fearGreed?.map((value) => 100 - value);
      return fearGreed === undefined ? month : { ...month, macro: { ...month.macro, fearGreed } };
    });
    expect(refusalOf(macro, own)).to.match(/^FIGURES_DIFFER: .*the world in "fearGreed"/);
    const rumours = withMonths(own, (month) => {
      const headlines = month.headlines.map((item) => ({ ...item, text: `${item.text} to the moon` }));
      return { ...month, headlines };
    });
    expect(refusalOf(rumours, own)).to.match(/^FIGURES_DIFFER: The headlines/);
    const deaf = withMonths(own, (month) => ({ ...month, headlines: [] }));
    expect(checkMarket(own, deaf, BASKET, limits).join(" ")).to.contain("headlines: this keeper reads none");
    expect(refusalOf(deaf, own)).to.match(/^FIGURES_DIFFER: The headlines/);
  });

  it("refuses another day, fewer months, and months of another form", () => {
    expect(refusalOf({ ...own, asOf: own.asOf + 86_400 }, own)).to.match(/^MARKET_DIFFERS: .*ends on another day/);
    expect(refusalOf({ ...own, months: own.months.slice(1) }, own)).to.match(/^MARKET_DIFFERS: .*same months/);
    expect(refusalOf({ ...own, months: [...own.months, ...own.months] }, own)).to.match(
      /^MARKET_DIFFERS: .*same months/,
    );
    const long = withMonths(own, (month) => {
      const close = Float64Array.from([...(month.assets.ETH?.close ?? []), 1]);
      return { ...month, assets: { ...month.assets, ETH: { ...month.assets.ETH, close } } };
    });
    expect(refusalOf(long, own)).to.match(/^MARKET_DIFFERS: .*another form/);
    const future = withMonths(own, (month) => {
      return { ...month, headlines: [...month.headlines, { at: own.asOf + 1, source: "x", text: "y" }] };
    });
    expect(refusalOf(future, own)).to.match(/^MARKET_DIFFERS: .*another form/);
  });

  it("refuses tokens that are told to be something else, and a universe of others", () => {
    const profiles = own.profiles.map((profile) =>
      profile.asset === "ETH" ? { ...profile, sector: "meme" } : profile,
    );
    expect(refusalOf({ ...own, profiles }, own)).to.match(/^TOKENS_MISSING: .*ETH/);
    const few = own.profiles.filter(({ asset }, i) => BASKET.includes(asset) || i % 2 === 0);
    expect(refusalOf({ ...own, profiles: few }, own)).to.match(/^TOKENS_MISSING: The universe/);
    const ranks = own.profiles.map((profile) => ({
      ...profile,
      rank: profile.rank === null ? null : 100 - profile.rank,
    }));
    expect(refusalOf({ ...own, profiles: ranks }, own)).to.match(/^FIGURES_DIFFER: .*"rank"/);
  });

  it("names the sources when they differ", () => {
    const elsewhere = { ...own, source: { ...own.source, id: "csv/other" } };
    expect(checkMarket(elsewhere, own, BASKET, limits).join(" ")).to.contain('"csv/other"');
  });

  it("refuses data sets that would earn and are not named here, and the reverse", () => {
    const naming = (...datasets: number[]) => ({ ...own, source: { ...own.source, datasets } });
    expect(refusalOf(naming(4, 7), own)).to.match(/^DATASETS_DIFFER: .*others than here/);
    expect(refusalOf(own, naming(4))).to.match(/^DATASETS_DIFFER: .*others than here/);
    expect(checkMarket(naming(4), naming(4), BASKET, limits)).to.deep.equal([]);
  });
});
