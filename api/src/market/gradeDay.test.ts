import { expect } from "chai";
import { createSimulation } from "../../../keeper/src/data/simulation.ts";
import { captureMarket } from "../../../keeper/src/data/snapshot.ts";
import { prepareMarket } from "../../../keeper/src/training/sentimentHead.ts";
import { stateHash } from "../../../keeper/src/training/state.ts";
import type { StoredDecision } from "../decisions/decisions.ts";
import { Store } from "../store/store.ts";
import { type DayBefore, gradeDay, type MarketDay, type TokenDay } from "./gradeDay.ts";
import { type FixtureDecision, MARKET_FIXTURE, marketJournal } from "./market.fixture.ts";
import { MarketStore } from "./marketStore.ts";
import { regimeChanges } from "./overview.ts";
import { updateBook } from "./updateBook.ts";

describe("gradeDay", function () {
  this.timeout(60_000);
  let made: readonly FixtureDecision[];
  const days: MarketDay[] = [];
  const inputsOf = ({ hash, record, market, model }: FixtureDecision, before: DayBefore | null) => {
    return { record, decision: hash, market, model, policy: record.policy, before };
  };
  const handOver = ({ head, tokens }: MarketDay): DayBefore => {
    return { day: head.day, tokens: new Map(tokens.map((token) => [token.token, token])) };
  };
  before(async () => {
    made = (await marketJournal()).decisions;
    for (const decision of made) {
      const last = days.at(-1);
      days.push(gradeDay(inputsOf(decision, last === undefined ? null : handOver(last))));
    }
  });
  const tokenOf = (day: MarketDay, name: string): TokenDay => day.tokens.find(({ token }) => token === name)!;

  it("gives the grades of the decision itself where both compare the same tokens", () => {
    for (const [i, { record }] of made.entries()) {
      expect(days[i]!.head.compared).to.equal(14);
      for (const asset of record.assets.filter(({ stance }) => stance !== "stable")) {
        const token = tokenOf(days[i]!, asset.asset);
        expect(token, asset.asset).to.include({
          traderGrade: asset.traderGrade,
          investorGrade: asset.investorGrade,
          known: asset.known,
        });
        expect(token.detail.traderDrivers).to.deep.equal(asset.drivers);
        expect(token.detail.reasons[0]).to.equal(asset.reasons[0]);
      }
    }
  });

  it("names what it was made from, and who spoke", () => {
    const [first, , last] = days.map(({ head }) => head);
    expect(first).to.include({
      asOf: made[0]!.record.asOf,
      decision: made[0]!.hash,
      market: made[0]!.record.inputs.market,
    });
    expect(first!.model).to.include({ hash: stateHash(made[0]!.model!), spoke: "ensemble" });
    expect(last!.model).to.include({ hash: null, spoke: "fallback", fittedOn: null });
    expect(first!.possible).to.equal(made[0]!.record.assets[0]!.possible);
    expect(first!.regime.votes).to.deep.equal(made[0]!.record.regime.votes);
  });

  it("grades no copy of something else, and says why", () => {
    const stable = tokenOf(days[0]!, "USDC");
    expect(stable).to.include({
      traderGrade: null,
      investorGrade: null,
      stance: "unknown",
      known: 0,
      category: "stable",
    });
    expect(stable.detail.reasons).to.deep.equal(["USDC has no grade: it is a stable token."]);
    expect(stable.detail.traderDrivers).to.deep.equal([]);
  });

  it("is the same whatever comes after: no figure of a later day is used", async () => {
    const { record } = made[2]!;
    const ended = createSimulation({ seed: 5, assets: 14, from: "2021-01-01", to: "2022-04-19" });
    const { basket, lookbackDays } = MARKET_FIXTURE;
    const market = await captureMarket(ended.at(record.asOf), { assets: "listed", also: basket, lookbackDays });
    const again = gradeDay({ ...inputsOf(made[2]!, handOver(days[1]!)), market });
    expect(again).to.deep.equal(days[2]);
  });

  it("tells the same past regimes on every later day", () => {
    const ofDay = (i: number) => {
      const { market, model, record } = made[i]!;
      return regimeChanges(prepareMarket(market, model).panel, record.policy.regime);
    };
    // The snapshots begin on the same day; only the later one knows the last days.
    const [early, late] = [ofDay(0), ofDay(2)];
    expect(early.length).to.be.greaterThan(3);
    expect(late.filter(({ day }) => day <= days[0]!.head.day)).to.deep.equal(early);
    expect(days[2]!.head.regimeChanges).to.deep.equal(late);
    const now = late.at(-1)!;
    expect([now.regime, now.exposureBps]).to.deep.equal([
      days[2]!.head.regime.regime,
      days[2]!.head.regime.exposureBps,
    ]);
  });

  it("keeps since when a stance holds, and calls the first day's age unknown", () => {
    const [first, second] = days;
    expect(
      first!.tokens.every(({ stanceSince, stanceAtLeast }) => stanceSince === first!.head.day && stanceAtLeast),
    ).to.equal(true);
    const kept = second!.tokens.filter(({ token, stance }) => stance === tokenOf(first!, token).stance);
    expect(kept.length).to.be.greaterThan(0);
    for (const { stanceSince, stanceAtLeast } of kept) {
      expect([stanceSince, stanceAtLeast]).to.deep.equal([first!.head.day, true]);
    }
    // Whoever was something else the day before is so since today.
    const other = new Map(
      [...handOver(first!).tokens].map(([token, old]) => [token, { ...old, stance: "unknown" as const }]),
    );
    const changed = gradeDay(inputsOf(made[1]!, { day: first!.head.day, tokens: other }));
    for (const { stance, stanceSince, stanceAtLeast } of changed.tokens) {
      if (stance !== "unknown") expect([stanceSince, stanceAtLeast]).to.deep.equal([second!.head.day, false]);
    }
  });

  it("gives a stance up later than it takes it", () => {
    const decision = made[2]!;
    const withStance = (stance: "bullish" | "unknown") => {
      const tokens = new Map(days[1]!.tokens.map((token) => [token.token, { ...token, stance }]));
      return gradeDay(inputsOf(decision, { day: days[1]!.head.day, tokens }));
    };
    const { bullishFrom, bullishUntil, traderShareBps } = decision.record.policy.grades;
    const [held, fresh] = [withStance("bullish"), withStance("unknown")];
    const between = fresh.tokens.filter(({ traderGrade, investorGrade }) => {
      const share = traderShareBps / 10_000;
      const grade = Math.round(share * (traderGrade ?? 0) + (1 - share) * (investorGrade ?? 0));
      return grade >= bullishUntil && grade < bullishFrom;
    });
    expect(between.length).to.be.greaterThan(0);
    for (const { token, stance } of between) {
      expect([stance, tokenOf(held, token).stance], token).to.deep.equal(["neutral", "bullish"]);
    }
  });

  it("compares with the last grades, whatever their day", () => {
    const before = tokenOf(days[0]!, "BTC");
    const { traderGrade, investorGrade } = before;
    expect(tokenOf(days[0]!, "BTC").previous).to.equal(null);
    expect(tokenOf(days[1]!, "BTC").previous).to.deep.equal({ day: days[0]!.head.day, traderGrade, investorGrade });
    expect(tokenOf(days[1]!, "USDC").previous).to.equal(null);
  });

  it("grades no token that the newest listing lacks, unless the index may hold it, and says so", () => {
    const { market } = made[0]!;
    const gone = ["SIM005", "SIM010", "SIM011"];
    const profiles = market.profiles.map((profile) => {
      if (!gone.includes(profile.asset)) return profile;
      return { ...profile, rank: null, category: profile.asset === "SIM011" ? "unlisted" : profile.category };
    });
    const months = market.months.map((month) => {
      const without = gone.map((asset) => {
        const { listedRank: _, ...columns } = month.assets[asset] ?? {};
        return [asset, columns] as const;
      });
      return { ...month, assets: { ...month.assets, ...Object.fromEntries(without) } };
    });
    const day = gradeDay({ ...inputsOf(made[0]!, null), market: { ...market, profiles, months } });
    const states = ["BTC", ...gone].map((name) => tokenOf(day, name));
    expect(states.map(({ listing }) => listing)).to.deep.equal(["listed", "left", "left", "unlisted"]);
    expect(states.map(({ traderGrade }) => traderGrade !== null)).to.deep.equal([true, true, false, false]);
    expect(states[2]!.detail.reasons[0]).to.equal(
      "SIM010 has no grade: the newest listing of the market does not have it.",
    );
    expect(day.head.compared).to.equal(12);
    const { bullish, neutral, bearish, unknown } = day.head.stances;
    expect([bullish + neutral + bearish, unknown]).to.deep.equal([12, 0]);
  });

  it("tells price, size and news as the snapshot has them", () => {
    const { market } = made[0]!;
    const month = market.months.at(-1)!;
    const t = market.lastDay - month.firstDay;
    const columns = month.assets["BTC"]!;
    const token = tokenOf(days[0]!, "BTC");
    expect(token).to.include({
      price: columns.close![t],
      priceDay: market.lastDay,
      marketCap: columns.marketCap![t],
      volume: columns.volumeGlobal![t],
      volumeSource: "volumeGlobal",
      rank: 1,
    });
    expect(token.change1).to.be.closeTo(columns.close![t]! / columns.close![t - 1]! - 1, 1e-12);
    const told = days[0]!.tokens.flatMap(({ token: name, detail }) => {
      return (detail.sentiment?.newest ?? []).map(({ at, text }) => ({ name, at, text }));
    });
    expect(told.length).to.be.greaterThan(2);
    for (const { name, at, text } of told) {
      expect(text).to.contain(name);
      expect(at).to.be.within(market.asOf - 7 * 86_400, market.asOf);
    }
    expect(days[0]!.tokens.some(({ detail, category }) => category === "coin" && detail.sentiment === null)).to.equal(
      true,
    );
  });
});

describe("updateBook", function () {
  this.timeout(60_000);
  let made: readonly FixtureDecision[];
  let store: Store;
  let tables: MarketStore;
  before(async () => {
    made = (await marketJournal()).decisions;
  });
  beforeEach(async () => {
    store = await Store.open(":memory:");
    tables = new MarketStore(store.database);
  });
  afterEach(() => store.close());

  /** Decisions as their source lists them, and their inputs. Counts what was read. */
  function sourceOf(decisions: readonly FixtureDecision[]) {
    const listed = decisions.toSorted((a, b) => b.record.asOf - a.record.asOf || (a.hash < b.hash ? -1 : 1));
    const read: string[] = [];
    return {
      read,
      list: async (
        _: object,
        limit: number,
        after: { asOf: number; hash: string } | null,
      ): Promise<StoredDecision[]> => {
        const from = after === null ? 0 : listed.findIndex(({ hash }) => hash === after.hash) + 1;
        return listed.slice(from, from + limit).map(({ hash, record }) => ({ hash, record }));
      },
      byHash: async (hash: string) => listed.find((decision) => decision.hash === hash),
      inputs: async (record: FixtureDecision["record"]) => {
        const found = decisions.find((decision) => decision.record === record)!;
        read.push(found.hash);
        return { market: found.market, model: found.model, policy: record.policy };
      },
    };
  }
  const update = (source: ReturnType<typeof sourceOf>) => updateBook(source, source, tables);
  const dayOf = ({ market }: FixtureDecision) => market.lastDay;
  const silent = (decision: FixtureDecision, hash: string): FixtureDecision => {
    const model = { ...decision.record.model, hash: null, spoke: "fallback" as const };
    return { ...decision, hash: hash as `0x${string}`, model: null, record: { ...decision.record, model } };
  };

  it("grades each day once, oldest first, and nothing when nothing is new", async () => {
    const [a, b] = made;
    expect(await update(sourceOf([b!, a!]))).to.deep.equal([dayOf(a!), dayOf(b!)]);
    expect((await tables.before(dayOf(b!) + 1))?.day).to.equal(dayOf(b!));
    const again = sourceOf([a!, b!]);
    expect(await update(again)).to.deep.equal([]);
    expect(again.read).to.deep.equal([]);
  });

  it("lets the first decision with a model stand for a day", async () => {
    const first = made[0]!;
    const later = { ...first, hash: "0x02" as const, record: { ...first.record, asOf: first.record.asOf + 60 } };
    const source = sourceOf([later, silent(first, "0x01"), { ...first, hash: "0x03", record: { ...later.record } }]);
    await update(source);
    expect(source.read).to.deep.equal(["0x02"]);
    expect((await tables.head())?.decision).to.equal("0x02");
  });

  it("grades the newest day again once a model has come, and no earlier one", async () => {
    const [first, second] = made;
    const quiet = silent(first!, "0x01");
    expect(await update(sourceOf([quiet]))).to.deep.equal([dayOf(first!)]);
    expect((await tables.head())?.model.spoke).to.equal("fallback");
    expect(await update(sourceOf([quiet, first!]))).to.deep.equal([dayOf(first!)]);
    expect((await tables.head())?.model.spoke).to.equal("ensemble");
    expect(await update(sourceOf([quiet, first!]))).to.deep.equal([]);

    const other = new MarketStore((await Store.open(":memory:")).database);
    const both = sourceOf([quiet, silent(second!, "0x02")]);
    await updateBook(both, both, other);
    const late = sourceOf([quiet, first!, silent(second!, "0x02")]);
    expect(await updateBook(late, late, other)).to.deep.equal([]);
  });

  it("reads on past the first page of a long journal", async () => {
    const first = made[0]!;
    const many = Array.from({ length: 60 }, (_, i) => {
      const hash = `0x${String(i).padStart(4, "0")}` as `0x${string}`;
      return { ...made[1]!, hash, record: { ...made[1]!.record, asOf: made[1]!.record.asOf + i } };
    });
    const source = sourceOf([first, ...many]);
    expect(await update(source)).to.deep.equal([dayOf(first), dayOf(made[1]!)]);
    expect(source.read).to.deep.equal([first.hash, "0x0000"]);
  });
});
