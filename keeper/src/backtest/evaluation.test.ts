import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { openCsvFolder } from "../data/csvFolder.ts";
import { createSimulation } from "../data/simulation.ts";
import type { MarketDataSource } from "../data/source.ts";
import { isoFromDay } from "../data/time.ts";
import { BacktestError } from "../errors.ts";
import { countRows } from "./dataFiles.ts";
import { type EvaluationOptions, evaluate, type TrainedStrategy } from "./evaluation.ts";
import { exposuresAt } from "./exposures.ts";
import { type BacktestMarket, loadMarket } from "./market.ts";
import { type PredictedWeek, toEras } from "./predictions.ts";
import { parseDay } from "./run.ts";
import { findStrategy } from "./strategies.ts";
import { flatCosts } from "./tradeCosts.ts";

const simulated = createSimulation({ seed: 7 });
const [FROM, TO] = [parseDay("2022-02-01"), parseDay("2022-06-20")];
const TOP = { ...findStrategy("top10"), universe: 15 };

/** Predictions that know the next week: what a leak would look like, and what the measure must find. */
function oracle(market: BacktestMarket): readonly PredictedWeek[] {
  const { panel } = market;
  return Array.from({ length: 20 }, (_, week) => {
    const day = FROM - 1 + 7 * week;
    const at = day - panel.firstDay;
    const next = panel.assets.map(
      (_, i) => (panel.column("close", i)[at + 8] ?? NaN) / (panel.column("close", i)[at + 1] ?? NaN),
    );
    const now = panel.assets.map(
      (_, i) => (panel.column("close", i)[at] ?? NaN) / (panel.column("close", i)[at - 1] ?? NaN),
    );
    return {
      day,
      assets: panel.assets,
      scores: new Map([
        ["ensemble", next],
        ["yesterday", now],
      ]),
    };
  });
}

function options(over: Partial<EvaluationOptions> = {}): EvaluationOptions {
  return { from: FROM, to: TO, costs: flatCosts(30), before: 120, strategy: () => TOP, files: [], ...over };
}

describe("backtest/evaluation", () => {
  it("default: scores predictions of a trained strategy, and counts its trials", async () => {
    const trials = { count: 40, words: "the ledger", dailySharpes: [0.01, 0.05, -0.02] };
    const strategy = (market: BacktestMarket): TrainedStrategy => ({
      ...TOP,
      predictions: () => oracle(market),
      trials,
    });
    const result = await evaluate(simulated, options({ strategy }));
    const [ensemble, yesterday, ...models] = result.informationCoefficient;
    expect([ensemble!.id, yesterday!.id]).to.deep.equal(["ensemble", "yesterday"]);
    expect(models.map(({ id }) => id)).to.deep.equal(["low-volatility (no model)", "momentum (no model)"]);
    expect(ensemble!.raw.mean).to.be.closeTo(1, 1e-9);
    expect(ensemble!.raw.weeks).to.equal(19);
    expect(Math.abs(yesterday!.raw.t)).to.be.lessThan(4);
    expect(result.alternatives.map(({ id }) => id)).to.deep.equal(["ensemble", "yesterday"]);
    expect(result.alternatives[0]!.totalReturn).to.be.greaterThan(result.baselines[2]!.totalReturn);
    expect(result.strategy).to.include({ trials: 40, trialsFrom: "the ledger" });
    expect(result.strategy.overfitting!.configurations).to.equal(8);
    expect(result.drawdown.ratio).to.be.closeTo(result.drawdown.strategy / result.drawdown.capWeight, 1e-12);
    expect(result.period).to.include({ from: "2022-02-01", to: "2022-06-20", weeks: 20 });
    const days = Object.values(result.regimes.days).reduce((sum, count) => sum + count, 0);
    expect(days).to.equal(141);
    expect(JSON.parse(JSON.stringify(result)).schema).to.equal("gimbal.evaluation/1");
  });

  it("behavior: eras do not overlap, and a week that is not over is not scored", async () => {
    const market = await loadMarket(simulated, { from: FROM, to: TO, before: 120 });
    const daily = oracle(market).flatMap((week) => [0, 3].map((shift) => ({ ...week, day: week.day + shift })));
    expect(toEras(daily, market).map(({ day }) => day)).to.deep.equal(
      toEras(oracle(market), market).map(({ day }) => day),
    );
    expect(toEras([{ ...oracle(market)[0]!, day: TO - 7 }], market)).to.deep.equal([]);
  });

  it("behavior: exposures use nothing after their day", async () => {
    const long = await loadMarket(simulated, { from: FROM, to: TO, before: 120 });
    const short = await loadMarket(simulated, { from: FROM - 30, to: FROM + 27, before: 90 });
    const places = (market: BacktestMarket) =>
      ["BTC", "ETH", "SIM003"].map((asset) => market.panel.assets.indexOf(asset));
    const day = FROM + 20;
    const known = exposuresAt(short.panel, day, places(short));
    expect(exposuresAt(long.panel, day, places(long))).to.deep.equal(known);
    expect(known.volatility[0]).to.be.within(0.005, 0.2);
    expect(known.beta[0]).to.be.within(0.1, 3);
  });

  it("error: a date after the data, or a period too short to say anything", async () => {
    const error = async (over: Partial<EvaluationOptions>) =>
      evaluate(simulated, options(over)).catch((cause) => cause);
    expect(await error({ to: FROM + 10 })).to.be.instanceOf(BacktestError);
    expect(await error({ from: parseDay("2039-01-01"), to: null })).to.be.instanceOf(BacktestError);
  });
});

describe("evaluation of a folder", () => {
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "gimbal-evaluate-"));
    await writeSplits(folder, simulated);
  });
  after(() => rmSync(folder, { recursive: true }));

  it("behavior: two splits are one history; columns, files, headlines and the end of a series may be missing", async () => {
    const files = await countRows(folder);
    expect(files.map(({ name }) => name)).to.deep.equal([
      "daily_later.csv.gz",
      "daily_public.csv.gz",
      "universe_public.csv.gz",
    ]);
    const source = await openCsvFolder(folder);
    const result = await evaluate(source, options({ to: null, files, strategy: () => ({ ...TOP, universe: 6 }) }));
    expect(result.period.to).to.equal("2022-05-31");
    expect(result.sentiment).to.include({ rows: 0, accuracy: null });
    expect(result.data.rows).to.equal(files.reduce((sum, { rows }) => sum + rows, 0));
    expect(result.data.notes.join(" ")).to.contain("SIM004");
  });

  it("error: the command says what is wrong and ends with code 2; stdout stays empty", () => {
    const run = (...flags: string[]) => {
      try {
        execFileSync(process.execPath, [join(import.meta.dirname, "evaluate.ts"), ...flags], { stdio: "pipe" });
        return { status: 0, stdout: "", stderr: "" };
      } catch (error) {
        const { status, stdout, stderr } = error as { status: number; stdout: Buffer; stderr: Buffer };
        return { status, stdout: String(stdout), stderr: String(stderr) };
      }
    };
    expect(run("--from", "2022-02-30")).to.include({ status: 2, stdout: "" });
    const missing = run("--from", "2022-02-01", "--data", join(folder, "nothing"));
    expect(missing).to.include({ status: 2, stdout: "" });
    expect(missing.stderr).to.contain("DATA_FOLDER_INVALID");
  });
});

/** The simulated market as files: daily rows in two splits without volumes, listings in one, nothing else. */
async function writeSplits(folder: string, source: MarketDataSource): Promise<void> {
  const end = parseDay("2022-05-31");
  const names = ["BTC", "ETH", "SIM003", "SIM004", "SIM005", "SIM006", "USDC"];
  const view = source.at((end + 1) * 86_400);
  const rows: { readonly day: number; readonly text: string }[] = [];
  for (const name of names) {
    for (const bar of await view.bars(name, 500)) {
      // One series stops in the middle.
      if (name === "SIM004" && bar.day > FROM + 40) continue;
      rows.push({ day: bar.day, text: `${isoFromDay(bar.day)},${name},${bar.close},${bar.marketCap ?? ""}` });
    }
  }
  rows.sort((a, b) => a.day - b.day);
  const write = (name: string, lines: readonly string[]) => {
    writeFileSync(join(folder, name), gzipSync(`${lines.join("\n")}\n`));
  };
  const texts = (later: boolean) => rows.filter(({ day }) => day >= FROM === later).map(({ text }) => text);
  write("daily_public.csv.gz", ["date,symbol,close,market_cap", ...texts(false)]);
  write("daily_later.csv.gz", ["date,symbol,close,market_cap", ...texts(true)]);
  const listings = ["2021-06-01", "2022-01-01", "2022-03-01"].flatMap((date) =>
    names.map(
      (name, i) =>
        `${date},${i + 1},${name},${name},${name},${name === "USDC" ? "stable" : "coin"},${1e9 / (i + 1)},1e6`,
    ),
  );
  write("universe_public.csv.gz", ["date,rank,name,symbol,asset,cat,market_cap,vol_24h", ...listings]);
}
