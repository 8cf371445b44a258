import { createSimulation } from "../src/data/simulation.ts";
import { captureMarket } from "../src/data/snapshot.ts";
import { DAY, dayFromIso } from "../src/data/time.ts";
import { fixtureAsset, fixtureStable, fixtureVault } from "../src/data/vault.fixture.ts";
import { DECISION_LOOKBACK } from "../src/features/dataPoints.ts";
import { decide } from "../src/pipeline.ts";
import { aiPolicy } from "../src/plan/policy.ts";
import { decisionHash } from "../src/plan/record.ts";
import { NO_MEMORY } from "../src/signals/opinion.ts";
import { buildExamples } from "../src/training/examples.ts";
import { prepareMarket } from "../src/training/sentimentHead.ts";
import { trainWeek } from "../src/training/train.ts";
import { type Benchmark, type Duration, seconds } from "./types.ts";

const LEARNT = { inputs: "0x00", labels: "0x01", sentiment: null } as const;
const TOKENS = 200;
const BASKET = 100;
const HISTORY = 180; // {days} of rows that the models learn from; predicting takes as long after more

/** From the market in memory to the record's hash, with everything on the way worked out for the first time. */
async function deciding(): Promise<Duration> {
  const asOf = dayFromIso("2022-03-28") * DAY;
  const view = createSimulation({ seed: 7, assets: TOKENS }).at(asOf);
  const market = await captureMarket(view, { assets: "listed", lookbackDays: DECISION_LOOKBACK });
  const { panel } = prepareMarket(market, null);
  const { ensemble } = aiPolicy;
  const params = { ...ensemble.params, stepDays: 7, historyDays: HISTORY };
  const cut = panel.days - 1;
  const examples = buildExamples(panel, params, cut - HISTORY, cut);
  const model = trainWeek({ examples, cut, learnt: LEARNT }, null, { ...ensemble, params });
  const coins = market.profiles.filter(({ category }) => category === "coin").slice(0, BASKET);
  const assets = coins.map(({ asset }, i) => fixtureAsset(asset, i, 10_000));
  const empty = fixtureVault([...assets, fixtureStable("USDC", assets.length, 1_000_000)]);
  const vault = { ...empty, block: { ...empty.block, timestamp: asOf } };
  return seconds(() => {
    const record = decide({ market: { ...market }, vault, policy: aiPolicy, model, memory: NO_MEMORY });
    decisionHash(record);
    if (record.model.spoke !== "ensemble") throw new Error(`The ${record.model.spoke} spoke.`);
    if (record.assets.length !== BASKET + 1) throw new Error(`${record.assets.length} assets were decided.`);
  });
}

/** One whole decision. */
export const benchmarks: readonly Benchmark[] = [
  { name: "a decision on 200 tokens for a vault of 100", target: "<= 5 s", unit: "s", limit: 5, run: deciding },
];
