import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { plantedPanel } from "../../../keeper/src/features/planted.fixture.ts";
import { Store } from "../store/store.ts";
import type { MarketDay } from "./gradeDay.ts";
import { MarketStore, TOKEN_SORTS, type TokenFilter, type TokenPlace, type TokenSort } from "./marketStore.ts";
import { EMPTY_PANEL, syntheticDay, syntheticHead, syntheticToken } from "./syntheticDay.fixture.ts";

const DAY = 19_000;

describe("MarketStore", () => {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-market-"));
  after(() => rmSync(folder, { recursive: true }));
  const opened: Store[] = [];
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
  });

  async function open(path = ":memory:"): Promise<MarketStore> {
    const store = await Store.open(path);
    opened.push(store);
    return new MarketStore(store.database);
  }

  async function withTokens(tokens: MarketDay["tokens"], day = DAY): Promise<MarketStore> {
    const store = await open();
    await store.save({ head: syntheticHead(day), tokens }, EMPTY_PANEL);
    return store;
  }

  /** Every page of a day's list, as one list. */
  async function walk(
    store: MarketStore,
    sort: TokenSort,
    order: "asc" | "desc",
    limit: number,
    filter: TokenFilter = {},
  ) {
    const seen: { token: string; place: TokenPlace }[] = [];
    for (let after: TokenPlace | null = null; ; ) {
      const page = await store.page({ day: DAY, filter, sort, order, limit, after });
      for (const row of page) {
        const value = {
          rank: row.rank,
          symbol: row.token,
          price: row.price,
          marketCap: row.marketCap,
          volume: row.volume,
        };
        const more = { change24h: row.change1, change7d: row.change7, change30d: row.change30 };
        const grades = { traderGrade: row.traderGrade, investorGrade: row.investorGrade };
        seen.push({ token: row.token, place: [{ ...value, ...more, ...grades }[sort], row.token] });
      }
      if (page.length < limit) return seen;
      after = seen.at(-1)!.place;
    }
  }

  it("keeps 6,000 graded tokens through a restart, to the bit", async function () {
    this.timeout(20_000);
    const path = join(folder, "restart.db");
    const day = syntheticDay(DAY, 6_000);
    const first = await open(path);
    await first.save(day, EMPTY_PANEL);
    await opened.pop()!.close();

    const store = await open(path);
    expect(await store.head()).to.deep.equal(day.head);
    expect(await store.revision()).to.equal(`1.${day.head.asOf}`);
    const rows = await store.page({ day: DAY, filter: {}, sort: "symbol", order: "asc", limit: 10_000, after: null });
    expect(rows).to.deep.equal(day.tokens.map((token) => ({ day: DAY, ...token })));
  });

  it("pages through every order, each token once, those that lack the figure last", async () => {
    const { tokens } = syntheticDay(DAY, 95);
    const store = await withTokens(tokens);
    for (const sort of TOKEN_SORTS) {
      for (const order of ["asc", "desc"] as const) {
        const seen = await walk(store, sort, order, 7);
        expect(new Set(seen.map(({ token }) => token)).size, sort).to.equal(95);
        expect(seen).to.have.length(95);
        const sign = order === "asc" ? 1 : -1;
        for (const [i, { place }] of seen.entries()) {
          const [value, token] = place;
          const [before, last] = seen[i - 1]?.place ?? [value, ""];
          if (before === value)
            expect(token > last, `${sort} ${order} ${token}`).to.equal(sort !== "symbol" || i === 0 || order === "asc");
          else if (value !== null)
            expect(Number(before !== null && value > before) * 2 - 1, `${sort} ${order}`).to.equal(sign);
        }
      }
    }
  });

  it("filters by names, classes and figures, bounds included", async () => {
    const store = await withTokens([
      syntheticToken("AAA", {
        marketCap: 10,
        volume: 5,
        traderGrade: 70,
        investorGrade: 20,
        sector: "oracle",
        stance: "bullish",
      }),
      syntheticToken("BBB", { marketCap: 20, volume: 1, traderGrade: 50, investorGrade: 60, category: "wrapped" }),
      syntheticToken("BBB_OLD", { symbol: "BBB", listing: "left" }),
      syntheticToken("CCC", { marketCap: 30, volume: 9, traderGrade: 30, listing: "unlisted" }),
    ]);
    const tokensOf = async (filter: TokenFilter) => {
      const page = await store.page({ day: DAY, filter, sort: "symbol", order: "asc", limit: 10, after: null });
      expect(await store.count(DAY, filter)).to.equal(page.length);
      return page.map(({ token }) => token).join(" ");
    };
    const cases: readonly (readonly [TokenFilter, string])[] = [
      [{}, "AAA BBB BBB_OLD CCC"],
      [{ tokens: ["CCC", "AAA", "ZZZ"] }, "AAA CCC"],
      [{ tokens: [] }, ""],
      [{ symbols: ["BBB"] }, "BBB BBB_OLD"],
      [{ symbols: [] }, ""],
      [{ category: "wrapped" }, "BBB"],
      [{ sector: "oracle" }, "AAA"],
      [{ listing: "left" }, "BBB_OLD"],
      [{ stance: "bullish" }, "AAA"],
      [{ isGraded: true }, "AAA BBB CCC"],
      [{ isGraded: false }, "BBB_OLD"],
      [{ marketCap: { min: 20 } }, "BBB CCC"],
      [{ marketCap: { max: 20 } }, "AAA BBB"],
      [{ volume: { min: 1, max: 5 } }, "AAA BBB"],
      [{ traderGrade: { min: 50, max: 50 } }, "BBB"],
      [{ investorGrade: { max: 60 } }, "AAA BBB"],
      [{ traderGrade: { min: 40 }, volume: { min: 2 } }, "AAA"],
    ];
    for (const [filter, expected] of cases) expect(await tokensOf(filter), JSON.stringify(filter)).to.equal(expected);
  });

  it("speaks for a moment with the newest day that was known then", async () => {
    const store = await open();
    for (const day of [DAY, DAY + 3]) await store.save(syntheticDay(day, 2), EMPTY_PANEL);
    const asOf = (DAY + 4) * 86_400;
    expect((await store.head({ asOf }))?.day).to.equal(DAY + 3);
    expect((await store.head({ asOf: asOf - 1 }))?.day).to.equal(DAY);
    expect(await store.head({ asOf: (DAY + 1) * 86_400 - 1 })).to.equal(undefined);
    expect((await store.head({ asOfBlock: 10 * DAY + 29 }))?.day).to.equal(DAY);
    expect((await store.head({ asOfBlock: 10 * DAY + 30 }))?.day).to.equal(DAY + 3);
    expect(await store.head({ asOfBlock: 10 * DAY - 1 })).to.equal(undefined);
    expect((await store.head())?.day).to.equal(DAY + 3);
  });

  it("tells the history newest day first, page by page, and no day that was graded later", async () => {
    const store = await open();
    for (const day of [DAY, DAY + 1, DAY + 2]) await store.save(syntheticDay(day, 3), EMPTY_PANEL);
    const wanted = { from: DAY, to: DAY + 2, until: (DAY + 3) * 86_400, filter: { tokens: ["T00000", "T00001"] } };
    const first = await store.history({ ...wanted, limit: 3, after: null });
    expect(first.map(({ day, token }) => [day - DAY, token])).to.deep.equal([
      [2, "T00000"],
      [2, "T00001"],
      [1, "T00000"],
    ]);
    const rest = await store.history({ ...wanted, limit: 10, after: [DAY + 1, "T00000"] });
    expect(rest.map(({ day, token }) => [day - DAY, token])).to.deep.equal([
      [1, "T00001"],
      [0, "T00000"],
      [0, "T00001"],
    ]);
    const early = await store.history({ ...wanted, until: (DAY + 2) * 86_400, limit: 10, after: null });
    expect(early[0]!.day).to.equal(DAY + 1);
    const middle = await store.history({ ...wanted, from: DAY + 1, to: DAY + 1, limit: 10, after: null });
    expect(middle.map(({ day }) => day - DAY)).to.deep.equal([1, 1]);
    const days = async (from: number, to: number, until: number, limit: number, after: number | null) =>
      (await store.days(from, to, until, limit, after)).map(({ day }) => day - DAY);
    expect(await days(DAY, DAY + 2, wanted.until, 2, null)).to.deep.equal([2, 1]);
    expect(await days(DAY, DAY + 2, wanted.until, 2, DAY + 1)).to.deep.equal([0]);
    expect(await days(DAY, DAY + 2, wanted.until - 1, 9, null)).to.deep.equal([1, 0]);
    expect([...(await store.heads([DAY, DAY + 2, 5])).keys()]).to.deep.equal([DAY, DAY + 2]);
    expect((await store.heads([])).size).to.equal(0);
  });

  it("replaces a day as a whole", async () => {
    const store = await withTokens([syntheticToken("AAA"), syntheticToken("BBB")]);
    await store.save({ head: syntheticHead(DAY, { compared: 5 }), tokens: [syntheticToken("CCC")] }, EMPTY_PANEL);
    const page = await store.page({ day: DAY, filter: {}, sort: "symbol", order: "asc", limit: 9, after: null });
    expect(page.map(({ token }) => token)).to.deep.equal(["CCC"]);
    expect((await store.head())?.compared).to.equal(5);
  });

  it("keeps nothing of a day that cannot be written whole", async () => {
    const store = await withTokens([syntheticToken("AAA")]);
    const twice = { head: syntheticHead(DAY + 1), tokens: [syntheticToken("BBB"), syntheticToken("BBB")] };
    let failed = false;
    await store.save(twice, EMPTY_PANEL).catch(() => {
      failed = true;
    });
    expect(failed).to.equal(true);
    expect((await store.head())?.day).to.equal(DAY);
    expect(await store.count(DAY + 1, {})).to.equal(0);
  });

  it("hands stances and grades of graded tokens to the next day", async () => {
    const store = await withTokens([
      syntheticToken("AAA", {
        stance: "bullish",
        stanceSince: 5,
        stanceAtLeast: true,
        traderGrade: 80,
        investorGrade: null,
      }),
      syntheticToken("USDC", { known: 0 }),
    ]);
    expect(await store.before(DAY)).to.equal(null);
    const before = await store.before(DAY + 9);
    expect(before?.day).to.equal(DAY);
    expect([...(before?.tokens.keys() ?? [])]).to.deep.equal(["AAA"]);
    expect(before?.tokens.get("AAA")).to.include({
      stance: "bullish",
      stanceSince: 5,
      stanceAtLeast: true,
      traderGrade: 80,
    });
  });

  it("gives back the series of the newest day, and none of another snapshot", async () => {
    const columns = { close: [1, Number.NaN, 3], marketCap: [10, 20, 30] };
    const panel = plantedPanel({ AAA: { columns }, BBB: { columns: { close: [7, 8, 9] } } }, {}, DAY - 2);
    const store = await open();
    const head = syntheticHead(DAY);
    await store.save({ head, tokens: [] }, panel);
    const all = (await store.series(head.market, "all", ["close", "marketCap"]))!;
    expect([all.firstDay, all.days, all.assets]).to.deep.equal([DAY - 2, 3, ["AAA", "BBB"]]);
    expect([...all.column("close", 0)]).to.deep.equal([1, Number.NaN, 3]);
    expect([...all.column("marketCap", 0)]).to.deep.equal([10, 20, 30]);
    expect([...all.column("marketCap", 1)]).to.deep.equal([Number.NaN, Number.NaN, Number.NaN]);
    const one = (await store.series(head.market, ["BBB"], ["close"]))!;
    expect(one.assets).to.deep.equal(["BBB"]);
    expect([...one.column("close", 0)]).to.deep.equal([7, 8, 9]);

    // A day that comes in late does not take the place of the newest one's.
    await store.save({ head: syntheticHead(DAY - 5), tokens: [] }, EMPTY_PANEL);
    expect((await store.series(head.market, "all", ["close"]))?.assets).to.have.length(2);
    const next = syntheticHead(DAY + 1);
    await store.save({ head: next, tokens: [] }, plantedPanel({ CCC: { columns: { close: [1] } } }, {}, DAY + 1));
    expect(await store.series(head.market, "all", ["close"])).to.equal(undefined);
    expect((await store.series(next.market, "all", ["close"]))?.assets).to.deep.equal(["CCC"]);
  });
});
