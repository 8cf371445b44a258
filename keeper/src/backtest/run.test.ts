import { expect } from "chai";
import { createSimulation } from "../data/simulation.ts";
import { DAY, dayFromIso } from "../data/time.ts";
import { fixtureAsset, fixtureStable, fixtureVault } from "../data/vault.fixture.ts";
import { BacktestError } from "../errors.ts";
import { BASELINES, type Member } from "./baselines.ts";
import { loadMarket } from "./market.ts";
import { findPassages } from "./passages.ts";
import { PlainPortfolio } from "./portfolio.ts";
import { createPriceBook } from "./priceBook.ts";
import { progressBar } from "./progress.ts";
import type { BacktestReport } from "./report.ts";
import { dailyTable, parseDay, runBacktest } from "./run.ts";
import { drawSheet } from "./sheet.ts";
import { simulate } from "./simulate.ts";
import { DEFAULT_LIMITS, findStrategy } from "./strategies.ts";
import { flatCosts } from "./tradeCosts.ts";

const source = createSimulation({ seed: 7 });
const TOP = { ...findStrategy("top10"), universe: 5 };
const period = { from: "2022-04-12", to: "2022-05-31" };
const run = (bps: number) => runBacktest(source, { strategy: TOP, ...period, costs: flatCosts(bps), trials: null });

describe("backtest/run", () => {
  let report: BacktestReport;
  before(async () => {
    report = await run(30);
  });

  it("default: figures agree with each other", () => {
    const { result, period: days } = report;
    expect(days.days).to.equal(50);
    expect(result.values).to.have.length(51);
    expect(report.exposure).to.have.length(51);
    expect(report.regimes).to.have.length(51);
    expect(result.performance.totalReturn).to.be.closeTo(result.values.at(-1)! / 1e6 - 1, 1e-12);
    const paid = report.rebalances.reduce((sum, { costUsd }) => sum + costUsd, 0);
    expect(result.costShare).to.be.closeTo(paid / 1e6, 1e-12);
    expect(report.effect.gain).to.be.closeTo(result.performance.totalReturn - report.effect.held.totalReturn, 1e-9);
    expect(report.weights.map(({ parts }) => parts[40]!).reduce((sum, part) => sum + part, 0)).to.be.closeTo(1, 1e-9);
    expect(report.decisions).to.equal(8);
    expect(report.benchmarks.map(({ id }) => id)).to.deep.equal(BASELINES.map(({ id }) => id));
    expect(report.rebalances.length).to.be.greaterThan(0);
    for (const { reasons, changes } of report.rebalances) expect([reasons.length, changes.length]).not.to.include(0);
  });

  it("behavior: the same run gives the same report to the byte", async () => {
    expect(JSON.stringify(await run(30))).to.equal(JSON.stringify(report));
  });

  it("behavior: dearer trades leave less", async () => {
    const dear = await run(60);
    expect(dear.result.values.at(-1)!).to.be.lessThan(report.result.values.at(-1)!);
    expect(dear.result.costShare).to.be.greaterThan(report.result.costShare);
  });

  it("behavior: a bar of look-ahead would be noticed: decisions that see tomorrow end elsewhere", async () => {
    const [from, to] = [parseDay(period.from), parseDay(period.to)];
    const market = await loadMarket(source, { from, to, before: 60 });
    const settings = {
      from,
      to,
      universe: 5,
      usd: 1e6,
      costs: flatCosts(30),
      limits: DEFAULT_LIMITS,
      maxWeightBps: 7_000,
    };
    const honest = await simulate(settings, market, TOP.createDecider);
    const decider = TOP.createDecider();
    const leaking = await simulate(settings, market, () => ({
      decide: (view, vault) => {
        const block = { ...vault.block, timestamp: view.asOf + DAY };
        return decider.decide(source.at(view.asOf + DAY), { ...vault, block });
      },
    }));
    expect(honest.nav.at(-1)).to.equal(report.result.values.at(-1));
    expect(leaking.nav.at(-1)).not.to.equal(honest.nav.at(-1));
  });

  it("behavior: the cost model of the decisions is refit weekly from what the fills cost", async () => {
    const at = parseDay(period.from) * DAY;
    const decider = TOP.createDecider();
    const look = (now: number, count: number) => {
      const vault = fixtureVault([fixtureAsset("BTC", 0, 50_000), fixtureStable("USDC", 1, 50_000)]);
      const fills = Array.from({ length: count }, (_, i) => {
        return { at, size: 1_000 + i, dailyVolume: 1e9, costBps: 90 };
      });
      return decider.decide(source.at(now), { ...vault, block: { ...vault.block, timestamp: now } }, fills);
    };
    const few = await look(at, 19);
    expect(few.costModel?.words).to.contain("unchanged: 19 fills");
    expect((await look(at + 6 * DAY, 30)).costModel).to.deep.equal(few.costModel);
    const refit = await look(at + 7 * DAY, 30);
    // Half of the spread is asked to explain 60 bps beyond the pool's fee, and may at most double.
    expect(refit.costModel).to.include({ refitted: true, realisedBps: 90 });
    expect([few.policy.plan.halfSpreadBps, refit.policy.plan.halfSpreadBps]).to.deep.equal([5, 10]);
    expect((await look(at + 14 * DAY, 30)).costModel?.fills).to.equal(0);
    expect(report.notes.join(" ")).to.match(
      /cost model was refit [1-9] times from the simulated fills: half spread from 5 to/,
    );
  });

  it("behavior: without any rebalance the vault is its first basket", async () => {
    const [from, to] = [parseDay(period.from), parseDay(period.to)];
    const market = await loadMarket(source, { from, to, before: 60 });
    const settings = {
      from,
      to,
      universe: 5,
      usd: 1e6,
      costs: flatCosts(30),
      limits: DEFAULT_LIMITS,
      maxWeightBps: 7_000,
    };
    const decider = TOP.createDecider();
    const still = await simulate(settings, market, () => ({
      decide: async (view, vault) => ({ ...(await decider.decide(view, vault)), action: "none", lane: null }),
    }));
    for (const [i, value] of still.nav.entries()) expect(value / still.held[i]!).to.be.closeTo(1, 1e-9);
  });

  it("default: the sheet is one document that needs no network and says what it is", () => {
    const html = drawSheet(report);
    expect(html).not.to.match(/https?:|<script|<link|src=/);
    expect(html.match(/<svg/g)!.length).to.be.at.least(8);
    expect(html).not.to.match(/NaN|undefined|Infinity/);
    for (const text of ["SIMULATION", "Survivorship", "deflated", "2022-04", "Every rebalance", "cost"]) {
      expect(html, text).to.contain(text);
    }
    expect(html.split("<details>")).to.have.length(report.rebalances.length + 1);
  });

  it("default: the daily table has a row a day", () => {
    const rows = dailyTable(report).trim().split("\n");
    expect(rows).to.have.length(52);
    expect(rows[0]).to.equal("date,value,drawdown,exposure,regime,btc,cap-weight,equal-weight,low-volatility,momentum");
    expect(rows[1]).to.match(/^2022-04-11,1000000.00,0.000000,/);
  });

  it("error: dates that do not exist, periods that are too short, unknown strategies", async () => {
    for (const date of ["2022-02-30", "soon", "2022-1-1"]) expect(() => parseDay(date)).to.throw(BacktestError);
    expect(() => findStrategy("moon")).to.throw(BacktestError, "global100");
    const short = runBacktest(source, {
      strategy: TOP,
      from: "2022-03-01",
      to: "2022-03-20",
      costs: flatCosts(0),
      trials: null,
    });
    expect(await short.catch((error: unknown) => error)).to.be.instanceOf(BacktestError);
  });
});

describe("backtest/PlainPortfolio and baselines", () => {
  const START = dayFromIso("2022-01-03");
  const series = (closes: readonly number[]) => ({ firstDay: START - 1, closes });
  const prices = createPriceBook(
    new Map([
      ["A", series([10, 20, 20, 20])],
      ["B", series([10, 10, 10, 10])],
      ["GONE", series([10, 10, Number.NaN, Number.NaN])],
    ]),
    new Map(),
  );
  const at = (day: number) => (START + day) * DAY;

  it("default: rebalances to parts and pays for what is traded once", () => {
    const portfolio = new PlainPortfolio(prices, 100, 0.01);
    portfolio.rebalance(
      new Map([
        ["A", 0.5],
        ["B", 0.5],
      ]),
      at(0),
      true,
    );
    expect(portfolio.value(at(1))).to.equal(150);
    // A is worth 100 of 150: 25 are sold for B.
    portfolio.rebalance(
      new Map([
        ["A", 0.5],
        ["B", 0.5],
      ]),
      at(1),
    );
    expect(portfolio.traded).to.deep.equal({ sold: 25, cost: 0.25, turnover: 25 / 150 });
    expect(portfolio.value(at(1))).to.be.closeTo(149.75, 1e-12);
    portfolio.rebalance(new Map(), at(2));
    expect(portfolio.value(at(2))).to.be.closeTo(149.75 * 0.99, 1e-12);
  });

  it("behavior: a token without a price is neither bought nor sold", () => {
    const portfolio = new PlainPortfolio(prices, 100, 0);
    portfolio.rebalance(
      new Map([
        ["GONE", 0.5],
        ["B", 0.5],
      ]),
      at(0),
      true,
    );
    portfolio.rebalance(new Map([["A", 1]]), at(2));
    expect([...portfolio.assets].sort()).to.deep.equal(["A", "GONE"]);
    expect(portfolio.value(at(2))).to.equal(100);
    portfolio.writeOff("GONE");
    expect(portfolio.value(at(2))).to.equal(50);
  });

  it("default: the rules pick what they say", () => {
    const walk = (step: number, swing: number) =>
      Array.from({ length: 31 }, (_, i) => 100 + step * i + (i % 2 === 0 ? swing : 0));
    const members: Member[] = ["A", "B", "C", "D", "E", "F"].map((asset, i) => {
      return { asset, marketCap: i + 1, closes: walk(i, 6 - i) };
    });
    const pick = (id: string) => Object.fromEntries(BASELINES.find((baseline) => baseline.id === id)!.parts(members)!);
    expect(pick("cap-weight")["F"]).to.be.closeTo(6 / 21, 1e-15);
    expect(pick("equal-weight")["A"]).to.equal(1 / 6);
    expect(pick("momentum")).to.deep.equal({ F: 1 });
    expect(pick("low-volatility")).to.deep.equal({ F: 1 });
    expect(BASELINES.find(({ id }) => id === "momentum")!.parts([])).to.equal(null);
  });
});

describe("backtest/passages", () => {
  it("default: counts the days to go out and to come back, and gives up on a contradiction", () => {
    const exposure = [1, 1, 0.5, 0.02, 0, 0, 0, 0.2, 0.4, 0.4, 0.4];
    const passages = findPassages(
      [
        { day: 0, wanted: 0, acts: true },
        { day: 6, wanted: 0.9, acts: true },
        { day: 9, wanted: 0.1, acts: true },
      ],
      exposure,
      dayFromIso("2022-01-01"),
    );
    expect(passages.map(({ kind, from, days }) => [kind, from, days])).to.deep.equal([
      ["exit", "2022-01-01", 3],
      ["entry", "2022-01-07", null],
      ["exit", "2022-01-10", null],
    ]);
  });

  it("behavior: small changes and decisions to do nothing are no passages", () => {
    const decisions = [
      { day: 0, wanted: 0.95, acts: true },
      { day: 1, wanted: 0, acts: false },
    ];
    expect(findPassages(decisions, [1, 1, 1], 0)).to.deep.equal([]);
  });
});

describe("backtest/progressBar", () => {
  it("default: redraws on a terminal, writes tenths elsewhere", () => {
    const written: string[] = [];
    const target = (isTTY: boolean) => ({ isTTY, write: (text: string) => written.push(text) });
    const bar = progressBar("x", target(false));
    for (let i = 0; i <= 100; i++) bar(i / 100);
    expect(written).to.have.length(11);
    expect(written.at(-1)).to.equal(`x [${"#".repeat(30)}] 100%\n`);
    written.length = 0;
    const redrawn = progressBar("x", target(true));
    for (let i = 0; i <= 100; i++) redrawn(i / 100);
    expect(written).to.have.length(101);
    expect(written[0]!.startsWith("\r")).to.equal(true);
  });
});
