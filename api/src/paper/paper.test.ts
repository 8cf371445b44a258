import { expect } from "chai";
import { dayFromIso } from "../../../keeper/src/data/time.ts";
import { ALICE, accessContext, BOB, bearer, post, signIn } from "../access/access.fixture.ts";
import { FIXTURE, type Json, testApp } from "../app.fixture.ts";
import { gradedBook, marketJournal } from "../market/market.fixture.ts";
import { type PaperIndex, valuePaperIndex } from "./valuation.ts";

const START = dayFromIso("2027-01-04"); // a Monday
const series = (...closes: number[]) => ({ firstDay: START, closes });
const index = (over: Partial<PaperIndex> = {}): PaperIndex => ({
  ...{ start: START, usd: 1_000, costBps: 100, period: null },
  targets: [{ from: 0, parts: new Map(Object.entries({ A: 0.5, B: 0.5 })) }],
  ...over,
});

describe("paper indices: their worth", () => {
  it("follows closes, and without a rebalance costs nothing", () => {
    const closes = new Map([["A", series(10, 20, 30)] as const, ["B", series(5, 5, 5)] as const]);
    const { days, costUsd, rebalances, holdings } = valuePaperIndex(index(), closes, START + 2);
    expect(days.map(({ usd }) => usd)).to.deep.equal([1_000, 1_500, 2_000]);
    expect([costUsd, rebalances.length]).to.deep.equal([0, 1]);
    expect(holdings).to.deep.equal([
      { token: "A", usd: 1_500 },
      { token: "B", usd: 500 },
    ]);
  });

  it("goes back to its weights in each slot of its period, at the stated cost of what is traded", () => {
    const closes = new Map([["A", series(10, 20, 40)] as const, ["B", series(5, 5, 5)] as const]);
    const daily = valuePaperIndex(index({ period: "daily" }), closes, START + 2);
    // 1,500: 250 are traded and cost 2.5; then A doubles: 748.75 x 3
    expect(daily.days[1]!.usd).to.equal(1_497.5);
    expect(daily.costUsd).to.be.within(2.5 + 3.743, 2.5 + 3.744);
    expect(daily.rebalances).to.have.length(3);
    const weekly = new Map([["A", series(...Array(9).fill(10))] as const, ["B", series(...Array(9).fill(5))] as const]);
    expect(valuePaperIndex(index({ period: "weekly" }), weekly, START + 8).rebalances).to.have.length(2);
  });

  it("changes when what it follows decides, and keeps at the last close what has none any more", () => {
    const closes = new Map([["A", series(10, 10, Number.NaN)] as const, ["B", series(5, 10, 20)] as const]);
    const targets = [
      { from: 0, parts: new Map([["A", 1]]) },
      { from: (START + 2) * 86_400, parts: new Map([["B", 1]]) },
    ];
    const { days, rebalances, stale } = valuePaperIndex(index({ targets, costBps: 0 }), closes, START + 2);
    expect([days.map(({ usd }) => usd), rebalances.length, stale]).to.deep.equal([[1_000, 1_000, 2_000], 2, []]);
    const kept = valuePaperIndex(index({ costBps: 0 }), closes, START + 2);
    expect([kept.days.at(-1)!.usd, kept.stale]).to.deep.equal([2_500, ["A"]]);
  });
});

describe("paper indices: the routes", function () {
  this.timeout(60_000);
  let fetch: ReturnType<typeof testApp>;
  let alice: string;
  let bob: string;
  before(async () => {
    const { store, market, source } = await gradedBook();
    const { decisions } = await marketJournal();
    const clock = { now: decisions.at(-1)!.record.asOf + 3_600 };
    fetch = testApp(await accessContext(clock, { store, market, decisions: source }));
    alice = (await signIn(fetch, ALICE)).token;
    bob = (await signIn(fetch, BOB)).token;
  });
  const body = { name: "Mine", weights: { BTC: 6_000, ETH: 4_000 }, rebalance: "weekly", from: "2022-03-01" };
  const make = async (wanted: unknown, token?: string) => fetch("/v1/paper-indices", post(wanted, token));
  const json = async (response: Response | Promise<Response>): Promise<Json> => (await response).json();

  it("makes, lists, values and forgets an index for its owner alone", async () => {
    const made = await make(body, alice);
    expect(made.status).to.equal(201);
    const { data } = await json(made);
    expect(data).to.deep.include({ name: "Mine", rebalance: "weekly", index: null, isBackdated: true });
    const path = `/v1/paper-indices/${data.id}`;
    const { data: performance } = await json(fetch(`${path}/performance`, bearer(alice)));
    expect(performance.days[0]).to.deep.equal({ date: "2022-03-01", value: data.invested });
    expect(performance.days.at(-1).date).to.equal("2022-04-19");
    expect(performance.rebalances.length).to.be.within(7, 8);
    expect(Number(performance.costs.paid.raw)).to.be.greaterThan(0);
    expect(performance.costs.says).to.contain("30 bps");
    const { data: held } = await json(fetch(`${path}/holdings`, bearer(alice)));
    const sum = held.reduce((total: number, { value }: Json) => total + Number(value.amount), 0);
    expect(Math.abs(sum - Number(performance.value.amount))).to.be.lessThan(0.001);

    for (const place of [`${path}/performance`, `${path}/holdings`]) {
      expect((await fetch(place, bearer(bob))).status).to.equal(404);
      expect((await fetch(place)).status).to.equal(401);
    }
    expect((await fetch(path, bearer(bob, "DELETE"))).status).to.equal(404);
    expect((await json(fetch("/v1/paper-indices", bearer(bob)))).data).to.deep.equal([]);
    expect((await json(fetch("/v1/paper-indices", bearer(alice)))).data).to.deep.equal([data]);
    expect((await fetch(path, bearer(alice, "DELETE"))).status).to.equal(200);
    expect((await fetch(path, bearer(alice, "DELETE"))).status).to.equal(404);
  });

  it("follows the decisions about an index", async () => {
    const { decisions } = await marketJournal();
    const vault = decisions[0]!.record.vault;
    const made = await make({ name: "Follower", index: vault, from: "2022-04-10" }, alice);
    const { data } = await json(made);
    expect([made.status, data.weights]).to.deep.equal([201, null]);
    const { data: performance } = await json(fetch(`/v1/paper-indices/${data.id}/performance`, bearer(alice)));
    const proposed = decisions.filter(({ record }) => record.action === "propose");
    expect(performance.rebalances).to.have.length(proposed.length);
  });

  it("refuses strangers, weights that do not sum, unknown tokens, and days without prices", async () => {
    expect((await make(body)).status).to.equal(401);
    for (const [change, status] of [
      [{ weights: { BTC: 9_999 } }, 400],
      [{ weights: undefined }, 400],
      [{ index: FIXTURE.vault }, 400],
      [{ usd: 0 }, 400],
      [{ costBps: 501 }, 400],
      [{ weights: { NOPE: 10_000 } }, 422],
      [{ from: "2019-01-01" }, 422],
      [{ from: "2022-04-20" }, 422],
      [{ weights: undefined, rebalance: undefined, index: `0x${"ee".repeat(20)}` }, 422],
    ] as const) {
      const response = await make({ ...body, ...change }, alice);
      expect(response.status, JSON.stringify(change)).to.equal(status);
    }
  });
});
