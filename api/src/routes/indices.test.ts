import { expect } from "chai";
import { bodyOf, fixtureJournal, type Json, testApp, testContext } from "../app.fixture.ts";
import type { ApiContext } from "../context.ts";
import { JournalDecisions } from "../decisions/decisions.ts";
import { fixtureHistory } from "../history/history.fixture.ts";
import { ALPHA, BETA, CREATOR, centsOn, DAYS, fixtureRows, GAMMA, START } from "./indices.fixture.ts";

const DAY = 86_400;
const iso = (time: number) => new Date(time * 1000).toISOString();

describe("routes of indices", () => {
  let context: ApiContext;
  let hash: `0x${string}`;
  let ask: ReturnType<typeof testApp>;
  before(async () => {
    const { database, hashes } = await fixtureJournal();
    hash = hashes[2] as `0x${string}`;
    const decisions = new JournalDecisions(database, 31_337);
    context = await testContext({ decisions, history: fixtureHistory(fixtureRows(hash)) });
    ask = testApp(context);
  });
  after(() => context.store.close());

  const json = (path: string): Promise<Json> => bodyOf(ask(path));
  const symbolsOf = async (query: string) =>
    (await json(`/v1/indices${query}`)).data.map(({ symbol }: { symbol: string }) => symbol);

  it("list with price, changes against a day and a month ago, fees and risk", async () => {
    const { data, asOf, asOfBlock } = await json("/v1/indices?search=alpha");
    expect([asOf, asOfBlock]).to.deep.equal([iso(START + 39 * DAY + 7_200).replace(".000", ""), 200]);
    const [alpha] = data;
    const price = centsOn(39);
    expect(alpha.price).to.deep.equal({
      amount: `${Number(price) / 100}`,
      raw: String(price * 10n ** 16n),
      decimals: 18,
      unit: "USD/share",
    });
    const change = (from: bigint) => Math.round((Number(price) / Number(from) - 1) * 10_000);
    expect([alpha.change24hBps, alpha.change30dBps]).to.deep.equal([change(centsOn(38)), change(centsOn(9))]);
    expect(alpha.fees).to.deep.equal({ streamingBpsPerYear: 49.88, mintBps: 15, redeemBps: 0, royaltyBps: 0 });
    expect(alpha).to.deep.include({ risk: "balanced", holders: 3, tvl: { ...alpha.tvl, unit: "USD" } });
    expect(alpha.methodology.id).to.equal("ai-balanced");
  });

  it("sort and search, with what is not known last", async () => {
    expect(await symbolsOf("")).to.deep.equal(["BET", "ALP", "GAM"]);
    expect(await symbolsOf("?order=asc")).to.deep.equal(["ALP", "BET", "GAM"]);
    expect(await symbolsOf("?sort=name")).to.deep.equal(["ALP", "BET", "GAM"]);
    expect(await symbolsOf("?sort=created")).to.deep.equal(["GAM", "BET", "ALP"]);
    expect(await symbolsOf("?search=bEt")).to.deep.equal(["BET"]);
    expect(await symbolsOf("?risk=balanced")).to.have.members(["ALP", "GAM"]);
    expect(await symbolsOf(`?creator=${CREATOR}`)).to.deep.equal(["BET", "ALP"]);
  });

  it("come page by page, each once, all of the moment of the first page", async () => {
    const first = await json("/v1/indices?limit=2");
    const second = await json(`/v1/indices?limit=2&cursor=${first.next}`);
    const names = [...first.data, ...second.data].map(({ symbol }: { symbol: string }) => symbol);
    expect(names).to.deep.equal(["BET", "ALP", "GAM"]);
    expect(second.asOfBlock).to.equal(200);
    expect(second).not.to.have.property("next");
  });

  it("answer as they were at a moment or a block, and refuse one that is still to come", async () => {
    const before = await json(`/v1/indices/${ALPHA}?asOf=${iso(START + 10 * DAY + 5_000)}`);
    expect(before.data.price.raw).to.equal(String(centsOn(10) * 10n ** 16n));
    expect([before.asOf, before.asOfBlock]).to.deep.equal([iso(START + 10 * DAY + 5_000).replace(".000", ""), 110]);
    const block = await json(`/v1/indices/${ALPHA}?asOfBlock=105`);
    expect([block.data.price.raw, block.asOfBlock]).to.deep.equal([String(centsOn(5) * 10n ** 16n), 105]);
    expect((await ask(`/v1/indices/${BETA}?asOfBlock=105`)).status).to.equal(404);
    expect(await json(`/v1/indices/${ALPHA}?asOfBlock=201`)).to.include({ status: 422, code: "UNPROCESSABLE" });
    const both = await json(`/v1/indices/${ALPHA}?asOfBlock=105&asOf=2024-01-01`);
    expect(both.errors[0].at).to.equal("query.asOf");
  });

  it("tell their terms: who may change them and what is paused", async () => {
    const { data } = await json(`/v1/indices/${BETA.toUpperCase().replace("0X", "0x")}`);
    const until = iso(START + 60 * DAY).replace(".000", "");
    expect(data.paused).to.deep.equal({ mint: true, fill: false, propose: true, until });
    expect(data).to.deep.include({ curator: CREATOR, risk: null, royaltyRecipient: null, change24hBps: null });
    const { data: gamma } = await json(`/v1/indices/${GAMMA}`);
    expect(gamma).to.deep.include({ price: null, tvl: null, curator: null, change30dBps: null });
  });

  it("tell what they hold, what they want to hold, and the drift between both", async () => {
    const { data } = await json(`/v1/indices/${ALPHA}/holdings`);
    const [btc, usdc] = data.holdings;
    expect(btc).to.deep.include({ symbol: "WBTC", weightBps: 6_000, targetBps: 5_500, driftBps: 500 });
    expect(btc.amount).to.deep.equal({ amount: "0.01", raw: "1000000", decimals: 8, unit: "WBTC" });
    expect(btc.priceChange24hBps).to.equal(Math.round((63_900 / 63_800 - 1) * 10_000));
    expect(usdc.driftBps).to.equal(-500);
    expect([data.driftBps, data.target.epoch, data.target.decision]).to.deep.equal([500, 1, hash]);
    expect((await json(`/v1/indices-holdings?index=${ALPHA}`)).data).to.deep.equal(data);
    const { data: none } = await json(`/v1/indices/${GAMMA}/holdings`);
    expect(none).to.deep.include({ value: null, target: null, driftBps: null, holdings: [] });
    const early = await json(`/v1/indices/${ALPHA}/holdings?asOfBlock=120`);
    expect([early.data.target, early.data.holdings[0].targetBps]).to.deep.equal([null, null]);
  });

  it("tell the weights of each day of a span", async () => {
    const date = (day: number) => iso(START + day * DAY).slice(0, 10);
    const { data } = await json(`/v1/indices/${ALPHA}/weights?from=${date(3)}&to=${date(5)}`);
    expect(data.days.map(({ date: on }: { date: string }) => on)).to.deep.equal([3, 4, 5].map(date));
    expect(data.days[0].weights[0]).to.include({ symbol: "WBTC", weightBps: 6_000 });
    expect((await ask(`/v1/indices/${ALPHA}/weights?from=${date(5)}&to=${date(3)}`)).status).to.equal(400);
    expect((await ask(`/v1/indices/${ALPHA}/weights?from=2000-01-01`)).status).to.equal(400);
  });

  it("tell how they did beside cash: the figures of the backtest", async () => {
    const { data } = await json(`/v1/indices/${ALPHA}/performance?benchmark=cash`);
    expect(data.series).to.have.length(DAYS);
    expect(data.series[0]).to.deep.equal({ date: iso(START).slice(0, 10), value: 1, benchmark: 1 });
    const last = Number(centsOn(39)) / Number(centsOn(0)) - 1;
    expect(data.metrics.totalReturn).to.be.closeTo(last, 1e-12);
    expect(data.metrics.days).to.equal(DAYS - 1);
    expect(data.metrics.maxDrawdown).to.be.closeTo(150 / 10_350, 1e-12);
    expect(data.comparison.excessReturn).to.be.closeTo(last, 1e-12);
    expect(data.comparison.beta).to.equal(null);
    expect(data.comparison.trackingError).to.be.closeTo(data.metrics.volatility, 1e-12);
  });

  it("tell how they did beside themselves: beta 1, no tracking error", async () => {
    const { data } = await json(`/v1/indices-performance?index=${ALPHA}&benchmark=${ALPHA}`);
    expect(data.comparison.beta).to.be.closeTo(1, 1e-12);
    expect(data.comparison).to.include({ trackingError: 0, excessReturn: 0, informationRatio: null });
    expect(data.comparison.correlation).to.be.closeTo(1, 1e-12);
    expect((await json(`/v1/indices/${ALPHA}/performance`)).data.comparison).to.equal(null);
    expect((await ask(`/v1/indices/${ALPHA}/performance?benchmark=DOGE`)).status).to.equal(400);
  });

  it("tell of an index that is younger than two days what there is, and why there is no more", async () => {
    const figures = (metrics: Json) => Object.entries(metrics).filter(([, value]) => value !== null);
    for (const query of ["", "?benchmark=cash", "?benchmark=BTC", `?benchmark=${ALPHA}`]) {
      const { data: none } = await json(`/v1/indices/${GAMMA}/performance${query}`);
      expect([none.series, figures(none.metrics), none.comparison], query).to.deep.equal([[], [["days", 0]], null]);
      expect(none.reason, query).to.contain("no day at whose end all tokens");
    }
    for (const query of ["", "?benchmark=cash", `?benchmark=${ALPHA}`]) {
      const { data: young } = await json(`/v1/indices/${BETA}/performance${query}`);
      const benchmark = query === "" ? null : 1;
      expect(young.series, query).to.deep.equal([{ date: iso(START + 39 * DAY).slice(0, 10), value: 1, benchmark }]);
      expect(figures(young.metrics), query).to.deep.equal([["days", 0]]);
      expect(figures(young.comparison ?? {}), query).to.deep.equal([]);
      expect(young.reason, query).to.equal("There is one day only, and a return takes two.");
    }
    expect((await json(`/v1/indices/${ALPHA}/performance?benchmark=cash`)).data.reason).to.equal(null);
    expect((await json(`/v1/indices/${ALPHA}/performance`)).data.reason).to.equal(null);
  });

  it("are measured alone where the benchmark is unknown in those days, but not against one that does not exist", async () => {
    for (const [benchmark, query] of [
      ["BTC", "benchmark=BTC"], // nothing was graded in this test
      [GAMMA, `benchmark=${GAMMA}`], // was never looked at
    ]) {
      const { data } = await json(`/v1/indices/${ALPHA}/performance?${query}`);
      expect(data).to.deep.include({ benchmark, benchmarkMetrics: null, comparison: null });
      expect(data.series[1]).to.deep.equal({ ...data.series[1], benchmark: null });
      expect([data.series.length, data.metrics.days]).to.deep.equal([DAYS, DAYS - 1]);
      expect(data.reason).to.equal(`The index and ${benchmark} have no day in common.`);
    }
    for (const index of [ALPHA, GAMMA]) {
      expect((await ask(`/v1/indices/${index}/performance?benchmark=${CREATOR}`)).status).to.equal(404);
      const wrong = `/v1/indices/${index}/performance?from=2024-10-20&to=2024-10-10`;
      expect(await json(wrong)).to.include({ status: 400, code: "REQUEST_INVALID" });
    }
  });

  it("tell how they did beside BTC, over the days that both have, and say when nothing is known of it", async () => {
    const closes = Float64Array.from({ length: 20 }, (_, i) => (i === 5 ? Number.NaN : 100 + i));
    const panel = { firstDay: START / DAY + 10, days: 20, assets: ["BTC"], column: () => closes };
    const head = { asOf: START + 30 * DAY };
    const store = { head: async ({ asOf = Number.POSITIVE_INFINITY }) => (asOf < head.asOf ? undefined : head) };
    const market = { store, panel: async () => panel } as unknown as ApiContext["market"];
    const own = testApp({ ...context, market, revision: async () => "btc" });
    const { data } = await bodyOf(own(`/v1/indices/${ALPHA}/performance?benchmark=BTC`));
    expect(data.series.map(({ benchmark }: Json) => benchmark).slice(0, 7)).to.deep.equal([
      ...[1, 1.01, 1.02, 1.03, 1.04, 1.04, 1.06],
    ]);
    expect([data.series.length, data.series[0].date]).to.deep.equal([20, iso(START + 10 * DAY).slice(0, 10)]);
    expect(data.benchmarkMetrics.totalReturn).to.be.closeTo(0.19, 1e-12);
    expect(data.reason).to.equal(null);
    const { data: unknown } = await bodyOf(own(`/v1/indices/${ALPHA}/performance?benchmark=ETH`));
    expect(unknown).to.deep.include({ comparison: null, reason: "The index and ETH have no day in common." });
  });

  it("take of earlier decisions the closes of BTC that the newest do not know", async () => {
    // The newest saw no market, the one before five days from the 20th on, the first one 15 days from the start on.
    const seen = [
      { asOf: START + 15 * DAY, firstDay: START / DAY, days: 15, first: 100 },
      { asOf: START + 25 * DAY, firstDay: START / DAY + 20, days: 5, first: 1_000 },
      { asOf: START + 40 * DAY, firstDay: START / DAY + 40, days: 0, first: 0 },
    ];
    const store = { head: async ({ asOf = Number.POSITIVE_INFINITY }) => seen.findLast((head) => head.asOf <= asOf) };
    const panel = async ({ firstDay, days, first }: (typeof seen)[number]) => ({
      ...{ firstDay, days, assets: days === 0 ? [] : ["BTC"] },
      column: () => Float64Array.from({ length: days }, (_, i) => first + i),
    });
    const market = { store, panel } as unknown as ApiContext["market"];
    const own = testApp({ ...context, market, revision: async () => "earlier" });
    const { data } = await bodyOf(own(`/v1/indices/${ALPHA}/performance?benchmark=BTC`));
    const theirs = data.series.map(({ benchmark }: Json) => benchmark * 100);
    const start = theirs.findIndex((value: number) => Math.abs(value - 1_000) < 1e-6);
    expect([data.series.length, start, theirs[14], theirs[19]].map(Math.round)).to.deep.equal([25, 20, 114, 114]);
    expect(theirs.at(-1)).to.be.closeTo(1_004, 1e-6);
  });

  it("tell NAV as bars of days, weeks, months and hours", async () => {
    const days = (await json(`/v1/indices/${ALPHA}/nav`)).data.bars;
    expect(days).to.have.length(DAYS);
    const weeks = (await json(`/v1/indices/${ALPHA}/nav?interval=1w`)).data.bars;
    for (const { from } of weeks) expect(new Date(from).getUTCDay()).to.equal(1);
    const raws = days.slice(-7).map(({ close }: Json) => BigInt(close.raw));
    const inWeek = days.filter(({ from }: Json) => from >= weeks[2].from && from < weeks[3].from);
    const [high] = inWeek
      .map(({ high: top }: Json) => BigInt(top.raw))
      .sort((a: bigint, b: bigint) => (a < b ? 1 : -1));
    expect(weeks[2]).to.deep.include({ open: inWeek[0].open, close: inWeek.at(-1).close });
    expect(BigInt(weeks[2].high.raw)).to.equal(high);
    expect(raws).to.have.length(7);
    const hours = (await json(`/v1/indices/${ALPHA}/nav?interval=1h`)).data.bars;
    expect(hours).to.have.length(8);
    const months = (await json(`/v1/indices/${ALPHA}/nav?interval=1M`)).data.bars;
    for (const { from } of months) expect(from.slice(8, 10)).to.equal("01");
    expect(
      (await ask(`/v1/indices/${ALPHA}/nav?interval=1h&from=${iso(START - 60 * DAY).slice(0, 10)}`)).status,
    ).to.equal(400);
  });

  it("tell rebalances with reasons, before, target and after, and what they cost", async () => {
    const { data } = await json(`/v1/indices/${ALPHA}/rebalances`);
    const record = (await context.decisions.byHash(hash))!.record;
    expect(data).to.have.length(1);
    expect(data[0]).to.deep.include({ epoch: 1, decision: hash, reasons: record.reasons, fills: 2 });
    expect(data[0].weights[0]).to.include({ symbol: "WBTC", beforeBps: 5_000, targetBps: 5_500, afterBps: 5_400 });
    const one = (await json(`/v1/indices/${ALPHA}/rebalances/1`)).data;
    expect(one.cost.given).to.deep.include({ amount: "1", unit: "USD" });
    expect((await ask(`/v1/indices/${ALPHA}/rebalances/2`)).status).to.equal(404);
    expect((await ask(`/v1/indices/${ALPHA}/rebalances/1?asOfBlock=129`)).status).to.equal(404);
  });

  it("tell rebalances without reasons while the journal is down", async () => {
    const { NO_JOURNAL } = await import("../decisions/open.ts");
    const decisions = new JournalDecisions(NO_JOURNAL, 31_337);
    const own = testApp({ ...context, decisions, revision: async () => "down" });
    const { data } = await bodyOf(own(`/v1/indices/${ALPHA}/rebalances/1`));
    expect([data.reasons, data.cost.expected, data.turnoverBps]).to.deep.equal([null, null, null]);
  });

  it("tell fills and fees, page by page", async () => {
    const first = await json(`/v1/indices/${ALPHA}/fills?limit=1`);
    const second = await json(`/v1/indices/${ALPHA}/fills?limit=1&cursor=${first.next}`);
    expect([first.data[0].id, second.data[0].id]).to.deep.equal([13_100_002, 13_100_001]);
    expect(first.data[0].bought.amount).to.include({ amount: "0.00099", unit: "WBTC" });
    expect((await json(`/v1/indices/${ALPHA}/fills?epoch=2`)).data).to.deep.equal([]);
    const { data } = await json(`/v1/indices/${ALPHA}/fees`);
    expect(data[0]).to.deep.include({ kind: "distributed", tx: `0x${"8c".padStart(64, "0")}` });
    expect(data[0].toCreator.raw).to.equal("400");
  });
});
