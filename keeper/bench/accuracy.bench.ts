import { readFileSync } from "node:fs";
import { join } from "node:path";
import { evaluateSentiment } from "../src/backtest/sentimentScore.ts";
import { findDataFolder, openCsvFolder } from "../src/data/csvFolder.ts";
import { DAY, dayFromIso } from "../src/data/time.ts";
import { deviation, mean } from "../src/math/statistics.ts";
import { gradientBoosting } from "../src/models/gradientBoosting.ts";
import { explained, regressionTable, trainAndTest } from "../src/models/trees.fixture.ts";
import { plantedMarket, plantedSpec, walkScores } from "../src/training/planted.fixture.ts";
import { optimise } from "../src/weights/optimise.ts";
import { fixtureProblem } from "../src/weights/problem.fixture.ts";
import type { Benchmark } from "./types.ts";

const ASSETS = 40;
const DAYS = 640;
const FINBERT = 0.524; // macro-F1 published for this set of headlines

function readFixture(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, "../fixtures", name), "utf8"));
}

/** What the ensemble finds of a planted force, as a part of what an oracle would have said. */
function recovery(): number {
  const { own, oracle } = walkScores(
    plantedMarket({ assets: ASSETS, days: DAYS, seed: 11, strength: 0.012 }),
    plantedSpec,
  );
  return mean(own) / mean(oracle);
}

/** |t| of the weekly information coefficients where nothing is planted. */
function nothingPlanted(): number {
  const { own } = walkScores(plantedMarket({ assets: ASSETS, days: DAYS, seed: 12, strength: 0 }), plantedSpec);
  return Math.abs(mean(own) / (deviation(own) / Math.sqrt(own.length)));
}

function boostingGap(): number {
  const { boostingR2 } = readFixture("trees.json") as { readonly boostingR2: number };
  const { train, test } = trainAndTest(regressionTable(1), true);
  const sampling = { columnsBps: 10_000, rowsBps: 10_000 };
  const config = { trees: 150, leaves: 31, learningRateBps: 1_000, minLeafWeight: 20, l2Bps: 10_000, ...sampling };
  return Math.abs(explained(test.target, gradientBoosting.fit(train, config, 1).predict(test)) - boostingR2);
}

function objectiveGap(): number {
  type Solved = { readonly seed: number; readonly size: number; readonly objective: number };
  const gaps = (readFixture("highs.json") as readonly Solved[]).map(({ seed, size, objective }) => {
    return Math.abs((optimise(fixtureProblem(seed, size))?.objective ?? Number.NaN) - objective);
  });
  return Math.max(...gaps);
}

/** Of the classifier on the last 30% of the labelled headlines, learnt from those before. */
async function sentimentQuality(): Promise<number | null> {
  const folder = findDataFolder(undefined, process.env["GIMBAL_DATA"]);
  if (folder === undefined) return null;
  const source = await openCsvFolder(folder);
  const labels = await source.at(dayFromIso("2040-01-01") * DAY).labels();
  return labels.length === 0 ? null : evaluateSentiment(labels, Number.POSITIVE_INFINITY).macroF1;
}

/** How good the results are; times are measured elsewhere. */
export const benchmarks: readonly Benchmark[] = [
  {
    name: "planted signal: part of the oracle's IC",
    target: ">= 0.7",
    unit: "",
    limit: 0.7,
    atLeast: true,
    run: recovery,
  },
  { name: "nothing planted: |t| of the weekly IC", target: "< 2", unit: "", limit: 2, run: nothingPlanted },
  { name: "gradient boosting: R2 beside scikit-learn's", target: "<= 0.01", unit: "", limit: 0.01, run: boostingGap },
  { name: "optimiser: objective beside HiGHS's", target: "<= 1e-7", unit: "", limit: 1e-7, run: objectiveGap },
  {
    name: "sentiment: macro-F1 on the last 30% of the headlines",
    target: "> 0.524",
    unit: "",
    limit: FINBERT,
    atLeast: true,
    run: sentimentQuality,
  },
];
