import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TemplateKind, templateMethodology } from "@gimbal/sdk";
import { expect } from "chai";
import type { Hex } from "viem";
import { createSimulation } from "../../../keeper/src/data/simulation.ts";
import { captureMarket, encodeSnapshot } from "../../../keeper/src/data/snapshot.ts";
import { fixtureAsset, fixtureStable, fixtureVault } from "../../../keeper/src/data/vault.fixture.ts";
import { encodeVault } from "../../../keeper/src/data/vault.ts";
import { DECISION_LOOKBACK } from "../../../keeper/src/features/dataPoints.ts";
import { Journal } from "../../../keeper/src/journal/journal.ts";
import { openSqlite } from "../../../keeper/src/journal/sqlite.ts";
import { decide } from "../../../keeper/src/pipeline.ts";
import { marketCapPolicy } from "../../../keeper/src/plan/policy.ts";
import { NO_MEMORY } from "../../../keeper/src/signals/opinion.ts";
import { bodyOf, testApp } from "../app.fixture.ts";
import { JournalDecisions } from "../decisions/decisions.ts";
import { SimulatorWithoutThread } from "../simulations/simulator.fixture.ts";
import { Simulator } from "../simulations/simulator.ts";
import { type RebalanceResult, runTask } from "../simulations/tasks.ts";
import { emptyContext } from "../world.fixture.ts";

const COINS = ["BTC", "ETH"];

/** One real decision in a journal on disk. */
async function journalAt(path: string): Promise<{ hash: Hex; vault: string }> {
  const source = createSimulation({ seed: 7, assets: COINS.length });
  const vault = fixtureVault([
    ...COINS.map((coin, i) => fixtureAsset(coin, i, 1_000)),
    fixtureStable("USDC", COINS.length, 10),
  ]);
  const market = await captureMarket(source.at(vault.block.timestamp), {
    assets: COINS,
    lookbackDays: DECISION_LOOKBACK,
  });
  const record = decide({
    market,
    vault,
    policy: { ...marketCapPolicy, ensemble: null },
    model: null,
    memory: NO_MEMORY,
  });
  const journal = new Journal(await openSqlite(path));
  const hash = await journal.saveDecision(record, encodeSnapshot(market), encodeVault(vault).text);
  await journal.close();
  return { hash, vault: vault.vault };
}

/** Rules with fixed weights, as the wizard of new indices writes them. */
const basket = (weights: Readonly<Record<string, number>>, template: TemplateKind = "fixed") =>
  templateMethodology({
    ...{ template, name: "Mine", symbol: "MINE", stables: ["USDC", "DAI"], fees: { streamingBps: 0, mintBps: 0 } },
    weights: Object.entries(weights).map(([symbol, weightBps]) => ({ symbol, weightBps })),
  });

describe("simulations", () => {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-simulation-"));
  const path = join(folder, "journal.db");
  let made: { hash: Hex; vault: string };
  let request: ReturnType<typeof testApp>;
  let simulator: Simulator;
  before(async () => {
    made = await journalAt(path);
    simulator = new Simulator({ journal: path, marketData: null });
    const decisions = new JournalDecisions(await openSqlite(path), 31_337);
    request = testApp(await emptyContext({ simulator, decisions }));
  });
  after(async () => {
    await simulator.close();
    rmSync(folder, { recursive: true });
  });

  const post = (name: string, body: object) =>
    request(`/v1/simulations/${name}`, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });

  it("make the recorded decision again when nothing is changed", async () => {
    const task = { kind: "rebalance", journal: path, decision: made.hash, moves: [] } as const;
    const { assets } = (await runTask(task)) as RebalanceResult;
    expect(assets.map(({ symbol }) => symbol)).to.deep.equal(["BTC", "ETH", "USDC"]);
    for (const { proposedBps, recordedBps } of assets) expect(proposedBps).to.equal(recordedBps);
  });

  it("tell what the keeper would do after a price moved, in a thread, one at a time", async () => {
    const first = post("rebalance", { index: made.vault, moves: [{ asset: "BTC", changeBps: -5_000 }] });
    const second = await post("rebalance", { index: made.vault });
    expect(second.status).to.equal(429);
    const { data } = await bodyOf(first);
    expect(data.decision).to.equal(made.hash);
    const recorded = new JournalDecisions(await openSqlite(path), 31_337);
    const before = (await recorded.byHash(made.hash))?.record.assets[0]?.currentBps ?? 0;
    expect(data.assets[0].currentBps).to.be.lessThan(before);
  });

  it("refuse tokens that are not held, moves without bounds, and decisions of others", async () => {
    const code = async (body: object) => (await bodyOf(post("rebalance", { index: made.vault, ...body }))).code;
    expect(await code({ moves: [{ asset: "DOGE", changeBps: 1 }] })).to.equal("REQUEST_INVALID");
    expect(await code({ moves: [{ asset: "BTC", changeBps: -10_000 }] })).to.equal("REQUEST_INVALID");
    const twice = { asset: "BTC", changeBps: 1 };
    expect(await code({ moves: [twice, twice] })).to.equal("REQUEST_INVALID");
    expect(await code({ moves: Array.from({ length: 51 }, () => twice) })).to.equal("REQUEST_INVALID");
    expect(await code({ decision: `0x${"11".repeat(32)}` })).to.equal("NOT_FOUND");
    expect(await code({ index: "0x00000000000000000000000000000000000000bb" })).to.equal("NOT_FOUND");
  });

  it("refuse periods without bounds, and say that there are no recorded prices", async () => {
    const ask = { strategy: "global100", from: "2022-01-01", to: "2022-03-01", market: "simulated" };
    const code = async (body: object) => (await bodyOf(post("backtest", { ...ask, ...body }))).code;
    expect(await code({ to: "2024-01-01" })).to.equal("REQUEST_INVALID");
    expect(await code({ to: "2021-01-01" })).to.equal("REQUEST_INVALID");
    expect(await code({ strategy: "../../etc" })).to.equal("REQUEST_INVALID");
    expect(await code({ market: "recorded" })).to.equal("UNAVAILABLE");
    expect(await code({ strategy: undefined })).to.equal("REQUEST_INVALID");
    expect(await code({ methodology: basket({ BTC: 10_000 }) })).to.equal("REQUEST_INVALID");
    const short = { ...basket({ BTC: 10_000 }), weighting: { kind: "fixed", weightsBps: { BTC: 9_999 } } };
    const refused = await bodyOf(post("backtest", { ...ask, strategy: undefined, methodology: short }));
    expect(refused.errors).to.have.length(1);
    expect(JSON.stringify(refused)).to.contain("must sum to 10000, not 9999");
  });

  it("end at their limit of time", async () => {
    const hurried = new Simulator({ journal: path, marketData: null }, { timeout: 1, atOnce: 1, memoryMb: 512 });
    const ask = hurried.rebalance({ kind: "rebalance", journal: path, decision: made.hash, moves: [] });
    const error = await ask.catch((cause) => cause);
    expect(error.code).to.equal("UNPROCESSABLE");
    await hurried.close();
  });

  it("run a strategy through the simulated vault, beside its benchmarks", async () => {
    const here = testApp(
      await emptyContext({ simulator: new SimulatorWithoutThread({ journal: null, marketData: null }) }),
    );
    const ask = { strategy: "top10", from: "2022-01-01", to: "2022-01-28", market: "simulated" };
    const body = await bodyOf(here("/v1/simulations/backtest", { method: "POST", body: JSON.stringify(ask) }));
    expect(body.data.days).to.be.within(27, 29);
    expect(body.data.benchmarks.length).to.be.greaterThan(0);
    expect(body.data.result.totalReturn).to.be.a("number");
  });

  it("run rules of somebody's own: half in stable tokens falls half as deep, a wrapped token has its price", async () => {
    const simulation = new SimulatorWithoutThread({ journal: null, marketData: null });
    const here = testApp(await emptyContext({ simulator: simulation }));
    const ask = { from: "2022-05-01", to: "2022-05-28", market: "simulated" };
    const run = (methodology: object) =>
      bodyOf(here("/v1/simulations/backtest", { method: "POST", body: JSON.stringify({ ...ask, methodology }) }));
    const [whole, half, odd] = await Promise.all([
      run(basket({ ETH: 10_000 })),
      run(basket({ WETH: 5_000, USDC: 3_000, DAI: 2_000 })),
      run(basket({ ETH: 6_000, NOPE: 4_000 })),
    ]);
    const fallOf = (body: typeof whole): number => body.data.result.maxDrawdown;
    expect(whole.data.result.name).to.equal("Mine");
    expect(Math.abs(fallOf(whole))).to.be.greaterThan(0.1);
    expect(fallOf(half) / fallOf(whole), "half in stable tokens stays there").to.be.within(0.35, 0.65);
    expect(half.data.notes).to.deep.equal([
      "WETH is reckoned at the price of ETH.",
      "What stable tokens hold is reckoned as USDC.",
    ]);
    expect(odd.data.notes[0]).to.match(/^NOPE had no known price at \d of \d decisions/);
    expect(whole.data.biases[0]).to.contain("Hindsight");
  });

  it("say why rules cannot be run: stable tokens alone, nothing with a price, the AI's choice", async () => {
    const simulation = new SimulatorWithoutThread({ journal: null, marketData: null });
    const task = { kind: "backtest", folder: null, from: "2022-05-01", to: "2022-05-28", costBps: 30 } as const;
    const whyNot = async (strategy: ReturnType<typeof basket>) =>
      simulation.backtest({ ...task, strategy }).then(
        () => "it ran",
        ({ message }: Error) => message,
      );
    expect(await whyNot(basket({ USDC: 6_000, DAI: 4_000 }))).to.contain("stable tokens alone");
    expect(await whyNot(basket({ NOPE: 10_000 }))).to.contain("no price of any of its tokens");
    expect(await whyNot(basket({ ETH: 10_000 }, "ai"))).to.contain("trained first");
  });
});
