import type { MarketDataSource } from "../data/source.ts";
import { type Day, firstKnown } from "../data/time.ts";
import { aiPolicy, type Policy } from "../plan/policy.ts";
import type { EnsembleSpec } from "../training/params.ts";
import { trainingLookback } from "../training/train.ts";
import { ensembleStrategy } from "./ensemble.ts";
import type { TrainedStrategy } from "./evaluation.ts";
import type { BacktestMarket } from "./market.ts";
import { findStrategy, type Strategy } from "./strategies.ts";

/** {days} of prices before the first decision, for what looks back without learning. */
const BEFORE = 60;

/** What to run, and how much history it needs. */
export interface Chosen {
  readonly strategy: (market: BacktestMarket) => TrainedStrategy | Strategy;
  readonly before: number; // {days}
  readonly policy: Policy;
}

/** The strategy of a name: `ai` trains along the way from the labels known at the first decision. */
export async function chooseStrategy(
  id: string,
  ensemble: EnsembleSpec,
  source: MarketDataSource,
  from: Day,
): Promise<Chosen> {
  if (id !== "ai") {
    const found = findStrategy(id);
    return { strategy: () => found, before: BEFORE, policy: found.policy };
  }
  const labels = await source.at(firstKnown(from - 1)).labels();
  const policy = { ...aiPolicy, ensemble };
  return {
    strategy: (market) => ensembleStrategy(market, { policy, from, labels, trials: null }),
    before: trainingLookback(ensemble) + BEFORE,
    policy,
  };
}
