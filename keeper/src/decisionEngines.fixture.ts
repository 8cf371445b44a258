import { createSimulation } from "./data/simulation.ts";
import { captureMarket } from "./data/snapshot.ts";
import { dayFromIso, firstKnown } from "./data/time.ts";
import { newVault, seenWith, tinySpec } from "./endToEnd.fixture.ts";
import { decide } from "./pipeline.ts";
import { aiPolicy } from "./plan/policy.ts";
import { decisionHash } from "./plan/record.ts";
import { NO_MEMORY } from "./signals/opinion.ts";
import { encodeState } from "./training/state.ts";
import { train, trainingLookback } from "./training/train.ts";

/** Trains a small ensemble and decides with it; the hashes of the state and of the decision, and who spoke. */
export async function decisionHashes(): Promise<Record<string, string>> {
  const source = createSimulation({ seed: 9, assets: 14, from: "2021-03-01", to: "2022-04-30" });
  const view = source.at(firstKnown(dayFromIso("2022-04-20")));
  const basket = ["BTC", "ETH", "SIM003", "SIM004", "SIM005"];
  const history = await captureMarket(view, { assets: "listed", lookbackDays: trainingLookback(tinySpec) });
  const model = train(history, [], null, tinySpec);
  const market = await captureMarket(view, { assets: "listed", also: basket, lookbackDays: 200 });
  const vault = seenWith(newVault(basket, 100_000), market);
  const policy = { ...aiPolicy, ensemble: tinySpec };
  const record = decide({ market, vault, policy, model, memory: NO_MEMORY });
  return { state: encodeState(model).hash, decision: decisionHash(record), spoke: record.model.spoke };
}
