import { expect } from "chai";
import { type Address, pad, zeroHash } from "viem";
import { bodyOf, testApp, testContext } from "../app.fixture.ts";
import { HistoryUnavailableError } from "../history/errors.ts";
import { type FixtureRows, fixtureHistory } from "../history/history.fixture.ts";
import type { NavDayRow } from "../history/rows.ts";
import type { AdoptionRow, StrategyRow } from "../history/serviceRows.ts";
import { followingsOf } from "./adoptions.ts";
import { type Adoption, rankStrategies } from "./ranking.ts";

const at = (n: number): Address => pad(`0x${n.toString(16)}`, { size: 20 });
const VAULT = at(1);
const FLAT = { firstDay: 0, values: new Array<number>(200).fill(1) };
const growing = (rate: number, firstDay = 0, days = 200) => {
  return { firstDay, values: Array.from({ length: days }, (_, day) => (1 + rate) ** day) };
};
const adoption = (over: Partial<Adoption> = {}): Adoption => ({
  vault: VAULT,
  from: 10,
  until: 50,
  nav: growing(0.001),
  ...over,
});
const one = (...adoptions: Adoption[]) => rankStrategies([{ id: 1n, adoptions }], FLAT)[0]!;

describe("the ranking of strategies", () => {
  it("counts from the end of the day of adoption to the end, and nothing else", () => {
    const { values } = growing(0.001);
    const loud = values.map((value, day) => (day < 10 ? 50 : day > 50 ? 0.01 : value));
    const result = one(adoption({ nav: { firstDay: 0, values: loud } }));
    expect(result.days).to.equal(40);
    expect(result.totalReturn).to.be.closeTo(1.001 ** 40 - 1, 1e-12);
    expect(result.excess).to.be.closeTo(1.001 ** 40 - 1, 1e-12);
    expect(result.excessAYear).to.be.closeTo(0.365, 1e-12);
    expect(result.worstFall).to.equal(0);
    expect([result.rank, result.reason, result.indices]).to.deep.equal([1, null, 1]);
  });

  it("does not rank fewer than 30 days, and says so", () => {
    expect(one(adoption({ until: 40 })).rank).to.equal(1);
    const few = one(adoption({ until: 39 }));
    expect([few.rank, few.days]).to.deep.equal([null, 29]);
    expect(few.reason).to.match(/29 days.*takes 30/);
    expect(few.totalReturn).to.be.greaterThan(0);
    expect(one().reason).to.match(/No index has adopted/);
    expect(one(adoption({ until: 10 })).reason).to.match(/whole day/);
    expect(one(adoption({ nav: null })).totalReturn).to.equal(null);
  });

  it("takes the benchmark of the same days off, and does not rank without it", () => {
    const [result] = rankStrategies([{ id: 1n, adoptions: [adoption()] }], growing(0.002));
    expect(result?.excess).to.be.closeTo(1.001 ** 40 - 1.002 ** 40, 1e-12);
    expect(result?.excessAYear).to.be.closeTo(-0.365, 1e-12);
    const short = rankStrategies([{ id: 1n, adoptions: [adoption()] }], growing(0, 0, 50))[0];
    expect([short?.excess, short?.rank]).to.deep.equal([null, null]);
    expect(short?.reason).to.match(/benchmark/);
  });

  it("tells the worst fall from a peak", () => {
    const values = FLAT.values.map((_, day) => (day < 20 ? 1 : day < 25 ? 2 : day < 30 ? 1.5 : 1.8));
    expect(one(adoption({ nav: { firstDay: 0, values } })).worstFall).to.be.closeTo(0.25, 1e-12);
  });

  it("takes the mean of indices that followed on a day, also of those that left, and counts a day once", () => {
    const bad = adoption({ vault: at(2), until: 30, nav: growing(-0.003) });
    const result = one(adoption(), bad);
    expect([result.days, result.indices]).to.deep.equal([40, 2]);
    expect(result.totalReturn).to.be.closeTo(0.999 ** 20 * 1.001 ** 20 - 1, 1e-12);
    const again = one(adoption({ until: 20 }), adoption({ from: 40, until: 60 }));
    expect([again.days, again.indices]).to.deep.equal([30, 1]);
  });

  it("puts the best first by excess a year, whoever is there longer; equals by fall, then by id; the unranked last", () => {
    const of = (id: bigint, over: Partial<Adoption>) => ({ id, adoptions: [adoption(over)] });
    const order = rankStrategies(
      [
        of(9n, { until: 12 }),
        of(5n, { from: 0, until: 199, nav: growing(0.001) }),
        of(6n, { nav: growing(0.002) }),
        of(8n, { nav: FLAT }),
        of(7n, { nav: FLAT }),
        { id: 4n, adoptions: [] },
      ],
      FLAT,
    );
    expect(order.map(({ id, rank }) => [id, rank])).to.deep.equal([
      [6n, 1],
      [5n, 2],
      [7n, 3],
      [8n, 4],
      [4n, null],
      [9n, null],
    ]);
  });
});

const DAY = 86_400;
const stamp = (day: number) => ({ block: day, time: day * DAY + 5, transaction: zeroHash });
const adopted = (day: number, vault: Address, ended: number | null, strategy = 1n): AdoptionRow => ({
  ...{ ...stamp(day), id: day * 100_000, vault, strategy, royaltyBps: 100, hash: zeroHash, announcedTime: null },
  ended: ended === null ? null : { block: ended, time: ended * DAY + 5 },
});

describe("what indices followed", () => {
  it("is from an adoption to its end; a new version of the same strategy goes on", () => {
    expect(followingsOf([])).to.deep.equal([]);
    expect(followingsOf([adopted(3, VAULT, null)])).to.deep.equal([{ vault: VAULT, from: 3, until: null }]);
    const rows = [adopted(3, VAULT, 5), adopted(4, at(2), 9), adopted(5, VAULT, 8), adopted(9, VAULT, null)];
    expect(followingsOf(rows)).to.deep.equal([
      { vault: VAULT, from: 3, until: 8 },
      { vault: at(2), from: 4, until: 9 },
      { vault: VAULT, from: 9, until: null },
    ]);
  });
});

describe("GET /v1/strategies", () => {
  const row: StrategyRow = {
    ...{ ...stamp(2), id: 1n, kind: "STRATEGY", author: at(5), owner: at(6), receiver: at(71), royaltyBps: 500 },
    ...{ resaleBps: 100, resaleReceiver: at(5), transferNonce: 1, hash: zeroHash, uri: "ipfs://strategy", versions: 1 },
    lock: null,
  };
  const head = { chainId: 31_337, block: 100, time: 60 * DAY };
  const days = Array.from({ length: 60 }, (_, day): NavDayRow => {
    const close = 10n ** 18n + BigInt(day) * 10n ** 16n;
    const same = { open: close, high: close, low: close, close, total: close, supply: 10n ** 18n, snapshots: 1 };
    return { day, ...same, isComplete: true, closeBlock: day, closeTime: day * DAY };
  });
  const historyOf = (over: Partial<FixtureRows>) => {
    const history = fixtureHistory({ head, ...over });
    history.navDays = async () => ({ rows: days, next: null });
    return history;
  };

  it("is unavailable while the index is", async () => {
    const history = fixtureHistory();
    history.strategies = () => Promise.reject(new HistoryUnavailableError("it is not there"));
    const problem = await bodyOf(testApp(await testContext({ history }))("/v1/strategies"));
    expect(problem).to.include({ status: 503, code: "UNAVAILABLE" });
  });

  it("is empty where no strategy was registered", async () => {
    const { data } = await bodyOf(testApp(await testContext())("/v1/strategies"));
    expect(data).to.deep.equal([]);
  });

  it("ranks by the values of the indices since they adopted, and never data sets", async () => {
    const others: StrategyRow[] = [
      { ...row, id: 2n },
      { ...row, id: 3n, kind: "DATASET" },
    ];
    const history = historyOf({ strategies: [row, ...others], adoptions: [adopted(5, VAULT, null)] });
    const fetch = testApp(await testContext({ history }));
    const { data, asOfBlock } = await bodyOf(fetch("/v1/strategies?benchmark=cash"));
    expect(asOfBlock).to.equal(100);
    expect(data.map(({ id, rank, days: counted }: never) => [id, rank, counted])).to.deep.equal([
      ["1", 1, 54],
      ["2", null, 0],
    ]);
    expect(data[0].totalReturn).to.be.closeTo(1.59 / 1.05 - 1, 1e-9);
    expect(data[1].reason).to.match(/No index/);
    const unknown = await bodyOf(fetch("/v1/strategies?benchmark=BTC"));
    expect(unknown.data[0].reason).to.match(/benchmark/);
  });

  it("knows no adoption before it took place, nor an end before it came", async () => {
    const history = historyOf({ strategies: [row], adoptions: [adopted(5, VAULT, 10)] });
    const asked: unknown[] = [];
    const adoptions = history.adoptions.bind(history);
    history.adoptions = async (page) => {
      const found = await adoptions(page);
      asked.push(...found.rows.map(({ ended }) => ended));
      return found;
    };
    const fetch = testApp(await testContext({ history }));
    const early = await bodyOf(fetch("/v1/strategies?benchmark=cash&asOfBlock=4"));
    expect(early.data[0].reason).to.match(/No index/);
    await fetch("/v1/strategies?benchmark=cash&asOfBlock=9");
    const { data } = await bodyOf(fetch("/v1/strategies?benchmark=cash"));
    expect(asked).to.deep.equal([null, { block: 10, time: 10 * DAY + 5 }]);
    expect(data[0].days).to.equal(5);
  });
});
