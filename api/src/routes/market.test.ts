import { expect } from "chai";
import { type Json, testApp, testContext } from "../app.fixture.ts";
import { JournalDecisions } from "../decisions/decisions.ts";
import type { DayHead } from "../market/gradeDay.ts";
import { gradedBook, MARKET_FIXTURE, marketJournal } from "../market/market.fixture.ts";
import { MarketBook } from "../market/marketBook.ts";
import { MarketStore, type StoredToken } from "../market/marketStore.ts";
import { updateBook } from "../market/updateBook.ts";
import { Store } from "../store/store.ts";

/** Every route of the market with parameters that it answers. */
const PATHS = [
  "/v1/tokens?limit=5",
  "/v1/price?token=BTC,ETH",
  "/v1/ohlcv?token=BTC&limit=5",
  "/v1/trader-grades?limit=5",
  "/v1/investor-grades?limit=5",
  "/v1/trading-signals?limit=5",
  "/v1/market-metrics",
  "/v1/regime",
  "/v1/quantmetrics?limit=5&window=90",
  "/v1/sentiments?limit=20",
  "/v1/sentiments/market",
  "/v1/correlation?tokens=BTC,ETH,SIM003",
  "/v1/correlation?token=BTC&top=3",
  "/v1/resistance-support?token=BTC",
  "/v1/scenario-analysis?token=ETH",
];

describe("the market's routes", function () {
  this.timeout(60_000);
  let ask: ReturnType<typeof testApp>;
  let market: MarketBook;
  let heads: readonly DayHead[];
  let rows: readonly StoredToken[];
  before(async () => {
    const book = await gradedBook();
    market = book.market;
    ask = testApp(await testContext({ store: book.store, market, decisions: book.source }));
    heads = (await market.store.days(0, 1e6, 1e12, 10, null)).toReversed();
    const day = heads.at(-1)!.day;
    rows = await market.store.page({ day, filter: {}, sort: "symbol", order: "asc", limit: 99, after: null });
  });

  const json = async (path: string): Promise<Json> => {
    const response = await ask(path);
    const body: Json = await response.json();
    expect(response.status, `${path} ${JSON.stringify(body).slice(0, 300)}`).to.equal(200);
    return body;
  };
  const refused = async (path: string): Promise<readonly [number, string]> => {
    const response = await ask(path);
    return [response.status, ((await response.json()) as Json).code];
  };
  const ids = (body: Json): readonly string[] => body.data.map(({ id }: Json) => id);

  it("say of every answer from which inputs it was made, and for which moment", async () => {
    const { decisions } = await marketJournal();
    for (const [i, { hash, record }] of decisions.entries()) {
      const asOf = new Date(record.asOf * 1000).toISOString();
      for (const path of PATHS) {
        const body = await json(`${path}${path.includes("?") ? "&" : "?"}asOf=${asOf}`);
        expect([body.asOf, body.asOfBlock], path).to.deep.equal([asOf.replace(".000", ""), 100 + i]);
        const [first] = [body.data].flat();
        expect(first.computedFrom, path).to.deep.equal({
          date: new Date(record.asOf * 1000 - 86_400_000).toISOString().slice(0, 10),
          decision: hash,
          market: record.inputs.market,
          model: record.model.hash,
          spoke: record.model.spoke,
          source: record.source.label,
        });
      }
    }
  });

  it("answer for a moment as they did then: days that were graded later change nothing", async () => {
    const { database, journal, decisions } = await marketJournal();
    const store = await Store.open(":memory:");
    const tables = new MarketStore(store.database);
    const source = new JournalDecisions(database, MARKET_FIXTURE.chainId);
    const known = [decisions[0]!, decisions[1]!].map(({ hash, record }) => ({ hash, record })).toReversed();
    await updateBook({ list: async () => known, byHash: (hash) => source.byHash(hash) }, journal, tables);
    const early = testApp(
      await testContext({ store, market: new MarketBook(tables, source, journal), decisions: source }),
    );
    for (const path of PATHS) {
      const then = await (await early(path)).json();
      const asOf = `${path.includes("?") ? "&" : "?"}asOf=2022-04-19T23:59:59Z`;
      const now: Json = await json(path + asOf);
      // Cursors name the parameters, which differ by the moment.
      expect({ ...now, next: 0 }, path).to.deep.equal({ ...(then as object), next: 0 });
    }
    await store.close();
  });

  it("list all tokens with their figures and units", async () => {
    const { data } = await json("/v1/tokens?limit=100");
    expect(data).to.have.length(rows.length);
    const btc = data.find(({ id }: Json) => id === "BTC");
    const row = rows.find(({ token }) => token === "BTC")!;
    expect(btc.price).to.deep.equal({ amount: String(row.price), unit: "USD" });
    expect(btc.marketCap).to.deep.equal({ amount: String(row.marketCap), unit: "USD" });
    expect(btc.circulatingSupply).to.deep.equal({ amount: String(row.supply), unit: "BTC" });
    expect(Number(btc.circulatingSupply.amount) * Number(btc.price.amount)).to.be.closeTo(
      row.marketCap!,
      row.marketCap! * 0.2,
    );
    expect(btc).to.include({
      name: "Bitcoin",
      listing: "listed",
      rank: 1,
      sector: "payments",
      priceDate: "2022-04-19",
    });
    expect(btc.change7d).to.be.closeTo(row.change7!, 1e-7);
    expect(data.find(({ id }: Json) => id === "USDC")).to.include({ traderGrade: null, category: "stable" });
  });

  it("page through a list in any order, and stay with its day", async () => {
    for (const query of ["", "sort=marketCap&order=asc&", "sort=traderGrade&", "category=coin&sort=change24h&"]) {
      const seen: string[] = [];
      let next: string | undefined;
      do {
        const body = await json(`/v1/tokens?${query}limit=4${next === undefined ? "" : `&cursor=${next}`}`);
        seen.push(...ids(body));
        next = body.next;
      } while (next !== undefined);
      const whole = ids(await json(`/v1/tokens?${query}limit=100`));
      expect(seen, query).to.deep.equal(whole);
      expect(new Set(seen).size).to.equal(whole.length);
    }
    const first = await json("/v1/tokens?limit=4&asOf=2022-04-12");
    const second = await json(`/v1/tokens?limit=4&asOf=2022-04-12&cursor=${first.next}`);
    expect(second.data[0].computedFrom.date).to.equal("2022-04-11");
    expect(second.asOf).to.equal("2022-04-12T00:00:00Z");
  });

  it("take filters by name, class, size and grade, and refuse what contradicts itself", async () => {
    expect(ids(await json("/v1/tokens?token=eth,BTC"))).to.have.members(["ETH", "BTC"]);
    expect(ids(await json("/v1/tokens?symbol=BTC"))).to.deep.equal(["BTC"]);
    expect(ids(await json("/v1/tokens?category=stable"))).to.have.members(["DAI", "USDC", "USDT"]);
    const rich = await json("/v1/tokens?minMarketCap=100000000000&category=coin");
    for (const { marketCap } of rich.data) expect(Number(marketCap.amount)).to.be.at.least(1e11);
    expect(rich.data.length).to.be.within(1, 5);
    for (const path of ["/v1/trader-grades", "/v1/investor-grades"]) {
      const kind = path.includes("trader") ? "Trader" : "Investor";
      const good = await json(`${path}?min${kind}Grade=50&max${kind}Grade=80`);
      expect(good.data.length).to.be.greaterThan(1);
      for (const { grade } of good.data) expect(grade).to.be.within(50, 80);
    }
    const wrong = [
      "minMarketCap=2&maxMarketCap=1",
      "minVolume=x",
      "minTraderGrade=101",
      "sort=name",
      "token=,",
      "nosuch=1",
    ];
    for (const query of wrong)
      expect(await refused(`/v1/tokens?${query}`), query).to.deep.equal([400, "REQUEST_INVALID"]);
  });

  it("tell grades with their change, drivers, data points and who spoke", async () => {
    const { data } = await json("/v1/trader-grades?limit=100&asOf=2022-04-12");
    expect(data).to.have.length(14);
    const [before, day] = heads;
    const earlier = await market.store.page({
      day: before!.day,
      filter: {},
      sort: "symbol",
      order: "asc",
      limit: 99,
      after: null,
    });
    for (const [i, row] of data.entries()) {
      const old = earlier.find(({ token }) => token === row.id)!;
      expect(row.change24h).to.equal(row.grade - old.traderGrade!);
      expect(row.previous).to.deep.equal({ date: "2022-04-10", grade: old.traderGrade, change: row.change24h });
      expect(row.grade).to.be.at.most(data[i - 1]?.grade ?? 100);
      expect(row.dataPoints).to.deep.equal({ known: row.dataPoints.known, possible: day!.possible });
      expect(row.dataPoints.known).to.be.within(60, day!.possible);
      expect(row.comparedWith).to.equal(14);
      expect(row.computedFrom.spoke).to.equal("ensemble");
    }
    const drivers = data.flatMap((row: Json) => row.drivers);
    expect(drivers.length).to.be.greaterThan(10);
    for (const { words, value, effect } of drivers) {
      expect([words, value].every((text) => text.length > 0)).to.equal(true);
      expect(Math.abs(effect)).to.be.within(0.01, 100);
    }
  });

  it("tell no change of a day when the day before was not graded", async () => {
    const { data } = await json("/v1/investor-grades?token=BTC");
    expect(data[0].change24h).to.equal(null);
    expect(data[0].previous.date).to.equal("2022-04-11");
    expect(data[0].previous.change).to.equal(data[0].grade - data[0].previous.grade);
    expect(data[0].drivers.map(({ feature }: Json) => feature)).to.include("month");
    expect(data[0].reasons.at(-1)).to.contain("fallback speaks");
    expect((await json("/v1/trader-grades?token=BTC&asOf=2022-04-11")).data[0].previous).to.equal(null);
  });

  it("tell the history of a grade, newest day first, and refuse an order for it", async () => {
    const history = await json("/v1/trader-grades?token=BTC,ETH&from=2022-04-01&limit=4");
    expect(history.data.map(({ id, date }: Json) => `${date} ${id}`)).to.deep.equal([
      "2022-04-19 BTC",
      "2022-04-19 ETH",
      "2022-04-11 BTC",
      "2022-04-11 ETH",
    ]);
    const rest = await json(`/v1/trader-grades?token=BTC,ETH&from=2022-04-01&limit=4&cursor=${history.next}`);
    expect(rest.data.map(({ id, date }: Json) => `${date} ${id}`)).to.deep.equal(["2022-04-10 BTC", "2022-04-10 ETH"]);
    expect(history.data[2].computedFrom.spoke).to.equal("ensemble");
    expect(history.data[0].computedFrom.spoke).to.equal("fallback");
    const early = await json("/v1/trader-grades?token=BTC&from=2022-04-01&asOf=2022-04-12");
    expect(early.data.map(({ date }: Json) => date)).to.deep.equal(["2022-04-11", "2022-04-10"]);
    const one = await json("/v1/trader-grades?token=BTC&from=2022-04-11&to=2022-04-11");
    expect(one.data.map(({ date }: Json) => date)).to.deep.equal(["2022-04-11"]);
    expect(await refused("/v1/trader-grades?from=2022-04-01&sort=price")).to.deep.equal([400, "REQUEST_INVALID"]);
    expect(await refused("/v1/trader-grades?from=2022-04-02&to=2022-04-01")).to.deep.equal([400, "REQUEST_INVALID"]);
  });

  it("tell stances with their reason, and since when", async () => {
    const { data } = await json("/v1/trading-signals?limit=100");
    expect(data).to.have.length(14);
    const values = { bullish: 1, neutral: 0, bearish: -1 } as Record<string, number>;
    for (const row of data) {
      const stored = rows.find(({ token }) => token === row.id)!;
      expect([row.signal, row.value]).to.deep.equal([stored.stance, values[stored.stance]]);
      expect(row.reason).to.contain(`${row.id} is ${row.signal}`);
      expect(row.since).to.equal(new Date(stored.stanceSince * 86_400_000).toISOString().slice(0, 10));
    }
    const bullish = await json("/v1/trading-signals?limit=100&signal=bullish");
    expect(ids(bullish)).to.deep.equal(ids({ data: data.filter(({ signal }: Json) => signal === "bullish") }));
    const metrics = await json("/v1/market-metrics?limit=1");
    expect(metrics.data[0].signals.bullish).to.equal(bullish.data.length);
  });

  it("tell bars newest first, page by page, within a range", async () => {
    const first = await json("/v1/ohlcv?token=ETH&limit=3");
    expect(first.data.bars.map(({ date }: Json) => date)).to.deep.equal(["2022-04-19", "2022-04-18", "2022-04-17"]);
    for (const { open, high, low, close, basis } of first.data.bars) {
      const [o, h, l, c] = [open, high, low, close].map(({ amount }) => Number(amount));
      expect(basis).to.equal("ohlc");
      expect([l! <= Math.min(o!, c!), h! >= Math.max(o!, c!)]).to.deep.equal([true, true]);
    }
    const second = await json(`/v1/ohlcv?token=ETH&limit=3&cursor=${first.next}`);
    expect(second.data.bars[0].date).to.equal("2022-04-16");
    const range = await json("/v1/ohlcv?token=ETH&from=2022-04-10&to=2022-04-12");
    expect(range.data.bars.map(({ date }: Json) => date)).to.deep.equal(["2022-04-12", "2022-04-11", "2022-04-10"]);
    expect(range).not.to.have.property("next");
    const early = await json("/v1/ohlcv?token=ETH&from=2022-04-10&to=2022-04-12&asOf=2022-04-12T12:00:00Z");
    expect(early.data.bars.map(({ date }: Json) => date)).to.deep.equal(["2022-04-11", "2022-04-10"]);
    expect(await refused("/v1/ohlcv?token=NOBODY")).to.deep.equal([404, "NOT_FOUND"]);
  });

  it("tell the regime as the decision of the day has it, with its history", async () => {
    const { decisions } = await marketJournal();
    const { data } = await json("/v1/regime");
    const { regime, since, votes, reasons } = decisions.at(-1)!.record.regime;
    expect(data).to.deep.include({ regime, since, votes, reasons });
    expect(data.history[0]).to.deep.include({ date: since, regime, exposureBps: data.exposureBps });
    const dates = data.history.map(({ date }: Json) => date);
    expect(dates).to.deep.equal(dates.toSorted().toReversed());
    const metrics = await json("/v1/market-metrics?to=2022-04-11&limit=1");
    expect(metrics.data.map(({ date }: Json) => date)).to.deep.equal(["2022-04-11"]);
    const rest = await json(`/v1/market-metrics?to=2022-04-11&limit=1&cursor=${metrics.next}`);
    expect(rest.data.map(({ date }: Json) => date)).to.deep.equal(["2022-04-10"]);
    expect(rest).not.to.have.property("next");
  });

  it("tell statistics of the stored windows, and null with a reason where there are none", async () => {
    const { data } = await json("/v1/quantmetrics?token=BTC&window=90");
    const stored = rows.find(({ token }) => token === "BTC")!.detail.quant.find(({ windowDays }) => windowDays === 90)!;
    for (const name of [
      "sharpe",
      "sortino",
      "volatility",
      "maxDrawdown",
      "beta",
      "skewness",
      "valueAtRisk95",
    ] as const) {
      expect(data[0][name], name).to.be.closeTo(stored[name]!, 1e-6 * Math.abs(stored[name]!));
    }
    expect(data[0]).to.include({ windowDays: 90, days: 90, reason: null });
    expect(await refused("/v1/quantmetrics?window=91")).to.deep.equal([400, "REQUEST_INVALID"]);
    const quiet = (await json("/v1/sentiments?limit=100")).data.find(({ sentiment }: Json) => sentiment === null);
    expect(quiet.reason).to.contain("No headline");
  });

  it("correlate named tokens in their order, and rank the others around one", async () => {
    const { data } = await json("/v1/correlation?tokens=ETH,BTC");
    expect(data.matrix.tokens).to.deep.equal(["ETH", "BTC"]);
    expect(data.matrix.rows[0][1]).to.deep.equal(data.matrix.rows[1][0]);
    const ranked = (await json("/v1/correlation?token=ETH&top=50")).data.ranking;
    expect(ranked.most).to.have.length(13);
    expect(ranked.most.map(({ token }: Json) => token)).not.to.include("USDC");
    expect(ranked.most).to.deep.equal(ranked.least.toReversed());
    expect(ranked.most.find(({ token }: Json) => token === "BTC").correlation).to.equal(
      data.matrix.rows[0][1].correlation,
    );
    for (const query of ["", "?token=BTC&tokens=BTC,ETH", "?tokens=BTC", "?token=BTC&window=29"]) {
      expect(await refused(`/v1/correlation${query}`), query).to.deep.equal([400, "REQUEST_INVALID"]);
    }
    expect(await refused("/v1/correlation?tokens=BTC,NOBODY")).to.deep.equal([404, "NOT_FOUND"]);
  });

  it("work scenarios out for the sums that are asked for, with their assumptions", async () => {
    const { data } = await json("/v1/scenario-analysis?token=BTC&totals=2e12,4e12");
    const [two, four] = data.scenarios;
    expect(two.totalMarketCap).to.deep.equal({ amount: "2000000000000", unit: "USD" });
    expect(Number(two.sameShare.marketCap.amount)).to.be.closeTo(data.share * 2e12, 1e6);
    expect(Number(four.sameShare.price.amount) / Number(two.sameShare.price.amount)).to.be.closeTo(2, 1e-6);
    expect(four.byBeta.multiple / two.byBeta.multiple).to.be.closeTo(2 ** data.beta, 1e-6);
    expect(data.assumptions[0]).to.contain("not a forecast");
    for (const totals of ["1", "x", "1e12,", new Array(21).fill("1e12").join(",")]) {
      expect(await refused(`/v1/scenario-analysis?token=BTC&totals=${totals}`), totals).to.deep.equal([
        400,
        "REQUEST_INVALID",
      ]);
    }
  });

  it("say that nothing was graded by a moment before the first decision, or ever", async () => {
    for (const path of PATHS) {
      const at = `${path}${path.includes("?") ? "&" : "?"}asOf=2022-04-10`;
      expect(await refused(at), path).to.deep.equal([422, "UNPROCESSABLE"]);
    }
    expect(await refused("/v1/regime?asOfBlock=99")).to.deep.equal([422, "UNPROCESSABLE"]);
    expect((await json("/v1/regime?asOfBlock=100")).asOfBlock).to.equal(100);
    const empty = testApp(await testContext());
    expect((await empty("/v1/tokens")).status).to.equal(422);
    expect(MARKET_FIXTURE.asOf).to.have.length(heads.length);
  });
});
